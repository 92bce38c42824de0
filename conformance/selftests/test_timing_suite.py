"""Time tells who exists where an account takes longer than a stranger, by more than a busy machine would."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from conformance.driver import Credentials, Page, World
from conformance.results import CaseResult, Result
from conformance.selftests.fakes import PERSON, target
from conformance.selftests.racing_portal import RacingPortal, RacingPorts
from conformance.suites.registry import SUITES
from conformance.suites.stage import performed
from conformance.suites.timing import SAMPLES_VARIABLE, Medians
from scenarios.model import Person

TIMING = "suite.timing.who-exists"
STRANGER = "184127500123442"


@dataclass
class SlowPortal(RacingPortal):
    """Answers an account, and a stranger, after so many milliseconds; nobody is ever blocked."""

    account: float = 0.0
    stranger: float = 0.0

    def answer(self, method: str, path: str, data: Mapping[str, str], key: str) -> tuple[Page, str]:
        if method == "POST":
            time.sleep((self.stranger if data.get("n") == STRANGER else self.account) / 1000)
        return super().answer(method, path, data, key)


@dataclass
class SlowPorts(RacingPorts):
    """Portals that take so long, one for each world that is made; the last stands for all further ones."""

    locked: bool = True
    delays: Sequence[tuple[float, float]] = ((0.0, 0.0),)
    made: int = 0

    def make(self, people: Sequence[Person], clock: str | None, claim: str) -> World:
        account, stranger = self.delays[min(self.made, len(self.delays) - 1)]
        world = super().make(people, clock, claim)
        self.portal = SlowPortal(counts="nothing", account=account, stranger=stranger)
        self.made += 1
        known: dict[str, Credentials] = {
            person.key: replace(PERSON, identifier=STRANGER) if person.kind == "stranger" else PERSON for person in people
        }
        return replace(world, people=known)


def timed(ports: SlowPorts, **changed: object) -> CaseResult:
    """The result of the suite on them."""
    return performed(SUITES[TIMING], TIMING, (target(**changed), ports, ports))


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nobody waits for milliseconds that are slept."""
    monkeypatch.setenv(SAMPLES_VARIABLE, "8")


@pytest.mark.parametrize("delays", [(0.0, 0.0), (30.0, 32.0)])
def test_a_portal_that_takes_as_long_passes(delays: tuple[float, float]) -> None:
    """Both forms are timed, each in one world, with two samples of each person."""
    ports = SlowPorts(delays=[delays])
    result = timed(ports)
    assert (result.result, result.reason) == (Result.PASSED, "")
    assert [check.fact for step in result.steps for check in step.checks] == ["sign-in time", "reset form time"]
    assert ports.made == 2


@pytest.mark.parametrize("delays", [(15.0, 0.0), (0.0, 15.0), (32.0, 22.0)])
def test_a_portal_that_takes_longer_for_some_fails(delays: tuple[float, float]) -> None:
    """Whichever takes longer; it is looked at a second time, with more samples, before it counts."""
    ports = SlowPorts(delays=[delays])
    result = timed(ports)
    assert result.result is Result.FAILED
    assert "sign-in time: expected less than 20 % or 5 ms apart, was an account" in result.reason
    assert "medians of 20 samples each" in result.reason
    assert ports.made == 4


def test_what_is_not_seen_a_second_time_does_not_count() -> None:
    """A machine that was busy for a while fails nobody."""
    result = timed(SlowPorts(delays=[(15.0, 0.0), (0.0, 0.0)]))
    assert (result.result, result.reason) == (Result.PASSED, "")


def test_an_answer_that_is_not_the_one_is_not_timed() -> None:
    """A portal that answers everybody quickly, and judges nobody, has not shown that it takes as long."""
    ports, usual = SlowPorts(), target()
    otherwise = replace(usual.wording, outcomes={"blocked.passwords": usual.wording.outcomes["refused.wrong"]})
    result = timed(ports, wording=otherwise)
    assert result.result is Result.FAILED
    assert "expected refused, wrong for a fresh account, found blocked, passwords" in result.reason


def test_a_portal_without_reset_links_is_timed_at_its_sign_in() -> None:
    """What there is not cannot tell."""
    assert len(timed(SlowPorts(), functions=frozenset({"password"})).steps) == 1


@pytest.mark.parametrize(
    ("account", "stranger", "held"), [(100.0, 119.0, True), (100.0, 121.0, False), (1.0, 5.9, True), (1.0, 6.1, False)]
)
def test_the_rule(account: float, stranger: float, held: bool) -> None:
    """Less than a fifth of the shorter, or less than 5 ms."""
    assert Medians(account, stranger).held is held
    assert Medians(stranger, account).held is held
