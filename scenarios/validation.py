"""Holds data against a JSON schema and says what is wrong in words: which key or value, and what was probably meant.

Schemas may say more than JSON Schema knows: `x-keys` names what the keys of an object are, `title` what a value is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from scenarios.instants import parse_duration, parse_instant, parse_period
from scenarios.mistakes import Mistake, suggestion
from scenarios.model import Place

PlaceOf = Callable[[tuple[str | int, ...]], Place]

_FORMATS = FormatChecker(formats=())
_FILLED_IN = "$name"


def _format(name: str, parse: Callable[[str], object]) -> None:
    def check(value: object) -> bool:
        # A `$name` is judged once an example has taken its place.
        return not isinstance(value, str) or value.startswith("$") or parse(value) is not None

    _FORMATS.checks(name, raises=ValueError)(check)


_format("instant", parse_instant)
_format("duration-of-a-case", parse_duration)
_format("period-of-a-case", parse_period)


def schema_of(path: Path) -> dict[str, Any]:
    """The schema as written in a file."""
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def validator(schema: dict[str, Any], definition: str | None = None) -> Draft202012Validator:
    """A validator for the whole schema, or for one of its definitions. One schema speaks of another's by its file beside this module."""
    wanted = schema if definition is None else {"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]}
    return Draft202012Validator(wanted, format_checker=_FORMATS, registry=_schemas())


@cache
def _schemas() -> Registry[Any]:
    """Every schema beside this module, by the name of its file."""
    found = sorted(Path(__file__).parent.glob("*schema.json"))
    return Registry[Any]().with_resources((path.name, DRAFT202012.create_resource(schema_of(path))) for path in found)


def mistakes_in(value: Any, checker: Draft202012Validator, place_of: PlaceOf) -> Iterator[Mistake]:
    """Everything in `value` that its schema does not allow."""
    for error in checker.iter_errors(value):
        yield from _described(error, place_of)


def _described(error: ValidationError, place_of: PlaceOf) -> Iterator[Mistake]:
    path = tuple(error.absolute_path)
    if error.validator == "anyOf" and error.context:
        yield from _nearest(error, place_of)
    elif error.validator == "additionalProperties":
        kind = _schema(error).get("x-keys", "key here")
        yield from _unknown_keys(_instance(error), _schema(error)["properties"], kind, path, place_of)
    else:
        yield Mistake(place_of(path), _sentence(error, _name(path)))


def _nearest(error: ValidationError, place_of: PlaceOf) -> Iterator[Mistake]:
    """The mistakes of the alternative that was meant: the one of the right type, else all of them together."""
    branches: dict[int, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(int(inner.schema_path[0]), []).append(inner)
    meant = [branch for branch in branches.values() if not any(_of_another_type(inner) for inner in branch)]
    if len(meant) == 1:
        for inner in meant[0]:
            yield from _described(inner, place_of)
        return
    path = tuple(error.absolute_path)
    if isinstance(error.instance, dict) and meant:
        known = {key for branch in meant for inner in branch for key in _schema(inner).get("properties", ())}
        unknown = list(_unknown_keys(error.instance, known, "key here", path, place_of))
        if unknown:
            yield from unknown
            return
    choices = [str(choice) for branch in branches.values() for inner in branch if inner.validator == "enum" for choice in _wanted(inner)]
    kind = _schema(error).get("title", "value that is known here")
    yield Mistake(place_of(path), f"{_shown(error.instance)} is no {kind}{suggestion(str(error.instance), choices)}")


def _of_another_type(error: ValidationError) -> bool:
    at_top = not error.relative_path
    if at_top and error.validator == "type":
        return True
    if at_top and error.validator == "enum" and not isinstance(error.instance, str):
        return True
    # Text that is no `$name` was not meant to be one.
    return at_top and error.validator == "pattern" and _schema(error).get("title") == _FILLED_IN


def _unknown_keys(
    instance: dict[str, Any], known: Iterable[str], kind: str, path: tuple[str | int, ...], place_of: PlaceOf
) -> Iterator[Mistake]:
    known = set(known)
    for key in instance:
        if key not in known:
            yield Mistake(place_of((*path, key)), f"`{key}` is no {kind}{suggestion(key, known)}")


def _sentence(error: ValidationError, name: str) -> str:
    title = _schema(error).get("title", "value that is known here")
    wanted = _wanted(error)
    match error.validator:
        case "enum":
            return f"{_shown(error.instance)} is no {title}{suggestion(str(error.instance), map(_plain, wanted))}"
        case "type":
            return f"{name} must be {_types(wanted)}, and is {_shown(error.instance)}"
        case "required":
            missing = next(key for key in wanted if key not in _instance(error))
            return f"`{missing}` is missing"
        case "dependentRequired":
            return _dependency(error)
        case "pattern":
            return f"{_shown(error.instance)} is no {title}"
        case "format":
            return str(error.cause or error.message)
        case "minItems" | "minLength" | "minProperties":
            return f"{name} must not be empty" if not error.instance else f"{name} is too short: {error.message}"
        case "oneOf" | "not":
            return f"{name} must have one of these, and only one: {', '.join(_alternatives(error))}"
    return f"{name}: {error.message}"


def _schema(error: ValidationError) -> dict[str, Any]:
    return error.schema if isinstance(error.schema, dict) else {}


def _wanted(error: ValidationError) -> Any:
    return error.validator_value


def _instance(error: ValidationError) -> Any:
    return error.instance


def _dependency(error: ValidationError) -> str:
    for key, needed in _wanted(error).items():
        missing = [other for other in needed if other not in _instance(error)]
        if key in _instance(error) and missing:
            return f"`{key}` goes with `{missing[0]}`, which is missing"
    return error.message


def _alternatives(error: ValidationError) -> list[str]:
    """What one of must be there, as `oneOf` says it, or what may not be there together, as `not` does."""
    wanted = _wanted(error)
    return [f"`{key}`" for branch in ([wanted] if error.validator == "not" else wanted) for key in branch.get("required", ())]


def _types(wanted: str | list[str]) -> str:
    words = {
        "object": "a mapping (`key: value`)",
        "array": "a list",
        "string": "text",
        "integer": "a whole number",
        "boolean": "true or false",
        "null": "empty",
    }
    return " or ".join(words.get(one, one) for one in ([wanted] if isinstance(wanted, str) else wanted))


def _name(path: tuple[str | int, ...]) -> str:
    keys = [step for step in path if isinstance(step, str)]
    return f"`{keys[-1]}`" if keys else "the file" if not path else "the entry"


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value, ensure_ascii=False, default=str)}`"
