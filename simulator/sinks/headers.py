"""The head of a message, read with patience: a broken line costs that line and no other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime

# What the standard library throws at hostile mail, besides what it documents.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, HeaderParseError)

_HEAD_LIMIT = 1_000_000
_ADDRESSES_LIMIT = 100_000
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_LINE = re.compile(rb"\r\n|\n|\r")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Address:
    """A mail address with the name written beside it; either may be empty."""

    name: str
    address: str


@dataclass(frozen=True)
class Headers:
    """Fields in the order sent, unfolded and not yet decoded; and the lines that are no field."""

    fields: tuple[tuple[str, str], ...]
    unreadable: tuple[str, ...] = ()

    def raw(self, name: str) -> str:
        """The first field of that name as sent, or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.fields if key.lower() == wanted), "")

    def text(self, name: str) -> str:
        """The first field of that name with its encoded words decoded, or an empty string."""
        return decode_words(self.raw(name))

    def addresses(self, name: str) -> tuple[Address, ...]:
        """All addresses of all fields of that name; what is no address is left out."""
        wanted = name.lower()
        return tuple(entry for key, value in self.fields if key.lower() == wanted for entry in _addresses(value))

    def date(self) -> datetime | None:
        """The Date field, in UTC when it names no zone, or None when it is missing or makes no sense."""
        try:
            date = parsedate_to_datetime(self.raw("Date"))
            date = date if date.tzinfo else date.replace(tzinfo=UTC)
            date.astimezone(UTC)  # a date at the edge of the calendar fails here, not in a page
        except (*UNREADABLE, OverflowError):
            return None
        return date


def split_message(raw: bytes) -> tuple[Headers, bytes]:
    """Head and body. A message whose first line is no field and that has no blank line is all body."""
    if raw[:1] in (b"\r", b"\n"):
        return Headers(()), raw.lstrip(b"\r\n")
    blank = _BLANK_LINE.search(raw)
    head, body = (raw[: blank.start()], raw[blank.end() :]) if blank else (raw, b"")
    headers = _read_head(head[:_HEAD_LIMIT])
    return (headers, body) if headers.fields else (Headers(()), raw)


def _read_head(head: bytes) -> Headers:
    fields: list[tuple[str, str]] = []
    unreadable: list[str] = []
    for line in _unfolded(head):
        match = _FIELD.fullmatch(line)
        if match:
            fields.append((match[1].decode("ascii"), to_text(match[2]).strip()))
        elif line.strip():
            unreadable.append(to_text(line))
    return Headers(tuple(fields), tuple(unreadable))


def _unfolded(head: bytes) -> Iterable[bytes]:
    """Lines with their continuations joined by one space, as Go's and Python's readers do."""
    current: list[bytes] = []
    for line in _LINE.split(head):
        if line[:1] in (b" ", b"\t"):
            current.append(line.strip())
            continue
        if current:
            yield b" ".join(current)
        current = [line]
    yield b" ".join(current)


def to_text(raw: bytes, charset: str | None = None) -> str:
    """Bytes as text: the charset when it fits, else UTF-8, else Windows-1252. Never fails and leaves nothing that cannot be stored."""
    for name in (charset, "utf-8"):
        try:
            if name:
                return storable(raw.decode(name.split("*")[0]))
        except UNREADABLE:
            continue
    return raw.decode("cp1252", "replace")


def storable(text: str) -> str:
    """The text without lone surrogates, which neither SQLite nor UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def decode_words(value: str) -> str:
    """RFC 2047 encoded words decoded; a word that cannot be is shown as it came. Control characters become spaces."""
    try:
        pieces = decode_header(value) if "=?" in value else [(value, None)]
    except UNREADABLE:
        pieces = [(value, None)]
    return _CONTROLS.sub(" ", "".join(_piece(piece, charset) for piece, charset in pieces)).strip()


def _piece(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return storable(piece)
    # decode_header hands unencoded stretches back in this codec.
    return storable(piece.decode("raw-unicode-escape", "replace")) if charset is None else to_text(piece, charset)


def _addresses(value: str) -> Iterable[Address]:
    try:
        pairs = getaddresses([value[:_ADDRESSES_LIMIT]])
    except UNREADABLE:
        return
    for name, address in pairs:
        if address:
            yield Address(decode_words(name), decode_words(address))
