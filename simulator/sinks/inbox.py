"""The sink's web side: Mailpit's API for programs and pages to read mail in for people, on one port."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from simulator.sinks import inbox_pages, mailpit_api, rendered
from simulator.sinks.mailbox import Mailbox
from simulator.tool_pages import tool_app


def create_inbox_app(mailbox: Mailbox) -> Flask:
    """The application over that mailbox; give it to any WSGI server, with as many threads as you like."""
    app = tool_app("simulator.sinks", Path(__file__).parent / "templates", mailpit_api.error_answer)
    app.extensions["mailbox"] = mailbox
    app.register_blueprint(mailpit_api.blueprint)
    app.register_blueprint(rendered.blueprint)
    app.register_blueprint(inbox_pages.blueprint)
    return app
