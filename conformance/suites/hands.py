"""Two hands on a keyboard: what a suite without a mouse does in a browser, and what it notes on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.driver import CannotRun, Control, Page
from conformance.keyboard import KeyboardBrowser
from conformance.observation import PageSeen
from conformance.results import Check, StepRecord
from conformance.suites.stage import Play, words_of
from conformance.suites.tabbing import EXPECTED, TAB, Unreached, Walker
from conformance.target import FormSpecification
from conformance.turn import Turn
from conformance.verbs import VERBS
from scenarios.model import Step

ENTER = "Enter sends the form"
BUTTON = "buttons by key"
CAME = "came to"
# As conformance.turn.Turn types into a date field.
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


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
            if control.role in {"radio", "checkbox"}:
                self.browser.strike("Space")
                continue
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
