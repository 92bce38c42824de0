"""The control port: the testability API for programs, and a control room for people."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, render_template, request

from simulator.control import api, gallery_room, room
from simulator.control.operations import no_such_world
from simulator.installation import Installation
from simulator.mistakes import Mistake, mistake_answer
from simulator.store import WorldGone
from simulator.tool_pages import tool_app

__all__ = ["create_control_app"]

# An exported world holds everything about everybody in it.
_LONGEST_REQUEST = 64 * 1024 * 1024


def create_control_app(installation: Installation, mail_address: str, sms_address: str) -> Flask:
    """The application over that installation; `mail_address` is where Mailpit's API and the mail pages are, `sms_address` the same for
    SMS; both without a slash at the end.
    """
    app = tool_app("simulator.control", Path(__file__).parent / "templates", api.error_answer)
    app.config["MAX_CONTENT_LENGTH"] = _LONGEST_REQUEST
    app.extensions["installation"] = installation
    app.jinja_env.globals.update(mail_address=mail_address, sms_address=sms_address)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(room.blueprint)
    app.register_blueprint(gallery_room.blueprint)
    app.register_error_handler(Mistake, _mistake)
    app.register_error_handler(WorldGone, lambda gone: _mistake(no_such_world(str(gone))))
    return app


def _mistake(mistake: Mistake) -> Response | tuple[str, int]:
    if request.path.startswith("/api/"):
        return mistake_answer(mistake)
    return render_template("room/mistake.html", mistake=mistake), mistake.status
