"""An observation is held against an expectation: each fact in its own way, and told as people read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from conformance.driver import DriverBroke
from conformance.observation import Essence, MailSeen
from conformance.results import Check
from conformance.selftests.fakes import target
from conformance.selftests.french_pages import page
from conformance.selftests.test_facts import CODE_MAIL, mail, seen
from conformance.verify import Standard, verify

BLOCKED = page(
    alert="Les informations saisies sont erronées. L’accès au service est bloqué jusqu’au 10/03/2026 - 10h16 (heure de Paris).",
    form="sign-in",
)
EVENTS = {"started": datetime(2026, 3, 10, 9, 0, 20, tzinfo=UTC), "now": datetime(2026, 3, 10, 9, 0, 20, tzinfo=UTC)}
STANDARD = Standard(target(), ("AMC-60",), events=EVENTS)


def checks(expectation: dict[str, Any], shown: Any = BLOCKED, standard: Standard = STANDARD) -> list[Check]:
    """The checks of a page."""
    return list(verify(seen(shown), expectation, standard))


@pytest.mark.parametrize(
    ("expectation", "held", "expected", "actual"),
    [
        ({"outcome": "blocked"}, True, "blocked", "blocked"),
        ({"outcome": ["refused", "blocked"]}, True, "refused or blocked", "blocked"),
        ({"outcome": "signed-in"}, False, "signed-in", "blocked"),
        ({"reason": "codes"}, True, "codes", "codes"),
        ({"reason": "quota"}, False, "quota", "codes"),
        ({"page": "number-help"}, False, "number-help", "nothing"),
        ({"until": "now + 15m"}, True, "10/03/2026 10:16 +0100 (now + 15m, rounded up to the minute)", "10/03/2026 10:16 +0100"),
        ({"until": "now + 16m"}, False, "10/03/2026 10:17 +0100 (now + 16m, rounded up to the minute)", "10/03/2026 10:16 +0100"),
        ({"until-form": "numeric"}, True, "numeric", "numeric"),
        ({"until-form": "long"}, False, "long", "numeric"),
        ({"lifetime": "15m"}, False, "15m", "nothing"),
        ({"attempts": 3}, False, "3", "nothing"),
        ({"offers": ["enrolment"]}, True, "enrolment", "enrolment, forgotten-password, number-help"),
        ({"offers": ["new-code", "enrolment"]}, False, "new-code, enrolment", "enrolment, forgotten-password, number-help"),
        ({"offers-not": ["new-code"]}, True, "none of new-code", "enrolment, forgotten-password, number-help"),
        ({"offers-not": ["enrolment"]}, False, "none of enrolment", "enrolment, forgotten-password, number-help"),
        ({"fields": ["code"]}, False, "code", "nothing"),
        ({"stays-on": "sign-in"}, True, "sign-in", "sign-in"),
        ({"stays-on": "code"}, False, "code", "sign-in"),
        ({"mask": "t***@t***.com"}, False, "t***@t***.com", "nothing"),
        ({"trust-box": "unticked"}, False, "unticked", "nothing"),
        ({"trust-effect": "6mo"}, False, "6mo", "nothing"),
        ({"fits": True}, True, "fits", "fits"),
    ],
)
def test_each_fact_is_compared_in_its_own_way(expectation: dict[str, Any], held: bool, expected: str, actual: str) -> None:
    """Held or not, what was expected stands beside what was seen."""
    (check,) = checks(expectation)
    assert (check.fact, check.held, check.expected, check.actual) == (next(iter(expectation)), held, expected, actual)
    assert check.requirements == ("AMC-60",)


def test_the_outcome_comes_first_and_the_facts_are_compared_even_when_it_is_wrong() -> None:
    """A wrong outcome does not hide what else is wrong."""
    found = checks({"until": "now + 15m", "reason": "quota", "outcome": "refused"})
    assert [(check.fact, check.held) for check in found] == [("outcome", False), ("reason", False), ("until", True)]


def test_statements_are_at_least_those() -> None:
    """More may be said."""
    (found,) = checks({"says": ["mandatory", "never-by-phone"]}, page(form="sign-in"))
    assert not found.held
    assert checks({"says": ["mandatory"]}, page(form="sign-in"))[0].held


@pytest.mark.parametrize(
    ("expectation", "held"),
    [
        ({"count": 1}, True),
        ({"count": 0}, False),
        ({"to": "own"}, True),
        ({"sender-name": "Votre Assurance Maladie"}, True),
        ({"sender-local": "contact"}, False),
        ({"subject": "Votre code de sécurité"}, True),
        ({"codes": 1}, True),
        ({"codes": 2}, False),
        ({"links": 0}, True),
        ({"lifetime": "15m"}, True),
        ({"lifetime": "10m"}, False),
        ({"within": "5s"}, True),
        ({"says": ["personal", "never-by-phone", "not-asked", "do-not-reply"]}, True),
    ],
)
def test_facts_of_a_mail(expectation: dict[str, Any], held: bool) -> None:
    """Those that a mail has."""
    (check,) = verify(mail(CODE_MAIL), expectation, STANDARD)
    assert check.held is held


def test_a_mail_that_came_late() -> None:
    """The time is real time, and told in seconds."""
    (check,) = verify(replace(mail(CODE_MAIL), seconds=6.2), {"within": "5s"}, STANDARD)
    assert (check.held, check.expected, check.actual) == (False, "at most 5s", "6.20 s")
    (missing,) = verify(MailSeen(None, 0, None, 9.0), {"within": "5s"}, STANDARD)
    assert (missing.held, missing.actual) == (False, "nothing")


@pytest.mark.parametrize(
    ("instant", "held"), [("2026-10-25T02:15:00+02:00", True), ("2026-10-25T02:15:00+01:00", True), ("2026-10-25T03:15:00+01:00", False)]
)
def test_an_end_in_the_hour_that_comes_twice_is_either_instant(instant: str, held: bool) -> None:
    """What is shown cannot tell them apart; another hour is another end."""
    shown = page(alert="Code incorrect. Accès bloqué jusqu’au 25/10/2026 - 02h15 (heure de Paris).", form="sign-in")
    (check,) = checks({"until": instant}, shown)
    assert check.held is held


def test_no_date_where_one_is_wanted() -> None:
    """A block without an end fails on that fact."""
    (check,) = checks({"until": "now + 15m"}, page(alert="Codes erronés : votre accès est bloqué.", form="sign-in"))
    assert (check.held, check.actual) == (False, "no date")


def test_same_as_tells_what_differs() -> None:
    """Status first, then the lines that are only on one side."""
    before = Essence(200, ("Titre", "Non"), ("textbox NIR •••",))
    standard = replace(STANDARD, remembered={"one": before})
    observation = seen(BLOCKED)

    def compared(now: Essence) -> Check:
        return verify(replace(observation, essence=now), {"same-as": "one"}, standard)[0]

    assert compared(before).held
    other = compared(replace(before, lines=("Titre", "Si")))
    assert (other.held, other.expected, other.actual) == (False, "the same as “one”: “Non”", "“Si”")
    assert compared(replace(before, status=403)).actual == "status 403"
    assert not compared(replace(before, lines=("Non", "Titre"))).held
    assert not compared(replace(before, controls=())).held


@pytest.mark.parametrize(
    ("expectation", "message"),
    [
        ({"codes": 1}, "“codes” is no fact of a page; there are: attempts"),
        ({"until": "code-sent + 15m"}, "counts from 'code-sent', which has not been seen in this case; seen: now, started"),
        ({"same-as": "nobody"}, "no page was seen under the label “nobody”; labels: none"),
    ],
)
def test_mistakes_of_a_case_are_told_as_such(expectation: dict[str, Any], message: str) -> None:
    """What cannot be compared is an error, never a failure of the target."""
    with pytest.raises(DriverBroke, match=message):
        checks(expectation)


def test_level_and_way_are_handed_on() -> None:
    """A should stays a should, the way stays the way."""
    (check,) = verify(seen(BLOCKED), {"outcome": "blocked"}, replace(STANDARD, level="should"), on_the_way=True)
    assert (check.level, check.on_the_way) == ("should", True)
