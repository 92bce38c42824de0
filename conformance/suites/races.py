"""Things done at the same moment: one code entered several times, wrong codes, requests for codes. Each round is a world of its own.

Threads press at once, released together by a barrier; each has a browser of its own, with the cookies of one session where one is meant.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace

from conformance.driver import Browser, Browsers, CannotRun, DriverBroke, Exchange, Page, Provisioner
from conformance.observation import MailSeen, Observation, PageSeen
from conformance.reading import read
from conformance.recognise import account_page, recognise
from conformance.results import CaseResult, Check, Result, StepRecord
from conformance.scene import Scene
from conformance.target import Target
from conformance.turn import NoWay
from conformance.verbs import act
from conformance.verdict import result_of
from scenarios.checks import load_checks
from scenarios.model import DeclaredCheck, Person, Step

# How often each race is run; HEURTOIR_RACE_ROUNDS sets more.
ROUNDS = 1
EQUAL_CODES = 8
WRONG_CODES = 50
# As many as codes may be asked for: each has its page, and all share the account's counter.
SESSIONS = 5
REQUESTS_FOR_CODES = 20
# The rules: double entry, as everywhere in the harness (AMC-60, AMC-40).
ATTEMPTS = 3
QUOTA = 5
_BARRIER_SECONDS = 30.0
_MOST_WORDS = 1_000
_SCRIPT = "<script"
_PERSON = Person("insured", "insured", {"mail": "validated"})


@dataclass(frozen=True)
class _Answers:
    """What came of pressing at once: how many answers of each kind, the first page of each, and every exchange."""

    counted: Counter[str]
    first: Mapping[str, Page]
    exchanges: tuple[Exchange, ...]

    def __getitem__(self, kind: str) -> int:
        return self.counted[kind]


@dataclass(frozen=True)
class _Round:
    """One round under way: its scene, what it verifies, where it is declared."""

    scene: Scene
    check: DeclaredCheck
    number: int
    of: int

    def do(self, verb: str, argument: object = None, browser: str = "first") -> Observation | None:
        """Do a step of a case."""
        return act(self.scene, Step(verb, argument, self.check.place, browser=browser))

    def page(self, verb: str, argument: object = None, browser: str = "first") -> PageSeen:
        """Do a step of a case that shows a page."""
        seen = self.do(verb, argument, browser)
        assert isinstance(seen, PageSeen)
        return seen

    def checked(self, fact: str, expected: str, actual: str, held: bool) -> Check:
        """One comparison of this round."""
        turn = f" (round {self.number} of {self.of})" if self.of > 1 else ""
        return Check(fact, expected, f"{actual}{turn}", held, self.check.verifies)

    def record(self, sentence: str, checks: Sequence[Check], began: float, answers: _Answers) -> StepRecord:
        """One step of the report, with what was asked of the portal and the words of each kind of answer."""
        cover = self.scene.secrets.covered
        covered = tuple(replace(check, actual=cover(check.actual)) for check in checks)
        seconds = time.monotonic() - began
        words = cover("\n\n".join(f"{kind}:\n{_words(page)}" for kind, page in answers.first.items()))
        asked = Counter(" ".join((one.method, self.scene.shortened(one.address), "→", str(one.status))) for one in answers.exchanges)
        requests = tuple(f"{count} × {request}" for request, count in asked.most_common())
        return StepRecord(sentence, str(self.check.place), checks=covered, requests=requests, words=words, seconds=seconds)


_Play = Callable[[_Round], StepRecord]


def code_entered_at_once(target: Target, provisioner: Provisioner, browsers: Browsers, rounds: int = ROUNDS) -> CaseResult:
    """HRD-02: one right code entered eight times at the same moment opens one session."""
    return _raced("suite.races.code-entered-at-once", _equal_codes, target, provisioner, browsers, rounds)


def wrong_codes_at_once(target: Target, provisioner: Provisioner, browsers: Browsers, rounds: int = ROUNDS) -> CaseResult:
    """HRD-03: of fifty wrong codes entered at the same moment no more are judged than attempts are left; the account ends blocked."""
    return _raced("suite.races.wrong-codes-at-once", _wrong_codes, target, provisioner, browsers, rounds)


def codes_asked_at_once(target: Target, provisioner: Provisioner, browsers: Browsers, rounds: int = ROUNDS) -> CaseResult:
    """HRD-08: twenty requests for codes at the same moment bring as many mails as the quota allows, and end blocked."""
    return _raced("suite.races.codes-asked-at-once", _requests_for_codes, target, provisioner, browsers, rounds)


def _equal_codes(play: _Round) -> StepRecord:
    began = time.monotonic()
    racers = _on_the_code_page(play, "session", EQUAL_CODES)
    code = play.scene.letters.newest_code(play.scene.people["insured"].credentials.address)
    if code is None:
        raise NoWay("a mail with a code", f"none came in {play.scene.letters.patience:g} s")
    for racer in racers:
        racer.fill(play.scene.target.control_named("code"), code)
    answers = _pressed_together(play, racers, "enter-code")
    opened = [racer for racer in racers if account_page(racer, play.scene.target, play.scene.world.address) is not None]
    sessions = {tuple(sorted((cookie.name, cookie.value) for cookie in racer.cookies())) for racer in opened}
    checks = (
        play.checked("sessions opened", "1", f"{len(sessions)}; answers: {_told(answers)}", len(sessions) == 1),
        _no_server_error(play, answers),
    )
    return play.record(f"Enter the code received {EQUAL_CODES} times at once", checks, began, answers)


def _wrong_codes(play: _Round) -> StepRecord:
    began = time.monotonic()
    each = WRONG_CODES // SESSIONS
    racers = [racer for number in range(SESSIONS) for racer in _on_the_code_page(play, f"session-{number}", each)]
    person = play.scene.people["insured"]
    received = play.scene.letters.newest_code(person.credentials.address) or ""
    for racer in racers:
        racer.fill(play.scene.target.control_named("code"), person.wrong_code({received}))
    answers = _pressed_together(play, racers, "enter-code")
    judged = answers["refused, wrong"]
    after = _tried_in_vain(play, received)
    checks = (
        # The third wrong code is answered by the block itself.
        play.checked("told wrong before the block", f"at most {ATTEMPTS - 1}", f"{judged}; answers: {_told(answers)}", judged < ATTEMPTS),
        play.checked("told blocked", "at least 1", str(answers["blocked, codes"]), answers["blocked, codes"] >= 1),
        *after,
        _no_server_error(play, answers),
    )
    return play.record(
        f"Enter {WRONG_CODES} wrong codes at once in {SESSIONS} sessions, then the right code and the right password",
        checks,
        began,
        answers,
    )


def _requests_for_codes(play: _Round) -> StepRecord:
    began = time.monotonic()
    names = [f"racer-{number}" for number in range(REQUESTS_FOR_CODES)]
    for name in names:
        play.page("sign-in", browser=name)
    racers = [play.scene.browser(name) for name in names]
    answers = _pressed_together(play, racers, "ask-for-code")
    mails = play.do("message", "any")
    assert isinstance(mails, MailSeen)
    after = play.page("sign-in", browser="afterwards")
    checks = (
        play.checked("mails", str(QUOTA), f"{mails.count}; answers: {_told(answers)}", mails.count == QUOTA),
        play.checked("the account afterwards", "blocked, quota", str(after.recognition), str(after.recognition) == "blocked, quota"),
        _no_server_error(play, answers),
    )
    return play.record(f"Ask for {REQUESTS_FOR_CODES} codes at once, each in a browser of its own", checks, began, answers)


def _on_the_code_page(play: _Round, session: str, count: int) -> list[Browser]:
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


def _pressed_together(play: _Round, racers: Sequence[Browser], button: str) -> _Answers:
    """Press in all browsers at once and count the answers by what they are."""
    barrier = threading.Barrier(len(racers))
    control = play.scene.target.control_named(button)

    def press(racer: Browser) -> Page:
        barrier.wait(_BARRIER_SECONDS)
        return racer.press(control)

    with ThreadPoolExecutor(len(racers)) as pool:
        pages = list(pool.map(press, racers))
    kinds = [_known_as(page, play.scene.target) for page in pages]
    first = dict(reversed([*zip(kinds, pages, strict=True)]))
    return _Answers(Counter(kinds), first, tuple(one for page in pages for one in page.exchanges))


def _words(page: Page) -> str:
    return "\n".join(read(page.html).lines)[:_MOST_WORDS]


def _known_as(page: Page, target: Target) -> str:
    if page.status >= 500:
        return "server error"
    try:
        return str(recognise(page, target))
    except DriverBroke:
        return "another page"  # such as the open account: that is judged by behaviour, not here


def _tried_in_vain(play: _Round, code: str) -> tuple[Check, ...]:
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


def _no_server_error(play: _Round, answers: _Answers) -> Check:
    broken = answers["server error"]
    return play.checked("server errors", "none", str(broken or "none"), not broken)


def _told(answers: _Answers) -> str:
    return ", ".join(f"{count} {answer}" for answer, count in answers.counted.most_common())


def _raced(  # noqa: PLR0917
    identifier: str, play: _Play, target: Target, provisioner: Provisioner, browsers: Browsers, rounds: int
) -> CaseResult:
    """All rounds of a race, up to the first that does not hold, as one result."""
    check = next(check for check in load_checks() if check.id == identifier)
    began = time.monotonic()
    steps: list[StepRecord] = []
    result, reason = Result.PASSED, ""
    try:
        for number in range(1, rounds + 1):
            steps.append(_one_round(play, check, (target, provisioner, browsers), (number, rounds)))
            if not all(one.held for one in steps[-1].checks):
                break
        result = result_of(steps)
        reason = "; ".join(f"{one.fact}: expected {one.expected}, was {one.actual}" for one in steps[-1].checks if not one.held)
    except CannotRun as lacking:
        result, reason = Result.COULD_NOT_RUN, str(lacking)
    except NoWay as no_way:
        result, reason = Result.FAILED, str(no_way)
        steps.append(_failed_on_the_way(check, no_way))
    except DriverBroke as broke:
        result, reason = Result.ERROR, str(broke)
    return _as_result(check, target, result, reason, tuple(steps), time.monotonic() - began)


def _one_round(play: _Play, check: DeclaredCheck, ports: tuple[Target, Provisioner, Browsers], turn: tuple[int, int]) -> StepRecord:
    target, provisioner, browsers = ports
    world = provisioner.make([_PERSON], None, check.id)
    try:
        scene = Scene.begin(target, world, browsers, _PERSON.key, target.mail_wait_seconds)
        _need_plain_forms(scene)
        return play(_Round(scene, check, *turn))
    finally:
        with suppress(DriverBroke):
            browsers.close()
        with suppress(DriverBroke, CannotRun):
            provisioner.drop(world)


def _need_plain_forms(scene: Scene) -> None:
    """Raises CannotRun where the sign-in form is made by scripts: so many real browsers at once are more than a machine has."""
    first = scene.target.stages(scene.target.form_named("sign-in"))[0][0]
    looking = scene.browser("looking")
    page = looking.open(scene.target.page_address("sign-in", scene.world.address))
    if not looking.has(first) and _SCRIPT in page.html:
        told = f"without scripts {page.address} shows no {first.role} “{first.name}”"
        raise CannotRun(f"{told}, and what is pressed at once is pressed without scripts ({scene.target.file}).")


def _failed_on_the_way(check: DeclaredCheck, no_way: NoWay) -> StepRecord:
    way = Check("way", no_way.expected, no_way.actual, False, check.verifies, on_the_way=True)
    return StepRecord(check.title, str(check.place), checks=(way,))


def _as_result(  # noqa: PLR0917
    check: DeclaredCheck, target: Target, result: Result, reason: str, steps: tuple[StepRecord, ...], seconds: float
) -> CaseResult:
    return CaseResult(
        id=check.id,
        title=check.title,
        portal=target.portal,
        driver="forms",
        impact=check.impact,
        requirements=check.verifies,
        result=result,
        reason=reason,
        steps=steps,
        seconds=seconds,
        place=str(check.place),
    )
