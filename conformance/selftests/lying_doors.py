"""The simulator behind three doors that lie: real sockets that hand on what they are asked, or tell something else, or nothing.

A lie is a function of what was asked and of the doors, and gives an answer; `doors.truth(asked)` is what the simulator says. `doors.lie` is
told to everybody; `doors.of_worlds` holds one lie for each world, in the order in which worlds are asked for.
"""

from __future__ import annotations

import csv
import re
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from conformance.target import Target

PARTS = ("portal", "control", "mail")
_OF_A_CONNECTION = frozenset(
    ["connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding", "accept-encoding", "host", "date", "server"]
)
_WORLD = re.compile(r"/w/([\w-]+)/|/api/worlds/([\w-]+)|%22([\w-]+)\.heurtoir\.test%22")


@dataclass(frozen=True)
class Asked:
    """One request. `part` is the door that it came to, `number` how many there were before it, at all doors; `world`: whose it is."""

    part: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    number: int
    world: str

    @property
    def page(self) -> str:
        """The last part of the address."""
        return self.path.partition("?")[0].rstrip("/").rpartition("/")[2]


@dataclass(frozen=True)
class Answer:
    """What is told. `raw`: these bytes instead of anything that HTTP would have."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    raw: bytes | None = None

    @property
    def text(self) -> str:
        """The body, as UTF-8."""
        return self.body.decode("utf-8", "replace")

    def saying(self, text: str) -> Answer:
        """The same with another body."""
        return replace(self, body=text.encode())

    def with_header(self, name: str, value: str) -> Answer:
        """The same with one header in the place of those of its name."""
        return replace(self, headers=(*(pair for pair in self.headers if pair[0].lower() != name.lower()), (name, value)))


Lie = Callable[[Asked, "Doors"], Answer]


class Dropped(Exception):
    """The connection is closed, and nothing is answered."""


def truth(asked: Asked, doors: Doors) -> Answer:
    """No lie."""
    return doors.truth(asked)


@dataclass
class Doors:
    """Portal, control and mail. `asked` counts requests, `released` ends those that hang, `began` is for lies to note when a world was
    first seen."""

    behind: Mapping[str, str]
    lie: Lie = truth
    of_worlds: deque[Lie] = field(default_factory=deque)
    asked: int = 0
    released: threading.Event = field(default_factory=threading.Event)
    began: dict[str, float] = field(default_factory=dict)
    _doors: dict[str, _Door] = field(default_factory=dict)
    _lies: dict[str, Lie] = field(default_factory=dict)
    _mails: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    # A client would keep the cookies of one visitor and send them for another.
    _transport: httpx.HTTPTransport = field(default_factory=lambda: httpx.HTTPTransport(verify=False, trust_env=False))

    @property
    def origins(self) -> Mapping[str, str]:
        """Where each part answers."""
        return {part: f"http://127.0.0.1:{door.port}" for part, door in self._doors.items()}

    def answer(self, part: str, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """What is told to a request."""
        with self._lock:
            world = self._mails.get(path.partition("/message/")[2].partition("/")[0]) or _world(part, method, path, body)
            asked = Asked(part, method, path, headers, body, self.asked, world)
            self.asked += 1
            if asked.world and asked.world not in self._lies and self.of_worlds:
                self._lies[asked.world] = self.of_worlds.popleft()
        told = self._lies.get(asked.world, self.lie)(asked, self)
        if part == "mail":
            self._mails.update({found.decode(): world for found in re.findall(rb'"ID": ?"([^"]+)"', told.body)})
        return told

    def truth(self, asked: Asked) -> Answer:
        """What the simulator says. It takes the doors for itself, and they say so in its place."""
        inwards = {self.origins[part]: self.behind[part] for part in PARTS}
        headers = {name: _renamed(value, inwards) for name, value in asked.headers.items() if name.lower() not in _OF_A_CONNECTION}
        content = _renamed(asked.body.decode("latin-1"), inwards).encode("latin-1")
        got = self._got(httpx.Request(asked.method, f"{self.behind[asked.part]}{asked.path}", headers=headers, content=content))
        outwards = {there: here for here, there in inwards.items()}
        told = ((name, _renamed(value, outwards)) for name, value in got.headers.multi_items() if name.lower() not in _OF_A_CONNECTION)
        return Answer(got.status_code, tuple(told), _renamed(got.content.decode("latin-1"), outwards).encode("latin-1"))

    def hang(self) -> Answer:
        """Never answer, as long as the doors are there."""
        self.released.wait()
        raise Dropped

    def shut(self, *parts: str) -> None:
        """Nobody listens there any more, and connections are closed."""
        for part in parts:
            self._doors[part].close()

    def open(self, *parts: str) -> None:
        """Listen there, again at the same address."""
        for part in parts:
            self._doors.setdefault(part, _Door(part, self)).open()

    def target(self, folder: Path, extra: str = "", *, without: str = "", world: str = "", mail_wait: str = "1s") -> str:
        """A target file for it, with these tables too. `without` some of its keys; `world`: one world alone, whose people are prepared."""
        base = f"{self.origins['portal']}/w/{world}" if world else self.origins["portal"]
        named = {"address": f"{base}/ameli", "control": self.origins["control"], "mail": self.origins["mail"]}
        missing = {*without.split(), *(["control"] if world else [])}
        lines = "".join(f'{key} = "{address}"\n' for key, address in named.items() if key not in missing)
        people = '[people]\nfile = "people.csv"\n' if world else ""
        tables = f'[pages]\nsign-in = "connexion"\naccount = "compte"\n[timing]\nmail-wait = "{mail_wait}"\nmail-settle = "200ms"\n'
        file = folder / "lying.toml"
        file.write_text(f'portal = "ameli-connect"\n{lines}{tables}{people}{extra}\n', encoding="utf-8")
        return str(file)

    def prepare(self, folder: Path, world: str, count: int = 1, password: str = "", changed: Mapping[str, str] | None = None) -> None:
        """A world with so many accounts, whose clock stands, and people.csv that tells of them; `changed` columns are not true."""
        known = {"password": password} if password else {}
        asked = [{"kind": "insured", "key": f"p{number}", "mail_domain": f"{world}.heurtoir.test", **known} for number in range(count)]
        body = {"id": world, "clock": {"now": "2026-03-10T10:00:20+01:00", "running": False}, "people": asked}
        made = self._got(httpx.Request("POST", f"{self.behind['control']}/api/worlds", json=body)).json()
        columns = ("identifier", "password", "address", "first_name", "last_name", "birth_date")
        with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(
                [columns, *([(changed or {}).get(column, person[column]) for column in columns] for person in made["people"])]
            )

    def forward(self, world: str, how_far: str) -> None:
        """Move a world's clock, unasked."""
        asked = httpx.Request("PATCH", f"{self.behind['control']}/api/worlds/{world}/clock", json={"forward": how_far})
        assert self._got(asked).is_success

    def _got(self, request: httpx.Request) -> httpx.Response:
        request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), 30.0)
        response = self._transport.handle_request(request)
        response.read()
        return response


