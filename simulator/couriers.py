"""Who takes messages out of the outbox: over SMTP to a mail server, over HTTP to an SMS gateway. Both are kept connected."""

from __future__ import annotations

import contextlib
import logging
import smtplib
from dataclasses import dataclass
from typing import Protocol

import httpx
import msgspec

_SECONDS = 10.0
_LOG = logging.getLogger("simulator.outbox")
_TAKEN = frozenset({200, 201, 202})


@dataclass(frozen=True)
class Envelope:
    """A message ready to leave: a whole mail, or what an SMS gateway is asked for. `channel` is `mail` or `sms`."""

    sender: str
    to: str
    body: bytes
    channel: str = "mail"


class Courier(Protocol):
    """Takes messages of one channel."""

    def taken(self, envelope: Envelope, world: str) -> bool:
        """Whether the message of that world has left for good; if not, it is to be tried again."""
        ...

    def close(self) -> None:
        """End the connection, until there is another message."""
        ...


class MailCourier:
    """Hands mails to an SMTP server."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._connection: smtplib.SMTP | None = None

    def taken(self, envelope: Envelope, world: str) -> bool:  # noqa: ARG002 - a mail belongs to its address
        """Whether the server has it now."""
        for fresh in (False, True):
            try:
                self._connected(fresh).sendmail(envelope.sender, [envelope.to], envelope.body)
            except (OSError, ValueError, smtplib.SMTPException) as error:
                self.close()
                # An idle connection may have been closed by the server: that is worth one more try at once.
                if fresh:
                    _LOG.warning("A mail could not leave and waits: %s", _in_short(error))
            else:
                return True
        return False

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._connection.close()
            self._connection = None

    def _connected(self, fresh: bool) -> smtplib.SMTP:
        if fresh:
            self.close()
        if self._connection is None:
            self._connection = smtplib.SMTP(*self._server, local_hostname="simulator.test", timeout=_SECONDS)
        return self._connection


class SmsCourier:
    """Asks an SMS gateway to send: `POST /api/v1/sms` at that address, each message with a reference so that it is sent once."""

    def __init__(self, address: str) -> None:
        self._place = f"{address}/api/v1/sms"
        self._client: httpx.Client | None = None

    def taken(self, envelope: Envelope, world: str) -> bool:
        """Whether the gateway has it now."""
        asked = {**msgspec.json.decode(envelope.body, type=dict[str, str]), "account": world, "to": envelope.to, "sender": envelope.sender}
        if self._client is None:
            self._client = httpx.Client(timeout=_SECONDS)
        try:
            answer = self._client.post(self._place, json=asked)
        except (httpx.HTTPError, ValueError) as error:
            self.close()
            _LOG.warning("An SMS could not leave and waits: %s", type(error).__name__)
            return False
        if answer.status_code not in _TAKEN:
            _LOG.warning("An SMS could not leave and waits: the gateway answers %s", answer.status_code)
        return answer.status_code in _TAKEN

    def close(self) -> None:
        """End the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None


def _in_short(error: Exception) -> str:
    # The server's words could quote the message, and with it a code: its number says enough.
    return f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip()
