"""What a careless portal knows: its people, sessions, counts and mails, and the ports by which suites come to it. All in memory."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from waitress.server import create_server

from conformance.driver import Credentials, DriverBroke, Message, World
from conformance.drivers.forms import FormsBrowsers
from conformance.selftests.fakes import PERSON, START
from conformance.target import Target, load_target
from scenarios.model import Person

ATTEMPTS, QUOTA = 3, 5
TRUST = timedelta(days=181)


@dataclass
class Account:
    """One account. Counts are kept by what is taken for the caller, which is nothing where all is well."""

    person: Credentials
    password: str
    failures: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    asked: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    code: str = ""


@dataclass
class Session:
    """A visit: who said the right password, and whether the account is open."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    identifier: str = ""
    open: bool = False


@dataclass
class State:
    """One world. `trusts`: token -> whose it is, and until when."""

    careless: frozenset[str]
    address: str
    accounts: dict[str, Account] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    trusts: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    mails: list[Message] = field(default_factory=list)
    now: datetime = START
    moves: bool = True
    domain: str = "t1.heurtoir.test"

    def send(self, to: Sequence[str], subject: str, text: str) -> None:
        """A mail, at once."""
        self.mails.insert(0, Message(str(len(self.mails)), "x", "x@a.test", tuple(to), subject, text, "", {"Subject": (subject,)}))

    # -- the ports of conformance.driver: mailbox and clock

    def messages(self) -> Sequence[Message]:
        return list(self.mails)

    def wait_beyond(self, count: int, seconds: float) -> Sequence[Message]:
        return list(self.mails)

    def move_to(self, instant: datetime) -> None:
        if instant < self.now:
            raise DriverBroke("a clock never goes back")
        self.now = instant


class Clock:
    """The clock of a world."""

    moves = True

    def __init__(self, state: State) -> None:
        self._state = state

    def now(self) -> datetime:
        return self._state.now

    def move_to(self, instant: datetime) -> None:
        self._state.move_to(instant)


@dataclass
class Worlds:
    """Makes worlds of one running portal. `base`: where it answers."""

    careless: frozenset[str]
    base: str = ""
    states: dict[str, State] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def make(self, people: Sequence[Person], clock: str | None, claim: str) -> World:
        name = f"world{next(self._numbers)}"
        state = State(self.careless, f"{self.base}/{name}")
        known = {person.key: _person(person.key, number) for number, person in enumerate(people)}
        state.accounts = {one.identifier: Account(one, one.password) for one in known.values()}
        self.states[name] = state
        return World(name, state.address, known, Clock(state), state, None, lambda: None)

    def drop(self, world: World) -> None:
        pass


def _person(key: str, number: int) -> Credentials:
    identifier = f"2550814168{number:03d}"
    key_of_it = 97 - int(identifier) % 97
    details = {"first_name": f"Prénom{number}", "last_name": f"Nom{number}", "birth_date": "1955-08-14"}
    address = f"personne{number}@t1.heurtoir.test"
    return replace(
        PERSON, key=key, identifier=f"{identifier}{key_of_it:02d}", address=address, password=f"Correct-Horse-{number}", details=details
    )


@contextmanager
def served(make: Any, careless: Sequence[str] = ()) -> Iterator[tuple[Target, Worlds, FormsBrowsers]]:
    """Serve the application that `make` makes of worlds, on a free loopback port until the block ends: what a suite is performed with."""
    worlds = Worlds(frozenset(careless))
    server: Any = create_server(make(worlds), host="127.0.0.1", port=0, threads=4, clear_untrusted_proxy_headers=False)
    worlds.base = f"http://127.0.0.1:{server.effective_port}"
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield replace(load_target("simulator"), address=worlds.base, control=None, start=None), worlds, FormsBrowsers()
    finally:
        server.close()
