"""The browser's side of a visit, for every portal: cookies, and tokens against cross-site requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, current_app, g, make_response, request
from werkzeug.exceptions import HTTPException

from simulator import defects
from simulator.keyring import Keyring, new_token
from simulator.portals.visit import Visit
from simulator.worlds import World

_VISIT = "visite"
_TRUST = "confiance"
_PAGE = "feuille"
# A browser may be trusted for several accounts of a household; the oldest is forgotten beyond these.
_TRUSTS_KEPT = 5
# A token is a digest in hexadecimal.
_TOKEN_LENGTH = 64
# Browsers cap a cookie's life at 400 days; the server decides what it is worth.
_LONGEST_COOKIE = timedelta(days=400)

Parameters = ParamSpec("Parameters")


class ForeignRequest(HTTPException):
    """A form came without this visit's token: from another site, another visit, or a browser without cookies."""

    code = 403
    description = "The form was not opened in this visit."


def current_world() -> World:
    """The world of this request."""
    world: World = g.world
    return world


def current_visit() -> Visit:
    """The browser of this request."""
    trust = request.cookies.get(_TRUST, "")
    tokens = tuple(token for token in trust.split(".") if token)[-_TRUSTS_KEPT:]
    said = request.headers.get("X-Forwarded-For", "")
    return Visit(current_world(), request.cookies.get(_VISIT) or None, tokens, request.form.get(_PAGE, ""), forwarded_for=said)


def form_token() -> str:
    """The token for the forms of this page; a browser that has no visit gets one with the answer."""
    if "visit_token" not in g:
        g.visit_token = request.cookies.get(_VISIT) or new_token()
    return _token_of(g.visit_token)


def page_number() -> str:
    """The number of the page being shown, for a form whose failures are counted: the same value twice under it is one attempt (HRD-27).

    It is drawn by lot and compared, and neither kept nor signed: a made-up one gains nothing, since a value that has not been sent
    under it counts, and one that has been is no new guess.
    """
    return new_token()


def set_visit(token: str) -> None:
    """Give the browser this visit with the answer to come."""
    g.visit_token = token


def forget_visit() -> None:
    """Give the browser a fresh visit with the answer to come."""
    g.visit_token = new_token()


def add_trust(token: str, lasting: timedelta) -> None:
    """Give the browser this cookie of trust, beside those it has, with the answer to come."""
    others = current_visit().trust
    kept = () if others and defects.on("second-trust-replaces-first") else others
    g.trust = ((*kept, token)[-_TRUSTS_KEPT:], min(lasting, _LONGEST_COOKIE))


def own_form(view: Callable[Parameters, Any]) -> Callable[Parameters, Any]:
    """Only for forms of this very visit (HRD-50)."""

    @wraps(view)
    def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Any:
        token = current_visit().token
        keyring: Keyring = current_app.extensions["keyring"]
        sent = request.form.get("jeton", "")
        if token is None or not (keyring.matches(sent, _token_of(token)) or _let_pass(sent)):
            raise ForeignRequest
        return view(*args, **kwargs)

    return guarded


def _let_pass(sent: str) -> bool:
    """Whether a form is taken although its token is not that of this visit: never."""
    if len(sent) == _TOKEN_LENGTH and defects.on("any-token-will-do"):
        return True
    if request.endpoint == "ameli.give_contact_details" and defects.on("contact-details-without-token"):
        return True
    return request.endpoint == "ameli.forget_computers" and defects.on("one-form-without-token")


def with_cookies(response: Response) -> Response:
    """The answer with the cookies that were given on the way; after_request of every portal."""
    portal = current_app.blueprints[request.blueprint].url_prefix if request.blueprint else "/"
    path = f"{request.script_root}{portal}"
    secure = current_app.config["PORTAL_ADDRESS"].startswith("https:")
    given = g.get("visit_token")
    if given is not None and given != request.cookies.get(_VISIT):
        hidden = request.endpoint != "ameli.leave" or not defects.on("session-cookie-open-to-scripts")
        same_site = None if request.endpoint == "ameli.set_password" and defects.on("session-cookie-sent-from-elsewhere") else "Lax"
        response.set_cookie(_VISIT, given, path=path, httponly=hidden, samesite=same_site, secure=secure)
    if "trust" in g:
        tokens, lasting = g.trust
        age = None if defects.on("trust-ends-with-the-browser") else int(lasting.total_seconds())
        hidden = not defects.on("trust-cookie-open-to-scripts")
        response.set_cookie(_TRUST, ".".join(tokens), path=path, httponly=hidden, samesite="Lax", secure=secure, max_age=age)
    return response


def page(body: str, status: int = 200) -> Response:
    """A page with that status."""
    return make_response(body, status)


def _token_of(visit: str) -> str:
    keyring: Keyring = current_app.extensions["keyring"]
    return keyring.digest("form", current_world().id, visit)
