"""Worlds with a defect on, that tell which defects were asked after in them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from conformance.driver import DriverBroke, World
from conformance.testability import TestabilityProvisioner
from scenarios.model import Person


@dataclass
class DefectWorlds:
    """A provisioner that notes what was consulted, just before it drops a world."""

    provisioner: TestabilityProvisioner
    _told: list[tuple[str, ...]] = field(default_factory=list)

    def make(self, people: Sequence[Person], clock: str | None, claim: str) -> World:
        """A fresh world, with the provisioner's defects on. Raises DriverBroke, CannotRun."""
        return self.provisioner.make(people, clock, claim)

    def drop(self, world: World) -> None:
        """Ask what was consulted there, and drop it."""
        with suppress(DriverBroke):
            told = self.provisioner.consulted(world)
            if told is not None:
                self._told.append(told)
        self.provisioner.drop(world)

    def lifting(self, limits: Sequence[str]) -> DefectWorlds:
        """The same, for worlds without these limits; what is consulted there is noted together."""
        return DefectWorlds(self.provisioner.lifting(limits), self._told)

    @property
    def consulted(self) -> tuple[str, ...] | None:
        """What was consulted in all these worlds together; None where the target did not say it of any."""
        return tuple(sorted({name for told in self._told for name in told})) if self._told else None
