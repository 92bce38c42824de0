"""Makes the document of the matrix: what was found held against the gallery, and the checks and requirements held against the defects."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from conformance.journal import suite_version
from conformance.matrix.attempt import Attempt
from conformance.matrix.document import CheckColumn, DefectRow, Matrix, Problem, RequirementRow, Took
from conformance.matrix.gallery import Defect, Elsewhere
from conformance.matrix.judgement import Found, found_of, problems_of
from conformance.matrix.pairs import Check, Clean, left_out
from conformance.matrix.reasons import Reason
from conformance.matrix.running import Evidence
from conformance.target import Target
from scenarios.coverage import Coverage
from scenarios.model import ANY_PORTAL, Requirement

COVERED = "covered"


@dataclass(frozen=True)
class Rules:
    """What checks and requirements are held against: those verified today, and the reasons why nothing kills or breaks one.

    `elsewhere` are those that defects of other portals kill and break.
    """

    requirements: Mapping[str, Requirement]
    verified_by: Mapping[str, tuple[str, ...]]
    unkilled: Mapping[str, Reason]
    unbroken: Mapping[str, Reason]
    elsewhere: Elsewhere = field(default_factory=Elsewhere)


@dataclass(frozen=True)
class Circumstances:
    """How the run was made. `narrowed`: what was left out on purpose; then not every check needs a defect."""

    target: Target
    started: datetime
    seconds: float
    workers: int
    quick: bool
    narrowed: tuple[str, ...] = ()
    command: str = ""


def requirements_of(seen: Coverage, portal: str) -> dict[str, Requirement]:
    """Those of a portal, and of all portals, that something verifies today."""
    register = seen.register.requirements.values()
    return {one.id: one for one in register if one.testable and one.portal in {portal, ANY_PORTAL} and seen.state(one) == COVERED}


def assembled(defects: Sequence[Defect], checks: Mapping[str, Check], evidence: Evidence, rules: Rules, how: Circumstances) -> Matrix:
    """The whole document."""
    found = {defect.name: found_of(evidence.attempts.get(defect.name, ())) for defect in defects}
    wrong = {defect.name: problems_of(defect, found[defect.name], checks, rules.requirements, how.quick) for defect in defects}
    rows = tuple(_row(defect, found[defect.name], checks, evidence.clean, wrong[defect.name]) for defect in defects)
    columns = tuple(_column(check, rows, rules.unkilled, how.quick) for check in checks.values())
    broken = tuple(_requirement(one, defects, found, rules, how.quick) for one in rules.requirements.values())
    return Matrix(
        target=how.target.name,
        portal=how.target.portal,
        started=how.started,
        seconds=how.seconds,
        workers=how.workers,
        quick=how.quick,
        suite_version=suite_version(),
        defects=rows,
        checks=columns,
        requirements=broken,
        tried=_took([one for attempts in evidence.attempts.values() for one in attempts], evidence.seconds),
        clean=None if how.quick else _took(evidence.clean.attempts.values(), evidence.clean_seconds),
        narrowed=how.narrowed,
        problems=() if how.narrowed else (*_unkilled(columns, rules), *_unbroken(broken, rules)),
        command=how.command,
    )


def _row(defect: Defect, found: Found, checks: Mapping[str, Check], clean: Clean, problems: Sequence[Problem]) -> DefectRow:
    long = [check.id for check in checks.values() if left_out(defect, check, clean) and clean.consulted(check.id, defect)]
    return DefectRow(
        name=defect.name,
        title=defect.title,
        part=defect.part,
        driver=defect.driver,
        breaks=defect.breaks,
        seen_in=defect.seen_in,
        named=defect.killed_by,
        killed=found.killed,
        held=tuple(sorted(found.tried - set(found.killed))),
        left_out=tuple(long),
        problems=tuple(problems),
        runs=found.runs,
        seconds=found.seconds,
    )


def _took(attempts: Collection[Attempt], seconds: float) -> Took:
    """How many, and how long: on the clock, and all together."""
    runs = round(sum(1 / one.shared for one in attempts))
    return Took(runs, seconds, sum(one.seconds for one in attempts), sum(one.shared > 1 for one in attempts))


def _column(check: Check, rows: Sequence[DefectRow], unkilled: Mapping[str, Reason], quick: bool) -> CheckColumn:
    """In the quick form what a defect names counts: each is held to that one by one, and to all of it by the full run."""
    killed = tuple(row.name for row in rows if check.id in (row.named if quick else row.killed))
    reason = unkilled[check.id].text if check.id in unkilled else ""
    return CheckColumn(check.id, check.kind, check.title, check.verifies, killed, reason)


def _requirement(one: Requirement, defects: Sequence[Defect], found: Mapping[str, Found], rules: Rules, quick: bool) -> RequirementRow:
    broken = tuple(defect.name for defect in defects if one.id in defect.breaks and (quick or one.id in found[defect.name].verified))
    reason = rules.unbroken[one.id].text if one.id in rules.unbroken else ""
    return RequirementRow(one.id, one.title, one.level, rules.verified_by[one.id], broken, reason)


def _unkilled(columns: Sequence[CheckColumn], rules: Rules) -> Iterator[Problem]:
    for column in columns:
        reason = rules.unkilled.get(column.id)
        if not column.killed and reason is None and column.id not in rules.elsewhere.checks:
            yield Problem("kills nothing", column.id, f"no defect makes {column.id} fail: who says that it can? Add one, or a reason")
        if column.killed and reason is not None:
            yield Problem(
                "stale reason", column.id, f"{reason.place}: {column.id} is said to notice nothing, and notices {column.killed[0]}"
            )


def _unbroken(rows: Sequence[RequirementRow], rules: Rules) -> Iterator[Problem]:
    for row in rows:
        reason = rules.unbroken.get(row.id)
        if not row.broken_by and reason is None and row.id not in rules.elsewhere.requirements:
            yield Problem("nothing breaks it", row.id, f"no defect breaks {row.id} ({row.title}): add one, or a reason")
        if row.broken_by and reason is not None:
            yield Problem(
                "stale reason", row.id, f"{reason.place}: {row.id} is said to be broken by nothing, and {row.broken_by[0]} breaks it"
            )
