"""The SMS of the ameli portal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from simulator.outbox import Sms
from simulator.portals.texts import Texts

_TEXTS = Texts(Path(__file__).parent / "templates" / "ameli" / "sms")


def provisional_sms(to: str, code: str, lifetime: timedelta) -> Sms:
    """The SMS with the provisional code to a mobile number on file (AMC-101)."""
    return _TEXTS.sms(to, "provisional", code=code, lifetime=lifetime)
