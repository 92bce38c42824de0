"""Causes: what did not hold, grouped by what broke first; nothing twice, nothing lost, the most serious first."""

from __future__ import annotations

import dataclasses
import random

import pytest

from conformance.report import document as documents
from conformance.report.cards import cards
from conformance.report.causes import Cause, Weight, by_case, in_common
from conformance.report.document import Document
from conformance.report.reasons import all_in_one, in_words, kind_of
from conformance.results import CaseResult, Check, KnownFailure, Result, StepRecord
from conformance.selftests.made_results import made_check, made_document, made_pass, made_result

WRONG_PASSWORD = "Sign in with the right NIR and a wrong password"


def stopped(  # noqa: PLR0917
    id: str, sentence: str, expected: str, actual: str, reason: str | None = None, requirement: str = "AMC-70", **more: object
) -> CaseResult:
    """A case that stopped because another outcome came than was expected, with its reason where one was expected."""
    seen, _, why = actual.partition(", ")
    checks = [made_check(requirement, fact="outcome", expected=expected, actual=seen, held=seen in expected.split(" or "))]
    if reason:
        checks.append(made_check(requirement, fact="reason", expected=reason, actual=why or "nothing", held=reason == why))
    step = StepRecord(sentence, "a.yaml:3", actual, tuple(checks))
    return made_result(Result.FAILED, id=id, requirements=(requirement,), steps=(step,), **more)


def told(id: str, *checks: Check, result: Result = Result.FAILED, **more: object) -> CaseResult:
    """A case in which these facts of one step did not hold."""
    return made_result(result, *checks, id=id, requirements=checks[0].requirements if checks else ("AMC-30",), **more)


def missing(fact: str, expected: str, actual: str, requirement: str = "AMC-50") -> Check:
    """A fact that did not hold."""
    return made_check(requirement, held=False, fact=fact, expected=expected, actual=actual)


MIXED = (
    made_pass("a.passed"),
    stopped("a.block[1]", WRONG_PASSWORD, "blocked", "refused, wrong", "passwords", "HRD-20"),
    stopped(
        "a.block[2]", WRONG_PASSWORD.replace("the right NIR", "the NIR with spaces"), "blocked", "refused, wrong", "passwords", "HRD-22"
    ),
    stopped("a.block-told", f"{WRONG_PASSWORD} (2 of 3), in the browser “second”", "blocked", "refused, wrong"),
    stopped("a.codes", "Enter a wrong code", "blocked", "refused, wrong", "codes", "AMC-60"),
    stopped("a.open", "Enter the code of “old”", "refused", "signed-in", "wrong", "AMC-30"),
    told("a.says[1]", missing("says", "check-entry", "nothing")),
    told("a.says[2]", missing("says", "check-entry, security", "security, by-mail")),
    told("a.until[1]", missing("until", "22/11/2026 05:29 +0100 (now + 15m)", "no date")),
    told("a.until[2]", missing("until", "23/11/2026 06:01 +0100 (now + 15m)", "no date")),
    made_result(Result.ERROR, id="a.error[1]", reason="The page /a has no button “Entrer” (status 200)."),
    made_result(Result.ERROR, id="a.error[2]", reason="The page /a has no button “Entrer” (status 404)."),
    made_result(Result.ERROR, id="a.error[3]", reason="The page /a has no button “Demander” (status 200)."),
    told("a.warned", dataclasses.replace(missing("says", "check-entry", "nothing"), level="should"), result=Result.WARNING),
    made_result(Result.FAILED, id="a.unsaid", reason="x"),
    made_result(Result.COULD_NOT_RUN, id="a.blocked", reason="needs staff"),
)


def mixed(results: tuple[CaseResult, ...] = MIXED) -> Document:
    """The document of these results."""
    return made_document(*results)


def grouped(document: Document) -> set[frozenset[str]]:
    """Which cases go together."""
    return {frozenset(cause.cases) for cause in document.causes if cause.cases}


def cause_of(case: str, document: Document | None = None) -> Cause:
    """The cause of a case."""
    return by_case((document or mixed()).causes)[case]


def test_every_case_that_did_not_hold_is_in_exactly_one_cause() -> None:
    """Nothing is twice, nothing is lost, and nothing else is in one."""
    found = [case for cause in mixed().causes for case in cause.cases]
    assert sorted(found) == sorted(case.id for case in MIXED if case.result in {Result.FAILED, Result.ERROR, Result.WARNING})


