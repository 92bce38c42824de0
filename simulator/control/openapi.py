"""The OpenAPI document of the testability API, made from the types of its bodies and answers.

`python -m simulator.control > docs/testability.openapi.json` brings the kept copy up to date; a test compares them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from simulator.control.answers import (
    ActAnswer,
    ClockAnswer,
    DefectsAnswer,
    ErrorAnswer,
    FaultsAnswer,
    GalleryAnswer,
    PeopleAnswer,
    SettledAnswer,
    TextToCopyAnswer,
    WorldAnswer,
    WorldsAnswer,
)
from simulator.control.bodies import Act, ClockChange, DefectsChange, ExportedWorld, FaultsChange, NewPeople, NewPerson, NewWorld
from simulator.why import Why

_SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True)
class Operation:
    """One call: what it takes, what it answers with when it went well, and which errors it may answer."""

    method: str
    path: str
    summary: str
    body: tuple[type, ...] = ()
    status: int = 200
    answer: type | None = None
    errors: tuple[int, ...] = ()
    body_required: bool = True


OPERATIONS = (
    Operation("get", "/api/worlds", "The worlds there are", answer=WorldsAnswer),
    Operation("post", "/api/worlds", "Make a world", (NewWorld,), 201, WorldAnswer, (400, 409), body_required=False),
    Operation("post", "/api/worlds/import", "Make a world from an exported one", (ExportedWorld,), 201, WorldAnswer, (400, 409)),
    Operation("get", "/api/worlds/{world}", "One world", answer=WorldAnswer, errors=(404,)),
    Operation("delete", "/api/worlds/{world}", "Drop a world and all that was in it", status=204, errors=(404,)),
    Operation("get", "/api/worlds/{world}/export", "The whole world as one document", answer=ExportedWorld, errors=(404,)),
    Operation("post", "/api/worlds/{world}/people", "Make one person, or many", (NewPerson, NewPeople), 201, PeopleAnswer, (400, 404, 409)),
    Operation("get", "/api/worlds/{world}/clock", "The world’s clock", answer=ClockAnswer, errors=(404,)),
    Operation("patch", "/api/worlds/{world}/clock", "Stop, run or move the clock", (ClockChange,), 200, ClockAnswer, (400, 404, 409)),
    Operation("post", "/api/worlds/{world}/acts", "An act of staff on a person", (Act,), 200, ActAnswer, (400, 404)),
    Operation("get", "/api/worlds/{world}/text-to-copy", "The text to copy shown last", answer=TextToCopyAnswer, errors=(404,)),
    Operation(
        "post", "/api/worlds/{world}/settle", "Wait until no message is on its way, 5 s at most", answer=SettledAnswer, errors=(404,)
    ),
    Operation("put", "/api/worlds/{world}/faults", "Switch faults on or off", (FaultsChange,), 200, FaultsAnswer, (400, 404)),
    Operation("get", "/api/defects", "The named defects that a world can switch on", answer=GalleryAnswer),
    Operation("get", "/api/worlds/{world}/defects", "Which defects are on, and which were consulted", answer=DefectsAnswer, errors=(404,)),
    Operation("put", "/api/worlds/{world}/defects", "Have these defects on, no others", (DefectsChange,), 200, DefectsAnswer, (400, 404)),
    Operation("get", "/api/worlds/{world}/why/{identifier}", "Why the portal decides as it does", answer=Why, errors=(400, 404)),
)


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    types = {ErrorAnswer, *(kind for operation in OPERATIONS for kind in (*operation.body, operation.answer) if kind)}
    _, schemas = msgspec.json.schema_components(sorted(types, key=lambda kind: kind.__name__), ref_template=f"{_SCHEMAS}{{name}}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "The testability API",
            "version": "1",
            "description": "What an implementation offers to be tested in full. docs/testability.md says what each call is for.",
        },
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {"summary": operation.summary, "operationId": _name(operation)}
    names = re.findall(r"\{(\w+)\}", operation.path)
    if names:
        told["parameters"] = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    if operation.body:
        schemas = [_reference(kind) for kind in operation.body]
        schema = schemas[0] if len(schemas) == 1 else {"oneOf": schemas}
        told["requestBody"] = {"required": operation.body_required, "content": {"application/json": {"schema": schema}}}
    went_well: dict[str, Any] = {"description": operation.summary}
    if operation.answer:
        went_well["content"] = {"application/json": {"schema": _reference(operation.answer)}}
    mistake = {"description": "It cannot be done", "content": {"application/json": {"schema": _reference(ErrorAnswer)}}}
    told["responses"] = {str(operation.status): went_well, **{str(status): mistake for status in operation.errors}}
    return told


def _reference(kind: type) -> dict[str, str]:
    return {"$ref": f"{_SCHEMAS}{kind.__name__}"}


def _name(operation: Operation) -> str:
    words = re.findall(r"[a-z]+", operation.path.removeprefix("/api/"))
    return "".join([operation.method, *(word.capitalize() for word in words)])
