"""Every message that came, kept as it came: stored at once, read only when somebody looks."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import Connection, Row

from simulator.decoding import from_json
from simulator.sinks import search_sql
from simulator.sinks.catalogue import Catalogue, forget
from simulator.sinks.database import Database
from simulator.sinks.headers import storable
from simulator.sinks.search_query import EPOCH, Term, microseconds
from simulator.sinks.summary import Head, Summary

_ALL: tuple[str, list[str | int]] = ("1", [])
_LARGEST = 2**62  # SQLite counts no further
_LINES = """
SELECT m.id, m.created, m.username, m.size, m.read, m.head, letter.attachments, letter.snippet
FROM message m JOIN letter USING (seq) WHERE m.seq IN (SELECT value FROM json_each(?)) ORDER BY m.seq DESC
"""


@dataclass(frozen=True)
class Stored:
    """A message as it came. `content` are the received bytes, untouched; sender and recipients are those of the envelope."""

    id: str
    created: datetime
    sender: str
    recipients: tuple[str, ...]
    username: str
    read: bool
    content: bytes


@dataclass(frozen=True)
class Totals:
    """How many messages there are, and how many nobody read."""

    total: int
    unread: int


@dataclass(frozen=True)
class Found:
    """One page of messages, newest first, and the totals of all pages."""

    summaries: tuple[Summary, ...]
    totals: Totals


class Mailbox:
    """The messages of one SQLite file. Every method may be called from any thread.

    `now` tells the machine's time, with a zone: when a message came is a fact about the machine, not about any world.
    """

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self.path = path
        self.now = now
        self._database = Database(path)
        self._catalogue = Catalogue(self._database)

    def close(self) -> None:
        """Close the file. What was stored stays."""
        self._database.close()

    def store(self, content: bytes, sender: str, recipients: Sequence[str], username: str = "") -> str:
        """Keep a message and answer with its id. When this returns, `kill -9` loses it no more."""
        identifier = secrets.token_hex(11)
        envelope = json.dumps([storable(recipient) for recipient in recipients])
        with self._database.writing() as connection:
            seq = connection.execute(
                "INSERT INTO message (id, created, sender, recipients, username, size) VALUES (?, ?, ?, ?, ?, ?)",
                (identifier, microseconds(self.now()), storable(sender), envelope, storable(username), len(content)),
            ).lastrowid
            connection.execute("INSERT INTO raw (seq, content) VALUES (?, ?)", (seq, content))
        return identifier

    def get(self, identifier: str) -> Stored | None:
        """One message with its bytes, or None."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT * FROM message JOIN raw USING (seq) WHERE id = ?", (storable(identifier),)).fetchone()
        return _stored(row) if row else None

    def totals(self) -> Totals:
        """All messages counted."""
        with self._database.reading() as connection:
            return Totals(*connection.execute("SELECT total, unread FROM tally").fetchone())

    def newest(self, start: int = 0, limit: int = 50) -> Found:
        """The newest messages after the first `start`; a negative limit is none."""
        self._catalogue.read_heads()
        with self._database.reading() as connection:
            page = _page(connection, _ALL, start, limit)
        return Found(self._summaries(page), self.totals())

    def search(self, terms: Sequence[Term], start: int = 0, limit: int = 50) -> Found:
        """The newest messages for which all terms hold, after the first `start`."""
        condition, given = self._condition(terms)
        count = f"SELECT count(*), coalesce(sum(1 - m.read), 0) FROM message m WHERE {condition}"  # noqa: S608
        with self._database.reading() as connection:
            totals = Totals(*connection.execute(count, given).fetchone())
            page = _page(connection, (condition, given), start, limit) if totals.total else []
        return Found(self._summaries(page), totals)

    def latest(self, terms: Sequence[Term] = ()) -> str | None:
        """The id of the newest message, or of the newest for which the terms hold."""
        found = self.search(terms, limit=1) if terms else self.newest(limit=1)
        return found.summaries[0].id if found.summaries else None

    def mark(self, read: bool, identifiers: Sequence[str] | None = None) -> None:
        """Mark these messages, or all, as read or unread. Unknown ids are passed over."""
        self._mark(read, _ALL if identifiers is None else _listed(identifiers))

    def mark_found(self, read: bool, terms: Sequence[Term]) -> None:
        """Mark all messages for which the terms hold as read or unread."""
        self._mark(read, self._condition(terms))

    def delete(self, identifiers: Sequence[str]) -> None:
        """Delete these messages; unknown ids are passed over."""
        self._delete(_listed(identifiers))

    def delete_found(self, terms: Sequence[Term]) -> None:
        """Delete all messages for which the terms hold."""
        self._delete(self._condition(terms))

    def delete_all(self) -> None:
        """Delete every message."""
        self._delete(_ALL)

    def _condition(self, terms: Sequence[Term]) -> tuple[str, list[str | int]]:
        """The terms as SQL, once everything that they ask about has been read."""
        self._catalogue.read_heads()
        if search_sql.needs_letters(terms):
            self._catalogue.read_letters()
        return search_sql.where(terms)

    def _mark(self, read: bool, condition: tuple[str, list[str | int]]) -> None:
        query = f"UPDATE message AS m SET read = ? WHERE m.read <> ? AND {condition[0]}"  # noqa: S608
        with self._database.writing() as connection:
            connection.execute(query, [read, read, *condition[1]])

    def _delete(self, condition: tuple[str, list[str | int]]) -> None:
        with self._database.writing() as connection:
            connection.execute("CREATE TEMP TABLE IF NOT EXISTS gone (seq INTEGER PRIMARY KEY)")
            connection.execute("DELETE FROM gone")
            connection.execute(f"INSERT INTO gone SELECT m.seq FROM message m WHERE {condition[0]}", condition[1])  # noqa: S608
            forget(connection, "gone")
            for table in ("raw", "message"):
                connection.execute(f"DELETE FROM {table} WHERE seq IN (SELECT seq FROM gone)")  # noqa: S608

    def _summaries(self, page: Sequence[int]) -> tuple[Summary, ...]:
        if not page:
            return ()
        self._catalogue.read_letters(page)
        with self._database.reading() as connection:
            rows = connection.execute(_LINES, [json.dumps(list(page))]).fetchall()
        return tuple(_summary(row) for row in rows)


def _page(connection: Connection, condition: tuple[str, list[str | int]], start: int, limit: int) -> list[int]:
    query = f"SELECT m.seq FROM message m WHERE {condition[0]} ORDER BY m.seq DESC LIMIT ? OFFSET ?"  # noqa: S608
    bounds = (max(limit, -1) if limit < _LARGEST else -1, min(start, _LARGEST))
    return [row["seq"] for row in connection.execute(query, [*condition[1], *bounds])]


def _listed(identifiers: Sequence[str]) -> tuple[str, list[str | int]]:
    return "m.id IN (SELECT value FROM json_each(?))", [json.dumps([storable(identifier) for identifier in identifiers])]


def _instant(value: int) -> datetime:
    return EPOCH + timedelta(microseconds=value)


def _stored(row: Row) -> Stored:
    return Stored(
        id=row["id"],
        created=_instant(row["created"]),
        sender=row["sender"],
        recipients=tuple(json.loads(row["recipients"])),
        username=row["username"],
        read=bool(row["read"]),
        content=row["content"],
    )


def _summary(row: Row) -> Summary:
    return Summary(
        id=row["id"],
        head=from_json(row["head"], Head),
        created=_instant(row["created"]),
        username=row["username"],
        size=row["size"],
        read=bool(row["read"]),
        attachments=row["attachments"],
        snippet=row["snippet"],
    )
