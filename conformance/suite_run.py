"""What a suite has: a Python test for what no line of a case can say, with the same ids, results and report as a case."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from conformance.conclusion import blank_result
from conformance.covering import covered_result
from conformance.driver import Browsers, DriverBroke, Provisioner, World
from conformance.drivers.forms import FormsBrowsers
from conformance.gate import GATE
from conformance.obstacles import obstacle_to_suite
from conformance.results import CaseResult, StepRecord
from conformance.secrets import Secrets
from conformance.selection import family_of
from conformance.stash import PLAN, record
from conformance.suites.registry import SUITES
from conformance.suites.stage import performed
from conformance.target import Target
from conformance.trying import Bench
from conformance.verdict import result_of
from scenarios.model import DeclaredCheck, Person, Requirement


@dataclass(frozen=True)
class ConformanceRun:
    """One suite under way: the running target, who makes worlds on it, browsers without a screen, and where its result goes.

        @pytest.mark.check("suite.races.code-entered-at-once")        # declared in scenarios/checks.yaml
        def test_one_code_opens_one_session(conformance_run: ConformanceRun) -> None:
            with conformance_run.world(Person("insured", "insured", {"mail": "validated"})) as world:
                browser = conformance_run.browsers().new()
                ...
            conformance_run.conclude([StepRecord("Enter one code eight times at once", place, checks=(check,))])

    The result follows from the checks, as in a case: nothing checked is an error. A CannotRun that a suite lets through says that it
    could not run, a DriverBroke that target or harness broke. Every text of a result is covered before it is kept: the people of the
    worlds made here are known, other secrets, such as a code that came by mail, are told with `secrets.learn`.
    """

    blank: CaseResult
    target: Target
    provisioner: Provisioner
    requirements: Mapping[str, Requirement]
    secrets: Secrets
    declared: DeclaredCheck
    request: pytest.FixtureRequest
    began: float = field(default_factory=time.monotonic)

    def browsers(self) -> Browsers:
        """A maker of browsers without a screen; they may be used from several threads, each from one."""
        return FormsBrowsers()

    @contextmanager
    def world(self, *people: Person, clock: str | None = None) -> Iterator[World]:
        """A fresh world with these people, dropped at the end. Raises DriverBroke, CannotRun."""
        world = self.provisioner.make(people, clock, self.blank.id)
        try:
            for person in world.people.values():
                self.secrets.learn(person.identifier)
                self.secrets.learn(person.password)
            yield world
        finally:
            with suppress(DriverBroke):
                self.provisioner.drop(world)

    def perform(self, suite: str) -> None:
        """Play a suite of the registry, with a real browser where it is declared to need a screen, and keep its result."""
        screen = "screen" in self.declared.needs
        browsers = self._screens() if screen else self.browsers()
        self.record(performed(SUITES[suite], suite, (self.target, self.provisioner, browsers), "browser" if screen else "forms"))

    def _screens(self) -> Browsers:
        from conformance.drivers.browser import ScreenBrowsers  # which costs the forms driver half a second
        from conformance.drivers.keyboard import KeyedBrowser

        return ScreenBrowsers(self.request.getfixturevalue("new_context"), self.target.browser, KeyedBrowser)

    def conclude(self, steps: Sequence[StepRecord], reason: str = "") -> None:
        """End the suite with the result that follows from the checks of these steps."""
        seconds = time.monotonic() - self.began
        self.record(dataclasses.replace(self.blank, result=result_of(steps), reason=reason, steps=tuple(steps), seconds=seconds))

    def record(self, result: CaseResult) -> None:
        """Keep a result made otherwise; the outcome of the test follows from it."""
        record(self.request.node, covered_result(result, self.secrets))


@pytest.fixture
def conformance_run(request: pytest.FixtureRequest, bench: Bench) -> Iterator[ConformanceRun]:
    """For a test with the mark `check`: see ConformanceRun. What the target declares not to have is not tried."""
    plan = request.config.stash[PLAN]
    blank = blank_result(request.node, plan)
    if blank is None:
        raise pytest.UsageError(
            f"{request.node.nodeid} is no suite: mark it with @pytest.mark.check(id), the id as in scenarios/checks.yaml"
        )
    declared = plan.suites[family_of(blank.id)]
    if found := obstacle_to_suite(declared, bench.target):
        record(request.node, dataclasses.replace(blank, result=found.result, reason=found.reason))
        pytest.skip(found.reason)
    bench.check_pulse()
    with GATE.paced_for(blank.impact):
        rules = plan.material.register.requirements
        yield ConformanceRun(blank, bench.target, bench.provisioner, rules, Secrets(), declared, request)