def test_what_broke_first_makes_the_cause() -> None:
    """Verb and outcome, whichever spelling, browser or turn; other facts by what is missing; reasons without their numbers."""
    assert grouped(mixed()) == {
        frozenset({"a.block[1]", "a.block[2]", "a.block-told"}),
        frozenset({"a.codes"}),
        frozenset({"a.open"}),
        frozenset({"a.says[1]", "a.says[2]"}),
        frozenset({"a.until[1]", "a.until[2]"}),
        frozenset({"a.error[1]", "a.error[2]"}),
        frozenset({"a.error[3]"}),
        frozenset({"a.warned"}),
        frozenset({"a.unsaid"}),
    }


def test_causes_do_not_depend_on_the_order_of_the_cases() -> None:
    """The same ids, titles, cases and order, however the cases came."""
    expected = [(cause.id, cause.title, cause.weight, {*cause.cases}) for cause in mixed().causes]
    for seed in range(5):
        shuffled = random.Random(seed).sample(MIXED, len(MIXED))
        assert [(cause.id, cause.title, cause.weight, {*cause.cases}) for cause in mixed(tuple(shuffled)).causes] == expected


def test_a_cause_keeps_its_name_when_other_cases_show_it() -> None:
    """So that two reports can be compared."""
    alone = cause_of("a.block[1]", made_document(MIXED[1]))
    assert alone.id == cause_of("a.block[1]").id != cause_of("a.codes").id


@pytest.mark.parametrize(
    ("case", "title", "weight"),
    [
        ("a.open", "A used or replaced code opens the account", Weight.OPENS),
        ("a.block[1]", "No block after wrong passwords", Weight.SECURITY),
        ("a.codes", "No block after wrong codes", Weight.BEHAVIOUR),
        ("a.says[1]", "Not said: to check what was entered", Weight.WORDS),
        ("a.until[1]", "The end of the block is not told", Weight.WORDS),
        ("a.error[3]", "The page /a has no button “Demander” (status 200).", Weight.NOT_JUDGED),
    ],
)
def test_a_cause_is_called_what_the_portal_does(case: str, title: str, weight: Weight) -> None:
    """In a sentence, with how serious it is."""
    assert (cause_of(case).title, cause_of(case).weight) == (title, weight)


@pytest.mark.parametrize(
    ("sentence", "expected", "actual", "reason", "title"),
    [
        ("Ask for a security code", "blocked", "code-asked", "quota", "No block after too many codes were asked for"),
        ("Enter the code received", "refused", "signed-in", "expired", "An expired code opens the account"),
        ("Enter a wrong code", "refused", "signed-in", "wrong", "A wrong code opens the account"),
        ("Enter a wrong code", "refused", "refused, wrong", "expired", "After expiry an entry is told as wrong"),
        ("Set a new password", "invalid", "done", None, "A password that breaks the rules is accepted"),
        ("Enter “12a456” as the code", "invalid", "refused, wrong", None, "A malformed code is judged as a wrong one, not sent back"),
        ("Sign in", "code-announced", "code-asked", None, "The code is sent at once, instead of being announced first"),
        ("Sign in", "code-announced or code-asked", "refused, wrong", None, "A right entry is refused"),
        ("Open the account", "sign-in-asked", "server-error, 500", None, "The portal breaks with a server error"),
        ("Open it", "signed-in", "account-closed", None, "A page of the account is shown, and the account does not open any more"),
        ("Open the account", "sign-in-asked", "signed-in", None, "The account stays open"),
        ("Follow the link “x”", "shown", "done", None, "Follow the link “x”: done instead of shown"),
    ],
)
def test_outcomes_have_their_sentences(sentence: str, expected: str, actual: str, reason: str | None, title: str) -> None:
    """Whatever was expected, and whatever came instead."""
    assert cause_of("a", made_document(stopped("a", sentence, expected, actual, reason))).title.startswith(title)


def test_an_account_that_stays_open_says_after_what() -> None:
    """The step before tells it; cookies that were brought back are another thing."""
    case = stopped("a", "Open the account", "sign-in-asked", "signed-in")
    steps = (StepRecord("Sign out", "a.yaml:2"), StepRecord("Bring back the cookies kept aside", "a.yaml:3"), *case.steps)
    assert cause_of("a", made_document(dataclasses.replace(case, steps=steps))).title == "Cookies kept from before open the account again"
    after = dataclasses.replace(case, steps=(StepRecord("Sign out", "a.yaml:2"), *case.steps))
    assert cause_of("a", made_document(after)).title == "The account stays open after signing out"


