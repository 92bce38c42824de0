"""What suites ask of a browser beyond what a person does with it: holding back what a press sends, and sending something else instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from conformance.driver import Browser, Page
from conformance.forms import Submission

Pairs = Sequence[tuple[str, str]]


@runtime_checkable
class Forger(Browser, Protocol):
    """A browser that can be made to send what nobody would. A redirect that leads off the target is shown, and not followed."""

    @property
    def held(self) -> Submission | None:
        """What was held back last, until it is let go."""
        ...

    @property
    def hidden(self) -> frozenset[str]:
        """The names of the hidden fields of what was held back."""
        ...

    @property
    def texts(self) -> tuple[str, ...]:
        """The names of the fields of what was held back that a person types into."""
        ...

    def hold(self, *names: str) -> None:
        """Hold back what pressing these controls sends, by their names in the target file; the page shown stays. None: hold nothing."""
        ...

    def let_go(self, instead: Submission | None = None) -> Page:
        """Send what was held back, or this instead, as the press would have, and show what comes. DriverBroke when nothing was."""
        ...

    def send(self, method: str, address: str, fields: Pairs = (), headers: Mapping[str, str | None] | None = None) -> Page:
        """Send a request of one's own making with this browser's cookies; the page shown stays.

        A header that is None is left out. Half characters in a field (surrogates) stand for bytes that are no UTF-8.
        """
        ...

    def say(self, headers: Mapping[str, str]) -> None:
        """Send these headers with every request from now on, in the place of those said before."""
        ...

    def add(self, parameters: Pairs) -> None:
        """Add these to every address that is opened and to every form that is sent from now on, in the place of those added before."""
        ...

    @property
    def answers(self) -> Sequence[Page]:
        """Everything that came in answer to this browser so far, in its order."""
        ...


@runtime_checkable
class ForgingBrowsers(Protocol):
    """Makes browsers that forge."""

    def forger(self) -> Forger:
        """A browser that was never anywhere."""
        ...
