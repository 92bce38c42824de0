"""What will happen next in a world: ends of blocks, codes, links and trust, read off its documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from simulator.documents import Account, CardWay, Claim, Enrolment, Person, Subject, TrustedBrowser
from simulator.policy import code as codes
from simulator.policy import quota as quotas
from simulator.portals.ameli.settings import RULES
from simulator.store import Transaction


@dataclass(frozen=True)
class Event:
    """Something that will happen."""

    at: datetime
    what: str


def next_event(transaction: Transaction) -> Event | None:
    """The next thing that will happen, or None when nothing is due any more."""
    now = transaction.now()
    names = {person.account: f"{person.first_name} {person.last_name}" for person in transaction.all(Person).values()}
    coming = (event for event in _events(transaction, now, names) if event.at > now)
    return min(coming, key=lambda event: event.at, default=None)


def frees_at(requests: quotas.Requests, rules: quotas.QuotaRules, now: datetime) -> datetime | None:
    """When the oldest request for a code that counts stops counting, or None when none does."""
    counted = quotas.within_window(requests, rules, now)
    return min(counted) + rules.window if counted else None


def _of_first_visits(transaction: Transaction, names: dict[str, str]) -> Iterator[Event]:
    for enrolment in transaction.all(Enrolment).values():
        if not enrolment.used:
            name = names.get(enrolment.identifier, enrolment.identifier)
            yield Event(enrolment.sent + RULES.provisional.lifetime, f"the provisional code of {name} expires")
    for account in transaction.all(Account).values():
        if account.awaited is not None:
            name = names.get(account.identifier, account.identifier)
            yield Event(account.awaited.sent + RULES.validation.remembered, f"the address of {name}, not validated, is forgotten")
    for identifier, way in transaction.all(CardWay).items():
        if way.lockout.block is not None:
            yield Event(way.lockout.block.until, f"the way with card and IBAN opens again for {names.get(identifier, identifier)}")


def _events(transaction: Transaction, now: datetime, names: dict[str, str]) -> Iterator[Event]:
    for subject in transaction.all(Subject).values():
        name = names.get(subject.identifier, subject.identifier)
        if subject.lockout.block is not None:
            yield Event(subject.lockout.block.until, f"the block of {name} ends")
        if subject.code is not None and not subject.code.used:
            yield Event(codes.expires(subject.code, RULES.code), f"the code of {name} expires")
        frees = frees_at(subject.code_requests, RULES.quota, now)
        if frees is not None:
            yield Event(frees, f"a request for a code of {name} no longer counts")
    for claim in transaction.all(Claim).values():
        if not claim.used and claim.expires is not None:
            yield Event(claim.expires, f"a link of {names.get(claim.identifier, claim.identifier)} expires ({claim.purpose})")
    yield from _of_first_visits(transaction, names)
    for trust in transaction.all(TrustedBrowser).values():
        yield Event(trust.until, f"a browser of {names.get(trust.identifier, trust.identifier)} is no longer trusted")