def test_the_most_serious_comes_first() -> None:
    """Failures before errors and warnings; who is let in, security, behaviour, words; then by how many cases show it."""
    order = [(cause.kind, list(Weight).index(cause.weight), -cause.number) for cause in mixed().causes]
    kinds = ["failed", "error", "warning"]
    assert order == sorted(order, key=lambda one: (kinds.index(one[0]), one[1], one[2]))


def test_a_broken_watcher_is_a_cause_of_its_own() -> None:
    """With how often, and where; it takes no case away from another cause."""
    watched = made_check("HRD-46", held=False, watcher="watch.no-store", fact="Cache-Control", expected="no-store", actual="private")
    document = made_document(made_result(Result.PASSED, made_check(), watched, id="a.one"), *MIXED)
    (cause,) = [cause for cause in document.causes if cause.watcher]
    assert (cause.weight, cause.cases, cause.seen_in, cause.broken, cause.judged) == (Weight.SECURITY, (), ("a.one",), 1, 1)
    assert grouped(document) == grouped(mixed())


def test_known_failures_have_no_cause() -> None:
    """What is excused is nothing to mend now."""
    known = KnownFailure("why", "https://tracker.test/1", mixed().started.date())
    assert mixed((dataclasses.replace(MIXED[1], known=known),)).causes == ()


def test_what_was_not_reached_is_told_apart() -> None:
    """A case that stopped on its way breaks nothing that it verifies."""
    check = made_check("AMC-30", held=False, on_the_way=True)
    cause = cause_of("a", made_document(told("a", check)))
    assert (cause.requirements, cause.not_reached) == ((), ("AMC-30",))


def test_a_card_has_every_case_with_its_example_and_the_shortest_as_evidence() -> None:
    """And the further facts that differed there, once each with in how many cases."""
    long = dataclasses.replace(MIXED[1], steps=(StepRecord("Open the sign-in page", "a.yaml:1"), *MIXED[1].steps), example={"n": "1"})
    more = dataclasses.replace(MIXED[2].steps[0], checks=(*MIXED[2].steps[0].checks, missing("until", "x", "no date")))
    document = made_document(long, dataclasses.replace(MIXED[2], steps=(more,), not_tried=("Sign out",)))
    (card,) = cards(document)
    assert [(row.case.id, row.number, row.seen) for row in card.rows] == [
        ("a.block[1]", 2, "refused (wrong)"),
        ("a.block[2]", 1, "refused (wrong)"),
    ]
    assert card.evidence is not None
    assert (card.evidence.id, card.evidence_number, card.stopped_early, card.example_names) == ("a.block[2]", 1, 1, ("n",))
    assert [(check.fact, number) for check, number in card.also] == [("until", 1)]


def test_an_earlier_report_gets_its_causes_when_it_is_read() -> None:
    """They follow from its cases."""
    without = dataclasses.replace(mixed(), causes=())
    assert documents.decode(documents.encode(without)).causes == mixed().causes


@pytest.mark.parametrize(
    ("sentences", "common"),
    [
        (["Enter a wrong code"], "Enter a wrong code"),
        (["Enter a wrong code (1 of 2)", "Enter a wrong code, in the browser “second”"], "Enter a wrong code"),
        ([WRONG_PASSWORD, "Sign in with no NIR and a wrong password"], "Sign in with … NIR and a wrong password"),
        (["Sign out", "Enter a code"], "Enter a code / Sign out"),
        ([], ""),
    ],
)
def test_what_steps_have_in_common_is_their_name(sentences: list[str], common: str) -> None:
    """Their beginning and their end."""
    assert in_common(sentences) == common


def test_reasons_of_one_kind_are_told_once_in_units_of_people() -> None:
    """From the shortest to the longest; a command stays as it is typed."""
    reasons = [f"takes {length} of waiting, more than --max-wait 20s" for length in ("24s", "19m12s", "105766s")]
    assert len(set(map(kind_of, reasons))) == 1
    assert all_in_one(reasons) == "takes 24 s to 1 d 5 h of waiting, more than --max-wait 20s"
    assert in_words("waits 23.9933s") == "waits 24 s"
    assert all_in_one(["needs staff"]) == "needs staff"
