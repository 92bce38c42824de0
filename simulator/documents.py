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
    None once it was changed, and while there is none yet. `membership` and `address_valid` are what a mutual insurer has on file; `mobile`
    is a number in E.164 form.
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
    enrolled_at_start: bool = True
    postcode: str = ""
    card: str = ""
    iban: str = ""
    mobile: str | None = None
    portal: str = AMELI.id
    membership: str | None = None
    address_valid: bool = True

    @property
    def account(self) -> str:
        """Under what their account is kept."""
        return f"{BY_ID[self.portal].realm}{self.identifier}"


class Opening(StrEnum):
    """How far the opening of an account has come, once its personal code is chosen."""

    CONTACT_DETAILS = "contact-details"
    VALIDATION = "validation"
    DONE = "done"


@dataclass(frozen=True)
class Awaited:
    """A mail address that was given and waits to be validated, and when its newest link was sent."""

    address: str
    sent: datetime


@dataclass(frozen=True)
class Account:
    """The account of a person. Key: the normalised identifier, after the realm of its portal. `password_hash` is empty while there is no
    password yet. `links` are the digests of the newest secret links, by their purpose.

    `address` is the validated one, `awaited` one that is not yet.
    """

    identifier: str
    person: str
    password_hash: str
    address: str | None
    opened: datetime
    last_sign_in: datetime | None = None
    links: dict[str, str] = field(default_factory=dict)
    opening: Opening = Opening.DONE
    awaited: Awaited | None = None


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

    CHOOSING = "choosing"
    CONTACT_DETAILS = "contact-details"
    VALIDATION = "validation"
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
    expires: datetime | None = None


@dataclass(frozen=True)
class Enrolment:
    """Somebody who asked for an account and has none yet: the newest provisional code, as its hash. Key: the normalised identifier."""

    identifier: str
    person: str
    provisional_hash: str
    sent: datetime
    used: bool = False


@dataclass(frozen=True)
class OnFile:
    """Who an identifier belongs to, with or without an account. Key: the normalised identifier, after the realm of its portal."""

    person: str


@dataclass(frozen=True)
class Draft:
    """Contact details that came when the visit was over: shown again to who signs in for them. Key: the identifier of the account."""

    fields: dict[str, str]


@dataclass(frozen=True)
class CardWay:
    """Mismatches on the way with Carte Vitale and IBAN, for strangers too (AMC-102). Key: the normalised identifier."""

    lockout: Lockout = field(default_factory=Lockout)


@dataclass(frozen=True)
class TextToCopy:
    """A text to copy, sealed: it has to be drawn and spoken. Key: the digest of its token."""

    sealed: bytes
    drawn: datetime
    answered: bool = False


@dataclass(frozen=True)
class LastText:
    """The key of the text to copy that was shown last, for whoever tries the portal. Key: `last-text`."""

    key: str


@dataclass(frozen=True)
class Held:
    """A mail address that belongs to one account, until an instant where it is not validated (AME-43, AME-55). Key: the address, folded."""

    identifier: str
    until: datetime | None = None


@dataclass(frozen=True)
class Consents:
    """To which promotional information somebody agreed: by mail, by call and SMS on the mobile, by call on the landline (AME-42)."""

    mail: bool
    mobile_call: bool | None = None
    mobile_sms: bool | None = None
    landline_call: bool | None = None


@dataclass(frozen=True)
class ContactDetails:
    """What somebody gave besides the mail address. Key: the identifier of the account."""

    mobile: str | None
    landline: str | None
    consents: Consents


@dataclass(frozen=True)
class Notice:
    """A message in an account, which a mail tells of (AME-44). Key: the identifier and a number."""

    identifier: str
    written: datetime
    text: str


@dataclass(frozen=True)
class Faults:
    """What goes wrong on purpose in this world. Key: `faults`."""

    smtp: str = "none"
    sms: str = "none"

    def let_pass(self, channel: str) -> bool:
        """Whether messages of a channel, `mail` or `sms`, find somebody who takes them."""
        return (self.smtp if channel == "mail" else self.sms) == "none"


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
