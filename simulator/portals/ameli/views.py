"""The pages of the ameli sign-in: forms in, answers of `sign_in` out, each a page in French."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from simulator import defects
from simulator.documents import Account, Person, Session, Stage
from simulator.policy.code import Entry
from simulator.policy.lockout import Block, Reason
from simulator.policy.nir import MalformedNir
from simulator.portals import visits
from simulator.portals.ameli import open_account, security_code, sign_in
from simulator.portals.ameli.answers import Announced, Blocked, GoesOn, NotAccepted, Opened, Refusal, Refused, VisitOver
from simulator.portals.ameli.desk import Desk
from simulator.portals.identifiers import typed_nir
from simulator.portals.landing import landing

blueprint = Blueprint("ameli", __name__, url_prefix="/ameli", template_folder="templates")

_LONGEST_PASSWORD_TAKEN = 1000
INVALID, _REFUSED, _MISSING = 422, 403, 404
_GOES_ON_AT = {
    Stage.CHOOSING: "ameli.personal_code",
    Stage.CONTACT_DETAILS: "ameli.contact_details",
    Stage.VALIDATION: "ameli.validation_reminder",
}


def desk() -> Desk:
    """The tools of the portal's acts."""
    tools: Desk = current_app.extensions["desk"]
    return tools


@blueprint.context_processor
def figures() -> dict[str, object]:
    """The portal's figures, for every page that says one."""
    return {"rules": desk().rules, "sessions": desk().sessions}


@blueprint.get("/")
def home() -> AnyResponse:
    """The portal begins at its sign-in page."""
    return redirect(url_for("ameli.show_sign_in"))


@blueprint.get("/connexion")
def show_sign_in() -> AnyResponse:
    """The sign-in form (AMC-01, AMC-02); somebody who is in is led to the account."""
    visit = visits.current_visit()
    if visit.token is not None and open_account.account_of(desk(), visit) is not None:
        return redirect(url_for("ameli.account"))
    return sign_in_page(over="fin" in request.args, left="sorti" in request.args)


def sign_in_page(status: int = 200, **values: object) -> Response:
    """The sign-in form with what there is to say above it."""
    return visits.page(render_template("ameli/sign_in.html", **{"errors": {}, "typed": "", **values}), status)


@blueprint.post("/connexion")
@visits.own_form
def enter_password() -> AnyResponse:
    """NIR and password (AMC-01, AMC-50, AMC-70 to AMC-90)."""
    typed, password = request.form.get("numero", ""), request.form.get("motdepasse", "")
    errors = _sign_in_errors(typed, password)
    if errors:
        return sign_in_page(INVALID, errors=errors, typed=typed)
    visit = replace(visits.current_visit(), typed=typed)
    answer = sign_in.with_password(desk(), visit, typed_nir(typed), password)
    if isinstance(answer, Announced):
        visits.set_visit(answer.session)
        return redirect(url_for("ameli.announcement"), 303)
    if isinstance(answer, GoesOn):
        visits.set_visit(answer.session)
        return redirect(url_for(_GOES_ON_AT[answer.stage]), 303)
    if isinstance(answer, Opened):
        return _opened(answer)
    if isinstance(answer, Blocked):
        return _blocked(answer.block, typed)
    return sign_in_page(_status(answer.refusal, typed_nir(typed)), refusal=answer.refusal, typed=typed)


def _status(refusal: Refusal, identifier: str) -> int:
    """The same whether or not there is an account (HRD-30)."""
    if refusal is not Refusal.WRONG or not defects.on("stranger-told-by-status"):
        return _REFUSED
    with desk().act(visits.current_world()) as papers:
        return _MISSING if papers.account(identifier) is None else _REFUSED


def _sign_in_errors(typed: str, password: str) -> Mapping[str, str]:
    errors = {}
    try:
        typed_nir(typed)
    except MalformedNir as malformed:
        errors["numero"] = str(malformed)
    if not password and not (errors and defects.on("one-error-at-a-time")) and not defects.on("empty-password-counted"):
        errors["motdepasse"] = "Indiquez votre mot de passe, ou votre code provisoire."
    elif len(password) > _LONGEST_PASSWORD_TAKEN:
        errors["motdepasse"] = "Ce mot de passe est trop long pour être le vôtre : vérifiez votre saisie."
    return errors


@blueprint.get("/connexion/annonce")
def announcement() -> AnyResponse:
    """A code is needed and will go to the masked address; nothing has been sent (AMC-03 to AMC-05)."""
    account = _on_the_way(Stage.PASSWORD_RIGHT, Stage.CODE_ASKED)
    return _announcement_page(account) if account else over()


@blueprint.post("/connexion/code/demande")
@visits.own_form
def ask_for_code() -> AnyResponse:
    """The button that sends a code (AMC-03, AMC-40)."""
    answer = security_code.ask_for_code(desk(), visits.current_visit())
    if isinstance(answer, Blocked):
        visits.forget_visit()
        return _blocked(answer.block)
    if isinstance(answer, Refused):
        visits.forget_visit()
        return sign_in_page(_REFUSED, refusal=answer.refusal)
    if isinstance(answer, VisitOver):
        return over()
    response = redirect(url_for("ameli.code"), 303)
    if answer.told is not None:
        response.headers["X-Code"] = answer.told
    return response


