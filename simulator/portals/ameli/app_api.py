"""The API of ameli's mobile app: NIR and password for a token, the account, a mail address (AMC-20, AMC-21, AMC-120). JSON, no cookies.

`python -m simulator.documented app > docs/ameli-app.openapi.json` brings the kept document up to date; a test compares them.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import HTTPException

from simulator import defects
from simulator.mistakes import Mistake, json_content, read_body
from simulator.openapi import Operation, document_of
from simulator.people import known_by
from simulator.policy.contact import MalformedAddress, normalised_address
from simulator.policy.dates import PARIS
from simulator.policy.lockout import Block, Reason
from simulator.policy.nir import MalformedNir
from simulator.portals import visits
from simulator.portals.ameli import app_account
from simulator.portals.ameli.answers import Announced, Blocked, GoesOn, Opened, Refusal, Refused
from simulator.portals.ameli.app_answers import AccountOnFile, AddressAsked, Credentials, NewAddress, NotDone, SignedIn
from simulator.portals.ameli.enrolment import AddressTaken, Over
from simulator.portals.ameli.opening_views import TAKEN
from simulator.portals.ameli.views import desk
from simulator.portals.dates import duration_in_words
from simulator.portals.identifiers import typed_nir
from simulator.portals.secret_pages import portal_address
from simulator.portals.typography import french
from simulator.portals.visit import Visit

PREFIX = "/ameli/app"
_MANUAL = f"See GET {PREFIX}/openapi.json."
_BEARER = "Bearer "
_OVER, _REFUSED, _MISSING, _INVALID = 401, 403, 404, 422

blueprint = Blueprint("ameli_app", __name__, url_prefix=PREFIX)


def _refusals(*statuses: int) -> dict[int, type]:
    return dict.fromkeys(statuses, NotDone)


OPERATIONS = (
    Operation(
        "post", f"{PREFIX}/v1/session", "Sign in; no code is needed", (Credentials,), 201, SignedIn, refusals=_refusals(400, 403, 422)
    ),
    Operation("delete", f"{PREFIX}/v1/session", "Sign out", status=204, refusals=_refusals(401), bearer=True),
    Operation("get", f"{PREFIX}/v1/account", "The account", answer=AccountOnFile, refusals=_refusals(401), bearer=True),
    Operation(
        "put",
        f"{PREFIX}/v1/account/address",
        "Give a mail address, which then must be validated",
        (NewAddress,),
        202,
        AddressAsked,
        refusals=_refusals(400, 401, 422),
        bearer=True,
    ),
)
_WORDS = {
    Refusal.NOT_ATTACHED: "D'après nos informations, vous ne dépendez ni du régime général ni de l'un des régimes partenaires. "
    "Adressez-vous aux services de votre propre régime.",
    Refusal.ATTACHMENT_PENDING: "Votre rattachement à votre caisse d'assurance maladie est en cours. "
    "Vous pourrez bientôt utiliser votre compte.",
    Refusal.NO_ADDRESS: "Aucune adresse mail n'est enregistrée dans votre compte.",
    Refusal.PROVISIONAL_EXPIRED: "Ce code provisoire n'est plus valable.",
}
_BLOCKED = {
    Reason.PASSWORDS: "Pour des raisons de sécurité, l'accès à votre compte est bloqué.",
    Reason.CODES: "Les informations saisies sont erronées. L'accès au service est bloqué.",
    Reason.QUOTA: "Vous avez atteint le nombre maximum de demandes de code. L'accès au service est bloqué.",
}


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    told = "NIR and password for a token, the account, a mail address. Counts and blocks are those of the web."
    return document_of("The API of ameli’s mobile app (simulated)", "1", told, OPERATIONS)


def is_meant() -> bool:
    """Whether the request is one of the app, whatever it asks for."""
    return request.path.startswith(f"{PREFIX}/")


def error_answer(error: HTTPException) -> Response:
    """An error of the web itself, such as an unknown path or method, in the form of all others."""
    field = {404: "path", 405: "method", 413: "body"}.get(error.code or 500)
    words = "Ce service ne répond pas pour le moment." if (error.code or 500) >= 500 else str(error.description)
    told = _json(NotDone("invalid", words, field=field, way_on=_MANUAL), error.code or 500)
    told.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return told


@blueprint.errorhandler(Mistake)
def malformed(mistake: Mistake) -> Response:
    """A body that cannot be read: the field is named."""
    return _json(NotDone("invalid", mistake.message, field=mistake.field, way_on=mistake.way_on), mistake.status)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """This API, for machines."""
    return _json(document())


@blueprint.post("/v1/session")
def sign_in() -> Response:
    """NIR and password; a stranger gets the same answer as a wrong password (HRD-30)."""
    given = _body(Credentials)
    try:
        identifier = typed_nir(given.identifier)
    except MalformedNir as problem:
        return _json(NotDone("invalid", str(problem), field="identifier"), _INVALID)
    visit = Visit(visits.current_world(), None, (), typed=given.identifier, in_app=True)
    answer = app_account.with_password(desk(), visit, identifier, given.password)
    match answer:
        case Opened():
            return _json(SignedIn("signed-in", answer.session), 201)
        case Blocked():
            return _blocked(answer.block)
        case Refused():
            return _refused(answer.refusal, identifier)
        case GoesOn():
            words = "L'ouverture de votre compte n'est pas terminée : validez votre adresse mail, ou terminez-la sur le site."
            return _json(NotDone("validation-asked", french(words)), _REFUSED)
        case Announced():
            return _json(NotDone("code-announced", "Un code de sécurité est nécessaire."), _REFUSED)


@blueprint.delete("/v1/session")
def sign_out() -> Response:
    """The token is worth nothing any more (HRD-41)."""
    return Response(status=204) if app_account.sign_out(desk(), _visit()) else _over()


@blueprint.get("/v1/account")
def account() -> Response:
    """Whose account it is, and the state of its mail address."""
    found = app_account.on_file(desk(), _visit())
    if found is None:
        return _over()
    state = "to-validate" if found.awaited else "validated" if found.address else "none"
    number = known_by(found.person) if defects.on("app-tells-the-number") else None
    told = AccountOnFile(
        "signed-in", found.person.first_name, found.person.last_name, found.address, found.awaited, state, identifier=number
    )
    return _json(told)


@blueprint.put("/v1/account/address")
def give_address() -> Response:
    """A mail with a link goes to it; it counts once that is confirmed (AMC-21)."""
    given = _body(NewAddress)
    if app_account.on_file(desk(), _visit()) is None:
        return _over()
    try:
        address = normalised_address(given.address)
    except MalformedAddress:
        words = "Indiquez une adresse mail complète, par exemple prenom.nom@exemple.test."
        return _json(NotDone("invalid", french(words), field="address"), _INVALID)
    page = f"{portal_address()}{url_for('ameli.validation_reminder')}"
    answer = app_account.give_address(desk(), _visit(), address, page)
    if isinstance(answer, AddressTaken):
        return _json(NotDone("invalid", french(TAKEN), field="address"), _INVALID)
    if isinstance(answer, Over):
        return _over()
    words = f"Un mail vient de partir à {address} : ouvrez le lien qu'il contient pour valider cette adresse."
    return _json(AddressAsked("validation-asked", address, french(words)), 202)


def _body(kind: type[msgspec.Struct]) -> Any:
    return read_body(json_content(request.mimetype, request.get_data()), kind, _MANUAL)


def _visit() -> Visit:
    said = request.headers.get("Authorization", "")
    token = said.removeprefix(_BEARER).strip() if said.startswith(_BEARER) else ""
    return Visit(visits.current_world(), token or None, (), in_app=True)


def _over() -> Response:
    told = _json(NotDone("sign-in-asked", french("Votre session est terminée : identifiez-vous de nouveau.")), _OVER)
    told.headers["WWW-Authenticate"] = "Bearer"
    return told


def _refused(refusal: Refusal, identifier: str) -> Response:
    status = _REFUSED
    if refusal is Refusal.WRONG:
        words = _wrong()
        if defects.on("stranger-told-by-the-app"):
            with desk().act(visits.current_world()) as papers:
                status = _MISSING if papers.account(identifier) is None else _REFUSED
    else:
        words = _WORDS[refusal]
    return _json(NotDone("refused", french(words), reason=refusal.value), status)


def _wrong() -> str:
    rules = desk().rules.lockout
    return (
        "Votre numéro de sécurité sociale ou votre mot de passe est erroné. Vérifiez votre saisie : "
        f"{rules.attempts} erreurs bloquent le service pendant {duration_in_words(rules.duration)}."
    )


def _blocked(block: Block) -> Response:
    until: datetime = block.until.astimezone(PARIS)
    return _json(NotDone("blocked", french(_BLOCKED[block.reason]), reason=block.reason.value, until=until), _REFUSED)


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, mimetype="application/json")
