"""Defects, checks and attempts made by hand, and a crew that does no work, for the tests of the defect matrix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from conformance.matrix.assembling import Circumstances, Rules, assembled
from conformance.matrix.attempt import Attempt
from conformance.matrix.document import Matrix
from conformance.matrix.gallery import FORMS, Defect
from conformance.matrix.jobs import Job, Try
from conformance.matrix.pairs import Check, Clean
from conformance.matrix.reasons import Reason
from conformance.matrix.running import Evidence
from conformance.results import Result
from conformance.target import load_target
from scenarios.model import Place, Requirement

PORTAL = "ameli-connect"
EXPIRED, USED, RACE, WATCH = "ameli-connect.code.expired", "ameli-connect.code.used", "suite.races.codes", "watch.no-store"
PLACE = Place("scenarios/cases/a.yaml", 3)


def made_defect(name: str = "code-works-again", **more: Any) -> Defect:
    """A defect that one case must notice, by its outcome."""
    fields: dict[str, Any] = {
        "name": name,
        "title": "A code works a second time",
        "portal": PORTAL,
        "breaks": ("HRD-01",),
        "killed_by": {USED: ("outcome",)},
        "seen_in": "someone/something#1",
    }
    return Defect(**{**fields, **more})


def made_checks() -> dict[str, Check]:
    """Two cases, one of them with two examples, a suite, and a watcher."""
    examples = (Try(f"{EXPIRED}[1]", FORMS), Try(f"{EXPIRED}[2]", FORMS))
    found = (
        Check(EXPIRED, "case", "A code expires", ("AMC-40",), examples),
        Check(USED, "case", "A used code is dead", ("HRD-01",), (Try(USED, FORMS),)),
        Check(RACE, "suite", "Twenty codes at once", ("HRD-08",), (Try(RACE, FORMS),)),
        Check(WATCH, "watcher", "The account is not stored", ("HRD-46",)),
    )
    return {check.id: check for check in found}


def made_attempt(id: str, defect: str | None = None, **more: Any) -> Attempt:
    """One that held, watched by one watcher. `broken`: it did not."""
    broken: Mapping[str, tuple[str, ...]] = more.get("broken", {})
    check = id.partition("[")[0]
    verifies = {check.id: check.verifies for check in made_checks().values()}
    fields: dict[str, Any] = {
        "id": id,
        "defect": defect,
        "driver": FORMS,
        "result": Result.FAILED if check in broken else Result.PASSED,
        "reason": "",
        "seconds": 0.1,
        "verifying": {name: verifies.get(name, ()) for name in (check, *broken)},
        "watchers": () if check == RACE else (WATCH,),
        "consulted": ("code-works-again",),
    }
    return Attempt(**{**fields, **more})


@dataclass
class FakeCrew:
    """Answers each try with what it was told, or with one that held; notes what it was asked, in order.

    `patience`: after so many jobs somebody presses Ctrl-C.
    """

    answers: Mapping[tuple[str | None, str], Attempt | Sequence[Attempt]] = field(default_factory=dict)
    asked: list[tuple[str | None, Try]] = field(default_factory=list)
    patience: int | None = None

    def done(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, tuple[Attempt, ...]]]:
        """One job after the other."""
        for number, job in enumerate(jobs):
            if number == self.patience:
                raise KeyboardInterrupt
            yield job, tuple(self._tried(job))

    def _tried(self, job: Job) -> Iterator[Attempt]:
        for one in job.tries:
            for defect in job.defects or (None,):
                turn = sum(asked == (defect, one) for asked in self.asked)
                self.asked.append((defect, one))
                told = self.answers.get((defect, one.id), made_attempt(one.id, defect))
                attempt = told if isinstance(told, Attempt) else told[min(turn, len(told) - 1)]
                yield attempt
                if job.ends_with(attempt):
                    return

    def tried(self, defect: str | None) -> list[str]:
        """The ids that were run with a defect, in order."""
        return [one.id for name, one in self.asked if name == defect]


class NoTally:
    """Counts nothing."""

    def __init__(self, *_: object) -> None:
        """Whatever it is about."""

    def did(self, job: Job) -> None:
        """A job was done."""

    def end(self) -> None:
        """All were."""


def clean(*attempts: Attempt) -> Evidence:
    """A clean run in which everything held but these."""
    usual = [made_attempt(one.id) for check in made_checks().values() for one in check.trials]
    return Evidence(Clean({one.id: one for one in (*usual, *attempts)}))


def made_rules(unkilled: Mapping[str, str] | None = None, unbroken: Mapping[str, str] | None = None) -> Rules:
    """The requirements that the checks verify, and reasons by id."""
    verified: dict[str, tuple[str, ...]] = {}
    for check in made_checks().values():
        for name in check.verifies:
            verified[name] = (*verified.get(name, ()), check.id)
    rules = {name: Requirement(name, f"Rule {name}", PORTAL, "", PLACE) for name in verified}
    return Rules(rules, verified, _reasons(unkilled), _reasons(unbroken))


def _reasons(given: Mapping[str, str] | None) -> dict[str, Reason]:
    return {id: Reason(id, text, PLACE) for id, text in (given or {}).items()}


def made_matrix(defects: Sequence[Defect], evidence: Evidence, rules: Rules | None = None, **more: Any) -> Matrix:
    """The document of a run on the simulator's target file."""
    fields: dict[str, Any] = {"seconds": 12.0, "workers": 2, "quick": False, **more}
    how = Circumstances(load_target("simulator"), datetime(2026, 3, 10, tzinfo=UTC), **fields)
    return assembled(defects, made_checks(), evidence, rules or made_rules(), how)


def told(matrix: Matrix) -> list[tuple[str, str]]:
    """Kind and subject of everything that is wrong."""
    return [(problem.kind, problem.about) for problem in matrix.all_problems]
