from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from scenarios.coverage import coverage, main
from scenarios.tests.conftest import WriteFile

REGISTER = """
    portal: some-portal
    requirements:
      - {id: SOM-01, title: A rule}
      - {id: SOM-02, title: Another rule}
      - {id: SOM-03, title: One that cannot be tested, testable: false, reason: Not to be seen from outside.}
"""
CASE = """
    - id: some-portal.rule
      title: A rule holds
      verifies: [SOM-01]
      impact: read
      steps: [{open: sign-in}]
      expect: {outcome: sign-in-asked}
"""
LATER = "- {requirement: SOM-02, reason: Comes with the next issue.}\n"


@pytest.fixture
def whole(write: WriteFile) -> Path:
    """A register of which one rule has a case, one comes later and one cannot be tested."""
    write("requirements/some.yaml", REGISTER)
    write("cases/some-portal/rule.yaml", CASE)
    write("checks.yaml", "[]\n")
    return write("later.yaml", LATER)


def run(root: Path, *options: str) -> tuple[int, str, str]:
    """The end of the command, and what it said."""
    out, err = io.StringIO(), io.StringIO()
    return main(["--root", str(root), *options], out, err), out.getvalue(), err.getvalue()


def test_all_verified_or_declared_ends_well(whole: Path) -> None:
    """Requirements lead to their cases and cases to their requirements; what is not built is listed as not covered."""
    code, out, _ = run(whole)
    assert code == 0
    assert "  SOM-01  A rule\n            some-portal.rule\n" in out
    assert "  not covered: Comes with the next issue.\n    SOM-02  Another rule\n" in out
    assert "cannot be tested: Not to be seen from outside." in out
    assert any(line.split() == ["some-portal.rule", "SOM-01"] for line in out.splitlines())
    assert max(map(len, out.splitlines())) <= 100


def test_a_requirement_that_nothing_verifies_is_an_error(whole: Path, write: WriteFile) -> None:
    """It is told with its line in the register and the two ways on."""
    write("later.yaml", "[]\n")
    code, out, _ = run(whole)
    assert code == 1
    assert "VERIFIED BY NOTHING" in out
    assert "scenarios/requirements/some.yaml:4: SOM-02 is verified by no case, watcher or suite" in out


def test_a_watcher_or_suite_verifies_too(whole: Path, write: WriteFile) -> None:
    """What conformance declares counts like a case."""
    write("later.yaml", "[]\n")
    write("checks.yaml", "- {id: watch.rule, kind: watcher, title: It holds, verifies: [SOM-02], impact: read}\n")
    code, out, _ = run(whole)
    assert code == 0
    assert "  SOM-02  Another rule\n            watch.rule\n" in out


def test_what_is_declared_as_later_and_verified_is_an_error(whole: Path, write: WriteFile) -> None:
    """The list of what comes later shrinks as things are built."""
    write("later.yaml", LATER + "- {requirement: SOM-01, reason: Comes with the next issue.}\n")
    code, out, _ = run(whole, "--brief")
    assert code == 1
    assert "scenarios/later.yaml:2: SOM-01 is declared as later, and some-portal.rule verifies it: take it out" in out


def test_a_portal_declared_as_later_excepts_what_is_verified(whole: Path, write: WriteFile) -> None:
    """A whole portal can come later, but for the requirements it names."""
    write("later.yaml", "- {portal: some-portal, reason: The portal is not built yet.}\n")
    code, out, _ = run(whole, "--brief")
    assert code == 1
    assert "SOM-01 is declared as later" in out
    assert "under `except` of the portal some-portal" in out
    write("later.yaml", "- {portal: some-portal, except: [SOM-01], reason: The portal is not built yet.}\n")
    # Another process would read the file anew.
    coverage_of_now = coverage(whole)
    assert coverage_of_now.mistakes == ()
    assert coverage_of_now.state(coverage_of_now.register.requirement("SOM-02")) == "later"


def test_what_cannot_be_tested_does_not_come_later(whole: Path, write: WriteFile) -> None:
    """A requirement is either not testable or not built."""
    write("later.yaml", LATER + "- {requirement: SOM-03, reason: Comes with the next issue.}\n")
    code, out, _ = run(whole, "--brief")
    assert code == 1
    assert "later.yaml:2: SOM-03 cannot be tested" in out


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{requirement: SOM-04, reason: Comes with the next issue.}", "`SOM-04` is no requirement of the register"),
        ("{portal: some-potral, reason: Comes with the next issue.}", "`some-potral` is no portal; did you mean `some-portal`?"),
        ("{requirement: SOM-02, reason: later}", "`reason` is too short"),
        ("{requirement: SOM-02}", "`reason` is missing"),
        ("{reason: Comes with the next issue.}", "must have one of these, and only one: `requirement`, `portal`"),
        ("{requirement: SOM-02, except: [SOM-01], reason: Comes later on.}", "`except` goes with `portal`, which is missing"),
        ("{portal: some-portal, except: [SOM-09], reason: Comes later on.}", "`SOM-09` is no requirement of the register"),
    ],
)
def test_a_mistake_in_the_list_is_told_with_its_line(whole: Path, write: WriteFile, entry: str, message: str) -> None:
    """A list with a mistake is not used, and says what is to be mended."""
    write("later.yaml", f"- {entry}\n")
    code, _, err = run(whole)
    assert code == 1
    assert "scenarios/later.yaml:1: " in err
    assert message in err


def test_a_mistake_in_a_case_is_told_and_ends_with_one(whole: Path, write: WriteFile) -> None:
    """Coverage is not told from files that cannot be read."""
    write("cases/some-portal/rule.yaml", CASE.replace("impact: read", "impact: raed"))
    code, out, err = run(whole)
    assert (code, out) == (1, "")
    assert "scenarios/cases/some-portal/rule.yaml:4: `raed` is no impact; did you mean `read`?" in err
    assert "1 to mend before coverage can be told." in err


def test_json_says_the_same(whole: Path) -> None:
    """Every requirement with its state and what verifies it, for programs."""
    code, out, _ = run(whole, "--json")
    document = json.loads(out)
    assert code == 0
    assert [(one["id"], one["state"], one["verified_by"]) for one in document["requirements"]] == [
        ("SOM-01", "covered", ["some-portal.rule"]),
        ("SOM-02", "later", []),
        ("SOM-03", "untestable", []),
    ]
    assert (document["cases"][0]["verifies"], document["cases"][0]["functions"]) == (["SOM-01"], [])


def test_a_case_of_all_portals_verifies_like_any_other(whole: Path, write: WriteFile) -> None:
    """It is listed with its functions, and counts for the rule that it verifies."""
    write("later.yaml", "[]\n")
    write(
        "cases/any/rule.yaml",
        CASE.replace("some-portal.rule", "any.rule")
        .replace("SOM-01", "SOM-02")
        .replace("      impact", "      functions: [account]\n      impact"),
    )
    code, out, _ = run(whole)
    assert code == 0
    assert "  SOM-02  Another rule\n            any.rule\n" in out
    code, out, _ = run(whole, "--json")
    assert [case["functions"] for case in json.loads(out)["cases"]] == [["account"], []]


def test_one_portal_can_be_asked_for(whole: Path) -> None:
    """An unknown one is told with those there are, and ends with 2."""
    assert run(whole, "--portal", "some-portal")[0] == 0
    code, _, err = run(whole, "--portal", "other")
    assert code == 2
    assert "there is no such portal in the register; there are: some-portal" in err


def test_help_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` says what the command does and how it ends."""
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "later.yaml" in capsys.readouterr().out
