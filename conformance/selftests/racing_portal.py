"""A portal in memory for several browsers at once. Without its lock it reads, waits and writes: what races are there to find."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import urlsplit

from conformance.driver import CannotRun, Control, Cookie, Credentials, Exchange, Message, Page, World
from conformance.forms import Document
from conformance.selftests.fakes import ACCOUNT, BASE, PERSON
from conformance.selftests.french_pages import page
from scenarios.model import Person

BLOCKED_CODES = "Les informations saisies sont erronées. L’accès est bloqué jusqu’au 10/03/2026 - 10h16 (heure de Paris)."
BLOCKED_QUOTA = "Le nombre maximum de demandes de code a été atteint. L’accès est bloqué jusqu’au 10/03/2026 - 11h01 (heure de Paris)."
_HESITATION_SECONDS = 0.003
Value = TypeVar("Value")


@dataclass
class RacingPortal:
    """One account, any number of sessions; `locked` says whether it counts as it should when asked at the same moment."""

    locked: bool = True
    mails: list[Message] = field(default_factory=list)
    code: str = ""
    asked: int = 0
    failures: int = 0
    blocked: str = ""
    passed: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    _keys: itertools.count[int] = field(default_factory=itertools.count)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, path: str, data: Mapping[str, str], key: str) -> tuple[Page, str]:
        """What the portal answers to the holder of a session key, and the key to hold from then on."""
        with self._lock if self.locked else nullcontext():
            if method == "GET":
                if path == "compte" and key in self.open:
                    return page(h1="Mon compte", form=ACCOUNT), key
                return page(form="code" if path == "code" and key in self.passed else "sign-in"), key
            return self._posted(data, key)

    def _posted(self, data: Mapping[str, str], key: str) -> tuple[Page, str]:
        if self.blocked:
            return page(alert=self.blocked, form="sign-in"), key
        if "p" in data:
            key = f"visit-{next(self._keys)}-0123456789"
            self.passed.add(key)
            return page(form="announcement"), key
        return self._entered(data["c"], key) if "c" in data else self._asked(key)

    def _asked(self, key: str) -> tuple[Page, str]:
        asked = self._hesitating(self.asked)
        if asked >= 5:
            self.blocked = BLOCKED_QUOTA
            return page(alert=self.blocked, form="sign-in"), key
        self.asked = asked + 1
        self.code = f"{700_001 + next(self._keys):06d}"
        mail = Message(str(next(self._keys)), "x", "x@a.test", (PERSON.address or "",), "Code", f"Code : {self.code}", "")
        self.mails.insert(0, mail)
        return page(status="Un code vient d’être envoyé.", form="code"), key

    def _entered(self, typed: str, key: str) -> tuple[Page, str]:
        code, failures = self._hesitating((self.code, self.failures))
        if typed == code:
            self.code = ""
            key = f"account-{next(self._keys)}-0123456789"
            self.open.add(key)
            return page(h1="Mon compte", form=ACCOUNT), key
        self.failures = failures + 1
        if self.failures >= 3:
            self.blocked = BLOCKED_CODES
            return page(alert=self.blocked, form="sign-in"), key
        return page(alert="Le code saisi est erroné.", form="code"), key

    def _hesitating(self, value: Value) -> Value:
        if not self.locked:
            time.sleep(_HESITATION_SECONDS)
        return value


class RacingBrowser:
    """A browser of the racing portal, with one cookie."""

    def __init__(self, portal: RacingPortal) -> None:
        self._portal = portal
        self._key = ""
        self._page = page(h1="")
        self._typed: dict[Control, str | bool] = {}

    def open(self, address: str) -> Page:
        return self._show(self._ask("GET", address, {}))

    def page(self) -> Page:
        return self._page

    def has(self, control: Control) -> bool:
        return Document(self._page.html, BASE).find(control) is not None

    def fill(self, control: Control, text: str) -> None:
        self._typed[control] = text

    def tick(self, control: Control, on: bool = True) -> None:
        self._typed[control] = on

    def press(self, control: Control) -> Page:
        sent = Document(self._page.html, f"{BASE}/").fill_in(self._typed, control)
        return self._show(self._ask(sent.method, f"{BASE}/code", dict(sent.data)))

    def fetch(self, address: str) -> Page:
        return self._ask("GET", address, {})

    def cookies(self) -> tuple[Cookie, ...]:
        return (Cookie("session", self._key, "/", True, False, "Lax", True),)

    def forget_cookies(self) -> None:
        self._key = ""

    def restore(self, cookies: Sequence[Cookie]) -> None:
        self._key = cookies[0].value

    def twin(self) -> RacingBrowser:
        other = RacingBrowser(self._portal)
        other._key, other._page = self._key, self._page
        return other

    def resize(self, width: int) -> None:
        raise CannotRun("this portal is raced without a screen")

    def overflow(self) -> int:
        raise CannotRun("this portal is raced without a screen")

    def screenshot(self) -> bytes | None:
        return None

    def inspected(self) -> None:
        return None

    def _ask(self, method: str, address: str, data: Mapping[str, str]) -> Page:
        answer, self._key = self._portal.answer(method, urlsplit(address).path.rpartition("/")[2], data, self._key)
        return replace(answer, address=address, exchanges=(Exchange(method, address, answer.status, {}),))

    def _show(self, shown: Page) -> Page:
        self._page, self._typed = shown, {}
        return shown


@dataclass
class RacingPorts:
    """Mailbox, provisioner and maker of browsers of fresh racing portals."""

    locked: bool
    portal: RacingPortal = field(default_factory=RacingPortal)
    domain: str = "t1.heurtoir.test"
    screen: bool = False

    def make(self, people: Sequence[Person], clock: str | None, claim: str) -> World:
        self.portal = RacingPortal(self.locked)
        known: dict[str, Credentials] = {person.key: PERSON for person in people}
        return World("fake", BASE, known, None, self, None, lambda: None)

    def drop(self, world: World) -> None:
        pass

    def new(self) -> RacingBrowser:
        return RacingBrowser(self.portal)

    def close(self) -> None:
        pass

    def messages(self) -> Sequence[Message]:
        return list(self.portal.mails)

    def wait_beyond(self, count: int, seconds: float) -> Sequence[Message]:
        return list(self.portal.mails)
