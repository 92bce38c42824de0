"""Waiting for real, where a target's clock cannot be moved: for how long a trial would wait, and what stands against it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from conformance.limits import Limits, as_written, length
from conformance.target import Target
from scenarios.instants import InstantExpression, Period, parse_instant, parse_period
from scenarios.model import Step, Trial

_CLOCK = "clock"
# Facts of an expectation that name a documented duration, or an instant counted with one.
_INSTANTS, _DURATIONS = ("until",), ("lifetime", "trust-effect")


@dataclass(frozen=True)
class Pause:
    """A trial waits: until `due`, on the machine's own counter of seconds; one that is `critical` must go on very soon after it."""

    due: float
    critical: bool
    why: str


@dataclass(frozen=True)
class Deadline:
    """The last moment at which something still shows what a case means by an instant just before a limit. In seconds, as `Pause.due`."""

    expression: str
    due: float
    latest: float

    @classmethod
    def of(cls, pause: Pause, precision: timedelta) -> Deadline | None:
        """That of a pause which is critical."""
        return cls(pause.why, pause.due, pause.due + precision.total_seconds()) if pause.critical else None

    def missed(self, now: float) -> str:
        """Why nothing can be said any more; empty while it can."""
        if now <= self.latest:
            return ""
        return (
            f"was {now - self.due:.1f} s late for “{self.expression}”, and no more than {self.latest - self.due:g} s are left there "
            "(timing.clock-precision): the portal, or this machine, was too slow. Run it alone, or make precision and limits longer."
        )


def waits(trial: Trial, target: Target) -> bool:
    """Whether the trial has to wait for real on this target."""
    return _CLOCK not in target.capabilities and any(step.verb == _CLOCK for step in trial.steps)


def waiting_time(trial: Trial, target: Target) -> timedelta:
    """How long the trial waits for real on this target, as far as its steps tell: until the end of a block is known only when it is on."""
    if not waits(trial, target):
        return timedelta()
    limits, now = limits_of(target), timedelta()
    happened: dict[str | None, timedelta] = {"started": now}
    for step in trial.steps:
        expression = parse_instant(str(step.argument)) if step.verb == _CLOCK else None
        if expression and expression.base != "until":
            # Several instants counted from one event lie side by side: their waits do not add up.
            now = max(now, happened.get(expression.base, now) + length(limits.in_force(expression.offset)))
        happened.update({event: now for event in (step.label, "code-sent" if step.verb == "ask-for" else None) if event})
    return now


def obstacle(trial: Trial, target: Target, longest: timedelta) -> str | None:
    """Why the trial's instants cannot be had on a target whose clock cannot be moved, or None when they can be waited for.

    `longest` is what `--max-wait` allows.
    """
    if _CLOCK not in trial.needs or _CLOCK in target.capabilities:
        return None
    if trial.clock is not None or any(instant.absolute is not None for instant in _instants(trial)):
        return f"needs a clock that is set to a certain date (control of {target.file})"
    needed = waiting_time(trial, target)
    if needed <= longest:
        return None
    ways = f"give control in {target.file}, shorten [limits] there, or let it wait with --max-wait"
    return f"takes {as_written(needed)} of waiting, more than --max-wait {as_written(longest)}: {ways}"


def limits_of(target: Target) -> Limits:
    """The limits in force on the target."""
    return Limits(target.limits, target.clock_precision)


def shortened_in(trial: Trial, target: Target) -> str:
    """The shortened limits that the trial rests on, as people read them (“15m as 6s”); empty when it rests on none."""
    if not target.limits or not any(True for _ in _documented(trial)):
        return ""
    named = {length(period) for period in _documented(trial)}
    limits = {documented: in_force for documented, in_force in target.limits.items() if documented in named} or target.limits
    return ", ".join(f"{as_written(documented)} as {as_written(in_force)}" for documented, in_force in limits.items())


def critical(expression: InstantExpression) -> bool:
    """Whether a case means the last moment before something: being late by little would make it another thing."""
    seconds = expression.offset.duration.total_seconds()
    return seconds % 60 != 0 or seconds < 0


def _documented(trial: Trial) -> Iterator[Period]:
    """Every duration that the trial's waits and facts rest on."""
    yield from (instant.offset for instant in _instants(trial))
    for step in trial.steps:
        yield from (parse_period(str(step.expect[fact])) for fact in _DURATIONS if step.expect and fact in step.expect)


def _instants(trial: Trial) -> Iterator[InstantExpression]:
    return (parse_instant(text) for step in trial.steps for text in _instant_texts(step))


def _instant_texts(step: Step) -> Iterator[str]:
    if step.verb == _CLOCK:
        yield str(step.argument)
    expected: Any = step.expect or {}
    yield from (str(expected[fact]) for fact in _INSTANTS if fact in expected)
