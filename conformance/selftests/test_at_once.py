"""How the driver without a screen sends one page twice, and many forms at the very same moment."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from conformance.driver import Control, Withholding
from conformance.drivers.forms import FormsBrowser

FIELDS = '<input type="hidden" name="page" value="7"><label>Code <input name="c"></label><button>OK</button>'
FORM = f'<form method="post" action="/sent">{FIELDS}</form>'
CODE = Control("code", "textbox", re.compile("code", re.IGNORECASE))
SEND = Control("send", "button", re.compile("ok", re.IGNORECASE))


@dataclass
class Counter:
    """A portal on a real socket that answers a form as soon as its last byte is there, and knows how much has come before that."""

    listening: socket.socket
    bodies: list[bytes] = field(default_factory=list)
    so_far: dict[int, bytes] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        host, port = self.listening.getsockname()
        return f"http://{host}:{port}/"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with connection:
            while head := self._head(connection):
                length = int((re.search(rb"content-length: (\d+)", head.lower()) or [b"", b"0"])[1])
                body = b""
                while len(body) < length:
                    body += connection.recv(length - len(body))
                    self.so_far[connection.fileno()] = body
                if length:
                    self.bodies.append(body)
                    self.cookies.append((re.search(rb"cookie: (.*)\r", head, re.IGNORECASE) or [b"", b""])[1].decode())
                page = f"<h1>Page</h1>{FORM}".encode()
                said = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: visit=one\r\nContent-Length: {len(page)}\r\n\r\n"
                connection.sendall(said.encode() + page)

    def _head(self, connection: socket.socket) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = connection.recv(1)
            if not byte:
                return b""
            head += byte
        return head


@pytest.fixture
def counter() -> Iterator[Counter]:
    """One that listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = Counter(listening)
        threading.Thread(target=found.serve, daemon=True).start()
        yield found


def test_twins_send_the_page_shown_twice(counter: Counter) -> None:
    """The same hidden values and cookies; each is typed into by itself, and what one shows afterwards is not the other's."""
    first = FormsBrowser()
    first.open(counter.address)
    other = first.twin()
    for browser, code in ((first, "1"), (other, "2")):
        browser.fill(CODE, code)
        browser.press(SEND)
    assert counter.bodies == [b"page=7&c=1", b"page=7&c=2"]
    assert counter.cookies == ["visit=one", "visit=one"]
    assert first.page() is not other.page()


def test_all_but_the_last_byte_is_there_before_any_is_released(counter: Counter) -> None:
    """However many there are: the last of them to be ready releases them all."""
    browsers = [FormsBrowser() for _ in range(8)]
    all_but_one = [b"page=7&c="] * len(browsers)

    def all_there() -> None:
        """Before anybody is let go: the server has read everything else."""
        until = time.monotonic() + 10
        while list(counter.so_far.values()) != all_but_one and time.monotonic() < until:
            time.sleep(0.005)
        assert list(counter.so_far.values()) == all_but_one

    barrier = threading.Barrier(len(browsers), action=all_there)
    for browser in browsers:
        assert isinstance(browser, Withholding)
        browser.open(counter.address)
        browser.fill(CODE, "1")
        browser.withhold(lambda: barrier.wait(20))
    counter.so_far.clear()
    with ThreadPoolExecutor(len(browsers)) as pool:
        list(pool.map(lambda browser: browser.press(SEND), browsers))
    assert counter.bodies == [b"page=7&c=1"] * len(browsers)


def test_only_the_next_form_waits(counter: Counter) -> None:
    """The one after it is sent as it is."""
    browser = FormsBrowser()
    browser.open(counter.address)
    waited: list[int] = []
    browser.withhold(lambda: waited.append(1))
    for _ in range(2):
        browser.fill(CODE, "1")
        browser.press(SEND)
    assert waited == [1]
    assert len(counter.bodies) == 2
