"""The matrix as its page shows it: problems by kind, defects by part, checks by what they are about, and the cells between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from conformance.matrix.document import CheckColumn, DefectRow, Matrix, Problem, RequirementRow
from conformance.matrix.kinds import KINDS, Kind
from conformance.plan import SUITE, WATCHER
from scenarios.model import ANY_PORTAL

NOTICED, UNNAMED, SURVIVED, HELD, NAMED, LEFT_OUT, NOT_REACHED = "noticed", "unnamed", "survived", "held", "named", "left-out", ""
SIGNS: Mapping[str, str] = {NOTICED: "●", UNNAMED: "✗", SURVIVED: "○", NAMED: "○", LEFT_OUT: "–"}


@dataclass(frozen=True)
class Group:
    """Things that belong together, and what they have in common."""

    name: str
    members: tuple[CheckColumn, ...] = ()
    defects: tuple[DefectRow, ...] = ()


@dataclass(frozen=True)
class Cell:
    """What became of one defect at one check. `facts` as found, or as named where nothing was."""

    state: str
    check: str
    facts: tuple[str, ...] = ()

    @property
    def sign(self) -> str:
        """One letter for it."""
        return SIGNS.get(self.state, "")

    @property
    def told(self) -> str:
        """What it means, in words; nothing where there is nothing to say."""
        facts = ", ".join(self.facts)
        words = {
            NOTICED: f"noticed it: {facts}",
            UNNAMED: f"noticed it and is not named so: {facts}",
            SURVIVED: f"had to notice it: {facts}",
        }
        return f"{self.check} {words[self.state]}" if self.state in words else ""


@dataclass(frozen=True)
class View:
    """What the page asks for."""

    matrix: Matrix

    @cached_property
    def problems(self) -> list[tuple[Kind, list[Problem]]]:
        """What is wrong, by kind, the most serious first."""
        found = self.matrix.all_problems
        return [(kind, of_kind) for kind in KINDS.values() if (of_kind := [one for one in found if one.kind == kind.name])]

    @cached_property
    def parts(self) -> tuple[Group, ...]:
        """The defects by the part of the portal that they are in."""
        parts = dict.fromkeys(defect.part for defect in self.matrix.defects)
        rows = self.matrix.defects
        return tuple(Group(part or self.matrix.portal, defects=tuple(row for row in rows if row.part == part)) for part in parts)

    @cached_property
    def columns(self) -> tuple[Group, ...]:
        """The checks by what they are about: cases by the second word of their id, then suites, then watchers."""
        ordered = sorted(self.matrix.checks, key=_place)
        return tuple(Group(name, tuple(members)) for name, members in groupby(ordered, key=_about))

    @cached_property
    def unkilled(self) -> tuple[CheckColumn, ...]:
        """Checks that notice nothing, and say why."""
        return tuple(check for check in self.matrix.checks if check.reason)

    @cached_property
    def unbroken(self) -> tuple[RequirementRow, ...]:
        """Requirements that nothing breaks, and say why."""
        return tuple(one for one in self.matrix.requirements if one.reason)

    @property
    def broken(self) -> int:
        """How many requirements some defect breaks."""
        return sum(1 for one in self.matrix.requirements if one.broken_by)

    @property
    def killing(self) -> int:
        """How many checks notice some defect."""
        return sum(1 for one in self.matrix.checks if one.killed)

    @property
    def pairs(self) -> int:
        """How many cells of the table are more than empty."""
        return sum(len(row.killed) + len(row.held) for row in self.matrix.defects)

    def cells(self, row: DefectRow) -> Iterator[Cell]:
        """A row of the table, in the order of the columns."""
        held, left_out = set(row.held), set(row.left_out)
        for group in self.columns:
            for check in group.members:
                yield _cell(row, check.id, held, left_out)

    def cell(self, row: DefectRow, check: str) -> Cell:
        """One of them."""
        return _cell(row, check, set(row.held), set(row.left_out))

    def concerned(self, row: DefectRow) -> Sequence[str]:
        """The checks that noticed a defect or had to."""
        return tuple(dict.fromkeys((*row.named, *row.killed)))

    def short(self, id: str) -> str:
        """An id without the portal's name, which all have in common."""
        return id.removeprefix(f"{self.matrix.portal}.")

    @cached_property
    def requirements(self) -> frozenset[str]:
        """The ids of the requirements that are verified today."""
        return frozenset(one.id for one in self.matrix.requirements)

    @cached_property
    def checks(self) -> Mapping[str, CheckColumn]:
        """All checks by id."""
        return {check.id: check for check in self.matrix.checks}


def _cell(row: DefectRow, check: str, held: set[str], left_out: set[str]) -> Cell:
    seen, named = row.killed.get(check), row.named.get(check)
    if seen is not None:
        return Cell(NOTICED if named is not None and set(seen) <= set(named) else UNNAMED, check, seen)
    wrong = any(problem.kind == "survivor" and problem.check == check for problem in row.problems)
    if named is not None and wrong:
        return Cell(SURVIVED, check, named)
    if named is not None:
        return Cell(NAMED, check, named)
    return Cell(HELD if check in held else LEFT_OUT if check in left_out else NOT_REACHED, check)


def _about(check: CheckColumn) -> str:
    portal, _, rest = check.id.partition(".")
    about = rest.split(".")[0]
    if check.kind == WATCHER:
        return "watchers"
    if check.kind == SUITE:
        return f"suites: {about}"
    return f"{portal}: {about}" if portal == ANY_PORTAL else about


def _place(check: CheckColumn) -> tuple[int, str]:
    """Cases of the portal, of all portals, suites, watchers."""
    kinds = {SUITE: 2, WATCHER: 3}
    return (kinds.get(check.kind, int(check.id.startswith(f"{ANY_PORTAL}."))), _about(check))
