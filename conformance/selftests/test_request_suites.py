"""The suites on requests pass on a careful portal, and fail on a careless one for the reason that it gives."""

from __future__ import annotations

import pytest

from conformance.results import CaseResult, Result
from conformance.selftests.careless_portal import careless_portal
from conformance.selftests.careless_state import served
from conformance.selftests.told import told
from conformance.suites import hostile_input, redirects
from conformance.suites.registry import SUITES
from conformance.suites.stage import performed
from scenarios.corpora import CorpusText, texts_for

CROSS, REDIRECTS, HOSTS = "suite.requests.cross-site", "suite.requests.redirects", "suite.requests.forged-hosts"
HOSTILE, BROWSING, CALLER, TRUST = (
    "suite.requests.hostile-input",
    "suite.requests.forced-browsing",
    "suite.requests.caller-address",
    "suite.sessions.forged-trust",
)
WITHOUT, ANOTHERS, NO_COOKIES, STATUS = (
    "changed without the token",
    "changed with another session's token",
    "changed without cookies",
    "status of a forged request",
)
# Of the corpora: what each carelessness meets with, and some that nobody should.
FEW = {
    "characters.nul-inside",
    "characters.wide-digits",
    "encodings.half-pair",
    "injection.sql-always-true",
    "injection.template-braces",
    "line-breaks.new-subject",
    "line-breaks.second-recipient",
    "long-texts.megabyte",
    "markup.element",
    "markup.handler-in-quotes",
    "next-values.absolute",
    "next-values.backslash",
    "next-values.own-page",
    "next-values.script",
    "next-values.two-slashes",
}


@pytest.fixture(autouse=True)
def few_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few texts for all fields, so that each of these tests takes a second."""

    def few(use: str) -> tuple[CorpusText, ...]:
        return tuple(text for text in texts_for(use) if text.named in FEW or use == "parameter")

    monkeypatch.setattr(hostile_input, "texts_for", few)
    monkeypatch.setattr(redirects, "texts_for", few)
    monkeypatch.setenv(hostile_input.SHARE_VARIABLE, "1")


def performed_on(suite: str, *careless: str) -> CaseResult:
    """The suite on a portal that is careless in these ways."""
    with served(careless_portal, careless) as ports:
        return performed(SUITES[suite], suite, ports)


def broken(result: CaseResult) -> set[str]:
    """The facts that did not hold."""
    return {check.fact for step in result.steps for check in step.checks if not check.held}


@pytest.mark.parametrize("suite", [CROSS, REDIRECTS, HOSTS, HOSTILE, BROWSING, CALLER, TRUST])
def test_a_careful_portal_passes(suite: str) -> None:
    """Nothing is found where there is nothing; and no code, password or token stands in the result."""
    with served(careless_portal) as ports:
        result = performed(SUITES[suite], suite, ports)
        states = [*ports[1].states.values()]
    assert (result.result, result.reason) == (Result.PASSED, "")
    assert result.steps
    words = told(result)
    for state in states:
        assert not [token for token in (*state.sessions, *state.trusts, *state.links) if token in words]
        assert not [one for one in state.accounts.values() if one.password in words or one.person.identifier in words]


@pytest.mark.parametrize(
    ("suite", "careless", "facts"),
    [
        (CROSS, "no-token", {WITHOUT, ANOTHERS, NO_COOKIES, STATUS}),
        (CROSS, "any-token", {ANOTHERS, NO_COOKIES, STATUS}),
        (CROSS, "token-on-sign-out", {WITHOUT, STATUS}),
        (CROSS, "referer-only", {WITHOUT, STATUS}),
        (CROSS, "changes-then-refuses", {WITHOUT, ANOTHERS}),
        (CROSS, "refusal-looks-fine", {STATUS}),
        (REDIRECTS, "goes-anywhere", {redirects.LOCATION}),
        (REDIRECTS, "looks-at-the-beginning", {redirects.LOCATION}),
        (REDIRECTS, "form-goes-anywhere", {redirects.WRITTEN}),
        (HOSTS, "host-in-mail", {"forged host in a mail"}),
        (HOSTS, "forwarded-host-in-mail", {"forged host in a mail"}),
        (HOSTS, "absolute-redirect", {"forged host in an answer"}),
        (HOSTILE, "nul-breaks", {"server error"}),
        (HOSTILE, "drops", {"no answer"}),
        (HOSTILE, "blank", {"no message"}),
        (HOSTILE, "sql", {"let in"}),
        (HOSTILE, "echoes", {"markup obeyed"}),
        (HOSTILE, "echoes-in-quotes", {"markup obeyed"}),
        (HOSTILE, "template", {"template obeyed"}),
        (HOSTILE, "reads-recipients", {"mail recipient"}),
        (HOSTILE, "typed-in-subject", {"mail header", "mail recipient", "extra mail"}),
        (BROWSING, "account-after-password", {"shown between password and code"}),
        (BROWSING, "details-open", {"shown between password and code", "shown without signing in"}),
        (CALLER, "counts-by-address", {"wrong passwords from other addresses", "codes asked for from other addresses", "mails"}),
        (TRUST, "trust-by-flag", {"made cookie", "cookie of another account", "cookie after its time"}),
        (TRUST, "trust-by-number", {"made cookie", "cookie after its time"}),
        (TRUST, "trust-by-half", {"changed cookie", "cookie of another account"}),
        (TRUST, "trust-of-anybody", {"cookie of another account"}),
        (TRUST, "trust-for-ever", {"cookie after its time"}),
    ],
)
def test_a_careless_portal_fails_for_the_right_reason(suite: str, careless: str, facts: set[str]) -> None:
    """One carelessness, and exactly the facts that it breaks."""
    result = performed_on(suite, careless)
    assert result.result is Result.FAILED, result.reason
    assert broken(result) == facts, result.reason


def test_new_cookies_give_no_fresh_attempts() -> None:
    """A portal that counts by session blocks whoever stays in one browser, and nobody who does not."""
    result = performed_on(CALLER, "counts-by-session")
    assert result.result is Result.FAILED
    assert "wrong passwords from other addresses" in broken(result)


def test_where_nothing_is_counted_nothing_can_be_evaded() -> None:
    """That wrong passwords block nobody is another requirement's failure."""
    result = performed_on(CALLER, "counts-nothing")
    assert result.result is Result.COULD_NOT_RUN
    assert "block nobody here" in result.reason


def test_which_text_and_which_name_did_it_is_told() -> None:
    """The reason names the value and the parameter, or the text, and shows neither."""
    assert "by next-values.absolute, told as “next”" in performed_on(REDIRECTS, "goes-anywhere").reason
    assert "injection.template-braces" in performed_on(HOSTILE, "template").reason
