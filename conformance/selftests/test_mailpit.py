"""Mails are read through Mailpit's API: tried on the sink of the simulator, started as a process of its own."""

from __future__ import annotations

import re
import smtplib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from conformance.driver import DriverBroke
from conformance.mailpit import AddressesMailbox, MailpitMailbox, mail_server


@dataclass(frozen=True)
class Sink:
    """A running sink: its API, and the port it takes mails at."""

    base: str
    smtp_port: int

    def send(self, to: str, subject: str = "Votre code", copy: str = "", sender: str = "ne-pas-repondre@sante.test") -> None:
        """Send one mail with a text and an HTML part."""
        message = EmailMessage()
        message["From"] = f"Votre Assurance Maladie <{sender}>"
        message["To"] = to
        message["Subject"] = subject
        message["Auto-Submitted"] = "auto-generated"
        if copy:
            message["Cc"] = copy
        message.set_content("Bonjour, voici l’été.\n")
        message.add_alternative("<p>Bonjour, voici l’été.</p>", subtype="html")
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as client:
            client.send_message(message)


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    """The sink on free ports."""
    data = tmp_path_factory.mktemp("sink") / "mail.sqlite"
    command = [sys.executable, "-m", "simulator.sinks", "--smtp-port", "0", "--mail-port", "0", "--data", str(data)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline() + process.stdout.readline()
        found = re.search(r"SMTP\s+\S+:(\d+).*Mail\s+(http://\S+?)/ ", said, re.DOTALL)
        assert found, said
        yield Sink(found[2], int(found[1]))
        process.terminate()


def test_a_mail_is_read_whole(sink: Sink) -> None:
    """Sender, recipients, subject, both parts and headers come as they were sent."""
    mailbox = MailpitMailbox(sink.base, "whole.heurtoir.test")
    sink.send("t1@whole.heurtoir.test", "Votre code d’accès")
    (message,) = mailbox.wait_beyond(0, 5)
    assert (message.sender_name, message.sender_address) == ("Votre Assurance Maladie", "ne-pas-repondre@sante.test")
    assert message.to == ("t1@whole.heurtoir.test",)
    assert message.subject == "Votre code d’accès"
    assert "l’été" in message.text
    assert "<p>" in message.html
    assert message.headers["Auto-Submitted"] == ("auto-generated",)


def test_only_the_own_domain_is_seen_and_the_newest_first(sink: Sink) -> None:
    """Mails of other domains are nobody's business; a copy counts like a recipient."""
    mailbox = MailpitMailbox(sink.base, "own.heurtoir.test")
    for number in range(3):
        sink.send("a@own.heurtoir.test", f"own {number}")
        sink.send("a@other.heurtoir.test", "other")
    sink.send("a@other.heurtoir.test", "copied", copy="b@own.heurtoir.test")
    subjects = [message.subject for message in mailbox.wait_beyond(3, 5)]
    assert subjects == ["copied", "own 2", "own 1", "own 0"]
    assert mailbox.messages()[0].to == ("a@other.heurtoir.test", "b@own.heurtoir.test")


def test_waiting_ends_when_the_mail_comes(sink: Sink) -> None:
    """A mail that comes late is there soon after it came, and the whole time is not waited out."""
    mailbox = MailpitMailbox(sink.base, "late.heurtoir.test")
    sender = threading.Timer(0.3, sink.send, ["a@late.heurtoir.test"])
    began = time.monotonic()
    sender.start()
    assert len(mailbox.wait_beyond(0, 5)) == 1
    assert 0.25 < time.monotonic() - began < 1.5
    sender.join()


def test_waiting_ends_without_a_mail(sink: Sink) -> None:
    """When no mail comes, what there is is told after the time given."""
    mailbox = MailpitMailbox(sink.base, "none.heurtoir.test")
    began = time.monotonic()
    assert list(mailbox.wait_beyond(0, 0.3)) == []
    assert 0.3 <= time.monotonic() - began < 1.0


def test_more_mails_than_one_answer_holds(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long list is read to its end."""
    monkeypatch.setattr("conformance.mailpit._PAGE", 2)
    mailbox = MailpitMailbox(sink.base, "many.heurtoir.test")
    for number in range(5):
        sink.send("a@many.heurtoir.test", str(number))
    assert [message.subject for message in mailbox.wait_beyond(4, 5)] == ["4", "3", "2", "1", "0"]


def test_a_mail_that_comes_while_the_list_is_read_doubles_no_other(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """It pushes the others on, from one answer to the next."""
    monkeypatch.setattr("conformance.mailpit._PAGE", 2)
    for number in range(4):
        sink.send("t1@pushed.heurtoir.test", f"{number}")
    mailbox = MailpitMailbox(sink.base, "pushed.heurtoir.test")
    mailbox.wait_beyond(3, 5)
    listed = []
    for identifier in mailbox._summaries("pushed.heurtoir.test"):
        listed.append(identifier["ID"])
        if len(listed) == 1:
            sink.send("t1@pushed.heurtoir.test", "meanwhile")
            mailbox.wait_beyond(4, 5)
    assert len(listed) == len(set(listed)) == 4


def test_mails_to_addresses_are_those_to_them_alone(sink: Sink) -> None:
    """Of addresses that contain one another each has its own; a copy counts, the sender does not; the newest of all comes first."""
    mailbox = AddressesMailbox(sink.base, ["Anne@team.test", "joe@team.test"])
    for to, subject in [("anne@team.test", "1"), ("joanne@team.test", "x"), ("joe@team.test", "2"), ("ANNE@team.test", "3")]:
        sink.send(to, subject)
    sink.send("x@else.test", "4", copy="joe@team.test")
    sink.send("x@else.test", "y", sender="anne@team.test")
    assert [message.subject for message in mailbox.wait_beyond(3, 5)] == ["4", "3", "2", "1"]


def test_mails_of_earlier_owners_are_not_seen(sink: Sink) -> None:
    """A prepared account keeps its old mails: what was there before is nobody's business, and is not waited past either."""
    sink.send("keeps@team.test", "old")
    mailbox = AddressesMailbox(sink.base, ["keeps@team.test"])
    assert mailbox.messages() == []
    sink.send("keeps@team.test", "new")
    assert [message.subject for message in mailbox.wait_beyond(0, 5)] == ["new"]


def test_nobody_with_an_address_gets_no_mail(sink: Sink) -> None:
    """People without addresses have a mailbox that stays empty."""
    assert AddressesMailbox(sink.base, []).messages() == []


def test_the_server_is_told(sink: Sink) -> None:
    """Whether a mail API is there can be asked before any case runs."""
    assert mail_server(sink.base)


def test_no_mailpit_there_is_said() -> None:
    """An address where nobody listens is an error that names it."""
    with pytest.raises(DriverBroke, match=r"127\.0\.0\.1:2.*nobody listens"):
        MailpitMailbox("http://127.0.0.1:2", "x.heurtoir.test").messages()
