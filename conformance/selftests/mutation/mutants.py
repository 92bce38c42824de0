"""The mutants there are: cosmic-ray's, and those of our own operators, each as what it changes in which function of which file."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_item import MutationSpec, WorkItem

from conformance.selftests.mutation.operators import register

register()


@dataclass(frozen=True)
class Key:
    """What names a mutant from one day to the next: not its line's number, which moves, but what it changes there."""

    file: str
    function: str
    line: str
    becomes: str

    def __str__(self) -> str:
        return f"{self.line} → {self.becomes or '(nothing)'}"


@dataclass(frozen=True)
class Mutant:
    """A module with one thing changed. `row` counts from 1; `source` is the whole module as it is then."""

    id: str
    key: Key
    row: int
    operator: str
    diff: str
    source: str

    def __str__(self) -> str:
        return f"{self.key.file}:{self.row}: {self.key}"


def mutant_of(item: WorkItem, root: Path) -> Mutant:
    """The mutant that a work item of cosmic-ray stands for, in the file as it is under `root`."""
    mutation: MutationSpec = item.mutations[0]
    file = Path(mutation.module_path).as_posix()
    original = _read(root / file)
    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    mutated = mutate_code(original, operator, mutation.occurrence)
    assert isinstance(mutated, str)  # cosmic-ray found this occurrence itself
    line, becomes = _changed_lines(original, mutated)
    key = Key(file, mutation.definition_name or "", line, becomes)
    name = mutation.operator_name.partition("/")[2]
    return Mutant(item.job_id, key, mutation.start_pos[0], name, _diff(file, original, mutated), mutated)


def modules(root: Path, patterns: Sequence[str], only: str) -> tuple[Path, ...]:
    """The files to be mutated, relative to `root`, in the order of the patterns: those whose path holds the text `only`."""
    found = (path.relative_to(root) for pattern in patterns for path in sorted(root.glob(pattern)))
    return tuple(path for path in dict.fromkeys(found) if only in path.as_posix())


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _changed_lines(original: str, mutated: str) -> tuple[str, str]:
    before, after = original.splitlines(), mutated.splitlines()
    same = _same_at_the_start(before, after)
    rest = _same_at_the_start(before[same:][::-1], after[same:][::-1])
    changed = (lines[same : len(lines) - rest] for lines in (before, after))
    line, becomes = (" ".join(text for text in map(str.strip, lines) if text) for lines in changed)
    return line, becomes


def _same_at_the_start(first: Sequence[str], second: Sequence[str]) -> int:
    pairs = zip(first, second, strict=False)
    return next((number for number, (one, other) in enumerate(pairs) if one != other), min(len(first), len(second)))


def _diff(file: str, original: str, mutated: str) -> str:
    lines = difflib.unified_diff(original.splitlines(), mutated.splitlines(), f"a/{file}", f"b/{file}", lineterm="", n=2)
    return "\n".join(list(lines)[2:])
