"""The SMTP side of the sink: a real server on a socket that takes every message and sends none on."""

from __future__ import annotations

import asyncio
import logging
import re
import weakref
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from simulator.servers import bound
from simulator.sinks.certificate import NAME, self_signed_context
from simulator.sinks.headers import to_text
from simulator.sinks.mailbox import Mailbox

SIZE_LIMIT = 25 * 1024 * 1024

# What nearly everybody has; the rest is read by the grammar.
_PLAIN_ADDRESS = re.compile(r"<([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)>(?= |$)")

_log = logging.getLogger(__name__)

# aiosmtpd warns at every AUTH of an attribute that it sets itself.
logging.getLogger("mail.log").addFilter(lambda record: "login_data is deprecated" not in record.getMessage())


class _LenientSmtp(SMTP):
    """Takes lines of any length: a mail with one endless line is a mail to look at, not one to turn away."""

    line_length_limit = 2**27

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The address at the beginning of a command's argument, and what follows it.

        aiosmtpd reads each with a grammar, and makes a class for it every time: a sixth of all work of a simulator that sends codes.
        """
        plain = _PLAIN_ADDRESS.match(arg) if arg else None
        return (plain[1], arg[plain.end() :]) if plain else super()._getaddr(arg)


class _Receiver:
    """What happens with a message: it is kept, whoever it is for."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        login = session.auth_data
        username = to_text(login.login) if isinstance(login, LoginPassword) else ""
        content = envelope.original_content or b""
        try:
            identifier = self._mailbox.store(content, envelope.mail_from or "", envelope.rcpt_tos, username)
        except Exception:
            # Whatever keeps the disk from taking it, the sender must know that it was not taken, and may try again.
            _log.exception("a message could not be stored")
            return "451 4.3.0 The sink could not store the message; see its log"
        return f"250 2.0.0 Ok: queued as {identifier}"


def _accept_anybody(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    """Any name with any password is right: this is a sandbox, and nothing is behind this door."""
    return AuthResult(success=True, auth_data=data)


class SmtpSink(Controller):
    """The sink's SMTP server. AUTH (PLAIN and LOGIN, any credentials, with and without TLS), STARTTLS, SIZE, SMTPUTF8.

    Port 0 takes a free one; `port` is the real one after `start()`. `start()` raises PortTaken.
    """

    def __init__(self, mailbox: Mailbox, host: str = "127.0.0.1", port: int = 1025, size_limit: int = SIZE_LIMIT) -> None:
        self._connections: weakref.WeakSet[SMTP] = weakref.WeakSet()
        super().__init__(
            _Receiver(mailbox),
            hostname=host,
            port=port,
            server_hostname=NAME,
            ident="Heurtoir sink, nothing leaves this machine",
            data_size_limit=size_limit,
            enable_SMTPUTF8=True,
            tls_context=self_signed_context(mailbox.now()),
            authenticator=_accept_anybody,
            auth_required=False,
            auth_require_tls=False,
        )

    def factory(self) -> SMTP:
        """One protocol object for one connection."""
        connection = _LenientSmtp(self.handler, **self.SMTP_kwargs)
        self._connections.add(connection)
        return connection

    def start(self) -> None:
        """Take the port, then answer on it from a thread of its own."""
        # Bound here and not in the thread, where a taken port would be noticed after a timeout only.
        self._socket = bound(self.hostname, self.port, "smtp")
        self.port = self._socket.getsockname()[1]
        super().start()

    async def _create_server(self) -> asyncio.AbstractServer:
        return await self.loop.create_server(self._factory_invoker, sock=self._socket)

    def cancel_tasks(self, stop_loop: bool = True) -> None:
        """End open connections, then the loop: newer Pythons wait for every connection before a server is closed."""
        for connection in list(self._connections):
            if isinstance(connection.transport, asyncio.Transport):
                connection.transport.abort()
        super().cancel_tasks(stop_loop)
