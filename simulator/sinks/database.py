"""A sink's one SQLite file: the tables of the mails, and who may use a file when."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Received bytes stand apart from what was read out of them, so that a search never pages through attachments.
# `head` and `letter` stay empty until somebody asks; whatever they hold can be made again from `raw`.
# `tally` is kept by triggers: every list and search answers with it, and counting thousands of rows each time is slow.
SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    username TEXT NOT NULL,
    size INTEGER NOT NULL,
    read INTEGER NOT NULL DEFAULT 0,
    subject TEXT,
    message_id TEXT,
    head TEXT
);
CREATE INDEX IF NOT EXISTS message_without_head ON message(seq) WHERE head IS NULL;
CREATE TABLE IF NOT EXISTS raw (seq INTEGER PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS letter (
    seq INTEGER PRIMARY KEY,
    snippet TEXT NOT NULL,
    attachments INTEGER NOT NULL,
    inline INTEGER NOT NULL,
    words TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS correspondent (id INTEGER PRIMARY KEY, words TEXT NOT NULL UNIQUE);
CREATE VIRTUAL TABLE IF NOT EXISTS correspondent_index
    USING fts5(words, content='correspondent', content_rowid='id', tokenize='trigram');
CREATE TABLE IF NOT EXISTS party (
    role TEXT NOT NULL, correspondent INTEGER NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (correspondent, role, seq)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS party_of_message ON party(seq);
CREATE TABLE IF NOT EXISTS tally (total INTEGER NOT NULL, unread INTEGER NOT NULL);
INSERT INTO tally SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM tally);
CREATE TRIGGER IF NOT EXISTS message_came AFTER INSERT ON message BEGIN
    UPDATE tally SET total = total + 1, unread = unread + 1 - NEW.read;
END;
CREATE TRIGGER IF NOT EXISTS message_went AFTER DELETE ON message BEGIN
    UPDATE tally SET total = total - 1, unread = unread - 1 + OLD.read;
END;
CREATE TRIGGER IF NOT EXISTS message_was_read AFTER UPDATE OF read ON message BEGIN
    UPDATE tally SET unread = unread + OLD.read - NEW.read;
END;
"""


class Database:
    """Readers side by side, one writer at a time; safe to use from any thread.

    `kill -9` loses nothing that was committed: WAL with synchronous=NORMAL survives the end of the process.
    """

    def __init__(self, path: Path, schema: str = SCHEMA) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._writer = self._connect()
        self._writer.executescript(schema)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=10, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that nobody else uses meanwhile."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        finally:
            self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The writer, inside one transaction: all of the block is kept, or none of it."""
        with self._lock:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")

    def close(self) -> None:
        """Close every connection; the object is of no use afterwards."""
        with self._lock:
            for connection in (*self._idle, self._writer):
                connection.close()
            self._idle.clear()
