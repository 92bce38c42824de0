"""The pages of the forgotten password (AMC-110)."""

from __future__ import annotations

from datetime import date

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from simulator.policy.nir import MalformedNir
from simulator.policy.password import Unmet, characters_not_allowed
from simulator.portals import visits
from simulator.portals.ameli import forgotten
from simulator.portals.ameli.forgotten import LinkDead, NotSet
from simulator.portals.ameli.views import blueprint, desk, sign_in_page
from simulator.portals.dates import MalformedDate, typed_date
from simulator.portals.identifiers import typed_nir

_INVALID, _GONE = 422, 410


@blueprint.get("/mot-de-passe-oublie")
def forgotten_password() -> AnyResponse:
    """The form that asks for a link."""
    return visits.page(render_template("ameli/forgotten.html", errors={}, typed="", born=""))


@blueprint.post("/mot-de-passe-oublie")
@visits.own_form
def declare_forgotten() -> AnyResponse:
    """Ask for a link; the answer is the same whether or not anybody was found (HRD-30)."""
    typed, born = request.form.get("numero", ""), request.form.get("naissance", "")
    errors: dict[str, str] = {}
    identifier, birth_date = "", date.min
    try:
        identifier = typed_nir(typed)
    except MalformedNir as malformed:
        errors["numero"] = str(malformed)
    try:
        birth_date = typed_date(born)
    except MalformedDate as malformed:
        errors["naissance"] = str(malformed)
    if errors:
        return visits.page(render_template("ameli/forgotten.html", errors=errors, typed=typed, born=born), _INVALID)
    # The link is built from the configured address: what the request says of its host is anybody's word (HRD-52).
    page = f"{current_app.config['PORTAL_ADDRESS']}{url_for('ameli.forgotten_password')}"
    forgotten.declare_forgotten(desk(), visits.current_world(), identifier, birth_date, page)
    return redirect(url_for("ameli.link_sent"), 303)


@blueprint.get("/mot-de-passe-oublie/envoi")
def link_sent() -> AnyResponse:
    """What to expect now."""
    return visits.page(render_template("ameli/link_sent.html"))


@blueprint.get("/mot-de-passe-oublie/<token>")
def choose_password(token: str) -> AnyResponse:
    """The form that sets a password, opened by its link only (HRD-62)."""
    state = forgotten.link_state(desk(), visits.current_world(), token)
    return _dead() if isinstance(state, LinkDead) else _choice_page(token)


@blueprint.post("/mot-de-passe-oublie/<token>")
@visits.own_form
def set_password(token: str) -> AnyResponse:
    """Set it (AME-30 to AME-36)."""
    choice, confirmation = request.form.get("motdepasse", ""), request.form.get("confirmation", "")
    answer = forgotten.set_password(desk(), visits.current_world(), token, choice, confirmation)
    if isinstance(answer, LinkDead):
        return _dead()
    if isinstance(answer, NotSet):
        return _choice_page(token, _INVALID, unmet=answer.unmet, foreign=characters_not_allowed(choice))
    visits.forget_visit()
    return sign_in_page(changed=True)


def _choice_page(token: str, status: int = 200, unmet: tuple[Unmet, ...] = (), foreign: tuple[str, ...] = ()) -> AnyResponse:
    body = render_template("ameli/choose_password.html", token=token, unmet=unmet, foreign=foreign)
    response = visits.page(body, status)
    # The address is a secret: it goes to no other page, ours included.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _dead() -> AnyResponse:
    response = visits.page(render_template("ameli/link_dead.html"), _GONE)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
