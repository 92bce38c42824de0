"""A session on disk: cosmic-ray's database of mutants and what became of them, so that a run that was broken off goes on where it was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cosmic_ray.commands.init import init
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkResult

from conformance.selftests.mutation.coverage_map import CoverageMap
from conformance.selftests.mutation.fates import Fate, Kind
from conformance.selftests.mutation.mutants import Key, Mutant, mutants_of

_OUTCOMES = {Kind.KILLED: TestOutcome.KILLED, Kind.BY_SUITE: TestOutcome.KILLED, Kind.DOES_NOT_START: TestOutcome.INCOMPETENT}
# What decides the fate of a mutant: the simulator, the cases, and the harness without its own tests.
_DECIDES = ("simulator/**/*", "scenarios/**/*.yaml", "conformance/**/*", "constraints.txt")
_DECIDES_NOT = {"__pycache__", "tests", "selftests"}


@dataclass(frozen=True)
class Outcome:
    """A mutant without its source, and what became of it."""

    key: Key
    row: int
    operator: str
    diff: str
    fate: Fate


class _Stored(msgspec.Struct, frozen=True):
    key: Key
    row: int
    operator: str
    fate: Fate


class Session:
    """The mutants of a run, those that were tried, and what became of them."""

    def __init__(self, database: WorkDB, folder: Path, resumed: bool, earlier: Mapping[Key, str]) -> None:
        self._database = database
        self._folder = folder
        self.resumed = resumed
        self.earlier = earlier

    def pending(self, root: Path) -> list[Mutant]:
        """The mutants not tried yet, in the order of files and lines."""
        done = {identifier for identifier, _ in self._database.results}
        made = (mutant for mutant in mutants_of(self._database.work_items, root) if mutant.id not in done)
        return sorted(made, key=lambda mutant: (mutant.key.file, mutant.row, mutant.operator, mutant.key.becomes))

    def keep(self, mutant: Mutant, fate: Fate) -> None:
        """Write down what became of it."""
        stored = msgspec.json.encode(_Stored(mutant.key, mutant.row, mutant.operator, fate)).decode()
        how = WorkerOutcome.SKIPPED if fate.kind is Kind.LEFT_OUT else WorkerOutcome.NORMAL
        outcome = _OUTCOMES.get(fate.kind, TestOutcome.SURVIVED)
        self._database.set_result(mutant.id, WorkResult(how, output=stored, test_outcome=outcome, diff=mutant.diff))

    def outcomes(self) -> list[Outcome]:
        """All that is known, in the order of files and lines."""
        found = [_outcome(result) for _, result in self._database.results]
        return sorted(found, key=lambda outcome: (outcome.key.file, outcome.row, outcome.operator, outcome.key.becomes))

    def coverage_map(self) -> CoverageMap | None:
        """The map of this session, when it was made already."""
        file = self._folder / "map.json"
        return msgspec.json.decode(file.read_bytes(), type=CoverageMap) if file.exists() else None

    def keep_map(self, found: CoverageMap) -> None:
        """Keep the map for the rest of the session."""
        (self._folder / "map.json").write_bytes(msgspec.json.encode(found))


@contextmanager
def session(folder: Path, root: Path, modules: Sequence[Path], now: str, fresh: bool) -> Iterator[Session]:
    """The session in that folder: gone on with, when its fingerprint is what it is `now` and `fresh` is not asked for; else a new one.

    `modules` are relative to `root`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / "fingerprint.txt"
    with use_db(folder / "session.sqlite", WorkDB.Mode.create) as database:
        resumed = not fresh and mark.exists() and mark.read_text() == now
        earlier = _killers(database)
        if not resumed:
            for name in ("fingerprint.txt", "map.json"):
                (folder / name).unlink(missing_ok=True)
            with chdir(root):
                init(modules, database, {})
            mark.write_text(now)
        yield Session(database, folder, resumed, earlier)


def fingerprint(root: Path, modules: Sequence[Path], trials: Iterable[str]) -> str:
    """A digest of all that decides the fates of these modules' mutants by these trials."""
    digest = hashlib.sha256("\n".join((*map(str, modules), *trials)).encode())
    for path in sorted({path for pattern in _DECIDES for path in root.glob(pattern)}):
        if path.is_file() and not _DECIDES_NOT & set(path.relative_to(root).parts):
            digest.update(f"{path.relative_to(root)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _outcome(result: WorkResult) -> Outcome:
    stored = msgspec.json.decode(result.output or "", type=_Stored)
    return Outcome(stored.key, stored.row, stored.operator, result.diff or "", stored.fate)


def _killers(database: WorkDB) -> dict[Key, str]:
    outcomes = [_outcome(result) for _, result in database.results]
    return {outcome.key: outcome.fate.killer for outcome in outcomes if outcome.fate.killer}
