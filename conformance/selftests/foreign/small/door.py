"""Who may come in: passwords, codes, blocks. Every function works in a transaction that its caller holds and commits."""

from __future__ import annotations

import hmac
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from conformance.selftests.foreign.small.limits import Limits, Span, full_minute
from conformance.selftests.foreign.small.passwords import same
from conformance.selftests.foreign.small.store import digest

FAILURES = 3
CODES = 5
_CODE_DIGITS = 6

Judgement = Literal[
    "blocked", "wrong", "not-attached", "attachment-pending", "no-address", "code-needed", "code-sent", "code-expired", "open"
]


@dataclass(frozen=True)
class Block:
    """Why nothing opens, and until when."""

    reason: str  # passwords, codes or quota
    until: datetime


@dataclass(frozen=True)
class Answer:
    """What the door says; `block` when it is blocked, `code` when one is to be sent."""

    judgement: Judgement
    block: Block | None = None
    code: str = ""


@dataclass(frozen=True)
class Door:
    """The door at one instant, for one number, in one transaction."""

    database: sqlite3.Connection
    limits: Limits
    number: str
    now: datetime

    def password(self, typed: str, slip: str, trusted: bool) -> Answer:
        """A password is entered. `slip` marks the form it was typed into: the same value twice from one form counts once."""
        if block := self._block():
            return Answer("blocked", block)
        if not self._is_password(typed):
            return self._failed("passwords", slip, typed)
        if refusal := self._record():
            return Answer(refusal)
        if self.member()["address"] is None:
            return Answer("no-address")
        if not trusted:
            return Answer("code-needed")
        self.database.execute("update failure set passwords = 0 where number = ?", (self.number,))
        return Answer("open")

    def ask_for_code(self) -> Answer:
        """A code is asked for by somebody who gave the right password."""
        if refused := self._refused():
            return refused
        since = self.now.timestamp() - self._seconds(self.limits.quota_window)
        asked = "select count(*) from code where number = ? and counts and sent_at > ?"
        if self.database.execute(asked, (self.number, since)).fetchone()[0] >= CODES:
            return Answer("blocked", self._begin_block("quota"))
        code, salt = f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}d}", secrets.token_hex(8)
        self.database.execute(
            "insert into code (number, digest, salt, sent_at) values (?, ?, ?, ?)",
            (self.number, digest(salt + code), salt, self.now.timestamp()),
        )
        return Answer("code-sent", code=code)

    def code(self, typed: str, slip: str) -> Answer:
        """Six digits are entered. Only the newest code of the number can be right."""
        if refused := self._refused():
            return refused
        if self.code_is_old():
            return Answer("code-expired")
        newest = self._newest_code()
        if newest is None or newest["used"] or not hmac.compare_digest(newest["digest"], digest(newest["salt"] + typed)):
            return self._failed("codes", slip, typed)
        self.database.execute("update code set used = 1 where id = ?", (newest["id"],))
        self.database.execute("update code set counts = 0 where number = ?", (self.number,))
        self.database.execute("update failure set passwords = 0, codes = 0 where number = ?", (self.number,))
        return Answer("open")

    def code_is_old(self) -> bool:
        """Whether the newest code has outlived its life."""
        newest = self._newest_code()
        return newest is not None and newest["sent_at"] + self._seconds(self.limits.code) <= self.now.timestamp()

    def member(self) -> sqlite3.Row:
        """The account of the number, which must have one."""
        row: sqlite3.Row = self.database.execute("select * from member where number = ?", (self.number,)).fetchone()
        return row

    def _refused(self) -> Answer | None:
        """What comes before any code: the block, and what is on record of the person today."""
        if block := self._block():
            return Answer("blocked", block)
        refusal = self._record()
        return Answer(refusal) if refusal else None

    def _is_password(self, typed: str) -> bool:
        member = self.database.execute("select password from member where number = ?", (self.number,)).fetchone()
        stand_in = self.database.execute("select password from stand_in").fetchone()
        right = same(typed, (member or stand_in)["password"])
        return right and member is not None

    def _record(self) -> Literal["not-attached", "attachment-pending"] | None:
        member = self.member()
        if member["attachment"] == "pending":
            return "attachment-pending"
        return "not-attached" if "none" in (member["scheme"], member["fund"]) else None

    def _newest_code(self) -> sqlite3.Row | None:
        newest: sqlite3.Row | None = self.database.execute(
            "select * from code where number = ? order by id desc limit 1", (self.number,)
        ).fetchone()
        return newest

    def _block(self) -> Block | None:
        """The block that is on. One that is over takes both counts with it."""
        row = self.database.execute("select block, block_until from failure where number = ?", (self.number,)).fetchone()
        if row is None or row["block"] is None:
            return None
        if self.now.timestamp() < row["block_until"]:
            return Block(row["block"], datetime.fromtimestamp(row["block_until"], UTC))  # noqa: TID251 - as it was written down
        self.database.execute("delete from failure where number = ?", (self.number,))
        return None

    def _failed(self, what: Literal["passwords", "codes"], slip: str, typed: str) -> Answer:
        self.database.execute("insert or ignore into failure (number) values (?)", (self.number,))
        tried = (digest(f"{self.number} {slip}"), digest(typed + slip))
        if self.database.execute("insert or ignore into attempt values (?, ?)", tried).rowcount:
            self.database.execute(f"update failure set {what} = {what} + 1 where number = ?", (self.number,))
        count = self.database.execute(f"select {what} from failure where number = ?", (self.number,)).fetchone()[0]
        return Answer("blocked", self._begin_block(what)) if count >= FAILURES else Answer("wrong")

    def _begin_block(self, reason: str) -> Block:
        seconds = self.limits.quota_block if reason == "quota" else self.limits.block
        until = full_minute(seconds.after(self.now))
        self.database.execute("insert or ignore into failure (number) values (?)", (self.number,))
        self.database.execute("update failure set block = ?, block_until = ? where number = ?", (reason, until.timestamp(), self.number))
        return Block(reason, until)

    def _seconds(self, span: Span) -> float:
        return (span.after(self.now) - self.now).total_seconds()
