"""The mails of the portals, in text and HTML, each from one pair of templates of its portal, laid out alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from simulator import defects
from simulator.outbox import Mail
from simulator.policy.dates import in_days
from simulator.portals.dates import duration_in_words
from simulator.portals.typography import french

_SHARED = Path(__file__).parent / "templates" / "mails"


@dataclass(frozen=True)
class Sender:
    """Who a portal's mails are from: the name and the address that mailboxes show."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What stands behind the @ of the address."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Letters:
    """Writes the mails of one portal from the templates in `folder`."""

    folder: Path

    @cached_property
    def _templates(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader((self.folder, _SHARED)),
            autoescape=select_autoescape(("html",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(in_words=duration_in_words, in_days=in_days, french=french)
        environment.globals["defect"] = defects.on
        return environment

    def mail(self, sender: Sender, to: str, subject: str, name: str, **values: object) -> Mail:
        """The mail of that name (`NAME.txt` and `NAME.html`), its templates filled in with these values."""
        text, html = (self._templates.get_template(f"{name}.{form}").render(subject=subject, **values) for form in ("txt", "html"))
        sender_name = "" if defects.on("sender-without-a-name") else sender.name
        sender_address = f"contact@{sender.domain}" if defects.on("sender-takes-replies") else sender.address
        return Mail(sender_name, sender_address, to, french(subject), french(text), html)
