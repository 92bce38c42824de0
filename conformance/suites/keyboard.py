"""Everything with the keyboard alone (HRD-91), and pasting (HRD-70): Tab, Shift+Tab, Enter, Space and what is typed; no mouse, no address.

Pages are opened by their address where a person would open them so: the sign-in page, and the link of a mail.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.accessibility import ERRORS, is_heard
from conformance.driver import CannotRun, Control, Page
from conformance.keyboard import KeyboardBrowser
from conformance.observation import PageSeen
from conformance.results import Check, StepRecord
from conformance.suites.stage import Play, Stage, words_of
from conformance.suites.tabbing import EXPECTED, REACHED, TAB, Unreached, Walker
from conformance.target import FormSpecification
from conformance.turn import NoWay, Turn
from conformance.verbs import VERBS
from scenarios.model import Step

ENTER = "Enter sends the form"
BUTTON = "buttons by key"
SPACE = "Space ticks the box"
ERROR = "led to the error"
CAME = "came to"
# As conformance.turn.Turn types into a date field.
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
BEHIND_THE_PASSWORD = ("code-announced", "code-asked", "signed-in")
SIGNED_OUT = ("sign-in-asked", "done")
PASSWORD_SET = ("done", "signed-in", "sign-in-asked")


@dataclass
class Hands:
    """Two hands on a keyboard: types and strikes keys in one browser, and notes what is judged on the way."""

    play: Play
    browser: KeyboardBrowser
    walker: Walker
    checks: list[Check] = field(default_factory=list)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)

    @classmethod
    def on(cls, play: Play) -> Hands:
        """Raises CannotRun where the browser has no keyboard."""
        browser = play.scene.browser("first")
        if not isinstance(browser, KeyboardBrowser):
            raise CannotRun("it needs a browser with a keyboard (--driver browser)")
        return cls(play, browser, Walker(browser))

    # -- what a person does

    def open(self, page: str) -> None:
        """Open a page by its name in the target file."""
        target = self.play.target
        self.pages.append(self.browser.open(target.page_address(page, self.play.scene.world.address)))

    def go_through(self, where: str, names: Sequence[str]) -> None:
        """Judge the page shown, just opened; of the controls those must be reached that it has."""
        controls = [self.play.target.control_named(name) for name in names]
        for fact, wrong in self.walker.judged(controls):
            self.wrong.setdefault(fact, [])
            if wrong:
                self.wrong[fact].append(f"{where}: {wrong}")

    def fill_in(self, form: FormSpecification, values: dict[str, Any] | None = None) -> PageSeen:
        """Go through the pages of a form, type what is right into its fields, press on the way what is pressed, and end with Enter."""
        stages = self.play.target.stages(form)
        for stage in stages[:-1]:
            self._type_into(stage[:-1], values or {})
            self.press(stage[-1])
        here = self._type_into(stages[-1][:-1], values or {})
        if here is None:
            return self.press(stages[-1][-1])
        return self.send(ENTER, "Enter")

    def press(self, control: Control, key: str = "Enter") -> PageSeen:
        """Go to a button or a link and strike a key; a link knows Enter alone."""
        here = self.walker.reach(control)
        return self.send(BUTTON, "Enter" if here.role == "link" else key)

    def send(self, fact: str, key: str, opens: bool = False) -> PageSeen:
        """Strike a key that must lead on, to the open account or elsewhere, and say what is shown then."""
        self.play.scene.letters.asked()
        page = self.browser.send(key)
        nothing = f"{key} on {self.browser.focused() or 'nothing'} did nothing"
        self.note(fact, "a page comes", "it came" if page else nothing, page is not None)
        if page is None:
            raise Unreached("nothing came of it")
        self.pages.append(page)
        return self.see(opens)

    def _type_into(self, controls: Sequence[Control], values: dict[str, Any]) -> Control | None:
        """Type into fields one after the other; the last of them, or None."""
        form = -1
        for control in controls:
            here = self.walker.reach(control, form)
            form = here.form
            text = str(values.get(control.name) or self.turn().typed(control.name, "right"))
            if _DATE.fullmatch(text):
                self._type_date(control, text)
            else:
                self.browser.type(text)
        return controls[-1] if controls else None

    def _type_date(self, control: Control, iso: str) -> None:
        """A date field takes its parts one after the other, in the order of the browser's own language."""
        year, month, day = iso.split("-")
        for digits in (f"{day}{month}{year}", f"{month}{day}{year}", f"{year}{month}{day}"):
            self.browser.type(digits)
            if self.browser.value(control) == iso:
                return
            self.browser.strike(TAB)  # out of the field, and round to its first part
            self.walker.reach(control)
        raise Unreached(f"cannot fill in {control.role} “{control.name}” with digits")

    # -- what is seen

    def turn(self, verb: str = "sign-in", argument: object = None) -> Turn:
        """What the person of the suite knows and types."""
        return Turn(self.play.scene, Step(verb, argument, self.play.check.place), VERBS)

    def see(self, opened: bool = False) -> PageSeen:
        """What is shown. Whether the account opens is tried where it should: on some portals trying ends a sign-in that is half done."""
        expect = {"outcome": "signed-in"} if opened else None
        return self.play.scene.see(self.browser, Step("enter", "received", self.play.check.place, expect=expect))

    def came_to(self, seen: PageSeen, *expected: str) -> bool:
        """Note whether one of these outcomes is shown."""
        outcome = seen.recognition.outcome
        self.note(CAME, " or ".join(expected), str(seen.recognition), outcome in expected)
        return outcome in expected

    def note(self, fact: str, expected: str, actual: str, held: bool) -> None:
        """Take down a comparison."""
        self.checks.append(self.play.checked(fact, expected, actual, held))

    def record(self, sentence: str, began: float) -> StepRecord:
        """The step of the report, with all that was noted since the last one."""
        walked = [
            self.play.checked(fact, EXPECTED[fact], "; ".join(found) or "as expected", not found) for fact, found in self.wrong.items()
        ]
        exchanges = [exchange for page in self.pages for exchange in page.exchanges]
        words = words_of(self.pages[-1]) if self.pages else ""
        record = self.play.record(sentence, [*self.checks, *walked], began, exchanges, words)
        self.checks, self.wrong, self.pages = [], {}, []
        return record


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
    yield from _done(stage, "sign-in", acts)


def new_password(stage: Stage) -> Iterator[StepRecord]:
    """HRD-91: have a link sent, set a new password on the page that it leads to, and sign in with it."""
    acts: tuple[Act, ...] = (
        ("Follow the link to the forgotten password, with Enter", _forgotten),
        ("Ask for the mail with the link, with Enter in the last field", _ask_for_link),
        ("Open the link of the mail, and set a new password with Enter in the last field", _set_password),
        ("Sign in with the new password", _sign_in_anew),
    )
    yield from _done(stage, "submit", acts)


def _done(stage: Stage, verb: str, acts: Sequence[Act]) -> Iterator[StepRecord]:
    """Each act in turn, until one leads to nothing that the next could begin with."""
    if verb in stage.target.verbs:
        raise CannotRun(f"{stage.target.file} does “{verb}” in a way of its own (driver), which no keyboard can be led by")
    with stage.scene() as play:
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
