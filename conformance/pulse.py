"""Whether the target still answers: asked before a run, and again after an error, so that a dead target is told once and soon."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from conformance.connections import send
from conformance.driver import DriverBroke
from conformance.target import Target

# Before a run one waits for whoever is slow; in the middle of one that answered until now, less.
_FIRST_SECONDS, _LATER_SECONDS = 6.0, 2.0
_ASKED_AGAIN_SECONDS = 10.0
_LEAST_SECONDS = 0.5  # for the next, when one took all the time: the run is given up anyway


def silent(target: Target, seconds: float = _FIRST_SECONDS) -> str:
    """What does not answer of the addresses that the target file names, with the key that names it; empty when all do.

    Any answer will do: whether it is the right one is for the cases to say. `seconds` is how long all of them may take.
    """
    until = time.monotonic() + seconds
    heard = ((key, _silence(address, max(_LEAST_SECONDS, until - time.monotonic()))) for key, address in _asked(target))
    return "; ".join(f"{key} of {target.file}: {said}" for key, said in heard if said)


def _asked(target: Target) -> Iterator[tuple[str, str]]:
    yield "address", target.page_address("sign-in")
    if target.control is not None:
        yield "control", f"{target.control}/"
    if target.mail is not None:
        yield "mail", f"{target.mail}/api/v1/info"
    if target.sms is not None:
        yield "sms", f"{target.sms}/api/v1/sms?limit=1"


def _silence(address: str, seconds: float) -> str:
    limits = {"connect": min(seconds, 3.0), "read": seconds, "write": seconds, "pool": seconds}
    try:
        send(httpx.Request("GET", address, extensions={"timeout": limits}))
    except DriverBroke as broke:
        return str(broke)
    return ""


@dataclass
class Pulse:
    """What one process knows of whether the target still answers."""

    target: Target
    gone: str = ""
    _asked_at: float = 0.0

    def lost(self) -> str:
        """Why nothing can be tried just now; empty while the target answers. One that is gone is asked again from time to time."""
        if self.gone and time.monotonic() - self._asked_at > _ASKED_AGAIN_SECONDS:
            self.ask()
        return self.gone

    def ask(self) -> str:
        """Ask now: after an error, to tell a target that is gone from a case that met something odd."""
        said = silent(self.target, _LATER_SECONDS)
        self._asked_at = time.monotonic()
        self.gone = f"the target does not answer any more: {said}" if said else ""
        return self.gone
