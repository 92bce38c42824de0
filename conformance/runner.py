"""Runs one trial: makes its world, does its steps, holds what is seen against what must be, and drops the world.

Where a target's clock cannot be moved a trial waits. It then stands aside, so that others may go on: see `under_way`.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from conformance import transport, usual
from conformance.driver import Browsers, CannotRun, DriverBroke, Page, Provisioner, World
from conformance.limits import Limits
from conformance.observation import AppSeen, MailSeen, Observation, PageSeen
from conformance.obstacles import obstacle_to
from conformance.results import CaseResult, Check, Result, StepRecord
from conformance.scene import Scene
from conformance.sentences import sentence
from conformance.step_records import mail_record, page_left, page_shown, picture
from conformance.target import Target
from conformance.turn import NoWay
from conformance.verbs import act
from conformance.verify import Standard, instant_meant, verify
from conformance.waiting import Deadline, Pause, critical, limits_of, shortened_in
from conformance.watchers import KnownSecrets, Sight, watched
from scenarios.instants import parse_instant
from scenarios.language import SMS
from scenarios.model import Requirement, Step, Trial

# Clocks of two machines, and of two processes, are no better than this.
_SLACK = timedelta(seconds=1)


@dataclass(frozen=True)
class RunOptions:
    """How trials are run. `screenshots`: of no step, of the steps with an expectation of their own and those gone wrong, or of all.

    `mail_patience_seconds` is how long a mail that is due may take; None: as long as the target file says.
    `rerun` is the command that runs one trial again; `{id}` stands for its id. `longest_wait` is how long a trial may wait in all where
    a clock cannot be moved.
    """

    driver: str
    screenshots: Literal["never", "verified", "all"] = "never"
    mail_patience_seconds: float | None = None
    rerun: str = ""
    longest_wait: timedelta = timedelta(minutes=1)


class _Stop(Exception):
    """The trial cannot go on: with this result, for this reason."""

    def __init__(self, result: Result, reason: str) -> None:
        super().__init__(reason)
        self.result = result
        self.reason = reason


def run_trial(  # noqa: PLR0917
    trial: Trial,
    requirements: Mapping[str, Requirement],
    target: Target,
    provisioner: Provisioner,
    browsers: Browsers,
    options: RunOptions,
) -> CaseResult:
    """Run a trial in a world of its own and tell what came of it. Never raises for what target, driver or case did."""
    way = under_way(trial, requirements, target, provisioner, browsers, options)
    while True:
        try:
            pause = next(way)
        except StopIteration as end:
            result: CaseResult = end.value
            return result
        time.sleep(max(0.0, pause.due - time.monotonic()))


def under_way(  # noqa: PLR0917
    trial: Trial,
    requirements: Mapping[str, Requirement],
    target: Target,
    provisioner: Provisioner,
    browsers: Browsers,
    options: RunOptions,
) -> Generator[Pause, None, CaseResult]:
    """The same as `run_trial`, but whenever the trial waits it yields, and goes on when it is asked for the next."""
    began = time.monotonic()
    run = _Run(trial, requirements, target, options)
    try:
        run.check_needs(browsers)
        with _world(trial, provisioner, browsers) as world:
            yield from run.go(world, browsers)
    except _Stop as stop:
        run.stopped(stop)
    except Exception as fault:
        run.stopped(_stop_for(fault))
    return run.result(time.monotonic() - began)


@contextmanager
def _world(trial: Trial, provisioner: Provisioner, browsers: Browsers) -> Iterator[World]:
    world = provisioner.make(trial.people, trial.clock, trial.id)
    try:
        yield world
    finally:
        # A browser that is gone, or a world that cannot be dropped any more, is no fault of the case, and hides no interrupt.
        with suppress(Exception):
            browsers.close()
        with suppress(Exception):
            provisioner.drop(world)


class _Run:
    """One trial under way."""

    def __init__(self, trial: Trial, requirements: Mapping[str, Requirement], target: Target, options: RunOptions) -> None:
        self.trial = trial
        self.requirements = requirements
        self.target = target
        self.options = options
        self.scene: Scene | None = None
        self.records: list[StepRecord] = []
        self.sights: dict[int, Sight] = {}
        self.stop: _Stop | None = None
        self.waited = timedelta()
        self.slowest = timedelta()
        self.deadline: Deadline | None = None
        self.shown: dict[str, Page] = {}
        self.turned_back = False

    def check_needs(self, browsers: Browsers) -> None:
        """Raises _Stop when the target lacks or forbids what the trial needs, or declares not to have what it verifies."""
        if found := obstacle_to(self.trial, self.target, self.options.longest_wait, browsers.screen):
            raise _Stop(found.result, found.reason)

    def go(self, world: World, browsers: Browsers) -> Generator[Pause, None, None]:
        """Do the steps until one goes wrong, then let the watchers judge all that was seen. Yields where the clock is waited for."""
        first = self.trial.people[0].key if self.trial.people else None
        patience = self.options.mail_patience_seconds
        patience = self.target.mail_wait_seconds if patience is None else patience
        self.scene = Scene.begin(self.target, world, browsers, first, patience)
        try:
            yield from self._steps(self.scene)
        except Exception:
            raise
        except BaseException:  # the run is broken off: from here on nobody waits for the target
            transport.hurry()
            raise
        finally:
            self._watch(self.scene)

    def _steps(self, scene: Scene) -> Generator[Pause, None, None]:
        for step in self.trial.steps:
            for turn in range(1, step.times + 1):
                if step.verb == "clock" and scene.waits:
                    yield from self._wait(scene, step)
                elif not self._step(scene, step, turn):
                    return

    def _wait(self, scene: Scene, step: Step) -> Generator[Pause, None, None]:
        """Stand aside until the instant has come. What must go on at once and was resumed too late can say nothing any more."""
        scene.look_at_the_clock()
        expression = str(step.argument)
        instant = instant_meant(expression, scene.events, limits_of(self.target), edge=True)
        seconds = max(0.0, (instant - scene.clock.now()).total_seconds())
        self.waited += timedelta(seconds=seconds)
        if self.waited > self.options.longest_wait:
            told = f"“{expression}” is {seconds:.0f} s away, and --max-wait allows {self.options.longest_wait} in all"
            raise _Stop(Result.COULD_NOT_RUN, f"{told}. Let it wait longer, or shorten [limits] in {self.target.file}.")
        pause = Pause(time.monotonic() + seconds, critical(parse_instant(expression)), expression)
        self.records.append(StepRecord(sentence(step, 1), str(step.place), outcome=f"waited {seconds:.1f} s", seconds=seconds))
        yield pause
        scene.look_at_the_clock()
        self.deadline = Deadline.of(pause, self.target.clock_precision)
        self._check_deadline()

    def _check_deadline(self) -> None:
        if self.deadline and (late := self.deadline.missed(time.monotonic())):
            raise _Stop(Result.COULD_NOT_RUN, late)

    def _step(self, scene: Scene, step: Step, turn: int) -> bool:
        """Whether the trial can go on after this step."""
        began = time.monotonic()
        observation: Observation | None = None
        scene.goes_on = step is not self.trial.steps[-1] or turn < step.times
        try:
            observation = act(scene, step)
            scene.look_at_the_clock()
            self.turned_back = self.turned_back or _turned_back(step, observation)
            self.slowest = max(self.slowest, timedelta(seconds=time.monotonic() - began))
            checks = self._verified(scene, step, observation)
            if not all(check.held for check in checks):
                self._check_deadline()
            if step.expect is not None:
                self.deadline = None
            if step.label and turn == step.times:
                self._remember(scene, step.label, observation)
        except _Stop as stop:
            self.stop, checks = stop, ()
        except NoWay as no_way:
            checks = (self._no_way(step, no_way),)
        except Exception as fault:
            self.stop = _stop_for(fault)
            checks = ()
        words = scene.secrets.covered(sentence(step, turn))
        draft = StepRecord(words, str(step.place), checks=_covered(checks, scene), seconds=time.monotonic() - began)
        self._record(scene, step, draft, observation)
        return self.stop is None and all(check.held for check in checks if check.level == "must" or check.on_the_way)

    def _verified(self, scene: Scene, step: Step, observation: Observation | None) -> tuple[Check, ...]:
        if observation is None:
            return ()
        on_the_way = step.expect is None
        limits, slack = (limits_of(self.target), self.slowest + _SLACK) if scene.waits else (Limits(), timedelta())
        standard = Standard(self.target, self.trial.case.verifies, self._level(on_the_way), scene.events, scene.remembered, limits, slack)
        checks = verify(observation, usual.expectation_of(step), standard, on_the_way)
        if isinstance(observation, MailSeen) and step.argument != "any":
            fact, expected = (SMS, "an SMS") if step.argument == SMS else ("mail", f"a mail with a {step.argument}")
            came = observation.message is not None
            actual = "it came" if came else "none came"
            return (Check(fact, expected, actual, came, standard.requirements, standard.level, on_the_way), *checks)
        return checks

    def _no_way(self, step: Step, no_way: NoWay) -> Check:
        on_the_way = step.expect is None
        return Check("way", no_way.expected, no_way.actual, False, self.trial.case.verifies, self._level(on_the_way), on_the_way)

    def _level(self, on_the_way: bool) -> str:
        """`should` when everything the case verifies is no more than that. The way there must always be open."""
        levels = {self.requirements[name].level for name in self.trial.case.verifies if name in self.requirements}
        return "should" if levels == {"should"} and not on_the_way else "must"

    def _remember(self, scene: Scene, label: str, observation: Observation | None) -> None:
        scene.happened(label)
        if isinstance(observation, PageSeen):
            scene.remembered[label] = observation.essence

    def _record(self, scene: Scene, step: Step, draft: StepRecord, observation: Observation | None) -> None:
        if isinstance(observation, AppSeen):
            self.sights[len(self.records)] = Sight(observation)
            draft = replace(draft, **page_shown(observation, scene, None))
        elif isinstance(observation, PageSeen):
            browser = scene.browser(step.browser)
            self.sights[len(self.records)] = Sight(
                observation, browser.cookies(), scene.inspected(browser), not scene.is_of_target(observation.page.address)
            )
            draft = replace(draft, **page_shown(observation, scene, self.shown.get(step.browser)))
            self.shown[step.browser] = observation.page
        elif isinstance(observation, MailSeen):
            self.sights[len(self.records)] = Sight(observation)
            draft = replace(draft, outcome=f"{observation.count} {_name_of(step)}", mail=mail_record(observation, scene))
        elif self.stop is not None or draft.checks:
            draft = replace(draft, **page_left(scene, step))
        if self._pictured(step, draft):
            draft = replace(draft, screenshot=picture(scene, step))
        self.records.append(draft)

    def _pictured(self, step: Step, draft: StepRecord) -> bool:
        if self.options.screenshots == "never" or step.verb in {"clock", "staff", "message", "request", "fault", "app"}:
            return False
        went_wrong = self.stop is not None or any(not check.held for check in draft.checks)
        return self.options.screenshots == "all" or step.expect is not None or went_wrong

    def _watch(self, scene: Scene) -> None:
        try:
            codes = scene.letters.all_codes()
        except DriverBroke:  # the mailbox is gone: what was read until then is still known
            codes = scene.letters.codes_read()
        codes |= scene.texts.codes_read()
        links = scene.letters.secret_links() | scene.texts.secret_links()
        numbers = frozenset(person.credentials.identifier for person in scene.people.values())
        known = KnownSecrets(codes, frozenset(scene.passwords), links, numbers)
        for index, sight in self.sights.items():
            found = watched(sight, known, self.requirements)
            self.records[index] = replace(self.records[index], checks=(*self.records[index].checks, *_covered(found, scene)))

    def stopped(self, stop: _Stop) -> None:
        """Take down why the trial did not come to its end."""
        self.stop = self.stop or stop

    def result(self, seconds: float) -> CaseResult:
        """What came of it, all in all."""
        result, reason = self._verdict()
        covered = self.scene.secrets.covered if self.scene else str
        return CaseResult(
            id=self.trial.id,
            title=self.trial.case.title,
            portal=self.trial.case.portal,
            driver=self.options.driver,
            impact=self.trial.case.impact,
            requirements=self.trial.case.verifies,
            result=result,
            reason=covered(reason),
            steps=tuple(self.records),
            seconds=seconds,
            rerun=self.options.rerun.replace("{id}", self.trial.id),
            place=str(self.trial.case.place),
            not_tried=tuple(map(covered, self._left())) if self.records else (),
        )

    def _left(self) -> list[str]:
        """The steps that it did not come to."""
        return [sentence(step, turn) for step in self.trial.steps for turn in range(1, step.times + 1)][len(self.records) :]

    def _doubt(self) -> str:
        """Where people were prepared by hand, they may be others than the target file takes them for."""
        source = self.target.people
        if not self.turned_back or source is None or source.file is None:
            return ""
        who = source.file.rsplit("/", 1)[-1]
        return f"\nOr is the account no longer as {who} of {self.target.file} says? Try it by hand with that identifier and password."

    def _verdict(self) -> tuple[Result, str]:
        if self.stop is not None:
            return self.stop.result, self.stop.reason
        own = [(record, check) for record in self.records for check in record.checks if check.watcher is None]
        broken = [(record, check) for record, check in own if not check.held]
        if broken:
            result = Result.WARNING if all(check.level == "should" for _, check in broken) else Result.FAILED
            return result, _told(*broken[0]) + self._doubt()
        if all(check.on_the_way for _, check in own):
            return Result.ERROR, "verified nothing: no step has an expectation that was held against anything"
        if self.scene and self.scene.waits and (shortened := shortened_in(self.trial, self.target)):
            return Result.MECHANISM_ONLY, f"held with shortened limits: {shortened}"
        return Result.PASSED, ""


def _name_of(step: Step) -> str:
    return "SMS" if step.argument == SMS else "mails"


def _turned_back(step: Step, observation: Observation | None) -> bool:
    """Whether somebody signed in with all that is right, and was told that it is wrong."""
    right = step.verb == "sign-in" and all(value == "right" for value in (step.argument or {}).values())
    return right and isinstance(observation, PageSeen) and str(observation.recognition) == "refused, wrong"


def _stop_for(fault: Exception) -> _Stop:
    if isinstance(fault, CannotRun):
        return _Stop(Result.COULD_NOT_RUN, str(fault))
    if isinstance(fault, DriverBroke):
        return _Stop(Result.ERROR, str(fault))
    if isinstance(fault, RecursionError):
        return _Stop(Result.ERROR, "a page nests its elements so deeply that it cannot be read; no browser would show it as it is")
    return _Stop(Result.ERROR, f"the harness broke: {type(fault).__name__}: {fault}{_where(fault)}")


def _where(fault: Exception) -> str:
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f" ({trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}, line {trace.tb_lineno})"


def _told(record: StepRecord, check: Check) -> str:
    way = "on the way, " if check.on_the_way else ""
    return f"{way}{record.sentence}: {check.fact}: expected {check.expected}, was {check.actual}"


def _covered(checks: tuple[Check, ...], scene: Scene) -> tuple[Check, ...]:
    cover = scene.secrets.covered
    return tuple(replace(check, expected=cover(check.expected), actual=cover(check.actual)) for check in checks)
