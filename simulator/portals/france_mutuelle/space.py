"""The open space: whose it is, what was done in it, and what a member can do there."""

from __future__ import annotations

from dataclasses import dataclass

from simulator import defects
from simulator.documents import Account, Deed, Person, Stage
from simulator.portals.france_mutuelle.desk import Desk, Papers, Told
from simulator.portals.visit import Visit


@dataclass(frozen=True)
class Space:
    """What a member sees of their space. `sharing` are the other members of the same mail address."""

    account: Account
    person: Person
    history: tuple[Told, ...]
    sharing: tuple[Person, ...]


def space_of(desk: Desk, visit: Visit) -> Space | None:
    """The open space of that browser, or None."""
    with desk.act(visit.world) as papers:
        account = _account(papers, visit)
        person = papers.member(account) if account is not None else None
        if account is None or person is None:
            return None
        return Space(account, person, papers.history(account), papers.sharing(account))


def ask_for_certificate(desk: Desk, visit: Visit) -> bool:
    """Note that a certificate of membership was asked for; whether the space was open."""
    with desk.act(visit.world) as papers:
        account = _account(papers, visit)
        if account is None:
            return False
        papers.note(account, Deed.CERTIFICATE)
        papers.keep(papers.subject(account.identifier), "FMU-21", "a certificate was asked for")
        return True


def sign_out(desk: Desk, visit: Visit) -> None:
    """End the visit on the server (HRD-41)."""
    with desk.act(visit.world) as papers:
        if not defects.on("member-signed-out-in-the-browser-only"):
            papers.end_visit(visit.token)


def _account(papers: Papers, visit: Visit) -> Account | None:
    session = papers.visit(visit.token)
    return papers.account(session.identifier) if session is not None and session.stage is Stage.OPEN else None
