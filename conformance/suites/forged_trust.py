"""HRD-45: a trust cookie cannot be made, changed or prolonged by whoever holds it.

Each forgery is held by a browser of its own that signs in with the right password: it must be asked for a code. The cookie as it was given
must need none, at the beginning and at the end, else nothing is proven.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from conformance.driver import CannotRun, Cookie, DriverBroke, Exchange
from conformance.results import StepRecord
from conformance.suites.cookie_forgeries import Forgery, changed_values, made_values, others_values
from conformance.suites.figures import figures_of
from conformance.suites.stage import INSURED, NEIGHBOUR, Play, Stage, need_plain_forms
from conformance.suites.ways import signed_in
from conformance.turn import NoWay
from scenarios.instants import period_text

CHANGED, MADE, OTHERS, LATE = "changed cookie", "made cookie", "cookie of another account", "cookie after its time"


def forged_trust(stage: Stage) -> Iterator[StepRecord]:
    """HRD-45: every forged trust cookie needs a code again; so does an untouched one after its time."""
    with stage.scene(INSURED, NEIGHBOUR) as play:
        need_plain_forms(play)
        given = _trusted(play, "trusted", INSURED.key)
        others = _trusted(play, "neighbour", NEIGHBOUR.key)
        trials = _Trials(play, given)
        if not trials.opens_with(given):
            raise NoWay("no code in a browser that is trusted", "a code is asked for")
        marked = [cookie for cookie in given if trials.needs(cookie)] or list(given)
        person, neighbour = (play.scene.people[key].credentials.identifier for key in (INSURED.key, NEIGHBOUR.key))
        by_name = {cookie.name: cookie.value for cookie in others}
        for cookie in marked:
            theirs = by_name.get(cookie.name, "")
            yield trials.judged(CHANGED, cookie, changed_values(cookie.value, neighbour))
            yield trials.judged(MADE, cookie, made_values(_names_of(play)))
            yield trials.judged(OTHERS, cookie, others_values(cookie.value, theirs, person, neighbour))
        if not trials.opens_with(given):
            raise NoWay("no code in the browser that was trusted, also after forgeries", "a code is asked for")
        if play.scene.world.clock is not None and play.scene.world.clock.moves:
            yield trials.late()


def _names_of(play: Play) -> Iterator[str]:
    """What the account may be called in a portal's own house."""
    person = play.scene.people[INSURED.key]
    yield person.credentials.identifier
    with suppress(DriverBroke):  # only a number of security has a key
        yield person.identifier("without-key")
    if person.credentials.address:
        yield person.credentials.address


@dataclass
class _Trials:
    """Sign-ins with cookies that are not as they were given. `given` are those that a trusted browser keeps when it is closed."""

    play: Play
    given: Sequence[Cookie]
    number: int = 0

    def needs(self, cookie: Cookie) -> bool:
        """Whether trust hangs on this cookie: without it a code is asked for."""
        return not self.opens_with([other for other in self.given if other is not cookie])

    def judged(self, fact: str, cookie: Cookie, forgeries: Iterable[Forgery]) -> StepRecord:
        """All forgeries of one kind of one cookie."""
        began = time.monotonic()
        tried = 0
        opened: list[str] = []
        exchanges: list[Exchange] = []
        for forgery in forgeries:
            tried += 1
            kept = [replace(one, value=forgery.value) if one is cookie else one for one in self.given]
            if self.opens_with(kept, exchanges):
                opened.append(forgery.name)
        told = f"no code after {', '.join(opened)}" if opened else "a code each time"
        checks = [self.play.checked(fact, "a code each time", told, not opened)]
        return self.play.record(f"Sign in {tried} times with forged cookies of trust: {fact}", checks, began, exchanges)

    def late(self) -> StepRecord:
        """The cookies as they were given, kept beyond their time."""
        began = time.monotonic()
        trust = figures_of(self.play.target.portal).trust
        if trust is None:
            raise CannotRun(f"for how long {self.play.target.portal} trusts a browser is not entered in conformance/suites/figures.py")
        life = period_text(trust)
        self.play.do("clock", f"now + {life}")
        opened = self.opens_with(self.given)
        told = "no code" if opened else "a code"
        checks = [self.play.checked(LATE, "a code", told, not opened)]
        return self.play.record(f"Sign in with the untouched cookie of trust, {life} later", checks, began)

    def opens_with(self, cookies: Sequence[Cookie], exchanges: list[Exchange] | None = None) -> bool:
        """Whether the right password alone opens the account in a new browser that holds these cookies."""
        self.number += 1
        name = f"holder-{self.number}"
        browser = self.play.scene.browser(name)
        browser.open(self.play.target.page_address("sign-in", self.play.scene.world.address))
        names = {cookie.name for cookie in cookies}
        browser.restore([*(cookie for cookie in browser.cookies() if cookie.name not in names), *cookies])
        seen = self.play.page("sign-in", browser=name)
        if exchanges is not None:
            exchanges.extend(seen.page.exchanges)
        return seen.recognition.outcome == "signed-in"


def _trusted(play: Play, browser: str, actor: str) -> tuple[Cookie, ...]:
    """Sign in with trust, and leave: the cookies that outlive the session. Raises NoWay when there are none."""
    signed_in(play, browser, actor, trust=True)
    play.do("sign-out", browser=browser, actor=actor)
    kept = tuple(cookie for cookie in play.scene.browser(browser).cookies() if not cookie.session)
    if not kept:
        raise NoWay("a cookie that outlives the session, in a browser that is trusted", "none")
    return kept
