"""How results add up to standings and verdicts."""

import dataclasses

import pytest

from conformance.results import Result, Verdict, worst
from conformance.selftests.made_results import made_check as check
from conformance.selftests.made_results import made_pass as passed
from conformance.selftests.made_results import made_result as case
from conformance.verdict import (
    broken_steps,
    held_to_its_word,
    reason_beyond_checks,
    requirement_standings,
    verdict_of,
    verified,
    watcher_standings,
    worst_verdict,
)


def test_the_worst_of_several_results_is_the_first_in_their_order() -> None:
    """`worst` follows the order of Result, and nothing at all is passed."""
    assert worst([Result.PASSED, Result.WARNING, Result.FAILED]) is Result.FAILED
    assert worst([]) is Result.PASSED


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([Result.PASSED], Verdict.CONFORMANT),
        ([Result.PASSED, Result.NOT_APPLICABLE], Verdict.CONFORMANT),
        ([Result.PASSED, Result.WARNING], Verdict.CONFORMANT),
        ([Result.PASSED, Result.MECHANISM_ONLY], Verdict.PARTIAL),
        ([Result.PASSED, Result.MECHANISM_ONLY, Result.COULD_NOT_RUN], Verdict.INCOMPLETE),
        ([Result.COULD_NOT_RUN, Result.FAILED], Verdict.NOT_CONFORMANT),
        ([Result.FAILED, Result.ERROR, Result.PASSED], Verdict.ERROR),
    ],
)
def test_each_mixture_of_results_has_its_verdict(results: list[Result], expected: Verdict) -> None:
    """An error outweighs a failure, a failure what could not run, and that what held on shortened limits only."""
    assert verdict_of([case(result, check(held=result is not Result.FAILED)) for result in results]) is expected


def test_a_warning_makes_a_strict_verdict_not_conformant() -> None:
    """With `strict` a warning weighs as much as a failure."""
    results = [passed(), case(Result.WARNING, check(held=False, level="should"))]
    assert verdict_of(results) is Verdict.CONFORMANT
    assert verdict_of(results, strict=True) is Verdict.NOT_CONFORMANT


@pytest.mark.parametrize("results", [[], [Result.NOT_APPLICABLE], [Result.NOT_APPLICABLE, Result.NOT_APPLICABLE]])
def test_a_run_that_verified_nothing_is_not_conformant(results: list[Result]) -> None:
    """No result, or none but `not applicable`, proves nothing."""
    assert verdict_of([case(result) for result in results]) is Verdict.INCOMPLETE


def test_a_run_that_was_broken_off_is_incomplete() -> None:
    """Cases that were selected and have no result keep a portal from being conformant."""
    assert verdict_of([passed()], complete=False) is Verdict.INCOMPLETE


def test_a_watcher_alone_can_make_a_portal_not_conformant() -> None:
    """A cookie without HttpOnly seen on the way fails its own requirement, though every case passed."""
    seen = check("HRD-43", held=False, watcher="cookie-flags")
    result = case(Result.PASSED, check(), seen)
    assert verdict_of([result]) is Verdict.NOT_CONFORMANT
    standings = requirement_standings([result])
    assert standings["AMC-30"].result is Result.PASSED
    assert standings["HRD-43"].result is Result.FAILED


def test_watchers_are_counted_apart() -> None:
    """One standing for each watcher says how often it judged, how often its rule was broken, and where."""
    good, bad = check("HRD-54", watcher="headers"), check("HRD-54", held=False, watcher="headers", level="should")
    (standing,) = watcher_standings([case(Result.PASSED, check(), good, good), case(Result.PASSED, check(), bad, id="b.case")])
    assert (standing.judged, standing.broken, standing.cases, standing.result) == (3, 1, ("b.case",), Result.WARNING)


def test_a_case_that_verified_nothing_becomes_an_error() -> None:
    """Steps on the way and watchers are no verification."""
    empty = case(Result.PASSED, check(on_the_way=True), check(watcher="no-5xx"))
    assert verified(empty) == 0
    judged = held_to_its_word(empty)
    assert judged.result is Result.ERROR
    assert "verified nothing" in judged.reason


