"""The protocol of a browser with a keyboard, on top of conformance.driver: what the suites without a mouse ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from conformance.driver import Browser, Control, Focused, Page


@dataclass(frozen=True)
class Look:
    """A piece of the page as it looked: where it is, how far the page was scrolled, and the picture. Equal pictures look alike."""

    left: float
    top: float
    width: float
    height: float
    scrolled: tuple[float, float]
    picture: bytes


@runtime_checkable
class KeyboardBrowser(Browser, Protocol):
    """A browser with a keyboard: what has the focus takes what is typed. A page just opened has it before its first element."""

    def strike(self, key: str) -> Focused | None:
        """Strike a key that leads to no other page, such as Tab, and say what has the focus then; None: nothing of the page."""
        ...

    def send(self, key: str) -> Page | None:
        """Strike a key that is to lead on, such as Enter, and show what comes; None when nothing does."""
        ...

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        ...

    def markup(self) -> str:
        """The HTML of the page as it is now, whatever scripts have made of it since it was shown."""
        ...

    def focused(self) -> Focused | None:
        """What has the focus; None: nothing of the page."""
        ...

    def is_on(self, control: Control) -> bool:
        """Whether the focus is on such a control."""
        ...

    def usable(self) -> Sequence[Focused]:
        """All that somebody with a mouse can use on the page shown, in the order of the document; of radio buttons, one of each group."""
        ...

    def place(self, control: Control) -> int:
        """The place of a control in the document. ControlNotFound without it."""
        ...

    def value(self, control: Control) -> str:
        """What stands in a field; of a box `on` or nothing. ControlNotFound without it."""
        ...

    def autocomplete(self, control: Control) -> str:
        """What a field says of being filled in by the browser: `current-password`, `off`, or nothing. ControlNotFound without it."""
        ...

    def picture_of(self, element: Focused) -> Look | None:
        """How the element looks, with a little around it; None where it is not on the screen."""
        ...

    def look_again(self, look: Look) -> Look | None:
        """How the same place looks now, scrolled as it was then."""
        ...

    def paste(self, control: Control, text: str) -> str:
        """Copy a text from elsewhere and paste it into a field, as a password manager's user does; what stands in the field then."""
        ...
