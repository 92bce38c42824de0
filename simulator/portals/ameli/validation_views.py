"""The pages of the address that waits to be validated: its link, and the reminder for whom signs in before (AME-52 to AME-58)."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from simulator.policy.validation import Waiting
from simulator.portals import visits
from simulator.portals.ameli import validation
from simulator.portals.ameli.enrolment import AddressTaken, Over
from simulator.portals.ameli.opening_views import TAKEN, typed_new_address
from simulator.portals.ameli.validation import LinkIs
from simulator.portals.ameli.views import INVALID, blueprint, desk, over
from simulator.portals.secret_pages import kept_to_itself, portal_address, uses_it_up

_GONE = 410


@blueprint.get("/validation")
def validation_reminder() -> AnyResponse:
    """What is left to do, for whom signed in with NIR and personal code (AME-52 to AME-55)."""
    return _reminder({})


@blueprint.post("/validation")
@visits.own_form
def send_link_again() -> AnyResponse:
    """Another link to the same address (AME-54)."""
    if isinstance(validation.send_again_signed_in(desk(), visits.current_visit(), _links()), Over):
        return over()
    visits.forget_visit()
    return redirect(url_for("ameli.look_into_mailbox"), 303)


@blueprint.post("/validation/adresse")
@visits.own_form
def give_other_address() -> AnyResponse:
    """A link to another address (AME-54, AME-55)."""
    errors: dict[str, str] = {}
    address = typed_new_address(errors)
    if errors:
        return _reminder(errors, INVALID)
    answer = validation.give_other_address(desk(), visits.current_visit(), address, _links())
    if isinstance(answer, AddressTaken):
        return _reminder({"adresse": TAKEN}, INVALID)
    if isinstance(answer, Over):
        return over()
    visits.forget_visit()
    return redirect(url_for("ameli.look_into_mailbox"), 303)


@blueprint.get("/validation/<token>")
def open_validation_link(token: str) -> AnyResponse:
    """Where the mail's link leads: a button, so that a scanner that looks changes nothing (AME-58)."""
    return _link_page(token, validation.link_is(desk(), visits.current_world(), token, uses_it_up()))


@blueprint.post("/validation/<token>")
@visits.own_form
def confirm_address(token: str) -> AnyResponse:
    """The person's own press: the address is validated, or a new link goes to the same one (AME-52, AME-54)."""
    world = visits.current_world()
    if "renvoyer" in request.form:
        if not validation.send_again(desk(), world, token, _links()):
            return _link_page(token, validation.link_is(desk(), world, token, uses_it_up=False))
        return redirect(url_for("ameli.look_into_mailbox"), 303)
    state = validation.confirm(desk(), world, token)
    if state is not LinkIs.ACTIVE:
        return _link_page(token, state)
    return kept_to_itself(visits.page(render_template("ameli/validated.html")))


def _link_page(token: str, state: LinkIs) -> AnyResponse:
    if state is LinkIs.ACTIVE:
        return kept_to_itself(visits.page(render_template("ameli/validate.html", token=token)))
    return kept_to_itself(visits.page(render_template("ameli/validation_dead.html", token=token, state=state, states=LinkIs), _GONE))


def _reminder(errors: Mapping[str, str], status: int = 200) -> AnyResponse:
    reminder = validation.reminder(desk(), visits.current_visit())
    if reminder is None:
        return over()
    values = {"reminder": reminder, "states": Waiting, "errors": errors, "kept": request.form}
    return visits.page(render_template("ameli/validation_reminder.html", **values), status)


def _links() -> str:
    return f"{portal_address()}{url_for('ameli.validation_reminder')}"
