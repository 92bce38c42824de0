"""What a suite plays on: worlds of its own, the steps of cases, comparisons, and the result that follows from them.

A suite is a function that takes a Stage and yields the steps of its report as they become known:

    def sessions(stage: Stage) -> Iterator[StepRecord]:
        with stage.scene(INSURED) as play:
            began = time.monotonic()
            seen = play.page("sign-in")
            yield play.record("Sign in", [play.checked("outcome", "code-asked", str(seen.recognition), held)], began)

It is declared in scenarios/checks.yaml and named in `registry.py`. It works from what the target declares, and knows no portal.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.driver import Browsers, CannotRun, DriverBroke, Exchange, LiftingProvisioner, Page, Provisioner
from conformance.forging import Forger, ForgingBrowsers
from conformance.observation import Observation, PageSeen
from conformance.reading import read
from conformance.recognise import recognise
from conformance.results import CaseResult, Check, Result, StepRecord
from conformance.scene import Scene
from conformance.target import Target
from conformance.turn import NoWay
from conformance.verbs import act
from conformance.verdict import result_of
from scenarios.checks import load_checks
from scenarios.model import DeclaredCheck, Person, Step
from scenarios.register import load_register

INSURED = Person("insured", "insured", {"mail": "validated"})
NEIGHBOUR = Person("neighbour", "insured", {"mail": "validated"})
_MOST_WORDS = 1_000


@dataclass(frozen=True)
class Play:
    """A suite in one world: does steps of cases there, and notes what was compared. `turn` says which round of how many, or nothing."""

    scene: Scene
    check: DeclaredCheck
    level: str
    turn: str = ""

    @property
    def target(self) -> Target:
        """What is tried."""
        return self.scene.target

    def do(self, verb: str, argument: object = None, browser: str = "first", **options: Any) -> Observation | None:
        """Do a step of a case; `options` are those of scenarios.model.Step. Raises NoWay, CannotRun, DriverBroke."""
        return act(self.scene, Step(verb, argument, self.check.place, browser=browser, **options))

    def page(self, verb: str, argument: object = None, browser: str = "first", **options: Any) -> PageSeen:
        """Do a step of a case that shows a page."""
        seen = self.do(verb, argument, browser, **options)
        if not isinstance(seen, PageSeen):
            raise DriverBroke(f"“{verb}” shows no page, and {self.check.id} needs one ({self.check.place}).")
        return seen

    def forger(self, name: str) -> Forger:
        """The browser of that name, made to send what nobody would. Raises CannotRun where browsers have a screen."""
        known = self.scene.browsers.get(name)
        if known is None and isinstance(self.scene.makers, ForgingBrowsers):
            known = self.scene.browsers[name] = self.scene.makers.forger()
        if isinstance(known, Forger):
            return known
        raise CannotRun("forged requests are sent without a screen (--driver forms)")

    def checked(self, fact: str, expected: str, actual: str, held: bool) -> Check:
        """One comparison."""
        told = f"{actual} ({self.turn})" if self.turn else actual
        return Check(fact, expected, told, held, self.check.verifies, self.level)

    def record(
        self, sentence: str, checks: Sequence[Check], began: float, exchanges: Sequence[Exchange] = (), words: str = ""
    ) -> StepRecord:
        """One step of the report, with what was asked of the portal; `began`: time.monotonic() when it was begun."""
        cover = self.scene.secrets.covered
        covered = tuple(replace(check, expected=cover(check.expected), actual=cover(check.actual)) for check in checks)
        asked = Counter(" ".join((one.method, self.scene.shortened(one.address), "→", str(one.status))) for one in exchanges)
        requests = tuple(f"{count} × {request}" for request, count in asked.most_common())
        seconds = time.monotonic() - began
        return StepRecord(sentence, str(self.check.place), checks=covered, requests=requests, words=cover(words), seconds=seconds)

    def known_as(self, page: Page) -> str:
        """What a page is, by its words alone: `blocked, codes`, `server error`, or `another page`, such as the open account."""
        if page.status >= 500:
            return "server error"
        try:
            return str(recognise(page, self.target))
        except DriverBroke:
            return "another page"


@dataclass(frozen=True)
class Stage:
    """What a suite is given. `browsers` makes browsers without a screen, or with one where the check says that it needs one."""

    check: DeclaredCheck
    target: Target
    provisioner: Provisioner
    browsers: Browsers
    given_rounds: int | None = None
    scenes: list[Scene] = field(default_factory=list)

    @contextmanager
    def scene(self, *people: Person, clock: str | None = None, turn: str = "", lift: Sequence[str] = ()) -> Iterator[Play]:
        """A fresh world with these people (default: one insured), dropped at the end. The first person acts.

        The limits in `lift` do not hold in it. Raises CannotRun where the target cannot do that.
        """
        people = people or (INSURED,)
        world = self._lifting(lift).make(people, clock, self.check.id)
        try:
            scene = Scene.begin(self.target, world, self.browsers, people[0].key, self.target.mail_wait_seconds)
            self.scenes.append(scene)
            yield Play(scene, self.check, self._level(), turn)
        finally:
            with suppress(DriverBroke):
                self.browsers.close()
            with suppress(DriverBroke, CannotRun):
                self.provisioner.drop(world)

    def crowd(self, number: int) -> tuple[Person, ...]:
        """That many insured people where the target makes them; where they are prepared, as many as the suite is declared to use up."""
        prepared = self.target.people is not None and self.target.people.file is not None
        count = min(number, self.check.people) if prepared else number
        return tuple(replace(INSURED, key=f"insured-{one}") for one in range(1, count + 1))

    def rounds(self, variable: str, usual: int) -> Iterator[str]:
        """How a round is called, for each of them; nothing where there is one. The environment may ask for more under that name."""
        number = self.given_rounds or int(os.environ.get(variable, usual))
        for turn in range(1, number + 1):
            yield f"round {turn} of {number}" if number > 1 else ""

    def _lifting(self, limits: Sequence[str]) -> Provisioner:
        if not limits:
            return self.provisioner
        if isinstance(self.provisioner, LiftingProvisioner):
            return self.provisioner.lifting(limits)
        raise CannotRun(f"{self.target.file} has no testability API that lifts the {' and the '.join(limits)} (capabilities.lift)")

    def _level(self) -> str:
        requirements = load_register().requirements
        return "should" if {requirements[name].level for name in self.check.verifies if name in requirements} == {"should"} else "must"


Suite = Callable[[Stage], Iterator[StepRecord]]


def performed(
    suite: Suite, identifier: str, ports: tuple[Target, Provisioner, Browsers], driver: str = "forms", rounds: int | None = None
) -> CaseResult:
    """Play a suite to its end and tell what came of it. Never raises for what target, driver or case did."""
    check = next(check for check in load_checks() if check.id == identifier)
    stage = Stage(check, *ports, rounds)
    began = time.monotonic()
    steps: list[StepRecord] = []
    try:
        for step in suite(stage):
            steps.append(step)
        result = result_of(steps)
        broken = [check for step in steps for check in step.checks if not check.held]
        reason = "; ".join(f"{check.fact}: expected {check.expected}, was {check.actual}" for check in broken)
    except CannotRun as lacking:
        result, reason = Result.COULD_NOT_RUN, str(lacking)
    except NoWay as no_way:
        result, reason = Result.FAILED, str(no_way)
        steps.append(_failed_on_the_way(check, no_way))
    except DriverBroke as broke:
        result, reason = Result.ERROR, str(broke)
    for scene in stage.scenes:
        reason = scene.secrets.covered(reason)
    return CaseResult(
        id=check.id,
        title=check.title,
        portal=stage.target.portal,
        driver=driver,
        impact=check.impact,
        requirements=check.verifies,
        result=result,
        reason=reason,
        steps=tuple(steps),
        seconds=time.monotonic() - began,
        place=str(check.place),
    )


def need_plain_forms(play: Play) -> None:
    """Raises CannotRun where the sign-in form is made by scripts: so many real browsers at once are more than a machine has."""
    target = play.target
    first = target.stages(target.form_named("sign-in"))[0][0]
    looking = play.scene.browser("looking")
    page = looking.open(target.page_address("sign-in", play.scene.world.address))
    if not looking.has(first) and "<script" in page.html:
        told = f"without scripts {page.address} shows no {first.role} “{first.name}”"
        raise CannotRun(f"{told}, and what this suite does is done without scripts ({target.file}).")


def words_of(page: Page) -> str:
    """What a page says, cut to what a report can show."""
    return "\n".join(read(page.html).lines)[:_MOST_WORDS]


def _failed_on_the_way(check: DeclaredCheck, no_way: NoWay) -> StepRecord:
    way = Check("way", no_way.expected, no_way.actual, False, check.verifies, on_the_way=True)
    return StepRecord(check.title, str(check.place), checks=(way,))
