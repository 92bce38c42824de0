"""What becomes of a mutant, in the words of the report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conformance.results import CaseResult, Result


class Kind(StrEnum):
    """What became of a mutant. The first is a kill by the cases alone; the second needed what no line of a case can say."""

    KILLED = "killed"
    BY_SUITE = "killed by a race"
    SURVIVED = "survived"
    BROKE = "broke"
    TOO_SLOW = "too slow"
    NOT_REACHED = "not reached"
    DOES_NOT_START = "does not start"
    LEFT_OUT = "left out"


MEANING = {
    Kind.KILLED: "a case failed, or a watcher’s check, and did so a second time",
    Kind.BY_SUITE: "no case failed, and a race did, twice: what happens at the same moment is not for cases to say",
    Kind.SURVIVED: "every case that executes the line passed",
    Kind.BROKE: "no case failed, and some ended as errors of the harness: they are no kill",
    Kind.TOO_SLOW: "no case failed in the time that a mutant is given",
    Kind.NOT_REACHED: "no case executes the line",
    Kind.DOES_NOT_START: "the simulator does not start with it: nothing is proven, and it is counted neither way",
    Kind.LEFT_OUT: "it cannot behave otherwise, or is tried elsewhere",
}

# A mutant of these kinds is to be explained.
UNNOTICED = (Kind.SURVIVED, Kind.BROKE, Kind.TOO_SLOW, Kind.NOT_REACHED)


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: of a kill the trial and the check that noticed, of the others why. `errors` are of the `tried` trials."""

    kind: Kind
    killer: str = ""
    fact: str = ""
    reason: str = ""
    tried: int = 0
    errors: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Noticed:
    """A check that did not hold: the fact, after its watcher if one looked, and what was seen."""

    fact: str
    reason: str


def noticed(result: CaseResult) -> Noticed | None:
    """What a trial noticed: its failure, or that of a watcher on the way. An error notices nothing, and a `should` neither."""
    broken = [check for step in result.steps for check in step.checks if not check.held and (check.level == "must" or check.on_the_way)]
    own = [check for check in broken if check.watcher is None]
    if result.result is Result.FAILED:
        return Noticed(own[0].fact if own else "", result.reason)
    if watched := [check for check in broken if check.watcher is not None]:
        check = watched[0]
        return Noticed(f"{check.watcher}: {check.fact}", f"expected {check.expected}, was {check.actual}")
    return None
