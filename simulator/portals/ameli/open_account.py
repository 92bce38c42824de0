"""The open account: whose it is, its trusted browsers, and the way out."""

from __future__ import annotations

from simulator.documents import Account, Person, Session, Stage, TrustedBrowser
from simulator.portals.ameli.desk import Desk
from simulator.portals.visit import Visit
from simulator.worlds import World


def sign_out(desk: Desk, visit: Visit) -> None:
    """End the visit on the server (HRD-41)."""
    with desk.act(visit.world) as papers:
        papers.end_visit(visit.token)


def account_of(desk: Desk, visit: Visit) -> tuple[Session, Account, Person] | None:
    """The open account of that cookie, or None: nothing of an account is shown before the code (HRD-09)."""
    with desk.act(visit.world) as papers:
        session = papers.visit(visit.token)
        if session is None or session.stage is not Stage.OPEN:
            return None
        account = papers.account(session.identifier)
        person = papers.transaction.get(Person, account.person) if account is not None else None
        return None if account is None or person is None else (session, account, person)


def trusted_browsers(desk: Desk, world: World, identifier: str) -> tuple[TrustedBrowser, ...]:
    """The browsers that need no code for this account now, the newest first."""
    with desk.act(world) as papers:
        kept = papers.transaction.all(TrustedBrowser).values()
        living = (trust for trust in kept if trust.identifier == identifier and papers.now < trust.until)
        return tuple(sorted(living, key=lambda trust: trust.since, reverse=True))


def forget_trusted_browsers(desk: Desk, world: World, identifier: str) -> None:
    """No browser is trusted for this account any more."""
    with desk.act(world) as papers:
        papers.forget_trust(identifier)
