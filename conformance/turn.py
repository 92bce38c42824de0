"""One step being done once: who acts, in which browser, and what a verb may do there. What a target's own verbs are given, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from conformance.driver import Browser, CannotRun, Control, DriverBroke, Message
from conformance.mail_facts import codes_of, link_to_follow, provisional_codes_of
from conformance.observation import MailSeen, Observation, PageSeen
from conformance.pictures import picture_address
from conformance.reading import read
from conformance.recognise import control_read
from conformance.scene import Scene
from conformance.target import FormSpecification
from conformance.values import DETAILS, Knowledge, code_as_typed, other_text
from scenarios.model import Step

Verb = Callable[["Turn"], Observation | None]

_KNOWN_CODES = frozenset({"received", "wrong", "malformed", "empty"})
# The page that is not itself without this control: if its words say what it is, the target file must be wrong.
_STANDS_ON = {
    "identifier": "sign-in-asked",
    "password": "sign-in-asked",
    "sign-in": "sign-in-asked",
    "ask-for-code": "code-announced",
    "code": "code-asked",
    "enter-code": "code-asked",
    "new-password": "password-asked",
    "set-password": "password-asked",
}


class NoWay(Exception):
    """The page shown has not what the step needs: the target's fault when the page itself was recognised for what it is."""

    def __init__(self, expected: str, actual: str) -> None:
        super().__init__(f"expected {expected}, found {actual}")
        self.expected = expected
        self.actual = actual


@dataclass(frozen=True)
class Turn:
    """One step, done once. Controls, pages and forms are named as in the target file.

    Every method that needs a control raises NoWay when the page, recognised for what it is, has none; and DriverBroke when the page is
    the one that must have it, for then the target file names it wrongly.
    """

    scene: Scene
    step: Step
    documented: Mapping[str, Verb]

    @property
    def browser(self) -> Browser:
        """The browser that the step names."""
        return self.scene.browser(self.step.browser)

    @property
    def person(self) -> Knowledge:
        """Who acts, and what they know. Raises DriverBroke when the case names nobody."""
        return self.scene.actor(self.step)

    # -- what a person does

    def open(self, page: str) -> None:
        """Open a page by its name in the target file."""
        self.browser.open(self.scene.target.page_address(page, self.scene.world.address))

    def offers(self, name: str) -> bool:
        """Whether the page shown has that control, and it can be used."""
        try:
            return self.browser.has(self.scene.target.control_named(name))
        except DriverBroke:  # no page was opened in this browser yet
            return False

    def fill(self, name: str, text: str) -> None:
        """Type a text into a field."""
        self.browser.fill(self.needed(name), text)

    def tick(self, name: str, on: bool = True) -> None:
        """Tick a box, or untick it."""
        self.browser.tick(self.needed(name), on)

    def press(self, name: str) -> None:
        """Press a button or follow a link. A mail that comes of it counts its time from here."""
        control = self.needed(name)
        self.scene.letters.asked()
        self.browser.press(control)

    def fill_in(self, form: FormSpecification, values: Mapping[str, Any]) -> bool:
        """Fill in the controls of a form in their order, and press those on the way that are pressed; the form's own button is left.

        `values` are VALUEs by control, `right` where none is given. False when a press on the way led to a page that asks for nothing more.
        """
        pressed = False
        for name in form.controls:
            if pressed and not self.offers(name) and self.see().recognition.outcome != _STANDS_ON.get(name):
                return False
            control, value = self.needed(name), values.get(name, "right")
            if pressed := control.pressed:
                self.press(name)
            elif value == "kept":
                continue
            elif control.role in {"radio", "checkbox"}:
                self.browser.tick(control, value == "right")
            else:
                self.browser.fill(control, self.typed(name, value))
        return True

    def see(self) -> PageSeen:
        """What the page shown is, all in all."""
        return self.scene.see(self.browser, self.step)

    def do(self, verb: str, argument: Any = None) -> Observation | None:
        """Another verb on the way of this one, as this target does it: `turn.do("sign-in")`."""
        step = replace(self.step, verb=verb, argument=argument, label=None, times=1, trust=False, values={}, expect=None)
        return perform(replace(self, step=step))

    def usual(self) -> Observation | None:
        """This very step as it is done where nothing is replaced."""
        return self.documented[self.step.verb](self)

    # -- what a person types

    def typed(self, name: str, value: Any) -> str:
        """The text for a VALUE of a case; what was typed is secret from then on. NoWay for a code whose message did not come."""
        if isinstance(value, Mapping) and "code" in value:
            return self._code_of(value["code"])
        if name == "birth-date":
            return self._birth_date(self.person.birth_date(value))
        if name == "identifier":
            text = self.person.identifier(value)
            self.scene.secrets.learn(text)
            return text
        if name == "membership":
            text = self.person.membership(value)
            self.scene.secrets.learn(text)
            return text
        if name in {"password", "new-password", "confirmation"}:
            if value == "provisional":
                return self._provisional_code()
            text = self.person.typed_password(value)
            self.scene.learn_password(text)
            return text
        if name == "copied-text":
            return self._copied_text(value)
        if name in {"mail-address", "mail-address-again"}:
            return self._mail_address(value)
        if name in DETAILS:
            text = self.person.detail(name, value)
            if name in {"card", "iban"}:
                self.scene.secrets.learn(text)
            return text
        known = ", ".join(("identifier", "membership", "password", "birth-date", "copied-text", "mail-address", *DETAILS))
        raise DriverBroke(f"Nothing is known to type into “{name}”; known are {known}.")

    def _provisional_code(self) -> str:
        """The provisional code that came last. NoWay when its mail did not come."""
        code = self.scene.letters.newest_provisional_code(self.person.credentials.address)
        if code is None:
            raise NoWay("a mail with a provisional code", "no such mail came")
        return code

    def _copied_text(self, value: Any) -> str:
        """The text to copy, or what is not it."""
        if isinstance(value, Mapping) and "text-of" in value:
            if value["text-of"] not in self.scene.texts_shown:
                raise NoWay(f"a page with a text to copy at the step “{value['text-of']}”", "none was shown")
            return self.scene.texts_shown[value["text-of"]]
        if isinstance(value, Mapping) or value == "empty":
            return str(value["text"]) if isinstance(value, Mapping) else ""
        if self.scene.world.text_to_copy is None:
            raise CannotRun(f"{self.scene.target.file} does not help with the text to copy (capabilities.captcha).")
        text = self.scene.world.text_to_copy(picture_address(self.browser.page()))
        if text is None:
            raise DriverBroke("The target tells of no text to copy, and its page asks for one: mend what answers for it.")
        return text if value == "right" else other_text(text)

    def _mail_address(self, value: Any) -> str:
        """A mail address: the person's own, another of theirs, or that of somebody else of the case."""
        if isinstance(value, Mapping) and "address-of" in value:
            address = self.scene.people[value["address-of"]].credentials.address or ""
            return address.upper() if value.get("in") == "upper-case" else address
        return self.person.mail_address(value)

    def code(self) -> str:
        """The code that an `enter` step means: received, wrong, as written, or that of a label. NoWay when its mail did not come."""
        meant, letters = self.step.argument, self.scene.letters
        typed = code_as_typed(meant)
        if typed is not None:
            return typed
        if meant == "wrong":
            return self.person.wrong_code(letters.all_codes())
        if meant not in _KNOWN_CODES:
            return self._code_of(meant)
        code = letters.newest_code(self.person.credentials.address)
        if code is None:
            raise NoWay("a mail with a code", f"none came in {letters.patience:g} s")
        return code

    def _code_of(self, label: str) -> str:
        if label not in self.scene.codes:
            raise NoWay(f"a message with the code of “{label}”", "no such message came")
        return self.scene.codes[label]

    def _birth_date(self, born: date | str) -> str:
        """A date as the field takes it: a date field takes ISO 8601, a text field the French way."""
        if isinstance(born, str):
            return born
        shown = control_read(read(self.browser.page().html), self.scene.target.control_named("birth-date"))
        return born.isoformat() if shown and shown.kind == "date" else born.strftime("%d/%m/%Y")

    # -- what the page must have

    def needed(self, name: str) -> Control:
        """The control, when the page has it."""
        control = self.scene.target.control_named(name)
        if self.offers(name):
            return control
        seen = self.see()
        if seen.recognition.outcome == _STANDS_ON.get(name):
            raise DriverBroke(_misnamed(seen, control))
        raise NoWay(f"{control.role} “{name}”", f"a page without it ({seen.recognition})")


