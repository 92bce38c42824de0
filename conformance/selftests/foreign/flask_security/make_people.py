"""Makes people for the cases: asked in JSON on standard input, answered in JSON on standard output.

An insured is a user in the portal's database whose number is the username, with two-factor by mail set up. A stranger is nobody.
What this portal cannot be is no user: exit code 3, and one line on standard error that says why.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NoReturn

from flask_security import Security, hash_password

from conformance.selftests.foreign.flask_security.app import create_app, folder_of

CANNOT = 3
NAMES = (("Marie", "Lefèvre"), ("Paul", "Garnier"), ("Aïcha", "Benali"), ("Jean", "Moreau"), ("Lucie", "Faure"), ("Karim", "Haddad"))
# What an insured of the testability API may be, and this portal knows nothing of, beside what is the same here as without it.
WITHOUT_MEANING = {"scheme": "general", "fund": "present", "attachment": "done", "mail": "validated"}
WHY = {
    "mail": "a user of Flask-Security-Too cannot be without an address",
    "scheme": "it knows no schemes",
    "fund": "it knows no funds",
    "attachment": "it knows no attachment",
}


def main() -> None:
    """Answer everybody who is asked for, or make nobody."""
    asked = json.load(sys.stdin)
    people = [described(person, asked["mail_domain"]) for person in asked["people"]]
    app = create_app(folder_of(json.loads(os.environ["HEURTOIR_ADDRESSES"])["portal"]))
    with app.app_context():
        for person in people:
            if person["kind"] == "insured":
                make(app.extensions["security"], person)
        app.extensions["security"].datastore.commit()
    json.dump({"people": people}, sys.stdout)


def make(security: Security, person: Mapping[str, Any]) -> None:
    """A user in the database, two-factor by mail set up as if they had done so themselves."""
    users = security.datastore
    user = users.create_user(username=person["identifier"], email=person["address"], password=hash_password(person["password"]))
    users.tf_set(user, "email", totp_secret=security.totp_factory.generate_totp_secret())


def described(person: Mapping[str, Any], domain: str) -> dict[str, Any]:
    """A person as answered: what was not asked for is made up."""
    for field, only in WITHOUT_MEANING.items():
        if person.get(field, only) != only:
            cannot(f"{field}: {person[field]}: {WHY[field]}")
    first, last = secrets.choice(NAMES)
    born = person.get("birth_date") or (date(1950, 1, 1) + timedelta(days=secrets.randbelow(18_000))).isoformat()
    made: dict[str, Any] = {
        "key": person["key"],
        "kind": person["kind"],
        "identifier": number(person.get("nir", "any"), born),
        "password": person.get("password") or f"Fst-{secrets.token_hex(4)}-9a",
        "address": person.get("address") or f"{secrets.token_hex(3)}.{last.lower()}@{domain}".replace("è", "e"),
        "first_name": person.get("first_name") or first,
        "last_name": person.get("last_name") or last,
        "birth_date": born,
    }
    return made


def number(wanted: str, born: str) -> str:
    """A NIR with its key, made up: of Corsica, as written, or any."""
    department = {"corsica-2A": "2A", "corsica-2B": "2B"}.get(wanted, f"{1 + secrets.randbelow(95):02d}".replace("20", "21"))
    body = f"{1 + secrets.randbelow(2)}{born[2:4]}{born[5:7]}{department}{secrets.randbelow(900) + 1:03d}{secrets.randbelow(999) + 1:03d}"
    body = wanted[:13] if wanted[:1].isdigit() else body
    digits = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{body}{97 - digits % 97:02d}"


def cannot(why: str) -> NoReturn:
    """Say what there cannot be here."""
    print(f"Flask-Security-Too has no such person: {why}", file=sys.stderr)
    sys.exit(CANNOT)


if __name__ == "__main__":
    main()
