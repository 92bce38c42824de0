"""Examples: puts an example's values in the place of `$name`, and leaves out the keys whose value it does not give."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scenarios.model import Place

PlaceOf = Callable[[tuple[str | int, ...]], Place]
_NAME = re.compile(r"\$[a-z][a-z0-9-]*")


class _Missing:
    """What a `$name` is when the example does not give it."""


MISSING = _Missing()


def is_name(value: object) -> bool:
    """Whether a value is to be filled in by each example."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def fill(value: Any, example: Mapping[str, Any]) -> Any:
    """The value with the example's in place; MISSING when it is a `$name` that the example does not give."""
    if is_name(value):
        return example.get(value[1:], MISSING)
    if isinstance(value, Mapping):
        filled = {key: fill(inner, example) for key, inner in value.items()}
        return {key: inner for key, inner in filled.items() if inner is not MISSING}
    if isinstance(value, list | tuple):
        return [inner for inner in (fill(item, example) for item in value) if inner is not MISSING]
    return value


def names_in(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Every `$name` in a value, without the `$`, and where it stands."""
    if is_name(value):
        yield value[1:], path
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from names_in(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from names_in(inner, (*path, index))


def place_when_filled(raw: Any, entry_place: PlaceOf, example_place: PlaceOf) -> PlaceOf:
    """Where a part of a filled-in entry was written: in the entry, or in the example that gave it."""

    def place(path: tuple[str | int, ...]) -> Place:
        value = raw
        for depth, step in enumerate(path):
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                break
            if is_name(value):
                return example_place((value[1:], *path[depth + 1 :]))
        return entry_place(path)

    return place
