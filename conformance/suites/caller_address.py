"""HRD-21: attempts and codes are counted by account: neither a new browser nor another address of the caller gives fresh ones.

What a request says of where it comes from is anybody's word. Each attempt here comes from a new browser, and says another address in every
way that proxies have for it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from conformance.driver import CannotRun, Exchange
from conformance.observation import PageSeen
from conformance.results import StepRecord
from conformance.suites.figures import figures_of
from conformance.suites.stage import INSURED, NEIGHBOUR, Play, Stage, need_plain_forms
from conformance.suites.ways import mails

_NAMES = ("X-Forwarded-For", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "Client-IP", "X-Cluster-Client-IP")


def caller_address(stage: Stage) -> Iterator[StepRecord]:
    """HRD-21: no fresh attempts and no fresh codes from other addresses; what they block is blocked for every address."""
    with stage.scene(INSURED, NEIGHBOUR) as play:
        need_plain_forms(play)
        allowed = figures_of(play.target.portal).attempts
        from_one_place = [str(play.page("sign-in", {"password": "wrong"}, actor=NEIGHBOUR.key).recognition) for _ in range(allowed)]
        if not _is_blocked(from_one_place[-1]):
            raise CannotRun(f"{allowed} wrong passwords from one browser block nobody here: there is no count to evade")
        yield _attempts(play)
    if {"one-time-code", "quota"} <= stage.target.functions:
        with stage.scene() as play:
            yield _codes(play)


def _attempts(play: Play) -> StepRecord:
    began = time.monotonic()
    allowed = figures_of(play.target.portal).attempts
    seen = [_tried(play, number, {"password": "wrong"}) for number in range(1, allowed + 1)]
    answers = [str(one.recognition) for one in seen]
    after = str(_tried(play, allowed + 1, {}).recognition)
    blocked = f"blocked by the wrong password number {allowed}, and not before"
    told = f"{', '.join(answers)}; then with the right one: {after}"
    held = not any(map(_is_blocked, answers[:-1])) and _is_blocked(answers[-1]) and _is_blocked(after)
    checks = [play.checked("wrong passwords from other addresses", blocked, told, held)]
    return play.record(f"Enter {allowed} wrong passwords, each from a new browser at another address", checks, began, _exchanges(seen))


def _codes(play: Play) -> StepRecord:
    began = time.monotonic()
    quota = figures_of(play.target.portal).quota
    seen = []
    for number in range(1, quota + 2):
        page = _tried(play, number, {})
        if page.recognition.outcome == "code-announced":
            page = play.page("ask-for", "code", _browser(number))
        seen.append(page)
    answers = [str(one.recognition) for one in seen]
    held = all(answer.startswith("code-asked") for answer in answers[:-1]) and _is_blocked(answers[-1])
    came = len(mails(play))
    checks = (
        play.checked("codes asked for from other addresses", f"{quota}, then blocked", ", ".join(answers), held),
        play.checked("mails", str(quota), str(came), came == quota),
    )
    return play.record(f"Ask for {quota + 1} codes, each from a new browser at another address", checks, began, _exchanges(seen))


def _tried(play: Play, number: int, values: dict[str, str]) -> PageSeen:
    """Sign in from a browser that was never anywhere, at an address of its own."""
    address = f"198.51.100.{number}"  # of a network for examples, RFC 5737
    named = dict.fromkeys(_NAMES, address)
    play.forger(_browser(number)).say({**named, "Forwarded": f"for={address};proto=https", "Via": f"1.1 {address}"})
    return play.page("sign-in", values, _browser(number))


def _browser(number: int) -> str:
    return f"caller-{number}"


def _is_blocked(answer: str) -> bool:
    return answer.startswith("blocked")


def _exchanges(seen: list[PageSeen]) -> list[Exchange]:
    return [one for page in seen for one in page.page.exchanges]
