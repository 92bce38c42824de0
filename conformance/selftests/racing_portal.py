"""A portal in memory for several browsers at once. Without its lock it reads, waits and writes: what races are there to find.

It counts the same wrong value sent twice from one page once. `counts` says otherwise: each `request`, or each `page` whatever it sends.
"""

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
BLOCKED_PASSWORDS = "Pour des raisons de sécurité, l’accès à votre compte est bloqué jusqu’au mardi 10 mars 2026 10:16 (heure de Paris)."
BLOCKED_QUOTA = "Le nombre maximum de demandes de code a été atteint. L’accès est bloqué jusqu’au 10/03/2026 - 11h01 (heure de Paris)."
FORGOTTEN = """<form method="post"><label for="nir">Mon numéro de sécurité sociale</label><input id="nir" name="n">
<label for="b">Ma date de naissance</label><input id="b" name="b"><button>Recevoir un lien</button></form>"""
CHOICE = """<form method="post"><label for="np">Nouveau mot de passe</label><input id="np" name="np" type="password">
<label for="nc">Confirmation</label><input id="nc" name="nc" type="password"><button>Enregistrer</button></form>"""
LINK = "lien-0123456789abcdef"
_HESITATION_SECONDS = 0.003
Value = TypeVar("Value")


@dataclass
class RacingPortal:
    """One account, any number of sessions; `locked` says whether it counts as it should when asked at the same moment."""

    locked: bool = True
    counts: str = "entries"
    password: str = PERSON.password
    link_used: bool = False
    mails: list[Message] = field(default_factory=list)
    code: str = ""
    asked: int = 0
    failures: dict[str, int] = field(default_factory=lambda: {"p": 0, "c": 0})
    entries: set[tuple[str, ...]] = field(default_factory=set)
    blocked: str = ""
    passed: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    _keys: itertools.count[int] = field(default_factory=itertools.count)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, method: str, path: str, data: Mapping[str, str], key: str) -> tuple[Page, str]:
        """What the portal answers to the holder of a session key, and the key to hold from then on."""
        with self._lock if self.locked else nullcontext():
            if method == "GET":
                return self._numbered(self._shown(path, key)), key
            answer, key = self._posted(data, key)
            return self._numbered(answer), key

    def _shown(self, path: str, key: str) -> Page:
        if path == "compte" and key in self.open:
            return page(h1="Mon compte", form=ACCOUNT)
        if path == "oubli":
            return page(h1="Mot de passe oublié", form=FORGOTTEN)
        if path == LINK:
            return page(alert="Ce lien n’est plus valable.") if self.link_used else page(h1="Nouveau mot de passe", form=CHOICE)
        return page(form="code" if path == "code" and key in self.passed else "sign-in")

    def _numbered(self, answer: Page) -> Page:
        number = f'<input type="hidden" name="page" value="{next(self._keys)}"></form>'
        return replace(answer, html=answer.html.replace("</form>", number))

    def _posted(self, data: Mapping[str, str], key: str) -> tuple[Page, str]:
        if "b" in data:
            self.mails.insert(0, Message(str(next(self._keys)), "x", "x@a.test", (PERSON.address or "",), "Lien", f"{BASE}/{LINK}", ""))
            return page(status="Un mail vient de vous être envoyé."), key
        if "np" in data:
            return self._chosen(data["np"]), key
        if self.blocked:
            return page(alert=self.blocked, form="sign-in"), key
        if "p" in data:
            if self._hesitating(self.password) != data["p"]:
                return self._failed("p", data), key
            key = f"visit-{next(self._keys)}-0123456789"
            self.passed.add(key)
            return page(form="announcement"), key
        return self._entered(data, key) if "c" in data else self._asked(key)

    def _chosen(self, password: str) -> Page:
        if self._hesitating(self.link_used):
            return page(alert="Ce lien n’est plus valable.")
        self.link_used, self.password = True, password
        return page(status="Votre mot de passe a bien été modifié.", form="sign-in")

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

    def _entered(self, data: Mapping[str, str], key: str) -> tuple[Page, str]:
        if data["c"] == self._hesitating(self.code):
            self.code = ""
            key = f"account-{next(self._keys)}-0123456789"
            self.open.add(key)
            return page(h1="Mon compte", form=ACCOUNT), key
        return self._failed("c", data), key

    def _failed(self, field: str, data: Mapping[str, str]) -> Page:
        failures = self._hesitating(self.failures[field])
        entry = (field, data.get("page", ""), *([] if self.counts == "page" else [data[field]]))
        if self.counts != "nothing" and (self.counts == "request" or entry not in self.entries):
            self.entries.add(entry)
            self.failures[field] = failures + 1
        if self.failures[field] >= 3:
            self.blocked = BLOCKED_CODES if field == "c" else BLOCKED_PASSWORDS
            return page(alert=self.blocked, form="sign-in")
        return page(alert="Les informations saisies sont erronées.", form="code" if field == "c" else "sign-in")

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
        document = Document(self._page.html, f"{BASE}/")
        found = document.need(control)
        if found.role == "link":
            return self._show(self._ask("GET", document.target_of(found), {}))
        sent = document.fill_in(self._typed, control)
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
    counts: str = "entries"
    portal: RacingPortal = field(default_factory=RacingPortal)
    domain: str = "t1.heurtoir.test"
    screen: bool = False

    def make(self, people: Sequence[Person], clock: str | None, claim: str) -> World:
        self.portal = RacingPortal(self.locked, self.counts)
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
