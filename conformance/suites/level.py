"""AME-35: the level of security that a page shows follows what is typed, and is announced."""

from __future__ import annotations

import time
from collections.abc import Iterator

from conformance.driver import CannotRun, Control
from conformance.keyboard import KeyboardBrowser
from conformance.reading import Reading, read
from conformance.results import StepRecord
from conformance.suites.stage import Stage, words_of
from conformance.turn import NoWay
from scenarios.model import Person

LEVEL = "level"
ANNOUNCED = "announced"
# Short and of one kind of letters; long and of every kind.
_WEAK, _STRONG = "lilaslil", "Lilas-Blanc&7-Vert-Tilleul"


def level(stage: Stage) -> Iterator[StepRecord]:
    """A weak and a strong choice are typed; what the page says of them differs, where assistive technology hears of it."""
    with stage.scene(Person("insured", "insured", {"account": "none"})) as play:
        began = time.monotonic()
        browser = play.scene.browser("first")
        if not isinstance(browser, KeyboardBrowser):
            raise CannotRun("it needs a browser with a keyboard (--driver browser)")
        play.do("submit", "enrolment")
        seen = play.page("sign-in", {"password": "provisional"})
        if seen.recognition.outcome != "password-asked":
            raise NoWay("password-asked", str(seen.recognition))
        control = play.target.control_named("new-password")
        said = [_typed(browser, control, text) for text in (_WEAK, _STRONG)]
        differs, heard = said[0].lines != said[1].lines, _heard(said[0]) != _heard(said[1])
        checks = [
            play.checked(LEVEL, "another one for a strong choice", "another one" if differs else "the same, or none", differs),
            play.checked(ANNOUNCED, "in a live region", " then ".join(map(_heard, said)) if heard else "nothing is announced", heard),
        ]
        yield play.record("Type a weak personal code, then a strong one", checks, began, seen.page.exchanges, words_of(seen.page))


def _typed(browser: KeyboardBrowser, control: Control, text: str) -> Reading:
    browser.fill(control, "")  # which leaves the focus there
    browser.type(text)
    return read(browser.markup())


def _heard(reading: Reading) -> str:
    """What is in the regions of the page that are announced when they change."""
    return " ".join((*reading.alerts, *reading.status)) or "nothing"
