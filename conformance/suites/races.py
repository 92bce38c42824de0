"""Things done at the same moment: codes and passwords entered, codes asked for, a link used. Each round is a world of its own.

Threads press at once, released together by a barrier; each has a browser of its own, with the cookies of one session where one is meant.
HEURTOIR_RACE_ROUNDS in the environment says how often each is run; `python -m conformance races` runs them often, and counts.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress

from conformance.observation import MailSeen, PageSeen
from conformance.recognise import account_page
from conformance.results import Check, StepRecord
from conformance.suites import double_click
from conformance.suites.at_once import (
    Race,
    Raced,
    fill_in_password,
    no_server_error,
    on_the_code_page,
    on_the_password_page,
    pressed_together,
    rounds_of,
)
from conformance.suites.figures import figures_of
from conformance.suites.stage import Play, Stage
from conformance.turn import NoWay, Turn
from conformance.verbs import VERBS, act
from scenarios.model import Person, Step

EQUAL_CODES = 8
WRONG_CODES = 50
WRONG_PASSWORDS = 50
REQUESTS_FOR_CODES = 20
LINKS_USED = 8
CLAIMANTS = (Person("insured", "insured", {"account": "none"}), Person("neighbour", "insured", {"account": "none"}))
_ACCEPTED = frozenset({"done", "signed-in", "sign-in-asked", "another page"})
_NEXT_STEP = frozenset({"code-announced", "code-asked", "signed-in"})


def code_entered_at_once(stage: Stage) -> Iterator[StepRecord]:
    """HRD-02: one right code entered eight times at the same moment opens one session."""
    yield from rounds_of(stage, equal_codes)


def wrong_codes_at_once(stage: Stage) -> Iterator[StepRecord]:
    """HRD-03: of fifty wrong codes entered at the same moment no more are judged than attempts are left; the account ends blocked."""
    yield from rounds_of(stage, wrong_codes)


def wrong_passwords_at_once(stage: Stage) -> Iterator[StepRecord]:
    """HRD-03: of fifty wrong passwords entered at the same moment no more are judged than attempts are left; then even the right one is
    refused."""
    yield from rounds_of(stage, wrong_passwords)


def codes_asked_at_once(stage: Stage) -> Iterator[StepRecord]:
    """HRD-08: twenty requests for codes at the same moment bring as many mails as the quota allows, and end blocked."""
    yield from rounds_of(stage, requests_for_codes)


def link_used_at_once(stage: Stage) -> Iterator[StepRecord]:
    """HRD-60: one link used eight times at the same moment sets one password."""
    yield from rounds_of(stage, link_uses)


def address_claimed_at_once(stage: Stage) -> Iterator[StepRecord]:
    """AME-43: two people who claim one address at the same moment; one gets it."""
    yield from rounds_of(stage, address_claims, CLAIMANTS)


def equal_codes(play: Play) -> Raced:
    """One right code, eight times: how many sessions open."""
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
    step = play.record(f"Enter the code received {EQUAL_CODES} times at once", checks, began, answers.exchanges, answers.words)
    return Raced(step, "sessions opened", len(sessions), 1)


def wrong_codes(play: Play) -> Raced:
    """Fifty wrong codes in as many sessions as codes may be asked for: each has its page, and all share the account's counter."""
    began = time.monotonic()
    figures = figures_of(play.target.portal)
    sessions = figures.quota
    racers = [racer for number in range(sessions) for racer in on_the_code_page(play, f"session-{number}", WRONG_CODES // sessions)]
    person = play.scene.people["insured"]
    received = play.scene.letters.newest_code(person.credentials.address) or ""
    for racer in racers:
        racer.fill(play.scene.target.control_named("code"), person.wrong_code({received}))
    answers = pressed_together(play, racers, "enter-code")
    # The last wrong code allowed is answered by the block itself.
    judged = answers["refused, wrong"] + (answers["blocked, codes"] > 0)
    checks = (
        _judged(play, judged, figures.attempts, str(answers)),
        play.checked("told blocked", "at least 1", str(answers["blocked, codes"]), answers["blocked, codes"] >= 1),
        *_tried_in_vain(play, received, f"session-{sessions - 1}"),
        no_server_error(play, answers),
    )
    told = f"Enter {WRONG_CODES} wrong codes at once in {sessions} sessions, then the right code and the right password"
    return Raced(play.record(told, checks, began, answers.exchanges, answers.words), "judged", judged, figures.attempts)


def wrong_passwords(play: Play) -> Raced:
    """Fifty wrong passwords, each in a browser of its own."""
    began = time.monotonic()
    figures = figures_of(play.target.portal)
    person = play.scene.people["insured"]
    racers = [on_the_password_page(play, f"racer-{number}") for number in range(WRONG_PASSWORDS)]
    for racer in racers:
        fill_in_password(play, racer, person.typed_password("wrong"))
    answers = pressed_together(play, racers, play.target.form_named("sign-in").button)
    judged = answers["refused, wrong"] + (answers["blocked, passwords"] > 0)
    password = str(play.page("sign-in", browser="afterwards").recognition)
    checks = (
        _judged(play, judged, figures.attempts, str(answers)),
        play.checked("told blocked", "at least 1", str(answers["blocked, passwords"]), answers["blocked, passwords"] >= 1),
        play.checked("the right password afterwards", "blocked, passwords", password, password == "blocked, passwords"),
        no_server_error(play, answers),
    )
    told = f"Enter {WRONG_PASSWORDS} wrong passwords at once, each in a browser of its own, then the right password"
    return Raced(play.record(told, checks, began, answers.exchanges, answers.words), "judged", judged, figures.attempts)


def requests_for_codes(play: Play) -> Raced:
    """Twenty requests for codes, each in a browser of its own: how many mails come."""
    began = time.monotonic()
    quota = figures_of(play.target.portal).quota
    names = [f"racer-{number}" for number in range(REQUESTS_FOR_CODES)]
    for name in names:
        play.page("sign-in", browser=name)
    racers = [play.scene.browser(name) for name in names]
    answers = pressed_together(play, racers, "ask-for-code")
    mails = play.do("message", "any")
    assert isinstance(mails, MailSeen)
    after = play.page("sign-in", browser="afterwards")
    checks = (
        play.checked("mails", str(quota), f"{mails.count}; answers: {answers}", mails.count == quota),
        play.checked("the account afterwards", "blocked, quota", str(after.recognition), str(after.recognition) == "blocked, quota"),
        no_server_error(play, answers),
    )
    told = f"Ask for {REQUESTS_FOR_CODES} codes at once, each in a browser of its own"
    return Raced(play.record(told, checks, began, answers.exchanges, answers.words), "mails", mails.count, quota)


def link_uses(play: Play) -> Raced:
    """One link that sets a password, in eight browsers, each with a password of its own: how many are set, and which holds."""
    began = time.monotonic()
    person = play.scene.people["insured"]
    play.page("submit", "forgotten-password")
    racers, passwords = [], []
    for number in range(LINKS_USED):
        play.page("open", {"message": "link"}, browser=f"racer-{number}")
        racers.append(play.scene.browser(f"racer-{number}"))
        if not racers[-1].has(play.target.control_named("new-password")):
            raise NoWay(f"the form for a new password, in browser {number + 1} that opens the link", "none")
        passwords.append(person.new_password("right"))
        play.scene.learn_password(passwords[-1])
        for control in ("new-password", "confirmation"):
            racers[-1].fill(play.target.control_named(control), passwords[-1])
    answers = pressed_together(play, racers, "set-password")
    accepted = [number for number, kind in enumerate(answers.kinds) if kind in _ACCEPTED]
    person.password = passwords[accepted[0]] if accepted else person.password
    opened = play.page("sign-in", browser="afterwards").recognition.outcome
    checks = (
        play.checked("passwords set", "1", f"{len(accepted)}; answers: {answers}", len(accepted) == 1),
        play.checked("the password told to be set", " or ".join(sorted(_NEXT_STEP)), opened, opened in _NEXT_STEP),
        no_server_error(play, answers),
    )
    told = f"Set {LINKS_USED} passwords at once by one link, then sign in with the one that was accepted"
    return Raced(play.record(told, checks, began, answers.exchanges, answers.words), "passwords set", len(accepted), 1)


def address_claims(play: Play) -> Raced:
    """Two people who have come as far as the contact details give one address: how many get it."""
    began = time.monotonic()
    turns = [_at_contact_details(play, person.key) for person in CLAIMANTS]
    for turn in turns:
        claimed = {"address-of": CLAIMANTS[0].key}
        turn.fill_in(play.target.form_named("contact-details"), {"mail-address": claimed, "mail-address-again": claimed})
    answers = pressed_together(play, [turn.browser for turn in turns], play.target.form_named("contact-details").button)
    got_it = answers["validation-asked"]
    checks = (
        play.checked("accounts with the address", "1", f"{got_it}; answers: {answers}", got_it == 1),
        play.checked("refused", "1", str(answers["invalid"]), answers["invalid"] == 1),
        no_server_error(play, answers),
    )
    step = play.record("Give one address for two accounts at once", checks, began, answers.exchanges, answers.words)
    return Raced(step, "accounts with the address", got_it, 1)


def _at_contact_details(play: Play, key: str) -> Turn:
    play.page("submit", "enrolment", key, actor=key)
    play.page("sign-in", {"password": "provisional"}, key, actor=key)
    seen = play.page("set-password", "right", key, actor=key)
    if seen.recognition.page != "contact-details":
        raise NoWay("the form for contact details", str(seen.recognition))
    return Turn(play.scene, Step("submit", "contact-details", play.check.place, browser=key, actor=key), VERBS)


def _judged(play: Play, judged: int, allowed: int, answers: str) -> Check:
    return play.checked("judged", f"{allowed} allowed", f"{judged} judged; answers: {answers}", judged <= allowed)


def _tried_in_vain(play: Play, code: str, session: str) -> tuple[Check, ...]:
    """The right code and the right password after the race: neither must open anything."""
    play.scene.codes["right"] = code
    shown = "no form to enter it"
    with suppress(NoWay):
        newest = Step("enter", "right", play.check.place, browser=session, expect={"outcome": "blocked"})
        seen = act(play.scene, newest)
        shown = str(seen.recognition) if isinstance(seen, PageSeen) else shown
    password = str(play.page("sign-in", browser="afterwards").recognition)
    return (
        play.checked("the right code afterwards", "not signed-in", shown, shown != "signed-in"),
        play.checked("the right password afterwards", "blocked, codes", password, password == "blocked, codes"),
    )


# The races by the id of their suite, for who runs them often and counts.
RACES: Mapping[str, tuple[Race, ...]] = {
    "suite.races.code-entered-at-once": (equal_codes,),
    "suite.races.wrong-codes-at-once": (wrong_codes,),
    "suite.races.wrong-passwords-at-once": (wrong_passwords,),
    "suite.races.codes-asked-at-once": (requests_for_codes,),
    "suite.races.link-used-at-once": (link_uses,),
    "suite.races.address-claimed-at-once": (address_claims,),
    "suite.races.double-click": double_click.RACES,
}
# Who is in the world of a race, where it is not one insured.
PEOPLE: Mapping[Race, tuple[Person, ...]] = {address_claims: CLAIMANTS}
