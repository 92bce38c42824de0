"""Sends bytes as they are, and reads the answer: what an HTTP client would refuse to send is what is tried here."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from conformance.gate import GATE

_MOST_BYTES = 64_000_000


class NoAnswer(Exception):
    """No whole answer came; the text says in which way."""


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds it was whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


def send(address: str, request: bytes, method: str, patience: float) -> Answer:
    """Send these bytes to host and port of an address, on a connection of their own. Raises NoAnswer, NotPermitted."""
    GATE.let_through(address)
    parts = urlsplit(address)
    began = time.monotonic()
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=patience) as connection:
            _put(connection, request)
            response = http.client.HTTPResponse(connection, method=method)
            response.begin()
            body = response.read(_MOST_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}, after {time.monotonic() - began:.1f} s") from error
    # Lower case: later headers of a name stand for the earlier ones.
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, body, time.monotonic() - began)


def _put(connection: socket.socket, request: bytes) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):  # refused before it was read to its end: the answer may be there all the same
        connection.sendall(request)
