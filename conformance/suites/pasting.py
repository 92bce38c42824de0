"""HRD-70: whoever keeps passwords in a manager pastes them, and codes too: what is pasted arrives whole, and the browser may fill it in."""

from __future__ import annotations

import time
from collections.abc import Iterator

from conformance.driver import CannotRun, Control
from conformance.keyboard import KeyboardBrowser
from conformance.results import Check, StepRecord
from conformance.suites.hands import CAME
from conformance.suites.keyboard import BEHIND_THE_PASSWORD, PASSWORD_SET
from conformance.suites.stage import Play, Stage, words_of
from conformance.turn import NoWay, Turn
from conformance.verbs import VERBS
from scenarios.model import Step

PASTED = "pasted whole"
FILLED = "left to password managers"


def pasting(stage: Stage) -> Iterator[StepRecord]:
    """The password and the code of a sign-in, and where there is a link to a new password, that password: pasted, and accepted."""
    with stage.scene() as play:
        browser = play.scene.browser("first")
        if not isinstance(browser, KeyboardBrowser):
            raise CannotRun("it needs a browser with a clipboard (--driver browser)")
        yield _password(play, browser)
        if "one-time-code" in play.target.functions:
            yield _code(play, browser)
    if "reset-link" in stage.target.functions:
        with stage.scene() as play:
            browser = play.scene.browser("first")
            assert isinstance(browser, KeyboardBrowser)
            yield _new_password(play, browser)


def _password(play: Play, browser: KeyboardBrowser) -> StepRecord:
    began = time.monotonic()
    turn = _turn(play, "sign-in")
    turn.open("sign-in")
    checks: list[Check] = []
    form = play.target.form_named("sign-in")
    for name in form.controls:
        control = turn.needed(name)
        if control.pressed:
            browser.press(control)
        elif control.role == "password":
            checks += _pasted(play, browser, control, (turn.person.typed_password("longest"), turn.typed(name, "right")))
        else:
            browser.fill(control, turn.typed(name, "right"))
    return _sent(play, browser, form.button, "Paste the password, and sign in", checks, began, BEHIND_THE_PASSWORD)


def _code(play: Play, browser: KeyboardBrowser) -> StepRecord:
    began = time.monotonic()
    turn = _turn(play, "enter", "received")
    if turn.see().recognition.outcome == "code-announced":
        play.page("ask-for", "code")
    else:
        play.scene.letters.code_due(turn.person.credentials.address)
    control = turn.needed("code")
    checks = [_arrived(play, browser, control, turn.code())]
    return _sent(play, browser, "enter-code", "Paste the code received, and enter it", checks, began, ("signed-in",))


def _new_password(play: Play, browser: KeyboardBrowser) -> StepRecord:
    began = time.monotonic()
    play.page("submit", "forgotten-password")
    seen = play.page("open", {"message": "link"})
    if seen.recognition.outcome != "password-asked":
        raise NoWay("password-asked", str(seen.recognition))
    turn = _turn(play, "set-password", "longest")
    form = play.target.form_named("set-password")
    longest = turn.person.new_password("longest")
    play.scene.learn_password(longest)
    checks = [check for name in form.controls for check in _pasted(play, browser, turn.needed(name), (longest,))]
    return _sent(play, browser, form.button, "Paste a new password of 50 characters, and set it", checks, began, PASSWORD_SET)


def _pasted(play: Play, browser: KeyboardBrowser, control: Control, texts: tuple[str, ...]) -> list[Check]:
    """Paste each text in its turn; the last one stays."""
    said = browser.autocomplete(control)
    filled = play.checked(FILLED, "autocomplete is not off", f"{control.name}: {said or 'nothing is said'}", said != "off")
    return [*(_arrived(play, browser, control, text) for text in texts), filled]


def _arrived(play: Play, browser: KeyboardBrowser, control: Control, text: str) -> Check:
    play.scene.secrets.learn(text)
    there = browser.paste(control, text)
    told = f"{len(there)} characters" if len(there) != len(text) else "as many, and others"
    expected = f"all {len(text)} characters"
    return play.checked(PASTED, expected, expected if there == text else f"{control.name}: {told}", there == text)


def _sent(  # noqa: PLR0917
    play: Play, browser: KeyboardBrowser, button: str, sentence: str, checks: list[Check], began: float, expected: tuple[str, ...]
) -> StepRecord:
    """Send the form, and see what came of it."""
    # Whether the account opens is tried where it should: trying ends many a sign-in that is half done.
    turn = _turn(play, "enter", "received", {"outcome": "signed-in"} if expected == ("signed-in",) else None)
    turn.press(button)
    seen = turn.see()
    outcome = str(seen.recognition)
    came = play.checked(CAME, " or ".join(expected), outcome, seen.recognition.outcome in expected)
    return play.record(sentence, [*checks, came], began, browser.page().exchanges, words_of(browser.page()))


def _turn(play: Play, verb: str, argument: object = None, expect: dict[str, object] | None = None) -> Turn:
    return Turn(play.scene, Step(verb, argument, play.check.place, expect=expect), VERBS)
