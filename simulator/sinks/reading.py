"""The body of a message: its texts and its files. Reads what can be read, and says what could not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from html import unescape
from typing import TypeVar

from simulator.sinks.headers import UNREADABLE, Headers, decode_words, split_message, storable, to_text

T = TypeVar("T")

_MAXIMUM_PARTS = 1000
_NAMED_PROBLEMS = 5
_SPACES = re.compile(r"\s+")
_HTML_TOKEN = re.compile(r"<!--|-->|<(?P<end>/?)(?P<tag>[a-zA-Z][^\s/<>]*)[^<>]*>|<![^<>]*>|[^<-]+|.", re.DOTALL)
_NEVER_SHOWN = frozenset({"script", "style", "title", "template"})
_INSIDE_WORDS = frozenset({"a", "b", "em", "font", "i", "small", "span", "strong", "u"})


@dataclass(frozen=True)
class Part:
    """One file of a message. `id` is its place in the tree, such as `2` or `1.3`; `name` is what the sender called it, or empty."""

    id: str
    name: str
    content_type: str
    content_id: str
    inline: bool
    content: bytes


@dataclass(frozen=True)
class Letter:
    """A message as read: `problems` says, for people, what is broken about it."""

    headers: Headers
    text: str
    html: str
    parts: tuple[Part, ...]
    problems: tuple[str, ...]

    @property
    def attachments(self) -> tuple[Part, ...]:
        """Files that stand on their own."""
        return tuple(part for part in self.parts if not part.inline)

    @property
    def inline(self) -> tuple[Part, ...]:
        """Files that the HTML shows, such as images."""
        return tuple(part for part in self.parts if part.inline)

    @property
    def readable(self) -> str:
        """The text, or the words of the HTML when there is no text."""
        return self.text or html_words(self.html)


def read_letter(raw: bytes) -> Letter:
    """Read received bytes. Never fails: what cannot be taken apart is shown as text."""
    headers, body = split_message(raw)
    problems = [f"no header field, and passed over: “{line[:60]}”" for line in headers.unreadable[:_NAMED_PROBLEMS]]
    if not headers.fields:
        problems.append("there is no header at all")
    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    parts: list[Part] = []
    for place, leaf in _leaves(headers, body, problems):
        part = _part(place, leaf)
        if part.content_type in texts and not _is_file(leaf, part):
            texts[part.content_type].append(_content_text(leaf, part.content, problems))
        else:
            parts.append(part)
    return Letter(headers, "\n".join(texts["text/plain"]), "\n".join(texts["text/html"]), tuple(parts), tuple(problems))


def html_words(html: str) -> str:
    """The words of an HTML document, without what is never shown.

    A scan and no tree: a parser takes minutes for a hundred thousand tags inside each other, and anybody may send a mail.
    """
    words: list[str] = []
    hidden_by = ""
    for token in _HTML_TOKEN.finditer(html):
        tag = token["tag"]
        if hidden_by:
            hidden_by = "" if hidden_by in (token[0].lower()[:3], f"{token['end']}{tag}".lower()) else hidden_by
        elif token[0] == "<!--":
            hidden_by = "-->"
        elif tag is None:
            words.append("" if token[0].startswith("<!") else token[0])
        elif tag.lower() in _NEVER_SHOWN and not token["end"]:
            hidden_by = f"/{tag.lower()}"
        else:
            words.append("" if tag.lower() in _INSIDE_WORDS else " ")
    return _SPACES.sub(" ", storable(unescape("".join(words)))).strip()


def _leaves(headers: Headers, body: bytes, problems: list[str]) -> Iterable[tuple[str, Message]]:
    try:
        root = message_from_bytes(_head_bytes(headers) + b"\r\n" + body)
    except UNREADABLE:
        problems.append("its parts could not be taken apart; it is shown as one text")
        root = message_from_bytes(b"\r\n")
        root.set_payload(body.decode("ascii", "surrogateescape"))
    waiting = [("0", root)]
    for _ in range(_MAXIMUM_PARTS):
        if not waiting:
            return
        place, part = waiting.pop(0)
        problems.extend(f"part {place}: {type(defect).__name__}" for defect in part.defects)
        if part.is_multipart() and part.get_content_maintype() != "message":
            children = part.get_payload()
            prefix = "" if place == "0" else f"{place}."
            waiting[:0] = [(f"{prefix}{number}", child) for number, child in enumerate(children, 1) if isinstance(child, Message)]
        else:
            yield place, part
    problems.append(f"it has more than {_MAXIMUM_PARTS} parts; the others are not shown")


def _head_bytes(headers: Headers) -> bytes:
    """The fields that say how to take the body apart. The rest was read already, and may break the library."""
    wanted = {"content-type", "content-transfer-encoding", "content-disposition", "content-id", "mime-version"}
    lines = [f"{name}: {value}\r\n" for name, value in headers.fields if name.lower() in wanted]
    return "".join(lines).encode("utf-8", "replace")


def _part(place: str, leaf: Message) -> Part:
    disposition = _tolerant(leaf.get_content_disposition, None)
    content_id = decode_words(str(leaf.get("Content-ID", ""))).strip("<> ")
    return Part(
        id=place,
        name=decode_words(_tolerant(leaf.get_filename, None) or ""),
        content_type=_tolerant(leaf.get_content_type, "application/octet-stream"),
        content_id=content_id,
        inline=disposition == "inline" or (disposition is None and bool(content_id)),
        content=_content(leaf),
    )


def _is_file(leaf: Message, part: Part) -> bool:
    return bool(part.name) or _tolerant(leaf.get_content_disposition, None) == "attachment"


def _content(leaf: Message) -> bytes:
    if leaf.get_content_maintype() == "message" and leaf.is_multipart():
        return _tolerant(lambda: b"\r\n".join(bytes(inner) for inner in leaf.get_payload() if isinstance(inner, Message)), b"")
    content = _tolerant(lambda: leaf.get_payload(decode=True), None)
    return content if isinstance(content, bytes) else b""


def _content_text(leaf: Message, content: bytes, problems: list[str]) -> str:
    charset = _tolerant(leaf.get_content_charset, None)
    try:
        content.decode(charset or "utf-8")
    except UNREADABLE:
        problems.append(f"its text is not in the charset it names ({charset or 'none'}); it is shown as well as could be")
    return to_text(content, charset).replace("\r\n", "\n")


def _tolerant(read: Callable[[], T], otherwise: T) -> T:
    """What `read` gives, or `otherwise` where the library stumbles over hostile mail."""
    try:
        return read()
    except UNREADABLE:
        return otherwise
