"""An attacker at one account of one world: guesses, is blocked, goes on as soon as the block ends, and never guesses right.

The world's clock is moved, so that a day passes in seconds. A guess takes no time, which is the most that an attacker can do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from conformance.driver import CannotRun, DriverBroke
from conformance.guesses.blocks import Blocks
from conformance.guesses.rotations import PASSWORD, Rotation
from conformance.suites.stage import Play
from conformance.turn import NoWay

_MINUTE = timedelta(minutes=1)
# So often in a row may nothing come of a try, neither a judgement nor a block, before it is given up.
_MOST_IDLE = 5
_SPELLINGS = ("right", "spaced", "without-key", "lower-case", "spaced-around")
_FIRST = "first"


@dataclass
class Log:
    """When which guesses were judged, when codes were sent, how often there was a block; `stopped`: nothing limits it."""

    began: datetime
    judged: list[datetime] = field(default_factory=list)
    codes: list[datetime] = field(default_factory=list)
    blocks: int = 0
    stopped: bool = False


def most_within(instants: list[datetime], window: timedelta) -> int:
    """How many of them lie in the window that holds most; one that is exactly a window later is not in it."""
    most = first = 0
    for last, instant in enumerate(instants):
        while instant - instants[first] >= window:
            first += 1
        most = max(most, last - first + 1)
    return most


@dataclass
class Attack:
    """An attack under way. `most`: it stops when more guesses than these were judged: then nothing limits it."""

    play: Play
    guessed: str
    rotation: Rotation
    horizon: timedelta
    most: int
    tries: int = 0
    spellings: list[str] = field(default_factory=list)
    spelling: str = "right"
    blocks: Blocks = field(default_factory=Blocks)

    def run(self) -> Log:
        """The whole attack. Raises CannotRun without a clock that can be moved, NoWay where nothing comes of guessing."""
        clock = self.play.scene.clock
        if not clock.moves:
            file = self.play.target.file
            raise CannotRun(f"the clock of {file} cannot be moved, and nobody waits for {self.horizon} (capabilities.clock)")
        log = Log(clock.now())
        self.spellings = self._spellings() if self.rotation.other_spelling else ["right"]
        idle = 0
        while clock.now() - log.began < self.horizon and not log.stopped:
            now = clock.now()
            self.play.scene.events.pop("until", None)
            answer, entered = self._guessed(log)
            idle = 0 if self._noted(log, now, answer, entered) else idle + 1
            if idle >= _MOST_IDLE:
                raise NoWay("a guess that is judged, or a block", answer)
        if not log.judged:
            raise NoWay("at least one guess that is judged", "none")
        return log

    def _noted(self, log: Log, now: datetime, answer: str, entered: bool) -> bool:
        """Note what came of a try, and wait where it was blocked; whether anything came of it."""
        if answer == "refused, wrong":
            log.judged.append(now)
            self.blocks.over(self.spelling)
        elif answer.startswith("blocked"):
            new = self.blocks.met(self.spelling, self.play.scene.events.get("until"), now)
            if new and entered:
                # The last guess that is judged is answered by the block itself.
                log.judged.append(now)
            log.blocks = self.blocks.number
            self._wait(now)
        elif answer == "invalid" and len(self.spellings) > 1:
            # A spelling that the portal does not take.
            self.spellings.remove(self.spelling)
        else:
            return False
        log.stopped = len(log.judged) > self.most
        return True

    def _wait(self, now: datetime) -> None:
        """Until the first block ends; not while there is a spelling that is not known to be blocked."""
        if not self.rotation.waits:
            self.play.scene.move_clock(now + _MINUTE)
        elif not self.blocks.free(self.spellings, now):
            self.play.scene.move_clock(self.blocks.next_end(now))

    def _guessed(self, log: Log) -> tuple[str, bool]:
        """One guess: what came of it, and whether anything was entered at all."""
        self.tries += 1
        free = self.blocks.free(self.spellings, self.play.scene.clock.now()) or self.spellings
        self.spelling = free[self.tries % len(free)]
        browser = f"visit {self.tries}" if self.rotation.new_session else _FIRST
        if self.rotation.other_address:
            self.play.forger(browser).say(_other_address(self.tries))
        if self.rotation.reset_form:
            self.play.page("submit", "forgotten-password", browser="forgotten")
        if self.guessed == PASSWORD:
            values = {"identifier": self.spelling, "password": "wrong"}
            return str(self.play.page("sign-in", values, browser=browser).recognition), True
        return self._code(log, browser)

    def _code(self, log: Log, browser: str) -> tuple[str, bool]:
        asked = self._on_the_code_page(log, browser)
        if asked != "code-asked":
            return asked, False
        person, letters = self.play.scene.people["insured"], self.play.scene.letters
        if self.play.scene.world.mailbox is not None:
            letters.newest_code(person.credentials.address)
        wrong = person.wrong_code(letters.codes_read())
        answer = str(self.play.page("enter", {"text": wrong}, browser=browser).recognition)
        if answer == "signed-in":
            raise DriverBroke("a code was guessed right by chance: run it again")
        return answer, True

    def _on_the_code_page(self, log: Log, browser: str) -> str:
        """Come to the page that asks for a code, by a new sign-in or a new code where need be; what is seen."""
        fresh = self.rotation.other_spelling or not _asks_for_code(self.play, browser)
        if not fresh and not self.rotation.new_code:
            return "code-asked"
        seen = self.play.page("sign-in", {"identifier": self.spelling}, browser=browser).recognition if fresh else None
        if seen is None or seen.outcome == "code-announced":
            seen = self.play.page("ask-for", "code", browser=browser).recognition
        if seen.outcome == "code-asked":
            log.codes.append(self.play.scene.clock.now())
        return str(seen)

    def _spellings(self) -> list[str]:
        """The spellings that there are of this person's identifier, each once."""
        found: dict[str, str] = {}
        for name in _SPELLINGS:
            try:
                found.setdefault(self.play.scene.people["insured"].identifier(name), name)
            except DriverBroke:  # this kind of identifier has no such spelling
                continue
        return list(found.values())


def _asks_for_code(play: Play, browser: str) -> bool:
    try:
        return play.scene.browser(browser).has(play.target.control_named("code"))
    except DriverBroke:  # no page was opened in this browser yet
        return False


def _other_address(number: int) -> dict[str, str]:
    """An address of a network that is for examples, and the headers in which others say where a request comes from."""
    address = f"198.51.100.{number % 250 + 1}"
    names = ("X-Forwarded-For", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP")
    return {**dict.fromkeys(names, address), "Forwarded": f"for={address}"}
