"""What came of a run of mutants: the figures, and each mutant that nobody noticed with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from conformance.selection import family_of
from conformance.selftests.mutation.fates import UNNOTICED, Fate, Kind
from conformance.selftests.mutation.mutants import Key
from conformance.selftests.mutation.session import Outcome


@dataclass(frozen=True)
class Run:
    """How the mutants were tried: `tried` of them in `seconds`, by so many `workers`, with so many `trials`; `pending` are left.

    `unfit` are trials that do not pass on the simulator as it is, with the reason.
    """

    made: datetime
    seconds: float
    workers: int
    tried: int
    pending: int
    trials: int
    unfit: Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """The mutants of a file, of a folder, or all. What is left out and what does not start is counted in `counts` alone."""

    name: str
    counts: Mapping[Kind, int]
    killed: int
    by_suites: int
    counted: int
    explained: int

    @property
    def percent(self) -> float:
        """How many of those that count were killed by the cases alone."""
        return 100 * self.killed / self.counted if self.counted else 0.0

    @property
    def percent_in_all(self) -> float:
        """How many of those that count were killed by cases or suites."""
        return 100 * (self.killed + self.by_suites) / self.counted if self.counted else 0.0

    @property
    def unexplained(self) -> int:
        """How many nobody noticed, and nobody explained."""
        return self.counted - self.killed - self.by_suites - self.explained


@dataclass(frozen=True)
class Unnoticed:
    """A mutant that no case noticed, and the written reason; nothing when there is none."""

    key: Key
    row: int
    operator: str
    diff: str
    fate: Fate
    reason: str

    def __str__(self) -> str:
        return f"{self.key.file}:{self.row}: {self.key}"


@dataclass(frozen=True)
class Report:
    """The whole. `left_out`: how many mutants were not tried, by reason; `killers`, `facts`: how many each case, each fact noticed."""

    run: Run
    whole: Part
    folders: tuple[Part, ...]
    files: tuple[Part, ...]
    unnoticed: tuple[Unnoticed, ...]
    stale: tuple[str, ...]
    left_out: Mapping[str, int]
    killers: Mapping[str, int]
    facts: Mapping[str, int]
    version: int = 1

    @property
    def unexplained(self) -> tuple[Unnoticed, ...]:
        """Those without a reason."""
        return tuple(mutant for mutant in self.unnoticed if not mutant.reason)

    @property
    def explained(self) -> tuple[Unnoticed, ...]:
        """Those with one."""
        return tuple(mutant for mutant in self.unnoticed if mutant.reason)

    @property
    def sound(self) -> bool:
        """Whether all that was not noticed is explained, and no explanation is out of date."""
        return not self.unexplained and not self.stale and self.whole.counted > 0


def assembled(run: Run, outcomes: Sequence[Outcome], reasons: Mapping[Key, str], stale: Iterable[object]) -> Report:
    """The report of what became of these mutants."""
    fates = [outcome.fate for outcome in outcomes]
    killed = [fate for fate in fates if fate.killer]
    return Report(
        run=run,
        whole=_part("all", outcomes, reasons),
        folders=_parts(outcomes, reasons, lambda file: file.rpartition("/")[0]),
        files=_parts(outcomes, reasons, str),
        unnoticed=tuple(_unnoticed(outcome, reasons) for outcome in outcomes if outcome.fate.kind in UNNOTICED),
        stale=tuple(map(str, stale)),
        left_out=_counted(fate.reason for fate in fates if fate.kind is Kind.LEFT_OUT),
        killers=_counted(family_of(fate.killer) for fate in killed),
        facts=_counted(fate.fact or "no way on" for fate in killed),
    )


def _parts(outcomes: Sequence[Outcome], reasons: Mapping[Key, str], named: Callable[[str], str]) -> tuple[Part, ...]:
    names = dict.fromkeys(named(outcome.key.file) for outcome in outcomes)
    return tuple(_part(name, [outcome for outcome in outcomes if named(outcome.key.file) == name], reasons) for name in names)


def _part(name: str, outcomes: Sequence[Outcome], reasons: Mapping[Key, str]) -> Part:
    counts = Counter(outcome.fate.kind for outcome in outcomes)
    explained = sum(outcome.fate.kind in UNNOTICED and outcome.key in reasons for outcome in outcomes)
    counted = sum(counts[kind] for kind in (Kind.KILLED, Kind.BY_SUITE, *UNNOTICED))
    told = {kind: counts[kind] for kind in Kind if counts[kind]}
    return Part(name, told, counts[Kind.KILLED], counts[Kind.BY_SUITE], counted, explained)


def _unnoticed(outcome: Outcome, reasons: Mapping[Key, str]) -> Unnoticed:
    return Unnoticed(outcome.key, outcome.row, outcome.operator, outcome.diff, outcome.fate, reasons.get(outcome.key, ""))


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(names).most_common())
