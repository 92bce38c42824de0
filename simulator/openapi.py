"""OpenAPI documents of our APIs, made from the types of their bodies and answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from simulator.mistakes import ErrorAnswer

_SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True)
class Parameter:
    """Something that an address may say after its `?`."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """One call: what it takes, what it answers with when it went well, and which errors it may answer.

    `bearer`: it takes the token of a session. `refusals` are errors with an answer of their own, by status.
    """

    method: str
    path: str
    summary: str
    body: tuple[type, ...] = ()
    status: int = 200
    answer: type | None = None
    errors: tuple[int, ...] = ()
    body_required: bool = True
    parameters: tuple[Parameter, ...] = ()
    bearer: bool = False
    refusals: Mapping[int, type] = field(default_factory=dict)


def document_of(title: str, version: str, description: str, operations: Sequence[Operation]) -> dict[str, Any]:
    """The whole document of an API."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    named = (kind for operation in operations for kind in (*operation.body, operation.answer, *operation.refusals.values()) if kind)
    types = sorted({ErrorAnswer, *named}, key=lambda kind: kind.__name__)
    _, schemas = msgspec.json.schema_components(types, ref_template=f"{_SCHEMAS}{{name}}")
    components: dict[str, Any] = {"schemas": schemas}
    if any(operation.bearer for operation in operations):
        components["securitySchemes"] = {"session": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": description},
        "paths": paths,
        "components": components,
    }


def _operation(operation: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {"summary": operation.summary, "operationId": _name(operation)}
    if parameters := _parameters(operation):
        told["parameters"] = parameters
    if operation.bearer:
        told["security"] = [{"session": []}]
    if operation.body:
        schemas = [_reference(kind) for kind in operation.body]
        schema = schemas[0] if len(schemas) == 1 else {"oneOf": schemas}
        told["requestBody"] = {"required": operation.body_required, "content": {"application/json": {"schema": schema}}}
    errors = dict.fromkeys(operation.errors, ErrorAnswer) | dict(operation.refusals)
    told["responses"] = {
        str(operation.status): _answered(operation.summary, operation.answer),
        **{str(status): _answered("It cannot be done", kind) for status, kind in sorted(errors.items())},
    }
    return told


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    names = re.findall(r"\{(\w+)\}", operation.path)
    in_path = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    asked = [
        {"name": one.name, "in": "query", "required": False, "description": one.description, "schema": dict(one.schema)}
        for one in operation.parameters
    ]
    return [*in_path, *asked]


def _answered(description: str, kind: type | None) -> dict[str, Any]:
    content = {"content": {"application/json": {"schema": _reference(kind)}}} if kind else {}
    return {"description": description, **content}


def _reference(kind: type) -> dict[str, str]:
    return {"$ref": f"{_SCHEMAS}{kind.__name__}"}


def _name(operation: Operation) -> str:
    words = re.findall(r"[a-z]+", operation.path.removeprefix("/api/"))
    return "".join([operation.method, *(word.capitalize() for word in words)])
