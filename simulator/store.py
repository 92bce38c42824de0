"""A world on disk: one SQLite file (WAL) of documents, read and judged and written in `BEGIN IMMEDIATE` transactions.

What was committed survives `kill -9`. Threads of one process queue at a lock of ours before they meet SQLite's, whose waiting sleeps;
processes meet at SQLite's. Measured: 50 threads on one row lose nothing.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from simulator.clock import WorldClock, machine_now
from simulator.decoding import from_json

Document = TypeVar("Document")

_SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE document (kind TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL UNIQUE, sealed BLOB NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, taken_until REAL NOT NULL DEFAULT 0
);
"""
_BUSY_SECONDS = 15.0
_IDLE_CONNECTIONS = 64
_CLOCK_KEY = "clock"


class WorldGone(LookupError):
    """The world's file is no longer there."""


class Transaction:
    """Reads and writes of one moment; all of it is kept, or none."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.queued = 0

    def clock(self) -> WorldClock:
        """The world's clock."""
        clock = self.get(WorldClock, _CLOCK_KEY)
        if clock is None:
            raise WorldGone
        return clock

    def now(self) -> datetime:
        """The world's time."""
        return self.clock().now(machine_now())

    def set_clock(self, clock: WorldClock) -> None:
        """Set the world's clock."""
        self.put(_CLOCK_KEY, clock)

    def get(self, kind: type[Document], key: str) -> Document | None:
        """The document of that kind and key, or None."""
        row = self._connection.execute("SELECT body FROM document WHERE kind = ? AND key = ?", (kind.__name__, key)).fetchone()
        return None if row is None else from_json(row[0], kind)

    def put(self, key: str, document: object) -> None:
        """Keep the document, in place of the one that had its kind and key."""
        self._connection.execute(
            "INSERT INTO document (kind, key, body) VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
            (type(document).__name__, key, msgspec.json.encode(document)),
        )

    def delete(self, kind: type[Document], key: str) -> None:
        """Forget the document, if there is one."""
        self._connection.execute("DELETE FROM document WHERE kind = ? AND key = ?", (kind.__name__, key))

    def all(self, kind: type[Document]) -> dict[str, Document]:
        """All documents of a kind by key, in the keys' order."""
        rows = self._connection.execute("SELECT key, body FROM document WHERE kind = ? ORDER BY key", (kind.__name__,))
        return {key: from_json(body, kind) for key, body in rows}

    def queue(self, message_id: str, sealed: bytes) -> None:
        """Put a sealed message into the outbox; it leaves after the commit."""
        self._connection.execute("INSERT INTO outbox (message_id, sealed) VALUES (?, ?)", (message_id, sealed))
        self.queued += 1

    def take_message(self, machine: float, lease: float) -> tuple[int, bytes, int] | None:
        """The oldest message nobody else is sending, taken for `lease` seconds: its number, sealed body, and attempts so far."""
        row = self._connection.execute(
            "UPDATE outbox SET taken_until = ? WHERE id = (SELECT id FROM outbox WHERE taken_until <= ? ORDER BY id LIMIT 1) "
            "RETURNING id, sealed, attempts",
            (machine + lease, machine),
        ).fetchone()
        return None if row is None else (row[0], row[1], row[2])

    def message_sent(self, number: int) -> None:
        """The message has left: nothing of it is kept."""
        self._connection.execute("DELETE FROM outbox WHERE id = ?", (number,))

    def message_failed(self, number: int, again_at: float) -> None:
        """The message could not leave; it is tried again at that machine time, in seconds of the epoch."""
        self._connection.execute("UPDATE outbox SET attempts = attempts + 1, taken_until = ? WHERE id = ?", (again_at, number))

    def try_all_again(self) -> None:
        """Messages that could not leave are due at once, not when their pause ends."""
        self._connection.execute("UPDATE outbox SET taken_until = 0 WHERE attempts > 0")

    def next_due(self) -> float | None:
        """When a message may be sent, tried again, or taken over from whoever is sending it: a machine time, None when none waits."""
        due: float | None = self._connection.execute("SELECT min(taken_until) FROM outbox").fetchone()[0]
        return due

    def waiting(self) -> int:
        """How many messages have not left yet."""
        count: int = self._connection.execute("SELECT count(*) FROM outbox").fetchone()[0]
        return count

    def rows(self) -> list[tuple[str, str, bytes]]:
        """Every document as it is kept, for the export of a world."""
        return list(self._connection.execute("SELECT kind, key, body FROM document ORDER BY kind, key"))

    def put_row(self, kind: str, key: str, body: bytes) -> None:
        """Keep a document of an exported world."""
        self._connection.execute("INSERT INTO document (kind, key, body) VALUES (?, ?, ?)", (kind, key, body))


