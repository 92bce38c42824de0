"""The simulator as a process, for tests that end it the hard way, and a person who walks through its sign-in by hand."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
PORTS = ("--portal-port", "--control-port", "--mail-port", "--smtp-port")


@dataclass
class Running:
    """A started simulator and its addresses."""

    process: subprocess.Popen[str]
    addresses: dict[str, str]

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def ports(self) -> dict[str, str]:
        """The ports it got, to start it on the same ones again."""
        return {f"--{name}-port": address.rpartition(":")[2] for name, address in self.addresses.items()}


@contextmanager
def simulator(data: Path, workers: int = 1, ports: dict[str, str] | None = None) -> Iterator[Running]:
    """The simulator on free ports, or on those given, until the block ends."""
    command = [sys.executable, "-m", "simulator", "--announce", "--data", str(data), "--workers", str(workers)]
    for port in PORTS:
        command += [port, (ports or {}).get(port, "0")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the simulator did not start"
        yield Running(process, json.loads(line))
    finally:
        process.terminate()
        process.wait(10)


class Visitor:
    """Somebody with a browser of their own, at one portal."""

    def __init__(self, portal: str, mail: str) -> None:
        self.portal = portal
        self.mail = mail
        self.client = httpx.Client(follow_redirects=True, timeout=20)
        self.page = ""
        self.status = 0

    def open(self, path: str) -> str:
        """Open a page."""
        return self._shown(self.client.get(f"{self.portal}{path}"))

    def send(self, path: str, **fields: str) -> str:
        """Send a form of the page shown."""
        found = re.search(r'name="jeton" value="([^"]*)"', self.page)
        return self._shown(self.client.post(f"{self.portal}{path}", data={"jeton": found[1] if found else "", **fields}))

    def sign_in(self, identifier: str, password: str) -> str:
        """NIR and password."""
        self.open("/connexion")
        return self.send("/connexion", numero=identifier, motdepasse=password)

    def ask_for_code(self) -> str:
        """Press the button that sends a code."""
        return self.send("/connexion/code/demande")

    def heading(self) -> str:
        """The page's first heading."""
        found = re.search(r"<h1>(.*?)</h1>", self.page, re.DOTALL)
        return unescape(found[1]) if found else ""

    def alert(self) -> str:
        """The words of the page's alert, or nothing."""
        found = re.search(r'role="alert">(.*?)</div>', self.page, re.DOTALL)
        return unescape(re.sub(r"<[^>]+>", " ", found[1])).strip() if found else ""

    def _shown(self, response: httpx.Response) -> str:
        self.page, self.status = response.text, response.status_code
        return self.page


def newest_code(mail: str, address: str, count: int = 1) -> str:
    """The code in the newest mail to that address, once there are so many mails."""
    import time

    for _ in range(200):
        found = httpx.get(f"{mail}/api/v1/search", params={"query": f'to:"{address}"'}).json()["messages"]
        if len(found) >= count:
            text = httpx.get(f"{mail}/api/v1/message/{found[0]['ID']}").json()["Text"]
            return str(re.findall(r"\b\d{6}\b", text)[0])
        time.sleep(0.02)
    raise AssertionError(f"{count} mails to {address} did not come")
