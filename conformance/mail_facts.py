"""What a mail tells: codes, links, durations, statements. Text part and HTML part must tell the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from conformance import languages
from conformance.driver import Message
from conformance.durations import lifetimes
from conformance.observation import MailSeen
from conformance.reading import words_of
from conformance.target import Target
from conformance.values import another_address
from conformance.visible import normalise
from scenarios.instants import Period
from scenarios.language import SMS

_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")
# Six digits that stand alone: together, one by one, or in two groups of three.
_CODE = re.compile(r"(?<![\w.,/+-])(?<!\d )(?:\d{6}|\d(?: \d){5}|\d{3} \d{3})(?![\w/-])(?! \d)(?![.,]\d)")
_PROVISIONAL = re.compile(r"(?<![\w.,/+-])(?<!\d )\d{8}(?![\w/-])(?! \d)(?![.,]\d)")
_LONG = re.compile(r"[\w-]{16,}")
_NO_WORDS = re.compile(r"[0-9A-Z]")
# Another letter or digit for each: small stays small, so that hexadecimal and the like stay what they are.
_OTHERS = str.maketrans("0123456789abcdefABCDEF", "1234567890bcdefaBCDEFA")


def codes_in(text: str) -> tuple[str, ...]:
    """The six-digit codes that a text holds, each once, without spaces."""
    found = _CODE.findall(_ADDRESS.sub(" ", normalise(text)))
    return tuple(dict.fromkeys(code.replace(" ", "") for code in found))


def codes_of(message: Message) -> tuple[str, ...]:
    """The codes of a mail: those of its text, else those of its HTML."""
    return codes_in(message.text) if message.text.strip() else codes_in(words_of(message.html))


def provisional_codes_of(message: Message) -> tuple[str, ...]:
    """The provisional codes of a mail: eight digits that stand alone."""
    return provisional_codes_in(message.text if message.text.strip() else words_of(message.html))


def provisional_codes_in(text: str) -> tuple[str, ...]:
    """The provisional codes that a text holds, each once."""
    return tuple(dict.fromkeys(_PROVISIONAL.findall(_ADDRESS.sub(" ", normalise(text)))))


def links_of(message: Message) -> tuple[str, ...]:
    """The web addresses that a mail leads to, each once: those of the text, then those of the HTML's links."""
    written = [address.rstrip(".,;:!?") for address in _ADDRESS.findall(message.text)]
    hrefs = [node.attributes.get("href") or "" for node in LexborHTMLParser(message.html).css("a[href]")] if message.html.strip() else []
    return tuple(dict.fromkeys(written + [href for href in hrefs if href.startswith(("http://", "https://"))]))


def link_to_follow(message: Message) -> str | None:
    """The link that the mail is about: the one with something secret in it, else the first."""
    links = links_of(message)
    return next((link for link in links if _secret_in(link.split("://", 1)[1].partition("/")[2])), links[0] if links else None)


def with_secret(link: str, secret: str) -> str | None:
    """The link with the long part that nobody can guess left out (`missing`), or with another of the same make (`wrong`).

    None when it has no such part.
    """
    address = urlsplit(link)
    place = address.path + (f"?{address.query}" if address.query else "")
    found = _secret_in(place)
    if found is None:
        return None
    put = found[0].translate(_OTHERS) if secret == "wrong" else ""
    return f"{address.scheme}://{address.netloc}{place[: found.start()]}{put}{place[found.end() :]}"


def secret_of(message: Message) -> str | None:
    """The long part of the mail's link that nobody can guess, or None."""
    link = link_to_follow(message)
    address = urlsplit(link) if link else None
    found = _secret_in(address.path + (f"?{address.query}" if address.query else "")) if address else None
    return found[0] if found else None


def _secret_in(place: str) -> re.Match[str] | None:
    """The long part that nobody can guess: of several the one that is least made of words, for `mot-de-passe-oublie` is long, too."""
    parts = _LONG.finditer(place)
    return max(parts, key=lambda part: (_NO_WORDS.search(part[0]) is not None, len(part[0]), part.start()), default=None)


def kind_of(message: Message) -> str:
    """What a mail brings: `code`, `provisional`, `link`, or, where it only says something, `notice`."""
    if codes_of(message):
        return "code"
    if provisional_codes_of(message):
        return "provisional"
    return "link" if links_of(message) else "notice"


def is_of(message: Message, kind: str) -> bool:
    """Whether a message is of a kind: `code`, `link`, or `any` and `sms`, whatever they bring."""
    return kind in {"any", SMS} or kind_of(message) == kind


def newest(messages: Sequence[Message], kind: str) -> Message | None:
    """The newest message of a kind; messages come newest first."""
    return next((message for message in messages if is_of(message, kind)), None)


def said(text: str, target: Target) -> frozenset[str]:
    """Which statements of the wording the text makes."""
    return frozenset(name for name, pattern in target.wording.says.items() if pattern.search(text))


class MailFacts:
    """The facts of a mail, read when asked for. A fact of a mail that is not there is None."""

    def __init__(self, seen: MailSeen, target: Target) -> None:
        self._seen = seen
        self._target = target

    def count(self) -> int:
        """How many mails there are."""
        return self._seen.count

    def to(self) -> str | None:
        """`own` when the person's address is the only one that it goes to, `another` when it is another of theirs, else the addresses."""
        if self._seen.message is None:
            return None
        to = tuple(address.lower() for address in self._seen.message.to)
        own = (self._seen.own_address or "").lower()
        known: dict[tuple[str, ...], str] = {(own,): "own", (another_address(own),): "another"}
        return known.get(to, ", ".join(to) or "nobody")

    def sender_name(self) -> str | None:
        """The name that the sender gives."""
        return normalise(self._seen.message.sender_name) if self._seen.message else None

    def sender_local(self) -> str | None:
        """The local part of the sender's address."""
        return self._seen.message.sender_address.partition("@")[0] if self._seen.message else None

    def subject(self) -> str | None:
        """The subject."""
        return normalise(self._seen.message.subject) if self._seen.message else None

    def codes(self) -> int | str | None:
        """How many codes it holds; in words when text and HTML differ."""
        message = self._seen.message
        if message is None:
            return None
        parts = {name: codes_in(text) for name, text in self._parts(message).items()}
        if len(set(parts.values())) > 1:
            return ", ".join(f"{len(codes)} in the {name}" for name, codes in parts.items()) + ", not the same in both"
        return len(next(iter(parts.values()), ()))

    def links(self) -> int | None:
        """How many web addresses it leads to."""
        return len(links_of(self._seen.message)) if self._seen.message else None

    def lifetime(self) -> tuple[Period, ...]:
        """Every life that one of its parts gives."""
        if self._seen.message is None:
            return ()
        language = languages.named(self._target.language)
        found = [lifetimes(text, language) for text in self._parts(self._seen.message).values()]
        return tuple(dict.fromkeys(period for periods in found for period in periods))

    def says(self) -> frozenset[str]:
        """The statements that each of its parts makes."""
        if self._seen.message is None:
            return frozenset()
        parts = self._parts(self._seen.message).values()
        return frozenset.intersection(*(said(text, self._target) for text in parts)) if parts else frozenset()

    def within(self) -> float | None:
        """Seconds of real time."""
        return self._seen.seconds if self._seen.message else None

    def _parts(self, message: Message) -> dict[str, str]:
        parts = {"text": normalise(message.text), "HTML": words_of(message.html) if message.html.strip() else ""}
        return {name: text for name, text in parts.items() if text}
