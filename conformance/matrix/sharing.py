"""Which defects are on at once. What no check is named for is tried by it with others: as long as it notices nothing, none of them.

Group testing: most pairs of a defect and a check come to nothing, so several defects share a run. Where anything is noticed each is
tried alone, and what one of them kept from being asked after is tried without it (crew.py). Two mistakes at the same place could make
up for one another, so defects of the same part of the portal are kept apart as far as that goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from conformance.matrix.gallery import Defect
from conformance.matrix.jobs import Job, Try
from conformance.plan import WATCHER

_MOST_AT_ONCE = 6


def may_share(defect: Defect, check: str, kinds: Mapping[str, str]) -> bool:
    """Whether the check is to hold with that defect: it is not named for it, and neither is a watcher, which sees every run."""
    return check not in defect.killed_by and not any(kinds.get(id) == WATCHER for id in defect.killed_by)


def shared_jobs(wanted: Mapping[Try, Sequence[Defect]]) -> Iterator[Job]:
    """Each try with its defects, several at once."""
    for one, defects in wanted.items():
        groups = -(-len(defects) // _MOST_AT_ONCE)
        apart = sorted(defects, key=lambda defect: defect.part)
        yield from (Job(tuple(defect.name for defect in apart[number::groups]), (one,)) for number in range(groups))
