"""Secret links of a portal: issued, held against their rules, used up. Of several of one purpose only the newest lives (HRD-60)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator import defects
from simulator.documents import Account, Claim
from simulator.policy import link as links
from simulator.policy.link import LinkRules, LinkState
from simulator.portals.desk import Desk, Papers
from simulator.worlds import World


@dataclass(frozen=True)
class Found:
    """What a link is worth now, None for one that never was; and whose it is."""

    state: LinkState | None = None
    claim: Claim | None = None
    account: Account | None = None

    @property
    def lives(self) -> bool:
        """Whether it works."""
        return self.state is LinkState.LIVE


def key_of(desk: Desk, token: str) -> str:
    """Under what a link is kept: a digest of its token."""
    return desk.key("link", token)


def issue(papers: Papers, account: Account, rules: LinkRules, token: str, address: str | None = None) -> None:
    """Keep a new link of the account, for an address where it proves one; the older ones of its purpose are superseded by it."""
    key = key_of(papers.desk, token)
    papers.transaction.put(key, _claim(papers, account.identifier, rules, address))
    papers.transaction.put(account.identifier, replace(account, links={**account.links, rules.purpose: key}))


def issue_to_nobody(papers: Papers, identifier: str, rules: LinkRules, token: str) -> None:
    """As much work as for somebody, and nothing kept of it: time does not tell either (HRD-31)."""
    key = key_of(papers.desk, token)
    papers.transaction.put(key, _claim(papers, identifier, rules))
    papers.transaction.delete(Claim, key)


def _claim(papers: Papers, identifier: str, rules: LinkRules, address: str | None = None) -> Claim:
    """The end is written down for whoever looks; what decides are the rules of the day."""
    return Claim(rules.purpose, identifier, sent=papers.now, address=address, expires=papers.now + rules.lifetime)


def found(papers: Papers, token: str, rules: LinkRules) -> Found:
    """The link of that token, if it is one of that purpose, and what it is worth now."""
    key = key_of(papers.desk, token)
    claim = papers.transaction.get(Claim, key)
    account = papers.account(claim.identifier) if claim is not None and claim.purpose == rules.purpose else None
    if claim is None or account is None:
        return Found()
    newest = account.links.get(rules.purpose) == key or defects.on("older-link-lives")
    state = links.judged(claim.sent, claim.used, newest, rules, papers.now)
    if papers.now == claim.sent + rules.lifetime and state is LinkState.EXPIRED and defects.on("link-lives-at-its-end"):
        state = LinkState.LIVE
    return Found(state, claim, account)


def looked_at(desk: Desk, world: World, token: str, rules: LinkRules, uses_it_up: bool) -> Found:
    """The link as it is for whoever opens it; looking uses nothing up (HRD-61), unless the caller says so."""
    with desk.act(world) as papers:
        link = found(papers, token, rules)
        if not link.lives or link.claim is None:
            return link
        if link.claim.opened is not None and defects.on("link-opens-once"):
            return replace(link, state=LinkState.USED)
        opened = link.claim.opened or papers.now
        papers.transaction.put(key_of(desk, token), replace(link.claim, opened=opened, used=uses_it_up))
        return link


def use_up(papers: Papers, token: str, claim: Claim) -> None:
    """The link has served (HRD-60)."""
    papers.transaction.put(key_of(papers.desk, token), replace(claim, used=not defects.on("link-works-again")))
