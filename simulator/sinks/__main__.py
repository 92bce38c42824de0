"""The sink by itself: `python -m simulator.sinks`."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from waitress.server import create_server

from simulator.clock import machine_now
from simulator.sinks import Mailbox, SmtpSink, create_inbox_app
from simulator.sinks.smtp import SIZE_LIMIT


def main(arguments: list[str] | None = None) -> int:
    """Run until interrupted. 0 when ended by Ctrl-C or SIGTERM, 1 when a port or the file cannot be had."""
    given = _parser().parse_args(arguments)
    try:
        mailbox = Mailbox(given.data, machine_now)
        smtp = SmtpSink(mailbox, given.host, given.smtp_port, given.size_limit)
        smtp.start()
        web = create_server(create_inbox_app(mailbox), host=given.host, port=given.mail_port, threads=given.threads, ident="")
    except Exception as problem:
        # Whatever is in the way at the start, one line says it: a taken port, a folder that may not be written, a file that is no mailbox.
        print(f"The sink cannot start: {problem}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, _interrupt)
    print(f"SMTP  {given.host}:{smtp.port} (any sender, any recipient, any password; nothing leaves this machine)")
    port = getattr(web, "effective_port", given.mail_port)  # a name with several addresses gets one server for each, and no port 0
    print(f"Mail  http://{given.host}:{port}/ (pages, and Mailpit’s API below /api/v1/)", flush=True)
    try:
        web.run()
    except KeyboardInterrupt:
        pass
    finally:
        web.close()
        smtp.stop()
        mailbox.close()
    return 0


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m simulator.sinks", description="A mail sink: real SMTP in, Mailpit’s API and pages out.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    parser.add_argument("--smtp-port", type=int, default=1025, help="SMTP port, 0 for a free one (default: %(default)s)")
    parser.add_argument("--mail-port", type=int, default=8025, help="port of pages and API, 0 for a free one (default: %(default)s)")
    parser.add_argument("--data", type=Path, default=Path(".sandbox/mail.sqlite"), help="file that keeps the mail (default: %(default)s)")
    parser.add_argument("--size-limit", type=int, default=SIZE_LIMIT, help="biggest message in bytes (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=8, help="threads that answer (default: %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
