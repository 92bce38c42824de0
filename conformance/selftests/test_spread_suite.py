"""Codes that chance made pass; those that somebody made up do not."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from conformance.driver import Message, Page, World
from conformance.results import CaseResult, Result
from conformance.selftests.fakes import PERSON, target
from conformance.selftests.french_pages import page
from conformance.selftests.racing_portal import RacingPortal, RacingPorts
from conformance.selftests.told import told
from conformance.suites.chance import chi_square, fewest_by_chance, most_alike_by_chance, most_repeats_by_chance, probability
from conformance.suites.registry import SUITES
from conformance.suites.spread import CODES_VARIABLE
from conformance.suites.stage import performed
from scenarios.model import Person

SPREAD = "suite.codes.spread"
Codes = Callable[[random.Random], Iterator[str]]


@dataclass
class CodesPortal(RacingPortal):
    """Gives these codes, as many as are asked for."""

    codes: Iterator[str] = field(default_factory=lambda: iter(()))

    def _asked(self, key: str) -> tuple[Page, str]:
        code = next(self.codes)
        self.mails.insert(0, Message(str(next(self._keys)), "x", "x@a.test", (PERSON.address or "",), "Code", f"Code : {code}", ""))
        return page(status="Un code vient d’être envoyé.", form="code"), key


@dataclass
class CodesPorts(RacingPorts):
    """A portal whose quota can be lifted."""

    locked: bool = True
    codes: Iterator[str] = field(default_factory=lambda: iter(()))
    lifted: tuple[str, ...] = ()

    def lifting(self, limits: Sequence[str]) -> CodesPorts:
        self.lifted = tuple(limits)
        return self

    def make(self, people: Sequence[Person], clock: str | None, claim: str) -> World:
        world = super().make(people, clock, claim)
        self.portal = CodesPortal(codes=self.codes)
        return world


def _by_chance(chance: random.Random) -> Iterator[str]:
    while True:
        yield f"{chance.randrange(10**6):06d}"


def _without_leading_zeros(chance: random.Random) -> Iterator[str]:
    while True:
        yield str(chance.randrange(10**5, 10**6))


def _without_nines_at_the_end(chance: random.Random) -> Iterator[str]:
    return (code for code in _by_chance(chance) if not code.endswith("9"))


def _counting(chance: random.Random) -> Iterator[str]:
    return (f"{number % 10**6:06d}" for number in itertools.count(chance.randrange(10**6), 7_919))


def _by_the_clock(chance: random.Random) -> Iterator[str]:
    return (f"{number % 10**6:06d}" for number in itertools.accumulate(chance.randrange(1, 9_000) for _ in itertools.count()))


def _from_a_few(chance: random.Random) -> Iterator[str]:
    few = list(itertools.islice(_by_chance(chance), 2_000))
    while True:
        yield chance.choice(few)


def _short(chance: random.Random) -> Iterator[str]:
    while True:
        yield str(chance.randrange(10**6))


@pytest.fixture(autouse=True)
def four_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough for what is wrong here."""
    monkeypatch.setenv(CODES_VARIABLE, "400")


def looked_at(ports: RacingPorts) -> CaseResult:
    """The result of the suite."""
    return performed(SUITES[SPREAD], SPREAD, (target(), ports, ports))


@pytest.mark.parametrize("seed", range(3))
def test_codes_by_chance_pass(seed: int) -> None:
    """In a world whose quota is lifted; the result says how many were looked at, and no code."""
    ports = CodesPorts(codes=_by_chance(random.Random(seed)))
    result = looked_at(ports)
    assert (result.result, result.reason) == (Result.PASSED, "")
    assert ports.lifted == ("quota",)
    assert "Ask for 400 codes" in result.steps[0].sentence
    assert "HEURTOIR_CODES=10000" in result.steps[0].sentence
    assert all(mail.text.split()[-1] not in told(result) for mail in ports.portal.mails)


@pytest.mark.parametrize(
    ("codes", "fact"),
    [
        (_without_leading_zeros, "leading zeros"),
        (_without_nines_at_the_end, "digits at each place"),
        (_counting, "equal steps"),
        (_by_the_clock, "sizes of steps"),
        (_from_a_few, "repeats"),
        (_short, "codes read"),
    ],
)
def test_codes_that_somebody_made_up_fail(codes: Codes, fact: str) -> None:
    """Each by the figure that is about it."""
    result = looked_at(CodesPorts(codes=codes(random.Random(1))))
    assert result.result is Result.FAILED
    assert fact in [check.fact for check in result.steps[0].checks if not check.held]


def test_where_the_quota_cannot_be_lifted_it_cannot_be_run() -> None:
    """Five codes say nothing."""
    result = looked_at(RacingPorts(locked=True))
    assert result.result is Result.COULD_NOT_RUN
    assert "capabilities.lift" in result.reason


@pytest.mark.parametrize(
    ("square", "freedom", "share"), [(3.841, 1, 0.05), (16.919, 9, 0.05), (21.666, 9, 0.01), (43.82, 9, 1.5e-6), (0.0, 9, 1.0)]
)
def test_the_chi_square_of_the_tables(square: float, freedom: int, share: float) -> None:
    """As printed in every book."""
    assert math.isclose(probability(square, freedom), share, rel_tol=0.02)


def test_what_chance_does() -> None:
    """Even counts are no distance apart; the bounds for 10,000 codes are near what is expected, and never below."""
    assert chi_square("0123456789", "0123456789") == 0
    assert chi_square("0000000000", "0123456789") == 90
    assert 800 < fewest_by_chance(10_000, 0.1) < 1_000
    assert 50 < most_repeats_by_chance(10_000, 10**6) < 100
    assert most_alike_by_chance(10_000, 10**6) == 4
    with pytest.raises(ValueError, match="odd"):
        probability(1.0, 2)
