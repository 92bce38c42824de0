"""What may be sent to the testability API. The OpenAPI document is made from these types; unknown fields are mistakes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from simulator.policy.attachment import Attachment, Fund, Scheme

MAIL_DOMAIN = r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,10}test$"
ADDRESS = rf"^[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{MAIL_DOMAIN[1:]}"

Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
WorldName = Annotated[str, Meta(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")]


class NewPerson(Struct, forbid_unknown_fields=True, frozen=True):
    """A person to be made; what is left out is made up."""

    kind: Literal["insured", "stranger"] | UnsetType = UNSET
    key: Key | UnsetType = UNSET
    mail: Literal["validated", "none"] | UnsetType = UNSET
    address: Annotated[str, Meta(pattern=ADDRESS)] | UnsetType = UNSET
    mail_domain: Annotated[str, Meta(pattern=MAIL_DOMAIN)] | UnsetType = UNSET
    scheme: Scheme | UnsetType = UNSET
    fund: Fund | UnsetType = UNSET
    attachment: Attachment | UnsetType = UNSET
    nir: Annotated[str, Meta(min_length=1, max_length=40)] | UnsetType = UNSET
    password: Annotated[str, Meta(min_length=1, max_length=1000)] | UnsetType = UNSET
    first_name: Name | UnsetType = UNSET
    last_name: Name | UnsetType = UNSET
    birth_date: date | UnsetType = UNSET


People = Annotated[list[NewPerson], Meta(max_length=10_000)]


class NewPeople(Struct, forbid_unknown_fields=True, frozen=True):
    """Many people to be made, all or none."""

    people: People


class NewClock(Struct, forbid_unknown_fields=True, frozen=True):
    """How a new world's clock starts: at an instant (default: the machine's), running (default) or standing still."""

    now: str | UnsetType = UNSET
    running: bool | UnsetType = UNSET


class NewWorld(Struct, forbid_unknown_fields=True, frozen=True):
    """A world to be made."""

    id: WorldName | UnsetType = UNSET
    clock: NewClock | UnsetType = UNSET
    people: People | UnsetType = UNSET
    defects: list[str] | UnsetType = UNSET


class ClockChange(Struct, forbid_unknown_fields=True, frozen=True):
    """What becomes of a clock: whether it runs, and one of: forward by a duration, to an instant, to `next`."""

    running: bool | UnsetType = UNSET
    forward: str | UnsetType = UNSET
    to: str | UnsetType = UNSET


class Act(Struct, forbid_unknown_fields=True, frozen=True):
    """An act of staff on a person, by their key; the last three go with `set-record`."""

    act: Literal["attach", "correct-record", "set-record"]
    person: Key
    scheme: Scheme | UnsetType = UNSET
    fund: Fund | UnsetType = UNSET
    attachment: Attachment | UnsetType = UNSET


class FaultsChange(Struct, forbid_unknown_fields=True, frozen=True):
    """What goes wrong on purpose in a world."""

    smtp: Literal["refuse", "none"]


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