@contextmanager
def lying(simulator: Target, lie: Lie = truth, *of_worlds: Lie) -> Iterator[Doors]:
    """Open doors to a running simulator until the block ends."""
    behind = {"portal": simulator.address.removesuffix("/ameli"), "control": str(simulator.control), "mail": str(simulator.mail)}
    doors = Doors(behind, lie, deque(of_worlds))
    doors.open(*PARTS)
    try:
        yield doors
    finally:
        doors.released.set()
        doors.shut(*PARTS)


class _Door:
    """One part, on a port that stays the same."""

    def __init__(self, part: str, doors: Doors) -> None:
        self._part = part
        self._doors = doors
        self._server: ThreadingHTTPServer | None = None
        self._connections: set[socket.socket] = set()
        self.port = 0

    def open(self) -> None:
        if self._server is None:
            self._server = _Server(("127.0.0.1", self.port), self._handler())
            self.port = self._server.server_address[1]
            threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        server.server_close()
        for connection in tuple(self._connections):
            _closed(connection)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        door = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version, wbufsize = "HTTP/1.1", -1  # one packet for an answer

            def setup(self) -> None:
                super().setup()
                door._connections.add(self.connection)

            def finish(self) -> None:
                door._connections.discard(self.connection)
                super().finish()

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                try:
                    told = door._doors.answer(door._part, self.command, self.path, dict(self.headers.items()), body)
                except (Dropped, httpx.HTTPError):
                    return _closed(self.connection)
                return self.tell(told)

            def tell(self, told: Answer) -> None:
                if told.raw is not None:
                    self.wfile.write(told.raw)
                    self.wfile.flush()
                    return _closed(self.connection)
                self.send_response(told.status)
                for name, value in (*told.headers, ("Content-Length", str(len(told.body)))):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(told.body)
                return None

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - names of the library

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A connection that broke is what is meant."""


def _closed(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _world(part: str, method: str, path: str, body: bytes) -> str:
    """The world that a request is about, as its address says; the name of a new one stands in what is sent."""
    if part == "control" and method == "POST" and path == "/api/worlds":
        named = re.search(rb'"id": ?"([\w-]+)"', body)
        return named[1].decode() if named else ""
    found = _WORLD.search(path)
    return next(filter(None, found.groups()), "") if found else ""


def _renamed(text: str, names: Mapping[str, str]) -> str:
    for name, other in names.items():
        text = text.replace(name, other)
    return text
