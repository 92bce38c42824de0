"""Worlds: sealed copies of everything the simulator knows, each with people and a clock of its own, each one file."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from simulator import households
from simulator.clock import clock_at, machine_now
from simulator.documents import Account, Held, Lifted, Limit, Membership, OnFile, Person, Switched
from simulator.passwords import Passwords
from simulator.people import PersonNotPossible, PersonRequest, made
from simulator.policy.contact import same_address
from simulator.store import Transaction, WorldFile, WorldGone

DEFAULT_WORLD = "default"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class WorldExists(ValueError):
    """There is a world of that name already."""


class WorldNameNotPossible(ValueError):
    """A world's name is 1 to 40 lower-case letters, digits and inner hyphens."""


@dataclass(frozen=True)
class World:
    """A world by name, and its file."""

    id: str
    file: WorldFile

    @property
    def prefix(self) -> str:
        """What stands before a portal's path in the address: nothing for the default world."""
        return "" if self.id == DEFAULT_WORLD else f"/w/{self.id}"


class Worlds:
    """All the worlds of a data folder."""

    def __init__(self, data: Path, passwords: Passwords) -> None:
        self._folder = data / "worlds"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._passwords = passwords

    def create(
        self,
        name: str | None = None,
        people: Sequence[PersonRequest] = (),
        now: datetime | None = None,
        running: bool = True,
        *,
        defects: tuple[str, ...] = (),
        lifted: tuple[Limit, ...] = (),
    ) -> World:
        """A new world with those people. Raises WorldExists, WorldNameNotPossible, PersonNotPossible; then nothing was made."""
        persons = self._persons(people, frozenset())

        def fill(transaction: Transaction) -> None:
            transaction.set_clock(clock_at(now, running, machine_now()))
            transaction.put("switched", Switched(defects))
            transaction.put("lifted", Lifted(lifted))
            for person, password_hash in persons:
                _settle_in(transaction, person, password_hash)

        return self._new(name or secrets.token_hex(6), fill)

    def get(self, name: str) -> World:
        """The world of that name. Raises WorldGone."""
        world = self._named(name)
        if world is None or not world.file.exists():
            raise WorldGone(name)
        return world

    def all(self) -> tuple[World, ...]:
        """Every world, by name."""
        return tuple(World(path.stem, WorldFile(path)) for path in sorted(self._folder.glob("*.sqlite")))

    def drop(self, world: World) -> None:
        """Delete a world and all that was in it."""
        world.file.drop()

    def add_people(self, world: World, people: Sequence[PersonRequest]) -> tuple[Person, ...]:
        """More people in a world, all or none. Raises PersonNotPossible."""
        with world.file.reading() as transaction:
            taken = frozenset(transaction.all(Person))
        persons = self._persons(people, taken)
        with world.file.transaction() as transaction:
            for person, password_hash in persons:
                _settle_in(transaction, person, password_hash)
        return tuple(person for person, _ in persons)

    def export(self, world: World) -> dict[str, Any]:
        """Everything a world remembers, as one JSON document; messages still on their way stay behind."""
        with world.file.reading() as transaction:
            rows = [{"kind": kind, "key": key, "body": base64.b64encode(body).decode()} for kind, key, body in transaction.rows()]
        return {"format": 1, "id": world.id, "documents": rows}

    def restore(self, name: str | None, documents: Sequence[tuple[str, str, bytes]]) -> World:
        """A new world from exported documents. Raises WorldExists, WorldNameNotPossible, WorldGone when there is no clock among them."""

        def fill(transaction: Transaction) -> None:
            for kind, key, body in documents:
                transaction.put_row(kind, key, body)
            transaction.clock()

        return self._new(name or secrets.token_hex(6), fill)

    def _persons(self, people: Sequence[PersonRequest], taken: frozenset[str]) -> list[tuple[Person, str]]:
        persons = [made(request) for request in people]
        keys = set(taken)
        for person in persons:
            if person.key in keys:
                message = f"There is a person {person.key!r} in this world already."
                raise PersonNotPossible("key", message, "Give each person a key of their own.")
            keys.add(person.key)
        return [(person, self._passwords.hashed(person.password_shown) if person.password_shown else "") for person in persons]

    def _named(self, name: str) -> World | None:
        return World(name, WorldFile(self._folder / f"{name}.sqlite")) if _NAME.fullmatch(name) else None

    def _new(self, name: str, fill: Callable[[Transaction], None]) -> World:
        world = self._named(name)
        if world is None:
            raise WorldNameNotPossible(name)
        try:
            world.file.create(fill)
        except FileExistsError:
            raise WorldExists(name) from None
        return world


def _settle_in(transaction: Transaction, person: Person, password_hash: str) -> None:
    """Into the insurer's file; who has enrolled, into the portal too."""
    transaction.put(person.key, person)
    if person.kind == "stranger":
        return
    transaction.put(person.account, OnFile(person.key))
    if not person.enrolled_at_start:
        return
    if transaction.get(Account, person.account) is not None:
        raise PersonNotPossible("nir", "Somebody in this world has that NIR already.", "Give another NIR, or none.")
    transaction.put(person.account, Account(person.account, person.key, password_hash, person.address, opened=transaction.now()))
    if person.membership is not None:
        _enrol(transaction, person, person.membership)
    elif person.address is not None and transaction.get(Held, same_address(person.address)) is None:
        transaction.put(same_address(person.address), Held(person.account))


def _enrol(transaction: Transaction, person: Person, number: str) -> None:
    if transaction.get(Membership, number) is not None:
        raise PersonNotPossible("membership", "Somebody in this world has that number already.", "Give another number, or none.")
    transaction.put(number, Membership(person.account))
    households.join(transaction, person.account, person.address)
