"""The web server that the simulator's parts are served by: requests that no client makes are answered, and at once."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pytest

from simulator.servers import ThreadServer, bound

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def _application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    del environ
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"served"]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server with an application that answers 200 to everything."""
    opened = bound("127.0.0.1", 0, "test")
    server = ThreadServer(_application, opened)
    server.start()
    yield opened.getsockname()[1]
    server.stop()


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([], 200),
        (["Expect: 100-continue"], 200),
        (["Expect: 100-continue", "Content-Length: 0"], 200),
        (["Transfer-Encoding: heurtoir"], 400),
        (["Transfer-Encoding: chunked, identity"], 400),
        (["Content-Length: -1"], 400),
        (["Content-Length: " + "9" * 5000], 400),
    ],
)
def test_odd_headers_are_answered_at_once(lines: list[str], status: int, port: int) -> None:
    """A length that is none and a way of sending that nobody knows are mistakes of whoever asks; nobody waits for a body that is none."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall("\r\n".join(["GET / HTTP/1.1", "Host: 127.0.0.1", *lines, "Connection: close", "", ""]).encode())
        first = connection.makefile("rb").readline()
    assert first.split()[1] == str(status).encode()
