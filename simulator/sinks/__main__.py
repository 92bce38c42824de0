"""The sink by itself: `python -m simulator.sinks`."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sqlite3
import sys
import threading
from pathlib import Path

from simulator.clock import machine_now
from simulator.servers import ThreadServer, bound
from simulator.sinks import Mailbox, SmsBox, SmtpSink, create_inbox_app
from simulator.sinks.smtp import SIZE_LIMIT


def main(arguments: list[str] | None = None) -> int:
    """Run until interrupted. 0 when ended by ctrl-C or SIGTERM, 1 when a port or the file cannot be had."""
    given = _parser().parse_args(arguments)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    with contextlib.ExitStack() as closing:
        try:
            smtp_port, mail_port = _start(given, closing)
        except (OSError, sqlite3.Error) as problem:
            print(f"The sink cannot start: {problem}", file=sys.stderr)
            return 1
        print(f"SMTP  {given.host}:{smtp_port} (any sender, any recipient, any password; nothing leaves this machine)")
        print(f"Mail  http://{given.host}:{mail_port}/ (pages, and Mailpit’s API below /api/v1/)")
        print(f"SMS   http://{given.host}:{mail_port}/sms (pages; the gateway is POST /api/v1/sms)", flush=True)
        over.wait()
    return 0


def _start(given: argparse.Namespace, closing: contextlib.ExitStack) -> tuple[int, int]:
    web = bound(given.host, given.mail_port, "mail")
    closing.callback(web.close)
    mailbox = Mailbox(given.data, machine_now)
    closing.callback(mailbox.close)
    smtp = SmtpSink(mailbox, given.host, given.smtp_port, given.size_limit)
    smtp.start()
    closing.callback(smtp.stop)
    texts = SmsBox(given.sms_data, machine_now)
    closing.callback(texts.close)
    server = ThreadServer(create_inbox_app(mailbox, texts), web)
    server.start()
    closing.callback(server.stop)
    return smtp.port, web.getsockname()[1]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m simulator.sinks", description="Sinks: real SMTP in, Mailpit’s API and pages out; an SMS gateway."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    parser.add_argument("--smtp-port", type=int, default=1025, help="SMTP port, 0 for a free one (default: %(default)s)")
    parser.add_argument("--mail-port", type=int, default=8025, help="port of pages and API, 0 for a free one (default: %(default)s)")
    parser.add_argument("--data", type=Path, default=Path(".sandbox/mail.sqlite"), help="file that keeps the mail (default: %(default)s)")
    parser.add_argument("--sms-data", type=Path, default=Path(".sandbox/sms.sqlite"), help="file that keeps the SMS (default: %(default)s)")
    parser.add_argument("--size-limit", type=int, default=SIZE_LIMIT, help="biggest message in bytes (default: %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
