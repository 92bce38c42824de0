"""The portals: each a blueprint with its pages, mails and settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Portal:
    """A portal as the register names it, the path below a world, and its name on the pages."""

    id: str
    path: str
    name: str


PORTALS = (Portal("ameli-connect", "/ameli", "Mon compte assuré"),)
