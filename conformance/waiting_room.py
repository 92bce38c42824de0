"""Trials that wait for real, side by side: while one waits, others begin, go on, or wait as well. So all waits take as long as the longest.

One process holds the room, without workers or with them: of these one gets all that waits.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from conformance.gate import GATE
from conformance.results import CaseResult
from conformance.runner import under_way
from conformance.stash import PLAN
from conformance.trying import Bench
from conformance.waiting import Pause
from scenarios.model import Trial

if TYPE_CHECKING:
    from conformance.driver import Browsers

Way = Generator[Pause, None, CaseResult]
# A turn, from one wait to the next, that takes longer than this is a hanging target: nobody else waits for it to get shorter.
_LONGEST_TURN_SECONDS = 5.0


@dataclass
class _Guest:
    """A trial in the room, and when it wants to go on."""

    trial: Trial
    way: Way
    pause: Pause


class WaitingRoom:
    """Trials under way in this process. `begin` makes the way of a trial, of which nothing has happened yet."""

    def __init__(self, begin: Callable[[Trial], Way], trials: Iterable[Trial]) -> None:
        self._begin = begin
        self._outside = deque(trials)
        self._guests: list[_Guest] = []
        self._results: dict[str, CaseResult] = {}
        self._longest_turn = 0.0

    def result_of(self, trial: Trial) -> CaseResult:
        """The result of a trial, as soon as there is one; meanwhile all others go on."""
        if trial.id not in self._results and trial not in self._outside and not any(guest.trial == trial for guest in self._guests):
            self._outside.appendleft(trial)
        while trial.id not in self._results:
            self._go_on()
        return self._results.pop(trial.id)

    def close(self) -> None:
        """Break off whatever is still under way; its worlds are dropped."""
        while self._guests:
            with suppress(Exception):
                self._guests.pop().way.close()

    def _go_on(self) -> None:
        """One turn: whoever is due goes on, the critical before all others; else the next begins, if that makes nobody critical late."""
        now = time.monotonic()
        critical = min((guest.pause.due for guest in self._guests if guest.pause.critical), default=float("inf"))
        due = [guest for guest in self._guests if guest.pause.due <= now]
        if critical > now + self._longest_turn:
            if due:
                return self._resume(min(due, key=lambda guest: guest.pause.due))
            if self._outside:
                return self._let_in(self._outside.popleft())
        first = [guest for guest in due if guest.pause.critical]
        if first:
            return self._resume(min(first, key=lambda guest: guest.pause.due))
        soonest = critical if critical <= now + self._longest_turn else min(guest.pause.due for guest in self._guests)
        return time.sleep(max(0.0, soonest - now))

    def _let_in(self, trial: Trial) -> None:
        self._turn(trial, self._begin(trial))

    def _resume(self, guest: _Guest) -> None:
        self._guests.remove(guest)
        self._turn(guest.trial, guest.way)

    def _turn(self, trial: Trial, way: Way) -> None:
        began = time.monotonic()
        try:
            with GATE.paced_for(trial.case.impact):
                self._guests.append(_Guest(trial, way, next(way)))
        except StopIteration as end:
            self._results[trial.id] = end.value
        self._longest_turn = min(_LONGEST_TURN_SECONDS, max(self._longest_turn, time.monotonic() - began))


# -- as a plugin of pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With workers: what waits goes to one of them. Another way of sharing out than xdist's own first choice stays as it was asked for."""
    plan = config.stash.get(PLAN, None)
    if plan is None or not plan.waiting or config.option.dist != "load":
        return None
    from conformance.waiting_together import WaitingTogether

    return WaitingTogether(config, log, frozenset(trial.id for trial in plan.waiting))


@pytest.fixture(scope="session")
def waiting_room(request: pytest.FixtureRequest, bench: Bench) -> Iterator[WaitingRoom]:
    """The room of this process, with all that waits among the tests that were collected."""
    waiting = {trial.id for trial in bench.plan.waiting}
    trials = [trial for item in request.session.items if (trial := _trial_of(item)) and trial.id in waiting]
    make_browsers = _browsers(request, bench)
    requirements = bench.plan.material.register.requirements

    def begin(trial: Trial) -> Way:
        return under_way(trial, requirements, bench.target, bench.provisioner, make_browsers(), bench.options("verified"))

    room = WaitingRoom(begin, trials)
    yield room
    room.close()


@pytest.hookimpl(tryfirst=True)
def pytest_heurtoir_run_trial(trial: Trial, request: pytest.FixtureRequest) -> CaseResult | None:
    """Trials that wait are run in the room, once: a second look would wait again."""
    if not any(one.id == trial.id for one in request.config.stash[PLAN].waiting):
        return None
    bench: Bench = request.getfixturevalue("bench")
    bench.check_pulse()
    room: WaitingRoom = request.getfixturevalue("waiting_room")
    return bench.diagnosed(room.result_of(trial))


def _browsers(request: pytest.FixtureRequest, bench: Bench) -> Callable[[], Browsers]:
    """Makers of browsers that outlive a test: those of pytest-playwright end with the one that they were made for."""
    if bench.plan.options.driver == "forms":
        from conformance.drivers.forms import FormsBrowsers

        return FormsBrowsers
    from conformance.drivers.browser import ScreenBrowsers

    browser, arguments = request.getfixturevalue("browser"), request.getfixturevalue("browser_context_args")

    def new_context(**settings: Any) -> Any:
        return browser.new_context(**{**arguments, **settings})

    return lambda: ScreenBrowsers(new_context, bench.target.browser)


def _trial_of(item: pytest.Item) -> Trial | None:
    callspec = getattr(item, "callspec", None)
    trial = callspec.params.get("trial") if callspec else None
    return trial if isinstance(trial, Trial) else None
