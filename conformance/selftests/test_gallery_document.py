"""The document of the matrix: checks and requirements held against the defects, with reasons, in full and quick."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.matrix.document import encode, read_matrix
from conformance.matrix.reasons import UNBROKEN, UNKILLED, ReasonsError, read_reasons
from conformance.matrix.running import Evidence
from conformance.matrix.telling import lines, not_green, summary
from conformance.selftests.made_defects import EXPIRED, RACE, USED, WATCH, clean, made_attempt, made_defect, made_matrix, made_rules, told

NOTICED = made_attempt(USED, "code-works-again", broken={USED: ("outcome",)})
REASONS = {EXPIRED: "needs no defect", RACE: "needs no defect", WATCH: "needs no defect"}
RULES = {"AMC-40": "cannot be broken", "HRD-08": "cannot be broken", "HRD-46": "cannot be broken"}


def evidence(*attempts: object) -> Evidence:
    """A clean run, and these with the usual defect."""
    before = clean()
    return Evidence(before.clean, {"code-works-again": attempts or (NOTICED,)}, 1.0, 2.0)  # type: ignore[dict-item]


def test_a_gallery_that_accounts_for_everything_is_right() -> None:
    """Each check notices a defect or has a reason, each requirement is broken or has one."""
    matrix = made_matrix([made_defect()], evidence(), made_rules(REASONS, RULES))
    assert matrix.all_problems == ()
    assert summary(matrix).startswith("as named: 1 of 1 defects are noticed by exactly the checks and facts")


def test_a_check_that_nothing_kills_and_a_requirement_that_nothing_breaks_are_told() -> None:
    """Cases, suites and watchers alike."""
    found = told(made_matrix([made_defect()], evidence()))
    assert [about for kind, about in found if kind == "kills nothing"] == [EXPIRED, RACE, WATCH]
    assert [about for kind, about in found if kind == "nothing breaks it"] == ["AMC-40", "HRD-08", "HRD-46"]


def test_a_stale_reason_is_told_with_its_place() -> None:
    """A check that is said to notice nothing, and does; a requirement likewise."""
    rules = made_rules({**REASONS, USED: "was hard to break"}, {**RULES, "HRD-01": "was hard to break"})
    matrix = made_matrix([made_defect()], evidence(), rules)
    assert told(matrix) == [("stale reason", USED), ("stale reason", "HRD-01")]
    assert "scenarios/cases/a.yaml:3" in matrix.problems[0].text


def test_a_run_of_some_defects_asks_for_no_others() -> None:
    """What was narrowed on purpose is said instead."""
    matrix = made_matrix([made_defect()], evidence(), narrowed=("--defect code-works-again",))
    assert matrix.problems == ()
    assert matrix.narrowed == ("--defect code-works-again",)


def test_in_the_quick_form_what_is_named_counts() -> None:
    """The rest of it is proved by the full run; but a stale reason and a check without a defect are told here too."""
    defect = made_defect(killed_by={USED: ("outcome",), EXPIRED: ("outcome",), RACE: ("mails",)}, breaks=("HRD-01", "AMC-40"))
    matrix = made_matrix([defect], evidence(), made_rules({RACE: "a race", WATCH: "a watcher"}, {"HRD-08": "x", "HRD-46": "x"}), quick=True)
    assert told(matrix) == [("stale reason", RACE)]
    assert matrix.clean is None


def test_a_requirement_is_broken_only_by_what_is_noticed_for_it() -> None:
    """A gallery may claim what no check saw."""
    matrix = made_matrix([made_defect(breaks=("HRD-01", "HRD-08"))], evidence())
    broken = {one.id: one.broken_by for one in matrix.requirements}
    assert (broken["HRD-01"], broken["HRD-08"]) == (("code-works-again",), ())
    assert ("unproven", "code-works-again") in told(matrix)


def test_the_document_is_read_as_it_was_written() -> None:
    """All of it, as JSON."""
    matrix = made_matrix([made_defect()], evidence())
    assert read_matrix(encode(matrix)) == matrix


def test_the_terminal_tells_each_thing_under_what_it_is_about() -> None:
    """And sums up in one line how many are wrong."""
    held = made_attempt(USED, "code-works-again")
    shown = list(lines(made_matrix([made_defect()], evidence(held), made_rules({**REASONS, USED: "x"}, {**RULES, "HRD-01": "x"}))))
    assert shown[0] == "code-works-again"
    assert shown[1] == f"  survivor: {USED} must notice it and held all the same"
    assert shown[-1].startswith("2 things are wrong: 0 of 1 defects are noticed")
    assert "4 runs" not in shown[-1]
    assert "5 runs" in shown[-1]


def test_what_is_not_green_is_named_with_what_broke() -> None:
    """A watcher by its facts; of many only the first."""
    many = [made_attempt(f"{EXPIRED}[{number}]", broken={WATCH: ("header",)}) for number in range(20)]
    shown = list(not_green(many))
    assert shown[0] == f"  {EXPIRED}[0]: passed: {WATCH}: header"
    assert shown[-1] == "and 8 more"


# -- the files of reasons


@pytest.mark.parametrize("name", [UNKILLED, UNBROKEN])
def test_reasons_are_read_with_their_lines(name: str, tmp_path: Path) -> None:
    """An id and a reason each."""
    (tmp_path / name).write_text(f"# why\n- id: {USED}\n  reason: No portal could be wrong here.\n")
    (reason,) = read_reasons(name, [USED], tmp_path).values()
    assert (reason.id, reason.text, reason.place.line) == (USED, "No portal could be wrong here.", 2)
    assert read_reasons("none.yaml", [USED], tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"- id: {USED}x\n  reason: Nobody can break it.\n", f"did you mean `{USED}`"),
        (f"- id: {USED}\n", "reason"),
        (f"- id: {USED}\n  reason: short\n", "reason"),
        (f"- id: {USED}\n  reasn: Nobody can break it.\n", "reasn"),
        (f"- id: {USED}\n  reason: Nobody can break it.\n" * 2, "stands at"),
        ("- [", "unkilled.yaml:"),
    ],
)
def test_a_mistake_in_a_file_of_reasons_is_told_with_its_line(text: str, words: str, tmp_path: Path) -> None:
    """And with what was probably meant."""
    (tmp_path / UNKILLED).write_text(text)
    with pytest.raises(ReasonsError) as caught:
        read_reasons(UNKILLED, [USED], tmp_path)
    assert words in str(caught.value)
    assert f"{UNKILLED}:" in str(caught.value)
