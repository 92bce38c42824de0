"""Every result and every verdict really comes out of a run of pytest, as its users run it, on a fake portal."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from conformance.report.document import Document
from conformance.report.writing import MADE
from conformance.results import CaseResult
from conformance.selftests.fake_runs import (
    Ended,
    FakeRuns,
    command,
    run_pytest,
)

pytest_plugins = ["pytester", "conformance.selftests.run_fake"]

ONE_OF_EACH = "passed,failed,warning,watched,mechanism,absent,blocked,error"


@pytest.fixture
def mixed(run_fake: FakeRuns) -> Ended:
    """A run with one case of each result."""
    return run_fake(ONE_OF_EACH)


def test_each_of_the_seven_results_comes_out(mixed: Ended) -> None:
    """Runner, plugin and report agree on what each case came to."""
    assert mixed.results == {
        "passed": "passed",
        "failed": "failed",
        "warning": "warning",
        "watched": "passed",
        "mechanism": "mechanism only",
        "absent": "not applicable",
        "blocked": "could not run",
        "error": "error",
    }


def test_each_result_has_a_letter_of_its_own(mixed: Ended) -> None:
    """The progress shows them one by one, in the order of the cases."""
    assert "test_cases.py .Fw.mncE" in mixed.output
    assert "1 mechanism only, 1 not applicable, 1 could not run in" in mixed.output


def test_a_failure_is_told_in_place_of_a_traceback(mixed: Ended) -> None:
    """Requirement, source, step, expected, actual and the command that runs only this again."""
    told = mixed.output.partition("test_case[ameli-connect.fake.failed]")[2]
    for text in (
        "AMC-30 A code lives 15 minutes [003_a04a8d812f088bab.txt, case 2]",
        "step 1: Enter the code received",
        "expected  signed-in",
        "actual    refused (expired)",
        "only this again: pytest conformance --target fake --driver forms --case ameli-connect.fake.failed",
    ):
        assert text in told
    assert "Traceback" not in mixed.output
    assert "fake_portal.py" not in mixed.output


def test_the_summary_is_short_and_whole(mixed: Ended) -> None:
    """At most fifteen lines with pytest's own: verdict, counts, first failures, report, and how to run them again."""
    text = "\n".join(mixed.summary)
    assert len(mixed.summary) <= 15
    assert "fake: ERROR" in mixed.summary[0]
    assert "cases: 1 error, 1 failed, 1 could not run, 1 warning, 1 mechanism only, 1 not applicable, 2 passed" in text
    assert "failed: ameli-connect.fake.failed: AMC-30 outcome: expected signed-in, actual refused (expired)" in text
    assert "watchers: watch.cookie-flags (HRD-43, 1 of 1)" in text
    assert f"report: {mixed.report}/index.html" in text
    assert "again:  pytest conformance --target fake --driver forms --case ameli-connect.fake.failed,ameli-connect.fake.error" in text


def test_the_worst_summary_is_no_longer(run_fake: FakeRuns) -> None:
    """Many failures, a worker that died, cases left out and not reached: still fifteen lines."""
    ended = run_fake("screen,watched,dies,passed," + ",".join(f"failed[{n}]" for n in range(1, 9)), "-n", "1", "--maxfail", "7")
    assert len(ended.summary) <= 15
    assert any(line.startswith("failed: ") and line.endswith("(7 cases, AMC-30)") for line in ended.summary)


@pytest.mark.parametrize(
    ("cases", "options", "verdict", "status"),
    [
        ("passed,absent,warning", (), "conformant", 0),
        ("passed,warning", ("--strict",), "not conformant", 10),
        ("passed,failed,blocked", (), "not conformant", 10),
        ("passed,watched", (), "not conformant", 10),
        ("passed,mechanism", (), "partial", 11),
        ("passed,mechanism,blocked", (), "incomplete", 12),
        ("passed,cannot", (), "incomplete", 12),
        ("absent", (), "incomplete", 12),
        ("passed,failed,error", (), "error", 13),
    ],
)
def test_each_verdict_has_its_exit_code(cases: str, options: tuple[str, ...], verdict: str, status: int, run_fake: FakeRuns) -> None:
    """The code tells the verdicts apart, and none is 0 but that of a portal of which something was verified and all held."""
    ended = run_fake(cases, *options)
    assert (ended.document.verdict, ended.status) == (verdict, status)
    assert f"fake: {verdict.upper()}" in ended.summary[0]


