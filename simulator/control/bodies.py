"""What may be sent to the testability API. The OpenAPI document is made from these types; unknown fields are mistakes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from simulator.documents import Limit
from simulator.policy import mobile
from simulator.policy.attachment import Attachment, Fund, Scheme

MAIL_DOMAIN = r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,10}test$(?!\n)"
ADDRESS = rf"^[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{MAIL_DOMAIN[1:]}"

Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)", description="a name of 1 to 100 characters")]
Key = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$(?!\n)", description="1 to 64 letters, digits, dots, hyphens, underscores; no sign first"
    ),
]
WorldName = Annotated[
    str, Meta(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$(?!\n)", description="1 to 40 lower-case letters, digits and inner hyphens")
]
Address = Annotated[str, Meta(pattern=ADDRESS, description="a mail address that ends in .test, such as jeanne@exemple.test")]
MailDomain = Annotated[str, Meta(pattern=MAIL_DOMAIN, description="a domain that ends in .test, such as exemple.test")]
Nir = Annotated[str, Meta(min_length=1, max_length=40, description="any, corsica-2A, corsica-2B, or a NIR of 13 or 15 characters")]
PortalName = Literal["ameli-connect", "france-mutuelle"]
MembershipNumber = Annotated[str, Meta(pattern=r"^[0-9]{8}$(?!\n)", description="a membership number of 8 digits")]
Password = Annotated[str, Meta(min_length=1, max_length=1000, description="a password of 1 to 1000 characters")]
Postcode = Annotated[str, Meta(pattern=r"^[0-9]{5}$(?!\n)", description="a postcode of five digits")]
Mobile = Annotated[
    str, Meta(pattern=rf"^(?:on-file|none)$(?!\n)|{mobile.FICTIONAL}", description=f"on-file, none, or {mobile.DESCRIPTION}")
]
CardNumber = Annotated[str, Meta(pattern=r"^[0-9]{8,21}$(?!\n)", description="the serial number of a Carte Vitale, 8 to 21 digits")]
Iban = Annotated[str, Meta(min_length=1, max_length=50, description="an IBAN whose check digits are right")]
Instant = Annotated[str, Meta(description="an instant with its offset, such as 2026-03-10T10:00:20+01:00")]
Duration = Annotated[str, Meta(description="a duration such as PT14M59S or 14m59s")]


class NewPerson(Struct, forbid_unknown_fields=True, frozen=True):
    """A person to be made; what is left out is made up."""

    kind: Literal["insured", "stranger"] | UnsetType = UNSET
    key: Key | UnsetType = UNSET
    portal: PortalName | UnsetType = UNSET
    mail: Literal["validated", "invalid", "none"] | UnsetType = UNSET
    address: Address | UnsetType = UNSET
    mail_domain: MailDomain | UnsetType = UNSET
    scheme: Scheme | UnsetType = UNSET
    fund: Fund | UnsetType = UNSET
    attachment: Attachment | UnsetType = UNSET
    nir: Nir | UnsetType = UNSET
    membership: MembershipNumber | UnsetType = UNSET
    password: Password | UnsetType | None = UNSET
    first_name: Name | UnsetType = UNSET
    last_name: Name | UnsetType = UNSET
    birth_date: date | UnsetType = UNSET
    account: Literal["open", "none"] | UnsetType = UNSET
    postcode: Postcode | UnsetType = UNSET
    card: CardNumber | UnsetType = UNSET
    iban: Iban | UnsetType = UNSET
    mobile: Mobile | UnsetType = UNSET


People = Annotated[list[NewPerson], Meta(max_length=10_000)]


class NewPeople(Struct, forbid_unknown_fields=True, frozen=True):
    """Many people to be made, all or none."""

    people: People


class NewClock(Struct, forbid_unknown_fields=True, frozen=True):
    """How a new world's clock starts: at an instant (default: the machine's), running (default) or standing still."""

    now: Instant | UnsetType = UNSET
    running: bool | UnsetType = UNSET


class NewWorld(Struct, forbid_unknown_fields=True, frozen=True):
    """A world to be made."""

    id: WorldName | UnsetType = UNSET
    clock: NewClock | UnsetType = UNSET
    portal: Annotated[PortalName, Meta(description="the portal of those people who name none")] | UnsetType = UNSET
    people: People | UnsetType = UNSET
    defects: list[str] | UnsetType = UNSET
    lift: Annotated[list[Limit], Meta(description="limits that do not hold in this world")] | UnsetType = UNSET


class ClockChange(Struct, forbid_unknown_fields=True, frozen=True):
    """What becomes of a clock: whether it runs, and one of: forward by a duration, to an instant, to `next`."""

    running: bool | UnsetType = UNSET
    forward: Duration | UnsetType = UNSET
    to: Annotated[str, Meta(description="a later instant with its offset, or next")] | UnsetType = UNSET


class Act(Struct, forbid_unknown_fields=True, frozen=True):
    """An act of staff on a person, by their key.

    `address` goes with `correct-address`, text with `write-message`, scheme, fund and attachment with `set-record`.
    """

    act: Literal[
        "attach", "correct-record", "set-record", "reset", "provisional-code", "write-message", "invalidate-address", "correct-address"
    ]
    person: Key
    address: Address | UnsetType = UNSET
    scheme: Scheme | UnsetType = UNSET
    fund: Fund | UnsetType = UNSET
    attachment: Attachment | UnsetType = UNSET
    text: Annotated[str, Meta(min_length=1, max_length=2000, description="what the message says")] | UnsetType = UNSET


class FaultsChange(Struct, forbid_unknown_fields=True, frozen=True):
    """What goes wrong on purpose in a world: what is left out does not."""

    smtp: Literal["refuse", "none"] | UnsetType = UNSET
    sms: Literal["refuse", "none"] | UnsetType = UNSET


class DefectsChange(Struct, forbid_unknown_fields=True, frozen=True):
    """The defects that are to be on in a world, by name; all others are off."""

    on: list[str]


class ExportedDocument(Struct, forbid_unknown_fields=True, frozen=True):
    """One thing that a world remembers; `body` is base64."""

    kind: str
    key: str
    body: bytes


class ExportedWorld(Struct, forbid_unknown_fields=True, frozen=True):
    """A world as one document. Imported without `id` it gets a name of its own."""

    format: Literal[1]
    documents: list[ExportedDocument]
    id: WorldName | UnsetType = UNSET
