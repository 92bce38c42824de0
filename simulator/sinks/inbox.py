"""The sinks' web side: Mailpit's API and the SMS gateway for programs, pages to read in for people, on one port."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from simulator.mistakes import Mistake, mistake_answer
from simulator.sinks import inbox_pages, mailpit_api, rendered, sms_api, sms_pages
from simulator.sinks.mailbox import Mailbox
from simulator.sinks.sms import SmsBox
from simulator.tool_pages import tool_app


def create_inbox_app(mailbox: Mailbox, texts: SmsBox) -> Flask:
    """The application over those mails and SMS; give it to any WSGI server, with as many threads as you like."""
    app = tool_app("simulator.sinks", Path(__file__).parent / "templates", _error_answer)
    app.extensions.update(mailbox=mailbox, sms=texts)
    app.register_blueprint(mailpit_api.blueprint)
    app.register_blueprint(rendered.blueprint)
    app.register_blueprint(inbox_pages.blueprint)
    app.register_blueprint(sms_api.blueprint)
    app.register_blueprint(sms_pages.blueprint)
    app.register_error_handler(Mistake, mistake_answer)
    return app


def _error_answer(error: HTTPException) -> Response:
    """Each API in its own form: Mailpit's errors are plain text, ours are JSON."""
    of_sms = request.path == sms_api.PREFIX or request.path.startswith(f"{sms_api.PREFIX}/")
    return sms_api.error_answer(error) if of_sms else mailpit_api.error_answer(error)
