"""Acts of staff, for the API and the room: what is asked for, held against what the act takes, and done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import UNSET

from simulator import defects, staff
from simulator.control.bodies import Act
from simulator.documents import Person, Switched
from simulator.installation import Installation
from simulator.mistakes import Mistake
from simulator.portals.ameli import counter
from simulator.portals.ameli.desk import desk_of
from simulator.worlds import World

_TAKES = {"set-record": ("scheme", "fund", "attachment"), "write-message": ("text",), "correct-address": ("address",)}
_VALUES = ("scheme", "fund", "attachment", "text", "address")
_TEXT = "Votre relevé est disponible."


def act(installation: Installation, world: World, wanted: Act) -> Person:
    """Do it; the person as they stand then. Raises Mistake."""
    given = {name: value for name in _VALUES if (value := getattr(wanted, name)) is not UNSET}
    foreign = [name for name in given if name not in _TAKES.get(wanted.act, ())]
    if foreign:
        takes = ", ".join(_TAKES.get(wanted.act, ())) or "no values"
        raise Mistake(400, foreign[0], f"{wanted.act} takes {takes}.", "Leave it out, or use an act that takes it.")
    if wanted.act == "set-record" and not given:
        raise Mistake(400, "act", "Nothing is to be set.", "Give at least one of scheme, fund, attachment.")
    try:
        with _erring_as_switched(installation, world):
            return _done(installation, world, wanted, given)
    except counter.NotPossible as problem:
        raise Mistake(409, "person", f"{wanted.person!r} cannot get a provisional code: {problem}.", problem.way_on) from None
    except staff.NoSuchPerson:
        way_on = f"GET /api/worlds/{world.id} lists the people and their keys."
        raise Mistake(404, "person", f"There is no person {wanted.person!r} in this world.", way_on) from None


def _done(installation: Installation, world: World, wanted: Act, given: dict[str, Any]) -> Person:
    if wanted.act == "reset":
        return counter.reset(desk_of(installation, installation.sender), world, wanted.person)
    if wanted.act == "provisional-code":
        return counter.send_provisional_code(desk_of(installation, installation.sender), world, wanted.person)
    if wanted.act == "write-message":
        return counter.write_message(desk_of(installation, installation.sender), world, wanted.person, given.get("text", _TEXT))
    with world.file.transaction() as transaction:
        if wanted.act == "attach":
            return staff.attach(transaction, wanted.person)
        if wanted.act == "correct-record":
            return staff.correct_record(transaction, wanted.person)
        if wanted.act == "invalidate-address":
            return staff.invalidate_address(transaction, wanted.person)
        if wanted.act == "correct-address":
            return staff.correct_address(transaction, wanted.person, given.get("address"))
        return staff.set_record(transaction, wanted.person, **given)


@contextmanager
def _erring_as_switched(installation: Installation, world: World) -> Iterator[None]:
    """The defects of the world are on for what staff does in it, too."""
    with world.file.reading() as transaction:
        switched = transaction.get(Switched, "switched") or Switched()
    defects.enter(switched.defects, installation.consultations.of(world.id))
    try:
        yield
    finally:
        defects.leave()
