"""Messages in the words of Mailpit's API."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from simulator.sinks.headers import Address, Headers
from simulator.sinks.mailbox import Stored
from simulator.sinks.reading import Part, read_letter
from simulator.sinks.summary import Head, Summary, head_of


def summary_json(summary: Summary) -> dict[str, Any]:
    """One entry of a list."""
    return {
        "ID": summary.id,
        "MessageID": summary.head.message_id,
        "Read": summary.read,
        **_people(summary.head),
        "Subject": summary.head.subject,
        "Created": _instant(summary.created),
        "Username": summary.username,
        "Tags": [],
        "Size": summary.size,
        "Attachments": summary.attachments,
        "Snippet": summary.snippet,
    }


def message_json(stored: Stored) -> dict[str, Any]:
    """One message without the content of its files."""
    letter = read_letter(stored.content)
    head = head_of(letter.headers, stored.sender, stored.recipients)
    unsubscribe = letter.headers.text("List-Unsubscribe")
    return {
        "ID": stored.id,
        "MessageID": head.message_id,
        **_people(head),
        "ReturnPath": head.return_path,
        "Subject": head.subject,
        "ListUnsubscribe": {
            "Header": unsubscribe,
            "Links": [link for piece in unsubscribe.split(",") if (link := piece.strip(" <>"))],
            "Errors": "",
            "HeaderPost": letter.headers.text("List-Unsubscribe-Post"),
        },
        "Date": _instant(letter.headers.date() or stored.created),
        "Tags": [],
        "Username": stored.username,
        "Text": letter.readable,
        "HTML": letter.html,
        "Size": len(stored.content),
        "Inline": [_file(part) for part in letter.inline],
        "Attachments": [_file(part) for part in letter.attachments],
    }


def headers_json(headers: Headers) -> dict[str, list[str]]:
    """The fields by name, spelled as Go spells them (`Message-Id`), each with its values as sent, unfolded."""
    values: dict[str, list[str]] = {}
    for name, value in headers.fields:
        values.setdefault("-".join(word.capitalize() for word in name.split("-")), []).append(value)
    return dict(sorted(values.items()))


def _people(head: Head) -> dict[str, Any]:
    return {
        "From": _address(head.sender),
        "To": _addresses(head.to),
        "Cc": _addresses(head.cc),
        "Bcc": _addresses(head.bcc),
        "ReplyTo": _addresses(head.reply_to),
    }


def _addresses(entries: Iterable[Address]) -> list[dict[str, str]]:
    return [_address(entry) for entry in entries]


def _address(entry: Address) -> dict[str, str]:
    return {"Name": entry.name, "Address": entry.address}


def _instant(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _file(part: Part) -> dict[str, Any]:
    return {
        "PartID": part.id,
        "FileName": part.name or part.content_id or f"part-{part.id}",
        "ContentType": part.content_type,
        "ContentID": part.content_id,
        "Size": len(part.content),
        "Checksums": {
            # To recognise a file by, as Mailpit offers them; nothing is protected with them.
            "MD5": hashlib.md5(part.content, usedforsecurity=False).hexdigest(),
            "SHA1": hashlib.sha1(part.content, usedforsecurity=False).hexdigest(),
            "SHA256": hashlib.sha256(part.content).hexdigest(),
        },
    }
