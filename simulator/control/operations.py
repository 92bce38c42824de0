"""What can be done to worlds from outside, each in one function; the API and the control room both call them."""

from __future__ import annotations

import difflib
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from simulator import defects, documents
from simulator.agenda import next_event
from simulator.clock import ClockGoesForward, WorldClock, machine_now, pause
from simulator.control.answers import in_paris
from simulator.control.bodies import ClockChange, DefectsChange, ExportedDocument, ExportedWorld, FaultsChange, NewPerson, NewWorld
from simulator.control.restored import check_restored
from simulator.control.times import later, read_duration, read_instant
from simulator.decoding import from_json
from simulator.documents import Account, Faults, LastText, Lifted, Limit, Person, Switched, TextToCopy
from simulator.installation import Installation
from simulator.mistakes import Mistake
from simulator.people import PersonNotPossible, PersonRequest
from simulator.store import Transaction, WorldGone
from simulator.why import UnknownForm, Why, why
from simulator.worlds import World, WorldExists, WorldNameNotPossible

_SETTLE_SECONDS = 5.0
_POLL_SECONDS = 0.005
_KINDS = {kind.__name__: kind for kind in (*vars(documents).values(), WorldClock) if isinstance(kind, type) and is_dataclass(kind)}


def find_world(installation: Installation, name: str) -> World:
    """The world of that name. Raises Mistake."""
    try:
        return installation.worlds.get(name)
    except WorldGone:
        raise no_such_world(name) from None


def no_such_world(name: str) -> Mistake:
    """The mistake of naming a world that is not there, or is there no more."""
    return Mistake(404, "world", f"There is no world {name!r}.", "GET /api/worlds lists those there are; POST /api/worlds makes one.")


def make_world(installation: Installation, wanted: NewWorld) -> World:
    """A new world. Raises Mistake; then nothing was made."""
    switched = _known_defects(wanted.defects or (), "defects")
    clock = wanted.clock
    now = read_instant(clock.now, "clock.now") if clock and clock.now else None
    running = clock.running if clock and clock.running is not UNSET else True
    try:
        people, lifted = _requests(wanted.people or (), wanted.portal), tuple(dict.fromkeys(wanted.lift or ()))
        return installation.worlds.create(wanted.id or None, people, now, bool(running), defects=switched, lifted=lifted)
    except WorldExists:
        raise Mistake(
            409, "id", f"There is a world {wanted.id!r} already.", "Give another id, leave it out, or DELETE that one first."
        ) from None
    except WorldNameNotPossible:
        raise Mistake(400, "id", f"{wanted.id!r} is no name for a world.", "Give 1 to 40 of a-z, 0-9 and inner hyphens.") from None
    except PersonNotPossible as problem:
        raise _person_mistake(problem, "people[].") from problem


def switched_defects(world: World) -> tuple[str, ...]:
    """The defects that are on in a world."""
    with world.file.reading() as transaction:
        return (transaction.get(Switched, "switched") or Switched()).defects


def lifted_limits(world: World) -> tuple[Limit, ...]:
    """The limits that a world was made without."""
    with world.file.reading() as transaction:
        return (transaction.get(Lifted, "lifted") or Lifted()).limits


def switch_defects(world: World, change: DefectsChange) -> None:
    """Have these defects on in a world, and no others. Raises Mistake."""
    names = _known_defects(change.on, "on")
    with world.file.transaction() as transaction:
        transaction.put("switched", Switched(names))


def _known_defects(names: Iterable[str], field: str) -> tuple[str, ...]:
    for number, name in enumerate(names):
        if name not in defects.gallery():
            near = difflib.get_close_matches(name, defects.gallery(), 1)
            meant = f" Did you mean {near[0]!r}?" if near else ""
            raise Mistake(400, f"{field}[{number}]", f"There is no defect {name!r}.{meant}", "GET /api/defects lists those there are.")
    return defects.known(names)


def add_people(installation: Installation, world: World, wanted: Iterable[NewPerson]) -> tuple[Person, ...]:
    """More people, all or none. Raises Mistake."""
    try:
        return installation.worlds.add_people(world, _requests(wanted))
    except PersonNotPossible as problem:
        raise _person_mistake(problem, "") from problem


def change_clock(world: World, change: ClockChange) -> None:
    """Stop, run or move a clock. Raises Mistake; then it stays as it was."""
    if change.forward is not UNSET and change.to is not UNSET:
        raise Mistake(400, "to", "A clock goes forward or to an instant, not both.", "Leave one of them out.")
    if change == ClockChange():
        raise Mistake(400, "body", "Nothing is to be done to the clock.", "Give running, and one of forward and to.")
    machine = machine_now()
    with world.file.transaction() as transaction:
        clock = transaction.clock()
        if change.running is not UNSET:
            clock = clock.set_running(bool(change.running), machine)
        target = _target(transaction, clock.now(machine), change)
        try:
            transaction.set_clock(clock.moved_to(target, machine) if target else clock)
        except ClockGoesForward:
            message = f"The clock shows {in_paris(clock.now(machine)).isoformat()} already; it never goes back."
            raise Mistake(400, "to", message, "Give a later instant, or make a new world.") from None


def _target(transaction: Transaction, now: datetime, change: ClockChange) -> datetime | None:
    if change.forward is not UNSET:
        return later(now, read_duration(str(change.forward), "forward"), "forward")
    if change.to is UNSET:
        return None
    if change.to != "next":
        return read_instant(str(change.to), "to")
    event = next_event(transaction)
    if event is None:
        raise Mistake(409, "to", "Nothing will happen in this world.", "Move the clock forward by a duration, or to an instant.")
    return max(event.at, now)


