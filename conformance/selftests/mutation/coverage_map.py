"""Which trials execute which lines of the simulator: one clean run under coverage tells, and a mutant is tried by those alone."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from multiprocessing.connection import Client, Connection
from pathlib import Path

from coverage import CoverageData

from conformance.results import Result
from conformance.selftests.mutation.fates import noticed
from conformance.selftests.mutation.trying import Bench
from conformance.target import Target
from conformance.testability import TestabilityProvisioner

_TRACED = Path(__file__).with_name("traced.py")
_DATA = "executed.coverage"
_NOBODY = ""  # whom coverage names while nobody is served yet: what is executed then is executed for all

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class CoverageMap:
    """Which trials execute each line of each file, and how long each trial takes, in seconds.

    `unfit` are trials that do not pass on the simulator as it is, with the reason: they can show nothing.
    """

    executed: Mapping[str, Mapping[int, frozenset[str]]]
    seconds: Mapping[str, float]
    unfit: Mapping[str, str]

    def trials(self, file: str, rows: Iterable[int]) -> frozenset[str]:
        """The trials that execute one of these lines; all, when one is executed before anybody is served."""
        lines = self.executed.get(file, {})
        found = frozenset(trial for row in rows for trial in lines.get(row, ()))
        return frozenset(self.seconds) if _NOBODY in found else found & self.seconds.keys()


@dataclass(frozen=True)
class Statements:
    """Where the statements of a module are."""

    source: str

    @cached_property
    def _heads(self) -> tuple[range, ...]:
        return tuple(_head(node) for node in ast.walk(ast.parse(self.source)) if isinstance(node, ast.stmt))

    def around(self, row: int) -> range:
        """The lines of the innermost statement at that line; of a compound one, those of its head."""
        return min((lines for lines in self._heads if row in lines), key=len, default=range(row, row + 1))

    def users(self, row: int) -> frozenset[int]:
        """The lines that read the name which is set at the top of the module there: a constant is executed by all, and used by few."""
        set_there = {name for lines, name in self._constants if row in lines}
        return frozenset(line for line, name in self._read if name in set_there)

    @cached_property
    def _constants(self) -> tuple[tuple[range, str], ...]:
        return tuple(
            (range(node.lineno, (node.end_lineno or node.lineno) + 1), target.id)
            for node in ast.parse(self.source).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        )

    @cached_property
    def _read(self) -> tuple[tuple[int, str], ...]:
        names = (node for node in ast.walk(ast.parse(self.source)) if isinstance(node, ast.Name))
        return tuple((node.lineno, node.id) for node in names if isinstance(node.ctx, ast.Load))


def made(bench: Bench, copy: Path, folder: Path, tell: Tell) -> CoverageMap:
    """Try every trial once on the clean simulator in `copy`; `folder` takes coverage's own file. Raises TargetError."""
    seconds: dict[str, float] = {}
    unfit: dict[str, str] = {}
    with _traced(bench, copy, folder / _DATA) as (target, connection):
        provisioner = TestabilityProvisioner(target)
        for number, trial in enumerate(bench.checks, start=1):
            _ask(connection, trial)
            result = bench.run(trial, target, provisioner)
            if result.result is Result.PASSED and noticed(result) is None:
                seconds[trial] = round(result.seconds, 3)
            else:
                unfit[trial] = f"{result.result}: {result.reason}"
            tell(number, len(bench.checks))
        _ask(connection, None)
    return CoverageMap(_read(folder / _DATA, copy), seconds, unfit)


@contextmanager
def _traced(bench: Bench, copy: Path, data: Path) -> Iterator[tuple[Target, Connection]]:
    socket = data.with_suffix(".socket")
    before = (str(_TRACED), str(socket), str(data), str(copy / "simulator"))
    with bench.simulator(copy, before) as target, Client(str(socket)) as connection:
        yield target, connection


def _ask(connection: Connection, served: str | None) -> None:
    connection.send(served)
    connection.recv()


def _read(file: Path, copy: Path) -> Mapping[str, Mapping[int, frozenset[str]]]:
    data = CoverageData(str(file))
    data.read()
    return {
        Path(name).relative_to(copy).as_posix(): {row: frozenset(served) for row, served in data.contexts_by_lineno(name).items()}
        for name in data.measured_files()
        if name.endswith(".py")
    }


def _head(node: ast.stmt) -> range:
    body = getattr(node, "body", None)
    last = body[0].lineno - 1 if isinstance(body, list) and body else node.end_lineno or node.lineno
    return range(node.lineno, max(last, node.lineno) + 1)
