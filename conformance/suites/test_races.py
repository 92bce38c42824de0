"""Races: what is done at the same moment counts as what it is. Run with --target only.

HEURTOIR_RACE_ROUNDS in the environment says how often each is run, each time in a fresh world.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from conformance.results import CaseResult
from conformance.suites import races

if TYPE_CHECKING:
    from conformance.suite_run import ConformanceRun


def _run(race: Callable[..., CaseResult], run: ConformanceRun) -> None:
    rounds = int(os.environ.get("HEURTOIR_RACE_ROUNDS", races.ROUNDS))
    run.record(race(run.target, run.provisioner, run.browsers(), rounds))


@pytest.mark.check("suite.races.code-entered-at-once")
def test_one_code_entered_at_once_opens_one_session(conformance_run: ConformanceRun) -> None:
    """HRD-02: eight equal right codes, one session."""
    _run(races.code_entered_at_once, conformance_run)


@pytest.mark.check("suite.races.wrong-codes-at-once")
def test_wrong_codes_at_once_are_judged_no_more_often_than_attempts_are_left(conformance_run: ConformanceRun) -> None:
    """HRD-03: fifty wrong codes, three attempts, one block."""
    _run(races.wrong_codes_at_once, conformance_run)


@pytest.mark.check("suite.races.codes-asked-at-once")
def test_codes_asked_at_once_bring_no_more_mails_than_the_quota(conformance_run: ConformanceRun) -> None:
    """HRD-08: twenty requests, five mails, one block."""
    _run(races.codes_asked_at_once, conformance_run)
