"""Values that fit a JSON schema, as far as an OpenAPI document of an API uses one: what a program that means well would send."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Texts for fields that say by a pattern or in words what belongs there; the first that fits is taken.
_LIKELY = (
    "camille",
    "camille@exemple.test",
    "exemple.test",
    "2026-05-01T10:00:20+02:00",
    "15m",
    "1984-05-21",
    "Camille",
    "+33639981234",
    "75011",
)
_DEPTH = 6


@dataclass(frozen=True)
class Sampler:
    """Makes values for the schemas of one document. `known` are texts that stand for something there, by the name of their field."""

    document: Mapping[str, Any]
    known: Mapping[str, str]

    def value(self, schema: Mapping[str, Any], chance: random.Random, name: str = "", depth: int = 0) -> Any:
        """A value of that schema; fields that may be left out are there half of the time."""
        schema = self._resolved(schema)
        for several in ("anyOf", "oneOf", "allOf"):
            if several in schema:
                return self.value(chance.choice(schema[several]), chance, name, depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return chance.choice(schema["enum"])
        return self._of_type(schema, chance, name, depth)

    def _of_type(self, schema: Mapping[str, Any], chance: random.Random, name: str, depth: int) -> Any:
        match schema.get("type"):
            case "object":
                return self._object(schema, chance, depth)
            case "array":
                many = 0 if depth > _DEPTH else chance.randint(0, 2)
                return [self.value(schema.get("items", {}), chance, name, depth + 1) for _ in range(many)]
            case "integer" | "number":
                return chance.randint(0, 3)
            case "boolean":
                return chance.random() < 0.5
            case "null":
                return None
        return self._text(schema, chance, name)

    def _object(self, schema: Mapping[str, Any], chance: random.Random, depth: int) -> dict[str, Any]:
        needed: Sequence[str] = schema.get("required", ())
        return {
            name: self.value(inner, chance, name, depth + 1)
            for name, inner in schema.get("properties", {}).items()
            if name in needed or chance.random() < 0.5
        }

    def _text(self, schema: Mapping[str, Any], chance: random.Random, name: str) -> str:
        if name in self.known and chance.random() < 0.9:
            return self.known[name]
        pattern = schema.get("pattern", "")
        fitting = [text for text in _LIKELY if _fits(pattern, text) and len(text) >= schema.get("minLength", 0)]
        return chance.choice(fitting or _LIKELY)

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            found: Any = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            schema = found
        return schema


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:  # of another kind than Python's
        return False
