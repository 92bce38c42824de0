"""What a list shows of a message: who, to whom, about what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from simulator.sinks.headers import Address, Headers, split_message

_SNIPPET = 250
NOBODY = Address("", "")


@dataclass(frozen=True)
class Head:
    """What the head and the envelope say. `bcc` holds the recipients of the envelope whom no header names, too."""

    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    subject: str
    message_id: str
    return_path: str

    def parties(self) -> dict[str, tuple[Address, ...]]:
        """All correspondents, by the role they have in this message."""
        return {"from": (self.sender,), "to": self.to, "cc": self.cc, "bcc": self.bcc, "reply-to": self.reply_to}


@dataclass(frozen=True)
class Summary:
    """One line of a list. `created` is when it came, `size` the bytes received, `snippet` the first words."""

    id: str
    head: Head
    created: datetime
    username: str
    size: int
    read: bool
    attachments: int
    snippet: str


def head_of(headers: Headers, sender: str, recipients: Sequence[str]) -> Head:
    """The head of a message that came from `sender` for `recipients`."""
    senders = headers.addresses("From")
    to, cc, bcc = (headers.addresses(name) for name in ("To", "Cc", "Bcc"))
    named = {entry.address.casefold() for entry in (*to, *cc, *bcc)}
    unnamed = dict.fromkeys(recipient for recipient in recipients if recipient.casefold() not in named)
    return Head(
        sender=senders[0] if senders else Address(headers.text("From"), ""),
        to=to,
        cc=cc,
        bcc=(*bcc, *(Address("", recipient) for recipient in unnamed)),
        reply_to=headers.addresses("Reply-To"),
        subject=headers.text("Subject"),
        message_id=headers.text("Message-ID").strip("<> "),
        return_path=headers.text("Return-Path").strip("<> ") or sender,
    )


def read_head(content: bytes, sender: str, recipients: Sequence[str]) -> Head:
    """The head of received bytes, of which the beginning is enough."""
    return head_of(split_message(content)[0], sender, recipients)


def snippet(text: str) -> str:
    """The first words of a text, on one line."""
    line = " ".join(text[: _SNIPPET * 4].split())
    return line if len(line) <= _SNIPPET else f"{line[: _SNIPPET - 1]}…"
