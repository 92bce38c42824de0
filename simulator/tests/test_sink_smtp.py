"""The sink's SMTP server, tried over its socket."""

from __future__ import annotations

import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from simulator.sinks import Mailbox, SmtpSink
from simulator.tests.sink_parts import Sink, mail, running_sink


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    """One sink for all tests here."""
    with running_sink(tmp_path_factory.mktemp("sink") / "mail.sqlite") as sink:
        yield sink


@pytest.fixture
def sink(running: Sink) -> Sink:
    """The sink, empty."""
    running.mailbox.delete_all()
    return running


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_any_credentials_are_right(sink: Sink, mechanism: str, tls: bool) -> None:
    """AUTH succeeds with any name and password, with and without STARTTLS, and the name is kept with the message."""
    with sink.connected(tls) as client:
        client.user, client.password = "anybody", "anything"
        client.auth(mechanism, getattr(client, f"auth_{mechanism.lower()}"))
        client.sendmail("portal@exemple.test", ["jeanne@exemple.test"], mail())
    assert sink.newest()["Username"] == "anybody"


def test_what_is_offered(sink: Sink) -> None:
    """EHLO offers AUTH, STARTTLS, SIZE and SMTPUTF8; after STARTTLS no second one."""
    with sink.connected() as client:
        assert {"auth", "starttls", "size", "smtputf8"} <= set(client.esmtp_features)
    with sink.connected(tls=True) as client:
        assert "starttls" not in client.esmtp_features


def test_received_bytes_are_untouched(sink: Sink) -> None:
    """What was sent is what `raw` gives back, byte for byte: dots, 8-bit signs, bare line feeds and all."""
    content = b"Subject: \xe9\r\n\r\n.dot\r\n..two\r\n\tbare\nfeed \x00\xff\r\n.\r\nend\r\n"
    with sink.connected() as client:
        client.mail("a@exemple.test")
        client.rcpt("b@exemple.test")
        client.docmd("DATA")
        client.send(b"".join(b"." + line if line.startswith(b".") else line for line in content.splitlines(keepends=True)) + b".\r\n")
        assert client.getreply()[0] == 250
    assert sink.web.get("/api/v1/message/latest/raw").content == content


def test_ten_megabytes_arrive_whole(sink: Sink) -> None:
    """A message of 10 MB is kept to the last byte and can be listed and opened."""
    content = mail("Gros", "x" * 76 + "\r\n") + (b"y" * 76 + b"\r\n") * 135_000
    sink.send(content)
    assert len(content) > 10_000_000
    assert sink.web.get("/api/v1/message/latest/raw").content == content
    assert sink.newest()["Size"] == len(content)
    page = sink.web.get("/view/latest")
    assert page.status_code == 200
    assert "Only the beginning is shown" in page.text


def test_one_endless_line_is_taken(sink: Sink) -> None:
    """A line longer than the standard allows is kept all the same."""
    sink.send(mail("Long", "z" * 300_000))
    assert "z" * 300_000 in str(sink.newest()["Text"])


def test_bigger_than_the_limit_is_refused(tmp_path: Path) -> None:
    """A message over the size limit is refused with 552, announced or not, and nothing of it is kept."""
    with running_sink(tmp_path / "mail.sqlite", size_limit=10_000) as sink:
        with sink.connected() as client, pytest.raises(smtplib.SMTPSenderRefused) as refused:
            client.sendmail("a@exemple.test", ["b@exemple.test"], mail(text="x" * 20_000))
        assert refused.value.smtp_code == 552
        with sink.connected() as client:
            client.mail("a@exemple.test")
            client.rcpt("b@exemple.test")
            assert client.data(mail(text="x" * 20_000))[0] == 552
        assert sink.mailbox.totals().total == 0


def test_addresses_beyond_ascii(sink: Sink) -> None:
    """SMTPUTF8 addresses are taken and found again."""
    with sink.connected() as client:
        client.sendmail("élise@exemple.test", ["jérôme@société.test"], mail("Accents"), mail_options=["SMTPUTF8"])
    assert sink.search("addressed:jérôme@société.test") == ["Accents"]


def test_no_message_is_lost_between_many_senders(sink: Sink) -> None:
    """20 threads deliver 200 messages at once while others read; each is there exactly once."""

    def deliver(number: int) -> None:
        with sink.connected() as client:
            for part in range(10):
                client.sendmail("a@exemple.test", [f"p{number}@many.test"], mail(f"{number}-{part}"))
        assert sink.web.get("/api/v1/search", params={"query": f"addressed:p{number}@many.test"}).json()["messages_count"] == 10

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(deliver, range(20)))
    answer = sink.web.get("/api/v1/messages", params={"limit": 500}).json()
    assert sorted(entry["Subject"] for entry in answer["messages"]) == sorted(f"{n}-{p}" for n in range(20) for p in range(10))
    assert answer["total"] == answer["unread"] == 200


def test_nothing_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    """After `kill -9` every message that was answered with 250 is there at the next start."""
    file = tmp_path / "mail.sqlite"
    command = [sys.executable, "-m", "simulator.sinks", "--smtp-port", "0", "--mail-port", "0", "--data", str(file)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = int(process.stdout.readline().split("127.0.0.1:")[1].split()[0])
    address = process.stdout.readline().split()[1]
    with smtplib.SMTP("127.0.0.1", port, local_hostname="tests.test") as client:
        for number in range(30):
            client.sendmail("a@exemple.test", ["b@exemple.test"], mail(str(number)))
        assert httpx.get(f"{address}api/v1/info").json()["Messages"] == 30
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    with running_sink(file) as again:
        assert again.search("addressed:b@exemple.test") == [str(number) for number in reversed(range(30))]


def test_a_taken_port_is_said_plainly(sink: Sink, tmp_path: Path) -> None:
    """Starting on a taken port ends with one line and status 1, not with a traceback."""
    command = [sys.executable, "-m", "simulator.sinks", "--smtp-port", str(sink.smtp_port), "--data", str(tmp_path / "other.sqlite")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("The sink cannot start: ")
    assert "Traceback" not in ended.stderr


def test_an_open_conversation_does_not_keep_the_sink_from_stopping(sink: Sink) -> None:
    """Stopping ends open conversations instead of waiting for them, and the port can be had again."""
    other = SmtpSink(sink.mailbox, port=0)
    other.start()
    with smtplib.SMTP("127.0.0.1", other.port, local_hostname="tests.test") as client:
        client.ehlo()
        other.stop()
        with pytest.raises(smtplib.SMTPException):
            client.docmd("NOOP")
    again = SmtpSink(sink.mailbox, port=other.port)
    again.start()
    again.stop()


def test_the_sender_is_told_when_a_message_cannot_be_kept(tmp_path: Path, sink: Sink) -> None:
    """When the disk does not take it the answer is 451, so that the sender tries again."""
    closed = Mailbox(tmp_path / "closed.sqlite", sink.mailbox.now)
    broken = SmtpSink(closed, port=0)
    broken.start()
    closed.close()
    with smtplib.SMTP("127.0.0.1", broken.port, local_hostname="tests.test") as client, pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail("a@exemple.test", ["b@exemple.test"], mail())
    broken.stop()
    assert refused.value.smtp_code == 451
