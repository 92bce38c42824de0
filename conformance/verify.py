"""Observation x expectation -> checks: what was expected beside what was seen, both as people read them. Pure, apart from reading facts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.dates import ShownDate
from conformance.driver import DriverBroke
from conformance.facts import readers
from conformance.limits import Limits
from conformance.observation import Essence, Observation
from conformance.results import Check
from conformance.target import Target
from conformance.visible import normalise
from scenarios.instants import PARIS, Period, parse_instant, parse_period, period_text

NOTHING = "nothing"


@dataclass(frozen=True)
class Standard:
    """What observations are held against besides their expectation, and for which requirements.

    `limits` are the durations in force on the target; `slack` is how much earlier than noted an event may have been, where time goes on by
    itself while a page is on its way.
    """

    target: Target
    requirements: tuple[str, ...]
    level: str = "must"
    events: Mapping[str, datetime] = field(default_factory=dict)
    remembered: Mapping[str, Essence] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    slack: timedelta = timedelta()


@dataclass(frozen=True)
class _Comparison:
    held: bool
    expected: str
    actual: str


def verify(observation: Observation, expectation: Mapping[str, Any], standard: Standard, on_the_way: bool = False) -> tuple[Check, ...]:
    """One check for each fact that the expectation names, the outcome first.

    Raises:
        DriverBroke: when the expectation names a fact that such an observation does not have, or an event that has not been.
    """
    facts = readers(observation, standard.target)
    names = sorted(expectation, key=lambda name: (name != "outcome", name != "reason"))
    return tuple(
        Check(name, found.expected, found.actual, found.held, standard.requirements, standard.level, on_the_way)
        for name in names
        for found in (_compared(name, expectation[name], observation, facts, standard),)
    )


def _compared(
    name: str, expected: Any, observation: Observation, facts: Mapping[str, Callable[[], Any]], standard: Standard
) -> _Comparison:
    if name == "same-as":
        return _same(expected, observation, standard)
    fact = facts.get(name.removesuffix("-not"))
    if fact is None or name not in _JUDGES:
        kind = "mail" if "count" in facts else "page"
        raise DriverBroke(f"“{name}” is no fact of a {kind}; there are: {', '.join(sorted(facts))}. Mend the case.")
    return _JUDGES[name](expected, fact(), standard)


# -- one function for each way of comparing: (expected, actual, standard) -> comparison


def _text(expected: Any, actual: Any, _: Standard) -> _Comparison:
    wanted = normalise(str(expected))
    return _Comparison(actual == wanted, wanted, _shown(actual))


def _one_of(expected: Any, actual: Any, _: Standard) -> _Comparison:
    wanted = expected if isinstance(expected, list | tuple) else [expected]
    return _Comparison(actual in wanted, " or ".join(map(str, wanted)), _shown(actual))


def _number(expected: Any, actual: Any, _: Standard) -> _Comparison:
    return _Comparison(actual == expected, str(expected), _shown(actual))


def _numbers(expected: Any, actual: Any, _: Standard) -> _Comparison:
    return _Comparison(tuple(actual) == (expected,), str(expected), _listed(map(str, actual)))


def _exactly(expected: Any, actual: Collection[str], _: Standard) -> _Comparison:
    wanted = _names(expected)
    return _Comparison(set(actual) == set(wanted), _listed(wanted), _listed(sorted(actual)))


def _fields(expected: Any, actual: Collection[str], standard: Standard) -> _Comparison:
    """Exactly those; of a form on several pages those of the first that is not right, for one gets no further."""
    wanted = set(_names(expected))
    for form in standard.target.forms.values():
        amiss = [names for page in standard.target.stages(form) if (names := wanted & {control.name for control in page})]
        wanted.difference_update(*amiss[1:])
    return _exactly(sorted(wanted), actual, standard)


def _at_least(expected: Any, actual: Collection[str], _: Standard) -> _Comparison:
    wanted = _names(expected)
    return _Comparison(set(wanted) <= set(actual), _listed(wanted), _listed(sorted(actual)))


def _none_of(expected: Any, actual: Collection[str], _: Standard) -> _Comparison:
    unwanted = _names(expected)
    return _Comparison(not set(unwanted) & set(actual), f"none of {_listed(unwanted)}", _listed(sorted(actual)))


def _period(expected: Any, actual: tuple[Period, ...], standard: Standard) -> _Comparison:
    """The documented duration; where the target has declared a shorter one, either will do: nothing is proven of the figure."""
    documented = parse_period(str(expected))
    wanted = tuple(dict.fromkeys((documented, standard.limits.in_force(documented))))
    return _Comparison(len(actual) == 1 and actual[0] in wanted, " or ".join(map(period_text, wanted)), _listed(map(period_text, actual)))


def _named(expected: Any, actual: tuple[Period, ...], standard: Standard) -> _Comparison:
    """The documented duration is among those named; where the target has declared a shorter one, either will do."""
    documented = parse_period(str(expected))
    wanted = tuple(dict.fromkeys((documented, standard.limits.in_force(documented))))
    held = any(period in wanted for period in actual)
    return _Comparison(held, f"among others {' or '.join(map(period_text, wanted))}", _listed(map(period_text, actual)))


def _within(expected: Any, actual: float | None, _: Standard) -> _Comparison:
    most = parse_period(str(expected))
    held = actual is not None and actual <= most.duration.total_seconds()
    return _Comparison(held, f"at most {period_text(most)}", NOTHING if actual is None else f"{actual:.2f} s")


def _until(expected: Any, actual: ShownDate | None, standard: Standard) -> _Comparison:
    meant = instant_meant(str(expected), standard.events, standard.limits)
    wanted = tuple(dict.fromkeys(rounded_up(instant).astimezone(UTC) for instant in (meant - standard.slack, meant)))
    meanings = [meaning.astimezone(UTC) for meaning in actual.instants] if actual else []
    held = any(instant in meanings for instant in wanted)
    return _Comparison(held, f"{' or '.join(map(wall_clock, wanted))} ({expected}, rounded up to the minute)", _shown_date(actual, held))


def _fits(expected: Any, actual: int, _: Standard) -> _Comparison:
    seen = "fits" if not actual else f"{actual} pixels wider than the screen"
    return _Comparison((actual == 0) is bool(expected), "fits" if expected else "wider than the screen", seen)


def _same(label: Any, observation: Observation, standard: Standard) -> _Comparison:
    if label not in standard.remembered:
        known = ", ".join(sorted(standard.remembered)) or "none"
        raise DriverBroke(f"same-as: no page was seen under the label “{label}”; labels: {known}. Mend the case.")
    essence = getattr(observation, "essence", None)
    before = standard.remembered[label]
    if essence == before:
        return _Comparison(True, f"the same as “{label}”", "the same")
    expected, actual = _difference(before, essence) if essence else ("a page", "a mail")
    return _Comparison(False, f"the same as “{label}”: {expected}", actual)


_JUDGES: Mapping[str, Callable[[Any, Any, Standard], _Comparison]] = {
    "outcome": _one_of,
    "reason": _one_of,
    "page": _one_of,
    "fields": _fields,
    "rules": _exactly,
    "until": _until,
    "until-form": _text,
    "lifetime": _period,
    "names": _named,
    "attempts": _numbers,
    "offers": _at_least,
    "offers-not": _none_of,
    "says": _at_least,
    "says-not": _none_of,
    "saveable": _at_least,
    "stays-on": _one_of,
    "mask": _text,
    "chosen": _number,
    "trust-box": _text,
    "trust-effect": _period,
    "fits": _fits,
    "count": _number,
    "to": _text,
    "sender-name": _text,
    "sender-local": _text,
    "subject": _text,
    "codes": _number,
    "links": _number,
    "within": _within,
}


def instant_meant(expression: str, events: Mapping[str, datetime], limits: Limits = Limits(), edge: bool = False) -> datetime:  # noqa: B008 - frozen
    """The instant that a case's expression means, counted from what has happened, with the durations that are in force.

    With `edge` it is when to act to be on the side of a limit that the case means; else the instant itself.

    Raises:
        DriverBroke: when it counts from an event that has not been.
    """
    meant = parse_instant(expression)
    if meant.absolute is not None:
        return meant.absolute
    event = events.get(meant.base or "now")
    if event is None:
        known = ", ".join(sorted(events))
        raise DriverBroke(f"“{expression}” counts from {meant.base!r}, which has not been seen in this case; seen: {known}.")
    return limits.reached(meant.offset, event) if edge else limits.in_force(meant.offset).after(event)


def wall_clock(instant: datetime) -> str:
    """An instant as the report shows it: date and time in Paris, with the offset, which tells the hour that comes twice."""
    return instant.astimezone(PARIS).strftime("%d/%m/%Y %H:%M:%S %z").replace(":00 +", " +")


def rounded_up(instant: datetime) -> datetime:
    """The instant, rounded up to the full minute."""
    instant = instant.astimezone(UTC)
    full = instant.replace(second=0, microsecond=0)
    return (full if full == instant else full + timedelta(minutes=1)).astimezone(PARIS)


def _difference(before: Essence, now: Essence) -> tuple[str, str]:
    if before.status != now.status:
        return f"status {before.status}", f"status {now.status}"
    left, right = before.lines + before.controls, now.lines + now.controls
    gone = [line for line in left if line not in right]
    new = [line for line in right if line not in left]
    return _listed(f"“{line}”" for line in gone), _listed(f"“{line}”" for line in new)


def _names(value: Any) -> list[str]:
    return [str(name) for name in (value if isinstance(value, list | tuple) else [value])]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or NOTHING


def _shown(value: Any) -> str:
    return NOTHING if value is None or value == "" else str(value)


def _shown_date(shown: ShownDate | None, held: bool) -> str:
    if shown is None:
        return "no date"
    meanings = " or ".join(wall_clock(instant) for instant in shown.instants) or f"“{shown.text}”, a time that there is not"
    return meanings if held or not shown.doubt else f"{meanings} ({shown.doubt})"
