"""What was seen after a step: a page, or the mails. Facts are read from it, watchers judge it, the report shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance.driver import Message, Page
from conformance.reading import Reading
from conformance.recognise import Recognition


@dataclass(frozen=True)
class Essence:
    """A page without what was typed and what is random in it: what two answers are compared by."""

    status: int
    lines: tuple[str, ...]
    controls: tuple[str, ...]


@dataclass(frozen=True)
class PageSeen:
    """A page after a step. `overflow` asks the browser by how many pixels it is too wide; `account` is the account's page if it opens."""

    page: Page
    reading: Reading
    recognition: Recognition
    form: str
    essence: Essence
    overflow: Callable[[], int]
    account: Page | None = None

    @property
    def message_words(self) -> str:
        """What the page says to this person now: its most urgent region."""
        return self.recognition.words


@dataclass(frozen=True)
class AppSeen(PageSeen):
    """What the portal's mobile app gets to know: `page` is the answer as it came, the rest what it tells a person."""


@dataclass(frozen=True)
class MailSeen:
    """The mails after a step: the one that was asked for (None: there is none), how many there are, and who they should be for.

    `seconds` is the real time from the act that asked for it until it was seen.
    """

    message: Message | None
    count: int
    own_address: str | None
    seconds: float


Observation = PageSeen | MailSeen
