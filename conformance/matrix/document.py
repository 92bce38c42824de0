"""The matrix as data: what `matrix.json` holds, and what its page is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

FILE_NAME = "matrix.json"
VERSION = 1


@dataclass(frozen=True)
class Problem:
    """Something that is wrong: of which kind, at which defect, check or requirement, and in words; `check`: who noticed, or did not."""

    kind: str
    about: str
    text: str
    check: str = ""


@dataclass(frozen=True)
class DefectRow:
    """A defect: what its gallery says, and what was found. `named` and `killed`: check -> facts.

    `held` are checks that were tried and did not notice, `left_out` suites too long to be run with a defect that does not name them.
    """

    name: str
    title: str
    part: str
    driver: str
    breaks: tuple[str, ...]
    seen_in: str
    named: Mapping[str, tuple[str, ...]]
    killed: Mapping[str, tuple[str, ...]]
    held: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    runs: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class CheckColumn:
    """A case, watcher or suite, and the defects that it noticed; or the reason why there is none for it."""

    id: str
    kind: str
    title: str
    verifies: tuple[str, ...]
    killed: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True)
class RequirementRow:
    """A requirement that something verifies today, and the defects that break it; or the reason why there is none."""

    id: str
    title: str
    level: str
    verified_by: tuple[str, ...]
    broken_by: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True)
class Took:
    """How many runs of trials and suites a part took, and how long: on the clock, and all runs together.

    `shared`: for how many trials of a defect one run with several defects on was enough.
    """

    runs: int = 0
    seconds: float = 0.0
    together: float = 0.0
    shared: int = 0


@dataclass(frozen=True)
class Matrix:
    """Everything. `clean` is None where it is quick.

    `narrowed` says what was left out on purpose: then not every check needs a defect here.
    """

    target: str
    portal: str
    started: datetime
    seconds: float
    workers: int
    quick: bool
    suite_version: str
    defects: tuple[DefectRow, ...]
    checks: tuple[CheckColumn, ...]
    requirements: tuple[RequirementRow, ...]
    tried: Took
    clean: Took | None = None
    narrowed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    command: str = ""
    version: int = VERSION

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """What is wrong with defects, and with the whole."""
        return (*self.problems, *(problem for defect in self.defects for problem in defect.problems))

    @property
    def as_named(self) -> int:
        """How many defects are noticed exactly as they say."""
        return sum(1 for defect in self.defects if not defect.problems)


def encode(matrix: Matrix) -> bytes:
    """As JSON."""
    return msgspec.json.format(msgspec.json.encode(matrix), indent=1)


def read_matrix(content: bytes) -> Matrix:
    """From JSON. Raises msgspec.ValidationError, msgspec.DecodeError."""
    return msgspec.json.decode(content, type=Matrix)
