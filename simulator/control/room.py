"""The control room: worlds, their people, clocks, mails and reasons, for developers. Works without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.control import acts, forms, operations
from simulator.control.api import installation
from simulator.control.bodies import FaultsChange
from simulator.control.mails import LatestMail, MailUnreachable, latest_mails
from simulator.control.roster import Roster, roster
from simulator.control.views import clock_answer, portals, world_entries
from simulator.mistakes import Mistake
from simulator.policy.dates import PARIS
from simulator.worlds import DEFAULT_WORLD, World

DONE = {
    "made": "The world was made.",
    "clock": "The clock was set.",
    "people": "The person was made.",
    "acts": "Staff have done it.",
    "faults": "The fault was switched.",
    "defects": "The defects were switched.",
    "reset": "Everything but the people was forgotten.",
    "dropped": "The world is gone.",
}

blueprint = Blueprint("room", __name__)


@blueprint.get("/")
def worlds() -> str:
    """All worlds, and a form for one more."""
    return _worlds_page()


@blueprint.post("/worlds")
def make_world() -> Response | tuple[str, int]:
    """Make a world."""
    try:
        made = operations.make_world(installation(), forms.new_world(request.form))
    except Mistake as mistake:
        return _worlds_page(mistake), mistake.status
    return redirect(url_for("room.world", name=made.id, done="made"), 303)


@blueprint.get("/worlds/<name>")
def world(name: str) -> str:
    """One world: clock, people, mails, faults, defects."""
    return _world_page(operations.find_world(installation(), name))


@blueprint.get("/worlds/<name>/why")
def why(name: str) -> str | tuple[str, int]:
    """Why the portal decides as it does about an identifier."""
    found = operations.find_world(installation(), name)
    typed = request.args.get("identifier", "")
    try:
        reasons = operations.explain(found, typed)
    except Mistake as mistake:
        return render_template("room/why.html", world=found, typed=typed, mistake=mistake, person=None, why=None), mistake.status
    person = next(iter(roster(found, reasons.identifier, 0).entries), None)
    return render_template("room/why.html", world=found, typed=typed, mistake=None, person=person, why=reasons)


@blueprint.post("/worlds/<name>/clock")
def change_clock(name: str) -> Response | tuple[str, int]:
    """Stop, run or move the clock."""
    return _done(name, "clock", lambda found: operations.change_clock(found, forms.clock_change(request.form)))


@blueprint.post("/worlds/<name>/people")
def add_person(name: str) -> Response | tuple[str, int]:
    """Make a person."""
    return _done(name, "people", lambda found: operations.add_people(installation(), found, [forms.new_person(request.form)]))


@blueprint.post("/worlds/<name>/acts")
def act(name: str) -> Response | tuple[str, int]:
    """An act of staff."""
    return _done(name, "acts", lambda found: acts.act(installation(), found, forms.act(request.form)))


@blueprint.post("/worlds/<name>/faults")
def change_faults(name: str) -> Response | tuple[str, int]:
    """Switch the faults of mail server and SMS gateway; the form says both."""
    change = FaultsChange(_fault("smtp"), _fault("sms"))
    return _done(name, "faults", lambda found: operations.change_faults(installation(), found, change))


@blueprint.post("/worlds/<name>/reset")
def reset(name: str) -> Response | tuple[str, int]:
    """Forget everything but the people."""
    return _done(name, "reset", lambda found: operations.reset_world(installation(), found))


@blueprint.post("/worlds/<name>/drop")
def drop(name: str) -> Response:
    """Drop the world."""
    installation().worlds.drop(operations.find_world(installation(), name))
    return redirect(url_for("room.worlds", done="dropped"), 303)


def _done(name: str, part: str, work: Callable[[World], object]) -> Response | tuple[str, int]:
    """Do something to a world, then show it: with what was done, or with what is wrong."""
    found = operations.find_world(installation(), name)
    try:
        work(found)
    except Mistake as mistake:
        return _world_page(found, mistake), mistake.status
    return redirect(url_for("room.world", name=name, done=part, who=request.form.get("who") or None), 303)


def _worlds_page(mistake: Mistake | None = None) -> str:
    done = None if mistake else DONE.get(request.args.get("done", ""))
    crowds = forms.CROWDS
    return render_template(
        "room/worlds.html", worlds=world_entries(installation()), mistake=mistake, done=done, typed=request.form, crowds=crowds
    )


def _world_page(found: World, mistake: Mistake | None = None) -> str:
    who = request.values.get("who", "").strip()
    people = roster(found, who, _start())
    mails, unreachable = _mails(people)
    clock = clock_answer(found)
    return render_template(
        "room/world.html",
        world=found,
        is_default=found.id == DEFAULT_WORLD,
        portals=portals(installation(), found),
        clock=clock,
        clock_input=_local(clock.now),
        roster=people,
        who=who,
        mails=mails,
        unreachable=unreachable,
        faults=operations.faults(found),
        defects=operations.switched_defects(found),
        lifted=operations.lifted_limits(found),
        mistake=mistake,
        typed=request.form if mistake else {},
        done=None if mistake else DONE.get(request.args.get("done", "")),
    )


def _mails(people: Roster) -> tuple[tuple[LatestMail, ...], str]:
    try:
        return latest_mails(current_app.jinja_env.globals["mail_address"], people.addresses), ""  # type: ignore[arg-type]
    except MailUnreachable as problem:
        return (), str(problem)


def _fault(name: str) -> Literal["refuse", "none"]:
    return "refuse" if request.form.get(name) == "refuse" else "none"


def _start() -> int:
    text = request.args.get("start", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _local(now: datetime) -> str:
    return f"{now.astimezone(PARIS):%Y-%m-%dT%H:%M:%S}"
