"""One installation, as every process of it has it: key, worlds, passwords, and the thread that sends messages."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.couriers import Courier, MailCourier, SmsCourier
from simulator.defects import Consultations
from simulator.keyring import Keyring, keyring_in
from simulator.outbox import OutboxSender
from simulator.passwords import Passwords
from simulator.settings import Settings
from simulator.worlds import Worlds


@dataclass(frozen=True)
class Installation:
    """What the web applications of a process share."""

    settings: Settings
    keyring: Keyring
    passwords: Passwords
    worlds: Worlds
    sender: OutboxSender
    consultations: Consultations = field(default_factory=Consultations)


def open_installation(settings: Settings) -> Installation:
    """Open the data folder (made when missing), and begin to send what waits in its worlds."""
    settings.data.mkdir(parents=True, exist_ok=True)
    keyring = keyring_in(settings.data)
    passwords = Passwords(settings.password_cost)
    worlds = Worlds(settings.data, passwords)
    couriers: dict[str, Courier] = {"mail": MailCourier(settings.smtp_host, settings.smtp_port), "sms": SmsCourier(settings.sms_address)}
    sender = OutboxSender(worlds, keyring, couriers)
    sender.start()
    return Installation(settings, keyring, passwords, worlds, sender)
