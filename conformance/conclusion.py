"""What a test that ended means: the results it recorded, or those that an exception stands for, and its outcome for pytest."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from conformance.covering import covered, covered_name, covered_result
from conformance.driver import CannotRun, DriverBroke
from conformance.plan import Plan
from conformance.progress import in_short
from conformance.results import KNOWN_FAILURE, CaseResult, Result, worst_kind
from conformance.selection import Wish
from conformance.stash import RESULTS
from conformance.summary import command
from conformance.verdict import held_to_its_word
from scenarios.model import DeclaredCheck, Trial

# A report travels from a worker to the controller with its attributes. A property would also land in --junitxml, pictures and all.
_CARRIED = "heurtoir_results"
_SKIPPED = frozenset({Result.COULD_NOT_RUN, Result.NOT_APPLICABLE, KNOWN_FAILURE})


def conclude(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport, plan: Plan) -> None:
    """Give the report of a test its outcome and let it carry the results. Tests that are none of ours stay as they are."""
    blank = blank_result(item, plan)
    if blank is None:
        return
    recorded = item.stash.get(RESULTS, list[CaseResult]())
    results = [_whole(result, blank, plan) for result in _results(recorded, call.excinfo, blank)]
    setattr(report, _CARRIED, msgspec.json.encode(results).decode())
    unforeseen = call.excinfo is not None and not isinstance(call.excinfo.value, CannotRun | DriverBroke | pytest.skip.Exception)
    report.outcome = outcome(results, plan.options.strict)
    if not unforeseen:  # else the traceback stays: it is the harness that broke
        report.longrepr = _shown(item, report, results, plan)


def cover(report: pytest.TestReport, plan: Plan) -> None:
    """Cover what pytest itself shows of a test that broke: its traceback and what it printed. Words of ours are covered already."""
    if report.longrepr is not None and not isinstance(report.longrepr, str | tuple):
        told = str(report.longrepr)
        if told != (safe := covered_name(told, plan.secrets)):
            report.longrepr = safe
    report.sections = [(title, covered(text, plan.secrets)) for title, text in report.sections]


def carried(report: Any) -> list[CaseResult]:
    """The results that came with a report; none when it is not that of a case."""
    sent = getattr(report, _CARRIED, None)
    return msgspec.json.decode(sent, type=list[CaseResult]) if sent else []


def outcome(results: Sequence[CaseResult], strict: bool) -> Any:
    """What pytest takes the results of a test for: so -x, --last-failed and --maxfail mean what they always mean."""
    if {result.kind for result in results} & {Result.FAILED, Result.ERROR, *([Result.WARNING] if strict else [])}:
        return "failed"
    return "skipped" if worst_kind(results) in _SKIPPED else "passed"


def blank_result(item: pytest.Item, plan: Plan) -> CaseResult | None:
    """The result of an item that is one of ours, as it is before anything is known of it."""
    callspec = getattr(item, "callspec", None)
    trial = callspec.params.get("trial") if callspec else None
    if isinstance(trial, Trial):
        case = trial.case
        return CaseResult(
            id=trial.id,
            title=case.title,
            portal=case.portal,
            driver=plan.options.driver,
            impact=case.impact,
            requirements=case.verifies,
            result=Result.ERROR,
            place=str(case.place),
            example={name: _as_written(value) for name, value in trial.example.items()},
        )
    suite = suite_of(item, plan)
    if suite is None:
        return None
    id = f"{suite.id}[{callspec.id}]" if callspec and callspec.id not in {"", suite.id} else suite.id
    portal = plan.material.target.portal
    driver = "browser" if "screen" in suite.needs else "forms"
    return CaseResult(id, suite.title, portal, driver, suite.impact, suite.verifies, Result.ERROR, place=str(suite.place))


def suite_of(item: pytest.Item, plan: Plan) -> DeclaredCheck | None:
    """The suite that a test says it is, by `@pytest.mark.check(id)`; None without that mark.

    Raises:
        pytest.UsageError: for an id that scenarios/checks.yaml does not declare.
    """
    mark = item.get_closest_marker("check")
    if mark is None:
        return None
    id = mark.args[0] if mark.args else None
    suites = {suite.id: suite for suite in plan.material.suites}
    if id not in suites:
        declared = ", ".join(suites) or "none"
        raise pytest.UsageError(f"{item.nodeid}: scenarios/checks.yaml declares no suite {id!r}; it declares: {declared}")
    return suites[id]


def _results(recorded: Sequence[CaseResult], excinfo: pytest.ExceptionInfo[BaseException] | None, blank: CaseResult) -> list[CaseResult]:
    if excinfo is None:
        return [*recorded] or [dataclasses.replace(blank, reason=f"{blank.id} recorded no result: a suite calls conformance_run.record")]
    error = excinfo.value
    if isinstance(error, pytest.skip.Exception) and recorded:
        return [*recorded]
    if isinstance(error, CannotRun | pytest.skip.Exception):
        return [*recorded, dataclasses.replace(blank, result=Result.COULD_NOT_RUN, reason=str(error))]
    text = str(error) if isinstance(error, DriverBroke) else excinfo.exconly(tryshort=True)
    before = recorded[-1] if recorded else blank
    return [*recorded[:-1], dataclasses.replace(before, result=Result.ERROR, reason=text)]


def _whole(result: CaseResult, blank: CaseResult, plan: Plan) -> CaseResult:
    judged = covered_result(plan.known.marked(held_to_its_word(result)), plan.secrets)
    rerun = judged.rerun or covered_name(command(plan, Wish(cases=(judged.id,))), plan.secrets)
    return dataclasses.replace(judged, rerun=rerun, example=judged.example or blank.example)


def _as_written(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _shown(item: pytest.Item, report: pytest.TestReport, results: Sequence[CaseResult], plan: Plan) -> Any:
    if report.failed:
        return in_short([one for one in results if one.result is not Result.PASSED], plan.material.register.requirements)
    if report.skipped:
        path, line, _ = item.location
        return (path, line or 0, "; ".join(f"{one.kind}: {one.known.reason if one.known else one.reason}" for one in results))
    return None
