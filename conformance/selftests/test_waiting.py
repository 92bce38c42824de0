"""Where a clock cannot be moved a trial waits for real, with the limits that are in force; what that proves is said."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conformance.clocks import RunningClock
from conformance.driver import Clock, World
from conformance.limits import Limits
from conformance.results import CaseResult, Result
from conformance.runner import RunOptions, run_trial, under_way
from conformance.selftests.fakes import FakeBrowsers, FakePortal, FakeProvisioner, target
from conformance.target import Target
from conformance.waiting import obstacle, shortened_in, waiting_time, waits
from scenarios.instants import parse_period
from scenarios.loader import load_cases, trials
from scenarios.model import Trial
from scenarios.register import load_register

EVENT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SHORT = Limits({timedelta(minutes=15): timedelta(seconds=6), timedelta(hours=1): timedelta(seconds=24)})
TRIALS = {trial.id: trial for case in load_cases() for trial in trials(case)}
EXPIRED, LIVING = TRIALS["ameli-connect.code.expired[2]"], TRIALS["ameli-connect.code.expired[1]"]


class LivePortal(FakePortal):
    """A portal in the time of this machine, whose codes live for less than a second."""

    sent: float = 0.0

    def _send(self) -> Any:
        self.sent = time.monotonic()
        return super()._send()

    def _code(self, typed: str) -> Any:
        if typed == self.code and time.monotonic() - self.sent > 0.5:
            from conformance.selftests.french_pages import page

            return page(alert="Ce code a expiré : il était valable 15 minutes. Demandez un nouveau code.", form="announcement")
        return super()._code(typed)


class LiveProvisioner(FakeProvisioner):
    """Worlds whose clock nobody can move."""

    def make(self, people: Any, clock: str | None, claim: str) -> World:
        running: Clock = RunningClock("mine.toml")
        return replace(super().make(people, clock, claim), clock=running, mailbox=super().make(people, clock, claim).mailbox)


def live(**changed: Any) -> Target:
    """A target whose clock cannot be moved, and whose codes live half a second."""
    limits = {timedelta(minutes=15): timedelta(milliseconds=500)}
    base = target(limits=limits, clock_precision=timedelta(milliseconds=300))
    return replace(base, capabilities=base.capabilities - {"clock"} | {"people", "mail"}, **changed)


def tried(trial: Trial, on: Target, longest: timedelta = MINUTE) -> CaseResult:
    """The result of a trial on a portal that lives in real time."""
    portal = LivePortal()
    options = RunOptions("forms", longest_wait=longest)
    return run_trial(trial, load_register().requirements, on, LiveProvisioner(portal), FakeBrowsers(portal), options)


@pytest.mark.parametrize(
    ("offset", "seconds"),
    [("15m", 7), ("14m59s", 5), ("15m1s", 7), ("59m59s", 23), ("60m", 25), ("10m", 4), ("30m", 12), ("2h", 48), ("0s", 1)],
)
def test_an_instant_by_a_limit_is_tried_beside_the_edge_in_force(offset: str, seconds: float) -> None:
    """On the side that the case means, as far from it as the precision; what lies between is shortened in proportion."""
    assert SHORT.reached(parse_period(offset), EVENT) - EVENT == timedelta(seconds=seconds)


def test_one_second_before_the_end_that_was_shown_stays_before_it() -> None:
    """The end of a block is read from the page: it is not shortened again."""
    assert SHORT.reached(-parse_period("1s"), EVENT) == EVENT - timedelta(seconds=1)


def test_without_shortened_limits_instants_are_those_of_the_case() -> None:
    """Months by the calendar, seconds to the second."""
    assert Limits().reached(parse_period("14m59s"), EVENT) - EVENT == timedelta(minutes=14, seconds=59)
    assert Limits().in_force(parse_period("6mo")) == parse_period("6mo")


def test_what_holds_on_shortened_limits_proves_the_mechanism_and_not_the_figure() -> None:
    """Both sides of the edge are tried for real, and the result says on what it rests."""
    before, after = tried(LIVING, live()), tried(EXPIRED, live())
    assert (before.result, after.result) == (Result.MECHANISM_ONLY, Result.MECHANISM_ONLY), (before.reason, after.reason)
    assert after.reason == "held with shortened limits: 15m as 0.5s"
    assert any(step.outcome.startswith("waited 0.8") for step in after.steps)


def test_a_limit_that_is_longer_than_declared_fails() -> None:
    """A shortened limit is no excuse: what does not hold on it is failed."""
    longer = live()
    result = tried(EXPIRED, replace(longer, limits={timedelta(minutes=15): timedelta(milliseconds=50)}, clock_precision=timedelta(0)))
    assert result.result is Result.FAILED


def test_a_wait_that_is_too_long_could_not_run_and_touches_nobody() -> None:
    """It says how long it would take, and the ways on."""
    unshortened = replace(live(), limits={})
    assert waiting_time(EXPIRED, unshortened) == timedelta(minutes=15)
    result = tried(EXPIRED, unshortened)
    assert result.result is Result.COULD_NOT_RUN
    assert result.reason.startswith("takes 15m of waiting, more than --max-wait 1m: give control in ")
    assert not result.steps
    assert obstacle(EXPIRED, unshortened, timedelta(minutes=15)) is None


def test_instants_counted_from_one_event_do_not_add_up() -> None:
    """Codes asked for at 10, 20, 30 and 40 minutes, and one at the end of the hour, take an hour."""
    unshortened = replace(live(), limits={})
    assert waiting_time(TRIALS["ameli-connect.quota.hour-slides[2]"], unshortened) == timedelta(hours=1)
    assert waiting_time(TRIALS["ameli-connect.code.life-of-its-own"], unshortened) == timedelta(minutes=24, seconds=59)


def test_a_clock_that_must_show_a_certain_date_cannot_be_waited_for() -> None:
    """Neither a given instant nor an absolute one in a step."""
    dated = TRIALS["ameli-connect.block.full-minute"]
    assert "a clock that is set to a certain date" in str(obstacle(dated, live(), timedelta(days=400)))


def test_only_trials_that_move_the_clock_wait() -> None:
    """On a target whose clock is moved none does."""
    assert waits(EXPIRED, live())
    assert not waits(EXPIRED, target())
    assert not waits(TRIALS["ameli-connect.code.malformed-counts-not[1]"], live())
    assert shortened_in(TRIALS["ameli-connect.code.malformed-counts-not[1]"], live()) == ""


def test_a_trial_stands_aside_while_it_waits_and_one_that_is_resumed_too_late_says_so() -> None:
    """The last moment before an edge is critical; late by more than the precision it could not run."""
    portal = LivePortal()
    options = RunOptions("forms")
    on = replace(live(), clock_precision=timedelta(milliseconds=10))
    way = under_way(LIVING, load_register().requirements, on, LiveProvisioner(portal), FakeBrowsers(portal), options)
    pause = next(way)
    assert pause.critical
    assert pause.why == "code-sent + 14m59s"
    time.sleep(pause.due - time.monotonic() + 0.1)
    with pytest.raises(StopIteration) as end:
        next(way)
    result: CaseResult = end.value.value
    assert result.result is Result.COULD_NOT_RUN
    assert "late for “code-sent + 14m59s”" in result.reason


class SlowPortal(LivePortal):
    """It takes its time with a code, and then finds it expired."""

    def _code(self, typed: str) -> Any:
        time.sleep(0.4)
        return super()._code(typed)


class HastyPortal(LivePortal):
    """Its codes expire before their time."""

    def _code(self, typed: str) -> Any:
        self.sent -= 1.0
        return super()._code(typed)


@pytest.mark.parametrize(("portal", "result"), [(SlowPortal(), Result.COULD_NOT_RUN), (HastyPortal(), Result.FAILED)])
def test_what_is_seen_too_late_after_the_last_moment_is_no_failure_of_the_portal(portal: LivePortal, result: Result) -> None:
    """A slow portal, or a slow machine, leaves the case undone; the same answer in time fails it."""
    way = run_trial(LIVING, load_register().requirements, live(), LiveProvisioner(portal), FakeBrowsers(portal), RunOptions("forms"))
    assert way.result is result, way.reason
    assert ("too slow" in way.reason) is (result is Result.COULD_NOT_RUN)
