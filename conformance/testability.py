"""Worlds, clocks and acts of staff over the testability API (docs/testability.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from conformance.clocks import FINEST, as_precise_as_said
from conformance.connections import ask
from conformance.driver import CannotRun, Clock, DriverBroke, World
from conformance.drivers.app import app_maker
from conformance.mailpit import MailpitMailbox
from conformance.people.exchange import as_answered, as_sent, mail_domain_of, new_name
from conformance.sms_sink import SmsSink
from conformance.target import Target
from scenarios.model import Person

# Not a full minute, so that a time rounded the wrong way is seen; a plain day in winter, so that no change of the hour disturbs.
USUAL_START = "2026-03-10T10:00:20+01:00"

# Whose people are made where none is named (docs/testability.md): an implementation of it alone need not know the field.
FIRST_PORTAL = "ameli-connect"

# As cases say it -> as the API does.
_FAULTS = {"smtp-refuses": {"smtp": "refuse"}, "sms-refuses": {"sms": "refuse"}, "none": {"smtp": "none"}}


class WorldClock:
    """The clock of one world; it stands still until it is moved, so what it showed last is what it shows."""

    moves = True

    def __init__(self, address: str, shown: object = None) -> None:
        self._address = address
        self._standing_at = _standing_at(shown, address)

    def now(self) -> datetime:
        """The instant it shows."""
        if self._standing_at is not None:
            return self._standing_at
        shown = ask("GET", self._address)
        self._standing_at = _standing_at(shown, self._address)
        return self._standing_at or _instant(shown, self._address)

    def move_to(self, instant: datetime) -> None:
        """Move it there; what falls due on the way has been done afterwards.

        It is asked where it is then: whoever answers and does not move would make every portal look wrong.

        Raises:
            DriverBroke: for an instant that is past, and when it is somewhere else afterwards.
        """
        self._standing_at = None
        ask("PATCH", self._address, {"to": instant.isoformat()})
        shown = ask("GET", self._address)
        reached, self._standing_at = _instant(shown, self._address), _standing_at(shown, self._address)
        if reached < instant or (self._standing_at is not None and reached >= instant + FINEST):
            raise DriverBroke(
                f"{self._address} was moved to {instant.isoformat()} and shows {reached.isoformat()}: it cannot be relied on. "
                "Mend the clock of the testability API, or say `clock = false` in [capabilities] of the target file."
            )


@dataclass(frozen=True)
class WorldStaff:
    """Acts of staff in one world."""

    address: str

    def act(self, act: str, person: str, values: Mapping[str, Any]) -> None:
        """Do an act to a person, by their key. Raises DriverBroke for one that the target does not know."""
        ask("POST", self.address, {**values, "act": act, "person": person})


@dataclass(frozen=True)
class WorldFaults:
    """What goes wrong on purpose in one world."""

    address: str

    def switch(self, fault: str) -> None:
        """From now on this goes wrong and nothing else. Raises DriverBroke for what the target does not know."""
        ask("PUT", self.address, _FAULTS[fault])


@dataclass(frozen=True)
class WorldText:
    """The texts to copy that were shown in one world."""

    address: str

    def __call__(self, picture: str | None) -> str | None:
        """The text of the picture at that address, else the last one. Raises DriverBroke when the target does not tell."""
        answer = ask("GET", f"{self.address}?{urlencode({'picture': picture})}" if picture else self.address)
        text = answer.get("text") if isinstance(answer, dict) else None
        return str(text) if text is not None else None


@dataclass(frozen=True)
class WorldSettle:
    """Waits until no message of one world is on its way."""

    address: str

    def __call__(self) -> None:
        """Raises DriverBroke when messages still wait after the target's own patience."""
        answer = ask("POST", self.address)
        if waiting := answer.get("waiting") if isinstance(answer, dict) else None:
            raise DriverBroke(f"{waiting} messages still wait to be sent: the target's mail server does not take them.")


