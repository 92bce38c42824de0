"""A new password by a link in a mail. Codes, counts and blocks have no part in it."""

from __future__ import annotations

import secrets
import sqlite3
from datetime import date, datetime

from conformance.selftests.foreign.small import passwords, visits
from conformance.selftests.foreign.small.limits import Limits
from conformance.selftests.foreign.small.store import digest


def link_for(database: sqlite3.Connection, number: str, born: date | None, now: datetime, limits: Limits) -> tuple[str, str] | None:
    """The address of the member and the key of a new link, when number and date of birth are theirs. Older links are dead."""
    member = database.execute("select address, born from member where number = ?", (number,)).fetchone()
    if member is None or member["address"] is None or born is None or member["born"] != born.isoformat():
        return None
    key = secrets.token_urlsafe(24)
    database.execute("delete from link where number = ?", (number,))
    database.execute("insert into link values (?, ?, ?)", (digest(key), number, limits.link.after(now).timestamp()))
    return member["address"], key


def member_of(database: sqlite3.Connection, key: str, now: datetime) -> sqlite3.Row | None:
    """The member whom a living link belongs to. Looking does not use it up."""
    member: sqlite3.Row | None = database.execute(
        "select member.* from link join member using (number) where key = ? and ends_at > ?", (digest(key), now.timestamp())
    ).fetchone()
    return member


def set_password(database: sqlite3.Connection, number: str, password: str, cost: int) -> None:
    """The member has a new password: the link is used, and whoever was in by the old one is out."""
    database.execute("update member set password = ? where number = ?", (passwords.kept(password, cost), number))
    database.execute("delete from link where number = ?", (number,))
    visits.forgotten(database, number)
