"""What the sign-in answers; the views turn each into a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from simulator.documents import Stage
from simulator.policy.code import Entry
from simulator.portals.desk import Blocked

__all__ = ["Announced", "Blocked", "CodeSent", "GoesOn", "NotAccepted", "Opened", "Refusal", "Refused", "VisitOver"]


class Refusal(StrEnum):
    """Why somebody is turned away without a block."""

    WRONG = "wrong"
    NOT_ATTACHED = "not-attached"
    ATTACHMENT_PENDING = "attachment-pending"
    NO_ADDRESS = "no-address"
    PROVISIONAL_EXPIRED = "provisional-expired"


@dataclass(frozen=True)
class Refused:
    """Turned away; the sign-in form stays."""

    refusal: Refusal


@dataclass(frozen=True)
class Announced:
    """The password was right and a code is needed; `session` is the new cookie."""

    session: str


@dataclass(frozen=True)
class GoesOn:
    """Right, and the opening of the account is not finished: it goes on at that stage. `session` is the new cookie (AME-22, AME-52)."""

    session: str
    stage: Stage


@dataclass(frozen=True)
class Opened:
    """The account is open; `session` is the new cookie, `trust` a new cookie of trust that is worth something for `trust_lasts`."""

    session: str
    trust: str | None = None
    trust_lasts: timedelta = timedelta(0)


@dataclass(frozen=True)
class CodeSent:
    """A code is on its way. `told` is the code where it is told to whoever asked for it, which it must never be (HRD-06)."""

    told: str | None = None


@dataclass(frozen=True)
class NotAccepted:
    """The code entered was wrong, expired or malformed, and nobody is blocked for it yet."""

    entry: Entry


@dataclass(frozen=True)
class VisitOver:
    """There is no such visit any more: one begins again."""