def test_a_case_that_verified_nothing_is_an_error(run_fake: FakeRuns) -> None:
    """Whatever the runner says of it."""
    ended = run_fake("empty,passed")
    assert ended.results["empty"] == "error"
    assert ended.status == 13
    assert "verified nothing" in ended.output


def test_whatever_breaks_while_a_case_runs_is_an_error_of_that_case(run_fake: FakeRuns) -> None:
    """A driver that breaks tells its own words; a mistake of the harness shows its traceback too; the others go on."""
    ended = run_fake("broke,bug,passed")
    assert ended.results == {"broke": "error", "bug": "error", "passed": "passed"}
    reasons = {case.id.rpartition(".")[2]: case.reason for case in ended.document.cases}
    assert reasons["broke"] == "nobody listens there"
    assert "division by zero" in reasons["bug"]
    assert "ZeroDivisionError" in ended.output


def comparable(document: Document) -> tuple[object, ...]:
    """What must not depend on how many workers there were."""
    cases = [dataclasses.replace(case, seconds=0) for case in document.cases]
    return cases, document.verdict, document.counts, document.requirements, document.watchers, document.selection, document.pictures


def test_workers_give_the_same_report(mixed: Ended, run_fake: FakeRuns) -> None:
    """-n 2 and no workers at all: the same cases in the same order, the same verdict, and the same exit code."""
    shared = run_fake(ONE_OF_EACH, "-n", "2")
    assert shared.status == mixed.status == 13
    assert comparable(shared.document) == comparable(mixed.document)


def test_a_worker_that_dies_is_an_error_of_its_case(run_fake: FakeRuns) -> None:
    """The case that killed it is named; the others still have their results."""
    ended = run_fake("dies,passed[1],passed[2],passed[3]", "-n", "2")
    assert ended.results["dies"] == "error"
    assert [result for id, result in ended.results.items() if id != "dies"] == ["passed"] * 3
    assert ended.status == 13


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--requirement", "AMC-3O"), "--requirement AMC-3O: the register has no such requirement; did you mean `AMC-30`?"),
        (("--case", "ameli-connect.fake.pased"), "did you mean `ameli-connect.fake.passed`?"),
        (("--portal", "ameli"), "--portal ameli: the target has no such portal"),
        (("--impact", "sing"), "--impact sing: an impact is one of read, account, lock, hammer"),
        (("--target", "nowhere"), "nowhere: there is no such target"),
        (("--report", "pyproject.toml/report"), "--report"),
    ],
)
def test_an_unknown_name_is_an_error_of_usage(options: tuple[str, ...], told: str, run_fake: FakeRuns) -> None:
    """It names what was probably meant, and no test runs."""
    ended = run_fake("passed,failed", *options)
    assert ended.status == 4
    assert told in ended.output
    assert "Traceback" not in ended.output
    assert not (ended.report / "report.json").exists()


def test_several_browsers_at_once_are_an_error_of_usage(tmp_path: Path) -> None:
    """pytest-playwright would run a test in each; a report is of one."""
    ended = run_pytest(*command(tmp_path, "--browser", "firefox", "--browser", "webkit"))
    assert ended.status == 4
    assert "a conformance run uses one browser" in ended.output


def test_a_browser_that_the_gate_does_not_hold_in_is_an_error_of_usage(tmp_path: Path) -> None:
    """What its pages load could not be kept from other machines; the forms driver needs none."""
    ended = run_pytest(*command(tmp_path, "--browser", "firefox", driver="browser"))
    assert ended.status == 4
    assert "--browser firefox: the gate holds in Chromium only" in ended.output
    assert run_pytest(*command(tmp_path, "--browser", "firefox"), FAKE_CASES="passed").status == 0


