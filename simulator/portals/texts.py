"""The SMS of a portal, each from one template. A phone shows the sender's name: it says that this is a simulator."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from simulator.outbox import Sms
from simulator.policy.dates import in_words
from simulator.portals.typography import french

_SENDER = "Simulateur"


class Texts:
    """The SMS whose templates lie in a folder."""

    def __init__(self, folder: Path) -> None:
        # Plain text, not HTML: nothing in it is to be escaped.
        self._templates = Environment(loader=FileSystemLoader(folder), autoescape=False, undefined=StrictUndefined)  # noqa: S701
        self._templates.filters.update(in_words=in_words, french=french)

    def sms(self, to: str, name: str, **values: object) -> Sms:
        """The SMS of that template to a number in E.164 form, on one line."""
        said = self._templates.get_template(f"{name}.txt").render(**values)
        return Sms(_SENDER, to, french(" ".join(said.split())))
