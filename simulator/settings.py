"""How an installation runs: addresses, data, workers. What a portal allows stands in that portal's own settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.passwords import PasswordCost


@dataclass(frozen=True)
class Settings:
    """One installation. Addresses are complete (`http://127.0.0.1:8000`), without a slash at the end."""

    data: Path
    portal_address: str
    smtp_host: str
    smtp_port: int
    sms_address: str
    password_cost: PasswordCost = PasswordCost.FAST
