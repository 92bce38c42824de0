"""The first visit's first page: who somebody is, and a text to copy (AME-01 to AME-20)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from simulator import defects
from simulator.policy.copied_text import Copy
from simulator.policy.nir import MalformedNir
from simulator.portals import visits
from simulator.portals.ameli import copied_texts, enrolment
from simulator.portals.ameli.enrolment import Identity, NotCopied
from simulator.portals.ameli.views import INVALID, blueprint, desk
from simulator.portals.dates import MalformedDate, typed_date
from simulator.portals.identifiers import typed_nir
from simulator.text_to_copy import picture_of, silence, sound_of

_POSTCODE = re.compile(r"\d{5}", re.ASCII)
_LONGEST_NAME = 100
_FIELDS = ("numero", "nom", "naissance", "codepostal")

Read = TypeVar("Read")


class Malformed(ValueError):
    """What was typed cannot be that; the text says so in French, for the person who typed it."""


@dataclass(frozen=True)
class _Form:
    """The form as it was filled in: the identity where nothing is malformed, else the messages by field."""

    identity: Identity | None
    errors: Mapping[str, str]


@blueprint.get("/premiere-visite")
def first_visit() -> AnyResponse:
    """The form (AME-01, AME-02), with a text to copy of its own (AME-10)."""
    return _page({}, copied_texts.draw(desk(), visits.current_world()))


@blueprint.post("/premiere-visite")
@visits.own_form
def identify() -> AnyResponse:
    """Ask for a provisional code; a match, a mismatch and an account that is there already get the same answer (AME-02)."""
    world, token, copied = visits.current_world(), request.form.get("texte", ""), request.form.get("copie", "")
    if "autre" in request.form:
        return _page({}, copied_texts.draw(desk(), world))
    form = _read()
    errors = dict(form.errors)
    if not copied.strip():
        errors["copie"] = "Recopiez le texte de l’image, ou celui que vous entendez."
    if form.identity is None or errors:
        return _again(token, errors)
    answer = enrolment.identify(desk(), world, form.identity, token, copied)
    if isinstance(answer, NotCopied):
        return _page({"copie": _why(answer.copy)}, copied_texts.draw(desk(), world), INVALID)
    if not answer.found and defects.on("nobody-found-told-on-enrolling"):
        errors["numero"] = "Ces informations ne correspondent à aucun assuré sans compte."
        return _page(errors, copied_texts.draw(desk(), world), INVALID)
    return redirect(url_for("ameli.provisional_code_sent"), 303)


def _again(token: str, errors: Mapping[str, str]) -> AnyResponse:
    """The same page with the same text, which has not been answered, while there is time for it; what was copied is kept with it."""
    world = visits.current_world()
    if copied_texts.still_worth_something(desk(), world, token):
        return _page(errors, token, INVALID, copied=request.form.get("copie", ""))
    late = {**errors, "copie": _why(Copy.EXPIRED)}
    return _page(late, copied_texts.draw(desk(), world), INVALID)


def _why(copy: Copy) -> str:
    if copy is Copy.EXPIRED:
        minutes = desk().rules.copied_text.lifetime.seconds // 60
        return f"Les {minutes} minutes pour recopier le texte sont passées : en voici un nouveau. Le reste de votre saisie est gardé."
    return "Ce n’est pas le texte qui était à recopier : en voici un nouveau. Le reste de votre saisie est gardé."


@blueprint.get("/premiere-visite/texte/<token>.png")
def picture(token: str) -> AnyResponse:
    """The text as a picture."""
    return Response(picture_of(_text(token)), mimetype="image/png")


@blueprint.get("/premiere-visite/texte/<token>.wav")
def sound(token: str) -> AnyResponse:
    """The text as a sound (AME-10, HRD-94)."""
    text = _text(token)
    return Response(silence() if defects.on("silent-sound") else sound_of(text), mimetype="audio/wav")


def _text(token: str) -> str:
    text = copied_texts.text_of(desk(), visits.current_world(), token)
    return text if text is not None else abort(404)


@blueprint.get("/premiere-visite/envoi")
def provisional_code_sent() -> AnyResponse:
    """What to expect now, and the other ways, for everyone alike (AME-20)."""
    return visits.page(render_template("ameli/provisional_sent.html"))


def _read() -> _Form:
    errors: dict[str, str] = {}

    def read(name: str, reader: Callable[[str], Read], otherwise: Read) -> Read:
        try:
            return reader(request.form.get(name, ""))
        except (Malformed, MalformedDate, MalformedNir) as malformed:
            errors[name] = str(malformed)
            return otherwise

    identity = Identity(
        read("numero", typed_nir, ""),
        read("nom", _typed_name, ""),
        read("naissance", partial(typed_date), date.min),
        read("codepostal", _typed_postcode, ""),
    )
    return _Form(None if errors else identity, errors)


def _typed_name(typed: str) -> str:
    name = typed.strip()
    if not any(letter.isalpha() for letter in name) or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Malformed("Indiquez votre nom de famille, tel qu’il figure sur votre carte Vitale.")
    return name


def _typed_postcode(typed: str) -> str:
    compact = "".join(typed.split())
    if not _POSTCODE.fullmatch(compact):
        if compact and not compact.isascii() and defects.on("postcode-breaks-on-letters"):
            raise ValueError(compact)
        raise Malformed("Indiquez votre code postal : cinq chiffres, par exemple 35000.")
    return compact


def _page(errors: Mapping[str, str], token: str, status: int = 200, copied: str = "") -> AnyResponse:
    kept = {name: "" if errors and defects.on("entries-lost-with-the-text") else request.form.get(name, "") for name in _FIELDS}
    return visits.page(render_template("ameli/first_visit.html", errors=errors, kept=kept, token=token, copied=copied), status)
