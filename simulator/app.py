"""The portals' web application: worlds in the address, protective headers, clear errors. Made by `create_portal_app`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, after_this_request, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound

from simulator import defects
from simulator.documents import Switched
from simulator.installation import Installation
from simulator.outbox import SealedOutbox, Sending
from simulator.policy.dates import in_days
from simulator.policy.mask import masked_address
from simulator.portals import AMELI, FRANCE_MUTUELLE, PORTALS, visits
from simulator.portals.ameli import app_api
from simulator.portals.ameli.desk import desk_of
from simulator.portals.ameli.pages import blueprint as ameli
from simulator.portals.dates import duration_in_words, shown_in_figures, shown_in_words
from simulator.portals.desk import SESSIONS
from simulator.portals.france_mutuelle.desk import Desk as MutuelleDesk
from simulator.portals.france_mutuelle.pages import blueprint as france_mutuelle
from simulator.portals.france_mutuelle.settings import RULES as MUTUELLE_RULES
from simulator.portals.typography import french
from simulator.store import WorldGone
from simulator.worlds import DEFAULT_WORLD, World, Worlds

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LONGEST_REQUEST = 1_000_000
_IN_WORLD = re.compile(r"/w/([^/]*)(/.*|$)", re.DOTALL)
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}

# The few pages that have a sound, or a script that follows what is typed.
_SOUND, _SCRIPT = "; media-src 'self'", "; script-src 'self'"
_ALLOWED_TOO = {
    "ameli.first_visit": _SOUND,
    "ameli.identify": _SOUND,
    "ameli.personal_code": _SCRIPT,
    "ameli.choose_personal_code": _SCRIPT,
}
_OK = 200
_PAGES_OF_THE_ACCOUNT = frozenset({"ameli.account", "ameli.details", "ameli.messages", "ameli.computers"})


class InWorld:
    """Takes `/w/ID` off the path, so that the application below it knows nothing of worlds but their name."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        match = _IN_WORLD.fullmatch(environ.get("PATH_INFO", ""))
        environ["heurtoir.world"] = DEFAULT_WORLD
        if match is not None:
            environ["heurtoir.world"] = match[1]
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/w/{match[1]}"
            environ["PATH_INFO"] = match[2] or "/"
        return self._application(environ, start_response)


class AfterTheAnswer:
    """Wakes the sender once the answer is out: mails that left meanwhile would slow it, and time would tell who has an account (HRD-31)."""

    def __init__(self, sender: Sending) -> None:
        self._sender = sender

    def wake(self, world: World) -> None:
        """Something may wait in that world. To be called while a request is answered."""

        @after_this_request
        def at_its_end(response: Response) -> Response:
            response.call_on_close(lambda: self._sender.wake(world))
            return response


