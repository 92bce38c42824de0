"""What only one process of a run does: it starts the target, notes the results, judges them, writes the report, says how it went."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conformance.conclusion import carried
from conformance.covering import covered_name
from conformance.exitstatus import PYTEST_INTERRUPTED, PYTEST_NOTHING, exit_status
from conformance.gate import NotPermitted
from conformance.journal import Journal
from conformance.plan import Plan
from conformance.process import ADDRESSES_VARIABLE, admitted, environment, started, told_addresses
from conformance.progress import clipped
from conformance.pulse import silent
from conformance.report.assembling import assemble
from conformance.report.document import Document
from conformance.report.view import View
from conformance.report.writing import clear, write
from conformance.results import EXIT_CODES, Verdict
from conformance.stash import BROWSER
from conformance.summary import command, summary
from conformance.target import Addresses, Target
from conformance.target_file import TargetError

BROWSER_TOLD = "heurtoir_browser"  # in what a worker of xdist hands over when it ends
_WIDTH_OF_LOGS = 160
_WORKERS_END_SECONDS = 1.5
_COLOURS = {Verdict.CONFORMANT: "green", Verdict.PARTIAL: "yellow", Verdict.INCOMPLETE: "yellow"}


class Controller:
    """A pytest plugin, registered in the process that the user started."""

    def __init__(self, config: pytest.Config, plan: Plan) -> None:
        self._config = config
        self._plan = plan
        self._target = plan.material.target
        self._journal = Journal(plan, _now())
        self._document: Document | None = None
        self._page: Path | None = None
        self._nodes: list[Any] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Clear an earlier report away, start the target's process, and ask whether it may be tried, before any worker starts."""
        if self._config.option.collectonly:
            return
        try:
            clear(self._plan.options.report)
        except OSError as error:
            raise pytest.UsageError(f"--report {self._plan.options.report}: {error.strerror or error}") from None
        stack = ExitStack()
        self._config.add_cleanup(stack.close)
        stack.callback(signal.signal, signal.SIGTERM, signal.signal(signal.SIGTERM, self._as_interrupt))
        try:
            self._target = admitted(self._running(stack))
        except TargetError as error:
            self._give_up(str(error), "the target could not be started")
        except NotPermitted as refusal:
            self._give_up(f"{self._target.file}: {refusal}", "the target does not permit to be touched")
        if nobody := silent(self._target):
            self._give_up(nobody, "the target does not answer")

    def _give_up(self, problem: str, why: str) -> None:
        """End before anything was tried, with a report that says so."""
        print(covered_name(problem, self._plan.secrets), file=sys.stderr)
        self._journal.problem(problem)
        with suppress(OSError):
            write(self._assembled(interrupted=False), self._plan.options.report)
        pytest.exit(f"{why}, so nothing was tried", returncode=EXIT_CODES[Verdict.ERROR])

    def _assembled(self, interrupted: bool) -> Document:
        browser = self._config.stash.get(BROWSER, None)
        run = self._journal.run(self._target, _now(), interrupted, command(self._plan, self._plan.options.wish), browser)
        material = self._plan.material
        return assemble(run, material.register, material.later, material.checks, self._plan.secrets)

    def _running(self, stack: ExitStack) -> Target:
        addresses, start = told_addresses(), self._target.start
        if start is None:
            return self._target.at(addresses or Addresses(""))
        if addresses is None:
            addresses = stack.enter_context(started(start, self._target.file))
            os.environ.update(environment(addresses))
            stack.callback(os.environ.pop, ADDRESSES_VARIABLE, None)
        return self._target.at(addresses)

    def _as_interrupt(self, *_: object) -> None:
        """A CI server that ends a job gets its report, and no target is left running. Unlike Ctrl-C it ends one process; workers follow."""
        self._signal_workers(signal.SIGINT)
        raise KeyboardInterrupt

    def _signal_workers(self, how: signal.Signals) -> None:
        """execnet tells nobody which process a worker is; without that, workers end after xdist's own patience."""
        for node in self._nodes:
            worker = getattr(getattr(node.gateway, "_io", None), "popen", None)
            if worker is not None and worker.poll() is None:
                worker.send_signal(how)

    def pytest_keyboard_interrupt(self) -> None:
        """With workers: nobody waits long for one whose interrupt was lost, as it is when it comes in the middle of a callback."""
        late = threading.Timer(_WORKERS_END_SECONDS, self._signal_workers, [signal.SIGKILL])
        late.daemon = True
        late.start()

    def pytest_report_header(self) -> str:
        """One line on what is tried, and on what."""
        plan = self._plan
        waiting = len(plan.waiting)
        told = f"; {waiting} cases wait for real, side by side, each {plan.options.longest_wait} at most" if waiting else ""
        target = covered_name(plan.options.target, plan.secrets)
        return f"heurtoir: {len(plan.trials)} cases, {len(plan.suites)} suites on {target}, driver {plan.options.driver}{told}"

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Without workers: the tests that will run."""
        self._journal.collect(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """With workers: the tests that will run."""
        self._journal.collect(ids)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodeready(self, node: Any) -> None:
        """With workers: one is there."""
        self._nodes.append(node)
        self._journal.processes = max(self._journal.processes, len({one.gateway.id for one in self._nodes if not one.shutting_down}))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """With workers: the browser they used. One that died tells nothing."""
        if told := getattr(node, "workeroutput", {}).get(BROWSER_TOLD):
            self._config.stash[BROWSER] = told

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file of tests that cannot be read breaks the run, not only its cases."""
        if report.failed:
            self._journal.problem(f"{report.nodeid}: {report.longreprtext}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note results, and what broke around a test."""
        results = carried(report)
        if results:
            self._journal.note(report.nodeid, results)
        elif report.failed:
            self._journal.broke(report.nodeid, f"{report.when}: {_last_line(report.longreprtext)}")

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Judge, write the report, and let the run end with the verdict's code."""
        nothing = not self._journal.collected and not self._journal.problems
        if self._config.option.collectonly or nothing:
            return
        self._document = self._assembled(interrupted=exitstatus == PYTEST_INTERRUPTED)
        session.exitstatus = exit_status(self._document.verdict, exitstatus)
        try:
            self._page = write(self._document, self._plan.options.report)
        except OSError as error:
            self._journal.problem(f"the report could not be written: {error}")
            session.exitstatus = EXIT_CODES[Verdict.ERROR]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
        """The verdict, the counts, the first failures, and where the report is."""
        if self._document is None:
            if exitstatus == PYTEST_NOTHING and not self._config.option.collectonly:
                self._say_nothing(terminalreporter)
            return
        verdict = self._document.verdict
        colour = {_COLOURS.get(verdict, "red"): True}
        terminalreporter.write_sep("=", f"{self._document.target.name}: {View(self._document).verdict.upper()}", bold=True, **colour)
        page = _near(self._page) if self._page else f"none: {self._journal.problems[-1]}"
        width = terminalreporter._tw.fullwidth if terminalreporter.isatty else _WIDTH_OF_LOGS
        for line in summary(self._document, self._plan, page, width):
            terminalreporter.write_line(covered_name(line, self._plan.secrets))

    def _say_nothing(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.write_line("Nothing was selected, so nothing was tried and no report was written.")
        for why, cases in self._plan.left_out.items():
            terminalreporter.write_line(f"{len(cases)} left out, {why}")


def _now() -> datetime:
    return datetime.now(UTC).astimezone()  # noqa: TID251 - when the run was, on the clock of this machine


def _near(path: Path) -> str:
    """Relative to where the user is, when it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def _last_line(text: str) -> str:
    return clipped(text.strip().splitlines()[-1] if text.strip() else "broke without a word")
