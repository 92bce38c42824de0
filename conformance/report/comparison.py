"""Two reports held against each other: what got better, what got worse, what is new, and what is gone. Pure.

What is no longer verified counts as worse: a failure that now could not run, or is declared not to apply, was not mended by that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from conformance.progress import headline
from conformance.report.document import UNTRIED, Document
from conformance.report.view import status_of
from conformance.results import KNOWN_FAILURE, CaseResult, Result, Verdict


class Direction(StrEnum):
    """Which way something went. OTHER is neither better nor worse, such as a failure that is known now."""

    WORSE = "worse"
    BETTER = "better"
    OTHER = "changed"
    NEW = "new"
    GONE = "gone"


# How good a result is; what stands here was verified, or tried at least.
_GOODNESS: Mapping[str, int] = {
    Result.PASSED: 4,
    Result.MECHANISM_ONLY: 3,
    Result.WARNING: 2,
    KNOWN_FAILURE: 1,
    Result.FAILED: 1,
    Result.ERROR: 0,
}
_GOOD = frozenset({Result.PASSED, Result.MECHANISM_ONLY})
_BAD = frozenset({Result.FAILED, Result.ERROR})


@dataclass(frozen=True)
class Change:
    """One requirement or case that differs: what it came to before and after (empty: nothing), and why, where a report says it."""

    id: str
    title: str
    before: str
    after: str
    direction: Direction
    why: str = ""


@dataclass(frozen=True)
class Side:
    """One of the two reports, as far as it tells which run it was."""

    target: str
    started: str
    verdict: str


@dataclass(frozen=True)
class Comparison:
    """Everything that differs, `warnings` first: what makes the two less comparable. Pairs that are the same are only counted.

    `causes` tell of the same cases what they have in common: which cause is new or gone, and which is that of more or of fewer cases.
    """

    before: Side
    after: Side
    verdict: Direction | None
    warnings: tuple[str, ...]
    requirements: tuple[Change, ...]
    cases: tuple[Change, ...]
    same_requirements: int
    same_cases: int
    causes: tuple[Change, ...] = ()

    @property
    def worse(self) -> bool:
        """Whether the verdict, a requirement or a case got worse. What is new or gone does not count."""
        return self.verdict is Direction.WORSE or any(change.direction is Direction.WORSE for change in (*self.requirements, *self.cases))


def compare(before: Document, after: Document) -> Comparison:
    """What happened from one report to the other."""
    standings = {one.id: (one.title, status_of(one), "") for one in after.requirements if one.status not in UNTRIED}
    earlier_standings = {one.id: (one.title, status_of(one), "") for one in before.requirements if one.status not in UNTRIED}
    cases = {one.id: (one.title, one.kind, _why(one)) for one in after.cases}
    earlier_cases = {one.id: (one.title, one.kind, _why(one)) for one in before.cases}
    return Comparison(
        before=_side(before),
        after=_side(after),
        verdict=_verdict(before.verdict, after.verdict),
        warnings=tuple(_warnings(before, after)),
        requirements=tuple(_changes(earlier_standings, standings)),
        cases=tuple(_changes(earlier_cases, cases)),
        same_requirements=_same(earlier_standings, standings),
        same_cases=_same(earlier_cases, cases),
        causes=tuple(_of_causes(before, after)),
    )


def direction(before: str, after: str) -> Direction:
    """Which way a result went that changed."""
    if after in _GOODNESS and before in _GOODNESS:
        if (before, after) == (KNOWN_FAILURE, Result.FAILED):
            return Direction.WORSE  # it is excused no longer
        if _GOODNESS[before] == _GOODNESS[after]:
            return Direction.OTHER
        return Direction.BETTER if _GOODNESS[after] > _GOODNESS[before] else Direction.WORSE
    if before in _GOODNESS:
        return Direction.OTHER if before == Result.ERROR else Direction.WORSE
    if after in _GOOD:
        return Direction.BETTER
    return Direction.WORSE if after in _BAD else Direction.OTHER


_Found = Mapping[str, tuple[str, str, str]]


def _changes(before: _Found, after: _Found) -> Iterator[Change]:
    for id, (title, result, why) in after.items():
        if id not in before:
            yield Change(id, title, "", result, Direction.NEW, why)
        elif before[id][1] != result:
            yield Change(id, title, before[id][1], result, direction(before[id][1], result), why)
    for id, (title, result, _) in before.items():
        if id not in after:
            yield Change(id, title, result, "", Direction.GONE)


def _of_causes(before: Document, after: Document) -> Iterator[Change]:
    """By what they are, not by their titles. More or fewer cases is neither better nor worse: each of these is told by itself."""
    earlier, later = ({cause.id: cause for cause in document.causes if cause.kind == Result.FAILED} for document in (before, after))
    for id in dict.fromkeys([*later, *earlier]):
        cause = later.get(id) or earlier[id]
        went = [_cases(found[id].number) if id in found else "" for found in (earlier, later)]
        way = Direction.GONE if id not in later else Direction.NEW if id not in earlier else Direction.OTHER
        if went[0] != went[1]:
            yield Change(cause.title, "", went[0], went[1], way)


def _cases(number: int) -> str:
    return f"{number} case{'' if number == 1 else 's'}"


def _same(before: _Found, after: _Found) -> int:
    return sum(1 for id in after if id in before and before[id][1] == after[id][1])


def _verdict(before: Verdict, after: Verdict) -> Direction | None:
    order = list(Verdict)  # the worst first
    if before is after:
        return None
    return Direction.WORSE if order.index(after) < order.index(before) else Direction.BETTER


def _why(case: CaseResult) -> str:
    return "" if case.result is Result.PASSED else headline(case)


def _side(document: Document) -> Side:
    return Side(document.target.name, document.started.isoformat(timespec="seconds"), document.verdict.value)


def _warnings(before: Document, after: Document) -> Iterator[str]:
    pairs = {
        "targets": (before.target.name, after.target.name),
        "target files": (before.target.file, after.target.file),
        "drivers": (before.driver, after.driver),
        "versions of the suite": (before.suite_version, after.suite_version),
        "versions of the register": (before.register_version, after.register_version),
        "selections": (_selection(before), _selection(after)),
        "limits": (_limits(before), _limits(after)),
        "capabilities": (", ".join(before.target.capabilities), ", ".join(after.target.capabilities)),
        "ways to count warnings": (_strict(before), _strict(after)),
    }
    for name, (one, other) in pairs.items():
        if one != other:
            yield f"different {name}: {one or 'none'} before, {other or 'none'} after"
    for name, document in (("before", before), ("after", after)):
        if document.interrupted or document.selection.not_reached:
            yield f"the run {name} was broken off: {len(document.selection.not_reached)} cases not reached"
    if after.started < before.started:
        yield "the second report is the older one: better and worse are the other way round when the first is given second"


def _selection(document: Document) -> str:
    asked = [f"--{option} {','.join(names)}" for option, names in document.selection.asked.items()]
    left_out = [f"{len(part.cases)} left out, {part.why}" for part in document.selection.left_out]
    return "; ".join([*asked, *left_out]) or "everything"


def _limits(document: Document) -> str:
    return ", ".join(f"{long} is {short}" for long, short in document.target.limits.items()) or "as documented"


def _strict(document: Document) -> str:
    return "--strict" if document.strict else "not --strict"
