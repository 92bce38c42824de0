"""The way into the enrolment for whom no mobile is on file: Carte Vitale and IBAN (AMC-102)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator import defects
from simulator.documents import CardWay, Opening, Person, Stage
from simulator.policy import lockout as lockouts
from simulator.policy.lockout import Block, LockoutRules
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.ameli.enrolment import expect_provisional, on_file
from simulator.portals.visit import Visit


@dataclass(frozen=True)
class CardAndIban:
    """What somebody shows who they are with."""

    identifier: str
    card: str
    iban: str


@dataclass(frozen=True)
class Mismatch:
    """Something of it is not as on file. `card_is_right` is for defects alone: nobody learns which."""

    card_is_right: bool


@dataclass(frozen=True)
class WayBlocked:
    """This way is closed until an instant; the others are not."""

    block: Block


@dataclass(frozen=True)
class Matched:
    """It is who they say: a personal code is to be chosen next, under this new cookie."""

    session: str


def enter(desk: Desk, visit: Visit, shown: CardAndIban) -> Matched | Mismatch | WayBlocked:
    """Both must be as on file; five mismatches close this way for an hour, for strangers alike (AMC-102, HRD-30)."""
    with desk.act(visit.world) as papers:
        way = papers.transaction.get(CardWay, shown.identifier) or CardWay()
        lockout = lockouts.at(way.lockout, papers.now)
        if lockout.block is not None and not defects.on("card-way-never-blocked"):
            return WayBlocked(lockout.block)
        person = _insured_without_account(papers, shown.identifier)
        card, iban = _compared(person, shown)
        if person is not None and card and iban:
            papers.transaction.put(shown.identifier, CardWay())
            # As if a provisional code had been used: a personal code may be chosen in this visit.
            expect_provisional(papers, person, "", used=True)
            papers.keep(papers.subject(shown.identifier), "AMC-102", "card and IBAN as on file: a personal code is to be chosen")
            return Matched(papers.begin_visit(shown.identifier, Stage.CHOOSING, visit.token))
        failed = lockouts.password_wrong(lockout, _rules(papers), papers.now, _entry(desk, visit, shown))
        papers.transaction.put(shown.identifier, replace(way, lockout=failed))
        return WayBlocked(failed.block) if failed.block is not None else Mismatch(card)


def _rules(papers: Papers) -> LockoutRules:
    rules = papers.desk.rules.card_way
    return replace(rules, attempts=rules.attempts + 1) if defects.on("sixth-mismatch-blocks-the-card-way") else rules


def _insured_without_account(papers: Papers, identifier: str) -> Person | None:
    """Who may come this way: an insured on file, without an account, and without a mobile that a code could go to."""
    account = papers.account(identifier)
    if account is not None and account.opening is not Opening.CONTACT_DETAILS:
        return None
    person = on_file(papers, identifier)
    reachable = person is not None and person.mobile is not None and not defects.on("card-way-beside-a-mobile")
    return None if reachable else person


def _compared(person: Person | None, shown: CardAndIban) -> tuple[bool, bool]:
    if person is None:
        return False, False
    card = person.card == shown.card or defects.on("card-not-compared")
    return card, person.iban == shown.iban or defects.on("iban-not-compared")


def _entry(desk: Desk, visit: Visit, shown: CardAndIban) -> str:
    """What stands for this mismatch in the count: the same one, sent twice from one page shown, counts once (HRD-27)."""
    return desk.keyring.digest("card and iban", shown.identifier, visit.page, shown.card, shown.iban) if visit.page else ""