def test_a_selection_is_told_as_one(run_fake: FakeRuns) -> None:
    """Only what was asked for is tried, and the report says that it was not the whole."""
    ended = run_fake("passed,failed,two", "--requirement", "AMC-50", "--case", "ameli-connect.fake.*")
    assert ended.results == {"two": "failed"}
    assert ended.document.selection.asked == {"requirement": ("AMC-50",), "case": ("ameli-connect.fake.*",)}
    assert "But not all there is was tried." in ended.output
    assert "--requirement AMC-50" in (ended.report / "index.html").read_text()


def test_pytests_own_selection_is_told_too(run_fake: FakeRuns) -> None:
    """-k narrows a run; what it leaves out stands in the report, and ids can be given to it as they are."""
    ended = run_fake("passed[1],passed[2],failed", "-k", "passed[2]")
    assert ended.results == {"passed[2]": "passed"}
    assert ended.status == 0
    (left_out,) = ended.document.selection.left_out
    assert set(left_out.cases) == {"ameli-connect.fake.passed[1]", "ameli-connect.fake.failed"}


def test_one_case_can_be_named_as_pytest_names_it(tmp_path: Path) -> None:
    """The name that -v shows works on the command line."""
    node = "conformance/test_cases.py::test_case[ameli-connect.fake.passed[2]]"
    arguments = [node if argument == "conformance/test_cases.py" else argument for argument in command(tmp_path)]
    ended = run_pytest(*arguments, FAKE_CASES="passed[1],passed[2]")
    assert ended.status == 0
    assert "1 passed" in ended.output


def test_cases_that_need_a_screen_are_left_out_and_told(run_fake: FakeRuns) -> None:
    """The forms driver tries the others; summary and report name those it left out."""
    ended = run_fake("passed,screen")
    assert ended.results == {"passed": "passed"}
    (left_out,) = ended.document.selection.left_out
    assert left_out.cases == ("ameli-connect.fake.screen",)
    assert "1 left out, they need a screen" in ended.output
    assert run_fake("passed,screen", driver="browser").results == {"passed": "passed", "screen": "passed"}


def test_a_run_that_selects_nothing_says_so(run_fake: FakeRuns) -> None:
    """Code 5, no report, and why: it is neither green nor red."""
    ended = run_fake("screen")
    assert ended.status == 5
    assert "Nothing was selected" in ended.output
    assert "1 left out" in ended.output
    assert not (ended.report / "report.json").exists()


def test_a_first_failure_can_end_the_run(run_fake: FakeRuns) -> None:
    """With -x the rest is listed as not reached."""
    ended = run_fake("passed[1],failed,passed[2],passed[3]", "-x")
    assert ended.results == {"passed[1]": "passed", "failed": "failed"}
    assert ended.document.selection.not_reached == ("ameli-connect.fake.passed[2]", "ameli-connect.fake.passed[3]")
    assert "2 of 4 not reached" in ended.output


def test_collecting_only_starts_nothing_and_writes_nothing(run_fake: FakeRuns) -> None:
    """--collect-only lists the cases by their ids, in the order of the plan."""
    ended = run_fake("passed[2],failed,passed[1]", "--collect-only", "-q")
    listed = re.findall(r"test_case\[ameli-connect\.fake\.(.+)\]", ended.output)
    assert listed == ["passed[2]", "failed", "passed[1]"]
    assert ended.status == 0
    assert not ended.report.exists()


