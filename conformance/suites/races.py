"""Things done at the same moment: one code entered several times, wrong codes, requests for codes. Each round is a world of its own.

Threads press at once, released together by a barrier; each has a browser of its own, with the cookies of one session where one is meant.
HEURTOIR_RACE_ROUNDS in the environment says how often each is run.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from conformance.driver import Browser, CannotRun, Exchange, Page
from conformance.observation import MailSeen, PageSeen
from conformance.recognise import account_page
from conformance.results import Check, StepRecord
from conformance.suites.stage import Play, Stage, need_plain_forms, words_of
from conformance.turn import NoWay
from conformance.verbs import act
from scenarios.model import Step

# How often each race is run, when the environment does not say.
ROUNDS = 1
ROUNDS_VARIABLE = "HEURTOIR_RACE_ROUNDS"
EQUAL_CODES = 8
WRONG_CODES = 50
# As many as codes may be asked for: each has its page, and all share the account's counter.
SESSIONS = 5
REQUESTS_FOR_CODES = 20
# The rules: double entry, as everywhere in the harness (AMC-60, AMC-40).
ATTEMPTS = 3
QUOTA = 5
_BARRIER_SECONDS = 30.0


@dataclass(frozen=True)
class Answers:
    """What came of pressing at once: how many answers of each kind, the first page of each, and every exchange."""

    counted: Counter[str]
    first: Mapping[str, Page]
    exchanges: tuple[Exchange, ...]

    def __getitem__(self, kind: str) -> int:
        return self.counted[kind]

    def __str__(self) -> str:
        return ", ".join(f"{count} {answer}" for answer, count in self.counted.most_common())

    @property
    def words(self) -> str:
        """The words of each kind of answer."""
        return "\n\n".join(f"{kind}:\n{words_of(page)}" for kind, page in self.first.items())


def code_entered_at_once(stage: Stage) -> Iterator[StepRecord]:
    """HRD-02: one right code entered eight times at the same moment opens one session."""
    yield from _raced(stage, _equal_codes)


def wrong_codes_at_once(stage: Stage) -> Iterator[StepRecord]:
    """HRD-03: of fifty wrong codes entered at the same moment no more are judged than attempts are left; the account ends blocked."""
    yield from _raced(stage, _wrong_codes)


def codes_asked_at_once(stage: Stage) -> Iterator[StepRecord]:
    """HRD-08: twenty requests for codes at the same moment bring as many mails as the quota allows, and end blocked."""
    yield from _raced(stage, _requests_for_codes)


def _raced(stage: Stage, race: Callable[[Play], StepRecord]) -> Iterator[StepRecord]:
    """All rounds of a race, up to the first that does not hold."""
    for turn in stage.rounds(ROUNDS_VARIABLE, ROUNDS):
        with stage.scene(turn=turn) as play:
            need_plain_forms(play)
            step = race(play)
        yield step
        if not all(check.held for check in step.checks):
            return


def _equal_codes(play: Play) -> StepRecord:
    began = time.monotonic()
    racers = on_the_code_page(play, "session", EQUAL_CODES)
    code = play.scene.letters.newest_code(play.scene.people["insured"].credentials.address)
    if code is None:
        raise NoWay("a mail with a code", f"none came in {play.scene.letters.patience:g} s")
    for racer in racers:
        racer.fill(play.scene.target.control_named("code"), code)
    answers = pressed_together(play, racers, "enter-code")
    opened = [racer for racer in racers if account_page(racer, play.scene.target, play.scene.world.address) is not None]
    sessions = {tuple(sorted((cookie.name, cookie.value) for cookie in racer.cookies())) for racer in opened}
    checks = (
        play.checked("sessions opened", "1", f"{len(sessions)}; answers: {answers}", len(sessions) == 1),
        no_server_error(play, answers),
    )
    return play.record(f"Enter the code received {EQUAL_CODES} times at once", checks, began, answers.exchanges, answers.words)


def _wrong_codes(play: Play) -> StepRecord:
    began = time.monotonic()
    each = WRONG_CODES // SESSIONS
    racers = [racer for number in range(SESSIONS) for racer in on_the_code_page(play, f"session-{number}", each)]
    person = play.scene.people["insured"]
    received = play.scene.letters.newest_code(person.credentials.address) or ""
    for racer in racers:
        racer.fill(play.scene.target.control_named("code"), person.wrong_code({received}))
    answers = pressed_together(play, racers, "enter-code")
    judged = answers["refused, wrong"]
    after = _tried_in_vain(play, received)
    checks = (
        # The third wrong code is answered by the block itself.
        play.checked("told wrong before the block", f"at most {ATTEMPTS - 1}", f"{judged}; answers: {answers}", judged < ATTEMPTS),
        play.checked("told blocked", "at least 1", str(answers["blocked, codes"]), answers["blocked, codes"] >= 1),
        *after,
        no_server_error(play, answers),
    )
    return play.record(
        f"Enter {WRONG_CODES} wrong codes at once in {SESSIONS} sessions, then the right code and the right password",
        checks,
        began,
        answers.exchanges,
        answers.words,
    )


def _requests_for_codes(play: Play) -> StepRecord:
    began = time.monotonic()
    names = [f"racer-{number}" for number in range(REQUESTS_FOR_CODES)]
    for name in names:
        play.page("sign-in", browser=name)
    racers = [play.scene.browser(name) for name in names]
    answers = pressed_together(play, racers, "ask-for-code")
    mails = play.do("message", "any")
    assert isinstance(mails, MailSeen)
    after = play.page("sign-in", browser="afterwards")
    checks = (
        play.checked("mails", str(QUOTA), f"{mails.count}; answers: {answers}", mails.count == QUOTA),
        play.checked("the account afterwards", "blocked, quota", str(after.recognition), str(after.recognition) == "blocked, quota"),
        no_server_error(play, answers),
    )
    return play.record(
        f"Ask for {REQUESTS_FOR_CODES} codes at once, each in a browser of its own", checks, began, answers.exchanges, answers.words
    )


def on_the_code_page(play: Play, session: str, count: int) -> list[Browser]:
    """That many browsers of one session, each showing the page that asks for the code."""
    play.page("sign-in", browser=session)
    play.page("ask-for", "code", session)
    first = play.scene.browser(session)
    address, cookies = first.page().address, first.cookies()
    racers = [first]
    while len(racers) < count:
        racer = play.scene.browser(f"{session}-racer-{len(racers)}")
        racer.open(play.scene.target.page_address("sign-in", play.scene.world.address))
        racer.restore(cookies)
        racer.open(address)
        racers.append(racer)
    code = play.scene.target.control_named("code")
    if not all(racer.has(code) for racer in racers):
        raise CannotRun("the page that asks for the code cannot be opened twice in one session, which this race needs")
    return racers


def pressed_together(play: Play, racers: Sequence[Browser], button: str) -> Answers:
    """Press in all browsers at once and count the answers by what they are."""
    barrier = threading.Barrier(len(racers))
    control = play.scene.target.control_named(button)

    def press(racer: Browser) -> Page:
        barrier.wait(_BARRIER_SECONDS)
        return racer.press(control)

    with ThreadPoolExecutor(len(racers)) as pool:
        pages = list(pool.map(press, racers))
    kinds = [play.known_as(page) for page in pages]
    first = dict(reversed([*zip(kinds, pages, strict=True)]))
    return Answers(Counter(kinds), first, tuple(one for page in pages for one in page.exchanges))


def _tried_in_vain(play: Play, code: str) -> tuple[Check, ...]:
    """The right code and the right password after the race: neither must open anything."""
    play.scene.codes["right"] = code
    shown = "no form to enter it"
    with suppress(NoWay):
        newest = Step("enter", "right", play.check.place, browser=f"session-{SESSIONS - 1}", expect={"outcome": "blocked"})
        seen = act(play.scene, newest)
        shown = str(seen.recognition) if isinstance(seen, PageSeen) else shown
    password = str(play.page("sign-in", browser="afterwards").recognition)
    return (
        play.checked("the right code afterwards", "not signed-in", shown, shown != "signed-in"),
        play.checked("the right password afterwards", "blocked, codes", password, password == "blocked, codes"),
    )


def no_server_error(play: Play, answers: Answers) -> Check:
    """No answer is a server error."""
    broken = answers["server error"]
    return play.checked("server errors", "none", str(broken or "none"), not broken)
