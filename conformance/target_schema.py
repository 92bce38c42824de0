"""What of a target file its schema does not allow: each entry with what was meant, and taken out so that the rest can be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match


def invalid_entries(table: dict[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Key and message of each entry that the schema does not allow. They are removed from the table, the smallest that may be."""
    found = [one for error in list(Draft202012Validator(dict(schema)).iter_errors(table)) for one in _told(error)]
    for keys, text in found:
        misspelt = any(other[:-1] == keys[:-1] and said.endswith(nearest(str(keys[-1]), [str(keys[-1])])) for other, said in found)
        if not misspelt or text.endswith(" meant?"):
            yield ".".join(map(str, keys)), text
        _remove(table, keys)


def nearest(name: str, known: Iterable[str]) -> str:
    """What was probably meant, to be put behind a message."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" Was “{near[0]}” meant?" if near else ""


def _told(error: ValidationError) -> Iterator[tuple[tuple[Any, ...], str]]:
    path = tuple(error.absolute_path)
    within = ".".join(map(str, path))
    before = f"{within}." if within else ""
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    properties = schema.get("properties", {})
    instance = error.instance if isinstance(error.instance, Mapping) else {}
    if error.validator == "additionalProperties":
        for unknown in [key for key in instance if key not in properties]:
            told = f"{before}{unknown} is no key of a target file; known here: {', '.join(properties)}.{nearest(unknown, properties)}"
            yield (*path, unknown), told
    elif error.validator == "required":
        missing = next(key for key in schema["required"] if key not in instance and f"'{key}'" in error.message)
        yield (*path, missing), f"{before}{missing} is missing. {properties.get(missing, {}).get('description', '')}".rstrip()
    elif error.validator == "oneOf":
        ways = " and ".join(key for way in schema["oneOf"] for key in way["required"])
        yield path, f"{within}: give one of {ways}, and not both. {schema.get('description', '')}".rstrip()
    elif error.parent is None and "propertyNames" in error.schema_path:
        yield (*path, error.instance), f"{before}{error.instance}: is no id of a requirement, which looks like AMC-30."
    else:
        best = best_match(iter([error])) or error
        meant = best.schema.get("description", "") if isinstance(best.schema, Mapping) else ""
        where = tuple(best.absolute_path)
        yield where, f"{'.'.join(map(str, where)) or 'the file'}: {best.message}. {meant}".rstrip()


def _remove(table: dict[str, Any], keys: tuple[Any, ...]) -> None:
    """Remove an entry; where it is missing, what cannot do without it: never the whole file."""
    holder: Any = table
    for index, key in enumerate(keys[:-1]):
        inner = holder[key] if isinstance(holder, list) or key in holder else None
        if not isinstance(inner, dict):  # of a list the whole goes
            keys = keys[: index + 1]
            break
        holder = inner
    if keys[-1] in holder:
        del holder[keys[-1]]
    elif len(keys) > 1:
        _remove(table, keys[:-1])
