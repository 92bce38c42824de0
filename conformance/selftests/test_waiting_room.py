"""Trials that wait do so side by side; whoever must go on at a certain moment does, whatever else there is to do."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace

from conformance.results import CaseResult, Result
from conformance.waiting import Pause
from conformance.waiting_room import WaitingRoom
from scenarios.loader import load_cases, trials
from scenarios.model import Trial

SOME = next(trial for case in load_cases() for trial in trials(case))


def trial(name: str) -> Trial:
    """A trial of that id."""
    return replace(SOME, id=name)


class Ways:
    """Makes ways that wait as told, and notes what happened when. `turn` is what each turn takes, in seconds."""

    def __init__(self, waits: dict[str, list[tuple[float, bool]]], turn: float = 0.0) -> None:
        self.waits = waits
        self.turn = turn
        self.began = time.monotonic()
        self.lateness: dict[str, float] = {}
        self.order: list[str] = []
        self.closed: list[str] = []

    def begin(self, one: Trial) -> Generator[Pause, None, CaseResult]:
        """The way of a trial: a turn, a wait, a turn, … and its result."""
        try:
            self.order.append(one.id)
            time.sleep(self.turn)
            for seconds, critical in self.waits[one.id]:
                due = time.monotonic() + seconds
                yield Pause(due, critical, "code-sent + 14m59s")
                self.lateness[one.id] = time.monotonic() - due
                time.sleep(self.turn)
        except GeneratorExit:
            self.closed.append(one.id)
            raise
        return CaseResult(one.id, "", "ameli-connect", "forms", "account", (), Result.PASSED)


def test_all_waits_take_as_long_as_the_longest() -> None:
    """Ten trials that wait three tenths of a second take little more than one of them."""
    ways = Ways({f"t{number}": [(0.3, False)] for number in range(10)})
    room = WaitingRoom(ways.begin, map(trial, ways.waits))
    results = [room.result_of(trial(name)) for name in ways.waits]
    assert [result.id for result in results] == list(ways.waits)
    assert time.monotonic() - ways.began < 0.6


def test_whoever_is_critical_is_not_kept_waiting_by_those_who_are_not() -> None:
    """No other turn begins that would still be going on when a critical one is due."""
    waits: dict[str, list[tuple[float, bool]]] = {f"t{number}": [(0.1, False)] * 3 for number in range(6)}
    ways = Ways({"critical": [(0.5, True), (0.5, True)], **waits}, turn=0.05)
    room = WaitingRoom(ways.begin, map(trial, ways.waits))
    for name in reversed(ways.waits):
        room.result_of(trial(name))
    assert ways.lateness["critical"] < 0.03


def test_a_trial_nobody_announced_is_let_in_when_it_is_asked_for() -> None:
    """Such as one that is tried again."""
    ways = Ways({"late": [(0.01, False)], "first": [(0.01, False)]})
    room = WaitingRoom(ways.begin, [trial("first")])
    assert room.result_of(trial("late")).id == "late"
    assert room.result_of(trial("first")).id == "first"


def test_what_is_under_way_when_the_room_closes_is_broken_off() -> None:
    """Its worlds are dropped, and nothing is waited for."""
    ways = Ways({"short": [(0.01, False)], "long": [(3600.0, False)]})
    room = WaitingRoom(ways.begin, map(trial, ways.waits))
    room.result_of(trial("short"))
    room.close()
    assert ways.closed == ["long"]
    assert time.monotonic() - ways.began < 1
