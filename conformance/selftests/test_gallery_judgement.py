"""What was found of a defect, held against its gallery: every way in which it can be wrong is told, and nothing else."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from conformance.matrix.attempt import Attempt, attempt_of
from conformance.matrix.judgement import found_of, problems_of
from conformance.matrix.proposing import proposal
from conformance.results import Result, StepRecord
from conformance.selftests.made_defects import EXPIRED, RACE, USED, WATCH, made_attempt, made_checks, made_defect
from conformance.selftests.made_results import made_check, made_result

COVERED = ("AMC-40", "HRD-01", "HRD-08", "HRD-46")
NOTICED = made_attempt(USED, "code-works-again", broken={USED: ("outcome",)})


def problems(*attempts: Attempt, quick: bool = False, **more: Any) -> list[str]:
    """Kind and words of what is wrong with the usual defect, after these attempts."""
    found = problems_of(made_defect(**more), found_of(attempts), made_checks(), COVERED, quick)
    return [f"{problem.kind}: {problem.text}" for problem in found]


def test_a_defect_that_is_noticed_as_named_is_right() -> None:
    """The named case failed on the named fact, another that came by held."""
    assert problems(NOTICED, made_attempt(f"{EXPIRED}[1]", "code-works-again")) == []


def test_a_warning_is_a_kill_too() -> None:
    """What only should hold is warned of, and that is noticing."""
    assert problems(dataclasses.replace(NOTICED, result=Result.WARNING)) == []


def test_a_survivor_is_told() -> None:
    """A check that is named and held, and one that never came there."""
    held = made_attempt(USED, "code-works-again")
    told = problems(held, killed_by={USED: ("outcome",), RACE: ("mails",)})
    assert told[0] == f"survivor: {USED} must notice it and held all the same"
    assert told[1] == f"survivor: {RACE} must notice it and never came to where it is"


def test_a_check_that_is_not_named_is_told() -> None:
    """Also a watcher, which judges in the case of another."""
    told = problems(NOTICED, made_attempt(f"{EXPIRED}[2]", "code-works-again", broken={EXPIRED: ("outcome",), WATCH: ("header",)}))
    assert told == [
        f"unnamed check: {EXPIRED} noticed it and is not named (outcome)",
        f"unnamed check: {WATCH} noticed it and is not named (header)",
    ]


def test_facts_are_held_against_the_gallery_both_ways() -> None:
    """One that is not named, and one that is named and held."""
    noticed = dataclasses.replace(NOTICED, broken={USED: ("reason",)})
    assert problems(noticed) == [
        f"fact held: {USED} is named with “outcome”, and that held",
        f"unnamed fact: {USED} noticed it by “reason”, which is not named",
    ]


def test_which_race_notices_by_which_fact_is_a_matter_of_chance() -> None:
    """One fact of those named is enough, and another race, or another fact, is no surprise; a case that is not named is."""
    raced = made_attempt(RACE, "code-works-again", broken={RACE: ("mails",)})
    other = dataclasses.replace(raced, id="suite.races.others", broken={"suite.races.others": ("judged",)})
    assert problems(raced, other, killed_by={RACE: ("mails", "told blocked")}, breaks=()) == []
    assert problems(raced, other, NOTICED, killed_by={RACE: ("told blocked",)}, breaks=()) == [
        f"unnamed check: {USED} noticed it and is not named (outcome)"
    ]


@pytest.mark.parametrize("result", [Result.ERROR, Result.COULD_NOT_RUN])
def test_an_error_is_no_kill(result: Result) -> None:
    """The check survives, and that nothing was judged is told with its reason."""
    broke = made_attempt(USED, "code-works-again", result=result, reason="No wording fits.")
    assert problems(broke, breaks=()) == [
        f"survivor: {USED} must notice it and came to no judgement",
        f"no judgement: {USED} came to no judgement: {result}: No wording fits.",
    ]


def test_a_defect_that_nothing_consulted_is_told() -> None:
    """Nothing ran, or what ran never made the target ask after it."""
    told = ["not consulted: no check ever came to where it is: nothing can notice it"]
    assert problems() == told
    assert problems(made_attempt(USED, "code-works-again", consulted=("another",))) == told


def test_a_defect_that_names_nobody_or_nothing_is_told() -> None:
    """No check at all, and one that there is not, with what was meant."""
    assert problems(made_attempt(USED, "code-works-again"), killed_by={}, breaks=()) == [
        "names nobody: it names no check that must notice it"
    ]
    (told,) = problems(NOTICED, killed_by={USED: ("outcome",), "ameli-connect.code.usd": ("outcome",)})
    assert "names ameli-connect.code.usd, and there is no such check" in told
    assert f"did you mean `{USED}`" in told


def test_a_requirement_is_broken_when_who_noticed_verifies_it() -> None:
    """One that is verified today and was not noticed is told; one that nothing verifies yet cannot be."""
    assert problems(NOTICED, breaks=("HRD-01", "HRD-08", "HRD-99")) == [
        "unproven: it is said to break HRD-08, and no check that noticed it verifies HRD-08"
    ]


def test_the_quick_form_asks_for_one_kill_only() -> None:
    """What was not run is no survivor; what was run whole and held is one, and so is an example alone not."""
    named = {USED: ("outcome", "reason"), EXPIRED: ("outcome",), WATCH: ("header",)}
    assert problems(NOTICED, quick=True, killed_by=named, breaks=("HRD-08",)) == []
    first, second = (made_attempt(f"{EXPIRED}[{number}]", "code-works-again") for number in (1, 2))
    assert problems(first, NOTICED, quick=True, killed_by=named) == []
    assert problems(first, second, NOTICED, quick=True, killed_by=named) == [f"survivor: {EXPIRED} must notice it and held all the same"]
    assert any(WATCH in text for text in problems(first, quick=True, killed_by={WATCH: ("header",)}))


# -- what an attempt is


def test_facts_on_the_way_count_and_watchers_count_for_themselves() -> None:
    """A case broken on its way noticed the defect; its watcher is another check."""
    watched = made_check("HRD-46", held=False, watcher=WATCH, fact="header")
    result = made_result(Result.FAILED, made_check(held=False, on_the_way=True, fact="way"), made_check(), watched, id=f"{USED}[2]")
    found = attempt_of(result, "x", ("x",))
    assert found.check == USED
    assert found.broken == {USED: ("way",), WATCH: ("header",)}
    assert found.verifying == {USED: ("AMC-30",), WATCH: ("HRD-46",)}
    assert not found.green


def test_an_error_breaks_no_fact_of_the_case() -> None:
    """A check that did not hold before an error is no judgement; what a watcher saw stays seen."""
    watched = made_check("HRD-46", held=False, watcher=WATCH, fact="header")
    result = made_result(Result.ERROR, made_check(held=False, level="should"), watched)
    assert attempt_of(result, "x", None).broken == {WATCH: ("header",)}


def test_a_passed_case_with_a_broken_watcher_is_not_green() -> None:
    """The clean run must be silent in every respect."""
    silent, loud = (made_check(watcher=WATCH, held=held, fact="header") for held in (True, False))
    assert attempt_of(made_result(Result.PASSED, made_check(), silent), None, ()).green
    assert not attempt_of(made_result(Result.PASSED, made_check(), loud), None, ()).green
    assert not attempt_of(made_result(Result.COULD_NOT_RUN, steps=(StepRecord("a", "b"),)), None, ()).green


# -- proposing


def test_a_proposal_is_what_a_gallery_says() -> None:
    """The mapping as found, with what was predicted otherwise."""
    found = found_of([dataclasses.replace(NOTICED, broken={USED: ("outcome", "reason"), WATCH: ("Cache-Control: account",)})])
    text = proposal(made_defect(killed_by={USED: ("outcome",), RACE: ("mails",)}, breaks=("HRD-08",)), found)
    assert f"    {USED}: [outcome, reason]  # named: outcome\n" in text
    assert f'    {WATCH}: ["Cache-Control: account"]  # not named\n' in text
    assert f"# named, and did not notice: {RACE}: [mails]" in text
    assert "# breaks HRD-08, and nothing that noticed verifies it" in text
