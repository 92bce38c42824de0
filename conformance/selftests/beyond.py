"""The simulator as if it were on somebody else's machine, with and without a permission."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from conformance.selftests.gateway import Gateway


@dataclass(frozen=True)
class Beyond:
    """The simulator's three interfaces, each an origin beyond loopback."""

    portal: Gateway
    control: Gateway
    mail: Gateway

    def permit(
        self, impacts: str = "read, account, lock, hammer", until: date | None = None, rate: str = "1000", others: bool = True
    ) -> None:
        """Let the portal serve a permission, which names the other two origins too."""
        origins = f"origins: {self.control.origin}, {self.mail.origin}\n" if others else ""
        self.portal.permission = f"heurtoir: 1\nimpacts: {impacts}\nuntil: {until or in_days(1)}\nrate: {rate}\n{origins}"

    def target(self, folder: Path) -> str:
        """A target file for it."""
        file = folder / "beyond.toml"
        addresses = f'address = "{self.portal.origin}/ameli"\ncontrol = "{self.control.origin}"\nmail = "{self.mail.origin}"\n'
        file.write_text(f'portal = "ameli-connect"\n{addresses}[pages]\nsign-in = "connexion"\naccount = "compte"\n', encoding="utf-8")
        return str(file)

    @property
    def asked(self) -> list[str]:
        """Every path that was asked for, by origin and in order, and the lists empty again."""
        paths = [path for served in (self.portal, self.control, self.mail) for path in served.paths]
        for served in (self.portal, self.control, self.mail):
            served.paths.clear()
            served.moments.clear()
        return paths


def in_days(days: int) -> date:
    """Today, so many days later or earlier, on the clock by which permissions end."""
    return date.fromtimestamp(time.time()) + timedelta(days=days)  # noqa: TID251, DTZ012