@blueprint.get("/connexion/code")
def code() -> AnyResponse:
    """The form for the code (AMC-08)."""
    account = _on_the_way(Stage.CODE_ASKED)
    return _code_page() if account else over()


@blueprint.post("/connexion/code")
@visits.own_form
def enter_code() -> AnyResponse:
    """The code (AMC-07, AMC-10, AMC-30, AMC-50, AMC-60)."""
    entered, trust = "".join(request.form.get("code", "").split()), "ordinateur" in request.form
    answer = security_code.enter_code(desk(), visits.current_visit(), entered, trust)
    if isinstance(answer, Opened):
        return _opened(answer, entered)
    if isinstance(answer, Blocked):
        visits.forget_visit()
        return _blocked(answer.block)
    if isinstance(answer, Refused):
        visits.forget_visit()
        return sign_in_page(_REFUSED, refusal=answer.refusal)
    if isinstance(answer, NotAccepted):
        return _not_accepted(answer.entry, entered, trust)
    return over()


def _not_accepted(entry: Entry, entered: str, trust: bool) -> AnyResponse:
    if entry is Entry.MALFORMED:
        digits = desk().rules.code.digits
        message = f"Le code comporte {digits} chiffres : recopiez-le tel qu’il figure dans le mail."
        message = message if entered else "Indiquez le code reçu par mail."
        return _code_page(INVALID, errors={"code": message}, trust=trust)
    if entry is Entry.WRONG:
        return _code_page(_REFUSED, refusal=Refusal.WRONG, trust=trust)
    account = _on_the_way(Stage.PASSWORD_RIGHT)
    return _announcement_page(account, _REFUSED, expired=True) if account else over()


@blueprint.post("/deconnexion")
@visits.own_form
def leave() -> AnyResponse:
    """Signing out (HRD-41)."""
    open_account.sign_out(desk(), visits.current_visit())
    visits.forget_visit()
    return redirect(url_for("ameli.show_sign_in", sorti=""), 303)


@blueprint.get("/compte")
def account() -> AnyResponse:
    """The account's first page (AMC-07)."""
    return _account_page("ameli/account.html")


@blueprint.get("/compte/informations")
def details() -> AnyResponse:
    """What is on file about the person."""
    return _account_page("ameli/details.html")


@blueprint.get("/compte/messages")
def messages() -> AnyResponse:
    """The messages of the account, the newest first (AME-44)."""
    found = _open_account()
    if found is None:
        return over()
    return _account_page("ameli/messages.html", notices=open_account.notices(desk(), visits.current_world(), found[1].identifier))


@blueprint.get("/compte/ordinateurs")
def computers() -> AnyResponse:
    """The computers that need no code (AMC-10)."""
    found = _open_account()
    if found is None:
        return over()
    trusted = open_account.trusted_browsers(desk(), visits.current_world(), found[1].identifier)
    return _account_page("ameli/computers.html", trusted=trusted)


@blueprint.post("/compte/ordinateurs")
@visits.own_form
def forget_computers() -> AnyResponse:
    """All trusted computers are forgotten."""
    found = _open_account()
    if found is None:
        return over()
    open_account.forget_trusted_browsers(desk(), visits.current_world(), found[1].identifier)
    return redirect(url_for("ameli.computers"), 303)


@blueprint.get("/aide/numero")
def number_help() -> AnyResponse:
    """Where to find one's number (AMC-02)."""
    return visits.page(render_template("ameli/number_help.html"))


def _opened(answer: Opened, code: str = "") -> AnyResponse:
    visits.set_visit(answer.session)
    if answer.trust is not None:
        visits.add_trust(answer.trust, answer.trust_lasts)
    told = code if code and defects.on("code-in-the-address") else None
    return redirect(landing(url_for("ameli.account", code=told)), 303)


def _blocked(block: Block, typed: str = "") -> Response:
    return sign_in_page(_REFUSED, block=block, reasons=Reason, typed=typed)


def over() -> AnyResponse:
    """The visit ended, or never came this far: it begins again at the form, which says so."""
    return redirect(url_for("ameli.show_sign_in", fin=""), 303)


def _on_the_way(*stages: Stage) -> Account | None:
    visit = visits.current_visit()
    with desk().act(visit.world) as papers:
        session = papers.visit(visit.token)
        return papers.account(session.identifier) if session is not None and session.stage in stages else None


def _open_account(page: str = "") -> tuple[Session, Account, Person] | None:
    return open_account.account_of(desk(), visits.current_visit(), page)


def _account_page(template: str, **values: object) -> AnyResponse:
    found = _open_account(template.removeprefix("ameli/").removesuffix(".html"))
    if found is None:
        return over()
    _, account, person = found
    return visits.page(render_template(template, account=account, person=person, **values))


def _announcement_page(account: Account, status: int = 200, expired: bool = False) -> Response:
    return visits.page(render_template("ameli/announcement.html", account=account, expired=expired), status)


def _code_page(status: int = 200, **values: object) -> Response:
    return visits.page(render_template("ameli/code.html", **{"errors": {}, **values}), status)
