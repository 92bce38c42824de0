"""Mails as they are read through Mailpit's API, from a team's own Mailpit or from the simulator's sink."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from conformance.connections import ask
from conformance.driver import DriverBroke, Message

_PAGE = 200
_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.1


class MailpitMailbox:
    """The mails addressed to one mail domain; `base` is the address of Mailpit, such as http://127.0.0.1:8025."""

    def __init__(self, base: str, domain: str) -> None:
        self.domain = domain
        self._base = f"{base.rstrip('/')}/api/v1"
        self._read: dict[str, Message] = {}

    def messages(self) -> Sequence[Message]:
        """Newest first, without waiting. Raises DriverBroke when the API does not answer as Mailpit does."""
        return [self.message(identifier) for identifier in self._identifiers()]

    def wait_beyond(self, count: int, seconds: float) -> Sequence[Message]:
        """Newest first, as soon as there are more than `count`, or what there is after `seconds`."""
        until = time.monotonic() + seconds
        pause = _FIRST_PAUSE
        while len(identifiers := self._identifiers()) <= count and time.monotonic() < until:
            time.sleep(min(pause, max(0.0, until - time.monotonic())))
            pause = min(pause * 2, _LONGEST_PAUSE)
        return [self.message(identifier) for identifier in identifiers]

    def beginnings(self) -> Sequence[tuple[str, str]]:
        """Identifier and first words of each, newest first, of however many there are, without asking for each by itself."""
        return [(str(summary["ID"]), str(summary.get("Snippet", ""))) for summary in self._summaries(self.domain)]

    def _identifiers(self) -> list[str]:
        return [str(summary["ID"]) for summary in self._summaries(self.domain)]

    def _summaries(self, addressed: str) -> Iterator[Mapping[str, Any]]:
        start = 0
        seen: set[str] = set()
        while True:
            query = urlencode({"query": f'addressed:"{addressed}"', "start": start, "limit": _PAGE})
            answer = self._ask(f"search?{query}")
            page = _member(answer, "messages", list, self._base)
            # What comes meanwhile pushes the others on: the next answer begins with what ended this one.
            new = [summary for summary in page if str(summary["ID"]) not in seen]
            seen.update(str(summary["ID"]) for summary in new)
            yield from new
            start += len(page)
            if len(page) < _PAGE:
                return

    def message(self, identifier: str) -> Message:
        """A message never changes: each is fetched once."""
        if identifier not in self._read:
            place = f"message/{quote(identifier, safe='')}"
            headers = AskedHeaders(f"{self._base}/{place}/headers")
            self._read[identifier] = _as_message(identifier, self._ask(place), headers, self._base)
        return self._read[identifier]

    def _ask(self, place: str) -> Any:
        return ask("GET", f"{self._base}/{place}")


class AddressesMailbox(MailpitMailbox):
    """The mails to a few addresses that came after this was made: what is older belongs to whoever had the addresses before."""

    def __init__(self, base: str, addresses: Iterable[str]) -> None:
        self._addresses = tuple(dict.fromkeys(address.casefold() for address in addresses))
        super().__init__(base, next(iter(self._addresses), "").rpartition("@")[2])
        self._older: frozenset[str] = frozenset()
        self._older = frozenset(self._identifiers())

    def _identifiers(self) -> list[str]:
        """A search finds parts of addresses, and senders too: what counts is who it went to."""
        came = {
            str(summary["ID"]): _instant(summary, self._base)
            for address in self._addresses
            for summary in self._summaries(address)
            if address in map(str.casefold, _recipients(summary))
        }
        newest_first = sorted(came, key=lambda identifier: came[identifier], reverse=True)
        return [identifier for identifier in newest_first if identifier not in self._older]


class AskedHeaders(Mapping[str, tuple[str, ...]]):
    """The headers of one message, asked for when the first of them is looked at: few cases do."""

    def __init__(self, address: str) -> None:
        self._address = address

    @cached_property
    def _values(self) -> Mapping[str, tuple[str, ...]]:
        return {name: tuple(values) for name, values in ask("GET", self._address).items()}

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def mail_server(base: str) -> str:
    """Name and version of the mail API at `base`. Raises DriverBroke when there is none."""
    address = f"{base.rstrip('/')}/api/v1"
    return str(_member(ask("GET", f"{address}/info"), "Version", str, address))


def _as_message(identifier: str, whole: Any, headers: AskedHeaders, base: str) -> Message:
    sender = _member(whole, "From", dict, base)
    return Message(
        id=identifier,
        sender_name=str(sender.get("Name", "")),
        sender_address=str(sender.get("Address", "")),
        to=_recipients(whole),
        subject=str(whole.get("Subject", "")),
        text=str(whole.get("Text", "")),
        html=str(whole.get("HTML", "")),
        headers=headers,
    )


def _recipients(mail: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(person["Address"]) for field in ("To", "Cc", "Bcc") for person in mail.get(field) or ())


def _instant(summary: Mapping[str, Any], base: str) -> datetime:
    try:
        return datetime.fromisoformat(_member(summary, "Created", str, base))
    except ValueError as error:
        raise DriverBroke(f"{base} tells an instant that cannot be read: {error}.") from None


def _member(answer: Any, key: str, kind: type, base: str) -> Any:
    value = answer.get(key) if isinstance(answer, dict) else None
    if isinstance(value, kind):
        return value
    raise DriverBroke(f"{base} does not answer as Mailpit does: no “{key}”. Give Mailpit's base address as mail in the target file.")
