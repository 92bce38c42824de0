"""Validating the mail address by the link in a mail: 7 days for it, two ways on until 21 days, then another address (AME-50 to AME-58)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from simulator import defects
from simulator.documents import Account, Awaited, Claim, Opening, Session, Stage
from simulator.policy import validation
from simulator.policy.validation import Waiting
from simulator.portals.ameli import addresses
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.ameli.enrolment import AddressTaken, Given, Over, await_validation
from simulator.portals.visit import Visit
from simulator.worlds import World

_A_DAY = timedelta(days=1)


class LinkIs(StrEnum):
    """What a validation link is worth now."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    FORGOTTEN = "forgotten"
    USED = "used"
    OLDER = "older"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reminder:
    """What somebody gets to read who signs in before the address is validated: the address, where it is remembered, and where it stands."""

    address: str | None
    waiting: Waiting


def link_is(desk: Desk, world: World, token: str, looked_by_head: bool = False) -> LinkIs:
    """What the link is worth; looking at it uses nothing up (AME-58, HRD-61)."""
    with desk.act(world) as papers:
        state, claim, _ = _found(papers, token)
        if claim is not None and state is LinkIs.ACTIVE and _used_by_looking(looked_by_head):
            papers.transaction.put(desk.key("validation", token), replace(claim, used=True))
        return state


def _used_by_looking(by_head: bool) -> bool:
    return defects.on("head-uses-the-validation-link") if by_head else defects.on("looking-uses-the-validation-link")


def confirm(desk: Desk, world: World, token: str) -> LinkIs:
    """The person's own press: the account is open to web and app (AME-52). What the link was worth is returned; only ACTIVE changed anything."""
    with desk.act(world) as papers:
        state, claim, account = _found(papers, token)
        if state is LinkIs.ACTIVE and claim is not None and account is not None and account.awaited is not None:
            address = account.awaited.address
            addresses.let_go(papers, account.address, account.identifier)
            addresses.hold(papers, address, account.identifier)
            papers.transaction.put(desk.key("validation", token), replace(claim, used=True))
            papers.transaction.put(account.identifier, replace(account, address=address, awaited=None, opening=Opening.DONE))
            papers.keep(papers.subject(account.identifier), "AME-52", "the mail address was validated: the account is open")
        return state


def send_again(desk: Desk, world: World, token: str, page: str) -> bool:
    """Send a new link to the same address, at the press of who has the older one (AME-54). Whether one was sent."""
    with desk.act(world) as papers:
        state, _, account = _found(papers, token)
        if account is None or account.awaited is None or state not in (LinkIs.ACTIVE, LinkIs.INACTIVE):
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
    if stands is Waiting.INACTIVE and now < awaited.sent + rules.active + _A_DAY and defects.on("validation-link-lives-a-day-longer"):
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


def _found(papers: Papers, token: str) -> tuple[LinkIs, Claim | None, Account | None]:
    key = papers.desk.key("validation", token)
    claim = papers.transaction.get(Claim, key)
    account = papers.account(claim.identifier) if claim is not None else None
    if claim is None or account is None:
        return LinkIs.UNKNOWN, None, None
    if claim.used:
        return LinkIs.USED, claim, account
    if account.validation_link != key and not defects.on("older-validation-link-lives"):
        return LinkIs.OLDER, claim, account
    if account.awaited is None:
        return LinkIs.USED, claim, account
    return LinkIs(waiting_of(papers, account.awaited)), claim, account
