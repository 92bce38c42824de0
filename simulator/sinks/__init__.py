"""The sinks: real SMTP in, Mailpit's API and pages out; an SMS gateway, and pages for what came through it. Nothing leaves this machine.

By itself: `python -m simulator.sinks --smtp-port 1025 --mail-port 8025 --data mail.sqlite --sms-data sms.sqlite`.
"""

from simulator.sinks.inbox import create_inbox_app
from simulator.sinks.mailbox import Mailbox
from simulator.sinks.sms import SmsBox
from simulator.sinks.smtp import SmtpSink

__all__ = ["Mailbox", "SmsBox", "SmtpSink", "create_inbox_app"]
