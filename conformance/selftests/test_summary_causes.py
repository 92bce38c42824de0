"""The last lines of a run on the terminal: single cases as long as they are few, else the first causes."""

from __future__ import annotations

import dataclasses

from conformance.report.document import Document
from conformance.results import CaseResult, Result
from conformance.selftests.made_results import made_check, made_document, made_result
from conformance.summary import failure_lines


def failing(id: str, fact: str) -> CaseResult:
    """A case in which this fact did not hold."""
    return made_result(Result.FAILED, made_check(held=False, fact=fact, expected="x", actual="nothing"), id=id)


def document(*facts: str) -> Document:
    """A run of which one case failed for each of these facts."""
    return made_document(*(failing(f"a.case[{number}]", fact) for number, fact in enumerate(facts)))


def test_few_failures_are_told_one_by_one() -> None:
    """Each with its id and what broke."""
    lines = list(failure_lines(document("mask", "until"), 4))
    assert lines == [
        "failed: a.case[0]: AMC-30 mask: expected x, actual nothing",
        "failed: a.case[1]: AMC-30 until: expected x, actual nothing",
    ]


def test_many_failures_are_told_by_their_causes() -> None:
    """The first of them, and how many are left."""
    lines = list(failure_lines(document(*["mask"] * 6, *["until"] * 3, "lifetime", "attempts", "fits"), 4))
    assert lines == [
        "failed: The masked address is not told (6 cases, AMC-30)",
        "failed: The end of the block is not told (3 cases, AMC-30)",
        "failed: How long it is good is not told (1 case, AMC-30)",
        "and 2 more causes, 2 cases, in the report",
    ]


def test_no_room_is_enough_for_the_count() -> None:
    """One line still tells that there are failures."""
    assert list(failure_lines(document(*["mask"] * 6, "until"), 1)) == ["and 2 more causes, 7 cases, in the report"]


def test_warnings_count_in_a_strict_run_only() -> None:
    """As in its verdict."""
    warned = made_document(made_result(Result.WARNING, made_check(held=False, level="should"), id="a.warned"))
    assert list(failure_lines(warned, 4)) == []
    assert list(failure_lines(dataclasses.replace(warned, strict=True), 4)) == [
        "warning: a.warned: AMC-30 outcome: expected signed-in, actual refused"
    ]
