"""A request before it is sent: as parts that can each be spoilt, and as the bytes that go over the wire."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import quote_from_bytes, urlsplit

_BOUNDARY = b"heurtoir-boundary"

Pair = tuple[bytes, bytes]
Pairs = tuple[Pair, ...]


class Body(Enum):
    """In which form the body is sent."""

    NONE = "none"
    FORM = "form"
    PARTS = "parts"
    JSON = "JSON"
    RAW = "raw"


@dataclass(frozen=True)
class Draft:
    """A request. `path` and `query` are as they are sent; `fields` are not encoded yet.

    `body` says which of `fields`, `document` and `raw` counts. `content_type` None: as the body is. `chunked`: the body comes in pieces.
    """

    method: bytes
    path: bytes
    query: bytes = b""
    headers: Pairs = ()
    body: Body = Body.NONE
    fields: Pairs = ()
    files: tuple[bytes, ...] = ()
    document: Any = None
    raw: bytes = b""
    content_type: bytes | None = None
    chunked: bool = False
    version: bytes = b"HTTP/1.1"

    def header(self, name: bytes) -> bytes | None:
        """The first header of that name."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)


_TYPES = {
    Body.FORM: b"application/x-www-form-urlencoded",
    Body.PARTS: b"multipart/form-data; boundary=" + _BOUNDARY,
    Body.JSON: b"application/json",
}


def in_bytes(text: str) -> bytes:
    """The text in UTF-8; half characters that stand for bytes as these bytes, others as if UTF-8 had them."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def encoded(pairs: Sequence[Pair]) -> bytes:
    """Names and values as in a form or a query."""
    return b"&".join(_quoted(name) + b"=" + _quoted(value) for name, value in pairs)


def on_the_wire(draft: Draft, address: str) -> bytes:
    """The bytes to send to that address. What the draft says itself of host, length and way of sending is not corrected."""
    content = _content(draft)
    headers = [(b"Host", urlsplit(address).netloc.encode())] if draft.header(b"Host") is None else []
    headers += draft.headers
    kind = draft.content_type if draft.content_type is not None else _TYPES.get(draft.body)
    if kind is not None:
        headers.append((b"Content-Type", kind))
    if draft.chunked:
        headers.append((b"Transfer-Encoding", b"chunked"))
        content = _in_pieces(content)
    elif draft.body is not Body.NONE and draft.header(b"Content-Length") is None:
        headers.append((b"Content-Length", str(len(content)).encode()))
    headers.append((b"Connection", b"close"))
    target = draft.path + (b"?" + draft.query if draft.query else b"")
    # A header without a name is a line as it is.
    lines = [value if not name else name + b": " + value for name, value in headers]
    return b"\r\n".join((b" ".join((draft.method, target, draft.version)), *lines, b"", content))


def _content(draft: Draft) -> bytes:
    match draft.body:
        case Body.FORM:
            return encoded(draft.fields)
        case Body.PARTS:
            return b"".join(_part(name, value, name in draft.files) for name, value in draft.fields) + b"--" + _BOUNDARY + b"--\r\n"
        case Body.JSON:
            return json.dumps(draft.document).encode()
        case Body.RAW:
            return draft.raw
        case Body.NONE:
            return b""


def _part(name: bytes, value: bytes, file: bool) -> bytes:
    named = name.replace(b'"', b"%22").replace(b"\r", b"%0D").replace(b"\n", b"%0A")
    kind = b'; filename="a.html"\r\nContent-Type: text/html' if file else b""
    return b'--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (_BOUNDARY, named, kind, value)


def _in_pieces(content: bytes) -> bytes:
    size = max(1, len(content) // 3 + 1)
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def _quoted(text: bytes) -> bytes:
    return quote_from_bytes(text, safe="").replace("%20", "+").encode()
