"""The protocols: what a case may ask of a browser, a clock, a mailbox, and of whoever makes people.

Drivers implement them; verbs, runner, watchers and suites use nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable


class DriverBroke(Exception):
    """Target, driver or harness broke: the case is an error. The text says what was sought, what was there, and the way on."""


class ControlNotFound(DriverBroke):
    """The page shown has no control of that label and role."""


class CannotRun(Exception):
    """The case applies, but the target lacks something it needs; the text names it in the words of the target file."""


@dataclass(frozen=True)
class Control:
    """A control as a person finds it: by its role and its label. `name` is the target file's; an `action` is a button or a link."""

    name: str
    role: str  # textbox, password, checkbox, radio, combobox, button, link, action
    label: re.Pattern[str]

    @property
    def pressed(self) -> bool:
        """Whether it is pressed or followed, and not filled in."""
        return self.role in {"button", "link", "action"}


@dataclass(frozen=True)
class Cookie:
    """A cookie as the browser holds it; `http_only`, `secure` and `same_site` as the server asked."""

    name: str
    value: str
    path: str
    http_only: bool
    secure: bool
    same_site: str | None
    session: bool


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, in the order seen: of a document, or of what a script asked for to make the page.

    `seconds` is what the answer took to be there in full; 0 where the driver does not measure it.
    """

    method: str
    address: str
    status: int
    headers: Mapping[str, str]
    set_cookies: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Page:
    """What the browser shows: the last document, and the exchanges (redirects included) that led to it."""

    address: str
    status: int
    html: str
    exchanges: tuple[Exchange, ...] = ()


@dataclass(frozen=True)
class BrokenRule:
    """An automatic rule of accessibility that a page breaks: its id, what it asks for, how grave that is (minor, moderate, serious,
    critical), and the elements that break it, as CSS selectors."""

    rule: str
    asks: str
    impact: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Focused:
    """An element that has the focus, or could have it: its role, its name and its words.

    `number` is its place in the document, counted from 0; `form` is that of the form that it belongs to, `leads_to` that of the element
    on this page that it leads to, -1 where there is none. `skips` says that it leads to where the page's own content begins, `invalid`
    that it is a field marked as invalid. `left`, `top`, `width` and `height` are CSS pixels of the whole page.
    """

    number: int
    role: str
    name: str
    words: str = ""
    form: int = -1
    leads_to: int = -1
    skips: bool = False
    invalid: bool = False
    left: float = 0.0
    top: float = 0.0
    width: float = 0.0
    height: float = 0.0

    def __str__(self) -> str:
        return f"{self.role} “{self.name}”" if self.name else f"{self.role} without a name"


@dataclass(frozen=True)
class Inspection:
    """What only a screen shows of a page: its width in CSS pixels, what has the focus, and which rules of WCAG 2.1 A and AA it breaks."""

    width: int
    focused: Focused | None = None
    broken: tuple[BrokenRule, ...] = ()


@dataclass(frozen=True)
class Message:
    """A mail as the mailbox holds it; or an SMS, which has a text alone, and goes to a number."""

    id: str
    sender_name: str
    sender_address: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Browser(Protocol):
    """One browser with cookies of its own."""

    def open(self, address: str) -> Page:
        """Ask for an address and show what comes."""
        ...

    def page(self) -> Page:
        """What is shown; DriverBroke before any page was opened."""
        ...

    def has(self, control: Control) -> bool:
        """Whether the page shown has such a control that can be used."""
        ...

    def fill(self, control: Control, text: str) -> None:
        """Type into a field; kept until something is pressed. ControlNotFound without it."""
        ...

    def tick(self, control: Control, on: bool = True) -> None:
        """Tick a box, or untick it. ControlNotFound without it."""
        ...

    def press(self, control: Control) -> Page:
        """Press a button or follow a link, and show what comes. ControlNotFound without it."""
        ...

    def fetch(self, address: str) -> Page:
        """Ask for an address with this browser's cookies; the page shown stays."""
        ...

    def cookies(self) -> tuple[Cookie, ...]:
        """The cookies held."""
        ...

    def forget_cookies(self) -> None:
        """Drop all cookies; the page shown stays."""
        ...

    def restore(self, cookies: Sequence[Cookie]) -> None:
        """Hold these cookies instead of those held, as a browser does whose profile was brought back."""
        ...

    def twin(self) -> Browser:
        """A second hand on the page shown, with the same cookies and nothing typed: what both send, one page sent twice. CannotRun with a
        screen."""
        ...

    def resize(self, width: int) -> None:
        """Set the width of the screen in CSS pixels; CannotRun without a screen."""
        ...

    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen; CannotRun without a screen."""
        ...

    def screenshot(self) -> bytes | None:
        """A picture of the page with what was typed covered, or None without a screen."""
        ...

    def inspected(self) -> Inspection | None:
        """The page shown held against the automatic rules of accessibility, and its focus; None without a screen, or without a page."""
        ...


class App(Protocol):
    """The portal's mobile app on one phone. `token` is what it holds of its session."""

    token: str

    def ask(self, call: str, members: Mapping[str, str]) -> Page:
        """One call of the app's API, such as `sign-in`, and its answer as it came. CannotRun where the target names no such call."""
        ...