def create_portal_app(installation: Installation) -> Flask:
    """The portals of an installation."""
    app = Flask("simulator", template_folder="portals/templates", static_folder="static")
    # Or Flask's own redirects would lead to whatever host the request names (HRD-52).
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    app.config.update(PORTAL_ADDRESS=installation.settings.portal_address, MAX_CONTENT_LENGTH=_LONGEST_REQUEST, MAX_FORM_PARTS=100)
    _furnish(app, installation)
    _add_words(app)
    app.register_blueprint(ameli)
    app.register_blueprint(app_api.blueprint)
    app.register_blueprint(france_mutuelle)
    app.before_request(_enter_world)
    app.teardown_request(lambda _: defects.leave())
    app.after_request(visits.with_cookies)
    app.after_request(_protected)
    app.register_error_handler(HTTPException, _error_page)
    app.register_error_handler(WorldGone, _world_gone)
    app.add_url_rule("/", "portals", _portals)
    app.wsgi_app = InWorld(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _furnish(app: Flask, installation: Installation) -> None:
    """With what the views of every portal work with."""
    sender = AfterTheAnswer(installation.sender)
    tools = (installation.keyring, installation.passwords, SealedOutbox(installation.keyring), sender)
    app.extensions.update(keyring=installation.keyring, worlds=installation.worlds, consultations=installation.consultations)
    app.extensions["desk"] = desk_of(installation, sender)
    app.extensions[FRANCE_MUTUELLE.id] = MutuelleDesk(MUTUELLE_RULES, SESSIONS, *tools)


def _add_words(app: Flask) -> None:
    app.jinja_env.filters.update(
        french=french,
        in_words=duration_in_words,
        in_days=in_days,
        numeric_form=shown_in_figures,
        long_form=shown_in_words,
        masked_address=masked_address,
    )
    app.jinja_env.globals.update(
        form_token=visits.form_token, page_number=visits.page_number, defect=defects.on, active_defects=defects.active
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _enter_world() -> None:
    worlds: Worlds = current_app.extensions["worlds"]
    world = g.world = worlds.get(request.environ["heurtoir.world"])
    consultations: defects.Consultations = current_app.extensions["consultations"]
    with world.file.reading() as transaction:
        switched = transaction.get(Switched, "switched") or Switched()
    defects.enter(switched.defects, consultations.of(world.id))


def _protected(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if (more := _ALLOWED_TOO.get(request.endpoint or "")) is not None:
        response.headers["Content-Security-Policy"] += more
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
        _less_protected(response)
    return response


def _less_protected(response: Response) -> None:
    """What single pages lack in worlds that err on purpose: those that were made apart are those that are forgotten."""
    policy, headers = _HEADERS["Content-Security-Policy"], response.headers
    if request.endpoint == "ameli.number_help":
        if defects.on("no-policy-for-scripts"):
            del headers["Content-Security-Policy"]
        if defects.on("types-guessed"):
            del headers["X-Content-Type-Options"]
        if defects.on("addresses-told-elsewhere"):
            headers["Referrer-Policy"] = "unsafe-url"
    if request.endpoint == "ameli.first_visit":
        if defects.on("inline-scripts-allowed"):
            headers["Content-Security-Policy"] = f"{policy}; script-src 'self' 'unsafe-inline'"
        if defects.on("framed-by-anybody"):
            del headers["X-Frame-Options"]
            headers["Content-Security-Policy"] = policy.replace("frame-ancestors 'none'; ", "")
    if request.endpoint == "ameli_app.account" and defects.on("app-account-kept-in-caches"):
        headers["Cache-Control"] = "private, max-age=300"
    if response.status_code == _OK and (request.endpoint or "") in _PAGES_OF_THE_ACCOUNT and defects.on("account-kept-in-caches"):
        response.headers["Cache-Control"] = "private, max-age=300"


def _portals() -> str:
    return render_template("portals.html", portals=PORTALS)


def _world_gone(error: WorldGone) -> Response | tuple[str, int]:
    del error
    g.pop("world", None)
    if app_api.is_meant():
        return app_api.error_answer(NotFound())
    return _error("world", 404), 404


def _error(kind: str, status: int) -> str:
    portal = next((portal for portal in PORTALS if request.path.startswith(f"{portal.path}/")), AMELI)
    return render_template("error.html", kind=kind, status=status, sign_in=f"{request.script_root}{portal.path}/connexion")


def _error_page(error: HTTPException) -> Response | tuple[str, int]:
    if error.response is not None or error.code is None or error.code < 400:  # a redirect is no error
        return Response(error.get_response().get_data(), error.code or 500, dict(error.get_headers()))
    if app_api.is_meant():
        return app_api.error_answer(error)
    if isinstance(error, visits.ForeignRequest):
        return _error("foreign", error.code), error.code
    kind = {404: "missing", 405: "method", 413: "large"}.get(error.code, "other")
    body = _error("broken" if isinstance(error, InternalServerError) else kind, error.code)
    allowed = {"Allow": ", ".join(error.valid_methods or ())} if isinstance(error, MethodNotAllowed) else {}
    return Response(body, error.code, allowed)
