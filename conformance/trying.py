"""How the plugin tries one trial: with the driver that was asked for, and, when it failed in the browser, a second time with a trace."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.clocks import RunningClock
from conformance.driver import Browsers, DriverBroke, Provisioner
from conformance.drivers.forms import FormsBrowsers
from conformance.gate import GATE
from conformance.people.allocation import claims_of
from conformance.people.prepared import PreparedPeople
from conformance.plan import Plan
from conformance.process import running
from conformance.provisioning import provisioner_of
from conformance.pulse import Pulse
from conformance.report.writing import TRACES
from conformance.results import CaseResult, Result
from conformance.runner import RunOptions, run_trial
from conformance.stash import BROWSER, PLAN
from conformance.target import Target
from scenarios.model import Trial

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


@dataclass(frozen=True)
class Bench:
    """What every trial of a process is tried with: the plan, the running target, and who makes worlds on it."""

    plan: Plan
    target: Target
    provisioner: Provisioner
    pulse: Pulse

    def options(self, screenshots: Any = "never") -> RunOptions:
        """How trials are run; what pictures are taken of is as RunOptions says."""
        return RunOptions(self.plan.options.driver, screenshots, longest_wait=self.plan.options.longest_wait)

    def run(self, trial: Trial, browsers: Browsers, screenshots: Any = "never") -> CaseResult:
        """Run a trial in a fresh world. Raises DriverBroke at once when the target is gone."""
        self.check_pulse()
        options = self.options(screenshots)
        with GATE.paced_for(trial.case.impact):
            result = run_trial(trial, self.plan.material.register.requirements, self.target, self.provisioner, browsers, options)
        return self.diagnosed(result)

    def check_pulse(self) -> None:
        """Raises DriverBroke when the target is known to be gone."""
        if gone := self.pulse.lost():
            raise DriverBroke(gone)

    def diagnosed(self, result: CaseResult) -> CaseResult:
        """The same result; an error that comes of a target that is gone says so first."""
        if result.result is Result.ERROR and (gone := self.pulse.ask()):
            return replace(result, reason=f"{gone}\n{result.reason}")
        return result

    def has_used_up(self, trial: Trial) -> bool:
        """Whether a trial cannot be run a second time: its prepared accounts are no longer as they were."""
        return isinstance(self.provisioner, PreparedPeople) and self.provisioner.uses_up(trial.id)


@pytest.fixture(scope="session")
def bench(pytestconfig: pytest.Config) -> Iterator[Bench]:
    """The bench of this process. The target itself was started by the controller."""
    plan = pytestconfig.stash[PLAN]
    with running(plan.material.target) as target:
        permitted = [trial for trial in plan.trials.values() if not GATE.forbids(trial.case.impact)]
        suites = [suite for suite in plan.suites.values() if not GATE.forbids(suite.impact)]
        claims = claims_of(permitted, suites, target, plan.options.longest_wait)
        yield Bench(plan, target, provisioner_of(target, claims, RunningClock(target.file)), Pulse(target))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: Mapping[str, Any], request: pytest.FixtureRequest) -> Mapping[str, Any]:
    """With --target: arguments that hold the gate for all that a page loads, and an installed Chromium when Playwright has none of its own.

    Which Chromium the user named, by channel or path, is taken; how it is started is not left to it.
    """
    option = request.config.option
    if PLAN not in request.config.stash:
        return browser_type_launch_args
    from conformance.drivers.chromium import arguments, launch_options

    request.getfixturevalue("bench")  # which asks for permission: what the browser finds is settled when it starts
    if option.browser_channel or "executable_path" in browser_type_launch_args:
        ours: Mapping[str, Any] = {"args": arguments(GATE.permitted)}
    else:
        ours = launch_options(request.getfixturevalue("playwright").chromium.executable_path, bool(option.headed), GATE.permitted)
    # Ctrl-C reaches Playwright's own process too: it leaves the browser to us. Of two rules for hosts Chromium takes the last.
    return {**ours, **browser_type_launch_args, "handle_sigint": False, "args": [*browser_type_launch_args.get("args", ()), *ours["args"]]}


@pytest.hookimpl(trylast=True)
def pytest_heurtoir_run_trial(trial: Trial, request: pytest.FixtureRequest) -> CaseResult:
    """Run it with the driver that was asked for. The forms driver starts no browser."""
    bench: Bench = request.getfixturevalue("bench")
    if bench.plan.options.driver == "forms":
        return bench.run(trial, FormsBrowsers())
    from conformance.drivers.browser import ScreenBrowsers

    new_context = request.getfixturevalue("new_context")
    started = request.getfixturevalue("browser")
    request.config.stash[BROWSER] = f"{started.browser_type.name} {started.version}"
    first = bench.run(trial, ScreenBrowsers(new_context, bench.target.browser), "verified")
    if first.result is not Result.FAILED or bench.has_used_up(trial):
        return first
    trace = _trace_file(bench.plan.options.report, trial.id) if keeps_traces(request.config.option.tracing) else None
    with _traced(new_context, trace) as traced:
        second = bench.run(trial, ScreenBrowsers(traced, bench.target.browser), "all")
    return seen_twice(first, second, trace)


def keeps_traces(tracing: str) -> bool:
    """Whether a second look leaves a trace: Playwright's own option says otherwise; and no trace is kept of a target beyond this machine,
    as it holds pages, cookies and all that was typed, and nothing of it can be covered."""
    return tracing == "off" and not GATE.permitted


def seen_twice(first: CaseResult, second: CaseResult, trace: Path | None) -> CaseResult:
    """The first result, which stands, with what the second look adds: pictures of its steps, the trace, and whether it failed again."""
    attachments = (*first.attachments, *([f"{TRACES}/{trace.name}"] if trace and trace.exists() else []))
    if second.result is not Result.FAILED:
        reason = f"{first.reason}\nnot repeated: {second.result} on the second run".strip()
        return replace(first, reason=reason, attachments=attachments)
    steps = [*first.steps]
    for index, (before, again) in enumerate(zip(first.steps, second.steps, strict=False)):
        if before.screenshot is None and before.sentence == again.sentence:
            steps[index] = replace(before, screenshot=again.screenshot)
    return replace(first, steps=tuple(steps), attachments=attachments)


def _trace_file(report: Path, id: str) -> Path:
    name = re.sub(r"[^\w.-]+", "_", id).strip("_")
    return report / TRACES / f"{name}.zip"


@contextmanager
def _traced(new_context: Callable[..., BrowserContext], trace: Path | None) -> Iterator[Callable[..., BrowserContext]]:
    """The same as `new_context`, but the first context keeps a trace in that file, written when it is closed."""
    waiting = [trace] if trace else []

    def traced(**settings: Any) -> BrowserContext:
        context = new_context(**settings)
        if waiting:
            _keep_trace(context, waiting.pop())
        return context

    yield traced


def _keep_trace(context: BrowserContext, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    context.tracing.start(screenshots=True, snapshots=True)
    close = context.close

    def traced_close(**settings: Any) -> None:
        context.tracing.stop(path=file)
        close(**settings)

    context.close = traced_close  # type: ignore[method-assign]
