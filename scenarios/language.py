"""The words of the case language, read from `schema.json`, which is the one list of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.register import SCHEMA as REGISTER_SCHEMA
from scenarios.validation import schema_of

SCHEMA = schema_of(Path(__file__).parent / "schema.json")
_DEFINITIONS: Mapping[str, Any] = SCHEMA["$defs"]
_STEP: Mapping[str, Any] = _DEFINITIONS["step"]["anyOf"][1]["properties"]


@dataclass(frozen=True)
class Verb:
    """`shows` is what can be expected after it: page, message or nothing; `alone`: it can stand without an argument."""

    name: str
    description: str
    shows: str
    needs: frozenset[str]
    alone: bool


@dataclass(frozen=True)
class Fact:
    """`of` says what it is a fact of: page, message or both."""

    name: str
    description: str
    of: frozenset[str]
    needs: frozenset[str]


def _words(definition: str) -> tuple[str, ...]:
    return tuple(_DEFINITIONS[definition]["enum"])


def _states() -> Mapping[str, tuple[str, ...]]:
    properties: Mapping[str, Any] = _DEFINITIONS["person"]["properties"]
    choices = {name: entry["anyOf"][0] for name, entry in properties.items() if name != "kind"}
    named = {name: _DEFINITIONS[choice["$ref"].rpartition("/")[2]] if "$ref" in choice else choice for name, choice in choices.items()}
    return {name: tuple(choice["enum"]) for name, choice in named.items() if "enum" in choice}


VERBS: Mapping[str, Verb] = {
    name: Verb(name, entry["description"], entry["x-shows"], frozenset(entry.get("x-needs", ())), entry.get("x-alone", False))
    for name, entry in _STEP.items()
    if entry["x-is"] == "verb"
}
OPTIONS: Mapping[str, str] = {name: entry["description"] for name, entry in _STEP.items() if entry["x-is"] == "option"}
FACTS: Mapping[str, Fact] = {
    name: Fact(name, entry["description"], frozenset(entry["x-of"]), frozenset(entry.get("x-needs", ())))
    for name, entry in _DEFINITIONS["expect"]["properties"].items()
}
OUTCOMES = _words("outcome")
REASONS = _words("reason")
OFFERS = _words("offer")
STATEMENTS = _words("statement")
CONTROLS = _words("control")
RULES = _words("rule")
FORMS = _words("form")
PAGES = _words("page")
LINKS = _words("link")
KINDS = _words("kind")
IMPACTS = _words("impact")
# What a person may ask for besides their kind; of a state the words, the documented default first (docs/testability.md).
PERSON_FIELDS = tuple(name for name in _DEFINITIONS["person"]["properties"] if name != "kind")
PERSON_STATES = _states()
VALUES = _words("value-word")
# What a portal may have: cases and suites that all portals share say which of these they are about.
FUNCTIONS: tuple[str, ...] = tuple(REGISTER_SCHEMA["$defs"]["function"]["enum"])

# What `enter` takes besides the label of the step that asked for a code.
CODES = ("received", "wrong", "malformed", "empty")
# What `message` reads and `open` follows besides the label of the step that read the mail.
LINK = "link"
# What `message` reads on a phone.
SMS = "sms"
# The events that instants are counted from, besides labels.
EVENTS = ("started", "code-sent", "until", "now")
