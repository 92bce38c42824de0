"""The portal over HTTP: one page that a script fills in, the data of every page, and what its forms send, as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, make_response, request, send_from_directory
from werkzeug.exceptions import HTTPException

from conformance.selftests.foreign.small import pages, visits
from conformance.selftests.foreign.small.desk import Desk, is_act, is_page
from conformance.selftests.foreign.small.limits import Limits
from conformance.selftests.foreign.small.outbox import Postman
from conformance.selftests.foreign.small.pages import View
from conformance.selftests.foreign.small.store import Store
from conformance.selftests.foreign.small.timepiece import now

_STATIC = Path(__file__).parent / "static"
_VISIT, _DEVICE = "harbour-visit", "harbour-device"
_TOKEN = "X-Harbour-Token"
_MOST_BYTES = 16_384
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True)
class Portal:
    """What the portal works with. `address` is its own, as members know it: links in mails begin with it."""

    store: Store
    limits: Limits
    address: str
    postman: Postman


def make_app(portal: Portal) -> Flask:
    """The application."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _MOST_BYTES

    @app.get("/static/<name>")
    def static_file(name: str) -> Response:
        return send_from_directory(_STATIC, name)

    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    def shell(path: str) -> tuple[Response, int]:
        return send_from_directory(_STATIC, "index.html"), 200 if is_page(f"/{path}") else 404

    @app.get("/api/page")
    def page() -> Response:
        return _answered(portal, lambda desk: desk.page(request.args.get("path", "/")))

    @app.post("/api/<name>")
    def act(name: str) -> Response:
        sent = _sent()
        if not is_act(name) or sent is None:
            return _answered(portal, lambda _: pages.not_ours_page())
        token = request.headers.get(_TOKEN)
        return _answered(portal, lambda desk: _done(desk, name, sent, token))

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[Response, int]:
        return jsonify(_as_data(pages.not_ours_page(), "")), error.code or 500

    @app.after_request
    def with_headers(answer: Response) -> Response:
        answer.headers.update(_HEADERS)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return app


def _done(desk: Desk, name: str, sent: Mapping[str, str], token: str | None) -> View:
    """The act, when it was sent from a page of this visit."""
    if desk.visit.guards(token):
        return desk.act(name, sent)
    return pages.not_ours_page() if desk.known else pages.number_page(done="Your visit has ended. Please sign in again.", status=403)


def _sent() -> dict[str, str] | None:
    """The fields of a form, or None for what no form of ours sends."""
    data = request.get_json(silent=True)
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        return None
    with suppress(UnicodeEncodeError):
        for value in data.values():
            value.encode()
        return data
    return None


def _answered(portal: Portal, judge: Callable[[Desk], View]) -> Response:
    """Answer a request within one transaction, and put its cookies in."""
    key, device, instant = request.cookies.get(_VISIT), request.cookies.get(_DEVICE), now()
    with portal.store.writing() as database:
        known = visits.found(database, key, instant)
        visit = known or visits.begun(database, instant)
        desk = Desk(database, portal.limits, portal.address, portal.store.cost, instant, visit, known is not None, device)
        view = judge(desk)
    portal.postman.ring()
    answer = make_response(jsonify(_as_data(view, desk.visit.token)), view.status)
    guarded: dict[str, Any] = {"httponly": True, "samesite": "Strict", "secure": portal.address.startswith("https:")}
    if desk.visit.key != key:
        answer.set_cookie(_VISIT, desk.visit.key, **guarded)
    if desk.device is not None and desk.device_ends is not None:
        answer.set_cookie(_DEVICE, desk.device, expires=desk.device_ends, **guarded)
    return answer


def _as_data(view: View, token: str) -> dict[str, Any]:
    return {"path": view.path, "heading": view.heading, "parts": list(view.parts), "mood": view.mood, "token": token}
