"""Races are won by a portal that counts, and lost by one that reads, waits and writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.results import CaseResult, Result
from conformance.selftests.fakes import target
from conformance.selftests.racing_portal import RacingPorts
from conformance.selftests.told import told
from conformance.suites import races

RACES = [races.code_entered_at_once, races.wrong_codes_at_once, races.codes_asked_at_once]


@pytest.mark.parametrize("race", RACES)
def test_a_portal_that_counts_passes(race: Callable[..., CaseResult]) -> None:
    """Two rounds, each in a world of its own."""
    ports = RacingPorts(locked=True)
    result = race(target(), ports, ports, 2)
    assert (result.result, result.reason) == (Result.PASSED, "")
    assert len(result.steps) == 2
    assert result.id.startswith("suite.races.")


@pytest.mark.parametrize(
    ("race", "overrun"),
    [
        (races.code_entered_at_once, "sessions opened: expected 1, was"),
        (races.wrong_codes_at_once, "told wrong before the block: expected at most 2, was"),
        (races.codes_asked_at_once, "mails: expected 5, was"),
    ],
)
def test_a_portal_that_reads_waits_and_writes_fails(race: Callable[..., CaseResult], overrun: str) -> None:
    """The reason tells by how much it was overrun; the first round that fails is the last."""
    ports = RacingPorts(locked=False)
    result = race(target(), ports, ports, 3)
    assert result.result is Result.FAILED
    assert overrun in result.reason
    assert not all(check.held for check in result.steps[-1].checks)
    assert all(check.held for step in result.steps[:-1] for check in step.checks)


def test_no_code_is_told() -> None:
    """Codes that raced stand in no result."""
    ports = RacingPorts(locked=False)
    result = races.code_entered_at_once(target(), ports, ports, 1)
    assert ports.portal.mails
    assert all(mail.text.split()[-1] not in told(result) for mail in ports.portal.mails)
