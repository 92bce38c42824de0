"""Starts the members' area of Harbour Health, with a mail server of its own, and stops both when it is asked to."""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from waitress.server import create_server

from conformance.selftests.foreign.small import sink
from conformance.selftests.foreign.small.limits import Limits, Span
from conformance.selftests.foreign.small.outbox import Postman
from conformance.selftests.foreign.small.people import PeopleError, read_people
from conformance.selftests.foreign.small.store import Store
from conformance.selftests.foreign.small.web import Portal, make_app

_HERE = Path(__file__).parent
_THREADS = 8
_LIMITS = (
    ("code", "10s", "how long a security code works; documented: 15m"),
    ("block", "10s", "how long three failures block; documented: 15m"),
    ("quota-window", "90s", "the time in which five codes may be asked for; documented: 1h"),
    ("quota-block", "90s", "how long a sixth code blocks; documented: 1h"),
    ("link", "20s", "how long the link to a new password works; documented: 30m"),
    ("trust", "110s", "how long a trusted device needs no code; documented: 6mo"),
)


def main() -> int:
    """Run until SIGTERM or ctrl-C. The exit status is 2 when it cannot start."""
    arguments = _parser().parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        members = read_people(arguments.people)
        with _folder(arguments.data) as folder, sink.running(folder / "mails") as mails, contextlib.suppress(KeyboardInterrupt):
            store = Store.fresh(folder / "harbour.sqlite3", arguments.password_cost, members)
            _serve(arguments, store, mails)
    except (PeopleError, sink.SinkError, OSError) as error:
        print(f"harbour: {error}", file=sys.stderr)
        return 2
    return 0


def _serve(arguments: argparse.Namespace, store: Store, mails: sink.Sink) -> None:
    limits = Limits(**{name.replace("-", "_"): getattr(arguments, name.replace("-", "_")) for name, _, _ in _LIMITS})
    postman = Postman(store, mails.smtp)
    listener = socket.create_server(("127.0.0.1", arguments.port))
    address = arguments.address or f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = make_app(Portal(store, limits, address.rstrip("/"), postman))
    server = create_server(app, sockets=[listener], threads=_THREADS, ident="harbour")
    postman.start()
    told = {"portal": address, "mail": mails.mail}
    print(json.dumps(told) if arguments.announce else f"members' area: {address}\nits mails:     {mails.mail}", flush=True)
    try:
        server.run()
    finally:
        server.close()
        postman.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}", description="A small members' area, all made up.")
    parser.add_argument("--announce", action="store_true", help="print the addresses as one line of JSON when ready, and nothing else")
    parser.add_argument("--port", type=int, default=0, metavar="PORT", help="the port of the portal; 0 for any free one (default)")
    parser.add_argument("--address", metavar="ADDRESS", help="its own address, for links in mails (default: where it listens)")
    parser.add_argument("--people", type=Path, default=_HERE / "people.csv", metavar="FILE", help="the prepared accounts, a CSV file")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where all is kept; a folder that is removed at the end when left out")
    parser.add_argument("--password-cost", type=int, default=1024, metavar="N", help="scrypt's n, a power of two (default: 1024)")
    for name, default, what in _LIMITS:
        parser.add_argument(f"--{name}", type=_span, default=Span.parse(default), metavar="TIME", help=f"{what}; default: {default}")
    return parser


def _span(text: str) -> Span:
    try:
        return Span.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


@contextlib.contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    if chosen is not None:
        chosen.mkdir(parents=True, exist_ok=True)
        yield chosen
        return
    with tempfile.TemporaryDirectory(prefix="harbour-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
