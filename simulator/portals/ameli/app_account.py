"""What the mobile app does with an account: signing in without a code (AMC-120), and giving a mail address (AMC-21)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator import defects
from simulator.documents import Person
from simulator.policy.validation import Waiting
from simulator.portals.ameli import addresses, open_account, sign_in
from simulator.portals.ameli.answers import Announced, Blocked, GoesOn, Opened, Refused
from simulator.portals.ameli.desk import Desk
from simulator.portals.ameli.enrolment import AddressTaken, Given, Over, await_validation
from simulator.portals.ameli.validation import waiting_of
from simulator.portals.visit import Visit

# A token of the app is no cookie: what opens the account there without a code opens nothing on the web.
_REALM = "app "


@dataclass(frozen=True)
class OnFile:
    """An open account: whose it is, its validated address, and one that waits to be validated."""

    person: Person
    address: str | None
    awaited: str | None


def of_the_app(desk: Desk) -> Desk:
    """The portal's tools, with visits of the app alone."""
    return replace(desk, realm=_REALM)


def with_password(desk: Desk, visit: Visit, identifier: str, password: str) -> Announced | GoesOn | Opened | Refused | Blocked:
    """Judge a password as on the web, counts and blocks included (AMC-51, AMC-71, AMC-120, HRD-24)."""
    return sign_in.with_password(of_the_app(desk), visit, identifier, password)


def sign_out(desk: Desk, visit: Visit) -> bool:
    """End the visit on the server (HRD-41). Whether there was one."""
    found = open_account.account_of(of_the_app(desk), visit) is not None
    open_account.sign_out(of_the_app(desk), visit)
    return found


def on_file(desk: Desk, visit: Visit) -> OnFile | None:
    """What is on file about whose visit it is, or None when it has ended."""
    found = open_account.account_of(of_the_app(desk), visit)
    if found is None:
        return None
    _, account, person = found
    with desk.act(visit.world) as papers:
        awaited = account.awaited if account.awaited and waiting_of(papers, account.awaited) is not Waiting.FORGOTTEN else None
    return OnFile(person, account.address, awaited.address if awaited else None)


def give_address(desk: Desk, visit: Visit, address: str, page: str) -> Given | AddressTaken | Over:
    """Another mail address: it counts from when the link in the mail to it is confirmed (AMC-20, AMC-21); AME-43 holds for it."""
    with desk.act(visit.world) as papers:
        session = replace(papers, desk=of_the_app(desk)).visit(visit.token)
        account = papers.account(session.identifier) if session is not None else None
        if account is None:
            return Over()
        if not addresses.is_free(papers, address, account.identifier):
            return AddressTaken()
        if account.address is None and defects.on("address-given-in-the-app-counts-at-once"):
            account = replace(account, address=address)
        await_validation(papers, account, address, page)
        return Given()
