"""Two reports held against each other: what is better, worse, new or gone, and how comparable they are."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from pathlib import Path

import pytest

from conformance.__main__ import COMMANDS
from conformance.__main__ import main as command
from conformance.report import document as documents
from conformance.report.comparison import Direction, compare, direction
from conformance.report.comparison_text import as_markdown, as_text
from conformance.report.document import Document, LeftOut, SelectionPart, TargetPart
from conformance.results import KINDS, KNOWN_FAILURE, CaseResult, KnownFailure, Result, Verdict
from conformance.selftests.made_results import PORTAL, made_check, made_document, made_pass, made_result


def failing(id: str = "a.case", **more: object) -> CaseResult:
    """A case that failed."""
    return made_result(Result.FAILED, made_check(held=False), id=id, **more)


BEFORE = made_document(made_pass("a.same"), made_pass("a.worse"), failing("a.better"), made_pass("a.gone"))
AFTER = made_document(made_pass("a.same"), failing("a.worse"), made_pass("a.better"), made_result(Result.ERROR, id="a.new", reason="odd"))


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        (Result.FAILED, Result.PASSED, Direction.BETTER),
        (Result.ERROR, Result.FAILED, Direction.BETTER),
        (Result.MECHANISM_ONLY, Result.PASSED, Direction.BETTER),
        (Result.COULD_NOT_RUN, Result.PASSED, Direction.BETTER),
        (KNOWN_FAILURE, Result.PASSED, Direction.BETTER),
        (Result.PASSED, Result.WARNING, Direction.WORSE),
        (Result.PASSED, Result.COULD_NOT_RUN, Direction.WORSE),
        (Result.FAILED, Result.COULD_NOT_RUN, Direction.WORSE),
        (Result.FAILED, Result.NOT_APPLICABLE, Direction.WORSE),
        (Result.COULD_NOT_RUN, Result.FAILED, Direction.WORSE),
        (KNOWN_FAILURE, Result.FAILED, Direction.WORSE),
        (Result.FAILED, Result.ERROR, Direction.WORSE),
        (Result.FAILED, KNOWN_FAILURE, Direction.OTHER),
        (Result.COULD_NOT_RUN, Result.NOT_APPLICABLE, Direction.OTHER),
        (Result.ERROR, Result.COULD_NOT_RUN, Direction.OTHER),
    ],
)
def test_each_change_has_a_direction(before: str, after: str, way: Direction) -> None:
    """A failure that is known now was not mended, and one that could not run any more was not either."""
    assert direction(before, after) is way


@pytest.mark.parametrize("one", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_the_way_back_is_never_the_same_way(one: str, other: str) -> None:
    """Nothing is better in both directions. Both ways can be worse only where a failure hides behind what was not tried."""
    if one == other or Direction.OTHER in {direction(one, other), direction(other, one)}:
        return
    ways = {direction(one, other), direction(other, one)}
    hidden = {one, other} & {Result.COULD_NOT_RUN, Result.NOT_APPLICABLE} and {one, other} & {Result.FAILED}
    assert ways == ({Direction.WORSE} if hidden else {Direction.WORSE, Direction.BETTER})


def test_every_case_and_requirement_that_differs_is_listed_once() -> None:
    """With what it came to before and after; pairs that are the same are counted."""
    comparison = compare(BEFORE, AFTER)
    assert {(change.id, change.before, change.after, change.direction.value) for change in comparison.cases} == {
        ("a.worse", "passed", "failed", "worse"),
        ("a.better", "failed", "passed", "better"),
        ("a.new", "", "error", "new"),
        ("a.gone", "passed", "", "gone"),
    }
    assert [(change.id, change.before, change.after) for change in comparison.requirements] == [("AMC-30", "failed", "error")]
    assert (comparison.same_cases, comparison.same_requirements) == (1, 0)
    assert (comparison.verdict, comparison.worse) == (Direction.WORSE, True)
    assert comparison.warnings == ()


def test_causes_that_are_new_or_gone_are_told() -> None:
    """And those of more or fewer cases, which are neither better nor worse: their cases are told one by one."""
    known = failing("a.better", requirements=("AMC-30",))
    other = made_result(Result.FAILED, made_check(held=False, fact="mask", expected="m***", actual="nothing"), id="a.mask")
    comparison = compare(made_document(known, made_pass("b"), other), made_document(known, failing("b")))
    assert {(change.id, change.before, change.after, change.direction.value) for change in comparison.causes} == {
        ("A right code is refused", "1 case", "2 cases", "changed"),
        ("The masked address is not told", "1 case", "", "gone"),
    }
    assert "Gone: causes (1)" in as_text(comparison)
    assert "- The masked address is not told, **1 case**" in as_markdown(comparison)
    assert compare(BEFORE, BEFORE).causes == ()


def test_a_verdict_alone_can_be_worse() -> None:
    """Every pair is the same, but a new case failed."""
    comparison = compare(made_document(made_pass("a.same")), made_document(made_pass("a.same"), failing("a.new", requirements=("AMC-50",))))
    assert [change.direction for change in comparison.cases] == [Direction.NEW]
    assert comparison.verdict is Direction.WORSE
    assert comparison.worse


def test_what_is_only_new_or_gone_is_not_worse() -> None:
    """Another selection is no step back; the warning tells it."""
    fewer = made_document(made_pass("a.same"))
    more = made_document(made_pass("a.same"), made_pass("b.more", requirements=("AMC-50",)))
    assert not compare(fewer, more).worse
    assert not compare(more, fewer).worse


def test_a_known_failure_is_neither_better_nor_worse() -> None:
    """It is told as changed."""
    excused = dataclasses.replace(failing("a.case"), known=KnownFailure("why", "https://tracker.test/1", BEFORE.started.date()))
    comparison = compare(made_document(made_pass(), failing("b")), made_document(made_pass(), dataclasses.replace(excused, id="b")))
    (change,) = comparison.cases
    assert (change.after, change.direction) == (KNOWN_FAILURE, Direction.OTHER)
    assert comparison.verdict is Direction.BETTER


def changed(**more: object) -> Document:
    """The later report, made otherwise."""
    return dataclasses.replace(BEFORE, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (changed(target=TargetPart("other", "my-portal.toml", {PORTAL: ""}, BEFORE.target.capabilities)), "different targets: my-portal"),
        (changed(target=dataclasses.replace(BEFORE.target, limits={"15m": "4s"})), "different limits: as documented before, 15m is 4s"),
        (changed(target=dataclasses.replace(BEFORE.target, capabilities=("mail",))), "different capabilities: clock, mail, people"),
        (changed(driver="browser"), "different drivers: forms before, browser after"),
        (changed(suite_version="0.2.0"), "different versions of the suite: 0.1.0 before, 0.2.0 after"),
        (changed(register_version="abc"), "different versions of the register"),
        (changed(strict=True), "not --strict before, --strict after"),
        (changed(selection=SelectionPart({"case": ("a.*",)}, 1)), "different selections: everything before, --case a.* after"),
        (changed(selection=SelectionPart({}, 1, (LeftOut("no screen", ("x",)),))), "1 left out, no screen after"),
        (changed(interrupted=True), "the run after was broken off"),
        (changed(started=BEFORE.started - timedelta(days=1)), "the second report is the older one"),
    ],
)
def test_what_makes_them_less_comparable_is_told_first(after: Document, told: str) -> None:
    """Another target, driver, version, selection, or limit."""
    (warning,) = compare(BEFORE, after).warnings
    assert told in warning
    assert f"warning: {warning}" in as_text(compare(BEFORE, after)).splitlines()[1]


def test_the_text_is_what_a_person_reads() -> None:
    """The verdict first, then worse, better, new and gone, each with what happened and why."""
    lines = as_text(compare(BEFORE, AFTER)).splitlines()
    assert lines[0] == "my-portal: not conformant → error, worse"
    assert "Worse: requirements (1)" in lines
    assert "  a.worse  passed → failed: AMC-30 outcome: expected signed-in, actual refused" in lines
    assert "  a.better  failed → passed" in lines
    assert "  a.new  error: odd" in lines
    assert lines[-1] == "The same: 0 requirements, 1 cases."
    assert as_text(compare(BEFORE, BEFORE)) == "my-portal: not conformant, as before\n\nThe same: 1 requirements, 4 cases.\n"


def test_the_markdown_says_the_same() -> None:
    """And nothing that a portal says acts in it."""
    evil = made_document(made_pass("a.same"), made_result(Result.ERROR, id="a.worse", reason="<img src=x>\n# heading"))
    text = as_markdown(compare(BEFORE, evil))
    assert "### Worse: cases (1)" in text
    assert "- `a.worse` A case, **passed → error**: \\<img src=x\\> \\# heading" in text


# -- the command


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Both reports as files."""
    for name, document in (("a.json", BEFORE), ("b.json", AFTER)):
        (tmp_path / name).write_bytes(documents.encode(document))
    return str(tmp_path / "a.json"), str(tmp_path / "b.json")


