"""Time tells who exists where an account takes longer than a stranger, by more than a busy machine would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from conformance.driver import Credentials, Page, World
from conformance.results import CaseResult, Result
from conformance.selftests.fakes import PERSON, target
from conformance.selftests.french_pages import page
from conformance.selftests.racing_portal import RacingBrowser, RacingPortal, RacingPorts
from conformance.suites.registry import SUITES
from conformance.suites.stage import performed
from conformance.suites.timing import SAMPLES_VARIABLE, Medians
from scenarios.model import Person

TIMING = "suite.timing.who-exists"
STRANGER = "184127500123442"


class SlowBrowser(RacingBrowser):
    """Is told how many milliseconds an account's answer, and a stranger's, took; nobody waits for them."""

    def __init__(self, portal: RacingPortal, account: float, stranger: float) -> None:
        super().__init__(portal)
        self._took = {PERSON.identifier: account, STRANGER: stranger}

    def _ask(self, method: str, address: str, data: Mapping[str, str]) -> Page:
        answer = super()._ask(method, address, data)
        took = self._took.get(data.get("n", ""), 1.0) / 1000
        return replace(answer, exchanges=tuple(replace(one, seconds=took) for one in answer.exchanges))


@dataclass
class SlowPorts(RacingPorts):
    """Portals that take so long, one for each world that is made; the last stands for all further ones."""

    locked: bool = True
    counts: str = "nothing"
    delays: Sequence[tuple[float, float]] = ((2.0, 2.0),)
    made: int = 0

    def make(self, people: Sequence[Person], clock: str | None, claim: str) -> World:
        world = super().make(people, clock, claim)
        self.made += 1
        known: dict[str, Credentials] = {
            person.key: replace(PERSON, identifier=STRANGER) if person.kind == "stranger" else PERSON for person in people
        }
        return replace(world, people=known)

    def new(self) -> RacingBrowser:
        return SlowBrowser(self.portal, *self.delays[min(self.made, len(self.delays)) - 1])


def timed(ports: SlowPorts, **changed: object) -> CaseResult:
    """The result of the suite on them."""
    return performed(SUITES[TIMING], TIMING, (target(**changed), ports, ports))


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as show that there are several."""
    monkeypatch.setenv(SAMPLES_VARIABLE, "8")


@pytest.mark.parametrize("delays", [(2.0, 2.0), (1.0, 5.5), (30.0, 34.0)])
def test_a_portal_that_takes_as_long_passes(delays: tuple[float, float]) -> None:
    """Both forms are timed, each in one world, with two samples of each person."""
    ports = SlowPorts(delays=[delays])
    result = timed(ports)
    assert (result.result, result.reason) == (Result.PASSED, "")
    assert [check.fact for step in result.steps for check in step.checks] == ["sign-in time", "reset form time"]
    assert ports.made == 2


@pytest.mark.parametrize("delays", [(15.0, 1.0), (1.0, 15.0), (32.0, 22.0), (200.0, 150.0)])
def test_a_portal_that_takes_longer_for_some_fails(delays: tuple[float, float]) -> None:
    """Whichever takes longer; it is looked at a second time, with more samples, before it counts."""
    ports = SlowPorts(delays=[delays])
    result = timed(ports)
    assert result.result is Result.FAILED
    assert "sign-in time: expected less than 20 % or 5 ms apart, was an account" in result.reason
    assert "medians of 12 samples each" in result.reason
    assert ports.made == 4


def test_a_great_difference_is_seen_at_once() -> None:
    """No machine is so busy with one kind alone: nobody waits for a second look."""
    ports = SlowPorts(delays=[(60.0, 2.0)])
    assert timed(ports).result is Result.FAILED
    assert ports.made == 2


def test_what_is_not_seen_a_second_time_does_not_count() -> None:
    """A machine that was busy for a while fails nobody."""
    result = timed(SlowPorts(delays=[(15.0, 1.0), (1.0, 1.0)]))
    assert (result.result, result.reason) == (Result.PASSED, "")


def test_an_answer_that_is_not_the_one_is_not_timed() -> None:
    """A portal that answers everybody quickly, and judges nobody, has not shown that it takes as long."""
    ports, usual = SlowPorts(), target()
    otherwise = replace(usual.wording, outcomes={"blocked.passwords": usual.wording.outcomes["refused.wrong"]})
    result = timed(ports, wording=otherwise)
    assert result.result is Result.FAILED
    assert "expected refused, wrong for a fresh account, found blocked, passwords" in result.reason


def test_a_form_that_takes_no_stranger_is_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as one that asks for a mail address, which a stranger has none of: the sign-in is judged, the rest is told."""
    asked = RacingPortal._posted

    def posted(portal: RacingPortal, data: Mapping[str, str], key: str) -> tuple[Page, str]:
        if data.get("n") == STRANGER and "b" in data:
            return page(alert="Ce champ est obligatoire."), key
        return asked(portal, data, key)

    monkeypatch.setattr(RacingPortal, "_posted", posted)
    result = timed(SlowPorts())
    assert result.result is Result.PASSED
    assert "takes no stranger" in result.steps[1].sentence


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
