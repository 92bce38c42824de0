"""A target: the implementation that is held against the cases, as its target file describes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from conformance.driver import Control, DriverBroke

Value = TypeVar("Value")

# What a target may offer so that cases can be tried on it; `screen` comes with the driver.
CAPABILITIES = ("people", "clock", "mail", "staff")


class TargetError(Exception):
    """The target cannot be used as it is described. The text names the file, the key, and the way on."""


@dataclass(frozen=True)
class FormSpecification:
    """A form by its name: the page it stands on, the link that leads to it from there, its controls, and the button that sends it.

    `controls` and `button`, and `link` when there is one, are names in the target's `controls`.
    """

    name: str
    page: str | None
    link: str | None
    controls: tuple[str, ...]
    button: str


@dataclass(frozen=True)
class Wording:
    """How the target says things. No pattern holds a number: numbers are read from the page and judged.

    `outcomes` is keyed `outcome` or `outcome.reason`, such as `code-asked` or `refused.wrong`; `shown` by page.
    """

    outcomes: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    shown: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    offers: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    says: Mapping[str, re.Pattern[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class StartCommand:
    """How the target is started: `{python}` and `{data}` (a directory of its own) are filled in."""

    command: tuple[str, ...]
    ready_seconds: float = 20.0


@dataclass(frozen=True)
class BrowserSettings:
    """What a browser with a screen looks like, and how long it waits for a control or a page."""

    timeout_seconds: float = 5.0
    width: int = 1280
    height: int = 800
    locale: str = "fr-FR"
    timezone: str = "Europe/Paris"


@dataclass(frozen=True)
class Addresses:
    """Where a running target answers: bases of the portals, of the testability API and of Mailpit's API."""

    portal: str
    control: str | None = None
    mail: str | None = None


@dataclass(frozen=True)
class Target:
    """Everything that is known of a target before a case runs.

    `address`, `control` and `mail` are base addresses without a slash at the end; they hold `{portal}` and the like until `at` fills them in.
    `not_applicable` names requirements whose function the target declares not to have, with the reason.
    """

    name: str
    file: str
    portal: str
    address: str
    control: str | None
    mail: str | None
    pages: Mapping[str, str]
    controls: Mapping[str, Control]
    forms: Mapping[str, FormSpecification]
    wording: Wording
    start: StartCommand | None
    browser: BrowserSettings
    mail_wait_seconds: float
    mail_settle_seconds: float
    clock_precision: timedelta
    capabilities: frozenset[str]
    not_applicable: Mapping[str, str] = field(default_factory=dict)

    def page_address(self, page: str, base: str | None = None) -> str:
        """The whole address of a page, below `base` (a world's address) or else the target's own.

        Raises:
            DriverBroke: when the target names no such page.
        """
        path = self._named(self.pages, page, "pages")
        if "://" in path:
            return path
        return f"{(base or self.address).rstrip('/')}/{path.lstrip('/')}"

    def control_named(self, name: str) -> Control:
        """The control of that name. Raises DriverBroke when the target names none."""
        return self._named(self.controls, name, "controls")

    def form_named(self, name: str) -> FormSpecification:
        """The form of that name. Raises DriverBroke when the target names none."""
        return self._named(self.forms, name, "forms")

    def at(self, addresses: Addresses) -> Target:
        """The same target with the addresses of a running process filled in for `{portal}`, `{control}` and `{mail}`."""
        places = {"portal": addresses.portal, "control": addresses.control or "", "mail": addresses.mail or ""}
        address, control, mail = (_filled(text, places) for text in (self.address, self.control, self.mail))
        return replace(self, address=address or "", control=control, mail=mail)

    def _named(self, table: Mapping[str, Value], name: str, section: str) -> Value:
        if name in table:
            return table[name]
        known = ", ".join(sorted(table)) or "none"
        raise DriverBroke(f"{self.file} has no [{section}] {name}; it has: {known}. Name it there, or mend the case.")


def _filled(text: str | None, places: Mapping[str, str]) -> str | None:
    if text is None:
        return None
    for name, address in places.items():
        text = text.replace(f"{{{name}}}", address.rstrip("/"))
    return text.rstrip("/") or None
