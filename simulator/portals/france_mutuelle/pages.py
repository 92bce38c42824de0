"""All pages of the member space: importing this module gives the blueprint with every view on it."""

from simulator.portals.france_mutuelle import credentials_views
from simulator.portals.france_mutuelle.views import blueprint

__all__ = ["blueprint", "credentials_views"]
