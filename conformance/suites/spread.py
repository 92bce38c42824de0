"""Codes are evenly spread and cannot be foreseen (HRD-07): thousands are asked for where the quota is lifted, and read in their mails.

Each figure that is judged comes about by chance less than once in a million runs. HEURTOIR_CODES in the environment says how many codes are
looked at; the register asks for 10,000.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from conformance.driver import Browser, DriverBroke, Mailbox
from conformance.mail_facts import codes_in, codes_of
from conformance.mailpit import MailpitMailbox
from conformance.results import Check, StepRecord
from conformance.suites.chance import UNLIKELY, chi_square, fewest_by_chance, most_alike_by_chance, most_repeats_by_chance, probability
from conformance.suites.figures import figures_of
from conformance.suites.stage import Play, Stage, need_plain_forms
from conformance.turn import NoWay
from scenarios.model import Person

CODES = 500
CODES_VARIABLE = "HEURTOIR_CODES"
# Fewer would leave leading zeros to chance.
_FEWEST = 200
# Sessions that ask side by side, each of a person of its own.
_SESSIONS = 4
_PATIENCE_SECONDS, _PAUSE_SECONDS = 10.0, 0.25
_REGISTER = 10_000


def spread(stage: Stage) -> Iterator[StepRecord]:
    """HRD-07: digits at each place, leading zeros, repeats, and steps from one code to the next are as chance would have them."""
    number = max(int(os.environ.get(CODES_VARIABLE, CODES)), _FEWEST)
    people = [Person(f"insured-{one}", "insured", {"mail": "validated"}) for one in range(_SESSIONS)]
    with stage.scene(*people, lift=("quota",)) as play:
        need_plain_forms(play)
        began = time.monotonic()
        codes = _codes(play, people, number)
        yield _judged(play, codes, number, began)


def _codes(play: Play, people: Sequence[Person], number: int) -> Sequence[str]:
    """The codes in the order in which their mails came. Raises NoWay where one cannot go on asking, DriverBroke when mails do not come."""
    browsers = []
    for person in people:
        play.page("sign-in", browser=person.key, actor=person.key)
        browsers.append(play.scene.browser(person.key))
    shares = [number // len(browsers) + (one < number % len(browsers)) for one in range(len(browsers))]
    with ThreadPoolExecutor(len(browsers)) as pool:
        list(pool.map(lambda one: _asked(play, *one), zip(browsers, shares, strict=True)))
    return _read(play.scene.letters.mailbox, number)


def _asked(play: Play, browser: Browser, times: int) -> None:
    control = play.target.control_named("ask-for-code")
    for asked in range(times):
        if not browser.has(control):
            raise NoWay(f"a button that asks for another code, after {asked} codes in one session", play.known_as(browser.page()))
        browser.press(control)


def _read(mailbox: Mailbox, number: int) -> Sequence[str]:
    """All codes in the mailbox, the oldest first, as soon as there are so many, or when no more come."""
    mails, grew = _mails(mailbox), time.monotonic()
    while len(mails) < number and time.monotonic() - grew < _PATIENCE_SECONDS:
        time.sleep(_PAUSE_SECONDS)
        before, mails = len(mails), _mails(mailbox)
        grew = time.monotonic() if len(mails) > before else grew
    found = [codes for codes in reversed(mails) if codes]
    if more := next((codes for codes in found if len(codes) > 1), None):
        raise DriverBroke(f"A mail holds {len(more)} codes: which of them is meant is not known.")
    return [codes[0] for codes in found]


def _mails(mailbox: Mailbox) -> Sequence[Sequence[str]]:
    """The codes of each mail, newest first; what the list of mails shows of their text is enough where it shows the code."""
    if isinstance(mailbox, MailpitMailbox):
        return [codes_in(text) or codes_of(mailbox.message(identifier)) for identifier, text in mailbox.beginnings()]
    return [codes_of(message) for message in mailbox.messages()]


def _judged(play: Play, codes: Sequence[str], number: int, began: float) -> StepRecord:
    digits = figures_of(play.target.portal).code_digits
    odd = [code for code in codes if len(code) != digits]
    read = f"{len(codes)} codes" + (f", {len(odd)} of them not of {digits} digits" if odd else "")
    checks = [play.checked("codes read", f"{number} of {digits} digits", read, len(codes) == number and not odd)]
    if not odd and len(codes) >= _FEWEST:
        checks += [_digits(play, codes), _zeros(play, codes), _repeats(play, codes), *_steps(play, codes)]
    sentence = f"Ask for {number} codes with the quota lifted, in {_SESSIONS} sessions side by side, and look at how they are spread"
    if number < _REGISTER:
        sentence += f" (the register speaks of {_REGISTER}: {CODES_VARIABLE}={_REGISTER})"
    return play.record(sentence, checks, began)


def _digits(play: Play, codes: Sequence[str]) -> Check:
    worst, place = min((probability(chi_square([code[place] for code in codes], "0123456789"), 9), place) for place in range(len(codes[0])))
    told = f"at place {place + 1} the least likely: {_chance(worst)}"
    return play.checked("digits at each place", f"as even as chance has them in {1 - UNLIKELY:.4%} of runs", told, worst >= UNLIKELY)


def _zeros(play: Play, codes: Sequence[str]) -> Check:
    zeros, fewest = sum(code.startswith("0") for code in codes), fewest_by_chance(len(codes), 0.1)
    return play.checked("leading zeros", f"at least {fewest}", str(zeros), zeros >= fewest)


def _repeats(play: Play, codes: Sequence[str]) -> Check:
    repeats, most = len(codes) - len(set(codes)), most_repeats_by_chance(len(codes), 10 ** len(codes[0]))
    return play.checked("repeats", f"at most {most}", str(repeats), repeats <= most)


def _steps(play: Play, codes: Sequence[str]) -> Iterator[Check]:
    """Counting up, or any rule by which a code follows from the one before it, shows in how far apart they are."""
    wide = 10 ** len(codes[0])
    steps = [(int(after) - int(before)) % wide for before, after in pairwise(codes)]
    most, allowed = Counter(steps).most_common(1)[0][1], most_alike_by_chance(len(steps), wide)
    yield play.checked("equal steps", f"at most {allowed} alike", f"{most} alike", most <= allowed)
    even = probability(chi_square([10 * step // wide for step in steps], range(10)), 9)
    yield play.checked("sizes of steps", f"as even as chance has them in {1 - UNLIKELY:.4%} of runs", _chance(even), even >= UNLIKELY)


def _chance(share: float) -> str:
    return f"{share:.1%} of runs are less even" if share >= 0.001 else f"one run in {1 / share:,.0f} is less even" if share else "no run is"
