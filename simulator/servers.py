"""The web servers: waitress inside this process, or granian's workers beside it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import msgspec
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.server import BaseWSGIServer, create_server

from simulator.clock import pause
from simulator.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SETTINGS_VARIABLE = "HEURTOIR_SIMULATOR_SETTINGS"
_THREADS = 16
_STOP_SECONDS = 5.0
_START_SECONDS = 20.0
_POLL_SECONDS = 0.05


class PortTaken(OSError):
    """Somebody listens there already, or the port is not ours to open."""


def bound(host: str, port: int, name: str) -> socket.socket:
    """A socket on that address, 0 for any free port. Raises PortTaken, saying which of our servers it was for."""
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        raise PortTaken(f"{name}: {host}:{port} cannot be opened ({error.strerror}). Choose another with --{name}-port.") from error
    return opened


class _Parser(HTTPRequestParser):
    """waitress's own, but for what a request may bring about in it: a wait for a body that will not come, a 5xx, an exception."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the lines before the body. Raises ParsingError, which is answered with 400."""
        try:
            super().parse_header(header_plus)
        except TransferEncodingNotImplemented as unknown:
            raise ParsingError(str(unknown)) from unknown
        except ValueError as unreadable:  # more digits than int() takes
            raise ParsingError("Content-Length is invalid") from unreadable
        if self.body_rcv is None:
            self.expect_continue = False


class _Channel(HTTPChannel):
    """A connection whose requests are read by our parser."""

    parser_class = _Parser


class ThreadServer:
    """A web application on a socket, served by waitress's threads in this process."""

    def __init__(self, application: WSGIApplication, opened: socket.socket) -> None:
        # Without a map of its own every server of the process would answer for the sockets of all, from several threads.
        server = create_server(
            application,
            map={},
            asyncore_use_poll=True,  # select() ends at file descriptor 1023
            sockets=[opened],
            threads=_THREADS,
            ident=None,
            connection_limit=1000,
            backlog=512,
            clear_untrusted_proxy_headers=False,  # as granian hands them on: that nothing believes them is the portals' own affair
            channel_timeout=60,
        )
        assert isinstance(server, BaseWSGIServer)  # one socket, one server
        server.channel_class = _Channel
        self._server = server
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name=f"http-{opened.getsockname()[1]}", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer what was asked, and no more. Connections that idle browsers and clients hold are closed, not waited for."""
        self._server.task_dispatcher.shutdown(timeout=int(_STOP_SECONDS))
        for channel in tuple(cast("dict[int, HTTPChannel]", self._server.active_channels).values()):
            channel.will_close = True
        self._closing = True
        self._server.close()
        self._thread.join(timeout=_STOP_SECONDS)

    def _serve(self) -> None:
        try:
            self._server.run()
        except OSError:
            if not self._closing:  # closed under the loop: that is how it is stopped
                raise


@dataclass
class WorkerServer:
    """The portals served by granian with several workers, processes of their own that end with this one."""

    settings: Settings
    host: str
    port: int
    workers: int
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the workers, and wait until they answer. Raises PortTaken when they do not."""
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", self.host, "--port", str(self.port)]
        command += ["--workers", str(self.workers), "--blocking-threads", str(_THREADS), "--no-access-log", "--log-level", "warning"]
        command += ["--factory", "simulator.worker:create_app"]
        environment = {**os.environ, SETTINGS_VARIABLE: msgspec.json.encode(self.settings, enc_hook=str).decode()}
        # Its words go where ours go: standard output is for the addresses alone.
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509
        )
        for _ in range(int(_START_SECONDS / _POLL_SECONDS)):
            with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), timeout=1):
                return
            if self._process.poll() is not None:
                break
            pause(_POLL_SECONDS)
        self.stop()
        raise PortTaken(f"portal: the workers on {self.host}:{self.port} did not start.")

    def stop(self) -> None:
        """End the workers."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_SECONDS)
        # A worker that did not end with its parent is in the parent's group still.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _end_with_parent() -> None:
    # So that `kill -9` of the simulator leaves no worker behind (Linux; elsewhere one ends them by hand).
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
