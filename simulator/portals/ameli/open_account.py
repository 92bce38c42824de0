"""The open account: whose it is, its trusted browsers, and the way out."""

from __future__ import annotations

from simulator import defects
from simulator.documents import Account, Notice, Person, Session, Stage, TrustedBrowser
from simulator.portals import gone_wrong
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.visit import Visit
from simulator.worlds import World

_LOOKS = 2


def _shown_before_the_code(papers: Papers, visit: Visit, session: Session, page: str) -> bool:
    """None is."""
    if page == "details":
        return defects.on("details-shown-before-the-code")
    if page != "account" or visit.token is None or not defects.on("account-shown-at-the-second-try"):
        return False
    return gone_wrong.looks_before(papers.transaction, papers.desk.key("session", visit.token), session) > 0


def _closed_by_looking(papers: Papers, visit: Visit, session: Session, page: str) -> bool:
    """A visit lasts as long as it is used."""
    if page != "account" or session.stage is not Stage.OPEN or visit.token is None or not defects.on("account-closes-at-the-third-look"):
        return False
    if gone_wrong.looks_before(papers.transaction, papers.desk.key("session", visit.token), session) < _LOOKS:
        return False
    papers.end_visit(visit.token)
    return True


def sign_out(desk: Desk, visit: Visit) -> None:
    """End the visit on the server (HRD-41)."""
    with desk.act(visit.world) as papers:
        session = papers.visit(visit.token)
        if session is not None and defects.on("signing-out-forgets-trust"):
            papers.forget_trust(session.identifier)
        if not defects.on("signed-out-in-the-browser-only"):
            papers.end_visit(visit.token)


def account_of(desk: Desk, visit: Visit, page: str = "") -> tuple[Session, Account, Person] | None:
    """The open account of that cookie, for a page of it, or None: nothing of an account is shown before the code (HRD-09)."""
    if page and visit.token is None and defects.on("somebody-taken-for-granted"):
        raise LookupError(page)
    with desk.act(visit.world) as papers:
        session = papers.visit(visit.token)
        if session is None or _closed_by_looking(papers, visit, session, page):
            return None
        if session.stage is not Stage.OPEN and not _shown_before_the_code(papers, visit, session, page):
            return None
        account = papers.account(session.identifier)
        person = papers.transaction.get(Person, account.person) if account is not None else None
        return None if account is None or person is None else (session, account, person)


def notices(desk: Desk, world: World, identifier: str) -> tuple[Notice, ...]:
    """The messages of this account, the newest first."""
    with desk.act(world) as papers:
        own = (notice for notice in papers.transaction.all(Notice).values() if notice.identifier == identifier)
        return tuple(reversed(tuple(own)))


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
