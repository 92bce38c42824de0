"""Whom the doctor looks at: the target as its file says it, as it runs, and as its portal is documented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from conformance.language import Language
from conformance.languages import named
from conformance.plan import Plan
from conformance.target import Target


@dataclass(frozen=True)
class Patient:
    """`written` is the target with the places for addresses that `running` has filled in. `longest_wait` is --max-wait."""

    plan: Plan
    written: Target
    running: Target
    documented: Target
    driver: str
    longest_wait: timedelta
    acts: bool

    @property
    def file(self) -> Path:
        """The target file."""
        return Path(self.written.file)

    @property
    def language(self) -> Language:
        """Of its pages."""
        return named(self.running.language)

    @property
    def screen(self) -> bool:
        """Whether the driver has a screen."""
        return self.driver == "browser"

    def as_written(self, address: str) -> str:
        """An address as the file would write it: with the places that it uses for what the harness starts."""
        for place, running in self._places().items():
            if running and address.startswith(running):
                return place + address.removeprefix(running)
        return address

    def _places(self) -> dict[str, str]:
        pairs = {name: (getattr(self.written, name), getattr(self.running, name)) for name in ("address", "control", "mail", "sms")}
        places = {}
        for written, running in pairs.values():
            if written and running and written.startswith("{"):
                place, _, rest = written.partition("}")
                places[f"{place}}}"] = running.removesuffix(rest)
        return places
