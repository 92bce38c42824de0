"""The portals: each a blueprint with its pages, mails and settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Portal:
    """A portal as the register names it, the path below a world, and its name on the pages.

    `realm` stands before the identifiers of its accounts where they are kept: somebody's number on one portal is nobody's on another.
    """

    id: str
    path: str
    name: str
    realm: str = ""


AMELI = Portal("ameli-connect", "/ameli", "Mon compte assuré")
FRANCE_MUTUELLE = Portal("france-mutuelle", "/france-mutuelle", "Espace adhérent", realm="france-mutuelle:")
PORTALS = (AMELI, FRANCE_MUTUELLE)
BY_ID = {portal.id: portal for portal in PORTALS}
