"""One request, one whole answer: what never comes, drips, or never ends is told, and within the time that was given."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from conformance import transport
from conformance.driver import DriverBroke

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


@contextmanager
def answering(answer: Callable[[socket.socket], object]) -> Iterator[str]:
    """A server that takes one connection and does this with it; its address."""

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            try:
                answer(connection)
            except OSError:
                return  # whoever asked has gone

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


def dripping(connection: socket.socket) -> None:
    """A byte, again and again."""
    connection.sendall(HEAD)
    for _ in range(200):
        connection.sendall(b"x")
        time.sleep(0.02)


def endless(connection: socket.socket) -> None:
    """As much as is taken."""
    connection.sendall(HEAD)
    for _ in range(200):
        connection.sendall(b"x" * 10_000)


def said(answer: Callable[[socket.socket], object], seconds: float = 0.3) -> str:
    """What is told of an answer that may take so long."""
    limits = {"connect": 1.0, "read": seconds, "write": 1.0, "pool": 1.0}
    with answering(answer) as address, pytest.raises(DriverBroke) as broke:
        transport.exchange(httpx.Request("GET", address, extensions={"timeout": limits}))
    return str(broke.value)


@pytest.fixture(autouse=True)
def _nobody_was_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_silent_hosts", set())


@pytest.mark.parametrize("answer", [dripping, lambda _: time.sleep(1)], ids=["dripping", "silent"])
def test_an_answer_ends_in_the_time_it_has(answer: Callable[[socket.socket], object]) -> None:
    """Each byte may come in time and the whole never: a run does not wait for it."""
    began = time.monotonic()
    assert "no whole answer in 0.3 s" in said(answer)
    assert time.monotonic() - began < 0.8


def test_nobody_waits_long_for_a_host_that_let_somebody_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it answers again: what hangs is told at once from the second time on."""
    monkeypatch.setattr(transport, "_AFTER_SILENCE_SECONDS", 0.1)
    assert "0.3 s" in said(lambda _: time.sleep(1))
    assert "0.1 s" in said(lambda _: time.sleep(1))
    with answering(lambda connection: connection.sendall(HEAD)) as address:
        assert transport.exchange(httpx.Request("GET", address)).status_code == 200
    assert "0.3 s" in said(lambda _: time.sleep(1))


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """No target fills the memory of whoever tries it."""
    monkeypatch.setattr(transport, "_MOST_BYTES", 1_000_000)
    assert "the answer is longer than 1 MB" in said(endless, seconds=5)


def test_nobody_and_nothing_are_told_in_words() -> None:
    """A closed port, and a connection that ends without a word."""
    assert "Server disconnected without sending a response. Is it running" in said(lambda _: None)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(DriverBroke, match="nobody listens there"):
        transport.exchange(httpx.Request("GET", f"http://127.0.0.1:{port}/"))
