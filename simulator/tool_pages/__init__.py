"""What the simulator's own tools (mail sink, control room) have in common: a look, protective headers, clear errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, request
from flask import render_template as render
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.exceptions import HTTPException, SecurityError

OWN_HOSTS = ("127.0.0.1", "localhost", "[::1]")
PARIS = ZoneInfo("Europe/Paris")
_HERE = Path(__file__).parent
_LONGEST_REQUEST = 2_000_000
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


def tool_app(name: str, templates: Path, api_error: Callable[[HTTPException], Response]) -> Flask:
    """An application for developers: pages in the common look, and requests that change something taken from its own pages only.

    Errors are pages, but below `/api/` what `api_error` makes of them.
    """
    app = Flask(name, static_folder=str(_HERE.parent / "static"))
    app.config["MAX_CONTENT_LENGTH"] = _LONGEST_REQUEST
    # A name that somebody else's DNS points at this machine is not ours: no page of theirs gets at the credentials here.
    app.config["TRUSTED_HOSTS"] = list(OWN_HOSTS)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(templates), FileSystemLoader(_HERE / "templates")])
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(paris=paris_time, size=readable_size)
    app.before_request(refuse_other_sites)
    app.after_request(_protected)
    app.register_error_handler(HTTPException, lambda error: _error(error, api_error))
    return app


def paris_time(instant: datetime) -> str:
    """An instant as people of the project say it, in Paris time."""
    return f"{instant.astimezone(PARIS):%a %d %b %Y, %H:%M:%S}"


def readable_size(count: int) -> str:
    """A number of bytes as people say it."""
    if count < 1024:
        return f"{count} bytes"
    return f"{count / 1024:.1f} KB" if count < 1024**2 else f"{count / 1024**2:.1f} MB"


def refuse_other_sites() -> None:
    """403 for a request that changes something and that a page of another site has sent.

    Browsers say where a request comes from, in Sec-Fetch-Site or in Origin; programs say neither and are let in.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign = site not in ("same-origin", "none") if site else origin not in (None, request.host_url.rstrip("/"))
    if foreign:
        abort(403, "This request came from a page of another site. Use this tool’s own pages, or a program.")


def _protected(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "no-cache"
    return response


def _error(error: HTTPException, api_error: Callable[[HTTPException], Response]) -> Response | tuple[str, int]:
    if isinstance(error, SecurityError):
        # Without a host of ours there are no addresses either, and so no page in the common look.
        return Response(
            "This tool answers under 127.0.0.1, localhost or [::1] only: open it under one of these.", 400, mimetype="text/plain"
        )
    if error.code is None or error.code < 400 or error.response is not None:  # a redirect is no error
        return Response(error.get_response().get_data(), error.code or 500, dict(error.get_headers()))
    if request.path.startswith("/api/"):
        return api_error(error)
    return render("tool/error.html", status=error.code, name=error.name, text=error.description), error.code