def test_a_pass_over_a_broken_check_becomes_an_error() -> None:
    """A harness that calls a broken check a pass is broken itself."""
    judged = held_to_its_word(case(Result.PASSED, check(), check(held=False)))
    assert judged.result is Result.ERROR
    assert "did not hold" in judged.reason


@pytest.mark.parametrize("result", [Result.FAILED, Result.COULD_NOT_RUN, Result.NOT_APPLICABLE, Result.ERROR])
def test_results_that_claim_nothing_stay_as_they_are(result: Result) -> None:
    """A case that did not get as far as a check may say so."""
    assert held_to_its_word(case(result)).result is result


def test_a_requirement_has_the_worst_that_any_case_says() -> None:
    """One failing case outweighs the passing ones, and all of them are named."""
    standing = requirement_standings([passed(), case(Result.FAILED, check(held=False), id="b.case")])["AMC-30"]
    assert standing.result is Result.FAILED
    assert standing.cases == ("a.case", "b.case")


def test_a_failure_is_charged_to_the_requirement_whose_check_broke() -> None:
    """Of two requirements that one case verifies, only the broken one fails."""
    result = case(Result.FAILED, check("AMC-30"), check("AMC-50", held=False), requirements=("AMC-30", "AMC-50"))
    standings = requirement_standings([result])
    assert standings["AMC-30"].result is Result.PASSED
    assert standings["AMC-50"].result is Result.FAILED


def test_a_failure_on_the_way_says_nothing_of_what_the_case_did_not_come_to() -> None:
    """What a case did not come to is not proven."""
    result = case(Result.FAILED, check("AMC-50"), check("AMC-01", held=False, on_the_way=True), requirements=("AMC-30", "AMC-50"))
    standings = requirement_standings([result])
    assert (standings["AMC-30"].result, standings["AMC-50"].result) == (None, None)
    assert standings["AMC-30"].cases == (result.id,)
    assert "AMC-01" not in standings
    reached = case(Result.FAILED, check("AMC-30", held=False), requirements=("AMC-30",))
    assert requirement_standings([result, reached])["AMC-30"].result is Result.FAILED


def test_a_broken_should_is_a_warning() -> None:
    """The level of the check decides between failed and warning."""
    result = case(Result.WARNING, check("AMC-09", held=False, level="should"), requirements=("AMC-09",))
    assert requirement_standings([result])["AMC-09"].result is Result.WARNING


def test_not_applicable_counts_only_when_nothing_else_was_said() -> None:
    """A function missing in one case and verified in another is verified."""
    absent = case(Result.NOT_APPLICABLE, id="b.case")
    assert requirement_standings([passed(), absent])["AMC-30"].result is Result.PASSED
    assert requirement_standings([absent])["AMC-30"].result is Result.NOT_APPLICABLE


def test_what_could_not_run_reaches_its_requirements() -> None:
    """A case without checks hands its own result to what it verifies."""
    result = dataclasses.replace(case(Result.COULD_NOT_RUN), requirements=("AMC-30", "AMC-40"))
    assert {standing.result for standing in requirement_standings([result]).values()} == {Result.COULD_NOT_RUN}


def test_a_run_has_the_worst_verdict_of_its_portals() -> None:
    """One portal that is not conformant makes the run so; a run of no portal is incomplete."""
    assert worst_verdict([Verdict.CONFORMANT, Verdict.NOT_CONFORMANT, Verdict.PARTIAL]) is Verdict.NOT_CONFORMANT
    assert worst_verdict([]) is Verdict.INCOMPLETE


def test_a_reason_does_not_say_again_what_a_check_says() -> None:
    """Only lines that add something are left of it."""
    told = "Enter the code received: outcome: expected signed-in, was refused"
    failed = case(Result.FAILED, check(held=False), reason=f"{told}\nnot repeated: passed on the second run")
    assert reason_beyond_checks(failed) == "not repeated: passed on the second run"
    assert reason_beyond_checks(case(Result.ERROR, reason="nobody listens")) == "nobody listens"


def test_broken_checks_are_grouped_by_their_step() -> None:
    """Each step once, with all of it that did not hold."""
    failed = case(Result.FAILED, check(), check(held=False), check("AMC-50", held=False), check(held=False, watcher="w"))
    ((number, step, checks),) = broken_steps(failed)
    assert (number, step.sentence, len(checks)) == (1, "Enter the code received", 2)
