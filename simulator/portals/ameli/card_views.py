"""The pages of the way with Carte Vitale and IBAN (AMC-102)."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from simulator import defects
from simulator.policy.iban import MalformedIban, normalised_iban
from simulator.policy.nir import MalformedNir
from simulator.portals import visits
from simulator.portals.ameli import card_way
from simulator.portals.ameli.card_way import CardAndIban, Matched, WayBlocked
from simulator.portals.ameli.views import INVALID, blueprint, desk
from simulator.portals.identifiers import typed_nir

_REFUSED = 403
_SHORTEST_CARD, _LONGEST_CARD = 8, 21


@blueprint.get("/premiere-visite/carte")
def card_and_iban() -> AnyResponse:
    """The form for the two numbers."""
    return _page({})


@blueprint.post("/premiere-visite/carte")
@visits.own_form
def enter_card_and_iban() -> AnyResponse:
    """Both right: on to the personal code; else one message that does not say which was wrong."""
    errors: dict[str, str] = {}
    shown = _read(errors)
    if errors:
        return _page(errors, INVALID)
    answer = card_way.enter(desk(), visits.current_visit(), shown)
    if isinstance(answer, Matched):
        visits.set_visit(answer.session)
        return redirect(url_for("ameli.personal_code"), 303)
    if isinstance(answer, WayBlocked):
        return _page({}, _REFUSED, block=answer.block)
    which = "L’IBAN" if answer.card_is_right and defects.on("wrong-one-of-two-told") else ""
    return _page({}, _REFUSED, mismatch=True, which=which)


def _read(errors: dict[str, str]) -> CardAndIban:
    identifier, iban = "", ""
    try:
        identifier = typed_nir(request.form.get("numero", ""))
    except MalformedNir as malformed:
        errors["numero"] = str(malformed)
    card = "".join(request.form.get("carte", "").split())
    if not (card.isascii() and card.isdigit() and _SHORTEST_CARD <= len(card) <= _LONGEST_CARD):
        errors["carte"] = "Indiquez le numéro de série de votre carte Vitale : des chiffres seulement."
    try:
        iban = normalised_iban(request.form.get("iban", ""))
    except MalformedIban:
        errors["iban"] = "Cet IBAN n’est pas complet, ou comporte une erreur : recopiez-le de votre relevé."
    return CardAndIban(identifier, card, iban)


def _page(errors: Mapping[str, str], status: int = 200, **values: object) -> AnyResponse:
    return visits.page(render_template("ameli/card_and_iban.html", errors=errors, kept=request.form, **values), status)
