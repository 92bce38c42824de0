"""What the testability API answers. The OpenAPI document is made from these types. Instants are in Paris time, with their offset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from simulator.documents import Limit
from simulator.policy.attachment import Record
from simulator.policy.dates import PARIS

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class EventAnswer:
    """Something that will happen."""

    at: datetime
    what: str


@dataclass(frozen=True)
class ClockAnswer:
    """A world's clock, and the next thing that will happen."""

    now: datetime
    running: bool
    next: EventAnswer | None


@dataclass(frozen=True)
class PersonAnswer:
    """What a person knows of themself. `password` is null once they have changed it, and while there is none yet; `membership` for others
    than members of a mutual insurer."""

    key: str
    kind: str
    identifier: str
    password: str | None
    address: str | None
    first_name: str
    last_name: str
    birth_date: date
    postcode: str
    card: str
    iban: str
    mobile: str | None
    portal: str
    membership: str | None


@dataclass(frozen=True)
class WorldAnswer:
    """A world; `portals` gives the base address of each portal in it."""

    id: str
    portals: Mapping[str, str]
    clock: ClockAnswer
    people: tuple[PersonAnswer, ...]
    defects: tuple[str, ...]
    lift: tuple[Limit, ...]


@dataclass(frozen=True)
class WorldEntry:
    """A world in the list of all."""

    id: str
    portals: Mapping[str, str]
    now: datetime
    running: bool


@dataclass(frozen=True)
class WorldsAnswer:
    """All the worlds there are."""

    worlds: tuple[WorldEntry, ...]


@dataclass(frozen=True)
class PeopleAnswer:
    """The people that were made, in the order asked for."""

    people: tuple[PersonAnswer, ...]


@dataclass(frozen=True)
class ActAnswer:
    """The person, and what the reference of individuals says of them now."""

    person: PersonAnswer
    record: Record


@dataclass(frozen=True)
class TextToCopyAnswer:
    """The text to copy that was shown last in a world; null where none was."""

    text: str | None


@dataclass(frozen=True)
class SettledAnswer:
    """How many messages still wait in the outbox."""

    waiting: int


@dataclass(frozen=True)
class FaultsAnswer:
    """What goes wrong on purpose."""

    smtp: str
    sms: str


@dataclass(frozen=True)
class DefectEntry:
    """A named defect: what is wrong, which requirements it breaks, which checks must notice on which facts, and where
    it was really made. `part` is the part of the portal that it is in.
    """

    name: str
    title: str
    portal: str
    part: str
    breaks: tuple[str, ...]
    killed_by: Mapping[str, tuple[str, ...]]
    seen_in: str
    driver: str


@dataclass(frozen=True)
class GalleryAnswer:
    """All the defects there are."""

    defects: tuple[DefectEntry, ...]


@dataclass(frozen=True)
class DefectsAnswer:
    """Which defects are on in a world, and which were asked after there; null where no page of it was served
    by this process, as with several workers."""

    on: tuple[str, ...]
    consulted: tuple[str, ...] | None


def in_paris(value: Any) -> Any:
    """The same value with every instant in it in Paris time."""
    if isinstance(value, datetime):
        return value.astimezone(PARIS)
    if isinstance(value, tuple):
        return tuple(in_paris(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: in_paris(getattr(value, field.name)) for field in fields(value)})
    return value
