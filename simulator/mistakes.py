"""What is wrong with a request of one of our APIs, in the form that they all answer: the field, what is wrong, and the way on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from flask import Response
from msgspec import inspect

from simulator.decoding import from_json

Body = TypeVar("Body")

_AT = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>.*)`")
_PLAIN = {
    inspect.BoolType: "true or false",
    inspect.ListType: "a list",
    inspect.DictType: "an object",
    inspect.DateType: "a date such as 1984-05-21",
}
MANUAL = "See docs/testability.md, or GET /api/openapi.json."


class Mistake(Exception):
    """A request that cannot be done. `field` is where the mistake is, as `clock.to` or `people[0].nir`."""

    def __init__(self, status: int, field: str, message: str, way_on: str) -> None:
        super().__init__(message)
        self.status = status
        self.field = field
        self.message = message
        self.way_on = way_on


@dataclass(frozen=True)
class ErrorDetail:
    """What is wrong: where, what, and the way on."""

    field: str
    message: str
    way_on: str


@dataclass(frozen=True)
class ErrorAnswer:
    """The answer to a request that cannot be done."""

    error: ErrorDetail


def mistake_answer(mistake: Mistake) -> Response:
    """A mistake as JSON, with its status."""
    told = ErrorAnswer(ErrorDetail(mistake.field, mistake.message, mistake.way_on))
    return Response(msgspec.json.encode(told), mistake.status, mimetype="application/json")


def json_content(mimetype: str, content: bytes) -> bytes:
    """A body that says that it is JSON: a form of another site cannot. Raises Mistake."""
    if mimetype != "application/json":
        message = f"The body must be JSON, and say so; it says {mimetype or 'nothing'}."
        raise Mistake(400, "Content-Type", message, "Send Content-Type: application/json.")
    return content


def read_body(content: bytes, kind: type[Body], manual: str = MANUAL) -> Body:
    """The body as that type. Raises Mistake, naming the field; `manual` says where the bodies are described."""
    try:
        return from_json(content, kind)
    except msgspec.ValidationError as problem:
        raise _mistake(str(problem), kind) from problem
    except (msgspec.DecodeError, ValueError, RecursionError) as problem:
        raise Mistake(400, "body", f"The body is no JSON that can be read: {problem}.", manual) from problem


def _mistake(text: str, kind: type) -> Mistake:
    place = _AT.search(text)
    path = place["path"].lstrip(".") if place else ""
    text = text[: place.start()] if place else text
    unknown, missing = _UNKNOWN.fullmatch(text), _MISSING.fullmatch(text)
    if unknown:
        return Mistake(400, _joined(path, unknown["name"]), "There is no such field.", f"Fields here: {_known(kind, path)}.")
    if missing:
        return Mistake(
            400, _joined(path, missing["name"]), "This field is missing.", f"Give it: {_known(kind, _joined(path, missing['name']))}."
        )
    wrong = "This does not have the form that is wanted" if "matching regex" in text else text
    return Mistake(400, path or "body", f"{wrong}.", f"Give {_known(kind, path)}.")


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _known(kind: type, path: str) -> str:
    """What may stand at a place, in words: the names of fields or values, or the kind of value."""
    found = inspect.type_info(kind)
    for name in re.findall(r"[^.\[\]]+|\[[^\]]*\]", path):
        found = _inside(found, name)
    return _words(found)


def _inside(found: inspect.Type, name: str) -> inspect.Type:
    found = _chosen(found)
    if isinstance(found, inspect.Metadata):
        found = found.type
    if isinstance(found, inspect.StructType):
        return next((field.type for field in found.fields if field.encode_name == name), found)
    return found.item_type if isinstance(found, inspect.ListType) else found


def _chosen(found: inspect.Type) -> inspect.Type:
    """The first type of a union such as `str, or left out`."""
    return found.types[0] if isinstance(found, inspect.UnionType) else found


def _words(found: inspect.Type) -> str:
    found = _chosen(found)
    if isinstance(found, inspect.Metadata):
        return str((found.extra_json_schema or {}).get("description")) or _words(found.type)
    if isinstance(found, inspect.StructType):
        return _listed(field.encode_name for field in found.fields)
    if isinstance(found, inspect.EnumType):
        return f"one of {_listed(member.value for member in found.cls)}"
    if isinstance(found, inspect.LiteralType):
        return f"one of {_listed(found.values)}"
    return _PLAIN.get(type(found), "a text")


def _listed(names: Iterable[Any]) -> str:
    return ", ".join(str(name) for name in names)
