"""The cases of the repository, held against the register and against the habits that keep them readable."""

from __future__ import annotations

from collections import Counter

import pytest

from scenarios.coverage import coverage
from scenarios.loader import load_cases, trials
from scenarios.model import Requirement
from scenarios.register import load_register

LATER_ON = {"AMC-21", "AMC-100", "AMC-101", "AMC-102", "AMC-120"}


def _of_the_issue() -> list[Requirement]:
    return [
        one for one in load_register().requirements.values() if one.portal == "ameli-connect" and one.testable and one.id not in LATER_ON
    ]


@pytest.mark.parametrize("requirement", _of_the_issue(), ids=lambda one: one.id)
def test_every_requirement_of_the_sign_in_has_a_case(requirement: Requirement) -> None:
    """Each testable AMC requirement that is built is verified by at least one case."""
    assert [case.id for case in load_cases() if requirement.id in case.verifies]


def test_the_issue_has_its_requirements() -> None:
    """AMC-01 to AMC-90, AMC-110, AMC-140 and AMC-150 are those that have a case."""
    assert len(_of_the_issue()) == 31
    assert {one.id for one in _of_the_issue()} >= {"AMC-01", "AMC-90", "AMC-140", "AMC-150"}


def test_nothing_is_left_out_of_the_register() -> None:
    """Every testable requirement is verified or declared as later with a reason, and nothing is both."""
    assert [str(mistake) for mistake in coverage().mistakes] == []


def test_ids_of_trials_are_unique() -> None:
    """Each trial can be asked for by its id."""
    counted = Counter(trial.id for case in load_cases() for trial in trials(case))
    assert [id for id, count in counted.items() if count > 1] == []


def test_cases_that_block_say_so() -> None:
    """A case that ends in a block or passes through one has the impact `lock`, so that a target that must not be locked is spared."""
    mild = [trial for case in load_cases() if case.impact in {"read", "account"} for trial in trials(case)]
    assert [trial.id for trial in mild for step in trial.steps if (step.expect or {}).get("outcome") == "blocked"] == []


@pytest.mark.parametrize("id", ["AMC-10", "AMC-30", "AMC-41", "AMC-43", "AMC-71", "AMC-110", "AME-30"])
def test_boundaries_are_tried_on_both_sides(id: str) -> None:
    """The trials of a rule with a boundary see more than one outcome at its edge."""
    seen = {
        str(step.expect["outcome"])
        for case in load_cases()
        if id in case.verifies
        for trial in trials(case)
        for step in trial.steps
        if step.expect and "outcome" in step.expect
    }
    assert len(seen) > 1
