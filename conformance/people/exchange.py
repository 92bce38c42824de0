"""People as they are asked for and answered in JSON: the same words for the testability API and for a command (docs/testability.md)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.driver import Credentials, DriverBroke
from scenarios.model import Person

MAIL_ZONE = "heurtoir.test"
_NEEDED = ("key", "kind", "identifier", "password")
_MAY_BE_NONE = "password"
_KNOWN = (*_NEEDED, "address")


def new_name() -> str:
    """A name for a world that nobody else has; it is also a label of a mail domain."""
    return f"t{secrets.token_hex(6)}"


def mail_domain_of(world: str) -> str:
    """The mail domain that only this world's people have."""
    return f"{world}.{MAIL_ZONE}"


def as_sent(person: Person, domain: str) -> dict[str, Any]:
    """A person as they are asked for; an address that a case gives by its local part is in the mail domain."""
    fields = dict(person.fields)
    if local := fields.pop("local", None):
        fields["address"] = f"{local}@{domain}"
    return {"mail_domain": domain, **fields, "key": person.key, "kind": person.kind}


def as_answered(answered: object, asked: Sequence[Person], place: str) -> dict[str, Credentials]:
    """The people of an answer by key. Raises DriverBroke when one who was asked for, or what they need, is missing; no secret is told."""
    if not isinstance(answered, list):
        raise DriverBroke(f"{place} does not answer as docs/testability.md says: no list of “people”.")
    without = frozenset(person.key for person in asked if _has_none(person))
    made = (_credentials(one, number, place, without) for number, one in enumerate(answered))
    people = {credentials.key: credentials for credentials in made}
    if missing := [person.key for person in asked if person.key not in people]:
        raise DriverBroke(f"{place} answers nobody of the key “{missing[0]}”, who was asked for. Answer everybody, each with their key.")
    return people


def _has_none(person: Person) -> bool:
    """Whether somebody was asked for who has no password yet."""
    return person.fields.get("account") == "none" or ("password" in person.fields and person.fields["password"] is None)


def _credentials(person: object, number: int, place: str, without: frozenset[str]) -> Credentials:
    """One of the people; `without` are the keys of those who have no password yet."""
    if not isinstance(person, Mapping):
        raise DriverBroke(f"{place}: people.{number} is no object. docs/testability.md says how a person is answered.")
    may_be_none = {_MAY_BE_NONE} & person.keys() if person.get("key") in without else frozenset[str]()
    for name in _NEEDED:
        if not isinstance(person.get(name), str) and not (name in may_be_none and person[name] is None):
            raise DriverBroke(f"{place}: people.{number}.{name} is missing, or no text. docs/testability.md says how a person is answered.")
    details = {name: str(value) for name, value in person.items() if name not in _KNOWN and value is not None}
    return Credentials(person["key"], person["kind"], person["identifier"], person["password"] or "", person.get("address"), details)
