"""Objectives: what a load run is held against, as given on the command line, and how it is judged. Pure, no Locust in here.

p95<300ms              95 % of the page requests within 300 ms (also p50, p99, p99.9 …, average, max; ms or s)
password: p99<1s       the same of one request, by the name it has in Locust's table
failures<0.1%          failed samples, in per cent of all (mails included)
journeys>20/s          complete journeys, sign-in to sign-out, per second of the run
requests>=100/s        page requests per second of the run
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

FORM = re.compile(
    r"""\s*(?:(?P<request>[^:<>]+?)\s*:\s*)?
    (?P<measure>p\d{1,2}(?:\.\d+)?|average|max|failures|journeys|requests)\s*
    (?P<comparison><=|>=|<|>)\s*
    (?P<value>\d+(?:\.\d+)?)\s*(?P<unit>ms|s|%|/s)\s*""",
    re.VERBOSE,
)
COMPARE: Mapping[str, Callable[[float, float], bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
UNITS = {"failures": ("%",), "journeys": ("/s",), "requests": ("/s",)}
TIMES = ("ms", "s")
# A duration that may grow, or a rate that may fall, without end is no objective.
CEILING, FLOOR = ("<", "<="), (">", ">=")


class ObjectiveError(ValueError):
    """An objective that cannot be read; the text says what is wrong and what one looks like."""


@dataclass(frozen=True)
class Sample:
    """What was measured of one request: `times` are milliseconds, each with how often it was measured."""

    name: str
    page: bool
    count: int
    failures: int
    total: float
    slowest: float
    times: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Measurements:
    """A whole run: its samples, how many journeys went right to the end, and how many seconds it took."""

    samples: tuple[Sample, ...]
    journeys: int
    seconds: float


@dataclass(frozen=True)
class Objective:
    """One objective. Durations are milliseconds, failures per cent, rates per second."""

    text: str
    measure: str
    comparison: str
    bound: float
    request: str | None = None


@dataclass(frozen=True)
class Judgement:
    """An objective and what was measured: None when nothing was."""

    objective: Objective
    measured: float | None

    @property
    def held(self) -> bool:
        """An objective of which nothing was measured is missed."""
        return self.measured is not None and COMPARE[self.objective.comparison](self.measured, self.objective.bound)


def read_objective(text: str) -> Objective:
    """An objective from its text.

    Raises:
        ObjectiveError: when it cannot be read, its unit does not fit, or it bounds the wrong side.
    """
    found = FORM.fullmatch(text)
    if found is None:
        raise ObjectiveError(
            f"objective {text!r}: not understood. An objective is [REQUEST:] MEASURE < VALUE, for example p95<300ms, failures<0.1%, "
            "journeys>20/s or password: p99<1s; measures: p50 to p99.9, average, max, failures, journeys, requests."
        )
    measure, unit, comparison = found["measure"], found["unit"], found["comparison"]
    fitting = UNITS.get(measure, TIMES)
    if unit not in fitting:
        raise ObjectiveError(f"objective {text!r}: {measure} is counted in {' or '.join(fitting)}, not in {unit}.")
    sides = FLOOR if fitting == ("/s",) else CEILING
    if comparison not in sides:
        raise ObjectiveError(
            f"objective {text!r}: {measure} is held by staying {'above' if sides == FLOOR else 'below'}; use {' or '.join(sides)}."
        )
    if measure == "journeys" and found["request"]:
        raise ObjectiveError(f"objective {text!r}: a journey is made of all requests; leave {found['request']!r} out.")
    if measure == "p0" or measure.startswith("p0."):
        raise ObjectiveError(f"objective {text!r}: {measure} says nothing; use p1 to p99.9.")
    bound = float(found["value"]) * (1000 if unit == "s" else 1)
    return Objective(text.strip(), measure, comparison, bound, found["request"])


def percentile(times: Mapping[int, int], share: float) -> float:
    """The shortest time within which at least `share` (0 to 1) of what was measured stayed."""
    wanted = share * sum(times.values())
    seen = 0
    for time in sorted(times):
        seen += times[time]
        if seen >= wanted - 1e-9:
            return float(time)
    raise ValueError("nothing was measured")


def measure(objective: Objective, run: Measurements) -> float | None:
    """What the run gives for the objective's measure, in its unit; None when nothing was measured."""
    if objective.measure == "journeys":
        return run.journeys / run.seconds if run.seconds > 0 else None
    samples = _of(objective, run.samples)
    count = sum(sample.count for sample in samples)
    if not count or run.seconds <= 0:
        return None
    if objective.measure == "failures":
        return 100 * sum(sample.failures for sample in samples) / count
    if objective.measure == "requests":
        return count / run.seconds
    if objective.measure == "average":
        return sum(sample.total for sample in samples) / count
    if objective.measure == "max":
        return max(sample.slowest for sample in samples)
    return percentile(_merged(samples), float(objective.measure[1:]) / 100)


def judge(objectives: Iterable[Objective], run: Measurements) -> tuple[Judgement, ...]:
    """Each objective with what was measured."""
    return tuple(Judgement(objective, measure(objective, run)) for objective in objectives)


def table(judgements: Iterable[Judgement]) -> str:
    """Objective, measured, held: one line each."""
    rows = [("objective", "measured", "held")]
    rows += [(j.objective.text, shown(j), "yes" if j.held else "NO") for j in judgements]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def shown(judgement: Judgement) -> str:
    """The measured value with its unit, or that there is none."""
    value = judgement.measured
    if value is None:
        names = judgement.objective.request
        return f"nothing (no request named {names!r})" if names else "nothing"
    if judgement.objective.measure == "failures":
        return f"{value:.3g} %"
    if judgement.objective.measure in UNITS:
        return f"{value:.1f} /s"
    return f"{value:.0f} ms"


def _of(objective: Objective, samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    """The samples an objective is about: those of its request, all for failures, else the pages."""
    if objective.request:
        return tuple(sample for sample in samples if sample.name == objective.request)
    if objective.measure == "failures":
        return samples
    return tuple(sample for sample in samples if sample.page)


def _merged(samples: Iterable[Sample]) -> dict[int, int]:
    times: dict[int, int] = {}
    for sample in samples:
        for time, count in sample.times.items():
            times[time] = times.get(time, 0) + count
    return times
