"""Every attempt counts once (HRD-27): the same value sent twice from one page shown, as a double click does, is one failure; each other
value is one more. Counted is how many failures it takes until the account is blocked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from conformance.driver import Browser
from conformance.results import StepRecord
from conformance.suites.at_once import (
    Answers,
    Raced,
    answers_of,
    fill_in_password,
    no_server_error,
    on_the_code_page,
    on_the_password_page,
    pressed_in_turn,
    pressed_together,
    rounds_of,
)
from conformance.suites.figures import figures_of
from conformance.suites.stage import Play, Stage
from conformance.turn import NoWay


def double_click(stage: Stage) -> Iterator[StepRecord]:
    """HRD-27: with passwords, and with codes where the portal has them."""
    for race in RACES:
        if race not in _OF_CODES or "one-time-code" in stage.target.functions:
            yield from rounds_of(stage, race)


@dataclass
class _Passwords:
    """Wrong passwords, each page in a new browser."""

    play: Play
    kind: str = "passwords"
    pages: int = 0

    @property
    def button(self) -> str:
        """What sends one."""
        return self.play.target.form_named("sign-in").button

    def shown(self) -> Browser:
        """One more page that asks for a password."""
        self.pages += 1
        return on_the_password_page(self.play, f"page-{self.pages}")

    def value(self) -> str:
        """One more wrong password."""
        return self.play.scene.people["insured"].typed_password("wrong")

    def typed(self, browser: Browser, value: str) -> None:
        """Type it."""
        fill_in_password(self.play, browser, value)


@dataclass
class _Codes:
    """Wrong codes, entered one after the other in one session."""

    play: Play
    kind: str = "codes"
    button: str = "enter-code"
    last: Browser | None = field(default=None)

    def shown(self) -> Browser:
        """The page that asks for the code again, or for the first time."""
        code = self.play.target.control_named("code")
        if self.last is None or not self.last.has(code):
            self.last = on_the_code_page(self.play, "session", 1)[0]
        return self.last

    def value(self) -> str:
        """One more wrong code."""
        letters = self.play.scene.letters
        letters.newest_code(self.play.scene.people["insured"].credentials.address)
        return self.play.scene.people["insured"].wrong_code(letters.codes_read())

    def typed(self, browser: Browser, value: str) -> None:
        """Type it."""
        browser.fill(self.play.target.control_named("code"), value)


_Way = _Passwords | _Codes


def double_passwords(play: Play) -> Raced:
    """Wrong passwords, each sent twice from its page."""
    return _double_clicks(play, _Passwords(play))


def double_codes(play: Play) -> Raced:
    """Wrong codes, each sent twice from its page."""
    return _double_clicks(play, _Codes(play))


def different_passwords(play: Play) -> Raced:
    """Different wrong passwords from one page at once."""
    return _different_values(play, _Passwords(play))


def different_codes(play: Play) -> Raced:
    """Different wrong codes from one page at once."""
    return _different_values(play, _Codes(play))


def _double_clicks(play: Play, way: _Way) -> Raced:
    """At the same moment, and every other time one straight after the other."""
    began = time.monotonic()
    attempts = figures_of(play.target.portal).attempts
    told: list[Answers] = []
    while len(told) <= attempts and not _blocked(told, way):
        browser = way.shown()
        racers, value = [browser, browser.twin()], way.value()
        for racer in racers:
            way.typed(racer, value)
        told.append((pressed_in_turn if len(told) % 2 else pressed_together)(play, racers, way.button))
        if not told[-1]["refused, wrong"] and not _blocked(told, way):
            raise NoWay("a refusal of a wrong entry that was sent twice", str(told[-1]))
    sentence = f"Send wrong {way.kind} twice each, from one page shown, until the account is blocked"
    return _counted(play, sentence, f"double clicks until the block ({way.kind})", len(told), _Told(began, attempts, tuple(told), way))


def _different_values(play: Play, way: _Way) -> Raced:
    """As many as block, from one page at once; then one by one, each from a page of its own, until the account is blocked."""
    began = time.monotonic()
    attempts = figures_of(play.target.portal).attempts
    browser = way.shown()
    racers = [browser, *(browser.twin() for _ in range(attempts - 1))]
    for racer in racers:
        way.typed(racer, way.value())
    told = [pressed_together(play, racers, way.button)]
    while not _blocked(told, way) and len(told) <= attempts:
        alone = way.shown()
        way.typed(alone, way.value())
        told.append(pressed_in_turn(play, [alone], way.button))
    failures = sum(answers["refused, wrong"] for answers in told) + _blocked(told, way)
    sentence = f"Send {attempts} different wrong {way.kind} at once from one page shown, then others until the account is blocked"
    return _counted(play, sentence, f"different values until the block ({way.kind})", failures, _Told(began, attempts, tuple(told), way))


@dataclass(frozen=True)
class _Told:
    """What was sent until the account was blocked, or until it should have been long before."""

    began: float
    attempts: int
    answers: tuple[Answers, ...]
    way: _Way


def _counted(play: Play, sentence: str, fact: str, failures: int, told: _Told) -> Raced:
    blocked = _blocked(list(told.answers), told.way)
    all_of_them = "; then ".join(map(str, told.answers))
    actual = f"{failures}" if blocked else f"not after {failures}"
    password = str(play.page("sign-in", browser="afterwards").recognition)
    expected = f"blocked, {told.way.kind}"
    whole = answers_of(play, [page for answers in told.answers for page in answers.first.values()])
    checks = (
        play.checked(fact, str(told.attempts), f"{actual}; answers: {all_of_them}", blocked and failures == told.attempts),
        play.checked("the right password afterwards", expected, password, password == expected),
        no_server_error(play, whole),
    )
    exchanges = tuple(one for answers in told.answers for one in answers.exchanges)
    return Raced(play.record(sentence, checks, told.began, exchanges, whole.words), fact, failures, told.attempts)


def _blocked(told: list[Answers], way: _Way) -> bool:
    return any(answers[f"blocked, {way.kind}"] for answers in told)


_OF_CODES = (double_codes, different_codes)
RACES = (double_passwords, different_passwords, *_OF_CODES)
