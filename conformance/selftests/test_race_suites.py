"""Races are won by a portal that counts, and lost by one that reads, waits and writes, or counts what it should not."""

from __future__ import annotations

import pytest

from conformance.results import Result
from conformance.selftests.fakes import target
from conformance.selftests.racing_portal import RacingPorts
from conformance.selftests.told import told
from conformance.suites.registry import SUITES
from conformance.suites.stage import performed

CODES, WRONG, PASSWORDS, ASKED, LINK, CLICKS = (
    f"suite.races.{name}"
    for name in (
        "code-entered-at-once",
        "wrong-codes-at-once",
        "wrong-passwords-at-once",
        "codes-asked-at-once",
        "link-used-at-once",
        "double-click",
    )
)


@pytest.mark.parametrize(("race", "steps"), [(CODES, 1), (WRONG, 1), (PASSWORDS, 1), (ASKED, 1), (LINK, 1), (CLICKS, 4)])
def test_a_portal_that_counts_passes(race: str, steps: int) -> None:
    """Two rounds, each in a world of its own."""
    ports = RacingPorts(locked=True)
    result = performed(SUITES[race], race, (target(), ports, ports), rounds=2)
    assert (result.result, result.reason) == (Result.PASSED, "")
    assert len(result.steps) == 2 * steps
    assert result.id.startswith("suite.races.")


@pytest.mark.parametrize(
    ("race", "overrun"),
    [
        (CODES, "sessions opened: expected 1, was"),
        (WRONG, "judged: expected 3 allowed, was"),
        (PASSWORDS, "judged: expected 3 allowed, was"),
        (ASKED, "mails: expected 5, was"),
        (LINK, "passwords set: expected 1, was"),
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


@pytest.mark.parametrize(
    ("counts", "overruns"),
    [
        (
            "request",
            ("double clicks until the block (passwords): expected 3, was 2", "double clicks until the block (codes): expected 3, was 2"),
        ),
        ("page", ("different values until the block (passwords): expected 3, was 5", "different values until the block (codes)")),
        ("nothing", ("double clicks until the block (passwords): expected 3, was not after 4",)),
    ],
)
def test_a_portal_that_counts_what_it_should_not_fails(counts: str, overruns: tuple[str, ...]) -> None:
    """Each request, so that a double click costs two attempts; each page, so that one page gives guesses without end; or nothing."""
    ports = RacingPorts(locked=True, counts=counts)
    result = performed(SUITES[CLICKS], CLICKS, (target(), ports, ports))
    assert result.result is Result.FAILED
    assert all(overrun in result.reason for overrun in overruns)


def test_no_code_is_told() -> None:
    """Codes that raced stand in no result."""
    ports = RacingPorts(locked=False)
    result = performed(SUITES[CODES], CODES, (target(), ports, ports), rounds=1)
    assert ports.portal.mails
    assert all(mail.text.split()[-1] not in told(result) for mail in ports.portal.mails)
