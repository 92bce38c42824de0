"""One test for each trial of the plan: each case, and each example of a case. Collected with --target only; the plugin does the rest."""

from __future__ import annotations

import pytest

from conformance.stash import PLAN, record
from scenarios.model import Trial


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item for each trial that was chosen, named by its id, in the order of the plan."""
    plan = metafunc.config.stash.get(PLAN, None)
    if plan is None:
        raise pytest.UsageError("the cases are tried on an implementation: name it with --target, such as --target simulator")
    trials = plan.trials
    metafunc.parametrize("trial", trials.values(), ids=trials)


def test_case(trial: Trial, request: pytest.FixtureRequest) -> None:
    """The implementation does what the case says."""
    record(request.node, request.config.hook.pytest_heurtoir_run_trial(trial=trial, request=request))
