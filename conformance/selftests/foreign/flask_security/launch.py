"""Starts the portal under granian and a mail sink beside it, tells their addresses in one line of JSON, and makes people.

All that it started ends with it.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from flask import Flask

from conformance.selftests.foreign.flask_security.app import ADDRESS_VARIABLE, INSTALLATION, create_app
from conformance.selftests.foreign.flask_security.people import PeopleServer
from conformance.selftests.foreign.flask_security.place import folder_of, people_socket

PORTAL = "conformance.selftests.foreign.flask_security.app"
READY_SECONDS = 20.0
STOP_SECONDS = 4.0


def started(stack: ExitStack, command: Sequence[str], **settings: object) -> subprocess.Popen[str]:
    """A child that is ended with this process."""
    child: subprocess.Popen[str] = subprocess.Popen(command, stdin=subprocess.DEVNULL, text=True, **settings)  # type: ignore[call-overload]
    stack.callback(stop, child)
    return child


def stop(child: subprocess.Popen[str]) -> None:
    """Ask it to end, and end it when it does not."""
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def mail_sink(stack: ExitStack, folder: Path) -> tuple[str, int]:
    """Start the simulator for its mail sink alone: the base of Mailpit's API, and the port that takes mails by SMTP."""
    ports = ["--portal-port", "0", "--control-port", "0", "--mail-port", "0", "--smtp-port", "0"]
    command = [sys.executable, "-m", "simulator", "--announce", *ports, "--data", str(folder)]
    sink = started(stack, command, stdout=subprocess.PIPE)
    assert sink.stdout is not None
    line = sink.stdout.readline()
    if not line:
        sys.exit("the mail sink did not start")
    told = json.loads(line)
    return told["mail"], int(told["smtp"].rpartition(":")[2])


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def install(stack: ExitStack, address: str, settings: Mapping[str, object]) -> Flask:
    """A folder of its own with keys of this start alone, removed at the end; the database is made. The same application as is served."""
    folder = folder_of(address)
    folder.mkdir(mode=0o700)
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    keys = {name: secrets.token_urlsafe(32) for name in ("SECRET_KEY", "SECURITY_PASSWORD_SALT")}
    two_factor = {"SECURITY_TOTP_SECRETS": {"1": secrets.token_urlsafe(32)}, "SECURITY_TOTP_ISSUER": "heurtoir"}
    (folder / INSTALLATION).write_text(json.dumps({**keys, **two_factor, **settings}), encoding="utf-8")
    return create_app(folder)


def portal(stack: ExitStack, address: str) -> None:
    """Start granian with the portal, and wait until it answers."""
    host, port = address.removeprefix("http://").split(":")
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", port, "--log-level", "error"]
    command = [*granian, "--workers", "1", "--blocking-threads", "4", "--factory", f"{PORTAL}:served"]
    child = started(stack, command, env={**os.environ, ADDRESS_VARIABLE: address}, stdout=sys.stderr)
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and child.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/login", timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"the portal does not answer at {address}")


def main() -> None:
    """Start both, tell where they are, and wait for the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="where the mail sink keeps its mails")
    parser.add_argument("--code-life", type=int, default=900, metavar="SECONDS", help="how long a code lives (default: %(default)s)")
    parser.add_argument("--link-life", type=int, default=1800, metavar="SECONDS", help="how long a link lives (default: %(default)s)")
    given = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, over)
    with ExitStack() as stack:
        mail, smtp = mail_sink(stack, given.data)
        address = f"http://127.0.0.1:{free_port()}"
        lives = {"SECURITY_TWO_FACTOR_MAIL_VALIDITY": given.code_life, "LINK_SECONDS": given.link_life}
        app = install(stack, address, {"MAIL_PORT": smtp, **lives})
        portal(stack, address)
        people = stack.enter_context(PeopleServer(people_socket(address), app))
        print(json.dumps({"portal": address, "mail": mail}), flush=True)
        people.serve_forever()


def over(_: int, __: FrameType | None) -> None:
    """Whoever asks this process to end ends its children with it."""
    sys.exit(0)


if __name__ == "__main__":
    main()
