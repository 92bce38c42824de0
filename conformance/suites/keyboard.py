"""Everything with the keyboard alone (HRD-91): Tab, Shift+Tab, Enter, Space and what is typed; no mouse.

Pages are opened by their address where a person would open them so: the sign-in page, and the link of a mail.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from conformance.accessibility import ERRORS, is_heard
from conformance.driver import CannotRun
from conformance.results import StepRecord
from conformance.suites.hands import BUTTON, CAME, ENTER, Hands
from conformance.suites.stage import Stage
from conformance.suites.tabbing import EXPECTED, REACHED, Unreached
from conformance.turn import NoWay
from scenarios.model import Person

SPACE = "Space ticks the box"
ERROR = "led to the error"
BEHIND_THE_PASSWORD = ("code-announced", "code-asked", "signed-in")
SIGNED_OUT = ("sign-in-asked", "done")
PASSWORD_SET = ("done", "signed-in", "sign-in-asked")


Act = tuple[str, Callable[[Hands], None]]


def whole_way(stage: Stage) -> Iterator[StepRecord]:
    """HRD-91: sign in with a code, and out again; each page on the way is gone through with Tab and Shift+Tab."""
    acts: tuple[Act, ...] = (
        ("Open the sign-in page", _sign_in_page),
        ("Send the sign-in form empty, with Enter", _error),
        ("Sign in, with Enter in the last field", _sign_in),
        ("Ask for a code, with the key of its button", _ask_for_code),
        ("Enter the code received, tick the box with Space, and press the button with Enter", _enter_code),
        ("Sign out, with the key of its button", _sign_out),
    )
    yield from done_by_keyboard(stage, "sign-in", acts)


def new_password(stage: Stage) -> Iterator[StepRecord]:
    """HRD-91: have a link sent, set a new password on the page that it leads to, and sign in with it."""
    acts: tuple[Act, ...] = (
        ("Follow the link to the forgotten password, with Enter", _forgotten),
        ("Ask for the mail with the link, with Enter in the last field", _ask_for_link),
        ("Open the link of the mail, and set a new password with Enter in the last field", _set_password),
        ("Sign in with the new password", _sign_in_anew),
    )
    yield from done_by_keyboard(stage, "submit", acts)


def done_by_keyboard(stage: Stage, verb: str, acts: Sequence[Act], *people: Person) -> Iterator[StepRecord]:
    """Each act in turn, until one leads to nothing that the next could begin with."""
    if verb in stage.target.verbs:
        raise CannotRun(f"{stage.target.file} does “{verb}” in a way of its own (driver), which no keyboard can be led by")
    with stage.scene(*people) as play:
        hands = Hands.on(play)
        for sentence, act in acts:
            began = time.monotonic()
            ended = False
            try:
                act(hands)
            except Unreached as unreached:
                ended = True
                if all(check.held for check in hands.checks):
                    hands.note(REACHED, EXPECTED[REACHED], str(unreached), False)
            record = hands.record(sentence, began)
            yield record
            if ended or any(check.fact == CAME and not check.held for check in record.checks):
                return


def _sign_in_page(hands: Hands) -> None:
    hands.open("sign-in")
    form = hands.play.target.form_named("sign-in")
    hands.go_through("the sign-in page", [control.name for control in hands.play.target.stages(form)[0]])


def _error(hands: Hands) -> None:
    target = hands.play.target
    first = target.stages(target.form_named("sign-in"))[0]
    hands.walker.reach(first[0])
    seen = hands.send(ENTER, "Enter")
    if seen.recognition.outcome not in ERRORS:
        return
    heard = is_heard(seen, hands.browser.focused())
    hands.note(ERROR, "an alert, a status or the focus tells of it", "as expected" if heard else "nothing does", heard)
    hands.go_through("the page that tells what is missing", [control.name for control in first])
    _follow_alert(hands)


def _follow_alert(hands: Hands) -> None:
    """Where the message has links to the fields, each must lead to its field."""
    shown = hands.browser.usable()
    links = [one for one in shown if one.leads_to >= 0 and not one.skips and one.leads_to in {other.number for other in shown}]
    for link in links:
        hands.walker.go_to(link)
        after = hands.browser.strike("Enter")
        held = after is not None and after.number == link.leads_to
        hands.note(ERROR, "its link leads to the field", "as expected" if held else f"{link} leads to {after or 'nothing'}", held)


def _sign_in(hands: Hands) -> None:
    seen = hands.fill_in(hands.play.target.form_named("sign-in"))
    hands.came_to(seen, *BEHIND_THE_PASSWORD)


def _ask_for_code(hands: Hands) -> None:
    """Where a button asks for the code, press it; where the right password has sent one already, there is nothing to do."""
    hands.go_through("the page behind the password", ["ask-for-code", "code", "enter-code"])
    seen = hands.see()
    if seen.recognition.outcome == "code-announced":
        seen = hands.press(hands.play.target.control_named("ask-for-code"), "Space")
        hands.go_through("the page that asks for the code", ["code", "trust", "enter-code"])
    if hands.came_to(seen, "code-asked", "signed-in") and seen.recognition.outcome == "code-asked":
        hands.play.scene.letters.code_due(hands.turn().person.credentials.address)


def _enter_code(hands: Hands) -> None:
    target = hands.play.target
    if hands.see().recognition.outcome != "code-asked":
        hands.came_to(hands.see(), "signed-in")
        return
    here = hands.walker.reach(target.control_named("code"))
    hands.browser.type(hands.turn("enter", "received").code())
    trust = target.controls.get("trust")
    if trust is not None and hands.browser.has(trust):
        hands.walker.reach(trust)
        hands.browser.strike("Space")
        ticked = hands.browser.value(trust) == "on"
        hands.note(SPACE, "ticked", "ticked" if ticked else "unticked", ticked)
    hands.walker.reach(target.control_named("enter-code"), here.form)
    hands.came_to(hands.send(BUTTON, "Enter", opens=True), "signed-in")


def _sign_out(hands: Hands) -> None:
    out = hands.play.target.control_named("sign-out")
    if not hands.browser.has(out):
        hands.open("account")
    hands.go_through("the account", ["sign-out"])
    hands.came_to(hands.press(out, "Space"), *SIGNED_OUT)


def _forgotten(hands: Hands) -> None:
    form = hands.play.target.form_named("forgotten-password")
    hands.open(form.page or "sign-in")
    if form.link is not None:
        hands.press(hands.play.target.control_named(form.link))
    hands.go_through("the page of the forgotten password", [control.name for control in hands.play.target.stages(form)[0]])


def _ask_for_link(hands: Hands) -> None:
    hands.play.scene.letters.link_due()
    seen = hands.fill_in(hands.play.target.form_named("forgotten-password"))
    hands.came_to(seen, "sent")
    hands.go_through("the page that says that a mail was sent", [])


def _set_password(hands: Hands) -> None:
    form = hands.play.target.form_named("set-password")
    seen = hands.play.page("open", {"message": "link"})
    if seen.recognition.outcome != "password-asked":
        raise NoWay("password-asked", str(seen.recognition))
    hands.go_through("the page that sets a password", [*form.controls, form.button])
    person = hands.turn().person
    password = person.new_password("right")
    hands.play.scene.learn_password(password)
    seen = hands.fill_in(form, dict.fromkeys(form.controls, password))
    if hands.came_to(seen, *PASSWORD_SET):
        person.password = password


def _sign_in_anew(hands: Hands) -> None:
    hands.open("sign-in")
    _sign_in(hands)
