"""People who do not exist, made to order: what is not said about them is made up."""

from __future__ import annotations

import random
import secrets
import string
import threading
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from faker import Faker
from faker.providers.ssn.fr_FR import calculate_checksum

from simulator.documents import Person
from simulator.policy.attachment import Attachment, Fund, Record, Scheme
from simulator.policy.iban import MalformedIban, normalised_iban
from simulator.policy.member import IDENTIFIER_LENGTH, LOOK_ALIKES, MEMBERSHIP_DIGITS
from simulator.policy.mobile import DESCRIPTION, NUMBERS, is_fictional, numbered
from simulator.policy.nir import MalformedNir, normalised
from simulator.portals import AMELI, FRANCE_MUTUELLE

_PASSWORD_LETTERS = 12
# The serial number of a Carte Vitale begins with the country's number in the international scheme for health cards.
_CARDS = "8025000001"
_DEPARTMENTS = tuple(f"{number:02d}" for number in range(1, 96) if number != 20)


class PersonNotPossible(ValueError):
    """What was asked for cannot be made; `field` is the person's field, `way_on` what to write instead."""

    def __init__(self, field_name: str, message: str, way_on: str) -> None:
        super().__init__(message)
        self.field = field_name
        self.way_on = way_on


@dataclass(frozen=True)
class PersonRequest:
    """A person as asked for through the testability API."""

    kind: Literal["insured", "stranger"] = "insured"
    key: str | None = None
    portal: str = AMELI.id
    mail: Literal["validated", "invalid", "none"] = "validated"
    address: str | None = None
    local: str | None = None
    mail_domain: str = "heurtoir.test"
    scheme: Scheme = Scheme.GENERAL
    fund: Fund = Fund.PRESENT
    attachment: Attachment = Attachment.DONE
    nir: str = "any"
    membership: str | None = None
    identifier: str | None = None
    password: str | None = None
    has_password: bool = True
    first_name: str | None = None
    last_name: str | None = None
    birth_date: date | None = None
    account: Literal["open", "none"] = "open"
    postcode: str | None = None
    card: str | None = None
    iban: str | None = None
    mobile: str = "none"


@dataclass
class _Names:
    """Faker is slow to make and not meant for threads: one, behind a lock."""

    faker: Faker = field(default_factory=lambda: Faker("fr_FR"))
    lock: threading.Lock = field(default_factory=threading.Lock)


_names = _Names()


def made(request: PersonRequest) -> Person:
    """The person. Raises PersonNotPossible."""
    member = request.portal == FRANCE_MUTUELLE.id
    with _names.lock:
        woman = _names.faker.boolean()
        first = request.first_name or (_names.faker.first_name_female() if woman else _names.faker.first_name_male())
        last = request.last_name or _names.faker.last_name()
        iban = _names.faker.iban()
        born = request.birth_date or _names.faker.date_of_birth(minimum_age=18, maximum_age=95)
    return Person(
        key=request.key or request.kind,
        kind=request.kind,
        identifier=_member_identifier(request) if member else _nir(request.nir, woman, born),
        first_name=first,
        last_name=last,
        birth_date=born,
        address=_address(request, first, last),
        password_shown=(request.password or _password()) if request.has_password and request.account == "open" else None,
        record=Record(request.scheme, request.fund, request.attachment),
        enrolled_at_start=request.account == "open",
        postcode=request.postcode or f"{secrets.choice(_DEPARTMENTS)}{secrets.randbelow(990):03d}",
        card=request.card or f"{_CARDS}{secrets.randbelow(10**10):010d}",
        iban=_iban(request.iban) if request.iban else iban,
        mobile=_mobile(request.mobile),
        portal=request.portal,
        membership=_membership(request) if member else None,
        address_valid=request.mail != "invalid",
    )


def _member_identifier(request: PersonRequest) -> str:
    """Letters and figures, some of each group of look-alikes among them (FMU-01, FMU-10)."""
    if request.identifier is not None:
        return request.identifier
    chosen = [secrets.choice(alike) for alike in LOOK_ALIKES] + [secrets.choice(string.ascii_uppercase)]
    chosen += [secrets.choice(string.ascii_letters + string.digits) for _ in range(IDENTIFIER_LENGTH - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


def _membership(request: PersonRequest) -> str:
    return request.membership or str(secrets.randbelow(9 * 10 ** (MEMBERSHIP_DIGITS - 1)) + 10 ** (MEMBERSHIP_DIGITS - 1))


def _nir(wanted: str, woman: bool, born: date) -> str:
    department = {"any": random.choice(_DEPARTMENTS), "corsica-2A": "2A", "corsica-2B": "2B"}.get(wanted)  # noqa: S311
    if department is not None:
        sex = "2" if woman else "1"
        return f"{sex}{born:%y%m}{department}{secrets.randbelow(990) + 1:03d}{secrets.randbelow(999) + 1:03d}"
    try:
        return normalised(wanted)
    except MalformedNir:
        raise PersonNotPossible(
            "nir", f"{wanted!r} is no NIR.", "Give 13 characters, or 15 with the right key, or any, corsica-2A, corsica-2B."
        ) from None


def _iban(wanted: str) -> str:
    try:
        return normalised_iban(wanted)
    except MalformedIban:
        raise PersonNotPossible("iban", f"{wanted!r} is no IBAN.", "Give one whose two check digits are right, or leave it out.") from None


def known_by(person: Person) -> str:
    """What a person types to be known by: as it was mailed to a member, else the NIR as it stands on the card, in 15 characters.

    The key is Faker's work, not that of the rule that it is tried on.
    """
    if person.portal != AMELI.id:
        return person.identifier
    return f"{person.identifier}{calculate_checksum(person.identifier):02d}"


def _address(request: PersonRequest, first: str, last: str) -> str | None:
    if request.mail == "none":
        return None
    if request.address is not None:
        if request.address.count("@") != 1 or request.address.startswith("@") or not request.address.endswith(".test"):
            raise PersonNotPossible("address", f"{request.address!r} is no made-up mail address.", "Give one that ends in .test.")
        return request.address
    if not request.mail_domain.endswith(".test"):
        raise PersonNotPossible("mail_domain", f"{request.mail_domain!r} could be somebody's.", "Give a domain that ends in .test.")
    local = request.local or f"{_plain(first)}.{_plain(last)}{secrets.randbelow(900) + 100}"
    return f"{local}@{request.mail_domain}"


def _mobile(wanted: str) -> str | None:
    if wanted == "none":
        return None
    if wanted == "on-file":
        return numbered(secrets.randbelow(NUMBERS))
    if not is_fictional(wanted):
        raise PersonNotPossible("mobile", f"{wanted!r} could be somebody's.", f"Give on-file, none, or {DESCRIPTION}.")
    return wanted


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return "".join(letter for letter in letters if letter.isalnum()) or "x"


def _password() -> str:
    letters = "".join(secrets.choice(string.ascii_letters) for _ in range(_PASSWORD_LETTERS))
    return f"{letters}aZ-{secrets.randbelow(90) + 10}"
