"""A target: the implementation that is held against the cases, as its target file describes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeVar

from conformance.app_specification import AppSpecification, app_in
from conformance.driver import Control, DriverBroke
from conformance.own_verbs import own_verbs
from conformance.people.account_file import read_accounts
from conformance.people.accounts import Account
from conformance.results import KnownFailure
from conformance.target_entries import address_in, allowed, controls_in, functions_in, known_failures_in, language_in, limits_in, pages_in
from conformance.target_file import (
    TargetError,
    TargetFile,
    documented_defaults,
    read_target_file,
    seconds,
    wording_pattern,
)

Value = TypeVar("Value")

# What a target may offer so that cases can be tried on it; `screen` comes with the driver.
CAPABILITIES = ("people", "clock", "mail", "sms", "app", "staff", "faults", "lift", "captcha")


@dataclass(frozen=True)
class FormSpecification:
    """A form by its name: the page it stands on, the link that leads to it from there, its controls, and the button that sends it.

    `controls` and `button`, and `link` when there is one, are names in the target's `controls`. The controls stand in the order in which
    they are used; a button or a link among them leads to the next page of a form that has several.
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
    """How the target is started: `{python}` and `{data}` (a directory of its own) are filled in; run in `directory`."""

    command: tuple[str, ...]
    directory: str
    ready_seconds: float = 20.0


@dataclass(frozen=True)
class PeopleSource:
    """Where people come from when there is no testability API: the `accounts` of a `file` (CSV), or a `command` run in `directory`."""

    file: str | None
    command: tuple[str, ...]
    directory: str
    timeout_seconds: float = 10.0
    accounts: tuple[Account, ...] = ()


@dataclass(frozen=True)
class BrowserSettings:
    """What a browser with a screen looks like, and how long it waits for a control or a page."""

    timeout_seconds: float = 10.0
    width: int = 1280
    height: int = 800
    locale: str = "fr-FR"
    timezone: str = "Europe/Paris"


@dataclass(frozen=True)
class Addresses:
    """Where a running target answers: bases of the portals, of the testability API, of Mailpit's API and of an SMS sink."""

    portal: str
    control: str | None = None
    mail: str | None = None
    sms: str | None = None


