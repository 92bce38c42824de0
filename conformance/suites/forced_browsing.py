"""HRD-09: addresses of the account, asked for by whoever is not in it."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from conformance.driver import Browser, Page
from conformance.reading import read
from conformance.recognise import account_page
from conformance.results import StepRecord
from conformance.suites.account_pages import AccountPage, account_pages, marks_of
from conformance.suites.stage import INSURED, Play, Stage, need_plain_forms
from conformance.suites.ways import signed_in
from conformance.turn import NoWay


def forced_browsing(stage: Stage) -> Iterator[StepRecord]:
    """HRD-09: no page of the account shows between password and code, nor to whoever did not sign in."""
    with stage.scene() as play:
        need_plain_forms(play)
        signed_in(play, "owner")
        pages = account_pages(play, "owner")
        if not pages:
            raise NoWay("a page that only the account shows", "none")
        marks = _marks(play, pages)
        for state, come in _states(play).items():
            yield _asked_for_all(play, pages, marks, _State(state, come))


@dataclass(frozen=True)
class _State:
    """How far somebody came who is not in the account, and how they come there."""

    name: str
    come: Callable[[], Browser]


def _states(play: Play) -> Mapping[str, Callable[[], Browser]]:
    """Each state in which the account is closed."""

    def after_password() -> Browser:
        play.page("sign-in", browser="half-way")
        return play.scene.browser("half-way")

    def after_asking() -> Browser:
        play.page("sign-in", browser="before-the-code")
        play.page("ask-for", "code", "before-the-code")
        return play.scene.browser("before-the-code")

    def not_at_all() -> Browser:
        browser = play.scene.browser("nobody")
        browser.open(play.target.page_address("sign-in", play.scene.world.address))
        return browser

    codes = {"between password and code": after_password, "before the code is entered": after_asking}
    return {**(codes if "one-time-code" in play.target.functions else {}), "without signing in": not_at_all}


def _asked_for_all(play: Play, pages: Sequence[AccountPage], marks: frozenset[str], state: _State) -> StepRecord:
    began = time.monotonic()
    browser = state.come()
    asked = [*pages, *pages]  # twice: who is turned back may be let in when asking again
    answers = [browser.fetch(page.address) for page in asked]
    shown = dict.fromkeys(page.name for page, answer in zip(asked, answers, strict=True) if page.shown_by(answer) or _told(answer, marks))
    opened = account_page(browser, play.target, play.scene.world.address) is not None
    fact = "shown without signing in" if state.name == "without signing in" else "shown between password and code"
    actual = f"{', '.join(shown) or 'none'} of {len(pages)}" + ("; the account opened" if opened else "")
    checks = [play.checked(fact, "no page of the account", actual, not shown and not opened)]
    exchanges = [one for answer in answers for one in answer.exchanges]
    return play.record(f"Ask for {len(pages)} pages of the account by their addresses, twice, {state.name}", checks, began, exchanges)


def _marks(play: Play, pages: Sequence[AccountPage]) -> frozenset[str]:
    """What the account says of the person, as far as its pages show it."""
    own = "\n".join(line for page in pages for line in page.own_lines)
    return frozenset(mark for mark in marks_of(play, INSURED.key) if mark in own)


def _told(answer: Page, marks: frozenset[str]) -> bool:
    """Whether the words of a page, or what it hides, say anything of the person."""
    return any(mark in text for mark in marks for text in (read(answer.html).body, html.unescape(answer.html)))
