"""What the API of the mobile app takes and answers. Its OpenAPI document is made from these types.

Every answer says its `outcome`, in the words of docs/cases.md; `message` is what the app shows, in French.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

Identifier = Annotated[str, Meta(min_length=1, max_length=100, description="the NIR, in any spelling")]
Password = Annotated[str, Meta(min_length=1, max_length=1000, description="the password, 1 to 1000 characters")]
Address = Annotated[str, Meta(min_length=1, max_length=300, description="a mail address")]


class Credentials(Struct, forbid_unknown_fields=True, frozen=True):
    """Who signs in."""

    identifier: Identifier
    password: Password


class NewAddress(Struct, forbid_unknown_fields=True, frozen=True):
    """A mail address that is given."""

    address: Address


@dataclass(frozen=True)
class SignedIn:
    """The account is open: `token` goes into `Authorization: Bearer …` from now on."""

    outcome: str
    token: str


@dataclass(frozen=True)
class AccountOnFile:
    """The account. `address_state` is `validated`, `to-validate` (`address_to_validate` waits for it) or `none`."""

    outcome: str
    first_name: str
    last_name: str
    address: str | None
    address_to_validate: str | None
    address_state: str
    identifier: str | None = None


@dataclass(frozen=True)
class AddressAsked:
    """A mail with a link went to that address, which counts once the link is confirmed."""

    outcome: str
    address: str
    message: str


@dataclass(frozen=True)
class NotDone:
    """It was not done: `outcome` and `reason` say what it is, `until` when a block ends, `field` what in the request is not right."""

    outcome: str
    message: str
    reason: str | None = None
    until: datetime | None = None
    field: str | None = None
    way_on: str | None = None