def test_the_exit_code_says_whether_something_got_worse(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """1 when something did, 0 when nothing did."""
    assert command(["compare", *files]) == 1
    assert "my-portal: not conformant → error, worse" in capsys.readouterr().out
    assert command(["compare", files[0], files[0]]) == 0


def test_the_comparison_comes_as_json(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """For programs; the same facts."""
    assert command(["compare", *files, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["worse"] is True
    assert {change["id"]: change["direction"] for change in told["cases"]}["a.gone"] == "gone"
    assert told["after"] == {"target": "my-portal", "started": "2026-03-10T09:00:00+00:00", "verdict": Verdict.ERROR}


def test_a_folder_stands_for_its_report(tmp_path: Path, files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """As it lies there after a run."""
    (tmp_path / "report.json").write_bytes(documents.encode(BEFORE))
    assert command(["compare", str(tmp_path), files[0], "--markdown"]) == 0
    assert capsys.readouterr().out.startswith("## my-portal: not conformant, as before")


def test_a_report_of_the_first_version_can_be_compared(tmp_path: Path, files: tuple[str, str]) -> None:
    """What a team kept from last month."""
    old = json.loads(documents.encode(BEFORE))
    for name in ("known_failures", "seed", "chance"):
        del old[name]
    for name in ("services", "limits", "language"):
        del old["target"][name]
    old["conflicts"] = [{"id": "CFL-01", "between": ["AMC-30", "ASVS 6.5.5"], "text": "A code outlives."}]
    for requirement in old["requirements"]:
        del requirement["known"]
    (tmp_path / "old.json").write_text(json.dumps({**old, "schema_version": 1}))
    assert command(["compare", str(tmp_path / "old.json"), files[0]]) == 0


def test_a_file_that_is_no_report_is_an_error_of_usage(tmp_path: Path, files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Code 2, with the file's name and no traceback."""
    (tmp_path / "odd.json").write_text("{}")
    assert command(["compare", files[0], str(tmp_path / "odd.json")]) == 2
    assert "odd.json: schema_version is None" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["compar"], ["compare"], ["compare", "a.json", "b.json", "--markdown", "--json"]])
def test_a_command_line_that_none_understands_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """And says what there is."""
    with pytest.raises(SystemExit) as raised:
        command(arguments)
    assert raised.value.code == 2
    assert "usage: python -m conformance" in capsys.readouterr().err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """With what it is for."""
    with pytest.raises(SystemExit) as raised:
        command(["--help"])
    assert raised.value.code == 0
    told = capsys.readouterr().out
    for name in COMMANDS:
        assert name in told
