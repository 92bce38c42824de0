"""Two hooks by which other pytest plugins, and our own selftests, may try other cases or in another way."""

from __future__ import annotations

import pytest

from conformance.plan import Material
from conformance.results import CaseResult
from scenarios.model import Trial


@pytest.hookspec(firstresult=True)
def pytest_heurtoir_material(name: str) -> Material | None:
    """What there is to try when `--target NAME` was given. Called in the controller and in every worker, which must agree.

    By default: the target of that name, with this repository's register, cases and suites.
    """


@pytest.hookspec(firstresult=True)
def pytest_heurtoir_run_trial(trial: Trial, request: pytest.FixtureRequest) -> CaseResult | None:
    """Run one trial and return its result. `request` gives access to fixtures.

    By default: conformance.runner, with the driver that was asked for, and a second look at what failed in the browser.
    """
