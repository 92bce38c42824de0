"""`python -m simulator`: the sandbox on loopback ports, until it is stopped."""

from __future__ import annotations

import argparse
import ipaddress
import json
import logging
import signal
import sqlite3
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from simulator.documents import Person
from simulator.passwords import PasswordCost
from simulator.people import known_by
from simulator.portals import AMELI, PORTALS
from simulator.sandbox import READY_NOTES, Ports, Sandbox, ready_people
from simulator.servers import PortTaken

_SWITCH_SECONDS = 0.0005


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description="A member portal that behaves as documented, with its own mail server, SMS gateway and clock. All in it is made up.",
    )
    parser.add_argument("--host", default="127.0.0.1", type=_loopback, help="address to listen on; loopback only (default: %(default)s)")
    for name, port, what in (
        ("portal", 8000, "the portals"),
        ("control", 8001, "the control room and the testability API"),
        ("mail", 8025, "the mails and SMS: Mailpit's API, the SMS gateway, and pages"),
        ("smtp", 1025, "the mail server"),
    ):
        parser.add_argument(
            f"--{name}-port", default=port, type=_port, metavar="PORT", help=f"{what}; 0 for any free one (default: %(default)s)"
        )
    parser.add_argument(
        "--data", default=Path(".sandbox"), type=Path, metavar="FOLDER", help="where worlds and mails are kept (default: %(default)s)"
    )
    parser.add_argument("--workers", default=1, type=_workers, help="processes that serve the portals (default: %(default)s)")
    parser.add_argument(
        "--password-cost", default=PasswordCost.FAST, type=PasswordCost, choices=list(PasswordCost), help="work for a password's hash"
    )
    parser.add_argument("--announce", action="store_true", help="print the addresses as one line of JSON when ready, and nothing else")
    return parser.parse_args(arguments)


def _loopback(text: str) -> str:
    try:
        if ipaddress.ip_address(text).is_loopback:
            return text
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(
        f"{text!r} is no loopback address: the simulator hands out credentials, so it listens on 127.0.0.1 or ::1 only"
    )


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 0 to 65535")


def _workers(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 64:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r}: give a number of workers from 1 to 64")


def _credentials(person: Person) -> str:
    secret = person.password_shown or "(none yet, or changed since)"
    number = "NIR" if person.portal == AMELI.id else "identifier"
    note = READY_NOTES.get(person.key, "").format(membership=person.membership, birth_date=person.birth_date, postcode=person.postcode)
    return f"  {person.first_name} {person.last_name}: {number} {known_by(person)}, password {secret}\n      {note}".rstrip()


def _announce(sandbox: Sandbox, as_json: bool) -> None:
    people = ready_people(sandbox.installation)
    if as_json:
        print(json.dumps(asdict(sandbox.addresses)), flush=True)
        return
    addresses = sandbox.addresses
    print("Heurtoir, simulator of member portals. Nothing here is real; stop with ctrl-C.\n")
    print("\n".join(f"  portal        {addresses.portal}{portal.path}/" for portal in PORTALS))
    print(f"  control room  {addresses.control}/")
    print(f"  mails         {addresses.mail}/")
    print(f"  SMS           {addresses.sms}/sms")
    print(f"  SMTP          {addresses.smtp}\n")
    print("People of the default world:")
    print("\n".join(_credentials(person) for person in people), flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGINT or SIGTERM; 0 then, 1 when it could not start."""
    given = _arguments(arguments)
    # Four servers share one interpreter: with Python's own 5 ms a short answer waits for a long one at every turn.
    sys.setswitchinterval(_SWITCH_SECONDS)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    ports = Ports(given.host, given.portal_port, given.control_port, given.mail_port, given.smtp_port)
    try:
        sandbox = Sandbox(given.data, ports, given.workers, given.password_cost)
    except PortTaken as taken:
        print(f"simulator: {taken}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"simulator: {error}. Is --data {given.data} a folder you may write to?", file=sys.stderr)
        return 1
    try:
        _announce(sandbox, given.announce)
        over.wait()
    except sqlite3.DatabaseError as error:
        print(f"simulator: a world in {given.data} cannot be read ({error}). Move the file away, or give another --data.", file=sys.stderr)
        return 1
    finally:
        sandbox.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