def settle(installation: Installation, world: World) -> int:
    """Wait until nothing waits in the outbox, 5 s at most; how many messages still wait."""
    installation.sender.wake(world)
    until = time.monotonic() + _SETTLE_SECONDS
    while True:
        with world.file.reading() as transaction:
            waiting = transaction.waiting()
        if not waiting or time.monotonic() >= until:
            return waiting
        pause(_POLL_SECONDS)


def faults(world: World) -> Faults:
    """What goes wrong on purpose in a world."""
    with world.file.reading() as transaction:
        return transaction.get(Faults, "faults") or Faults()


def change_faults(installation: Installation, world: World, change: FaultsChange) -> Faults:
    """Switch faults on or off; what is not named does not go wrong. Raises Mistake."""
    if change == FaultsChange():
        raise Mistake(400, "smtp", "It is not said what goes wrong.", "Give smtp, sms or both, each refuse or none.")
    changed = Faults(smtp=change.smtp or "none", sms=change.sms or "none")
    with world.file.transaction() as transaction:
        transaction.put("faults", changed)
        if "none" in (changed.smtp, changed.sms):
            transaction.try_all_again()
    installation.sender.wake(world)
    return changed


def text_to_copy(installation: Installation, world: World, picture: str) -> str | None:
    """The text of the picture at that address, else the one that was shown last in a world; None where there is none."""
    token = picture.rpartition("/")[2].partition(".")[0]
    with world.file.reading() as transaction:
        last = transaction.get(LastText, "last-text")
        key = installation.keyring.digest("text to copy", token) if token else last.key if last is not None else ""
        kept = transaction.get(TextToCopy, key)
    return installation.keyring.unsealed(kept.sealed).decode() if kept is not None else None


def explain(world: World, identifier: str) -> Why:
    """What the portal knows about an identifier in any spelling. Raises Mistake."""
    try:
        with world.file.reading() as transaction:
            return why(transaction, identifier)
    except UnknownForm:
        way_on = (
            "Give a NIR of 13 characters, or 15 with the right key, with or without spaces; or a member’s identifier, or membership number."
        )
        raise Mistake(400, "identifier", f"{identifier!r} is no identifier of any portal.", way_on) from None


def restore_world(installation: Installation, exported: ExportedWorld) -> World:
    """A new world from an exported one. Raises Mistake."""
    for number, document in enumerate(exported.documents):
        _check_document(document, f"documents[{number}]")
    rows = [(document.kind, document.key, document.body) for document in exported.documents]
    try:
        world = installation.worlds.restore(exported.id or None, rows)
    except WorldExists:
        raise Mistake(409, "id", f"There is a world {exported.id!r} already.", "Change or leave out the document’s id.") from None
    except WorldGone:
        raise Mistake(400, "documents", "There is no clock among the documents.", "Import what an export gave, whole.") from None
    except sqlite3.IntegrityError:
        raise Mistake(400, "documents", "Two documents have the same kind and key.", "Import what an export gave, unchanged.") from None
    try:
        check_restored(world)
    except (ValueError, TypeError, OverflowError) as problem:
        # It would break the list of all worlds.
        installation.worlds.drop(world)
        raise Mistake(400, "documents", f"This world cannot be: {problem}.", "Import what an export gave, unchanged.") from None
    return world


def _check_document(document: ExportedDocument, field: str) -> None:
    kind = _KINDS.get(document.kind)
    if kind is None:
        raise Mistake(400, f"{field}.kind", f"{document.kind!r} is nothing that a world remembers.", f"Known: {', '.join(sorted(_KINDS))}.")
    try:
        from_json(document.body, kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise Mistake(400, f"{field}.body", f"This is no {document.kind}: {problem}.", "Import what an export gave, unchanged.") from None


def reset_world(installation: Installation, world: World) -> World:
    """The same people in a world without a past, its clock running from the machine's time. A changed password is made up anew."""
    with world.file.reading() as transaction:
        people = tuple(_again(person, transaction.get(Account, person.account)) for person in transaction.all(Person).values())
    installation.worlds.drop(world)
    return installation.worlds.create(world.id, people)


def _again(person: Person, account: Account | None) -> PersonRequest:
    return PersonRequest(
        kind="stranger" if person.kind == "stranger" else "insured",
        key=person.key,
        portal=person.portal,
        mail="none" if person.address is None else "validated" if person.address_valid else "invalid",
        address=person.address,
        scheme=person.record.scheme,
        fund=person.record.fund,
        attachment=person.record.attachment,
        nir=person.identifier,
        identifier=person.identifier,
        membership=person.membership,
        has_password=account is None or bool(account.password_hash),
        password=person.password_shown,
        first_name=person.first_name,
        last_name=person.last_name,
        birth_date=person.birth_date,
        account="open" if person.enrolled_at_start else "none",
        postcode=person.postcode,
        card=person.card,
        iban=person.iban,
        mobile=person.mobile or "none",
    )


def _requests(wanted: Iterable[NewPerson], portal: str | UnsetType = UNSET) -> list[PersonRequest]:
    usual = {} if portal is UNSET else {"portal": portal}
    return [PersonRequest(**{**usual, **_given(person)}) for person in wanted]


def _given(person: NewPerson) -> dict[str, Any]:
    known = {field.name for field in fields(PersonRequest)}
    given = {name: value for name in person.__struct_fields__ if name in known and (value := getattr(person, name)) is not UNSET}
    return {**given, "has_password": person.password is not None}


def _person_mistake(problem: PersonNotPossible, prefix: str) -> Mistake:
    return Mistake(409 if problem.field == "key" else 400, f"{prefix}{problem.field}", str(problem), problem.way_on)
