"""What the portal remembers: one SQLite file. Whoever writes takes the lock first, so that nothing is judged on what is old already."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from conformance.selftests.foreign.small.passwords import kept
from conformance.selftests.foreign.small.people import Member

_TABLES = """
create table member (
  number text primary key, password text not null, address text, first_name text not null, last_name text not null,
  born text not null, scheme text not null, fund text not null, attachment text not null);
-- By number, not by member: a number that nobody has is counted and blocked alike.
create table failure (number text primary key, passwords integer not null default 0, codes integer not null default 0,
  block text, block_until real);
create table code (id integer primary key, number text not null, digest text not null, salt text not null, sent_at real not null,
  used integer not null default 0, counts integer not null default 1);
create index code_of on code (number, id);
create table attempt (slip text not null, digest text not null, primary key (slip, digest));
create table visit (key text primary key, token text not null, stage text not null default 'number', number text,
  seen_at real not null);
create index visit_of on visit (number);
create table trust (device text not null, number text not null, ends_at real not null, primary key (device, number));
create table link (key text primary key, number text not null, ends_at real not null);
create table letter (id integer primary key, recipient text not null, subject text not null, text text not null, html text not null);
create table stand_in (password text not null);
"""
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Store:
    """The file, and how much work a password's hash costs (scrypt's n)."""

    file: Path
    cost: int

    @classmethod
    def fresh(cls, file: Path, cost: int, members: Iterable[Member]) -> Store:
        """A new file with these members and nothing else; an old one of that name is gone."""
        for leftover in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
            leftover.unlink(missing_ok=True)
        store = cls(file, cost)
        with closing(store._connection()) as database:
            database.execute("pragma journal_mode = wal")
            database.executescript(_TABLES)
        with store.writing() as database:
            # A password nobody has: a number without an account is held against it, so that the answer takes as long.
            database.execute("insert into stand_in values (?)", (kept(secrets.token_hex(), cost),))
            database.executemany("insert into member values (?, ?, ?, ?, ?, ?, ?, ?, ?)", (_row(member, cost) for member in members))
        return store

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the only lock for writing from its beginning: two of them never judge the same state."""
        with closing(self._connection()) as database:
            database.execute("begin immediate")
            try:
                yield database
            except BaseException:
                database.execute("rollback")
                raise
            database.execute("commit")

    def _connection(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.file, timeout=_PATIENCE_SECONDS, isolation_level=None)
        database.row_factory = sqlite3.Row
        database.execute("pragma synchronous = normal")
        return database


def digest(secret: str) -> str:
    """What is kept of a key that its holder shows: enough to know it again, not to make it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _row(member: Member, cost: int) -> tuple[str | None, ...]:
    return (
        member.number,
        kept(member.password, cost),
        member.address,
        member.first_name,
        member.last_name,
        member.born.isoformat(),
        member.scheme,
        member.fund,
        member.attachment,
    )
