"""Makes people.csv: made-up members, the same each time. Run as a module: it prints the file."""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from conformance.selftests.foreign.small.member_number import key_of
from conformance.selftests.foreign.small.people import COLUMNS

_SEED = 1906
_WOMEN = ["Ada", "Bridget", "Clara", "Edith", "Fiona", "Grace", "Hazel", "Iris", "Joan", "Kate", "Lucy", "Mabel", "Nora", "Olive"]
_MEN = ["Alan", "Basil", "Cedric", "Dennis", "Edwin", "Frank", "George", "Harold", "Ivor", "Jack", "Keith", "Leonard", "Miles", "Noel"]
_LAST = ["Anchor", "Brine", "Cable", "Dory", "Eddy", "Fathom", "Gale", "Hawser", "Inlet", "Jetty", "Keel", "Lagoon", "Mast", "Naze"]
_WORDS = ["Lantern", "Pebble", "Rudder", "Seagull", "Compass", "Barnacle", "Driftwood", "Saltmarsh", "Lighthouse", "Mackerel"]
# How many of each sort: most are plain, the rest are what the requirements tell apart.
_SORTS: tuple[tuple[int, Mapping[str, str]], ...] = (
    (189, {}),
    (10, {"mail": "none"}),
    (10, {"attachment": "pending"}),
    (6, {"scheme": "partner"}),
    (10, {"fund": "none"}),
    (10, {"scheme": "none"}),
    (3, {"scheme": "none", "mail": "none"}),
    (3, {"fund": "none", "mail": "none"}),
    (3, {"attachment": "pending", "mail": "none"}),
    (5, {"department": "2A"}),
    (8, {"department": "2B"}),
    # Some of a kind of their own: short and odd names of mailboxes, a certain number, a certain password.
    *((1, {"local": local}) for local in ("marie.durand", "ab", "z", "9lives", "jean+ameli")),
    (1, {"number": "1900175001234", "birth_date": "1984-12-07"}),
    (1, {"password": "Vieux-Lilas-84"}),
)


def people() -> Iterator[dict[str, str]]:
    """Everybody, as rows of the file."""
    chance = random.Random(_SEED)
    turn = 0
    for count, sort in _SORTS:
        for _ in range(count):
            turn += 1
            yield _person(chance, turn, sort)


def _person(chance: random.Random, turn: int, sort: Mapping[str, str]) -> dict[str, str]:
    woman = chance.random() < 0.5
    first, last = chance.choice(_WOMEN if woman else _MEN), chance.choice(_LAST)
    born = date(1940, 1, 1) + timedelta(days=chance.randrange(365 * 62))
    department = sort.get("department") or f"{chance.choice([number for number in range(1, 96) if number != 20]):02d}"
    # The last three figures are the turn: no two people share a number.
    number = sort.get("number") or f"{2 if woman else 1}{born:%y%m}{department}{chance.randrange(1, 600):03d}{turn:03d}"
    has_mail = sort.get("mail", "validated") == "validated"
    return {
        "kind": "insured",
        "identifier": number + key_of(number),
        "password": sort.get("password") or f"{chance.choice(_WORDS)}-{chance.randrange(100, 1000)}",
        "address": f"{sort.get('local') or f'{first}.{last}'}@t{turn:03d}.harbour.test".lower() if has_mail else "",
        "first_name": first,
        "last_name": last,
        "birth_date": sort.get("birth_date") or born.isoformat(),
        "mail": sort.get("mail", "validated"),
        "scheme": sort.get("scheme", "general"),
        "fund": sort.get("fund", "present"),
        "attachment": sort.get("attachment", "done"),
    }


if __name__ == "__main__":
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(people())
