"""Where one lands after signing in."""

from __future__ import annotations

from flask import request

from simulator import defects


def landing(usual: str) -> str:
    """The usual page, whatever the request says to go on to (HRD-51)."""
    wanted = request.values.get("retour", "")
    if wanted and defects.on("next-followed"):
        return wanted
    if wanted.startswith("/") and defects.on("next-checked-by-its-slash"):
        return wanted
    if wanted.startswith(request.host_url.rstrip("/")) and defects.on("next-checked-by-its-beginning"):
        return wanted
    return usual
