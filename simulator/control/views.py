"""Worlds and people as answers."""

from __future__ import annotations

from msgspec.structs import asdict

from simulator import defects
from simulator.agenda import next_event
from simulator.clock import machine_now
from simulator.control.answers import (
    ClockAnswer,
    DefectEntry,
    DefectsAnswer,
    EventAnswer,
    GalleryAnswer,
    PersonAnswer,
    WorldAnswer,
    WorldEntry,
    in_paris,
)
from simulator.control.operations import lifted_limits, switched_defects
from simulator.documents import Person
from simulator.installation import Installation
from simulator.people import known_by
from simulator.portals import PORTALS
from simulator.store import Transaction, WorldGone
from simulator.worlds import World


def world_answer(installation: Installation, world: World) -> WorldAnswer:
    """A world, whole. Raises WorldGone."""
    with world.file.reading() as transaction:
        clock = _clock(transaction)
        people = tuple(person_answer(person) for person in transaction.all(Person).values())
    return WorldAnswer(world.id, portals(installation, world), clock, people, switched_defects(world), lifted_limits(world))


def world_entries(installation: Installation) -> tuple[WorldEntry, ...]:
    """All worlds, by name; those that are dropped meanwhile are left out."""
    entries = []
    for world in installation.worlds.all():
        try:
            with world.file.reading() as transaction:
                clock = transaction.clock()
        except WorldGone:
            continue
        entries.append(WorldEntry(world.id, portals(installation, world), in_paris(clock.now(machine_now())), clock.running))
    return tuple(entries)


def gallery_answer() -> GalleryAnswer:
    """The named defects."""
    return GalleryAnswer(tuple(DefectEntry(part=part, **asdict(defect)) for part, there in defects.parts().items() for defect in there))


def defects_answer(installation: Installation, world: World) -> DefectsAnswer:
    """What is on in a world, and what was consulted there, as far as this process served its pages. Raises WorldGone."""
    return DefectsAnswer(switched_defects(world), installation.consultations.told(world.id))


def clock_answer(world: World) -> ClockAnswer:
    """A world's clock. Raises WorldGone."""
    with world.file.reading() as transaction:
        return _clock(transaction)


def person_answer(person: Person) -> PersonAnswer:
    """What a person knows of themself."""
    return PersonAnswer(
        key=person.key,
        kind=person.kind,
        identifier=known_by(person),
        password=person.password_shown,
        address=person.address,
        first_name=person.first_name,
        last_name=person.last_name,
        birth_date=person.birth_date,
        postcode=person.postcode,
        card=person.card,
        iban=person.iban,
        mobile=person.mobile,
        portal=person.portal,
        membership=person.membership,
    )


def portals(installation: Installation, world: World) -> dict[str, str]:
    """The base address of each portal in a world."""
    return {portal.id: f"{installation.settings.portal_address}{world.prefix}{portal.path}" for portal in PORTALS}


def _clock(transaction: Transaction) -> ClockAnswer:
    clock = transaction.clock()
    event = next_event(transaction)
    return ClockAnswer(in_paris(clock.now(machine_now())), clock.running, EventAnswer(in_paris(event.at), event.what) if event else None)
