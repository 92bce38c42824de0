"""Each result that a trial can have really comes out, for the reason it should."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from conformance.driver import CannotRun, DriverBroke
from conformance.results import CaseResult, Result
from conformance.runner import RunOptions, run_trial
from conformance.selftests.fakes import PERSON, FakeBrowsers, FakePortal, FakeProvisioner, target
from conformance.selftests.told import told
from scenarios.model import Case, Person, Place, Requirement, Step, Trial

PLACE = Place("scenarios/cases/x.yaml", 7)
PEOPLE = (Person("insured", "insured"),)


def step(verb: str, argument: Any = None, **options: Any) -> Step:
    """One step of a case."""
    return Step(verb, argument, PLACE, **options)


SIGNED_IN = (step("sign-in"), step("ask-for", "code"), step("enter", "received", expect={"outcome": "signed-in"}))


def requirement(level: str = "must", identifier: str = "AMC-07") -> Requirement:
    """A requirement of the register."""
    return Requirement(identifier, "A rule", "ameli-connect", "source.txt", PLACE, level=level)


def tried(
    *steps: Step,
    broken: str = "",
    level: str = "must",
    needs: frozenset[str] = frozenset(),
    provisioner: FakeProvisioner | None = None,
    options: RunOptions | None = None,
    screen: bool = False,
    not_applicable: Mapping[str, str] | None = None,
) -> CaseResult:
    """The result of a trial with these steps on a portal that is broken in that way."""
    portal = FakePortal(frozenset(broken.split()))
    case = Case("x.case", "A case", "ameli-connect", ("AMC-07",), "account", PEOPLE, None, steps, (), PLACE)
    trial = Trial(case.id, case, PEOPLE, None, steps, {}, needs)
    chosen = options or RunOptions("forms", mail_patience_seconds=0.05, rerun="pytest --case {id}")
    requirements = {"AMC-07": requirement(level)}
    tried_on = target(not_applicable=not_applicable or {})
    return run_trial(trial, requirements, tried_on, provisioner or FakeProvisioner(portal), FakeBrowsers(portal, screen), chosen)


def own(result: CaseResult) -> list[tuple[str, bool, bool]]:
    """The case's own checks: fact, whether it held, whether it was on the way."""
    return [(check.fact, check.held, check.on_the_way) for record in result.steps for check in record.checks if check.watcher is None]


def test_passed_when_all_that_was_expected_was_seen() -> None:
    """A case passes when at least one thing was verified and everything held."""
    result = tried(*SIGNED_IN)
    assert (result.result, result.reason) == (Result.PASSED, "")
    assert own(result) == [("outcome", True, True), ("outcome", True, True), ("outcome", True, False)]
    assert result.rerun == "pytest --case x.case"
    assert result.steps[1].requests == ("POST …/ → 200",)


def test_failed_when_a_must_did_not_hold() -> None:
    """Expected and actual stand side by side in the reason."""
    result = tried(step("sign-in"), step("ask-for", "code"), step("enter", "wrong", expect={"outcome": "signed-in"}))
    assert result.result is Result.FAILED
    assert result.reason == "Enter a wrong code: outcome: expected signed-in, was refused"


def test_failed_on_the_way_stops_at_the_first_step_that_goes_wrong() -> None:
    """A step without an expectation of its own must go as it goes when nothing is wrong."""
    result = tried(step("sign-in", {"password": "wrong"}), step("sign-in", {"identifier": "empty"}), *SIGNED_IN)
    assert result.result is Result.PASSED
    stopped = tried(step("sign-in"), step("enter", "received"), *SIGNED_IN)
    assert stopped.result is Result.FAILED
    assert stopped.reason.startswith(
        "on the way, Enter the code received: way: expected textbox “code”, was a page without it (code-announced)"
    )
    assert len(stopped.steps) == 2


def test_warning_when_only_a_should_did_not_hold() -> None:
    """What is no more than recommended warns, and the case goes on to its end."""
    late = step("message", "code", expect={"lifetime": "10m"})
    result = tried(
        step("sign-in"), step("ask-for", "code"), late, step("enter", "received", expect={"outcome": "signed-in"}), level="should"
    )
    assert result.result is Result.WARNING
    assert "lifetime: expected 10m, was 15m" in result.reason
    assert len(result.steps) == 4


