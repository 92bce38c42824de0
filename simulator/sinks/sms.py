"""The SMS that came: kept in one SQLite file, newest first, and waited for by whoever expects one."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import Connection, Row

from simulator.sinks.database import Database
from simulator.sinks.search_query import EPOCH, microseconds

# A gateway that is asked twice with one reference has sent one SMS: whoever asks may have died before it heard the answer.
SCHEMA = """
CREATE TABLE IF NOT EXISTS sms (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    received INTEGER NOT NULL,
    written TEXT,
    account TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sender TEXT NOT NULL,
    text TEXT NOT NULL,
    reference TEXT
);
CREATE INDEX IF NOT EXISTS sms_of_account ON sms(account, recipient, seq);
CREATE UNIQUE INDEX IF NOT EXISTS sms_once ON sms(account, reference) WHERE reference IS NOT NULL;
"""
_LARGEST = 2**62  # SQLite counts no further
# Each who waits holds a thread of the server; beyond these an answer comes at once, and is asked for again.
_WAITING_AT_ONCE = 6
_MATCHING = "(? IS NULL OR account = ?) AND (? IS NULL OR recipient = ?)"


@dataclass(frozen=True)
class Texted:
    """An SMS as a portal hands it over. `account` is the world, `written` its time; `reference` makes sure that it is taken once."""

    account: str
    to: str
    sender: str
    text: str
    written: datetime | None = None
    reference: str | None = None


@dataclass(frozen=True)
class Kept:
    """An SMS as it is kept; `received` is the machine's time."""

    id: str
    received: datetime
    sms: Texted


@dataclass(frozen=True)
class Wanted:
    """Which SMS are meant: those of an account, to a number; None is any."""

    account: str | None = None
    to: str | None = None

    @property
    def parameters(self) -> tuple[str | None, ...]:
        """As the queries take them."""
        return (self.account, self.account, self.to, self.to)


@dataclass(frozen=True)
class FoundSms:
    """One page of SMS, newest first, and how many there are on all pages."""

    messages: tuple[Kept, ...]
    total: int


class SmsBox:
    """The SMS of one SQLite file. Every method may be called from any thread; `now` tells the machine's time."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self.path = path
        self._now = now
        self._database = Database(path, SCHEMA)
        self._came = threading.Condition()
        self._seats = threading.BoundedSemaphore(_WAITING_AT_ONCE)

    def close(self) -> None:
        """Close the file. What was stored stays."""
        self._database.close()

    def store(self, sms: Texted) -> Kept:
        """Keep an SMS, or find the one with its reference. When this returns, `kill -9` loses it no more."""
        written = sms.written.isoformat() if sms.written else None
        values = (secrets.token_hex(11), microseconds(self._now()), written, sms.account, sms.to, sms.sender, sms.text, sms.reference)
        with self._database.writing() as connection:
            row = connection.execute(
                "INSERT INTO sms (id, received, written, account, recipient, sender, text, reference) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (account, reference) WHERE reference IS NOT NULL DO UPDATE SET reference = reference RETURNING *",
                values,
            ).fetchone()
        with self._came:
            self._came.notify_all()
        return _kept(row)

    def get(self, identifier: str) -> Kept | None:
        """One SMS, or None."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT * FROM sms WHERE id = ?", (identifier,)).fetchone()
        return _kept(row) if row else None

    def newest(self, wanted: Wanted, start: int = 0, limit: int = 50) -> FoundSms:
        """The newest that are meant, after the first `start`; a limit of 0 is none."""
        page = f"SELECT * FROM sms WHERE {_MATCHING} ORDER BY seq DESC LIMIT ? OFFSET ?"  # noqa: S608
        with self._database.reading() as connection:
            rows = connection.execute(page, (*wanted.parameters, min(limit, _LARGEST) or -1, min(start, _LARGEST))).fetchall()
            return FoundSms(tuple(map(_kept, rows)), self._count(connection, wanted))

    def accounts(self) -> tuple[str, ...]:
        """Every account that has an SMS, by name."""
        with self._database.reading() as connection:
            return tuple(row["account"] for row in connection.execute("SELECT DISTINCT account FROM sms ORDER BY account"))

    def wait_beyond(self, wanted: Wanted, count: int, seconds: float) -> None:
        """Wait until more than `count` are there that are meant, or the seconds are over, or too many wait already."""
        if not self._seats.acquire(blocking=False):
            return
        try:
            with self._came:
                self._came.wait_for(lambda: self._total(wanted) > count, seconds)
        finally:
            self._seats.release()

    def delete(self, identifier: str) -> bool:
        """Delete one SMS; whether there was such a one."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM sms WHERE id = ?", (identifier,)).rowcount > 0

    def delete_all(self, wanted: Wanted) -> None:
        """Delete every SMS that is meant."""
        with self._database.writing() as connection:
            connection.execute(f"DELETE FROM sms WHERE {_MATCHING}", wanted.parameters)  # noqa: S608

    def _total(self, wanted: Wanted) -> int:
        with self._database.reading() as connection:
            return self._count(connection, wanted)

    @staticmethod
    def _count(connection: Connection, wanted: Wanted) -> int:
        found = connection.execute(f"SELECT count(*) FROM sms WHERE {_MATCHING}", wanted.parameters)  # noqa: S608
        return int(found.fetchone()[0])


def _kept(row: Row) -> Kept:
    written = datetime.fromisoformat(row["written"]) if row["written"] else None
    texted = Texted(row["account"], row["recipient"], row["sender"], row["text"], written, row["reference"])
    return Kept(row["id"], EPOCH + timedelta(microseconds=row["received"]), texted)
