"""The people of a world as the control room lists them: who, how they stand, and what blocks them."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.control.answers import PersonAnswer
from simulator.control.views import person_answer
from simulator.documents import Account, Person
from simulator.policy.attachment import Record
from simulator.store import Transaction
from simulator.why import Why, why
from simulator.worlds import World

PAGE = 20


@dataclass(frozen=True)
class RosterEntry:
    """One person. A `member` is one of a mutual insurer, who has no record with the reference of individuals."""

    person: PersonAnswer
    record: Record
    why: Why
    member: bool
    has_password: bool
    address_valid: bool


@dataclass(frozen=True)
class Roster:
    """One page of people, how many there are, and the mail addresses of all who were looked for."""

    entries: tuple[RosterEntry, ...]
    start: int
    total: int
    addresses: tuple[str, ...]

    @property
    def next(self) -> int | None:
        """Where the next page starts, if there is one."""
        return self.start + PAGE if self.start + PAGE < self.total else None


def roster(world: World, who: str, start: int) -> Roster:
    """The people of whom a word is part of key, name, identifier or address; all when it is empty. Raises WorldGone."""
    with world.file.reading() as transaction:
        people = [person for person in transaction.all(Person).values() if _is_meant(person, who)]
        entries = tuple(_entry(transaction, person) for person in people[start : start + PAGE])
    return Roster(entries, start, len(people), tuple(person.address for person in people if person.address))


def _entry(transaction: Transaction, person: Person) -> RosterEntry:
    account = transaction.get(Account, person.account)
    return RosterEntry(
        person=person_answer(person),
        record=person.record,
        why=why(transaction, person.identifier),
        member=person.membership is not None,
        has_password=account is None or bool(account.password_hash),
        address_valid=person.address_valid,
    )


def _is_meant(person: Person, who: str) -> bool:
    known_by = (person.identifier, person.membership or "", person.address or "")
    words = " ".join((person.key, person.first_name, person.last_name, *known_by)).casefold()
    # A NIR is written with spaces and its key as often as without.
    return who.casefold() in words or "".join(who.split()).upper()[:13] == person.identifier
