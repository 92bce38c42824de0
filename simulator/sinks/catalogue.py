"""What was read out of the messages, kept beside them so that each is read once; and the index of correspondents."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from sqlite3 import Connection

import msgspec

from simulator.sinks.database import Database
from simulator.sinks.headers import storable
from simulator.sinks.reading import read_letter
from simulator.sinks.search_query import folded
from simulator.sinks.summary import Head, head_of, read_head, snippet

# As much of each message as its head can take, and no more messages at once than fit into memory whatever they are.
_PENDING_HEADS = """
SELECT m.seq, m.sender, m.recipients, coalesce(substr(raw.content, 1, 1000000), x'') AS beginning
FROM message m JOIN raw USING (seq) WHERE m.head IS NULL LIMIT 50
"""
_PENDING_LETTERS = "SELECT seq FROM message WHERE seq NOT IN (SELECT seq FROM letter)"
_LISTED = " AND seq IN (SELECT value FROM json_each(?))"


class Catalogue:
    """Reads messages when they are first looked for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading = threading.Lock()

    def read_heads(self) -> None:
        """Read the heads that were not read yet, and enter their correspondents in the index."""
        while True:
            with self._database.reading() as connection:
                if connection.execute("SELECT 1 FROM message WHERE head IS NULL LIMIT 1").fetchone() is None:
                    return
            with self._reading:  # two threads that look at once need not read the same mail twice
                self._read_some_heads()

    def _read_some_heads(self) -> None:
        with self._database.reading() as connection:
            rows = connection.execute(_PENDING_HEADS).fetchall()
        heads = [(row["seq"], read_head(row["beginning"], row["sender"], json.loads(row["recipients"]))) for row in rows]
        with self._database.writing() as connection:
            for seq, head in heads:
                _keep_head(connection, seq, head)

    def read_letters(self, only: Sequence[int] | None = None) -> None:
        """Read the bodies that were not read yet: all of them, or those of these messages."""
        query, given = (_PENDING_LETTERS, []) if only is None else (_PENDING_LETTERS + _LISTED, [json.dumps(list(only))])
        with self._database.reading() as connection:
            pending = [row["seq"] for row in connection.execute(query, given)]
        for seq in pending:
            with self._reading:
                self._read_letter(seq)

    def _read_letter(self, seq: int) -> None:
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT sender, recipients, content FROM message JOIN raw USING (seq) WHERE seq = ?", (seq,)
            ).fetchone()
        if row is None:  # deleted meanwhile
            return
        letter = read_letter(row["content"])
        head = head_of(letter.headers, row["sender"], json.loads(row["recipients"]))
        people = (f"{party.name} {party.address}" for parties in head.parties().values() for party in parties)
        words = " ".join((head.subject, head.return_path, *people, letter.readable, *(part.name for part in letter.parts)))
        with self._database.writing() as connection:
            # The message may be deleted between reading and writing; then nothing must stay of it.
            connection.execute(
                "INSERT OR IGNORE INTO letter SELECT ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM message WHERE seq = ?)",
                (seq, storable(snippet(letter.readable)), len(letter.attachments), len(letter.inline), storable(folded(words)), seq),
            )


def _keep_head(connection: Connection, seq: int, head: Head) -> None:
    changed = connection.execute(
        "UPDATE message SET head = ?, subject = ?, message_id = ? WHERE seq = ? AND head IS NULL",
        (msgspec.json.encode(head).decode(), folded(head.subject), folded(head.message_id), seq),
    )
    if changed.rowcount == 0:  # deleted or read meanwhile
        return
    for role, parties in head.parties().items():
        for words in {folded(f"{party.name} {party.address}") for party in parties} - {""}:
            connection.execute("INSERT OR IGNORE INTO party VALUES (?, ?, ?)", (role, _correspondent(connection, words), seq))


def _correspondent(connection: Connection, words: str) -> int:
    row = connection.execute("SELECT id FROM correspondent WHERE words = ?", (words,)).fetchone()
    if row:
        return int(row["id"])
    number = connection.execute("INSERT INTO correspondent (words) VALUES (?)", (words,)).lastrowid
    connection.execute("INSERT INTO correspondent_index (rowid, words) VALUES (?, ?)", (number, words))
    return int(number or 0)


def forget(connection: Connection, gone: str) -> None:
    """Take messages out of the catalogue: `gone` is a table of their `seq`. Correspondents whom no message names any more go too."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS unnamed (id INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM unnamed")
    connection.execute(f"INSERT OR IGNORE INTO unnamed SELECT correspondent FROM party WHERE seq IN (SELECT seq FROM {gone})")  # noqa: S608
    for table in ("party", "letter"):
        connection.execute(f"DELETE FROM {table} WHERE seq IN (SELECT seq FROM {gone})")  # noqa: S608
    connection.execute("DELETE FROM unnamed WHERE EXISTS (SELECT 1 FROM party WHERE party.correspondent = unnamed.id)")
    connection.execute(
        "INSERT INTO correspondent_index (correspondent_index, rowid, words) "
        "SELECT 'delete', id, words FROM correspondent WHERE id IN (SELECT id FROM unnamed)"
    )
    connection.execute("DELETE FROM correspondent WHERE id IN (SELECT id FROM unnamed)")
