"""Prepared accounts: what one is, and whether it is what a case asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.driver import Credentials
from scenarios.language import PERSON_STATES
from scenarios.model import Person

_SHOWN_AS_THEY_ARE = frozenset({"local", "address"})
_DEPARTMENTS = {"corsica-2A": "2A", "corsica-2B": "2B"}
_NUMBER = 13
_NIR = re.compile(r"[1-478]\d{4}(\d\d|2[AB])\d{8}", re.IGNORECASE)


@dataclass(frozen=True)
class Account:
    """A row of the file: `states` are all there are, documented defaults filled in; `details` only what is written of names and birth."""

    line: int
    kind: str
    identifier: str
    password: str = field(repr=False)
    address: str | None
    states: Mapping[str, str]
    details: Mapping[str, str]

    def suits(self, person: Person) -> bool:
        """Whether it is what a case asks for; what the case leaves open is in the documented default state."""
        asked = {name: words[0] for name, words in PERSON_STATES.items()} | dict(person.fields)
        return self.kind == person.kind and all(self._has(name, value) for name, value in asked.items())

    def of(self, key: str) -> Credentials:
        """What the person knows of themself, under the key that the case calls them by."""
        return Credentials(key, self.kind, self.identifier, self.password, self.address, self.details)

    def _has(self, name: str, value: Any) -> bool:
        if name in self.states:
            return self.states[name] == str(value)
        if name == "nir":
            return self._has_number(str(value))
        if name in {"local", "address"}:
            address = (self.address or "").casefold()
            return str(value).casefold() == (address.partition("@")[0] if name == "local" else address)
        return str(value) == (self.password if name == "password" else self.details.get(name))

    def _has_number(self, value: str) -> bool:
        if value in _DEPARTMENTS:
            return self.identifier[5:7].upper() == _DEPARTMENTS[value]
        wanted = value.replace(" ", "").upper()
        return value == "any" or (len(wanted) >= _NUMBER and self.identifier.upper().startswith(wanted))


def is_nir(identifier: str) -> bool:
    """Whether an identifier is a NIR with its key, 15 characters without spaces; whether the key is right is not looked at."""
    return _NIR.fullmatch(identifier) is not None


def particulars(person: Person) -> Mapping[str, Any]:
    """What a case asks of a person beyond the documented default."""
    defaults = {name: words[0] for name, words in PERSON_STATES.items()} | {"nir": "any"}
    return {name: value for name, value in person.fields.items() if defaults.get(name) != value}


def sort_of(person: Person) -> str:
    """The sort of person in words, such as “insured, with scheme none”; a password or a number of a case is not told."""
    told = PERSON_STATES.keys() | _SHOWN_AS_THEY_ARE
    words = [
        f"{name} {value}" if name in told or value in _DEPARTMENTS else f"the {name.replace('_', ' ')} of the case"
        for name, value in sorted(particulars(person).items())
    ]
    return f"{person.kind}, with {' and '.join(words)}" if words else person.kind