def test_the_command_told_tries_again_what_did_not_hold(run_fake: FakeRuns) -> None:
    """Up to three cases by their names, more by --last-failed, which pytest remembers."""
    remembering = ("-p", "cacheprovider", "-o", f"cache_dir={run_fake.pytester.path / 'cache'}")
    first = run_fake("passed[1],failed[1],failed[2],two,error,warning,blocked,passed[2]", *remembering)
    assert first.summary[-2].endswith("--driver forms --last-failed")
    again = run_fake("passed[1],failed[1],failed[2],two,error,warning,blocked,passed[2]", "--last-failed", *remembering)
    assert list(again.results) == ["failed[1]", "failed[2]", "two", "error"]
    few = run_fake("passed[1],failed[2],error")
    assert few.summary[-2].endswith("--case 'ameli-connect.fake.failed[2],ameli-connect.fake.error'")
    by_name = run_fake("passed[1],failed[2],error", "--case", "ameli-connect.fake.failed[2],ameli-connect.fake.error")
    assert list(by_name.results) == ["failed[2]", "error"]


SECRETS = {
    "code": "482913",
    "number": "2 84 05 2A 123 456 41",
    "number without spaces": "284057512345641",
    "token": "kQ3vX9bT7mN2pL5wR8sJ4hG6",
    "password": "Zut-Alors-5",
    "IBAN": "FR14 2004 1010 0505 0001 3M02 606",
}


def test_no_secret_comes_into_any_file_of_the_report(run_fake: FakeRuns) -> None:
    """Planted uncovered in every text that a result can hold, secrets are in no file of the report and not on the terminal."""
    planted = "|".join(f"password={secret}" if name == "password" else secret for name, secret in SECRETS.items())
    ended = run_fake("secret,leaks,passed", FAKE_SECRETS=planted)
    assert ended.results == {"secret": "failed", "leaks": "error", "passed": "passed"}
    assert "Captured stdout" in ended.output
    files = [file for file in ended.report.rglob("*") if file.is_file()]
    assert {file.name for file in files} == {"report.json", *MADE}
    for name, secret in SECRETS.items():
        for file in files:
            assert secret not in file.read_text(), f"{name} in {file.name}"
        assert secret not in ended.output, f"{name} on the terminal"


def test_without_a_target_there_are_neither_cases_nor_suites() -> None:
    """`pytest conformance` runs the selftests, and no skip stands for what was not asked for."""
    listed = run_pytest("conformance", "--collect-only", "-q")
    assert "selftests/test_plugin_runs.py" in listed.output
    assert "test_cases.py::" not in listed.output
    assert "suites/" not in listed.output


def test_the_cases_alone_ask_for_a_target() -> None:
    """Who names their file without --target is told what is missing."""
    ended = run_pytest("conformance/test_cases.py")
    assert ended.status != 0
    assert "name it with --target" in ended.output


def test_with_a_target_there_are_no_selftests() -> None:
    """On the simulator: cases, and nothing of what this repository tests of itself, even from its root."""
    listed = run_pytest("--target", "simulator", "--driver", "forms", "--collect-only", "-q")
    files = {line.partition("::")[0] for line in listed.output.splitlines() if "::" in line}
    assert "conformance/test_cases.py" in files
    assert all(file == "conformance/test_cases.py" or file.startswith("conformance/suites/") for file in files)


def test_the_options_are_explained() -> None:
    """--help has them in a group of their own."""
    told = run_pytest("--help").output
    group = told.partition("heurtoir: tries the documented cases")[2]
    for option in ("--target", "--driver", "--portal", "--requirement", "--case", "--impact", "--report"):
        assert option in group


def test_the_document_says_how_the_run_was_made(mixed: Ended) -> None:
    """Target, driver, versions, times, environment and the command that makes it again."""
    document = mixed.document
    assert document.driver == "forms"
    assert re.fullmatch(r"[0-9a-f]{12}", document.register_version)
    assert document.started < document.ended
    assert document.started.tzinfo is not None
    assert document.environment["Python"]
    assert document.reproduce == "pytest conformance --target fake --driver forms"
    assert all(isinstance(case, CaseResult) and case.rerun for case in document.cases)
    assert json.loads((mixed.report / "report.json").read_text())["schema_version"] == 2