def test_a_should_that_fails_on_the_way_is_a_failure() -> None:
    """The way to what is recommended must be open all the same."""
    assert tried(step("sign-in", {"password": "right"}), step("enter", "received"), level="should").result is Result.FAILED


def test_could_not_run_names_the_capability_in_the_words_of_the_target_file() -> None:
    """A case that needs what the target does not offer is not tried at all."""
    result = tried(*SIGNED_IN, needs=frozenset({"screen", "telepathy"}))
    assert result.result is Result.COULD_NOT_RUN
    assert "screen (run with --driver browser)" in result.reason
    assert "capabilities.telepathy of conformance/targets/simulator.toml" in result.reason
    assert result.steps == ()


def test_could_not_run_when_something_turns_out_to_be_missing_on_the_way() -> None:
    """A verb may find out later than the plan."""
    result = tried(step("sign-in"), step("staff", "attach"), step("sign-in", expect={"outcome": "code-announced"}))
    assert result.result is Result.COULD_NOT_RUN
    assert "acts of staff" in result.reason


def test_not_applicable_gives_the_reason_of_the_target_file() -> None:
    """What a target declares not to have is not held against it."""
    result = tried(*SIGNED_IN, not_applicable={"AMC-07": "no codes here"})
    assert (result.result, result.reason) == (Result.NOT_APPLICABLE, "AMC-07: no codes here")


@pytest.mark.parametrize(
    ("fault", "result"),
    [(DriverBroke("nobody listens there"), Result.ERROR), (CannotRun("no people"), Result.COULD_NOT_RUN), (KeyError("x"), Result.ERROR)],
)
def test_a_world_that_cannot_be_made(fault: Exception, result: Result) -> None:
    """What the provisioner says decides; a fault of ours is an error with a place, never a traceback."""
    found = tried(*SIGNED_IN, provisioner=FakeProvisioner(FakePortal(), fault))
    assert found.result is result
    assert str(fault).strip("'") in found.reason
    assert "Traceback" not in found.reason


def test_error_when_no_wording_fits() -> None:
    """An unrecognised page satisfies nothing; the error shows its words."""
    result = tried(*SIGNED_IN, broken="unknown-page")
    assert result.result is Result.ERROR
    assert "No wording of" in result.reason
    assert "Il pleut" in result.reason
    assert "Il pleut" in result.steps[-1].words


def test_error_when_nothing_was_verified() -> None:
    """A case that expects nothing of its own is no pass."""
    result = tried(step("sign-in"), step("ask-for", "code"))
    assert result.result is Result.ERROR
    assert result.reason.startswith("verified nothing")


def test_a_server_error_fails_and_the_watcher_says_so() -> None:
    """A 5xx is the target's failure, not an error of the harness."""
    result = tried(*SIGNED_IN, broken="server-error")
    assert result.result is Result.FAILED
    assert [(check.watcher, check.requirements) for check in result.steps[-1].checks if not check.held and check.watcher] == [
        ("watch.server-error", ("HRD-53",))
    ]


@pytest.mark.parametrize(
    ("broken", "watcher"),
    [
        ("leaks-code", "watch.code-leak"),
        ("weak-cookies", "watch.cookie-flags"),
        ("no-headers", "watch.no-store"),
        ("shows-password", "watch.password-shown"),
    ],
)
def test_watchers_judge_every_page_and_do_not_change_the_result_of_the_case(broken: str, watcher: str) -> None:
    """A finding is told under the watcher's id, with the requirement it is declared to verify; a sound portal has none."""
    steps = (step("sign-in", {"password": "wrong"}), *SIGNED_IN)
    found = tried(*steps, broken=broken)
    assert found.result is Result.PASSED
    assert {check.watcher for record in found.steps for check in record.checks if not check.held} == {watcher}
    sound = tried(*steps)
    judged = [check for record in sound.steps for check in record.checks if check.watcher == watcher]
    assert judged
    assert all(check.held and check.requirements for check in judged)


def test_a_mail_that_does_not_come_is_a_failure_on_the_way() -> None:
    """The code that is to be entered never came: the way is not there."""
    result = tried(*SIGNED_IN, broken="no-mail")
    assert result.result is Result.FAILED
    assert "expected a mail with a code, was none came in 0.05 s" in result.reason


