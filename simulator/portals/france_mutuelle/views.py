"""The pages of the member space: signing in, and the space itself."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from simulator import defects
from simulator.policy.member import MalformedIdentifier, entered
from simulator.portals import FRANCE_MUTUELLE, visits
from simulator.portals.desk import Blocked
from simulator.portals.france_mutuelle import sign_in, space
from simulator.portals.france_mutuelle.desk import Desk
from simulator.portals.france_mutuelle.sign_in import Opened
from simulator.portals.landing import landing

blueprint = Blueprint(FRANCE_MUTUELLE.id, __name__, url_prefix=FRANCE_MUTUELLE.path, template_folder="templates")

LONGEST_PASSWORD_TAKEN = 1000
INVALID, REFUSED = 422, 403


def desk() -> Desk:
    """The tools of the portal's acts."""
    tools: Desk = current_app.extensions[FRANCE_MUTUELLE.id]
    return tools


@blueprint.context_processor
def figures() -> dict[str, object]:
    """The portal's figures, for every page that says one."""
    return {"rules": desk().rules, "sessions": desk().sessions}


def typed_identifier(typed: str) -> str:
    """The identifier as it is matched (FMU-10, FMU-11). Raises MalformedIdentifier."""
    if typed != typed.strip() and defects.on("spaces-around-an-identifier-refused"):
        raise MalformedIdentifier("Un identifiant ne contient aucun espace.")
    if len(typed.split()) > 1 and defects.on("inner-spaces-left-out"):
        return "".join(typed.split())
    return entered(typed)


@blueprint.get("/")
def home() -> AnyResponse:
    """The portal begins at its sign-in page."""
    return redirect(url_for(".show_sign_in"))


@blueprint.get("/connexion")
def show_sign_in() -> AnyResponse:
    """The sign-in form (FMU-15); whoever is in is led to the space."""
    visit = visits.current_visit()
    if visit.token is not None and space.space_of(desk(), visit) is not None:
        return redirect(url_for(".member_space"))
    return sign_in_page(over="fin" in request.args, left="sorti" in request.args)


def sign_in_page(status: int = 200, **values: object) -> Response:
    """The sign-in form with what there is to say above it."""
    return visits.page(render_template("france-mutuelle/sign_in.html", **{"errors": {}, "typed": "", **values}), status)


@blueprint.post("/connexion")
@visits.own_form
def enter_password() -> AnyResponse:
    """Identifier and password (FMU-10 to FMU-16)."""
    if "Firefox" in request.headers.get("User-Agent", "") and defects.on("one-browser-only"):
        return visits.page(render_template("france-mutuelle/browser.html"), REFUSED)
    typed, password = request.form.get("identifiant", ""), request.form.get("motdepasse", "")
    errors = _sign_in_errors(typed, password)
    if errors:
        return sign_in_page(INVALID, errors=errors, typed=typed)
    answer = sign_in.with_password(desk(), visits.current_visit(), typed_identifier(typed), password)
    if isinstance(answer, Opened):
        visits.set_visit(answer.session)
        return redirect(landing(url_for(".member_space")), 303)
    if isinstance(answer, Blocked):
        return sign_in_page(REFUSED, block=answer.block, typed=typed)
    return sign_in_page(REFUSED, refusal=answer.refusal, typed=typed)


def _sign_in_errors(typed: str, password: str) -> Mapping[str, str]:
    errors = {}
    try:
        typed_identifier(typed)
    except MalformedIdentifier as malformed:
        errors["identifiant"] = str(malformed)
    if not password:
        errors["motdepasse"] = "Indiquez votre mot de passe."
    elif len(password) > LONGEST_PASSWORD_TAKEN:
        errors["motdepasse"] = "Ce mot de passe est trop long pour être le vôtre : vérifiez votre saisie."
    return errors


@blueprint.post("/deconnexion")
@visits.own_form
def leave() -> AnyResponse:
    """Signing out (HRD-41)."""
    space.sign_out(desk(), visits.current_visit())
    visits.forget_visit()
    return redirect(url_for(".show_sign_in", sorti=""), 303)


@blueprint.get("/espace")
def member_space() -> AnyResponse:
    """The space: who one is, what was done in it, what can be done (FMU-14, FMU-16, FMU-20, FMU-21)."""
    found = space.space_of(desk(), visits.current_visit())
    if found is None:
        return _over()
    return visits.page(render_template("france-mutuelle/space.html", space=found, asked="attestation" in request.args))


@blueprint.post("/espace/attestation")
@visits.own_form
def certificate() -> AnyResponse:
    """Ask for a certificate of membership (FMU-21)."""
    if not space.ask_for_certificate(desk(), visits.current_visit()):
        return _over()
    return redirect(url_for(".member_space", attestation=""), 303)


def _over() -> AnyResponse:
    """The visit ended, or never came this far: it begins again at the form, which says so."""
    return redirect(url_for(".show_sign_in", fin=""), 303)
