"""A sink on real sockets for the tests: SMTP and web server with ports of their own, and mails as bytes."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from simulator.clock import machine_now
from simulator.servers import ThreadServer, bound
from simulator.sinks import Mailbox, SmsBox, SmtpSink, create_inbox_app


@dataclass(frozen=True)
class Sink:
    """A running sink: where it takes mail, where it shows it."""

    mailbox: Mailbox
    smtp_port: int
    web: httpx.Client

    @contextmanager
    def connected(self, tls: bool = False) -> Iterator[smtplib.SMTP]:
        """An SMTP conversation, behind STARTTLS when asked for."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, local_hostname="tests.test", timeout=30) as client:
            if tls:
                context = ssl.create_default_context()
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
                client.starttls(context=context)
            client.ehlo()
            yield client

    def send(self, content: bytes, to: Sequence[str] = ("jeanne@exemple.test",), sender: str = "portal@exemple.test") -> None:
        """Send bytes as they are."""
        with self.connected() as client:
            client.sendmail(sender, list(to), content)

    def search(self, query: str, **parameters: str) -> list[str]:
        """The subjects that a search finds, newest first."""
        answer = self.web.get("/api/v1/search", params={"query": query, **parameters})
        assert answer.status_code == 200, answer.text
        return [entry["Subject"] for entry in answer.json()["messages"]]

    def newest(self) -> dict[str, object]:
        """The newest message as the API tells it."""
        answer = self.web.get("/api/v1/message/latest")
        assert answer.status_code == 200, answer.text
        found: dict[str, object] = answer.json()
        return found


@contextmanager
def running_sink(file: Path, size_limit: int = 25 * 1024 * 1024) -> Iterator[Sink]:
    """A sink over that file, until the block ends."""
    mailbox = Mailbox(file, machine_now)
    smtp = SmtpSink(mailbox, port=0, size_limit=size_limit)
    smtp.start()
    opened = bound("127.0.0.1", 0, "mail")
    texts = SmsBox(file.with_name("sms.sqlite"), machine_now)
    web = ThreadServer(create_inbox_app(mailbox, texts), opened)
    web.start()
    with httpx.Client(base_url=f"http://127.0.0.1:{opened.getsockname()[1]}", timeout=30) as client:
        yield Sink(mailbox, smtp.port, client)
    web.stop()
    smtp.stop()
    mailbox.close()
    texts.close()


def mail(subject: str = "Bonjour", text: str = "Un texte.", **headers: str) -> bytes:
    """A well-formed mail; keywords are further headers, `_` for `-`."""
    fields = {"From": "Portail <portal@exemple.test>", "To": "Jeanne Dupont <jeanne@exemple.test>", "Subject": subject}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()
