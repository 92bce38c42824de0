"""What came of one trial, or one suite, that was run in worlds with a defect on, or with none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from conformance.results import CaseResult, Result
from conformance.selection import family_of
from conformance.verdict import own_checks

JUDGED = frozenset({Result.FAILED, Result.WARNING})
HELD = frozenset({Result.PASSED, Result.NOT_APPLICABLE})


@dataclass(frozen=True)
class Attempt:
    """One trial or suite as it went. `defect` is what was on, or None.

    `broken` are the facts that did not hold, by check: the case (without the number of an example) or suite itself, and each watcher.
    `verifying` are the requirements that each of these checks stands for, `watchers` those that had something to judge, and
    `consulted` the defects that the target asked after; None where it did not say. `shared`: how many defects were on at once.
    """

    id: str
    defect: str | None
    driver: str
    result: Result
    reason: str
    seconds: float
    broken: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    verifying: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    watchers: tuple[str, ...] = ()
    consulted: tuple[str, ...] | None = None
    shared: int = 1

    @property
    def check(self) -> str:
        """The case or suite that it belongs to."""
        return family_of(self.id)

    @property
    def judged(self) -> bool:
        """Whether the case or suite came to an end that says something of the target."""
        return self.result in JUDGED | HELD

    @property
    def green(self) -> bool:
        """Whether nothing at all speaks against the target: no fact of its own, no watcher."""
        return self.result in HELD and not self.broken

    def came_to(self, defect: str) -> bool:
        """Whether the target asked after a defect, or may have: where it did not say, it is taken to have done so."""
        return self.consulted is None or defect in self.consulted

    def of_each(self, defects: Sequence[str]) -> tuple[Attempt, ...]:
        """An attempt with several defects on at once, as an attempt with each of them."""
        share = replace(self, seconds=self.seconds / len(defects), shared=len(defects))
        return tuple(replace(share, defect=name) for name in defects)


def attempt_of(result: CaseResult, defect: str | None, consulted: tuple[str, ...] | None) -> Attempt:
    """What a result says. Where the case itself came to no judgement, only its watchers speak."""
    check = family_of(result.id)
    facts: dict[str, list[str]] = {}
    verifying = {check: result.requirements}
    if result.result in JUDGED:
        facts[check] = [one.fact for one in own_checks(result) if not one.held]
    watchers: dict[str, None] = {}
    for one in (one for step in result.steps for one in step.checks if one.watcher is not None):
        assert one.watcher is not None
        watchers[one.watcher] = None
        if not one.held:
            facts.setdefault(one.watcher, []).append(one.fact)
            verifying[one.watcher] = one.requirements
    return Attempt(
        id=result.id,
        defect=defect,
        driver=result.driver,
        result=result.result,
        reason=result.reason,
        seconds=result.seconds,
        broken={name: tuple(sorted(set(found))) for name, found in facts.items()},
        verifying=verifying,
        watchers=tuple(watchers),
        consulted=consulted,
    )
