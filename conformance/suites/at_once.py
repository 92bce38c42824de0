"""What races share: browsers that press together, released by a barrier, and what came of it; how many got through, and how many may."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from conformance.driver import Browser, CannotRun, Exchange, Page, Withholding
from conformance.results import Check, StepRecord
from conformance.suites.stage import Play, Stage, need_plain_forms, words_of
from conformance.turn import Turn
from conformance.verbs import VERBS
from scenarios.model import Person, Step

# How often each race is run, when the environment does not say.
ROUNDS = 1
ROUNDS_VARIABLE = "HEURTOIR_RACE_ROUNDS"
_BARRIER_SECONDS = 30.0


@dataclass(frozen=True)
class Answers:
    """What came of pressing at once: how many answers of each kind, the first page of each, and every exchange."""

    counted: Counter[str]
    first: Mapping[str, Page]
    exchanges: tuple[Exchange, ...]
    kinds: tuple[str, ...] = ()

    def __getitem__(self, kind: str) -> int:
        return self.counted[kind]

    def __str__(self) -> str:
        return ", ".join(f"{count} {answer}" for answer, count in self.counted.most_common())

    @property
    def words(self) -> str:
        """The words of each kind of answer."""
        return "\n\n".join(f"{kind}:\n{words_of(page)}" for kind, page in self.first.items())


@dataclass(frozen=True)
class Raced:
    """One round of a race: its step of the report, what is counted, how many got through, and how many may."""

    step: StepRecord
    what: str
    through: int
    allowed: int

    @property
    def held(self) -> bool:
        """Whether everything held in this round."""
        return all(check.held for check in self.step.checks)


Race = Callable[[Play], Raced]


def rounds_of(stage: Stage, race: Race, people: Sequence[Person] = ()) -> Iterator[StepRecord]:
    """All rounds of a race, each in a world of its own, up to the first that does not hold."""
    for turn in stage.rounds(ROUNDS_VARIABLE, ROUNDS):
        raced = one_round(stage, race, turn, people)
        yield raced.step
        if not raced.held:
            return


def one_round(stage: Stage, race: Race, turn: str = "", people: Sequence[Person] = ()) -> Raced:
    """One round in a world of its own, with these people (default: one insured)."""
    with stage.scene(*people, turn=turn) as play:
        need_plain_forms(play)
        return race(play)


def pressed_together(play: Play, racers: Sequence[Browser], button: str) -> Answers:
    """Press in all browsers at once, the last byte of each form held back until all the rest is there; the answers by what they are."""
    barrier = threading.Barrier(len(racers))
    control = play.scene.target.control_named(button)

    def released() -> None:
        barrier.wait(_BARRIER_SECONDS)

    def press(racer: Browser) -> Page:
        if isinstance(racer, Withholding):
            racer.withhold(released)
        else:
            released()
        return racer.press(control)

    with ThreadPoolExecutor(len(racers)) as pool:
        return answers_of(play, list(pool.map(press, racers)))


def pressed_in_turn(play: Play, racers: Sequence[Browser], button: str) -> Answers:
    """Press in one browser after the other, each when the one before it has its answer."""
    control = play.scene.target.control_named(button)
    return answers_of(play, [racer.press(control) for racer in racers])


def answers_of(play: Play, pages: Sequence[Page]) -> Answers:
    """The answers, counted by what they are."""
    kinds = tuple(play.known_as(page) for page in pages)
    first = dict(reversed([*zip(kinds, pages, strict=True)]))
    return Answers(Counter(kinds), first, tuple(one for page in pages for one in page.exchanges), kinds)


def on_the_code_page(play: Play, session: str, count: int) -> list[Browser]:
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


def on_the_password_page(play: Play, name: str) -> Browser:
    """A new browser on the page of the sign-in that asks for the password; what comes before it is filled in."""
    turn = Turn(play.scene, Step("sign-in", None, play.check.place, browser=name), VERBS)
    turn.open("sign-in")
    for stage in play.target.stages(play.target.form_named("sign-in"))[:-1]:
        for control in stage:
            if control.pressed:
                turn.press(control.name)
            else:
                turn.fill(control.name, turn.typed(control.name, "right"))
    return turn.browser


def fill_in_password(play: Play, racer: Browser, password: str) -> None:
    """Fill in the page that asks for the password."""
    turn = Turn(play.scene, Step("sign-in", None, play.check.place), VERBS)
    for control in play.target.stages(play.target.form_named("sign-in"))[-1]:
        if not control.pressed:
            racer.fill(control, password if control.name == "password" else turn.typed(control.name, "right"))


def no_server_error(play: Play, answers: Answers) -> Check:
    """No answer is a server error."""
    broken = answers["server error"]
    return play.checked("server errors", "none", str(broken or "none"), not broken)
