"""The sink's web side: Mailpit's API for programs and pages to read mail in for people, on one port."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from simulator.sinks import inbox_pages, mailpit_api, rendered
from simulator.sinks.mailbox import Mailbox
from simulator.tool_pages import tool_app


def create_inbox_app(mailbox: Mailbox) -> Flask:
    """The application over that mailbox; give it to any WSGI server, with as many threads as you like."""
    app = tool_app("simulator.sinks", Path(__file__).parent / "templates")
    app.extensions["mailbox"] = mailbox
    for part in (mailpit_api.blueprint, rendered.blueprint, inbox_pages.blueprint):
        app.register_blueprint(part)
    pages_error = app.error_handler_spec[None][None][HTTPException]
    app.register_error_handler(HTTPException, lambda error: _error(error) or pages_error(error))
    return app
