"""HRD-51: where one lands after signing in, whatever the address of the sign-in says to go on to."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from conformance.driver import DriverBroke, Exchange, Page
from conformance.recognise import account_page
from conformance.results import StepRecord
from conformance.suites.leading import leads_to, origin_shown, redirects_of, written_in
from conformance.suites.stage import Play, Stage, need_plain_forms
from conformance.suites.ways import signed_in
from conformance.turn import NoWay
from scenarios.corpora import MARK, NEXT_VALUE, PARAMETER, CorpusText, texts_for

_ELSEWHERE = "elsewhere.test"
LOCATION, LANDING, WRITTEN, SPLIT, CAME_IN = "Location", "landing", "address in a page", "header split", "signed in"
# A name that no portal knows.
_UNKNOWN = "heurtoir"


def redirects(stage: Stage) -> Iterator[StepRecord]:
    """HRD-51: each next value, under every name at once, in the address and among the fields of every form on the way."""
    with stage.scene() as play:
        need_plain_forms(play)
        signed_in(play, "first")
        yield _tried(play, texts_for(NEXT_VALUE))


@dataclass(frozen=True)
class _Led:
    """Where one was led to by a value under some names: what breaks the rule, by kind."""

    breaches: Mapping[str, str]
    came_in: bool
    exchanges: tuple[Exchange, ...]


@dataclass
class _Names:
    """The names that values are told under. Those that are `strict` let nobody in with a value they do not like, and are told alone."""

    together: list[str]
    strict: list[str] = field(default_factory=list)

    def part(self, play: Play, value: CorpusText) -> bool:
        """After nobody was let in: find out which names are strict. False when the value is refused under any name."""
        if not _signed_in_with(play, value, [_UNKNOWN]).came_in:
            return False
        strict = [name for name in self.together if not _signed_in_with(play, value, [name]).came_in]
        self.together = [name for name in self.together if name not in strict]
        self.strict += strict
        return bool(strict)


def _tried(play: Play, values: Sequence[CorpusText]) -> StepRecord:
    began = time.monotonic()
    names = _Names([name.text for name in texts_for(PARAMETER)])
    found: dict[str, str] = {}
    exchanges: list[Exchange] = []
    came_in = 0
    for value in values:
        led = _signed_in_with(play, value, names.together)
        if not led.came_in and names.part(play, value):
            led = _signed_in_with(play, value, names.together)
        came_in += led.came_in
        for one in (led, *(_signed_in_with(play, value, [name]) for name in names.strict)):
            exchanges.extend(one.exchanges)
            for kind in one.breaches.keys() - found.keys():
                found[kind] = f"{one.breaches[kind]}, by {value.named}{_parameter(play, value, names, kind)}"
    facts = ((fact, found.get(fact, "nowhere else")) for fact in (LOCATION, LANDING, WRITTEN, SPLIT))
    checks = [play.checked(fact, "nowhere but to the target’s own site", told, fact not in found) for fact, told in facts]
    checks.append(play.checked(CAME_IN, "with at least one of them", f"with {came_in} of {len(values)}", came_in > 0))
    number = len(names.together) + len(names.strict)
    return play.record(f"Sign in with {len(values)} values of where to go on to, told under {number} names", checks, began, exchanges)


def _signed_in_with(play: Play, value: CorpusText, names: Sequence[str]) -> _Led:
    """Sign in with this value under these names. A portal that refuses it leads nobody anywhere."""
    own = origin_shown(play.scene.world.address)
    text = value.filled({"own": urlsplit(play.scene.world.address).netloc, "elsewhere": _ELSEWHERE})
    browser = f"{value.name}-{len(play.scene.browsers)}"
    forger = play.forger(browser)
    forger.add([(name, text) for name in names])
    try:
        signed_in(play, browser)
    except NoWay:  # also where it leads to a page that there is not
        pass
    except DriverBroke:  # also where it leads elsewhere, which was not followed
        if not forger.answers or forger.answers[-1].status >= 500:
            raise
    came_in = account_page(forger, play.target, play.scene.world.address) is not None
    breaches: dict[str, str] = {}
    for page in forger.answers:
        for kind, told in _breaches(page, own):
            breaches.setdefault(kind, told)
    # Without what was told: 23 names with a value each are no reading.
    exchanges = (replace(one, address=one.address.partition("?")[0]) for page in forger.answers for one in page.exchanges)
    return _Led(breaches, came_in, tuple(exchanges))


def _breaches(page: Page, own: str) -> Iterator[tuple[str, str]]:
    for exchange in page.exchanges:
        for header, written in redirects_of(exchange):
            if (origin := leads_to(exchange.address, written)) != own:
                yield LOCATION, f"{header} leads to {origin}"
        if MARK in exchange.headers or any(cookie.lower().startswith(MARK) for cookie in exchange.set_cookies):
            yield SPLIT, "the value became a header of its own"
    if (origin := origin_shown(page.address)) != own:
        yield LANDING, f"landed on {origin}"
    for place, written in written_in(page):
        if (origin := leads_to(page.address, written)) != own:
            yield WRITTEN, f"{place} leads to {origin}"


def _parameter(play: Play, value: CorpusText, names: _Names, kind: str) -> str:
    """Under which name the value did it, tried one by one; nothing when none does it alone."""
    guilty = next((name for name in (*names.together, *names.strict) if kind in _signed_in_with(play, value, [name]).breaches), "")
    return f", told as “{guilty}”" if guilty else ""
