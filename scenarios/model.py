"""The words of the house: requirement, case, step, trial. Frozen, and nothing but data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# The portal of the rules, and of the cases, that all portals share.
ANY_PORTAL = "any"

IMPACTS = ("read", "account", "lock", "hammer")

OUTCOMES = (
    "signed-in",
    "sign-in-asked",
    "code-announced",
    "code-asked",
    "password-asked",
    "validation-asked",
    "sent",
    "done",
    "shown",
    "invalid",
    "refused",
    "blocked",
    "link-dead",
    "forbidden",
)


@dataclass(frozen=True)
class Place:
    """Where something stands: a file, relative to the repository, and a line from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Requirement:
    """One rule of the register."""

    id: str
    title: str
    portal: str
    source: str
    place: Place
    level: str = "must"
    where: str = ""
    text: str = ""
    reading: str = ""
    testable: bool = True
    reason: str = ""
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Conflict:
    """A source and a standard that disagree; reported, never failed."""

    id: str
    between: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Person:
    """Someone a case's `given` asks for: `key` names them in the case, `fields` go to the provisioner as they are."""

    key: str
    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One thing that is done: a verb, its argument, and what must be seen after it (None: the usual)."""

    verb: str
    argument: Any
    place: Place
    actor: str | None = None
    browser: str = "first"
    times: int = 1
    label: str | None = None
    trust: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    expect: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Case:
    """One file entry, before its examples are filled in: `steps` may still hold `$name`.

    `functions` are what a portal must have for a case of all portals to apply.
    """

    id: str
    title: str
    portal: str
    verifies: tuple[str, ...]
    impact: str
    people: tuple[Person, ...]
    clock: str | None
    steps: tuple[Step, ...]
    examples: tuple[Mapping[str, Any], ...]
    place: Place
    functions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Trial:
    """One case with one of its examples filled in: what the runner runs. `id` is the case's, with `[n]` when it has examples.

    `needs` are the capabilities without which it cannot run, read off its steps: people, clock, mail, staff, screen.
    """

    id: str
    case: Case
    people: tuple[Person, ...]
    clock: str | None
    steps: tuple[Step, ...]
    example: Mapping[str, Any]
    needs: frozenset[str]


@dataclass(frozen=True)
class DeclaredCheck:
    """A check that no line of a case can say and that `conformance` holds in Python: a watcher of every page, or a suite.

    `people` is how many insured people in the documented default state a suite uses up in one run; `functions` are what a portal must have
    for it to apply, and `needs` the capabilities without which it cannot run.
    """

    id: str
    kind: str
    title: str
    verifies: tuple[str, ...]
    impact: str
    place: Place
    people: int = 0
    functions: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
