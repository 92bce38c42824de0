"""The forgotten password: a link by mail, and a page that sets a new one (AMC-110, AMC-73). It neither sends nor counts security codes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from simulator.documents import Account, Claim, Person
from simulator.keyring import new_token
from simulator.policy import link as links
from simulator.policy.link import LinkState
from simulator.policy.nir import key_of
from simulator.policy.password import Unmet, unmet_rules
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.ameli.mails import reset_mail
from simulator.worlds import World

_PURPOSE = "set a new password"


@dataclass(frozen=True)
class LinkDead:
    """The link does not work any more, or never did (None)."""

    state: LinkState | None


@dataclass(frozen=True)
class LinkLive:
    """The link works, for so long still."""

    left: timedelta


@dataclass(frozen=True)
class NotSet:
    """The choice does not meet these rules."""

    unmet: tuple[Unmet, ...]


@dataclass(frozen=True)
class PasswordSet:
    """The new password is in force."""


def declare_forgotten(desk: Desk, world: World, identifier: str, birth_date: date, address_of_page: str) -> None:
    """Send a link when NIR and birth date are those of an account with an address; nobody learns whether they are (HRD-30)."""
    with desk.act(world) as papers:
        account = papers.account(identifier)
        person = papers.transaction.get(Person, account.person) if account is not None else None
        if account is None or person is None or person.birth_date != birth_date or account.address is None:
            return
        token = new_token()
        key = desk.key("reset", token)
        papers.transaction.put(key, Claim(_PURPOSE, identifier, sent=papers.now))
        papers.transaction.put(identifier, replace(account, reset_link=key))
        papers.keep(papers.subject(identifier), "AMC-110", "a link to set a new password was sent")
        desk.outbox.post(papers.transaction, reset_mail(desk.rules, account.address, f"{address_of_page}/{token}"))


def link_state(desk: Desk, world: World, token: str) -> LinkLive | LinkDead:
    """What the link is worth now; looking uses nothing up (HRD-61)."""
    with desk.act(world) as papers:
        state, claim, _ = _found(papers, token)
        if state is not LinkState.LIVE or claim is None:
            return LinkDead(state)
        return LinkLive(claim.sent + desk.rules.reset_link.lifetime - papers.now)


def set_password(desk: Desk, world: World, token: str, choice: str, confirmation: str) -> PasswordSet | NotSet | LinkDead:
    """Set the password if the link lives and the choice meets the rules (AME-30 to AME-36); ends other sessions and trust (HRD-42)."""
    with desk.act(world) as papers:
        state, _, account = _found(papers, token)
        person = papers.transaction.get(Person, account.person) if account is not None else None
    if state is not LinkState.LIVE or account is None or person is None:
        return LinkDead(state)
    nirs = (account.identifier, account.identifier + key_of(account.identifier))
    unmet = unmet_rules(choice, confirmation, nirs, person.birth_date, desk.rules.password)
    if unmet:
        return NotSet(unmet)
    password_hash = desk.passwords.hashed(choice)
    with desk.act(world) as papers:
        state, claim, account = _found(papers, token)
        if state is not LinkState.LIVE or account is None or claim is None:
            return LinkDead(state)
        papers.transaction.put(desk.key("reset", token), replace(claim, used=True))
        papers.transaction.put(account.identifier, replace(account, password_hash=password_hash))
        papers.transaction.put(person.key, replace(person, password_shown=None))
        papers.keep(papers.subject(account.identifier), "AMC-110", "a new password was set")
        papers.end_all_visits(account.identifier)
        papers.forget_trust(account.identifier)
    return PasswordSet()


def _found(papers: Papers, token: str) -> tuple[LinkState | None, Claim | None, Account | None]:
    key = papers.desk.key("reset", token)
    claim = papers.transaction.get(Claim, key)
    account = papers.account(claim.identifier) if claim is not None else None
    if claim is None or account is None:
        return None, None, None
    state = links.judged(claim.sent, claim.used, account.reset_link == key, papers.desk.rules.reset_link, papers.now)
    return state, claim, account
