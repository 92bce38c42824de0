"""What chance does, in the few formulas that are needed to judge codes. Everything is judged at one in a million (HRD-07)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import comb, erfc, exp, lgamma, log, pi, sqrt

# How seldom something that is judged comes about by chance: double entry (HRD-07).
UNLIKELY = 1e-6


def chi_square(found: Sequence[object], possible: Iterable[object]) -> float:
    """How far the counts of what was found are from being equal for everything that is possible."""
    kinds = list(possible)
    counted, expected = Counter(found), len(found) / len(kinds)
    return sum((counted[kind] - expected) ** 2 / expected for kind in kinds)


def probability(square: float, freedom: int) -> float:
    """With which probability chance gives a chi-square of that size or more; `freedom`: degrees of freedom, an odd number."""
    if freedom % 2 == 0:
        raise ValueError("this formula is for odd degrees of freedom")
    tail, term = erfc(sqrt(square / 2)), sqrt(2 / pi) * exp(-square / 2) * sqrt(square)
    for step in range(3, freedom + 1, 2):
        tail += term
        term *= square / step
    return tail


def fewest_by_chance(number: int, share: float) -> int:
    """So many of `number` have a property that each has with that probability; fewer are unlikely."""
    below, fewest = 0.0, 0
    while (below := below + _binomial(fewest, number, share)) < UNLIKELY:
        fewest += 1
    return fewest


def most_repeats_by_chance(number: int, different: int) -> int:
    """So many of `number` drawn from so many different ones were drawn before; more are unlikely."""
    mean = comb(number, 2) / different
    within, most = exp(-mean), 0
    while 1 - within >= UNLIKELY:
        most += 1
        within += exp(most * log(mean) - mean - lgamma(most + 1))
    return most


def most_alike_by_chance(number: int, different: int) -> int:
    """So many of `number` drawn from so many different ones are one and the same; more are unlikely."""
    alike = 1
    while comb(number, alike + 1) / float(different) ** alike >= UNLIKELY:
        alike += 1
    return alike


def _binomial(hits: int, number: int, share: float) -> float:
    ways = lgamma(number + 1) - lgamma(hits + 1) - lgamma(number - hits + 1)
    return exp(ways + hits * log(share) + (number - hits) * log(1 - share))