_locks: dict[Path, threading.Lock] = {}
_locks_guard = threading.Lock()


@dataclass(frozen=True)
class WorldFile:
    """One world's file; cheap to make, connections are kept by thread."""

    path: Path

    def create(self, fill: Callable[[Transaction], None]) -> None:
        """Make the file with what `fill` writes. Raises FileExistsError, and whatever `fill` raises; then nothing was made."""
        # Filled beside and linked into place: whoever looks for worlds sees a whole one or none, whatever is killed meanwhile.
        handle, draft = tempfile.mkstemp(dir=self.path.parent)
        try:
            os.write(handle, _template())
            os.close(handle)
            _filled(Path(draft), fill)
            os.link(draft, self.path)
        finally:
            for suffix in ("", "-wal", "-shm"):
                Path(draft + suffix).unlink(missing_ok=True)

    def exists(self) -> bool:
        """Whether the world is there."""
        return self.path.exists()

    def drop(self) -> None:
        """Delete the world."""
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        _connections.forget(self.path)
        with _locks_guard:
            _locks.pop(self.path, None)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One `BEGIN IMMEDIATE` … `COMMIT`; rolled back when an exception leaves the block. Raises WorldGone."""
        with self._lock(), _connections.lent(self.path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(connection)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A consistent view, to read only; waits for no writer. Raises WorldGone."""
        with _connections.lent(self.path) as connection:
            connection.execute("BEGIN")
            try:
                yield Transaction(connection)
            finally:
                connection.execute("ROLLBACK")

    def _lock(self) -> threading.Lock:
        with _locks_guard:
            return _locks.setdefault(self.path, threading.Lock())


class _Connections:
    """The process's idle connections, the least used closed first. One to a file that was dropped, or made anew, is never lent again."""

    def __init__(self) -> None:
        self._idle: OrderedDict[tuple[Path, int], list[sqlite3.Connection]] = OrderedDict()
        self._guard = threading.Lock()

    @contextlib.contextmanager
    def lent(self, path: Path) -> Iterator[sqlite3.Connection]:
        try:
            inode = path.stat().st_ino
        except FileNotFoundError:
            raise WorldGone(path.stem) from None
        connection = self._taken((path, inode)) or _opened(path)
        try:
            yield connection
        finally:
            self._given_back((path, inode), connection)

    def forget(self, path: Path) -> None:
        with self._guard:
            gone = [key for key in self._idle if key[0] == path]
            closing = [connection for key in gone for connection in self._idle.pop(key)]
        _close(closing)

    def _taken(self, key: tuple[Path, int]) -> sqlite3.Connection | None:
        with self._guard:
            idle = self._idle.get(key)
            return idle.pop() if idle else None

    def _given_back(self, key: tuple[Path, int], connection: sqlite3.Connection) -> None:
        if not key[0].exists():
            connection.close()
            return
        closing: list[sqlite3.Connection] = []
        with self._guard:
            self._idle.setdefault(key, []).append(connection)
            self._idle.move_to_end(key)
            while sum(map(len, self._idle.values())) > _IDLE_CONNECTIONS:
                oldest = next(iter(self._idle))
                closing += self._idle.pop(oldest)
        _close(closing)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        # In WAL a commit survives the end of the process without waiting for the disk.
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _filled(draft: Path, fill: Callable[[Transaction], None]) -> None:
    connection = sqlite3.connect(draft, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")  # nobody waits for a draft
        connection.execute("BEGIN IMMEDIATE")
        fill(Transaction(connection))
        connection.execute("COMMIT")
    finally:
        connection.close()  # the last one to close takes the log into the file


def _close(connections: list[sqlite3.Connection]) -> None:
    for connection in connections:
        connection.close()


_connections = _Connections()


@cache
def _template() -> bytes:
    """An empty world's file; copied, because making one costs SQLite several waits for the disk."""
    handle, name = tempfile.mkstemp(suffix=".sqlite")
    os.close(handle)
    try:
        connection = sqlite3.connect(name)
        connection.executescript(_SCHEMA)
        connection.close()
        return Path(name).read_bytes()
    finally:
        Path(name).unlink()
