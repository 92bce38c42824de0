"""Every suite of `registry.py`, one test each. Run with --target only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.suites.registry import SUITES

if TYPE_CHECKING:
    from conformance.suite_run import ConformanceRun


@pytest.mark.parametrize("suite", [pytest.param(suite, marks=pytest.mark.check(suite), id=suite) for suite in SUITES])
def test_suite(suite: str, conformance_run: ConformanceRun) -> None:
    """What the suite is declared to verify holds on the target."""
    conformance_run.perform(suite)
