"""What failed in the browser is tried once more, with a trace and a picture of each step; the first result stands."""

from __future__ import annotations

import dataclasses
import zipfile
from pathlib import Path
from typing import cast

import pytest

from conformance import trying
from conformance.gate import Gate
from conformance.origins import origin_of
from conformance.permission import Permission
from conformance.results import CaseResult, Result, StepRecord
from conformance.selftests.fake_runs import Ended, command, run_pytest
from conformance.selftests.made_results import made_check, made_result
from conformance.trying import keeps_traces, seen_twice

# A rule that no portal keeps: a code that is dead after a second.
WRONG = """
- id: ameli-connect.selftest.wrong
  title: A code lives one second
  verifies: [AMC-30]
  impact: account
  given: {insured: {mail: validated}}
  steps: [sign-in, {ask-for: code}, {clock: code-sent + 5s}, {enter: received}]
  expect: {outcome: refused, reason: expired}
"""


def run_wrong(folder: Path, *options: str) -> Ended:
    """Try the wrong rule on the simulator, in the browser."""
    cases = folder / "scenarios" / "cases" / "ameli-connect"
    cases.mkdir(parents=True)
    (cases / "wrong.yaml").write_text(WRONG)
    report = folder / "report"
    arguments = command(report, *options, driver="browser")
    arguments[arguments.index("fake")] = "simulator"
    ended = run_pytest(*arguments, FAKE_ROOT=str(folder / "scenarios"))
    return dataclasses.replace(ended, report=report)


def test_a_failure_in_the_browser_is_looked_at_twice(tmp_path: Path) -> None:
    """The report has a trace that Playwright can open, linked, and a picture of every step that a browser did."""
    ended = run_wrong(tmp_path)
    assert ended.status == 10
    (case,) = ended.document.cases
    assert case.result is Result.FAILED
    assert ended.document.environment["Browser"].startswith("chromium ")
    assert case.attachments == ("traces/ameli-connect.selftest.wrong.zip",)
    with zipfile.ZipFile(ended.report / case.attachments[0]) as trace:
        assert any(name.endswith(".trace") for name in trace.namelist())
    assert [step.screenshot is not None for step in case.steps] == [True, True, False, True]
    assert 'href="traces/ameli-connect.selftest.wrong.zip"' in (ended.report / "index.html").read_text()


def test_who_traces_with_playwright_has_one_trace(tmp_path: Path) -> None:
    """With --tracing the trace is pytest-playwright's, in its folder."""
    ended = run_wrong(tmp_path, "--tracing", "retain-on-failure", "--output", str(tmp_path / "artifacts"))
    assert ended.document.cases[0].attachments == ()
    assert list((tmp_path / "artifacts").rglob("trace*.zip"))


def test_no_trace_is_kept_of_a_target_beyond_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would hold whatever was typed, and every page and cookie, where nothing can be covered."""
    assert keeps_traces("off")
    beyond = Gate(_permitted={origin_of("https://portal.test"): cast(Permission, None)})
    monkeypatch.setattr(trying, "GATE", beyond)
    assert not keeps_traces("off")


def result(kind: Result, *pictures: str | None) -> CaseResult:
    """A result of as many steps as there are pictures."""
    steps = tuple(
        StepRecord(f"Step {number}", "a.yaml:1", checks=(made_check(held=kind is Result.PASSED),), screenshot=picture)
        for number, picture in enumerate(pictures, 1)
    )
    return made_result(kind, steps=steps, reason="first" if kind is Result.FAILED else "")


def test_the_second_look_adds_pictures_to_the_first_result() -> None:
    """Where the first had none of a step, and the step is the same."""
    both = seen_twice(result(Result.FAILED, None, "A"), result(Result.FAILED, "B", "C", "D"), None)
    assert [step.screenshot for step in both.steps] == ["B", "A"]
    assert both.reason == "first"


@pytest.mark.parametrize("second", [Result.PASSED, Result.ERROR, Result.COULD_NOT_RUN])
def test_what_does_not_fail_again_stays_failed_and_says_so(second: Result) -> None:
    """A failure that comes and goes is a failure; pictures of a run that went otherwise are not shown as its own."""
    both = seen_twice(result(Result.FAILED, None), result(second, "B"), None)
    assert both.result is Result.FAILED
    assert both.steps[0].screenshot is None
    assert both.reason == f"first\nnot repeated: {second} on the second run"
