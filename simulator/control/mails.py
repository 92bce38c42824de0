"""The latest mails of a world, read through Mailpit's API, so that a team's own Mailpit serves as well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

_PATIENCE = 3.0
_LOOKED_THROUGH = 100
_DOMAINS = 10


class MailUnreachable(Exception):
    """The mail sink does not answer; the text says how."""


@dataclass(frozen=True)
class LatestMail:
    """A mail as the control room shows it. `written` is the world's time, `page` where all of it can be read."""

    subject: str
    to: tuple[str, ...]
    written: datetime
    text: str
    page: str


def latest_mails(base: str, addresses: Iterable[str], count: int = 5) -> tuple[LatestMail, ...]:
    """The newest mails to any of these addresses. Raises MailUnreachable."""
    wanted = {address.casefold() for address in addresses}
    domains = sorted({address.rpartition("@")[2] for address in wanted})[:_DOMAINS]
    try:
        with httpx.Client(base_url=base, timeout=_PATIENCE) as client:
            found = [entry for domain in domains for entry in _found(client, domain) if wanted & set(_recipients(entry))]
            found.sort(key=lambda entry: str(entry["Created"]), reverse=True)
            return tuple(_read(client, base, entry["ID"]) for entry in found[:count])
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as problem:
        raise MailUnreachable(f"{base} does not answer as Mailpit does: {type(problem).__name__}") from problem


def _found(client: httpx.Client, domain: str) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/search", params={"query": f'addressed:"@{domain}"', "limit": _LOOKED_THROUGH}).raise_for_status().json()
    return list(answer["messages"])


def _recipients(entry: dict[str, Any]) -> list[str]:
    return [str(person["Address"]).casefold() for role in ("To", "Cc", "Bcc") for person in entry[role] or ()]


def _read(client: httpx.Client, base: str, identifier: str) -> LatestMail:
    message = client.get(f"/api/v1/message/{identifier}").raise_for_status().json()
    return LatestMail(
        subject=str(message["Subject"]),
        to=tuple(_recipients(message)),
        written=datetime.fromisoformat(message["Date"]),
        text=str(message["Text"]).strip(),
        page=f"{base}/view/{identifier}",
    )
