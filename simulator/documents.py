"""What a world remembers: one frozen document by aggregate, each kept under a key of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from simulator.policy.attachment import Record
from simulator.policy.code import Code
from simulator.policy.lockout import Lockout
from simulator.policy.quota import Requests
from simulator.portals import AMELI, BY_ID


@dataclass(frozen=True)
class Person:
    """Somebody in the insurer's file, whether or not they have an account. Key: `key`, the name by which staff and tests call them.

    `password_shown` is there because a sandbox hands its made-up credentials out; sign-in looks only at the account's hash.
    None once it was changed, and while there is none yet. `membership` and `address_valid` are what a mutual insurer has on file.
    """

    key: str
    kind: str
    identifier: str
    first_name: str
    last_name: str
    birth_date: date
    address: str | None
    password_shown: str | None
    record: Record = field(default_factory=Record)
    portal: str = AMELI.id
    membership: str | None = None
    address_valid: bool = True

    @property
    def account(self) -> str:
        """Under what their account is kept."""
        return f"{BY_ID[self.portal].realm}{self.identifier}"


@dataclass(frozen=True)
class Account:
    """The account of a person. Key: the normalised identifier, after the realm of its portal. `password_hash` is empty while there is no
    password yet. `links` are the digests of the newest secret links, by their
    purpose."""

    identifier: str
    person: str
    password_hash: str
    address: str | None
    opened: datetime
    last_sign_in: datetime | None = None
    links: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Membership:
    """Whose number it is. Key: the membership number."""

    account: str


@dataclass(frozen=True)
class Household:
    """The accounts of one mail address, who see one another's acts (FMU-21). Key: the address in lower case."""

    accounts: tuple[str, ...] = ()


class Deed(StrEnum):
    """What a member did in their space."""

    SIGNED_IN = "signed-in"
    PASSWORD_SET = "password-set"
    CERTIFICATE = "certificate"


@dataclass(frozen=True)
class HistoryEntry:
    """One act, and when it was done."""

    at: datetime
    deed: Deed


@dataclass(frozen=True)
class History:
    """What was done in a space, the oldest first. Key: that of the account."""

    entries: tuple[HistoryEntry, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What was last decided about an identifier, and by which requirement."""

    at: datetime
    requirement: str
    what: str


@dataclass(frozen=True)
class Subject:
    """Counts and blocks of an identifier, for strangers too; it outlives the account. Key: the normalised identifier."""

    identifier: str
    lockout: Lockout = field(default_factory=Lockout)
    code_requests: Requests = ()
    code: Code | None = None
    decision: Decision | None = None


class Stage(StrEnum):
    """How far a visit has come."""

    PASSWORD_RIGHT = "password-right"
    CODE_ASKED = "code-asked"
    OPEN = "open"


@dataclass(frozen=True)
class Session:
    """A visit that has passed the password. Key: the digest of its cookie."""

    identifier: str
    stage: Stage
    began: datetime
    seen: datetime
    with_code: bool = False


@dataclass(frozen=True)
class TrustedBrowser:
    """A browser that needs no code for one account, until an instant. Key: the digest of its cookie."""

    identifier: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Claim:
    """A secret link. Key: the digest of its token. `opened` is when it was first looked at, which uses nothing up.

    `address` is the mail address that it proves, where it does.
    """

    purpose: str
    identifier: str
    sent: datetime
    used: bool = False
    opened: datetime | None = None
    address: str | None = None


@dataclass(frozen=True)
class Faults:
    """What goes wrong on purpose in this world. Key: `faults`."""

    smtp: str = "none"


@dataclass(frozen=True)
class Switched:
    """Which named defects are on in this world. Key: `switched`."""

    defects: tuple[str, ...] = ()


class Limit(StrEnum):
    """A limit that a world can be made without, where more must be tried than it allows (HRD-07)."""

    QUOTA = "quota"


@dataclass(frozen=True)
class Lifted:
    """Which limits do not hold in this world. Key: `lifted`."""

    limits: tuple[Limit, ...] = ()
