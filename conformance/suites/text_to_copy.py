"""AME-10, HRD-80, HRD-94: a text to copy works once, right or wrong, and can be heard as well as seen."""

from __future__ import annotations

import io
import re
import time
import wave
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
from selectolax.lexbor import LexborHTMLParser

from conformance.connections import send
from conformance.driver import Browser, CannotRun, Page
from conformance.forms import Submission, whole_address
from conformance.pictures import picture_address, picture_of
from conformance.results import Check, StepRecord
from conformance.suites.stage import Play, Stage, words_of
from conformance.suites.ways import mails
from conformance.turn import NoWay
from conformance.values import other_text
from scenarios.model import Person

WORTH = "what the text is worth"
MAILS = "mails"
NAME = "name of the picture"
SOUND = "sound"
HEARD = "heard"
_FORM = "enrolment"
_WITHOUT_ACCOUNT = Person("insured", "insured", {"account": "none"})
_SPOKEN = re.compile(r"[ée]cout|audio|son\b|listen|hear", re.IGNORECASE)
# A voice that says several digits takes some seconds, and moves a loudspeaker.
_SHORTEST_SECONDS, _QUIETEST = 2.0, 0.1


def once(stage: Stage) -> Iterator[StepRecord]:
    """HRD-80: the same form sent again with its text, after a right answer and after a wrong one."""
    for right_first in (True, False):
        with stage.scene(_WITHOUT_ACCOUNT) as play:
            yield _sent_twice(play, right_first)


def _sent_twice(play: Play, right_first: bool) -> StepRecord:
    began = time.monotonic()
    forger = play.forger("first")
    forger.hold(play.target.form_named(_FORM).button)
    play.do("submit", _FORM, values={"copied-text": "right" if right_first else "wrong"})
    held = forger.held
    if held is None:
        raise CannotRun("the form is sent by scripts, and what this suite does is done without")
    text = _text(play, forger.page())
    forger.let_go()
    again = forger.send(held.method, held.address, _with(held, other_text(text), text))
    worth = play.known_as(again)
    refused = play.checked(WORTH, "nothing any more", worth, not worth.startswith("sent"))
    expected = 1 if right_first else 0
    came = len(mails(play))
    counted = play.checked(MAILS, str(expected), str(came), came == expected)
    first = "rightly" if right_first else "wrongly"
    return play.record(
        f"Copy the text {first}, and send its form again with the right text", [refused, counted], began, (), words_of(again)
    )


def _text(play: Play, page: Page) -> str:
    text = play.scene.world.text_to_copy
    found = text(picture_address(page)) if text is not None else None
    if found is None:
        raise CannotRun(f"{play.target.file} does not help with the text to copy (capabilities.captcha).")
    return found


def _with(held: Submission, wrong: str, right: str) -> list[tuple[str, str]]:
    return [(name, right if value == wrong else value) for name, value in held.data]


@dataclass(frozen=True)
class _Sound:
    """What came where the page leads for the sound: its kind and size; seconds and loudness (1 is the loudest) where they can be told."""

    kind: str
    size: int
    seconds: float | None = None
    peak: float | None = None

    @property
    def says_something(self) -> bool:
        """Whether somebody could hear digits in it."""
        if not self.kind.startswith("audio/") or not self.size:
            return False
        return self.seconds is None or (self.seconds >= _SHORTEST_SECONDS and (self.peak or 0.0) >= _QUIETEST)

    def __str__(self) -> str:
        told = f", {self.seconds:.1f} s, at most {self.peak:.0%} loud" if self.seconds is not None and self.peak is not None else ""
        return f"{self.kind or 'nothing'}{told}"


def alternative(stage: Stage) -> Iterator[StepRecord]:
    """AME-10, HRD-94: the picture of the text has a name, and beside it there is a sound that says something."""
    with stage.scene(_WITHOUT_ACCOUNT) as play:
        began = time.monotonic()
        form = play.target.form_named(_FORM)
        play.do("open", form.page or "sign-in")
        if form.link is not None:
            play.do("open", {"link": form.link})
        browser = play.scene.browser("first")
        page = browser.page()
        picture, sound = picture_of(page), _sound_address(page)
        if picture is None:
            raise NoWay("a picture of the text to copy", "a page without a picture")
        name = (picture.attributes.get("alt") or picture.attributes.get("aria-label") or "").strip()
        checks = [play.checked(NAME, "some words", name or "none", bool(name))]
        checks.append(play.checked(SOUND, "a way to hear it", "one" if sound else "none", sound is not None))
        if sound is not None:
            checks.append(_heard(play, _fetched(browser, sound)))
        yield play.record("Open the page with the text to copy, and listen", checks, began, page.exchanges, words_of(page))


def _heard(play: Play, sound: _Sound) -> Check:
    return play.checked(HEARD, "a sound in which something is said", str(sound), sound.says_something)


def _sound_address(page: Page) -> str | None:
    """Where the sound is: what an audio element plays, or where a link leads that says that one can listen."""
    tree = LexborHTMLParser(page.html)
    played = next((node.attributes.get("src") for node in tree.css("audio[src], audio source[src]")), None)
    linked = next((node.attributes.get("href") for node in tree.css("a[href]") if _SPOKEN.search(node.text())), None)
    address = played or linked
    return whole_address(page.address, address) if address else None


def _fetched(browser: Browser, address: str) -> _Sound:
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies())
    answer = send(httpx.Request("GET", address, headers={"Cookie": cookies} if cookies else {}))
    kind = answer.headers.get("content-type", "").partition(";")[0].strip()
    if not answer.is_success:
        return _Sound(f"status {answer.status_code}", 0)
    length = _wave(answer.content) if "wav" in kind else None
    return _Sound(kind, len(answer.content), *(length or (None, None)))


def _wave(content: bytes) -> tuple[float, float] | None:
    """Seconds and loudness of a WAV of 8 or 16 bits; None for another one."""
    try:
        with wave.open(io.BytesIO(content)) as sound:
            width, frames = sound.getsampwidth(), sound.readframes(sound.getnframes())
            seconds = sound.getnframes() / sound.getframerate()
    except (wave.Error, EOFError):
        return None
    if width == 1:
        return seconds, max((abs(sample - 128) for sample in frames), default=0) / 128
    if width == 2:
        samples = memoryview(frames).cast("h")
        return seconds, max(map(abs, samples), default=0) / 32_768
    return None
