"""The pages between the provisional code and the mailbox: personal code, contact details (AME-22 to AME-50)."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from simulator import defects
from simulator.documents import Consents, Session, Stage
from simulator.policy.contact import MalformedAddress, MalformedNumber, is_mobile, normalised_address, normalised_number, same_address
from simulator.policy.password import LEVEL_SIGNS, LEVELS, Unmet, characters_not_allowed, level
from simulator.portals import visits
from simulator.portals.ameli import enrolment
from simulator.portals.ameli.enrolment import AddressTaken, Contact, NotChosen, Over
from simulator.portals.ameli.mails import VALIDATION_SUBJECT
from simulator.portals.ameli.views import INVALID, blueprint, desk, over
from simulator.portals.new_passwords import Choice
from simulator.portals.secret_pages import portal_address

_FIELDS = ("adresse", "adresse2", "parmail", "mobile", "parappel", "parsms", "fixe", "parfixe")
_LONGEST_KEPT = 300
_YES = {"oui": True, "non": False}
TAKEN = "Cette adresse est déjà celle d’un autre compte, peut-être celui d’un proche : indiquez une adresse qui n’appartient qu’à vous."


@blueprint.get("/premiere-visite/code-personnel")
def personal_code() -> AnyResponse:
    """The choice of a personal code (AME-22, AME-30 to AME-37)."""
    return _choice_page() if _at(Stage.CHOOSING, Stage.CONTACT_DETAILS) else over()


@blueprint.post("/premiere-visite/code-personnel")
@visits.own_form
def choose_personal_code() -> AnyResponse:
    """Keep it, or name every rule that it does not meet."""
    choice = request.form.get("motdepasse", "")
    answer = enrolment.choose_personal_code(desk(), visits.current_visit(), Choice(choice, request.form.get("confirmation", "")))
    if isinstance(answer, Over):
        return over()
    if isinstance(answer, NotChosen):
        return _choice_page(INVALID, answer.unmet, choice)
    visits.set_visit(answer)
    return redirect(url_for("ameli.contact_details"), 303)


def _choice_page(status: int = 200, unmet: tuple[Unmet, ...] = (), choice: str = "") -> AnyResponse:
    levels = {"signs": LEVEL_SIGNS, "levels": [[needed, name] for name, needed in LEVELS]}
    values = {"unmet": unmet, "foreign": characters_not_allowed(choice), "levels": levels, "level": level(choice) if choice else None}
    return visits.page(render_template("ameli/personal_code.html", **values), status)


@blueprint.get("/premiere-visite/coordonnees")
def contact_details() -> AnyResponse:
    """How somebody is reached (AME-40 to AME-42)."""
    if not _at(Stage.CONTACT_DETAILS):
        return over()
    return _contact_page({}, kept=enrolment.draft(desk(), visits.current_visit()))


@blueprint.post("/premiere-visite/coordonnees")
@visits.own_form
def give_contact_details() -> AnyResponse:
    """Keep it, send the link, and sign out (AME-43, AME-50)."""
    # Before anything looks at the visit, which forgets one that is over.
    enrolment.keep_draft(desk(), visits.current_visit(), {name: request.form.get(name, "")[:_LONGEST_KEPT] for name in _FIELDS})
    if not _at(Stage.CONTACT_DETAILS):
        return over()
    errors: dict[str, str] = {}
    contact = Contact(typed_new_address(errors), _number("mobile", errors), _number("fixe", errors), _consents(errors))
    if errors:
        return _contact_page(errors, INVALID)
    page = f"{portal_address()}{url_for('ameli.validation_reminder')}"
    answer = enrolment.give_contact_details(desk(), visits.current_visit(), contact, page)
    if isinstance(answer, AddressTaken):
        return _contact_page({"adresse": TAKEN}, INVALID)
    if isinstance(answer, Over):
        return over()
    visits.forget_visit()
    if answer.session is not None:
        visits.set_visit(answer.session)
    return redirect(url_for("ameli.look_into_mailbox"), 303)


@blueprint.get("/premiere-visite/messagerie")
def look_into_mailbox() -> AnyResponse:
    """Where the link is, and what to do when it does not come (AME-50, AME-57)."""
    return visits.page(render_template("ameli/mailbox.html", subject=VALIDATION_SUBJECT))


def typed_new_address(errors: dict[str, str]) -> str:
    """The address of the form, entered twice (AME-40); what is wrong goes to the errors, by field."""
    first, second = request.form.get("adresse", ""), request.form.get("adresse2", "")
    try:
        address = normalised_address(first)
    except MalformedAddress:
        if not defects.on("malformed-address-taken"):
            errors["adresse"] = "Indiquez une adresse mail complète, par exemple prenom.nom@exemple.test."
        address = first.strip() or "?"
    if same_address(first.strip()) != same_address(second.strip()) and not defects.on("addresses-not-compared"):
        errors["adresse2"] = "Les deux adresses sont différentes : vérifiez-les."
    return address


def _number(name: str, errors: dict[str, str]) -> str | None:
    typed = request.form.get(name, "")
    if not typed.strip():
        if defects.on("phone-mandatory"):
            errors[name] = "Indiquez un numéro de téléphone."
        return None
    try:
        number = normalised_number(typed)
    except MalformedNumber:
        if not defects.on("any-number-taken"):
            errors[name] = "Ce numéro n’est pas un numéro français : dix chiffres, ou +33 et neuf chiffres."
        return typed
    if is_mobile(number) != (name == "mobile"):
        errors[name] = "Ce numéro n’est pas celui d’un téléphone " + ("portable." if name == "mobile" else "fixe.")
    return number


def _consents(errors: dict[str, str]) -> Consents:
    mail, call, sms, landline = (_YES.get(request.form.get(name, "")) for name in ("parmail", "parappel", "parsms", "parfixe"))
    if mail is None and not defects.on("consent-not-asked-for"):
        errors["parmail"] = "Choisissez oui ou non pour les informations par mail."
    return Consents(bool(mail), call, sms, landline)


def _contact_page(errors: Mapping[str, str], status: int = 200, kept: Mapping[str, str] | None = None) -> AnyResponse:
    values = {"errors": errors, "kept": request.form if kept is None else kept}
    return visits.page(render_template("ameli/contact_details.html", **values), status)


def _at(*stages: Stage) -> Session | None:
    """The visit, where it has come so far and no farther."""
    visit = visits.current_visit()
    with desk().act(visit.world) as papers:
        session = papers.visit(visit.token)
        return session if session is not None and session.stage in stages else None
