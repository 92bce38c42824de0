"""Races run many times: each round is counted, also those after one that did not hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.commands import races
from conformance.selftests.fakes import target
from conformance.selftests.racing_portal import RacingBrowser, RacingPorts
from conformance.suites import often
from conformance.suites.often import Row, as_data, as_text, counted
from conformance.suites.races import RACES

ROUNDS = 4


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> RowsOf:
    """Counts on a portal in memory."""
    return RowsOf(monkeypatch)


class RowsOf:
    """The rows of these races on that portal."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, ports: RacingPorts, *wanted: str) -> list[Row]:
        self._monkeypatch.setattr(often, "FormsBrowsers", lambda: ports)
        return counted(target(), ports, ROUNDS, [f"suite.races.{name}" for name in wanted], lambda row: None)


def test_every_round_is_counted(count: RowsOf) -> None:
    """On a portal that holds, as many get through in each round as may; the double click is four rows."""
    rows = count(RacingPorts(locked=True), "wrong-codes-at-once", "double-click")
    assert [(row.through, row.allowed, row.not_held, row.reason) for row in rows] == [((3,) * ROUNDS, 3, 0, "")] * 5


def test_rounds_go_on_after_one_that_did_not_hold(count: RowsOf) -> None:
    """So that it can be told how often a mistake shows, and by how much at most; what did not hold is told."""
    (row,) = count(RacingPorts(locked=False), "wrong-passwords-at-once")
    assert len(row.through) == ROUNDS
    assert row.not_held == ROUNDS
    assert row.most > 0
    text = as_text([row])
    assert f"{row.most:+d}" in text
    assert f"{ROUNDS} of {ROUNDS}" in text
    assert "judged: expected 3 allowed" in text
    assert as_data([row])[0]["rounds_not_held"] == ROUNDS


def test_too_few_are_an_overrun_below_nothing(count: RowsOf) -> None:
    """A double click that counts twice blocks too early."""
    (first, *_) = count(RacingPorts(locked=True, counts="request"), "double-click")
    assert (first.through, first.most, first.not_held) == ((2,) * ROUNDS, -1, ROUNDS)


def test_a_race_that_cannot_be_run_says_why(count: RowsOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A portal that has no such function, and one that breaks on the way; neither counts as held."""
    monkeypatch.setattr(often, "FormsBrowsers", RacingPorts)
    row = counted(replace(target(), functions=frozenset()), RacingPorts(True), 1, ["suite.races.link-used-at-once"], lambda row: None)[0]
    assert (row.through, row.reason) == ((), "the portal has no reset-link")
    monkeypatch.setattr(RacingBrowser, "open", lambda self, address: self._show(self._page))
    (broken,) = count(RacingPorts(locked=True), "code-entered-at-once")
    assert broken.reason.startswith("round 1: ")


def test_a_race_that_there_is_not_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """With those there are."""
    assert races.main(["--race", "of-snails"]) == races.USAGE
    told = capsys.readouterr().err
    assert all(id in told for id in RACES)