@runtime_checkable
class Withholding(Protocol):
    """A browser that can hold the last byte of a form back, so that those of many are with the server before any is answered."""

    def withhold(self, until: Callable[[], object]) -> None:
        """The next form that is sent goes out but for its last byte, which waits for `until`."""
        ...


@runtime_checkable
class Named(Protocol):
    """A browser that can say that it is another one."""

    def say_it_is(self, user_agent: str) -> None:
        """Send this as User-Agent with every request from now on."""
        ...


class Browsers(Protocol):
    """Makes browsers; closes them all at the end of a case."""

    screen: bool

    def new(self) -> Browser:
        """A browser that was never anywhere."""
        ...

    def close(self) -> None:
        """Close all browsers that were made."""
        ...


class Clock(Protocol):
    """The target's clock. Instants carry a zone."""

    @property
    def moves(self) -> bool:
        """Whether it stands still until it is moved; one that runs by itself is waited for."""
        ...

    def now(self) -> datetime:
        """The instant it shows."""
        ...

    def move_to(self, instant: datetime) -> None:
        """Move it there; what falls due on the way has been done afterwards."""
        ...


class Mailbox(Protocol):
    """The mails that the target sent to one mail domain."""

    domain: str

    def messages(self) -> Sequence[Message]:
        """Newest first, without waiting."""
        ...

    def wait_beyond(self, count: int, seconds: float) -> Sequence[Message]:
        """Newest first, as soon as there are more than `count`, or what there is after `seconds`."""
        ...


@dataclass(frozen=True)
class Credentials:
    """A person as made: what they know of themself."""

    key: str
    kind: str
    identifier: str
    password: str
    address: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


class Staff(Protocol):
    """People behind the counter."""

    def act(self, act: str, person: str, values: Mapping[str, Any]) -> None:
        """Do an act, such as `attach`, to a person by their key."""
        ...


class TextToCopy(Protocol):
    """The answer to a text to copy, which no machine is to read off its picture."""

    def __call__(self, picture: str | None) -> str | None:
        """The text of the picture at that address, else the one that was shown last; None when none was shown."""
        ...


class Faults(Protocol):
    """What goes wrong on purpose with what the target depends on."""

    def switch(self, fault: str) -> None:
        """From now on this goes wrong and nothing else: `smtp-refuses`, `sms-refuses`, or `none`."""
        ...


@dataclass(frozen=True)
class World:
    """All that one case has to itself; `phone` is where its SMS are read, `new_app` makes phones with the app."""

    id: str
    address: str
    people: Mapping[str, Credentials]
    clock: Clock | None
    mailbox: Mailbox | None
    staff: Staff | None
    settle: Settle
    faults: Faults | None = None
    text_to_copy: TextToCopy | None = None
    phone: Mailbox | None = None
    new_app: Callable[[], App] | None = None


class Settle(Protocol):
    """Waits until no message is on its way any more."""

    def __call__(self) -> None:
        """DriverBroke when messages still wait after the target's own patience."""
        ...


class Provisioner(Protocol):
    """Makes a world with the people that a case asks for, and drops it."""

    def make(self, people: Sequence[Any], clock: str | None, claim: str) -> World:
        """A fresh world with these people, its clock at that instant or at the usual start; `claim` is the id of the trial or suite."""
        ...

    def drop(self, world: World) -> None:
        """Drop the world and all that was in it."""
        ...


@runtime_checkable
class LiftingProvisioner(Protocol):
    """One that can make worlds in which a limit does not hold (docs/testability.md, `lift`)."""

    def lifting(self, limits: Sequence[str]) -> Provisioner:
        """The same, for worlds without these limits."""
        ...
