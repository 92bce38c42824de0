"""All pages of the ameli portal: importing this module gives the blueprint with every view on it."""

from simulator.portals.ameli import card_views, enrolment_views, forgotten_views, opening_views, validation_views
from simulator.portals.ameli.views import blueprint

__all__ = ["blueprint", "card_views", "enrolment_views", "forgotten_views", "opening_views", "validation_views"]
