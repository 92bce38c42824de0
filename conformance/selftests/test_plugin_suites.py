"""Suites: Python tests with the ids, results and report of cases."""

from __future__ import annotations

import pytest

from conformance.selftests.fake_runs import Ended, FakeRuns

pytest_plugins = ["pytester", "conformance.selftests.run_fake"]

ID = "suite.races.code-entered-at-once"
HEAD = f"""
import pytest
from conformance.driver import CannotRun, DriverBroke
from conformance.results import Check, StepRecord

def steps(held, text=""):
    return [StepRecord("Enter one code eight times at once" + text, "a.py:1", checks=(
        Check("sessions", "1", "1" if held else "2", held, ("HRD-02",)),))]

@pytest.mark.check("{ID}")
def test_once(conformance_run):
    '''One session opens.'''
"""


@pytest.fixture
def run_suite(run_fake: FakeRuns) -> SuiteRuns:
    """Runs a suite of its own beside one fake case."""
    return SuiteRuns(run_fake)


class SuiteRuns:
    """Runs a suite whose test has this body."""

    def __init__(self, fake: FakeRuns) -> None:
        self.fake = fake

    def __call__(self, body: str, *options: str) -> Ended:
        """The body is indented once already."""
        file = self.fake.pytester.path / "test_made_suite.py"
        file.write_text(HEAD + "".join(f"    {line}\n" for line in body.splitlines()))
        return self.fake("passed", str(file), "--rootdir", ".", *options)


def result_of(ended: Ended) -> tuple[str, str]:
    """Result and reason of the suite."""
    (case,) = [case for case in ended.document.cases if case.id == ID]
    return case.result, case.reason


@pytest.mark.parametrize(("held", "result", "status"), [(True, "passed", 0), (False, "failed", 10)])
def test_the_result_of_a_suite_follows_from_its_checks(held: bool, result: str, status: int, run_suite: SuiteRuns) -> None:
    """It stands in the report with the id, the title and the requirement that scenarios/checks.yaml declares."""
    ended = run_suite(f"conformance_run.conclude(steps({held}))")
    assert result_of(ended) == (result, "")
    assert ended.status == status
    (case,) = [case for case in ended.document.cases if case.id == ID]
    assert case.requirements == ("HRD-02",)
    assert case.title == "One code entered eight times at once opens one session"
    assert case.seconds > 0
    assert {rule.id: rule.status for rule in ended.document.requirements}["HRD-02"] == result


@pytest.mark.parametrize(
    ("body", "result", "reason"),
    [
        ("pass", "error", "recorded no result"),
        ("conformance_run.conclude([])", "error", "verified nothing"),
        ("raise CannotRun('needs mail')", "could not run", "needs mail"),
        ("raise DriverBroke('nobody listens')", "error", "nobody listens"),
        ("assert 1 == 2", "error", "assert 1 == 2"),
        ("conformance_run.conclude(steps(True))\nraise DriverBroke('too late')", "error", "too late"),
    ],
)
def test_a_suite_without_a_clear_end_is_no_pass(body: str, result: str, reason: str, run_suite: SuiteRuns) -> None:
    """Nothing recorded, nothing verified, and every exception have their result."""
    found, told = result_of(run_suite(body))
    assert found == result
    assert reason in told


def test_secrets_of_a_suite_are_covered(run_suite: SuiteRuns) -> None:
    """What the suite learned on the way is in no file of the report."""
    ended = run_suite(
        "conformance_run.secrets.learn('Camille-et-les-chats')\nconformance_run.conclude(steps(False, ' Camille-et-les-chats'))"
    )
    assert result_of(ended)[0] == "failed"
    assert not [file for file in ended.report.iterdir() if "Camille" in file.read_text()]
    assert "Camille" not in ended.output


def test_a_suite_is_selected_like_a_case(run_suite: SuiteRuns) -> None:
    """By its requirement or its id; and what the options do not name is left out."""
    assert [case.id for case in run_suite("conformance_run.conclude(steps(True))", "--requirement", "HRD-02").document.cases] == [ID]
    assert [case.id for case in run_suite("conformance_run.conclude(steps(True))", "--case", "suite.races.*").document.cases] == [ID]
    others = run_suite("conformance_run.conclude(steps(True))", "--requirement", "AMC-30").document.cases
    assert [case.id for case in others] == ["ameli-connect.fake.passed"]


def test_a_suite_that_is_not_declared_is_a_mistake(run_suite: SuiteRuns) -> None:
    """Ids come from scenarios/checks.yaml, and an unknown one is told with those that there are."""
    file = run_suite.fake.pytester.path / "test_other_suite.py"
    file.write_text("import pytest\n@pytest.mark.check('suite.races.nothing')\ndef test_other(): pass\n")
    ended = run_suite("conformance_run.conclude(steps(True))", str(file))
    assert ended.status == 4
    assert "declares no suite 'suite.races.nothing'" in ended.output
