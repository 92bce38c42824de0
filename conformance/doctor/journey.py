"""The way in, gone once: as nobody, as a stranger, and with one account: sign in, ask for a code, read the mail, enter it, sign out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from conformance.doctor.eyes import Eyes
from conformance.doctor.finding import Findings
from conformance.doctor.patient import Patient
from conformance.doctor.toml_text import at_top, value_line
from conformance.doctor.wrong_page import told_as_wrong
from conformance.driver import DriverBroke, Message
from conformance.people.strangers import stranger
from conformance.reading import read
from conformance.recognise import Recognition, Unrecognised, account_page
from conformance.scene import Scene
from conformance.turn import NoWay, Turn, perform
from conformance.values import Knowledge
from conformance.verbs import VERBS
from scenarios.model import Place, Step

PERSON = "insured"
_STRANGER = "stranger"
# What a portal must have for the form behind a link to be looked for.
_FUNCTION_OF_LINK = {"enrolment": "enrolment"}
_LINKS = {"number-help": "shown.number-help", "enrolment": "shown.enrolment", "forgotten-password": "shown.forgotten-password"}
_HERE = Place("the doctor", 0)
_BY_HAND = "Try it by hand: does it work?"


@dataclass
class Journey:
    """What was done and seen on the way; `steps` are counted, and `seconds` is the real time of the way with an account."""

    patient: Patient
    scene: Scene
    findings: Findings
    steps: int = 0
    seconds: float = 0.0
    mail: Message | None = None
    mail_seconds: float = 0.0
    asked: bool = False
    opened: bool = False
    signed_out: bool = False
    eyes: Eyes = field(init=False)

    def __post_init__(self) -> None:
        self.eyes = Eyes(self.patient, self.scene, self.findings, self.scene.browser("first"))

    # -- without an account

    def look_around(self) -> bool:
        """Open the sign-in page and what its links lead to; nothing is sent. Whether there is a form to sign in with."""
        self._turn("open").open("sign-in")
        if not self.patient.screen and (self.eyes.target.needs_scripts or self.eyes.made_by_scripts()):
            text = "the sign-in page is made by scripts, which the forms driver does not run: nothing can be seen of it"
            self.findings.mistake("scripts", text, "Use --driver browser, and say so.", at_top(self.patient.file, "scripts", "needed"))
            return False
        if told_as_wrong(self.eyes):
            return False
        recognised = self.eyes.outcome("the sign-in page", ("sign-in-asked",))
        if recognised is not None and recognised.outcome != "sign-in-asked":
            self.unexpected("the sign-in page", recognised, "sign-in-asked")
        form = self.eyes.target.form_named("sign-in")
        links = [name for name in _LINKS if name in self.eyes.target.controls]
        fields = [control.name for control in self.eyes.target.stages(form)[0]]
        there = self.eyes.controls("the sign-in page", [] if self._own("sign-in") else fields, links)
        for name in links:
            self._look_behind(name)
        return there

    def _own(self, verb: str) -> bool:
        """Whether the target does this in a way of its own: which controls that takes is not known."""
        if verb not in self.eyes.target.verbs:
            return False
        self.findings.note(f"{verb} is done by driver, in a way of its own: its controls are not looked for")
        return True

    def _look_behind(self, name: str) -> None:
        turn = self._turn("open")
        turn.open("sign-in")
        if not turn.offers(name):
            return
        try:
            turn.press(name)
        except DriverBroke as broke:
            self.findings.warn(f"controls.{name}", f"{name}: {broke}")
            return
        self._is(f"the page behind {name}", _LINKS[name])
        form = next((form for form in self.eyes.target.forms.values() if form.link == name), None)
        has = _FUNCTION_OF_LINK.get(name, "") in {"", *self.eyes.target.functions}
        if form is not None and has and not self._own("submit"):
            self.eyes.controls(f"the page behind {name}", [control.name for control in self.eyes.target.stages(form)[0]])

    # -- with a stranger, and with an account

    def try_stranger(self) -> None:
        """A stranger is turned away, in words that must be known."""
        known = self.scene.people[PERSON].credentials
        made = stranger(_STRANGER, _STRANGER, [known.identifier])
        self.scene.people[_STRANGER] = Knowledge.of(made)
        for secret in (made.identifier, made.password):
            self.scene.secrets.learn(secret)
        if not self._sign_in(_STRANGER):
            return
        seen = self.eyes.outcome("the answer to a stranger", ("refused.wrong", "refused", "invalid", "blocked"))
        if seen is not None and seen.outcome not in {"refused", "invalid", "blocked"}:
            self.unexpected("the answer to a stranger", seen, "refused")

    def sign_in(self) -> str:
        """Sign in with the account, as far as a code or the account itself: `code`, `ask`, `open`, or nothing."""
        if not self._sign_in(PERSON):
            return ""
        target, browser = self.eyes.target, self.eyes.browser
        if self._shows("code"):
            return "code"
        if self._shows("ask-for-code"):
            there = self.eyes.controls("the page after the password", ["ask-for-code"])
            return "ask" if self._is("the page after the password", "code-announced") and there else ""
        if self.eyes.asks_for_password():
            return self._turned_away()
        # Trying the account ends a sign-in half done on some portals: only where its way out is there.
        if browser.has(target.control_named("sign-out")) and account_page(browser, target, self.scene.world.address) is not None:
            if "one-time-code" in target.functions:
                self.findings.note("signed in without a code: the account opened after the password")
            return "open"
        if "one-time-code" not in target.functions:
            there = self.eyes.controls("the page after the password", ["sign-out"])
            return "open" if there else ""
        there = self.eyes.controls("the page after the password", ["ask-for-code"])
        return "ask" if there and self._is("the page after the password", "code-announced") else ""

    def ask_for_code(self) -> bool:
        """Press what asks for a code, and look at the page that takes it."""
        if not self._done("ask-for", "code"):
            return False
        self.asked = True
        return self.look_at_code_page()

    def look_at_code_page(self) -> bool:
        """The page that asks for the code, and its form."""
        form = self.eyes.target.form_named("code")
        known = self.eyes.target.controls
        boxes = [name for name in form.controls if known[name].role in {"checkbox", "radio"}]
        needed = [name for name in form.controls if name not in boxes]
        there = self.eyes.controls("the page for the code", [] if self._own("enter") else [*needed, form.button], boxes)
        return self._is("the page for the code", "code-asked") and there

    def read_mail(self) -> bool:
        """Wait for the mail with the code."""
        seen = self.scene.letters.newest("code", self.scene.people[PERSON].credentials.address)
        self.mail, self.mail_seconds = seen.message, seen.seconds
        return seen.message is not None

    def enter_code(self) -> bool:
        """Enter the code of the mail, and see the account."""
        if not self._done("enter", "received"):
            return False
        self.opened = self.see_account()
        return self.opened

    def _shows(self, name: str) -> bool:
        """Whether the page shown has that control; a portal may have none of the name."""
        target = self.eyes.target
        return name in target.controls and self.eyes.browser.has(target.control_named(name))

    def see_account(self) -> bool:
        """Whether the account's page opens now, where the file says, with the way out on it."""
        target, browser = self.eyes.target, self.eyes.browser
        if account_page(browser, target, self.scene.world.address) is not None:
            self.findings.good(f"the account opens at {self._account_path()}", "pages.account")
            return True
        if self._shows("code"):
            words = self.scene.secrets.covered(" ".join(self._words()))
            self.findings.mistake(
                "", f"the code of the mail was entered, and the page still asks for one: “{words}”", "Try it by hand: does it open?"
            )
            return False
        shown = browser.page()
        opened = browser.open(target.page_address("account", self.scene.world.address))
        if opened.status >= 400 or self.eyes.asks_for_password():
            browser.open(shown.address)
            there = self.eyes.controls("the page after the code", ["sign-out"])
            return there and self._wrong_account_page(opened.status, shown.address)
        return self.eyes.controls("the account’s page", ["sign-out"])

    def sign_out(self) -> None:
        """Leave, and see that the account is closed."""
        if not self._done("sign-out", None):
            return
        self._is("the page after signing out", "sign-in-asked", "done")
        self.signed_out = account_page(self.eyes.browser, self.eyes.target, self.scene.world.address) is None
        if not self.signed_out:
            self.findings.warn("controls.sign-out", "the account still opens after signing out", "Does sign-out name the right control?")

    def opens_later(self, period: timedelta) -> bool | None:
        """Whether a code still opens the account when the clock was moved on by so long; None when it could not be tried."""
        way = self.sign_in()
        if way != "ask" or not self._done("ask-for", "code"):
            return None
        letters = self.scene.letters
        if letters.newest("code", self.scene.people[PERSON].credentials.address).message is None:
            return None
        clock = self.scene.clock
        clock.move_to(clock.now() + period)
        self._done("enter", "received")
        return account_page(self.eyes.browser, self.eyes.target, self.scene.world.address) is not None

    def look_at_new_password(self) -> None:
        """Ask for a link to a new password, follow it, and look at the form; no password is set."""
        form = self.eyes.target.forms.get("forgotten-password")
        if form is None or "birth_date" not in self.scene.people[PERSON].credentials.details or not self._ask_for_link():
            return
        if self.scene.letters.newest("link", self.scene.people[PERSON].credentials.address).message is None:
            self.findings.warn("forms.forgotten-password", "a new password was asked for, and no mail with a link came", _BY_HAND)
        elif self._done("open", {"message": "link"}) and self._is("the page behind the mail’s link", "password-asked"):
            form = self.eyes.target.form_named("set-password")
            self.eyes.controls("the page behind the mail’s link", [*form.controls, form.button])

    def _ask_for_link(self) -> bool:
        step = Step("submit", "forgotten-password", _HERE, actor=PERSON, values={"identifier": "right", "birth-date": "right"})
        return self._done_step(step) and self._is("the answer to a forgotten password", "sent")

    # -- how it is done

    def _sign_in(self, actor: str) -> bool:
        """Fill the form in page by page; what a target does in its own way it does."""
        if "sign-in" in self.eyes.target.verbs:
            return self._done("sign-in", None, actor)
        turn = self._turn("sign-in", None, actor)
        turn.open("sign-in")
        form = self.eyes.target.form_named("sign-in")
        for number in range(len(self.eyes.target.stages(form))):
            stage = self.eyes.target.stages(form)[number]
            if number and not self._arrived(stage[0].name):
                return True
            if number and not self.eyes.controls(f"page {number + 1} of the sign-in form", [control.name for control in stage]):
                return False
            for control in self.eyes.target.stages(form)[number]:
                if control.pressed:
                    turn.press(control.name)
                else:
                    turn.fill(control.name, turn.typed(control.name, "right"))
                self.steps += 1
        return True

    def _arrived(self, name: str) -> bool:
        """Whether the next page of a form is there; an answer in words instead is an answer."""
        return self._turn("open").offers(name) or not self._words()

    def _done(self, verb: str, argument: Any, actor: str = PERSON) -> bool:
        return self._done_step(Step(verb, argument, _HERE, actor=actor))

    def _done_step(self, step: Step) -> bool:
        """Do a step as cases do it. Whether there was a way."""
        self.steps += 1
        try:
            perform(Turn(self.scene, step, VERBS))
        except Unrecognised:  # it was done; what is then seen is told apart
            return True
        except NoWay as no_way:
            self.findings.mistake("", f"{step.verb}: {no_way}", "Try it by hand; where steps differ, a class replaces the verb (driver).")
            return False
        return True

    def _turn(self, verb: str, argument: Any = None, actor: str = PERSON) -> Turn:
        return Turn(self.scene, Step(verb, argument, _HERE, actor=actor), VERBS)

    def _is(self, where: str, *expected: str) -> bool:
        """Whether the page is one of these; whether it can be read at all decides whether one goes on."""
        seen = self.eyes.outcome(where, expected)
        if seen is not None and not {seen.outcome, f"shown.{seen.page}"} & {*expected}:
            self.unexpected(where, seen, expected[0])
        return seen is not None

    def unexpected(self, where: str, seen: Recognition, expected: str) -> None:
        """A page that is known for something else."""
        words = self.scene.secrets.covered(seen.words)
        text = f"{where} is recognised as {seen}, where {expected} was expected: “{words}”"
        self.findings.warn(
            f"outcomes.{seen.outcome}", text, f"If it is {expected}, its wording must fit, and that of {seen.outcome} must not."
        )

    def _turned_away(self) -> str:
        words = self.scene.secrets.covered(" ".join(self._words()))
        source = "people.file" if self.patient.running.people and self.patient.running.people.file else "people"
        text = f"signing in with the account did not succeed: “{words or 'the form is shown again'}”"
        self.findings.mistake(
            source, text, "Try the account by hand: are identifier and password those of the portal, and is nothing blocked?"
        )
        return ""

    def _words(self) -> tuple[str, ...]:
        reading = read(self.eyes.browser.page().html)
        return reading.alerts or reading.tied or reading.status

    def _account_path(self) -> str:
        return f"/{self.eyes.target.pages['account'].lstrip('/')}"

    def _wrong_account_page(self, status: int, shown: str) -> bool:
        target = self.eyes.target
        base = self.scene.world.address.rstrip("/")
        path = shown.partition("?")[0].removeprefix(base).strip("/") if shown.startswith(base) else shown
        said = f"answers {status}" if status >= 400 else "asks to sign in again"
        text = f"pages.account: {self._account_path()} {said}, though one is signed in"
        mend = f"After the code /{path} was shown, with the way out on it."
        self.findings.mistake("pages.account", text, mend, value_line(self.patient.file, "pages", "account", path))
        self.scene.target = replace(target, pages={**target.pages, "account": path})
        return True
