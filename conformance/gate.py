"""The gate: the one place that says what may be touched. Whatever sends asks it first: requests, the browser, links of mails, load.

    GATE.admit(target.touched)       # once, before anything else is touched: asks each origin beyond this machine for its permission
    GATE.forbids("lock")             # why checks of this impact cannot run, or None
    GATE.let_through(address)        # before each request: NotPermitted, or the moment at which it may go
    GATE.refusal(address)            # the same without waiting: why this address may not be touched, or None
    GATE.at_full_speed = True        # for what the permission allows to hammer: no rate slows it

Loopback is free. Any other origin is touched when it was admitted: when it is one of the target's and serves a permission
(conformance.permission), or is named in one of theirs. Nobody else is even asked. The real portals' domains are refused before that.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

import httpx

from conformance.driver import DriverBroke
from conformance.origins import NoOrigin, Origin, origin_of, refused_domain
from conformance.permission import PLACE, NoPermission, Permission, proposal, read_permission
from conformance.transport import exchange

HAMMER = "hammer"
_USUAL_WISH = "read, account, lock"
_TIMEOUTS = {"connect": 5.0, "read": 5.0, "write": 5.0, "pool": 5.0}
# What pytest-xdist tells each of its workers: a run's requests are shared out among them.
_WORKERS_VARIABLE = "PYTEST_XDIST_WORKER_COUNT"


class NotPermitted(DriverBroke):
    """An address was not touched; the text names it, what is missing, and the file that would allow it."""


@dataclass(frozen=True)
class Answer:
    """What came of asking for a permission: the status, where it redirects to, and the text."""

    status: int
    location: str
    text: str


def _fetched(address: str) -> Answer:
    """Raises DriverBroke when nobody answers."""
    response = exchange(httpx.Request("GET", address, headers={"User-Agent": "Heurtoir"}, extensions={"timeout": _TIMEOUTS}))
    return Answer(response.status_code, response.headers.get("Location", ""), response.text)


def _today() -> date:
    return datetime.now().astimezone().date()  # noqa: TID251 - a permission ends on the clock of this machine


@dataclass
class Gate:
    """What this process may touch. `fetch` asks for a permission, `today` is the day on which it must hold.

    Each permission is asked for once. `at_full_speed`: no rate slows what is sent. Safe from several threads once a target was admitted.
    """

    fetch: Callable[[str], Answer] = _fetched
    today: Callable[[], date] = _today
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _permitted: Mapping[Origin, Permission] = field(default_factory=dict)
    _answers: dict[Origin, Permission | str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _next: float = 0.0
    at_full_speed: bool = False

    def admit(self, addresses: Iterable[str]) -> None:
        """Let a target through at these addresses, the portal's first, and nothing else beyond this machine from now on.

        Raises:
            NotPermitted: for the first of them that is refused or gives no permission; those after it are not asked, as it may name them.
        """
        permitted: dict[Origin, Permission] = {}
        self._permitted = {}
        named = list(addresses)
        if refusal := next(filter(None, map(_never, named)), None):
            raise NotPermitted(refusal)
        for origin in map(origin_of, named):
            if origin.is_loopback or origin in permitted:
                continue
            found = self._answers.get(origin) or self._asked(origin, permitted.values())
            self._answers[origin] = found
            if not isinstance(found, Permission):
                raise NotPermitted(found)
            permitted |= {one: found for one in (origin, *found.origins) if one not in permitted}
        self._permitted = permitted

    @property
    def permitted(self) -> tuple[Origin, ...]:
        """The origins beyond this machine that may be touched."""
        return tuple(self._permitted)

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """What permits it, each once."""
        return tuple(dict.fromkeys(self._permitted.values()))

    def forbids(self, impact: str) -> str | None:
        """Why checks of this impact cannot run, naming the file and its key; None when they may."""
        for permission in self.permissions:
            if impact not in permission.impacts:
                named = ", ".join(sorted(permission.impacts))
                return f"its impact is {impact}; {permission.file} says `impacts: {named}`. Add {impact} there to allow it."
        return None

    def refusal(self, address: str) -> str | None:
        """Why this address may not be touched, with the way on; None when it may."""
        if refusal := _never(address):
            return refusal
        origin = origin_of(address)
        if origin.is_loopback or origin in self._permitted:
            return None
        files = " or ".join(dict.fromkeys(permission.file for permission in self.permissions))
        way_on = (
            f"If both are the same owner's, add it to `origins:` in {files}."
            if files
            else f"If it is part of it, name it in the target file (address, control, mail or a page) and let it serve {origin}{PLACE}."
        )
        return f"{origin} leads away from the target and was not followed. {way_on}"

    def check(self, address: str) -> None:
        """Raises NotPermitted when the address may not be touched."""
        if refusal := self.refusal(address):
            raise NotPermitted(refusal)

    def let_through(self, address: str) -> None:
        """Check it, and beyond this machine wait until the next request may go. Raises NotPermitted."""
        self.check(address)
        if not self._permitted or self.at_full_speed or origin_of(address).is_loopback:
            return
        with self._lock:
            now = self.clock()
            turn = max(now, self._next)
            self._next = turn + self._pause()
        if turn > now:
            self.sleep(turn - now)

    @contextmanager
    def paced_for(self, impact: str) -> Iterator[None]:
        """In this block, in all threads, what hammers is not slowed: sent one by one, requests at once would prove nothing."""
        before, self.at_full_speed = self.at_full_speed, impact == HAMMER
        try:
            yield
        finally:
            self.at_full_speed = before

    def _pause(self) -> float:
        """Seconds from one request of this process to its next."""
        rate = min(permission.rate for permission in self._permitted.values())
        return int(os.environ.get(_WORKERS_VARIABLE, "1")) / rate

    def _asked(self, origin: Origin, others: Iterable[Permission]) -> Permission | str:
        """The permission that the origin gives, or what is missing, with the file to serve; `others` are those of the same target."""
        file = f"{origin}{PLACE}"
        try:
            answer = self.fetch(file)
            if answer.status != 200:
                redirect = f" and redirects to {answer.location}, which is not followed" if 300 <= answer.status < 400 else ""
                raise NoPermission(f"it answers {answer.status}{redirect}")
            return read_permission(answer.text, file, self.today())
        except (DriverBroke, NoPermission) as error:
            instead = "".join(f"\nOr, if it is the same owner's, add to {other.file}:\n\norigins: {origin}\n" for other in others)
            served = proposal(_USUAL_WISH, self.today())
            return (
                f"{origin} was not touched: {file} gives no permission: {error}\nBeyond this machine a target is tried only where it "
                f"says that it may be. If that is yours to decide, serve this there, as text:\n\n{served}\n{instead}"
            )


def _never(address: str) -> str | None:
    """Why this address is not touched whatever anybody permits."""
    try:
        origin = origin_of(address)
    except NoOrigin as error:
        return f"{error} It was not followed."
    if domain := refused_domain(origin):
        return f"{origin} was not touched: {domain} is a real portal's domain, refused whatever it serves. Try an environment of your own."
    return None


GATE = Gate()
"""The gate of this process."""
