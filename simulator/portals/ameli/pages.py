"""All pages of the ameli portal: importing this module gives the blueprint with every view on it."""

from simulator.portals.ameli import forgotten_views
from simulator.portals.ameli.views import blueprint

__all__ = ["blueprint", "forgotten_views"]