@dataclass(frozen=True)
class TestabilityProvisioner:
    """Makes a world for each case, with a mail domain of its own and a clock that stands still; `defects` are on in it, by name,
    and the limits in `lift` do not hold."""

    __test__ = False

    target: Target
    defects: tuple[str, ...] = ()
    lift: tuple[str, ...] = ()

    def lifting(self, limits: Sequence[str]) -> TestabilityProvisioner:
        """The same, for worlds without these limits."""
        return replace(self, lift=tuple(limits))

    def make(self, people: Sequence[Person], clock: str | None, claim: str) -> World:  # noqa: ARG002
        """A fresh world with these people, its clock standing at `clock` or at the usual start. Raises DriverBroke, CannotRun."""
        identifier = new_name()
        domain = mail_domain_of(identifier)
        body = {
            "id": identifier,
            "clock": {"now": clock or USUAL_START, "running": False},
            "people": [as_sent(person, domain) for person in people],
            **({} if self.target.portal == FIRST_PORTAL else {"portal": self.target.portal}),
            **({"defects": self.defects} if self.defects else {}),
            **({"lift": self.lift} if self.lift else {}),
        }
        made = ask("POST", f"{self._base()}/api/worlds", body)
        address = self._world_address(identifier)
        portal = _member(made, "portals", dict, address).get(self.target.portal)
        if portal is None:
            raise DriverBroke(f"{address} has no portal {self.target.portal}; it has: {', '.join(made['portals']) or 'none'}.")
        offered = self.target.capabilities
        return World(
            id=str(made["id"]),
            address=str(portal).rstrip("/"),
            people=as_answered(made.get("people"), people, address),
            clock=self._clock(f"{address}/clock", made.get("clock")) if "clock" in offered else None,
            mailbox=MailpitMailbox(self.target.mail, domain) if self.target.mail and "mail" in offered else None,
            staff=WorldStaff(f"{address}/acts") if "staff" in offered else None,
            settle=WorldSettle(f"{address}/settle"),
            faults=WorldFaults(f"{address}/faults") if "faults" in offered else None,
            text_to_copy=WorldText(f"{address}/text-to-copy") if "captcha" in offered else None,
            new_app=app_maker(self.target, str(portal)),
            phone=SmsSink(self.target.sms, str(made["id"])) if self.target.sms and "sms" in offered else None,
        )

    def drop(self, world: World) -> None:
        """Drop the world and all that was in it."""
        ask("DELETE", self._world_address(world.id))

    def consulted(self, world: World) -> tuple[str, ...] | None:
        """Which defects the target asked after in that world; None where it does not say. Raises DriverBroke."""
        address = f"{self._world_address(world.id)}/defects"
        told = ask("GET", address)
        if isinstance(told, dict) and told.get("consulted", "") is None:
            return None
        return tuple(map(str, _member(told, "consulted", list, address)))

    def _clock(self, address: str, shown: object) -> Clock:
        return as_precise_as_said(WorldClock(address, shown), self.target.clock_precision, self.target.file)

    def _world_address(self, identifier: str) -> str:
        return f"{self._base()}/api/worlds/{quote(identifier, safe='')}"

    def _base(self) -> str:
        if self.target.control is None or "people" not in self.target.capabilities:
            raise CannotRun(f"{self.target.file} names no way to make people: give the base address of a testability API as control.")
        return self.target.control


def _standing_at(shown: object, address: str) -> datetime | None:
    """The instant of a clock that says that it stands still, or None for one that runs or was not told."""
    stands = isinstance(shown, dict) and shown.get("running") is False and "now" in shown
    return _instant(shown, address) if stands else None


def _instant(answer: Any, address: str) -> datetime:
    try:
        instant = datetime.fromisoformat(_member(answer, "now", str, address))
    except ValueError as error:
        raise DriverBroke(f"{address} tells an instant that cannot be read: {error}.") from error
    if instant.tzinfo is None:
        raise DriverBroke(f"{address} tells the instant {instant.isoformat()} without an offset. Give one, such as +01:00.")
    return instant


def _member(answer: Any, key: str, kind: type, address: str) -> Any:
    value = answer.get(key) if isinstance(answer, dict) else None
    if isinstance(value, kind):
        return value
    raise DriverBroke(f"{address} does not answer as docs/testability.md says: no “{key}”.")
