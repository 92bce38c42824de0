"""The suites of the keyboard on the real simulator, its pages changed on their way: each wrong thing fails on the fact that it breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from conformance.drivers.browser import ScreenBrowsers
from conformance.drivers.forms import FormsBrowsers
from conformance.drivers.keyboard import KeyedBrowser
from conformance.process import running
from conformance.provisioning import provisioner_of
from conformance.results import CaseResult, Result
from conformance.selftests.lies import worded
from conformance.selftests.lying_doors import Answer, Asked, Doors, Lie, lying
from conformance.suites.hands import BUTTON, ENTER
from conformance.suites.keyboard import ERROR, SPACE
from conformance.suites.pasting import FILLED, PASTED
from conformance.suites.registry import SUITES
from conformance.suites.stage import performed
from conformance.suites.tabbing import SEEN
from conformance.target import BrowserSettings, Target, load_target

WHOLE_WAY, NEW_PASSWORD, PASTING = (f"suite.keyboard.{name}" for name in ("whole-way", "new-password", "pasting"))
SWALLOWED = "onkeydown=\"event.key==='{}'&&event.preventDefault()\""


@pytest.fixture(scope="module")
def simulator() -> Iterator[Target]:
    """The simulator, started once."""
    with running(load_target("simulator")) as target:
        yield target


@dataclass(frozen=True)
class Trier:
    """Plays a suite on the simulator behind doors that tell this."""

    simulator: Target
    chromium: Chromium
    folder: Path

    def __call__(self, suite: str, words: dict[str, str], page: str | None = None) -> CaseResult:
        """What comes of it when these words of its pages are others."""
        with lying(self.simulator, _changed(words, page)) as doors:
            target = load_target(doors.target(self.folder))
            browsers = ScreenBrowsers(self.chromium.new_context, BrowserSettings(), KeyedBrowser)
            return performed(SUITES[suite], suite, (target, provisioner_of(target), browsers), "browser")


def _changed(words: dict[str, str], page: str | None) -> Lie:
    """The truth with other words, and with no policy that would keep scripts from running."""

    def lie(asked: Asked, doors: Doors) -> Answer:
        answer = doors.truth(asked)
        if asked.part != "portal" or page not in {None, asked.page}:
            return answer
        return worded(words)(answer).with_header("Content-Security-Policy", "")

    return lie


@pytest.fixture
def tried(simulator: Target, chromium: Chromium, tmp_path: Path) -> Trier:
    """A suite, tried on pages that are changed."""
    return Trier(simulator, chromium, tmp_path)


def broken(result: CaseResult) -> set[str]:
    """The facts that did not hold."""
    return {check.fact for step in result.steps for check in step.checks if not check.held}


@pytest.mark.parametrize(
    ("words", "page", "fact", "told"),
    [
        (
            {":focus-visible { outline: 3px solid #c2570c;": ":focus-visible { outline: none;"},
            "portal.css",
            SEEN,
            "nothing shows that the focus",
        ),
        (
            {"<form": "<form " + SWALLOWED.format("Enter")},
            "connexion",
            ENTER,
            "Enter on textbox “Mon numéro de sécurité sociale” did nothing",
        ),
        ({'role="alert"': ""}, "connexion", ERROR, "an alert, a status or the focus tells of it, was nothing does"),
        (
            {'<button type="submit">Recevoir': '<span role="button" tabindex="0">Recevoir', "sécurité</button>": "sécurité</span>"},
            "annonce",
            BUTTON,
            "did nothing",
        ),
        ({'type="checkbox"': 'type="checkbox" ' + SWALLOWED.format(" ")}, "code", SPACE, "expected ticked, was unticked"),
    ],
)
def test_the_whole_way_fails_on_what_is_broken(tried: Trier, words: dict[str, str], page: str | None, fact: str, told: str) -> None:
    """No focus to be seen, Enter that does nothing, an error that nobody hears, a button that is none, a box that Space does not tick."""
    result = tried(WHOLE_WAY, words, page)
    assert result.result is Result.FAILED, result.reason
    assert told in result.reason
    assert broken(result) == {fact}


def test_a_link_of_the_message_must_lead_to_its_field(tried: Trier) -> None:
    """Where it leads to something that takes no focus, whoever uses no mouse stays where they were."""
    result = tried(WHOLE_WAY, {'<a href="#numero">': '<a href="#numero" onclick="return false">'}, "connexion")
    assert broken(result) == {ERROR}


def test_a_new_password_is_set_by_keyboard_or_the_suite_fails(tried: Trier) -> None:
    """Enter that does nothing on the page that asks for the link."""
    result = tried(
        NEW_PASSWORD,
        {'<form method="post" action="/w/': f'<form {SWALLOWED.format("Enter")} method="post" action="/w/'},
        "mot-de-passe-oublie",
    )
    assert broken(result) == {ENTER}
    assert len(result.steps) == 2


def test_passwords_and_codes_that_cannot_be_pasted_fail(tried: Trier) -> None:
    """Kept out by a script on one page, cut on another; and password managers turned away."""
    words = {
        'type="password" autocomplete="current-password"': 'type="password" autocomplete="off"',
        'autocomplete="one-time-code"': 'autocomplete="one-time-code" maxlength="4"',
        'autocomplete="new-password"': 'autocomplete="new-password" onpaste="return false"',
    }
    result = tried(PASTING, words)
    assert broken(result) >= {PASTED, FILLED}
    assert "pasted whole: expected all 6 characters, was code: 4 characters" in result.reason
    assert "left to password managers: expected autocomplete is not off, was password: off" in result.reason
    assert "pasted" not in result.steps[0].checks[0].actual


def test_without_a_keyboard_they_could_not_run(simulator: Target) -> None:
    """A browser without a screen has none."""
    for suite in (WHOLE_WAY, NEW_PASSWORD, PASTING):
        result = performed(SUITES[suite], suite, (simulator, provisioner_of(simulator), FormsBrowsers()))
        assert result.result is Result.COULD_NOT_RUN
        assert "--driver browser" in result.reason
