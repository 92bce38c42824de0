"""What lies beyond loopback, without leaving this machine: servers on its own address in the network, which the gate takes for anybody's.

A `Gateway` serves a permission, and hands everything else on to a target on loopback, or answers with a small page.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import httpx

FILE = "/.well-known/heurtoir.txt"
# Shared by all, so that it is quick; and no client, which would keep cookies of its own.
_INWARDS = httpx.HTTPTransport(trust_env=False, limits=httpx.Limits(keepalive_expiry=2.0))
_PATIENCE = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), 30.0)}
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "host", "date", "server"}


def own_address() -> str | None:
    """An address of this machine that is not loopback, or None where there is no network. Nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))  # for a datagram that is: only the way there is looked up
        except OSError:
            return None
        address = str(asking.getsockname()[0])
    return None if ip_address(address).is_loopback else address


def has_ipv6() -> bool:
    """Whether this machine can listen on ::1."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@dataclass
class Gateway:
    """One origin beyond loopback. `permission` is what it serves as heurtoir.txt; None: 404. `paths` and `moments` are what was asked for.

    `behind` is the loopback origin that it hands requests on to; addresses in `names` are written as those that they are called beyond.
    Without one it serves `pages` and `redirects` by path, and some page for any other.
    """

    origin: str
    permission: str | None = None
    behind: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body for a request."""
        self.paths.append(path)
        self.moments.append(time.monotonic())
        if path == FILE:
            found = self.permission is not None
            return (200 if found else 404), [("Content-Type", "text/plain; charset=utf-8")], (self.permission or "none").encode()
        if path in self.redirects:
            return 302, [("Location", self.redirects[path])], b""
        if self.behind is None:
            page = self.pages.get(path, f"<!doctype html><title>Ailleurs</title><h1>Page {path}</h1>")
            return 200, [("Content-Type", "text/html; charset=utf-8")], page.encode()
        inwards = {beyond: here for here, beyond in self.names.items()}
        sent = {name: _renamed(value, inwards) for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}
        content = _renamed(body.decode("latin-1"), inwards).encode("latin-1")
        got = _INWARDS.handle_request(httpx.Request(method, f"{self.behind}{path}", headers=sent, content=content, extensions=_PATIENCE))
        got.read()
        told = [(name, _renamed(value, self.names)) for name, value in got.headers.multi_items() if name.lower() not in _HOP_BY_HOP]
        return got.status_code, told, _renamed(got.content.decode("latin-1"), self.names).encode("latin-1")


@contextmanager
def gateway(host: str, behind: str | None = None, permission: str | None = None) -> Iterator[Gateway]:
    """Serve one on a free port of that address until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, content = served.answer(self.command, self.path, dict(self.headers.items()), body)
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", str(len(content)))):
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815 - names of the library

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that goes away before its answer, as a load that ends does, is no matter."""
            if not isinstance(sys.exception(), ConnectionError):
                super().handle_error(request, client_address)

    server = Server((host, 0), Handler)
    name = f"[{host}]" if ":" in host else host
    served = Gateway(f"http://{name}:{server.server_address[1]}", permission, behind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()


def _renamed(text: str, names: Mapping[str, str]) -> str:
    for name, other in names.items():
        text = text.replace(name, other)
    return text