def perform(turn: Turn) -> Observation | None:
    """Do the step as this target does it, and note what came of it."""
    verb = turn.scene.target.verbs.get(turn.step.verb) or turn.documented[turn.step.verb]
    seen = verb(turn)
    if isinstance(seen, PageSeen) and turn.step.verb in {"sign-in", "ask-for"}:
        _note_code(turn, seen)
    if turn.step.label and isinstance(seen, MailSeen) and seen.message:
        _note_message(turn.scene, turn.step.label, seen.message)
    elif turn.step.label and isinstance(seen, PageSeen) and (text := _text_shown(turn)):
        turn.scene.texts_shown[turn.step.label] = text
    return seen


def _note_message(scene: Scene, label: str, message: Message) -> None:
    """What a message brought is known by the label of the step that read it."""
    if link := link_to_follow(message):
        scene.links[label] = link
    if codes := codes_of(message) or provisional_codes_of(message):
        scene.codes[label] = codes[0]


def _text_shown(turn: Turn) -> str | None:
    """The text to copy of the page shown, where it has one and the target tells of it."""
    scene = turn.scene
    if scene.world.text_to_copy is None or "copied-text" not in scene.target.controls or not turn.offers("copied-text"):
        return None
    return scene.world.text_to_copy(picture_address(turn.browser.page()))


def _note_code(turn: Turn, seen: PageSeen) -> None:
    """A page that asks for a code says that one was sent; the same page, handed on by another verb, says it once."""
    scene = turn.scene
    if seen.recognition.outcome != "code-asked":
        return
    address = turn.person.credentials.address
    if scene.code_page is not seen.page:
        scene.code_page = seen.page
        scene.happened("code-sent")
        scene.letters.code_due(address)
    if turn.step.label and (code := scene.letters.newest_code(address)):
        scene.codes[turn.step.label] = code


def _misnamed(seen: PageSeen, control: Control) -> str:
    there: Sequence[str] = (*seen.reading.actions, *(one.label for one in seen.reading.controls))
    wanted = f"{control.role} labelled “{control.label.pattern}”"
    return f"{seen.page.address} has no {wanted}; it has: {', '.join(there)}. Mend controls.{control.name} in the target file."
