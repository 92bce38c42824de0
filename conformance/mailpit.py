"""Mails as they are read through Mailpit's API, from a team's own Mailpit or from the simulator's sink."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
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
        return [self._message(identifier) for identifier in self._identifiers()]

    def wait_beyond(self, count: int, seconds: float) -> Sequence[Message]:
        """Newest first, as soon as there are more than `count`, or what there is after `seconds`."""
        until = time.monotonic() + seconds
        pause = _FIRST_PAUSE
        while len(identifiers := self._identifiers()) <= count and time.monotonic() < until:
            time.sleep(min(pause, max(0.0, until - time.monotonic())))
            pause = min(pause * 2, _LONGEST_PAUSE)
        return [self._message(identifier) for identifier in identifiers]

    def _identifiers(self) -> list[str]:
        found: list[str] = []
        for page in self._pages():
            found.extend(str(summary["ID"]) for summary in page)
        return found

    def _pages(self) -> Iterator[list[Mapping[str, Any]]]:
        start = 0
        while True:
            query = urlencode({"query": f'addressed:"{self.domain}"', "start": start, "limit": _PAGE})
            answer = self._ask(f"search?{query}")
            page = _member(answer, "messages", list, self._base)
            yield page
            start += len(page)
            if len(page) < _PAGE:
                return

    def _message(self, identifier: str) -> Message:
        """A message never changes: each is fetched once."""
        if identifier not in self._read:
            place = f"message/{quote(identifier, safe='')}"
            headers = AskedHeaders(f"{self._base}/{place}/headers")
            self._read[identifier] = _as_message(identifier, self._ask(place), headers, self._base)
        return self._read[identifier]

    def _ask(self, place: str) -> Any:
        return ask("GET", f"{self._base}/{place}")


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
        to=tuple(str(person["Address"]) for field in ("To", "Cc", "Bcc") for person in whole.get(field) or ()),
        subject=str(whole.get("Subject", "")),
        text=str(whole.get("Text", "")),
        html=str(whole.get("HTML", "")),
        headers=headers,
    )


def _member(answer: Any, key: str, kind: type, base: str) -> Any:
    value = answer.get(key) if isinstance(answer, dict) else None
    if isinstance(value, kind):
        return value
    raise DriverBroke(f"{base} does not answer as Mailpit does: no “{key}”. Give Mailpit's base address as mail in the target file.")
