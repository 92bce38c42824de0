"""The outbox: mails and SMS are queued with the change that causes them, leave after its commit, and are tried again when they could not.

A message is taken for a while before it is sent, so that of several workers one sends it. Only a process that dies between the
server's answer and its own note of it sends a message again, with the same Message-ID: that is the price of losing none.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections.abc import Mapping
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
from simulator.couriers import Courier, Envelope
from simulator.decoding import from_msgpack
from simulator.documents import Faults
from simulator.keyring import Keyring
from simulator.policy.dates import PARIS
from simulator.store import Transaction, WorldFile, WorldGone
from simulator.worlds import World, Worlds

_LEASE_SECONDS = 30.0
_PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
_STOP_SECONDS = 10.0
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


@dataclass(frozen=True)
class Sms:
    """An SMS to one person. `sender` is the name that the phone shows, `to` a number in E.164 form."""

    sender: str
    to: str
    text: str


class Outbox(Protocol):
    """Where a change leaves its mails and SMS."""

    def post(self, transaction: Transaction, mail: Mail) -> None:
        """Queue a mail with the transaction's other changes."""
        ...

    def weigh(self, mail: Mail, written: datetime) -> None:
        """Do the work of queueing a mail, and queue none."""
        ...

    def text(self, transaction: Transaction, sms: Sms) -> None:
        """Queue an SMS with the transaction's other changes."""
        ...


class SealedOutbox:
    """Puts mails and SMS into the world's outbox, sealed: the code in them is not readable on disk."""

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

    def text(self, transaction: Transaction, sms: Sms) -> None:
        """Queue an SMS with the transaction's other changes."""
        reference = make_msgid(domain="sms.test")
        said = {"text": sms.text, "written": transaction.now().isoformat(), "reference": reference}
        envelope = Envelope(sms.sender, sms.to, msgspec.json.encode(said), "sms")
        transaction.queue(reference, self._keyring.sealed(msgspec.msgpack.encode(envelope)))

    def _queue(self, transaction: Transaction, mail: Mail) -> None:
        message_id = make_msgid(domain=mail.sender_address.rpartition("@")[2])
        transaction.queue(message_id, self._sealed(mail, message_id, transaction.now()))

    def _sealed(self, mail: Mail, message_id: str, written: datetime) -> bytes:
        envelope = Envelope(mail.sender_address, mail.to, _built(mail, message_id, format_datetime(written)))
        return self._keyring.sealed(msgspec.msgpack.encode(envelope))


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
    """What is told where messages wait."""

    def wake(self, world: World) -> None:
        """Something may wait in that world."""
        ...


class OutboxSender:
    """One thread that sends what worlds have queued. `wake` it after a commit; on start it looks into every world."""

    def __init__(self, worlds: Worlds, keyring: Keyring, couriers: Mapping[str, Courier]) -> None:
        """`couriers` by channel: `mail` and `sms`."""
        self._worlds = worlds
        self._keyring = keyring
        self._couriers = couriers
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
            self._thread.join(timeout=_STOP_SECONDS)
        for courier in self._couriers.values():
            courier.close()

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
                # One world that cannot be read must not keep the messages of all others back.
                _LOG.exception("The outbox of %s could not be emptied", file.path.stem)

    def _empty(self, file: WorldFile) -> None:
        """Send what is due. A channel that does not take one message is left alone until its pause is over; the other goes on."""
        resting: set[str] = set()
        while True:
            with file.transaction() as transaction:
                taken = transaction.take_message(machine_now().timestamp(), _LEASE_SECONDS)
                faults = transaction.get(Faults, "faults") or Faults()
                due = transaction.next_due()
            if taken is None:
                if due is not None:
                    # What rests is tried again then; what somebody else is sending is looked after, in case they died.
                    self._late[file] = due
                return
            number, sealed, attempts = taken
            envelope = from_msgpack(self._keyring.unsealed(sealed), Envelope)
            works = envelope.channel not in resting and faults.let_pass(envelope.channel)
            sent = works and self._couriers[envelope.channel].taken(envelope, file.path.stem)
            with file.transaction() as transaction:
                if sent:
                    transaction.message_sent(number)
                else:
                    resting.add(envelope.channel)
                    transaction.message_failed(number, machine_now().timestamp() + _PAUSES[min(attempts, len(_PAUSES) - 1)])
