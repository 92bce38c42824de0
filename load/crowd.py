"""The people of a load run: made in one world beforehand, shared out among the workers, and each used by one simulated user at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from queue import Empty, Queue
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import httpx
import msgspec

from conformance.connections import ask, send
from conformance.driver import Credentials, DriverBroke, World
from conformance.mailpit import MailpitMailbox
from conformance.target import Target
from conformance.testability import TestabilityProvisioner
from conformance.values import Knowledge
from conformance.visible import normalise
from scenarios.model import Person

# Someone whose journeys went wrong this often in a row is left alone: going on would meet quota and lockout, not the load.
PATIENCE = 2


@dataclass(frozen=True)
class Member:
    """Someone with an account: what they sign in with, where their code goes, and what their account page must show."""

    identifier: str
    password: str
    address: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Newcomer:
    """Someone on file without an account: what the first visit asks for, by the names of the target's controls."""

    identifier: str
    address: str
    details: Mapping[str, str]


Someone = TypeVar("Someone", Member, Newcomer)


@dataclass(frozen=True)
class Crowd:
    """Where a run takes place: the portal and the mail API in its world, the people, and who tells the texts to copy."""

    portal: str
    mail: str
    members: tuple[Member, ...]
    newcomers: tuple[Newcomer, ...] = ()
    texts: str = ""

    def shares(self, workers: int) -> tuple[Crowd, ...]:
        """The same ground, with the people dealt out to so many workers, as evenly as can be."""
        shares = ((self.members[worker::workers], self.newcomers[worker::workers]) for worker in range(workers))
        return tuple(replace(self, members=members, newcomers=newcomers) for members, newcomers in shares)

    def as_message(self) -> dict[str, Any]:
        """What goes to a worker."""
        message: dict[str, Any] = msgspec.to_builtins(self)
        return message

    @staticmethod
    def from_message(message: Any) -> Crowd:
        """What came from the master."""
        return msgspec.convert(message, Crowd)


class Mailbox:
    """The mails of one member; emptied after use, so that the newest is always the one that was asked for. `patience` in seconds."""

    def __init__(self, mail: str, address: str, patience: float) -> None:
        self._patience = patience
        self._box = MailpitMailbox(mail, address)
        query = urlencode({"query": f'addressed:"{address}"'})
        self._all = f"{mail}/api/v1/search?{query}"

    def wait(self) -> str | None:
        """The text of the first mail that is there before patience ends, or None."""
        mails = self._box.wait_beyond(0, self._patience)
        return (mails[0].text or mails[0].html) if mails else None

    def empty(self) -> None:
        """Delete what was read. Raises DriverBroke when the API does not take it."""
        answer = send(httpx.Request("DELETE", self._all))
        if not answer.is_success:
            raise DriverBroke(f"the mail API answers {answer.status_code} to DELETE {self._all}")


@dataclass
class Stage(Generic[Someone]):
    """The people that this process may use, handed out one by one."""

    crowd: Crowd
    people: Sequence[Someone]
    set_aside: int = 0
    _free: Queue[Someone] = field(default_factory=Queue)
    _failed: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.people:
            self._free.put(one)

    def take(self) -> Someone | None:
        """Someone whom no other user is just now; waits for one. None when all were set aside."""
        while self.set_aside < len(self.people):
            try:
                return self._free.get(timeout=0.5)
            except Empty:
                continue
        return None

    def give_back(self, member: Someone, went_right: bool) -> None:
        """Free again for the next, after all others; set aside after too many failures in a row."""
        failures = self._failed[member.identifier] = 0 if went_right else self._failed.get(member.identifier, 0) + 1
        if failures >= PATIENCE:
            self.set_aside += 1
        else:
            self._free.put(member)


def gather(target: Target, count: int, newcomers: int = 0) -> tuple[World, Crowd]:
    """A world of its own with so many people, its clock running, and so many more without an account.

    Raises:
        CannotRun: when the target offers no way to make people, or to read mails.
        DriverBroke: when the target does not do as the testability API says.
    """
    people = [Person(f"member-{number}", "insured") for number in range(1, count + 1)]
    new = [Person(f"newcomer-{number}", "insured", {"account": "none"}) for number in range(1, newcomers + 1)]
    world = TestabilityProvisioner(target).make([*people, *new], None, "load")
    ask("PATCH", f"{target.control}/api/worlds/{world.id}/clock", {"running": True})
    members = tuple(_member(world.people[person.key]) for person in people)
    texts = f"{target.control}/api/worlds/{world.id}/text-to-copy"
    return world, Crowd(world.address, str(target.mail), members, tuple(_newcomer(world.people[person.key]) for person in new), texts)


def _member(person: Credentials) -> Member:
    names = tuple(normalise(person.details[name]) for name in ("first_name", "last_name") if name in person.details)
    return Member(person.identifier, person.password, person.address or "", names)


def _newcomer(person: Credentials) -> Newcomer:
    known = Knowledge.of(person)
    born = known.birth_date("right")
    details = {name: known.detail(name, "right") for name in ("family-name", "postcode")}
    return Newcomer(
        person.identifier, person.address or "", details | {"birth-date": born if isinstance(born, str) else f"{born:%d/%m/%Y}"}
    )
