"""Where trials and suites are run with a defect on: one running target, one browser kept open, in one process."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.covering import covered
from conformance.driver import Browsers
from conformance.drivers.forms import FormsBrowsers
from conformance.gate import GATE
from conformance.matrix.attempt import Attempt, attempt_of
from conformance.matrix.gallery import BROWSER
from conformance.matrix.worlds import DefectWorlds
from conformance.obstacles import obstacle_to_suite
from conformance.plan import Plan
from conformance.results import CaseResult
from conformance.runner import RunOptions, run_trial
from conformance.suites.registry import SUITES
from conformance.suites.stage import performed
from conformance.target import Target
from conformance.testability import TestabilityProvisioner
from conformance.verdict import held_to_its_word

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A mail that a defect swallows is waited for in every case that it breaks; one that comes was there long before.
_PATIENCE_SECONDS = 2.0


class Workbench:
    """What is tried, on a running target. To be used from one thread, and closed at the end."""

    def __init__(self, plan: Plan, target: Target) -> None:
        self._plan = plan
        self._target = target
        self._open = ExitStack()
        self._browser: Browser | None = None

    def close(self) -> None:
        """Close the browser, if one was started."""
        self._open.close()

    def attempt(self, id: str, driver: str, defects: tuple[str, ...]) -> Attempt:
        """Run a trial or a suite with these defects on. Raises CannotRun when there is no browser."""
        worlds = DefectWorlds(TestabilityProvisioner(self._target, defects))
        browsers = self._with_a_screen(id in self._plan.suites) if driver == BROWSER else FormsBrowsers()
        result = (
            self._trial(id, driver, worlds, browsers, bool(defects))
            if id in self._plan.trials
            else self._suite(id, driver, worlds, browsers)
        )
        found = attempt_of(held_to_its_word(result), ", ".join(defects) or None, worlds.consulted)
        return replace(found, reason=covered(found.reason, self._plan.secrets))

    def _trial(self, id: str, driver: str, worlds: DefectWorlds, browsers: Browsers, broken: bool) -> CaseResult:
        trial, material = self._plan.trials[id], self._plan.material
        patience = min(self._target.mail_wait_seconds, _PATIENCE_SECONDS) if broken else None
        options = RunOptions(driver, mail_patience_seconds=patience, longest_wait=self._plan.options.longest_wait)
        with GATE.paced_for(trial.case.impact):
            return run_trial(trial, material.register.requirements, self._target, worlds, browsers, options)

    def _suite(self, id: str, driver: str, worlds: DefectWorlds, browsers: Browsers) -> CaseResult:
        declared = self._plan.suites[id]
        if found := obstacle_to_suite(declared, self._target):
            about = (id, declared.title, self._target.portal, driver, declared.impact, declared.verifies)
            return CaseResult(*about, found.result, found.reason)
        with GATE.paced_for(declared.impact):
            return performed(SUITES[id], id, (self._target, worlds, browsers), driver)

    def _with_a_screen(self, keyboard: bool) -> Browsers:
        """Makers of browsers that are one process; suites have a keyboard."""
        from conformance.drivers.browser import ScreenBrowser, ScreenBrowsers
        from conformance.drivers.keyboard import KeyedBrowser

        return ScreenBrowsers(self._started().new_context, self._target.browser, KeyedBrowser if keyboard else ScreenBrowser)

    def _started(self) -> Browser:
        """Raises CannotRun when there is no browser."""
        if self._browser is None:
            from playwright.sync_api import sync_playwright

            from conformance.drivers.chromium import launch_options

            playwright = self._open.enter_context(sync_playwright())
            options = launch_options(playwright.chromium.executable_path, permitted=GATE.permitted)
            self._browser = self._open.enter_context(playwright.chromium.launch(**options))
        return self._browser
