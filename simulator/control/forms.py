"""The control room's forms, read into the same bodies that the API takes, so that both refuse the same mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from werkzeug.datastructures import MultiDict

from simulator.control.bodies import Act, ClockChange, NewPerson, NewWorld
from simulator.mistakes import Mistake, read_body
from simulator.policy.dates import PARIS

Body = TypeVar("Body")
Form = Mapping[str, str]

# Kinds of people that a new world can be given so many of: the form's field, its words, and what the API is asked for.
CROWDS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("insured", "insured, with a validated mail address", {}),
    ("without-address", "insured, without a mail address (AMC-20)", {"mail": "none"}),
    ("pending", "insured, attachment under way (AMC-90)", {"attachment": "pending"}),
    ("other-scheme", "insured elsewhere: no scheme, no fund (AMC-80)", {"scheme": "none", "fund": "none"}),
    ("stranger", "strangers, who have no account", {"kind": "stranger"}),
)
_MOST = 200


def new_world(form: MultiDict[str, str]) -> NewWorld:
    """The form of a new world. Raises Mistake."""
    clock: dict[str, Any] = {"running": "still" not in form}
    if form.get("now"):
        clock["now"] = _in_paris(form["now"], "clock.now")
    domain = {"mail_domain": form["mail_domain"].strip()} if form.get("mail_domain", "").strip() else {}
    people = [
        {"key": name if number == 1 else f"{name}-{number}", **fields, **domain}
        for name, _, fields in CROWDS
        for number in range(1, _count(form, name) + 1)
    ]
    named = {"id": form["id"].strip()} if form.get("id", "").strip() else {}
    return _as(NewWorld, {**named, "clock": clock, "people": people, "defects": form.getlist("defects")})


def new_person(form: Form) -> NewPerson:
    """The form of a new person; empty fields are made up. Raises Mistake."""
    return _as(NewPerson, {name: form[name].strip() for name in NewPerson.__struct_fields__ if form.get(name, "").strip()})


def clock_change(form: Form) -> ClockChange:
    """The clock's form: one of its buttons, or an instant in Paris time. Raises Mistake."""
    step = form.get("step", "")
    if step in ("stop", "run"):
        return ClockChange(running=step == "run")
    if step == "next":
        return ClockChange(to="next")
    return ClockChange(forward=step) if step else ClockChange(to=_in_paris(form.get("to", ""), "to"))


def act(form: Form) -> Act:
    """The form of an act of staff. Raises Mistake."""
    return _as(Act, {name: form[name] for name in Act.__struct_fields__ if form.get(name)})


def _as(kind: type[Body], fields: Mapping[str, Any]) -> Body:
    return read_body(msgspec.json.encode(fields), kind)


def _in_paris(text: str, field: str) -> str:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=PARIS).isoformat()
    except ValueError:
        raise Mistake(400, field, f"{text!r} is no date and time.", "Write it as 2026-03-10T10:00:20, in Paris time.") from None


def _count(form: Form, name: str) -> int:
    text = form.get(name, "").strip() or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= _MOST):
        raise Mistake(400, name, f"{text!r} is no number of people.", f"Give 0 to {_MOST}; the API makes more.")
    return int(text)