def test_the_end_of_a_block_is_held_against_the_instant_it_must_be() -> None:
    """10:15:20 is shown as 10h16; a portal that rounds down fails on that fact alone."""
    steps = (
        step("sign-in"),
        step("ask-for", "code"),
        step("enter", "wrong", times=2),
        step("enter", "wrong", expect={"outcome": "blocked", "reason": "codes", "until": "now + 15m", "until-form": "numeric"}),
        step("clock", "until - 1s"),
        step("sign-in", expect={"outcome": "code-announced"}),
    )
    assert tried(*steps).reason == ""
    failed = tried(*steps, broken="rounds-down")
    assert own(failed)[-3:] == [("reason", True, False), ("until", False, False), ("until-form", True, False)]
    assert "expected 10/03/2026 10:16 +0100 (now + 15m, rounded up to the minute), was 10/03/2026 10:15 +0100" in failed.reason


def test_secrets_are_in_no_result() -> None:
    """Codes, passwords and NIRs that were typed or read are covered in every text of the result."""
    read = step("message", "code", expect={"codes": 1})
    result = tried(step("sign-in", {"password": "wrong"}), step("sign-in"), step("ask-for", "code", label="one"), read, step("enter", "one",
                   expect={"outcome": "signed-in"}), broken="leaks-code shows-password")  # fmt: skip
    assert result.result is Result.PASSED
    for secret in ("700001", "7 0 0 0 0 1", PERSON.identifier, PERSON.password, "Correct-Hors"):
        assert secret not in told(result)
    assert "•••" in repr(result)


def test_same_as_compares_two_answers_with_what_was_typed_covered() -> None:
    """Two answers are the same when nothing but what was typed differs; else the lines that differ are told."""
    same = tried(
        step("sign-in", {"password": "wrong"}, label="first-try"),
        step("sign-in", {"identifier": "wrong"}, expect={"same-as": "first-try"}),
    )
    assert same.result is Result.PASSED
    other = tried(
        step("sign-in", label="first-try"), step("sign-in", {"password": "wrong"}, expect={"outcome": "refused", "same-as": "first-try"})
    )
    assert other.result is Result.FAILED
    assert "Les informations saisies sont erronées." in other.reason


def test_repetitions_are_steps_of_their_own() -> None:
    """`times` does the step that often, each with the same expectation and its number in the sentence."""
    result = tried(step("sign-in", {"password": "wrong"}, times=3, expect={"outcome": "refused"}))
    assert [record.sentence for record in result.steps] == [
        f"Sign in with the right NIR and a wrong password ({turn} of 3)" for turn in (1, 2, 3)
    ]


@pytest.mark.parametrize(("wanted", "pictures"), [("never", 0), ("verified", 1), ("all", 3)])
def test_screenshots_are_taken_as_asked(wanted: Any, pictures: int) -> None:
    """Of no step, of the steps with an expectation, or of all."""
    result = tried(*SIGNED_IN, options=RunOptions("browser", screenshots=wanted), screen=True)
    assert sum(record.screenshot is not None for record in result.steps) == pictures
    assert all(record.screenshot.startswith("data:image/png;base64,") for record in result.steps if record.screenshot)


def test_the_world_is_dropped_and_the_browsers_closed_whatever_happens() -> None:
    """Nothing is left behind, after a pass and after a fault."""
    for broken in ("", "unknown-page"):
        portal = FakePortal(frozenset(broken.split()))
        provisioner, browsers = FakeProvisioner(portal), FakeBrowsers(portal)
        case = Case("x.case", "A case", "ameli-connect", ("AMC-07",), "account", PEOPLE, None, SIGNED_IN, (), PLACE)
        run_trial(Trial("x.case", case, PEOPLE, None, SIGNED_IN, {}, frozenset()), {}, target(), provisioner, browsers, RunOptions("forms"))
        assert (provisioner.dropped, browsers.closed) == (1, 1)


def test_a_step_with_an_expectation_but_no_outcome_must_show_the_usual_one_too() -> None:
    """`expect` without an outcome adds to the usual outcome, it does not replace it."""
    result = tried(step("sign-in"), step("ask-for", "code"), step("enter", "wrong", expect={"attempts": 3}))
    assert [fact for fact, _, way in own(result) if not way] == ["outcome", "reason", "attempts"]
    assert result.result is Result.PASSED


def test_a_fact_that_a_page_does_not_have_is_an_error_of_the_case() -> None:
    """A mistake in a case is told as such."""
    result = tried(step("sign-in", expect={"codes": 1}))
    assert result.result is Result.ERROR
    assert "“codes” is no fact of a page" in result.reason
