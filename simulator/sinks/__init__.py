"""The mail sink: real SMTP in, Mailpit's API and pages to read mail in out. Nothing leaves this machine.

By itself: `python -m simulator.sinks --smtp-port 1025 --mail-port 8025 --data mail.sqlite`.
"""

from simulator.sinks.inbox import create_inbox_app
from simulator.sinks.mailbox import Mailbox
from simulator.sinks.smtp import SmtpSink

__all__ = ["Mailbox", "SmtpSink", "create_inbox_app"]
