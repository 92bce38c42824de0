"""A worker of granian: the portals over the installation that its parent names."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
from flask import Flask

from simulator.app import create_portal_app
from simulator.installation import open_installation
from simulator.servers import SETTINGS_VARIABLE
from simulator.settings import Settings


def create_app() -> Flask:
    """The application of this worker."""
    settings = msgspec.json.decode(os.environ[SETTINGS_VARIABLE], type=Settings, dec_hook=_decoded)
    return create_portal_app(open_installation(settings))


def _decoded(kind: type, value: object) -> object:
    return Path(str(value)) if kind is Path else value
