"""Visits and trusted devices: what a browser is known by. Keys are kept as digests; the browser alone holds them."""

from __future__ import annotations

import hmac
import secrets
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from conformance.selftests.foreign.small.limits import Limits
from conformance.selftests.foreign.small.store import digest

Stage = Literal["number", "password", "announced", "code", "open"]
# A visit that nobody continues for this long is over.
IDLE_SECONDS = 1_800.0


@dataclass(frozen=True)
class Visit:
    """One browser's visit. `key` is in its cookie; `token` must come with everything it sends."""

    key: str
    token: str
    stage: Stage = "number"
    number: str | None = None

    def guards(self, token: str | None) -> bool:
        """Whether what was sent comes from a page of this visit."""
        return token is not None and hmac.compare_digest(self.token.encode(), token.encode())


def begun(database: sqlite3.Connection, now: datetime) -> Visit:
    """A new visit."""
    visit = Visit(secrets.token_urlsafe(24), secrets.token_urlsafe(18))
    database.execute("insert into visit (key, token, seen_at) values (?, ?, ?)", (digest(visit.key), visit.token, now.timestamp()))
    return visit


def found(database: sqlite3.Connection, key: str | None, now: datetime) -> Visit | None:
    """The visit of that key, when it is not over."""
    if not key:
        return None
    row = database.execute("select * from visit where key = ?", (digest(key),)).fetchone()
    if row is None:
        return None
    if row["seen_at"] + IDLE_SECONDS < now.timestamp():
        ended(database, key)
        return None
    database.execute("update visit set seen_at = ? where key = ?", (now.timestamp(), digest(key)))
    return Visit(key, row["token"], row["stage"], row["number"])


def moved(database: sqlite3.Connection, visit: Visit, stage: Stage, number: str | None) -> Visit:
    """The visit at another stage."""
    database.execute("update visit set stage = ?, number = ? where key = ?", (stage, number, digest(visit.key)))
    return replace(visit, stage=stage, number=number)


def opened(database: sqlite3.Connection, visit: Visit, number: str, now: datetime) -> Visit:
    """The visit with the account open, under a new key: whoever knew the old one has nothing."""
    ended(database, visit.key)
    return moved(database, begun(database, now), "open", number)


def ended(database: sqlite3.Connection, key: str) -> None:
    """The visit is over."""
    database.execute("delete from visit where key = ?", (digest(key),))


def is_trusted(database: sqlite3.Connection, device: str | None, number: str, now: datetime) -> bool:
    """Whether this device was trusted for this number, and still is."""
    if not device:
        return False
    row = database.execute("select ends_at from trust where device = ? and number = ?", (digest(device), number)).fetchone()
    return row is not None and now.timestamp() < row["ends_at"]


def trusted(database: sqlite3.Connection, device: str | None, number: str, now: datetime, limits: Limits) -> tuple[str, datetime]:
    """Trust a device for a number: its new key, which takes over what the old one was trusted for, and the end of this trust."""
    key, ends = secrets.token_urlsafe(24), limits.trust.after(now)
    if device:
        database.execute("update trust set device = ? where device = ?", (digest(key), digest(device)))
    database.execute("insert or replace into trust values (?, ?, ?)", (digest(key), number, ends.timestamp()))
    return key, ends


def forgotten(database: sqlite3.Connection, number: str) -> None:
    """Every visit and every trusted device of a number is over, as after a new password."""
    database.execute("delete from visit where number = ?", (number,))
    database.execute("delete from trust where number = ?", (number,))
