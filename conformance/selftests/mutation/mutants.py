"""The mutants there are: cosmic-ray's, and those of our own operators, each as what it changes in which function of which file."""

from __future__ import annotations

import ast
import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
    """A module with one thing changed. `row` counts from 1; `source` is the whole module as it is then.

    `piece` is the text of the statement at the top of the module that the change is in, and `begins` the line at which that begins.
    """

    id: str
    key: Key
    row: int
    operator: str
    diff: str
    source: str
    begins: int
    piece: str

    def __str__(self) -> str:
        return f"{self.key.file}:{self.row}: {self.key}"


def mutants_of(items: Iterable[WorkItem], root: Path) -> Iterator[Mutant]:
    """The mutants that all work items of a session of cosmic-ray stand for, in the files as they are under `root`."""
    groups: dict[tuple[str, str, str], list[WorkItem]] = defaultdict(list)
    for item in items:
        mutation: MutationSpec = item.mutations[0]
        groups[Path(mutation.module_path).as_posix(), mutation.operator_name, str(mutation.operator_args)].append(item)
    for (file, _, _), group in groups.items():
        yield from _of_one_operator(file, (root / file).read_text(encoding="utf-8"), group)


def _of_one_operator(file: str, source: str, group: Iterable[WorkItem]) -> Iterator[Mutant]:
    """Only the statement at the top of the module that is changed is read anew for each mutant: a whole module takes ten times as long."""
    lines = source.splitlines(keepends=True)
    pieces = top_statements(source)
    seen: Counter[range] = Counter()
    for item in sorted(group, key=lambda item: int(item.mutations[0].occurrence)):
        mutation: MutationSpec = item.mutations[0]
        place = next(piece for piece in pieces if mutation.start_pos[0] in piece)
        operator = get_operator(mutation.operator_name)(**mutation.operator_args)
        before, original, after = ("".join(lines[start:end]) for start, end in _around(place))
        piece = mutate_code(original, operator, seen[place])
        assert isinstance(piece, str)  # cosmic-ray found this occurrence itself
        seen[place] += 1
        mutated = before + piece + after
        line, becomes = _changed_lines(original, piece)
        name = mutation.operator_name.partition("/")[2]
        key = Key(file, mutation.definition_name or "", line, becomes)
        yield Mutant(item.job_id, key, mutation.start_pos[0], name, _diff(file, source, mutated), mutated, place.start, piece)


def _around(place: range) -> tuple[tuple[int, int | None], ...]:
    return (0, place.start - 1), (place.start - 1, place.stop - 1), (place.stop - 1, None)


@cache
def top_statements(source: str) -> tuple[range, ...]:
    """The lines of each statement at the top of a module, decorators included."""
    return tuple(range(first_line(node), (node.end_lineno or node.lineno) + 1) for node in ast.parse(source).body)


def first_line(node: ast.stmt) -> int:
    """The line at which a statement begins, with its first decorator where it has one."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def modules(root: Path, patterns: Sequence[str], only: str) -> tuple[Path, ...]:
    """The files to be mutated, relative to `root`, in the order of the patterns: those whose path holds the text `only`.

    A pattern that begins with `!` takes out what those before it found.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        paths = [path.relative_to(root) for path in sorted(root.glob(pattern.removeprefix("!")))]
        if pattern.startswith("!"):
            found = {path: None for path in found if path not in paths}
        else:
            found.update(dict.fromkeys(paths))
    return tuple(path for path in found if only in path.as_posix())


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
