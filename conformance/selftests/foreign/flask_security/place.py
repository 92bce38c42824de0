"""Where the portal keeps what it needs, found from its address. Imports nothing, so that a command that needs no more starts at once."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlsplit


def folder_of(address: str) -> Path:
    """The folder of the portal that answers at an address: its database, its installation, and the socket for those who want people."""
    return Path(tempfile.gettempdir(), f"heurtoir-flask-security-{urlsplit(address).port}")


def people_socket(address: str) -> str:
    """The socket that the launcher of that portal makes people at."""
    return str(folder_of(address) / "people")
