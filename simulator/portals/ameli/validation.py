"""Validating the mail address by the link in a mail: 7 days for it, two ways on until 21 days, then another address (AME-50 to AME-58)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from simulator import defects
from simulator.documents import Account, Awaited, Opening, Session, Stage
from simulator.policy import validation
from simulator.policy.link import LinkState
from simulator.policy.validation import Waiting
from simulator.portals import secret_links
from simulator.portals.ameli import addresses
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.ameli.enrolment import AddressTaken, Given, Over, await_validation
from simulator.portals.secret_links import Found
from simulator.portals.visit import Visit
from simulator.worlds import World

_A_DAY = timedelta(days=1)


class LinkIs(StrEnum):
    """What a validation link is worth now: where its address stands, or why it is worth nothing."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    FORGOTTEN = "forgotten"
    USED = "used"
    OLDER = "older"
    UNKNOWN = "unknown"


_DEAD = {None: LinkIs.UNKNOWN, LinkState.USED: LinkIs.USED, LinkState.SUPERSEDED: LinkIs.OLDER}


@dataclass(frozen=True)
class Reminder:
    """What somebody gets to read who signs in before the address is validated: the address, where it is remembered, and where it stands."""

    address: str | None
    waiting: Waiting


def link_is(desk: Desk, world: World, token: str, uses_it_up: bool) -> LinkIs:
    """What the link is worth; looking at it uses nothing up (AME-58, HRD-61), unless the caller says so."""
    link = secret_links.looked_at(desk, world, token, desk.rules.validation.link, uses_it_up)
    with desk.act(world) as papers:
        return _worth(papers, link)


def confirm(desk: Desk, world: World, token: str) -> LinkIs:
    """The person's own press: the account is open to web and app (AME-52). What the link was worth; only ACTIVE changed anything."""
    with desk.act(world) as papers:
        link = _found(papers, token)
        worth, account = _worth(papers, link), link.account
        if worth is LinkIs.ACTIVE and link.claim is not None and account is not None and account.awaited is not None:
            address = account.awaited.address
            addresses.let_go(papers, account.address, account.identifier)
            addresses.hold(papers, address, account.identifier)
            secret_links.use_up(papers, token, link.claim)
            papers.transaction.put(account.identifier, replace(account, address=address, awaited=None, opening=Opening.DONE))
            papers.keep(papers.subject(account.identifier), "AME-52", "the mail address was validated: the account is open")
        return worth


def send_again(desk: Desk, world: World, token: str, page: str) -> bool:
    """Send a new link to the same address, at the press of who has the older one (AME-54). Whether one was sent."""
    with desk.act(world) as papers:
        link = _found(papers, token)
        account = link.account
        if account is None or account.awaited is None or _worth(papers, link) not in (LinkIs.ACTIVE, LinkIs.INACTIVE):
            return False
        await_validation(papers, account, account.awaited.address, page)
        return True


def reminder(desk: Desk, visit: Visit) -> Reminder | None:
    """For whom signed in and has an address to validate; None where the visit is over (AME-52 to AME-55)."""
    with desk.act(visit.world) as papers:
        found = _validating(papers, visit)
        if found is None or found[1].awaited is None:
            return None
        awaited = found[1].awaited
        stands = waiting_of(papers, awaited)
        return Reminder(None if stands is Waiting.FORGOTTEN else awaited.address, stands)


def send_again_signed_in(desk: Desk, visit: Visit, page: str) -> Given | Over:
    """The same, for whom signed in."""
    with desk.act(visit.world) as papers:
        found = _validating(papers, visit)
        if found is None or found[1].awaited is None or waiting_of(papers, found[1].awaited) is Waiting.FORGOTTEN:
            return Over()
        await_validation(papers, found[1], found[1].awaited.address, page)
        papers.end_visit(visit.token)
        return Given()


def give_other_address(desk: Desk, visit: Visit, address: str, page: str) -> Given | AddressTaken | Over:
    """Another address, from whom proved who they are with NIR and personal code (AME-54, AME-55); AME-43 holds for it."""
    with desk.act(visit.world) as papers:
        found = _validating(papers, visit)
        if found is None:
            return Over()
        if not addresses.is_free(papers, address, found[1].identifier) and not defects.on("other-address-of-another-taken"):
            return AddressTaken()
        await_validation(papers, found[1], address, page)
        papers.end_visit(visit.token)
        return Given()


def waiting_of(papers: Papers, awaited: Awaited) -> Waiting:
    """Where an address stands now (AME-53 to AME-55)."""
    rules, now = papers.desk.rules.validation, papers.now
    stands = validation.waiting(awaited.sent, rules, now)
    a_day_late = stands is Waiting.INACTIVE and now < awaited.sent + rules.link.lifetime + _A_DAY
    if a_day_late and defects.on("validation-link-lives-a-day-longer"):
        return Waiting.ACTIVE
    if stands is Waiting.FORGOTTEN and defects.on("address-never-forgotten"):
        return Waiting.INACTIVE
    if stands is Waiting.INACTIVE and defects.on("address-forgotten-with-its-link"):
        return Waiting.FORGOTTEN
    return stands


def _validating(papers: Papers, visit: Visit) -> tuple[Session, Account] | None:
    session = papers.visit(visit.token)
    account = papers.account(session.identifier) if session is not None and session.stage is Stage.VALIDATION else None
    if session is None or account is None or account.opening is not Opening.VALIDATION:
        return None
    return session, account


def _found(papers: Papers, token: str) -> Found:
    return secret_links.found(papers, token, papers.desk.rules.validation.link)


def _worth(papers: Papers, link: Found) -> LinkIs:
    if link.state in _DEAD or link.account is None:
        return _DEAD.get(link.state, LinkIs.UNKNOWN)
    return LinkIs(waiting_of(papers, link.account.awaited)) if link.account.awaited is not None else LinkIs.USED
