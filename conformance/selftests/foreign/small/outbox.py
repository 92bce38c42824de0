"""Mails on their way: written down with what caused them, sent over SMTP by a thread, tried again until the server takes them."""

from __future__ import annotations

import smtplib
import sqlite3
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid

from conformance.selftests.foreign.small.limits import Limits
from conformance.selftests.foreign.small.store import Store
from conformance.selftests.foreign.small.timepiece import now

SENDER_NAME = "Harbour Health"
SENDER_ADDRESS = "no-reply@harbour-health.test"
_AGAIN_SECONDS = 0.5
_TIMEOUT_SECONDS = 5.0

_CODE = """Hello,

Here is your security code for the Harbour Health members' area:

    {code}

It works for {life} and only once. After that, ask for a new one.

The code is strictly personal. Never pass it on: we never ask for a code by phone.

You did not ask for it? Contact your health fund, who will tell you what to do. Your account stays safe meanwhile.

This is an automatic message, please do not reply to it.

Harbour Health (test portal)
"""
_LINK = """Hello,

You told us that you have forgotten your password for the Harbour Health members' area. Choose a new one on this page:

{link}

The link works once, within {life}.

You did not ask for it? Then leave this message alone: your password stays as it is.

This is an automatic message, please do not reply to it.

Harbour Health (test portal)
"""
_FRAME = '<!doctype html><html lang="en"><meta charset="utf-8"><title>{subject}</title><body>{body}</body></html>'


def write_code(database: sqlite3.Connection, recipient: str, code: str, limits: Limits) -> None:
    """Put the mail with a code into the outbox."""
    _write(database, recipient, "Your security code", _CODE.format(code=code, life=limits.code))


def write_link(database: sqlite3.Connection, recipient: str, link: str, limits: Limits) -> None:
    """Put the mail with a link into the outbox."""
    _write(database, recipient, "Choose a new password", _LINK.format(link=link, life=limits.link), link)


def _write(database: sqlite3.Connection, recipient: str, subject: str, text: str, link: str = "") -> None:
    paragraphs = [f'<a href="{link}">{part}</a>' if link and part == link else part.strip() for part in text.split("\n\n")]
    html = _FRAME.format(subject=subject, body="".join(f"<p>{part}</p>" for part in paragraphs))
    database.execute("insert into letter (recipient, subject, text, html) values (?, ?, ?, ?)", (recipient, subject, text, html))


@dataclass(frozen=True)
class Server:
    """Where mails are handed over."""

    host: str
    port: int


class Postman:
    """The thread that empties the outbox."""

    def __init__(self, store: Store, server: Server) -> None:
        self._store = store
        self._server = server
        self._bell = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._walk, name="postman", daemon=True)

    def start(self) -> None:
        """Begin to walk."""
        self._thread.start()

    def ring(self) -> None:
        """There is something in the outbox."""
        self._bell.set()

    def stop(self) -> None:
        """Finish the mail in hand, and stop."""
        self._over.set()
        self._bell.set()
        self._thread.join(_TIMEOUT_SECONDS)

    def _walk(self) -> None:
        while not self._over.is_set():
            self._bell.wait(_AGAIN_SECONDS)
            self._bell.clear()
            try:
                self._empty()
            except (OSError, smtplib.SMTPException):
                continue  # nothing is lost: what was not taken is still in the outbox

    def _empty(self) -> None:
        with self._store.writing() as database:
            waiting = database.execute("select * from letter order by id").fetchall()
        if not waiting:
            return
        with smtplib.SMTP(self._server.host, self._server.port, timeout=_TIMEOUT_SECONDS) as connection:
            for letter in waiting:
                connection.send_message(_message(letter))
                with self._store.writing() as database:
                    database.execute("delete from letter where id = ?", (letter["id"],))


def _message(letter: sqlite3.Row) -> EmailMessage:
    message = EmailMessage()
    message["From"] = formataddr((SENDER_NAME, SENDER_ADDRESS))
    message["To"] = letter["recipient"]
    message["Subject"] = letter["subject"]
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain="harbour-health.test")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter["text"])
    message.add_alternative(letter["html"], subtype="html")
    return message
