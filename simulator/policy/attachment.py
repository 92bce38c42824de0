"""What the reference of individuals says of a person, and whether it lets them in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scheme(StrEnum):
    """The scheme a person depends on."""

    GENERAL = "general"
    PARTNER = "partner"
    NONE = "none"


class Fund(StrEnum):
    """Whether the reference holds a fund for the person."""

    PRESENT = "present"
    NONE = "none"


class Attachment(StrEnum):
    """Whether the attachment is done."""

    DONE = "done"
    PENDING = "pending"


@dataclass(frozen=True)
class Record:
    """A person in the reference of individuals (AMC-140)."""

    scheme: Scheme = Scheme.GENERAL
    fund: Fund = Fund.PRESENT
    attachment: Attachment = Attachment.DONE


class Standing(StrEnum):
    """What the record means for signing in."""

    ATTACHED = "attached"
    NOT_ATTACHED = "not-attached"
    PENDING = "attachment-pending"


def standing(record: Record) -> Standing:
    """Neither scheme nor fund: not attached (AMC-80); an act still under way: pending (AMC-90)."""
    if record.attachment is Attachment.PENDING:
        return Standing.PENDING
    if record.scheme is Scheme.NONE or record.fund is Fund.NONE:
        return Standing.NOT_ATTACHED
    return Standing.ATTACHED
