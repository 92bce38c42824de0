"""Until when a secret link of any portal lives, told by what it is for."""

from __future__ import annotations

from datetime import datetime

from simulator.documents import Claim
from simulator.portals.ameli.settings import RULES as AMELI_RULES
from simulator.portals.france_mutuelle.settings import RULES as FRANCE_MUTUELLE_RULES

_OF_ANY_OTHER = AMELI_RULES.reset_link
_RULES = {rules.purpose: rules for rules in (AMELI_RULES.reset_link, FRANCE_MUTUELLE_RULES.creation_link, FRANCE_MUTUELLE_RULES.reset_link)}


def expires(claim: Claim) -> datetime:
    """The end of its life."""
    return claim.sent + _RULES.get(claim.purpose, _OF_ANY_OTHER).lifetime
