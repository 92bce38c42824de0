"""A portal in memory, and the ports to it: small, documented in its behaviour, and willing to misbehave in named ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from conformance.driver import (
    BrokenRule,
    CannotRun,
    Control,
    Cookie,
    Credentials,
    DriverBroke,
    Exchange,
    Inspection,
    Message,
    Page,
    World,
)
from conformance.forms import Document
from conformance.selftests.french_pages import page
from conformance.target import Target, load_target
from scenarios.instants import PARIS

BASE = "http://127.0.0.1:8000/w/fake/ameli"
START = datetime(2026, 3, 10, 10, 0, 20, tzinfo=PARIS)
PERSON = Credentials("insured", "insured", "255081416802538", "Correct-Horse-7", "anne@t1.heurtoir.test", {"birth_date": "1955-08-14"})
ACCOUNT = "<p>Bonjour Anne.</p><form method=post action=deconnexion><button>Me déconnecter</button></form>"
TOKEN = "k3y0f4n0p3n4cc0unt"


def target(**changed: Any) -> Target:
    """The documented target, at the address of the portal in memory."""
    return replace(load_target("simulator"), address=BASE, control=None, sms=None, **changed)


@dataclass
class FakePortal:
    """The sign-in with a code, for one person. `broken` names what it does wrong."""

    broken: frozenset[str] = frozenset()
    now: datetime = START
    mails: list[Message] = field(default_factory=list)
    code: str = ""
    failures: int = 0
    until: datetime | None = None
    passed: bool = False
    open: bool = False

    def answer(self, method: str, path: str, data: Mapping[str, str]) -> Page:
        """What the portal answers; one session, as one browser has it."""
        if "unknown-page" in self.broken and method == "POST":
            return page(h1="Il pleut")
        if "server-error" in self.broken and method == "POST":
            return page(h1="Erreur", answered=500)
        if path == "compte":
            return page(h1="Mon compte", form=ACCOUNT) if self.open else page(form="sign-in")
        if path == "deconnexion":
            self.open = False
            return page(status="Vous êtes déconnecté.", form="sign-in")
        if method == "GET":
            self.passed = False
            return page(form="sign-in")
        return self._step(data)

    def _step(self, data: Mapping[str, str]) -> Page:
        if "n" in data:
            return self._password(data["n"], data["p"])
        if "c" in data:
            return self._code(data["c"])
        return self._send()

    def _password(self, identifier: str, password: str) -> Page:
        if not identifier:
            return page(alert="Le numéro de sécurité sociale est obligatoire.", form="sign-in")
        if identifier != PERSON.identifier or password != PERSON.password:
            shown = f" Vous avez saisi {password}." if "shows-password" in self.broken else ""
            return page(alert=f"Les informations saisies sont erronées. 3 essais infructueux bloquent l’accès.{shown}", form="sign-in")
        self.passed = True
        return page(form="announcement")

    def _send(self) -> Page:
        self.code = f"{700_001 + len(self.mails):06d}"
        if "no-mail" not in self.broken:
            text = f"Bonjour,\nvotre code de sécurité :\n{' '.join(self.code)}\nIl est valable 15 minutes et strictement personnel."
            html = f"<p>Votre code&nbsp;: <b>{self.code}</b>. Il est valable 15 minutes et strictement personnel.</p>"
            headers: Mapping[str, tuple[str, ...]] = {}
            own = (PERSON.address or "",)
            number = str(len(self.mails))
            self.mails.insert(
                0, Message(number, "Votre Assurance Maladie", "ne-pas-repondre@a.test", own, "Votre code", text, html, headers)
            )
        leak = f"<!-- {self.code} -->" if "leaks-code" in self.broken else ""
        return page(status=f"Un code vient d’être envoyé.{leak}", form="code")

    def _code(self, typed: str) -> Page:
        if typed == self.code and self.until is None:
            self.open = True
            return page(h1="Mon compte", form=ACCOUNT)
        self.failures += 1
        if self.failures == 3:
            self.until = self.now + timedelta(minutes=15)
            shown = self.until.astimezone(PARIS)
            if "rounds-down" not in self.broken and shown.second:
                shown += timedelta(minutes=1)
            end = f"{shown:%d/%m/%Y - %Hh%M} (heure de Paris)"
            return page(alert=f"Les informations saisies sont erronées. L’accès est bloqué jusqu’au {end}.", form="sign-in")
        return page(alert="Le code saisi est erroné. 3 essais infructueux bloquent l’accès.", form="code")


class FakeBrowser:
    """A browser that talks to the portal in memory."""

    def __init__(self, portal: FakePortal, screen: bool = False) -> None:
        self._portal = portal
        self._screen = screen
        self._page: Page | None = None
        self._typed: dict[Control, str | bool] = {}

    def open(self, address: str) -> Page:
        return self._show(self._ask("GET", address, {}))

    def page(self) -> Page:
        if self._page is None:
            raise DriverBroke("no page yet")
        return self._page

    def has(self, control: Control) -> bool:
        return Document(self.page().html, BASE).find(control) is not None

    def fill(self, control: Control, text: str) -> None:
        self._typed[control] = text

    def tick(self, control: Control, on: bool = True) -> None:
        self._typed[control] = on

    def press(self, control: Control) -> Page:
        document = Document(self.page().html, f"{BASE}/")
        submission = document.fill_in(self._typed, control)
        return self._show(self._ask(submission.method, submission.address, dict(submission.data)))

    def fetch(self, address: str) -> Page:
        return self._ask("GET", address, {})

    def cookies(self) -> tuple[Cookie, ...]:
        weak = "weak-cookies" in self._portal.broken
        return (Cookie("session", TOKEN, "/", not weak, False, None if weak else "Lax", True),)

    def forget_cookies(self) -> None:
        self._portal.open = False

    def restore(self, cookies: Sequence[Cookie]) -> None:
        self._portal.open = bool(cookies)

    def twin(self) -> FakeBrowser:
        raise CannotRun("nobody double-clicks here")

    def resize(self, width: int) -> None:
        if not self._screen:
            raise CannotRun("no screen")

    def overflow(self) -> int:
        if not self._screen:
            raise CannotRun("no screen")
        return 0

    def screenshot(self) -> bytes | None:
        return b"\x89PNG picture" if self._screen else None

    def inspected(self) -> Inspection | None:
        if not self._screen:
            return None
        rules = (BrokenRule("label", "Form elements must have labels", "critical", ("input",)),)
        return Inspection(1280, None, rules if "breaks-rules" in self._portal.broken else ())

    def _ask(self, method: str, address: str, data: Mapping[str, str]) -> Page:
        answer = self._portal.answer(method, urlsplit(address).path.rpartition("/")[2], data)
        headers = {} if "no-headers" in self._portal.broken else {"cache-control": "no-store"}
        address = address.replace(":8000", ":9000") if "elsewhere" in self._portal.broken else address
        return replace(answer, address=address, exchanges=(Exchange(method, address, answer.status, headers),))

    def _show(self, shown: Page) -> Page:
        self._page, self._typed = shown, {}
        return shown


@dataclass
class FakeBrowsers:
    """Makes browsers of one portal."""

    portal: FakePortal
    screen: bool = False
    closed: int = 0

    def new(self) -> FakeBrowser:
        return FakeBrowser(self.portal, self.screen)

    def close(self) -> None:
        self.closed += 1


@dataclass
class FakeClock:
    """The portal's clock."""

    portal: FakePortal
    moves: bool = True

    def now(self) -> datetime:
        return self.portal.now

    def move_to(self, instant: datetime) -> None:
        if instant < self.portal.now:
            raise DriverBroke("clock.to: a clock never goes back")
        self.portal.now = instant


@dataclass
class FakeMailbox:
    """The portal's mails; none comes later than at once."""

    portal: FakePortal
    domain: str = "t1.heurtoir.test"

    def messages(self) -> Sequence[Message]:
        return list(self.portal.mails)

    def wait_beyond(self, count: int, seconds: float) -> Sequence[Message]:
        return list(self.portal.mails)


@dataclass
class FakeProvisioner:
    """Makes worlds around one portal. `refuses` is what making one raises."""

    portal: FakePortal
    refuses: Exception | None = None
    dropped: int = 0

    def make(self, people: Sequence[Any], clock: str | None, claim: str) -> World:
        if self.refuses is not None:
            raise self.refuses
        known = {person.key: replace(PERSON, key=person.key) for person in people}
        return World("fake", BASE, known, FakeClock(self.portal), FakeMailbox(self.portal), None, lambda: None)

    def drop(self, world: World) -> None:
        self.dropped += 1
