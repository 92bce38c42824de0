"""The people of a world as the control room lists them: who, how they stand, and what blocks them."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.control.answers import PersonAnswer
from simulator.control.views import person_answer
from simulator.documents import Person
from simulator.policy.attachment import Record
from simulator.why import Why, why
from simulator.worlds import World

PAGE = 20


@dataclass(frozen=True)
class RosterEntry:
    """One person."""

    person: PersonAnswer
    record: Record
    why: Why


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
        entries = tuple(_entry(person, why(transaction, person.identifier)) for person in people[start : start + PAGE])
    return Roster(entries, start, len(people), tuple(person.address for person in people if person.address))


def _entry(person: Person, reasons: Why) -> RosterEntry:
    return RosterEntry(person_answer(person), person.record, reasons)


def _is_meant(person: Person, who: str) -> bool:
    words = " ".join((person.key, person.first_name, person.last_name, person.identifier, person.address or "")).casefold()
    # A NIR is written with spaces and its key as often as without.
    return who.casefold() in words or "".join(who.split()).upper()[:13] == person.identifier
