"""Makes people of this portal: an insured is a user whose number is the username, with two-factor by mail set up; a stranger is nobody."""

from __future__ import annotations

import json
import secrets
import socketserver
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Flask
from flask_security import Security, hash_password

NAMES = (("Marie", "Lefevre"), ("Paul", "Garnier"), ("Lina", "Benali"), ("Jean", "Moreau"), ("Lucie", "Faure"), ("Karim", "Haddad"))
# What an insured of the testability API may be: what they all are here, and why there is no other.
ALL_ARE = {
    "mail": ("validated", "a user of Flask-Security-Too cannot be without an address"),
    "scheme": ("general", "it knows no schemes"),
    "fund": ("present", "it knows no funds"),
    "attachment": ("done", "it knows no attachment"),
}


class CannotBe(Exception):
    """There cannot be such a person here; the text says why."""


class PeopleServer(socketserver.UnixStreamServer):
    """Answers one caller after the other, each with the people they asked for."""

    def __init__(self, place: str, app: Flask) -> None:
        super().__init__(place, _Caller)
        self.app = app


class _Caller(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        """One question, one answer."""
        assert isinstance(self.server, PeopleServer)
        try:
            answer: dict[str, Any] = {"people": made(self.server.app, json.load(self.rfile))}
        except CannotBe as why:
            answer = {"cannot": f"Flask-Security-Too has no such person: {why}"}
        self.wfile.write(json.dumps(answer).encode())


def made(app: Flask, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Everybody who is asked for, made; nobody when one of them cannot be. Raises CannotBe."""
    people = [described(person, asked["mail_domain"]) for person in asked["people"]]
    security: Security = app.extensions["security"]
    with app.app_context():
        for person in people:
            if person["kind"] == "insured":
                _make(security, person)
        security.datastore.commit()  # type: ignore[no-untyped-call]
    return people


def _make(security: Security, person: Mapping[str, Any]) -> None:
    """A user, two-factor by mail set up as if they had done so themselves. Raises CannotBe for a number that is taken."""
    users = security.datastore
    if users.find_user(username=person["identifier"]):
        raise CannotBe("that number is the username of somebody of an earlier case, and nobody leaves this portal")
    user = users.create_user(username=person["identifier"], email=person["address"], password=hash_password(person["password"]))
    users.tf_set(user, "email", totp_secret=security.totp_factory.generate_totp_secret())


def described(person: Mapping[str, Any], domain: str) -> dict[str, Any]:
    """A person as answered: what was not asked for is made up. Raises CannotBe."""
    for field, (value, why) in ALL_ARE.items():
        if person.get(field, value) != value:
            raise CannotBe(f"{field}: {person[field]}: {why}")
    first, last = secrets.choice(NAMES)
    born = person.get("birth_date") or (date(1950, 1, 1) + timedelta(days=secrets.randbelow(18_000))).isoformat()
    made_up = {
        "identifier": number(person.get("nir", "any"), born),
        "password": f"Fst-{secrets.token_hex(4)}-9a",
        "address": f"{secrets.token_hex(3)}.{last.lower()}@{domain}",
        "first_name": first,
        "last_name": last,
        "birth_date": born,
    }
    said = {name: person[name] for name in ("key", "kind", *made_up) if person.get(name)}
    return {**made_up, **said}


def number(wanted: str, born: str) -> str:
    """A NIR with its key, made up: as written, of Corsica, or any."""
    department = {"corsica-2A": "2A", "corsica-2B": "2B"}.get(wanted, "75")
    town, order = secrets.randbelow(900) + 1, secrets.randbelow(999) + 1
    made_up = f"{1 + secrets.randbelow(2)}{born[2:4]}{born[5:7]}{department}{town:03d}{order:03d}"
    body = wanted[:13] if wanted[:1].isdigit() else made_up
    return f"{body}{97 - int(body.replace('2A', '19').replace('2B', '18')) % 97:02d}"
