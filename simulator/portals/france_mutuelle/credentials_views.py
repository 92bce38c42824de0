"""The pages by which a member comes by identifier and password (FMU-02 to FMU-06)."""

from __future__ import annotations

from datetime import date

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from simulator import defects
from simulator.policy.link import LinkRules
from simulator.policy.member import MalformedIdentifier, MalformedMembership, membership
from simulator.policy.password import Unmet
from simulator.portals import visits
from simulator.portals.dates import MalformedDate, typed_date
from simulator.portals.france_mutuelle import credentials
from simulator.portals.france_mutuelle.credentials import Addresses
from simulator.portals.france_mutuelle.views import INVALID, blueprint, desk, sign_in_page, typed_identifier
from simulator.portals.new_passwords import Choice, LinkDead, NotSet
from simulator.portals.secret_pages import kept_to_itself, portal_address, uses_it_up

_GONE = 410


def _pages() -> Addresses:
    base = portal_address()
    return Addresses(f"{base}{url_for('.creation_page')}", f"{base}{url_for('.forgotten_password')}")


@blueprint.get("/identifiant")
def lost_identifier() -> AnyResponse:
    """The form for a first connection, and for a lost identifier (FMU-02)."""
    return _identifier_form({})


@blueprint.post("/identifiant")
@visits.own_form
def ask_for_identifier() -> AnyResponse:
    """Ask for the identifier by mail; the answer is the same whether or not anybody was found (FMU-02, HRD-30)."""
    errors: dict[str, str] = {}
    number, birth_date = "", date.min
    try:
        number = membership(request.form.get("adherent", ""))
    except MalformedMembership as malformed:
        errors["adherent"] = str(malformed)
    try:
        birth_date = typed_date(request.form.get("naissance", ""))
    except MalformedDate as malformed:
        errors["naissance"] = str(malformed)
    if errors:
        return _identifier_form(errors)
    known = credentials.ask_for_identifier(desk(), visits.current_world(), number, birth_date, _pages())
    if not known and defects.on("no-such-member-told"):
        return _identifier_form({"adherent": "Aucun adhérent ne correspond à ces informations."})
    return redirect(url_for(".identifier_sent"), 303)


def _identifier_form(errors: dict[str, str]) -> AnyResponse:
    typed, born = request.form.get("adherent", ""), request.form.get("naissance", "")
    body = render_template("france-mutuelle/identifier.html", errors=errors, typed=typed, born=born)
    return visits.page(body, INVALID if errors else 200)


@blueprint.get("/identifiant/envoi")
def identifier_sent() -> AnyResponse:
    """What to expect now."""
    return visits.page(render_template("france-mutuelle/identifier_sent.html"))


@blueprint.get("/mot-de-passe-oublie")
def forgotten_password() -> AnyResponse:
    """The form that asks for a link (FMU-06)."""
    return _forgotten_form({})


@blueprint.post("/mot-de-passe-oublie")
@visits.own_form
def declare_forgotten() -> AnyResponse:
    """Ask for a link; the answer is the same whether or not anybody was found (FMU-04, FMU-06, HRD-30)."""
    try:
        identifier = typed_identifier(request.form.get("identifiant", ""))
    except MalformedIdentifier as malformed:
        return _forgotten_form({"identifiant": str(malformed)})
    known = credentials.declare_forgotten(desk(), visits.current_world(), identifier, _pages())
    if not known and defects.on("no-such-identifier-told"):
        return _forgotten_form({"identifiant": "Aucun espace ne correspond à cet identifiant."})
    return redirect(url_for(".link_sent"), 303)


def _forgotten_form(errors: dict[str, str]) -> AnyResponse:
    body = render_template("france-mutuelle/forgotten.html", errors=errors, typed=request.form.get("identifiant", ""))
    return visits.page(body, INVALID if errors else 200)


@blueprint.get("/mot-de-passe-oublie/envoi")
def link_sent() -> AnyResponse:
    """What to expect now."""
    return visits.page(render_template("france-mutuelle/link_sent.html"))


@blueprint.get("/creation")
def creation_page() -> AnyResponse:
    """Without its link nothing can be created: where a link comes from is another page (HRD-62)."""
    return redirect(url_for(".lost_identifier"))


@blueprint.get("/creation/<token>")
def create_password(token: str) -> AnyResponse:
    """The form that creates a password, opened by its link only (FMU-03)."""
    return _opened(token, desk().rules.creation_link)


@blueprint.post("/creation/<token>")
@visits.own_form
def set_first_password(token: str) -> AnyResponse:
    """Create it (FMU-05)."""
    return _set(token, desk().rules.creation_link)


@blueprint.get("/mot-de-passe-oublie/<token>")
def choose_password(token: str) -> AnyResponse:
    """The form that sets another password, opened by its link only (FMU-06)."""
    return _opened(token, desk().rules.reset_link)


@blueprint.post("/mot-de-passe-oublie/<token>")
@visits.own_form
def set_password(token: str) -> AnyResponse:
    """Set it (FMU-05)."""
    return _set(token, desk().rules.reset_link)


def _opened(token: str, rules: LinkRules) -> AnyResponse:
    if credentials.why_dead(desk(), visits.current_world(), token, rules, uses_it_up()) is not None:
        return _dead(rules)
    return _choice_page(rules)


def _set(token: str, rules: LinkRules) -> AnyResponse:
    choice = Choice(request.form.get("motdepasse", ""), request.form.get("confirmation", ""))
    answer = credentials.set_password(desk(), visits.current_world(), token, rules, choice)
    if isinstance(answer, LinkDead):
        return _dead(rules)
    if isinstance(answer, NotSet):
        return _choice_page(rules, INVALID, answer.unmet)
    visits.forget_visit()
    return kept_to_itself(sign_in_page(changed=True))


def _choice_page(rules: LinkRules, status: int = 200, unmet: tuple[Unmet, ...] = ()) -> AnyResponse:
    creates = rules == desk().rules.creation_link
    body = render_template("france-mutuelle/choose_password.html", unmet=unmet, creates=creates, link=rules)
    return kept_to_itself(visits.page(body, status))


def _dead(rules: LinkRules) -> AnyResponse:
    return kept_to_itself(visits.page(render_template("france-mutuelle/link_dead.html", link=rules), _GONE))
