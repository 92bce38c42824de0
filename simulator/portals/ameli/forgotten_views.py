"""The pages of the forgotten password (AMC-110)."""

from __future__ import annotations

from datetime import date

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from simulator import defects
from simulator.policy.nir import MalformedNir
from simulator.policy.password import Unmet, characters_not_allowed
from simulator.portals import visits
from simulator.portals.ameli import forgotten
from simulator.portals.ameli.views import INVALID, blueprint, desk, sign_in_page
from simulator.portals.dates import MalformedDate, typed_date
from simulator.portals.identifiers import typed_nir
from simulator.portals.new_passwords import Choice, LinkDead, NotSet
from simulator.portals.secret_pages import kept_to_itself, portal_address, uses_it_up

_GONE = 410


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
        return visits.page(render_template("ameli/forgotten.html", errors=errors, typed=typed, born=born), INVALID)
    page = f"{portal_address()}{url_for('ameli.forgotten_password')}"
    if not forgotten.declare_forgotten(desk(), visits.current_world(), identifier, birth_date, page) and defects.on("nobody-found-told"):
        errors["numero"] = "Aucun compte ne correspond à ces informations."
        return visits.page(render_template("ameli/forgotten.html", errors=errors, typed=typed, born=born), INVALID)
    return redirect(url_for("ameli.link_sent"), 303)


@blueprint.get("/mot-de-passe-oublie/envoi")
def link_sent() -> AnyResponse:
    """What to expect now."""
    return visits.page(render_template("ameli/link_sent.html"))


@blueprint.get("/mot-de-passe-oublie/<token>")
def choose_password(token: str) -> AnyResponse:
    """The form that sets a password, opened by its link only (HRD-62)."""
    dead = forgotten.why_dead(desk(), visits.current_world(), token, uses_it_up())
    if dead is not None and not (dead.state is None and defects.on("password-page-without-its-link")):
        return _dead()
    return _choice_page(token)


@blueprint.post("/mot-de-passe-oublie/<token>")
@visits.own_form
def set_password(token: str) -> AnyResponse:
    """Set it (AME-30 to AME-36)."""
    choice = Choice(request.form.get("motdepasse", ""), request.form.get("confirmation", ""))
    answer = forgotten.set_password(desk(), visits.current_world(), token, choice)
    if isinstance(answer, LinkDead):
        return _dead()
    if isinstance(answer, NotSet):
        return _choice_page(token, INVALID, unmet=answer.unmet, foreign=characters_not_allowed(choice.password))
    if answer.session is not None:
        visits.set_visit(answer.session)
    else:
        visits.forget_visit()
    return kept_to_itself(sign_in_page(changed=True))


def _choice_page(token: str, status: int = 200, unmet: tuple[Unmet, ...] = (), foreign: tuple[str, ...] = ()) -> AnyResponse:
    body = render_template("ameli/choose_password.html", token=token, unmet=unmet, foreign=foreign)
    return kept_to_itself(visits.page(body, status))


def _dead() -> AnyResponse:
    return kept_to_itself(visits.page(render_template("ameli/link_dead.html"), _GONE))
