"""Who makes people for a target: its testability API, its command, or whoever prepared accounts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from conformance.driver import Clock, Provisioner
from conformance.people.allocation import Allocation, Claim, allocate
from conformance.people.command import PeopleOfCommand
from conformance.people.prepared import PreparedPeople
from conformance.target import PeopleSource, Target
from conformance.testability import TestabilityProvisioner


def provisioner_of(target: Target, claims: Sequence[Claim] = (), clock: Clock | None = None) -> Provisioner:
    """The provisioner of a running target.

    `claims` are those of all that will be tried (people.allocation.claims_of), the same in every process of a run; prepared accounts are
    shared out among them. `clock` is what worlds have whose target cannot set one.
    """
    source = target.people
    if source is None:
        return TestabilityProvisioner(target)
    if source.file is None:
        return PeopleOfCommand(target, source, clock)
    return PreparedPeople(target, source.accounts, reckoning(source, claims), clock)


def reckoning(source: PeopleSource, claims: Sequence[Claim]) -> Allocation:
    """Which prepared account is whose, how many of each sort are asked for and there are, and who goes without and why."""
    return allocate(source.accounts, claims, Path(source.file or "").name)
