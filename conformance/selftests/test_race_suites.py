"""Races are won by a portal that counts, and lost by one that reads, waits and writes."""

from __future__ import annotations

import pytest

from conformance.results import Result
from conformance.selftests.fakes import target
from conformance.selftests.racing_portal import RacingPorts
from conformance.selftests.told import told
from conformance.suites.registry import SUITES
from conformance.suites.stage import performed

CODES, WRONG, ASKED = (f"suite.races.{name}" for name in ("code-entered-at-once", "wrong-codes-at-once", "codes-asked-at-once"))


@pytest.mark.parametrize("race", [CODES, WRONG, ASKED])
def test_a_portal_that_counts_passes(race: str) -> None:
    """Two rounds, each in a world of its own."""
    ports = RacingPorts(locked=True)
    result = performed(SUITES[race], race, (target(), ports, ports), rounds=2)
    assert (result.result, result.reason) == (Result.PASSED, "")
    assert len(result.steps) == 2
    assert result.id.startswith("suite.races.")


@pytest.mark.parametrize(
    ("race", "overrun"),
    [
        (CODES, "sessions opened: expected 1, was"),
        (WRONG, "told wrong before the block: expected at most 2, was"),
        (ASKED, "mails: expected 5, was"),
    ],
)
def test_a_portal_that_reads_waits_and_writes_fails(race: str, overrun: str) -> None:
    """The reason tells by how much it was overrun; the first round that fails is the last."""
    ports = RacingPorts(locked=False)
    result = performed(SUITES[race], race, (target(), ports, ports), rounds=3)
    assert result.result is Result.FAILED
    assert overrun in result.reason
    assert not all(check.held for check in result.steps[-1].checks)
    assert all(check.held for step in result.steps[:-1] for check in step.checks)


def test_no_code_is_told() -> None:
    """Codes that raced stand in no result."""
    ports = RacingPorts(locked=False)
    result = performed(SUITES[CODES], CODES, (target(), ports, ports), rounds=1)
    assert ports.portal.mails
    assert all(mail.text.split()[-1] not in told(result) for mail in ports.portal.mails)
