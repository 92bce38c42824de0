"""What the controller notes while a run goes on, with or without workers, and what it makes of it at the end."""

from __future__ import annotations

import dataclasses
import platform
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from conformance.plan import Plan
from conformance.report.assembling import Run
from conformance.report.document import LeftOut, SelectionPart, TargetPart
from conformance.results import CaseResult, Result
from conformance.target import Target
from conformance.verdict import held_to_its_word
from scenarios.instants import Period, period_text

NARROWED = "left out by pytest’s own options (-k, -m, --deselect, --last-failed, or a name on the command line)"
PROJECT = Path(__file__).parents[1] / "pyproject.toml"
_TRIAL_MARK = "::test_case["


@dataclass
class Journal:
    """Results by the node id of the test that brought them, in the order in which they came; `processes` tried them side by side."""

    plan: Plan
    started: datetime
    collected: list[str] = field(default_factory=list)
    results: dict[str, tuple[CaseResult, ...]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    processes: int = 1

    def collect(self, node_ids: Iterable[str]) -> None:
        """The tests that will run; told again by each worker."""
        self.collected = list(dict.fromkeys([*self.collected, *node_ids]))

    def note(self, node_id: str, results: Sequence[CaseResult]) -> None:
        """The results of a test, in place of earlier ones."""
        self.results[node_id] = tuple(map(held_to_its_word, results))

    def broke(self, node_id: str, why: str) -> None:
        """A test broke outside its case: before it, after it, or with its worker. What it brought before counts as an error."""
        known = self.results.get(node_id)
        if known is None:
            known = (self._unknown(node_id),)
        self.results[node_id] = tuple(_as_error(result, why) for result in known)

    def problem(self, text: str) -> None:
        """Something broke beside the tests."""
        if text not in self.problems:
            self.problems.append(text)

    def run(self, target: Target, ended: datetime, interrupted: bool, reproduce: str, browser: str | None) -> Run:
        """The run as the report takes it, its cases in the order of the plan."""
        return Run(
            target=_target_part(target),
            suite_version=suite_version(),
            driver=self.plan.options.driver,
            strict=self.plan.options.strict,
            started=self.started,
            ended=ended,
            interrupted=interrupted,
            selection=self._selection(),
            results=self.plan.known.settled(self._ordered()),
            known=self.plan.known,
            problems=tuple(self.problems),
            environment=environment(browser),
            reproduce=reproduce,
            chance=chance(target),
            processes=self.processes,
        )

    def _selection(self) -> SelectionPart:
        left_out = [LeftOut(why, cases) for why, cases in self.plan.left_out.items()]
        narrowed = tuple(id for id in self.plan.trials if id not in set(map(case_id, self.collected)))
        if narrowed and self.collected:
            left_out.append(LeftOut(NARROWED, narrowed))
        return SelectionPart(
            asked=self.plan.options.wish.options,
            selected=len(self.collected),
            left_out=tuple(left_out),
            not_reached=tuple(case_id(node_id) for node_id in self.collected if node_id not in self.results),
        )

    def _ordered(self) -> tuple[CaseResult, ...]:
        order = {node_id: index for index, node_id in enumerate(self.collected)}
        node_ids = sorted(self.results, key=lambda node_id: order.get(node_id, len(order)))
        return tuple(result for node_id in node_ids for result in self.results[node_id])

    def _unknown(self, node_id: str) -> CaseResult:
        id = case_id(node_id)
        trial, options = self.plan.trials.get(id), self.plan.options
        return CaseResult(
            id=id,
            title=trial.case.title if trial else id,
            portal=self.plan.material.target.portal,
            driver=options.driver,
            impact=trial.case.impact if trial else "",
            requirements=trial.case.verifies if trial else (),
            result=Result.ERROR,
            place=str(trial.case.place) if trial else "",
        )


def case_id(node_id: str) -> str:
    """The id of the trial that a test runs; of another test, its own node id."""
    _, mark, rest = node_id.partition(_TRIAL_MARK)
    return rest.removesuffix("]") if mark else node_id


def suite_version() -> str:
    """The version of this suite."""
    try:
        return version("heurtoir")
    except PackageNotFoundError:  # run from its folder
        project: dict[str, str] = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
        return project["version"]


def environment(browser: str | None) -> Mapping[str, str]:
    """What may make two runs differ, for the report."""
    found = {"Python": platform.python_version(), "Platform": f"{platform.system()} {platform.release()} {platform.machine()}"}
    packages = ("pytest", *(("playwright",) if browser else ()))
    return {**found, **({"Browser": browser} if browser else {}), **{package: version(package) for package in packages}}


def _as_error(result: CaseResult, why: str) -> CaseResult:
    before = f" (before that: {result.result})" if result.reason or result.steps else ""
    return dataclasses.replace(result, result=Result.ERROR, reason=f"{why}{before}", known=None)


def chance(target: Target) -> tuple[str, ...]:
    """What may be another in the next run. The suite draws nothing by lot that it types or judges by, so it has no seed."""
    told = (
        "Nothing that is typed or judged is drawn by lot, so there is no seed. Worlds and their mail domains are named anew in each run.",
    )
    source = target.people
    if source is None:
        return (*told, "People, their passwords and their codes are made up by the target, which tells no seed.")
    whence = "a file of prepared accounts" if source.file else "a command of the target file"
    return (*told, f"People come from {whence}; codes are made up by the target.")


def _target_part(target: Target) -> TargetPart:
    services = {"testability API": target.control, "Mailpit": target.mail, "SMS sink": target.sms}
    return TargetPart(
        name=target.name,
        file=target.file,
        addresses={target.portal: target.address},
        capabilities=tuple(sorted(target.capabilities)),
        services={name: address for name, address in services.items() if address},
        limits={period_text(Period(duration=long)): period_text(Period(duration=short)) for long, short in sorted(target.limits.items())},
        language=target.language,
    )
