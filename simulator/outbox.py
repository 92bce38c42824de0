"""The outbox: mails are queued with the change that causes them, leave over SMTP after its commit, and are tried again when they could not.

A message is taken for a while before it is sent, so that of several workers one sends it. Only a process that dies between the
server's answer and its own note of it sends a message again, with the same Message-ID: that is the price of losing none.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import smtplib
import sqlite3
import threading
from dataclasses import dataclass, replace
from datetime import datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, make_msgid
from typing import Protocol

import msgspec

from simulator import defects
from simulator.clock import machine_now, pause
from simulator.decoding import from_msgpack
from simulator.documents import Faults
from simulator.keyring import Keyring
from simulator.policy.dates import PARIS
from simulator.store import Transaction, WorldFile, WorldGone
from simulator.worlds import World, Worlds

_LEASE_SECONDS = 30.0
_PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_SMTP_TIMEOUT = 10.0
_NIGHT_HOUR, _NIGHT_SECONDS = 4, 6.0
_LOG = logging.getLogger("simulator.outbox")
_HEADERS_OF_AUTOMATA = (("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"))


@dataclass(frozen=True)
class Mail:
    """A mail to one person, in both forms."""

    sender_name: str
    sender_address: str
    to: str
    subject: str
    text: str
    html: str


class Outbox(Protocol):
    """Where a change leaves its mails."""

    def post(self, transaction: Transaction, mail: Mail) -> None:
        """Queue a mail with the transaction's other changes."""
        ...

    def weigh(self, mail: Mail, written: datetime) -> None:
        """Do the work of queueing a mail, and queue none."""
        ...


class SealedOutbox:
    """Puts mails into the world's outbox, sealed: the code in them is not readable on disk."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def post(self, transaction: Transaction, mail: Mail) -> None:
        """Queue a mail with the transaction's other changes."""
        broken = (transaction.get(Faults, "faults") or Faults()).smtp != "none"
        if broken and defects.on("broken-mail-server-shown"):
            raise ConnectionRefusedError("the mail server refuses")
        if broken and defects.on("mail-lost-when-refused"):
            return
        if transaction.now().astimezone(PARIS).hour == _NIGHT_HOUR and defects.on("mails-wait-for-the-night"):
            pause(_NIGHT_SECONDS)
        self._queue(transaction, mail)
        if defects.on("notice-to-an-archive"):
            archive = f"archive@{mail.to.rpartition('@')[2]}"
            self._queue(transaction, replace(mail, to=archive, text=mail.subject, html=mail.subject))

    def weigh(self, mail: Mail, written: datetime) -> None:
        """Do the work of queueing a mail, and queue none."""
        self._sealed(mail, "", written)

    def _queue(self, transaction: Transaction, mail: Mail) -> None:
        message_id = make_msgid(domain=mail.sender_address.rpartition("@")[2])
        transaction.queue(message_id, self._sealed(mail, message_id, transaction.now()))

    def _sealed(self, mail: Mail, message_id: str, written: datetime) -> bytes:
        envelope = _Envelope(mail.sender_address, mail.to, _built(mail, message_id, format_datetime(written)))
        return self._keyring.sealed(msgspec.msgpack.encode(envelope))


@dataclass(frozen=True)
class _Envelope:
    sender: str
    to: str
    body: bytes


def _in_short(error: Exception) -> str:
    # The server's words could quote the message, and with it a code: its number says enough.
    return f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()


def _built(mail: Mail, message_id: str, written: str) -> bytes:
    message = MIMEMultipart("alternative")
    message["From"] = formataddr((mail.sender_name, mail.sender_address))
    message["To"] = mail.to
    message["Subject"] = Header(mail.subject, "utf-8").encode()
    message["Date"] = written
    message["Message-ID"] = message_id
    for name, value in _HEADERS_OF_AUTOMATA:
        message[name] = value
    message.attach(MIMEText(mail.text, "plain", "utf-8"))
    message.attach(MIMEText(mail.html, "html", "utf-8"))
    return message.as_bytes()


class Sending(Protocol):
    """What is told where mails wait."""

    def wake(self, world: World) -> None:
        """Something may wait in that world."""
        ...


class OutboxSender:
    """One thread that sends what worlds have queued. `wake` it after a commit; on start it looks into every world."""

    def __init__(self, worlds: Worlds, keyring: Keyring, host: str, port: int) -> None:
        self._worlds = worlds
        self._keyring = keyring
        self._server = (host, port)
        self._connection: smtplib.SMTP | None = None
        self._awake: queue.SimpleQueue[WorldFile | None] = queue.SimpleQueue()
        self._late: dict[WorldFile, float] = {}
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)

    def start(self) -> None:
        """Begin with what an earlier process left behind."""
        self._thread.start()
        for world in self._worlds.all():
            self.wake(world)

    def stop(self) -> None:
        """End after the message that is being sent; what waits is kept."""
        self._awake.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=_SMTP_TIMEOUT)
        self._disconnect()

    def wake(self, world: World) -> None:
        """Something may wait in that world."""
        self._awake.put(world.file)

    def _run(self) -> None:
        while True:
            soonest = min(self._late.values(), default=None)
            patience = None if soonest is None else max(soonest - machine_now().timestamp(), 0.0)
            try:
                file = self._awake.get(timeout=patience)
            except queue.Empty:
                file = min(self._late, key=lambda late: self._late[late])
            if file is None:
                return
            self._late.pop(file, None)
            try:
                self._empty(file)
            except WorldGone:
                continue
            except sqlite3.DatabaseError as error:
                _LOG.error("The outbox of %s cannot be read: %s", file.path.stem, error)
            except Exception:
                # One world that cannot be read must not keep the mails of all others back.
                _LOG.exception("The outbox of %s could not be emptied", file.path.stem)

    def _empty(self, file: WorldFile) -> None:
        while True:
            with file.transaction() as transaction:
                taken = transaction.take_message(machine_now().timestamp(), _LEASE_SECONDS)
                faults = transaction.get(Faults, "faults") or Faults()
                others = transaction.waiting()
            if taken is None:
                if others:
                    # Somebody else is sending it; look again when their time is over, in case they died.
                    self._late[file] = machine_now().timestamp() + _LEASE_SECONDS
                return
            number, sealed, attempts = taken
            sent = faults.smtp == "none" and self._sent(sealed)
            with file.transaction() as transaction:
                if sent:
                    transaction.message_sent(number)
                else:
                    self._late[file] = machine_now().timestamp() + _PAUSES[min(attempts, len(_PAUSES) - 1)]
                    transaction.message_failed(number, self._late[file])
            if not sent:
                return

    def _sent(self, sealed: bytes) -> bool:
        envelope = from_msgpack(self._keyring.unsealed(sealed), _Envelope)
        for fresh in (False, True):
            try:
                self._connected(fresh).sendmail(envelope.sender, [envelope.to], envelope.body)
            except (OSError, ValueError, smtplib.SMTPException) as error:
                self._disconnect()
                # An idle connection may have been closed by the server: that is worth one more try at once.
                if fresh:
                    _LOG.warning("A mail could not leave and waits: %s", _in_short(error))
            else:
                return True
        return False

    def _connected(self, fresh: bool) -> smtplib.SMTP:
        if fresh:
            self._disconnect()
        if self._connection is None:
            self._connection = smtplib.SMTP(*self._server, local_hostname="simulator.test", timeout=_SMTP_TIMEOUT)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._connection.close()
            self._connection = None
