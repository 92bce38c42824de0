"""The testability API of docs/testability.md."""

from __future__ import annotations

from typing import Any, cast

import msgspec
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from simulator.control import acts, operations
from simulator.control.answers import (
    ActAnswer,
    FaultsAnswer,
    PeopleAnswer,
    SettledAnswer,
    TextToCopyAnswer,
    WorldsAnswer,
    in_paris,
)
from simulator.control.bodies import Act, ClockChange, DefectsChange, ExportedWorld, FaultsChange, NewPeople, NewPerson, NewWorld
from simulator.control.openapi import document
from simulator.control.views import clock_answer, defects_answer, gallery_answer, person_answer, world_answer, world_entries
from simulator.installation import Installation
from simulator.mistakes import MANUAL, Body, Mistake, json_content, mistake_answer, read_body
from simulator.worlds import World

blueprint = Blueprint("api", __name__, url_prefix="/api")


def installation() -> Installation:
    """The installation of the application that answers."""
    return cast(Installation, current_app.extensions["installation"])


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """This API, for machines."""
    return answer(document())


@blueprint.get("/worlds")
def list_worlds() -> Response:
    """The worlds there are."""
    return answer(WorldsAnswer(world_entries(installation())))


@blueprint.post("/worlds")
def make_world() -> Response:
    """Make a world."""
    return answer(world_answer(installation(), operations.make_world(installation(), _body(NewWorld, empty=NewWorld()))), 201)


@blueprint.post("/worlds/import")
def import_world() -> Response:
    """Make a world from an exported one."""
    return answer(world_answer(installation(), operations.restore_world(installation(), _body(ExportedWorld))), 201)


@blueprint.get("/worlds/<name>")
def world(name: str) -> Response:
    """One world."""
    return answer(world_answer(installation(), _world(name)))


@blueprint.delete("/worlds/<name>")
def drop_world(name: str) -> Response:
    """Drop a world."""
    installation().worlds.drop(_world(name))
    return Response(status=204)


@blueprint.get("/worlds/<name>/export")
def export_world(name: str) -> Response:
    """A world as one document."""
    return answer(installation().worlds.export(_world(name)))


@blueprint.post("/worlds/<name>/people")
def add_people(name: str) -> Response:
    """Make people in a world: one person, or many under `people`."""
    found = _world(name)
    content = _content()
    many = "people" in read_body(content, dict[str, msgspec.Raw])
    wanted = read_body(content, NewPeople).people if many else [read_body(content, NewPerson)]
    made = operations.add_people(installation(), found, wanted)
    return answer(PeopleAnswer(tuple(person_answer(person) for person in made)), 201)


@blueprint.get("/worlds/<name>/clock")
def clock(name: str) -> Response:
    """A world's clock."""
    return answer(clock_answer(_world(name)))


@blueprint.patch("/worlds/<name>/clock")
def change_clock(name: str) -> Response:
    """Stop, run or move a clock."""
    found = _world(name)
    operations.change_clock(found, _body(ClockChange))
    return answer(clock_answer(found))


@blueprint.post("/worlds/<name>/acts")
def act(name: str) -> Response:
    """An act of staff."""
    person = acts.act(installation(), _world(name), _body(Act))
    return answer(ActAnswer(person_answer(person), person.record))


@blueprint.get("/worlds/<name>/text-to-copy")
def text_to_copy(name: str) -> Response:
    """The text of a picture, by its address, or the text that was shown last."""
    return answer(TextToCopyAnswer(operations.text_to_copy(installation(), _world(name), request.args.get("picture", ""))))


@blueprint.post("/worlds/<name>/settle")
def settle(name: str) -> Response:
    """Wait until no message is on its way."""
    return answer(SettledAnswer(operations.settle(installation(), _world(name))))


@blueprint.put("/worlds/<name>/faults")
def change_faults(name: str) -> Response:
    """Switch faults on or off."""
    found = _world(name)
    changed = operations.change_faults(installation(), found, _body(FaultsChange))
    return answer(FaultsAnswer(changed.smtp, changed.sms))


@blueprint.get("/defects")
def gallery() -> Response:
    """The named defects."""
    return answer(gallery_answer())


@blueprint.get("/worlds/<name>/defects")
def switched(name: str) -> Response:
    """Which defects are on in a world, and which were consulted."""
    return answer(defects_answer(installation(), _world(name)))


@blueprint.put("/worlds/<name>/defects")
def switch(name: str) -> Response:
    """Have some defects on in a world, and no others."""
    found = _world(name)
    operations.switch_defects(found, _body(DefectsChange))
    return answer(defects_answer(installation(), found))


@blueprint.get("/worlds/<name>/why/<identifier>")
def why(name: str, identifier: str) -> Response:
    """Why a portal decides as it does about an identifier."""
    return answer(in_paris(operations.explain(_world(name), identifier)))


def answer(value: Any, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(msgspec.json.encode(value), status, mimetype="application/json")


def error_answer(error: HTTPException) -> Response:
    """An error of the web itself, such as an unknown path or method, in the same form."""
    field = {404: "path", 405: "method", 413: "body", 403: "Origin"}.get(error.code or 500, "request")
    text = "There is nothing at this path." if error.code == 404 else str(error.description)
    mistake = Mistake(error.code or 500, field, text, MANUAL)
    told = mistake_answer(mistake)
    told.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return told


def _world(name: str) -> World:
    return operations.find_world(installation(), name)


def _body(kind: type[Body], empty: Body | None = None) -> Body:
    content = request.get_data()
    return empty if empty is not None and not content else read_body(_content(), kind)


def _content() -> bytes:
    return json_content(request.mimetype, request.get_data())