@dataclass(frozen=True)
class Target:
    """Everything that is known of a target before a case runs.

    `address`, `control`, `mail` and `sms` are base addresses without a slash at the end, with `{portal}` and the like until `at` fills
    them in.
    `not_applicable` names requirements whose function the target declares not to have, with the reason. `limits` are the documented
    durations that are shorter on this target, each with the one in force. `known_failures` are by the id of a case or of a watcher.
    `functions` are what the portal has, of those that cases and suites of all portals are about.
    `unannounced` says that messages have no role and are tied to no field: they are looked for among the lines of the page.
    `needs_scripts` says that there is nothing to see without a browser that runs scripts.
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
    people: PeopleSource | None = None
    limits: Mapping[timedelta, timedelta] = field(default_factory=dict)
    known_failures: Mapping[str, KnownFailure] = field(default_factory=dict)
    functions: frozenset[str] = frozenset()
    language: str = "fr"
    unannounced: bool = False
    needs_scripts: bool = False
    verbs: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    sms: str | None = None
    app: AppSpecification | None = None

    def page_address(self, page: str, base: str | None = None) -> str:
        """The whole address of a page, below `base` (a world's address) or else the target's own.

        Raises:
            DriverBroke: when the target names no such page.
        """
        path = self._named(self.pages, page, "pages")
        if "://" in path:
            return path
        return f"{(base or self.address).rstrip('/')}/{path.lstrip('/')}"

    @property
    def touched(self) -> tuple[str, ...]:
        """Every whole address that the target names, the portal's first: what the gate is asked to let through."""
        named = (self.address, self.control, self.mail, self.sms, *(page for page in self.pages.values() if "://" in page))
        return tuple(address for address in named if address)

    def control_named(self, name: str) -> Control:
        """The control of that name. Raises DriverBroke when the target names none."""
        return self._named(self.controls, name, "controls")

    def form_named(self, name: str) -> FormSpecification:
        """The form of that name. Raises DriverBroke when the target names none."""
        return self._named(self.forms, name, "forms")

    def stages(self, form: FormSpecification) -> Sequence[Sequence[Control]]:
        """The controls of a form page by page, each page with the button or link that ends it."""
        stages: list[list[Control]] = [[]]
        for name in (*form.controls, form.button):
            control = self.control_named(name)
            stages[-1].append(control)
            if control.pressed and name != form.button:
                stages.append([])
        return stages

    def at(self, addresses: Addresses) -> Target:
        """The same target with the addresses of a running process filled in for `{portal}`, `{control}`, `{mail}`
        and `{sms}`.

        Raises:
            TargetError: when one of them is refused, or an address that the target file asks for was not announced.
        """
        places = {"portal": addresses.portal, "control": addresses.control, "mail": addresses.mail, "sms": addresses.sms}
        filled = {name: _filled(self.file, name, getattr(self, name), places) for name in ("address", "control", "mail", "sms")}
        return replace(self, address=filled["address"] or "", control=filled["control"], mail=filled["mail"], sms=filled["sms"])

    def _named(self, table: Mapping[str, Value], name: str, section: str) -> Value:
        if name in table:
            return table[name]
        known = ", ".join(sorted(table)) or "none"
        raise DriverBroke(f"{self.file} has no [{section}] {name}; it has: {known}. Name it there, or mend the case.")


def load_target(name_or_path: str) -> Target:
    """The target of a shipped name, such as `simulator`, or of a path to a target file.

    Raises:
        TargetError: when there is no such file, or with everything in it that cannot be used.
    """
    found = read_target_file(name_or_path)
    target = _target(found)
    found.check()
    return target


def documented_target(portal: str) -> Target:
    """The portal as it is documented: pages, controls, forms and wording, at no address."""
    found = documented_defaults(portal)
    return _target(replace(found, table={**found.table, "portal": portal}))


def _target(found: TargetFile) -> Target:
    """As far as it can be used: what cannot is noted, and left out."""
    table = found.table
    return Target(
        name=table.get("name", found.path.stem),
        file=found.shown,
        portal=table["portal"],
        address=address_in(found, "address") or "",
        control=address_in(found, "control"),
        mail=address_in(found, "mail"),
        pages=pages_in(found),
        controls=controls_in(found),
        forms=_forms(found),
        wording=_wording(found),
        start=_start(found),
        browser=_browser(found),
        mail_wait_seconds=seconds(found.value("timing", "mail-wait", "10s")),
        mail_settle_seconds=seconds(found.value("timing", "mail-settle", "2s")),
        clock_precision=timedelta(seconds=seconds(found.value("timing", "clock-precision", "1s"))),
        capabilities=_capabilities(table),
        not_applicable=dict(table.get("not-applicable", {})),
        people=_people(found),
        functions=functions_in(found),
        language=table.get("language", "fr"),
        unannounced=table.get("messages") == "unannounced",
        needs_scripts=table.get("scripts") == "needed",
        limits=limits_in(found),
        known_failures=known_failures_in(found),
        verbs=_verbs(found),
        sms=address_in(found, "sms"),
        app=app_in(found),
    )


def _verbs(found: TargetFile) -> Mapping[str, Callable[..., Any]]:
    with found.noted("driver"):
        return own_verbs(found.path, found.table["driver"]) if "driver" in found.table else {}
    return {}


def _filled(file: str, key: str, text: str | None, places: Mapping[str, str | None]) -> str | None:
    if text is None:
        return None
    for name, address in places.items():
        if f"{{{name}}}" in text and not address:
            raise TargetError(
                f"{file}: {key}: {text} needs the address of {name}, and what was started announced none. Announce it, or leave {key} out."
            )
        text = text.replace(f"{{{name}}}", (address or "").rstrip("/"))
    return allowed(file, key, text).rstrip("/")


def _forms(found: TargetFile) -> Mapping[str, FormSpecification]:
    forms = {}
    for name, entry in found.table.get("forms", {}).items():
        place = f"forms.{name}"
        form = FormSpecification(name, entry.get("page"), entry.get("link"), tuple(entry.get("controls", ())), entry.get("button", ""))
        with found.noted(place):
            if not form.button:
                raise TargetError(f"{found.shown}: {place} has no button. Name the control that sends it.")
        for control in filter(None, (*form.controls, form.button, form.link)):
            with found.noted(place):
                found.known(place, control, found.table.get("controls", {}), "controls")
        with found.noted(place):
            if form.page is not None:
                found.known(place, form.page, found.table.get("pages", {}), "pages")
        forms[name] = form
    return forms


def _wording(found: TargetFile) -> Wording:
    ideas, language = found.flat("ideas"), language_in(found)

    def patterns(section: str) -> Mapping[str, re.Pattern[str]]:
        read: dict[str, re.Pattern[str]] = {}
        if language is None:
            return read
        for key, text in found.flat(section).items():
            with found.noted(f"{section}.{key}"):
                read[key] = wording_pattern(found.place(f"{section}.{key}"), text, language, ideas)
        return read

    return Wording(patterns("outcomes"), patterns("shown"), patterns("offers"), patterns("says"))


def _start(found: TargetFile) -> StartCommand | None:
    start = found.table.get("start")
    if start is None:
        return None
    directory = (found.path.parent / start.get("directory", ".")).resolve()
    return StartCommand(tuple(start["command"]), str(directory), seconds(start.get("ready-within", "20s")))


def _people(found: TargetFile) -> PeopleSource | None:
    people = found.table.get("people")
    if people is None:
        return None
    with found.noted("people"):
        if "control" in found.table:
            raise TargetError(f"{found.shown}: people and control both say where people come from. Leave one of them out.")
    directory = str(found.path.parent.resolve())
    file = found.path.parent.resolve() / people["file"] if "file" in people else None
    accounts: tuple[Account, ...] = ()
    with found.noted("people.file"):
        accounts = read_accounts(file) if file else ()
    command = tuple(people.get("command", ()))
    return PeopleSource(str(file) if file else None, command, directory, seconds(people.get("timeout", "10s")), accounts)


def _browser(found: TargetFile) -> BrowserSettings:
    browser = found.table.get("browser", {})
    given = {key: browser[key] for key in ("width", "height", "locale", "timezone") if key in browser}
    return BrowserSettings(seconds(browser.get("timeout", "10s")), **given)


def _capabilities(table: Mapping[str, Any]) -> frozenset[str]:
    given = {"people": {"control", "people"}, "mail": {"mail"}, "sms": {"sms"}, "app": {"app"}}
    declared = table.get("capabilities", {})
    return frozenset(name for name in CAPABILITIES if declared.get(name, bool(given.get(name, {"control"}) & table.keys())))
