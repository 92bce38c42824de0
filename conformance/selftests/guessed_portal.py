"""A portal in memory for somebody who guesses, with a clock that is moved. `weak` names what it counts apart, forgets or ends too early."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from conformance.driver import Credentials, Message, Page, World
from conformance.forging import Forger
from conformance.selftests.fakes import BASE, PERSON, START
from conformance.selftests.french_pages import page
from conformance.selftests.racing_portal import FORGOTTEN, RacingBrowser
from scenarios.instants import PARIS
from scenarios.model import Person

_ATTEMPTS, _QUOTA, _MINUTE = 3, 5, timedelta(minutes=1)
Counter = tuple[str, ...]


@dataclass
class GuessedPortal:
    """One account. Weak by `session`, `address` or `spelling`: that is counted apart. `new-code` and `reset` forget the failures.

    `never` never blocks; `short` blocks for five minutes; `liar` says a quarter of an hour and means a minute; `mail` has no quota.
    """

    weak: frozenset[str] = frozenset()
    now: datetime = START
    mails: list[Message] = field(default_factory=list)
    failures: dict[Counter, int] = field(default_factory=dict)
    ends: dict[Counter, tuple[str, datetime, datetime]] = field(default_factory=dict)
    asked: list[datetime] = field(default_factory=list)
    spelled: dict[str, str] = field(default_factory=dict)
    on_code_page: set[str] = field(default_factory=set)
    _keys: itertools.count[int] = field(default_factory=itertools.count)

    def answer(self, path: str, data: Mapping[str, str], key: str, address: str) -> tuple[Page, str]:
        """What it answers to the holder of a session key at that address, and the key to hold from then on."""
        key = key or f"visit-{next(self._keys)}-0123456789"
        if not data:
            forms = {"oubli": page(h1="Mot de passe oublié", form=FORGOTTEN), "code": page(form="code")}
            return forms.get(path, page(form="sign-in")), key
        if "b" in data:
            self._forget("reset")
            return page(status="Un mail vient de vous être envoyé."), key
        if "n" in data:
            self.spelled[key] = data["n"]
        return self._judged(data, key, (*self._apart("session", key), *self._apart("address", address))), key

    def _judged(self, data: Mapping[str, str], key: str, counter: Counter) -> Page:
        counter += self._apart("spelling", self.spelled.get(key, ""))
        if block := self._blocked(counter):
            return block
        if "p" in data:
            return page(form="announcement") if data["p"] == PERSON.password else self._failed(counter, "p", "sign-in")
        if "c" in data:
            return self._failed(counter, "c", "code")
        return self._code(key, counter)

    def _code(self, key: str, counter: Counter) -> Page:
        self._forget("new-code")
        asked = [instant for instant in self.asked if self.now - instant < 60 * _MINUTE]
        if len(asked) >= _QUOTA and "mail" not in self.weak:
            self.ends[counter] = ("quota", self.now + 60 * _MINUTE, self.now + 60 * _MINUTE)
            return self._blocked(counter) or page(form="sign-in")
        self.asked = [*asked, self.now]
        number = next(self._keys)
        self.mails.insert(0, Message(str(number), "x", "x@a.test", (PERSON.address or "",), "Code", f"Code : {700_001 + number:06d}", ""))
        self.on_code_page.add(key)
        return page(status="Un code vient d’être envoyé.", form="code")

    def _failed(self, counter: Counter, kind: str, form: str) -> Page:
        self.failures[*counter, kind] = self.failures.get((*counter, kind), 0) + 1
        if self.failures[*counter, kind] >= _ATTEMPTS and "never" not in self.weak:
            told = self.now + (5 if "short" in self.weak else 15) * _MINUTE
            told += -timedelta(seconds=told.second) % _MINUTE
            self.ends[counter] = (kind, told, self.now + _MINUTE if "liar" in self.weak else told)
        return self._blocked(counter) or page(alert="Les informations saisies sont erronées.", form=form)

    def _blocked(self, counter: Counter) -> Page | None:
        kind, told, end = self.ends.get(counter, ("", self.now, self.now))
        if self.now >= end:
            if self.ends.pop(counter, None):
                self.failures = {one: number for one, number in self.failures.items() if one[:-1] != counter}
            return None
        shown = f"{told.astimezone(PARIS):%d/%m/%Y - %Hh%M} (heure de Paris)"
        why = {"quota": "Le nombre maximum de demandes de code a été atteint.", "c": "Les informations saisies sont erronées."}
        wording = f"{why.get(kind, 'Pour des raisons de sécurité,')} L’accès à votre compte est bloqué jusqu’au {shown}."
        return page(alert=wording, form="sign-in")

    def _apart(self, weakness: str, what: str) -> Counter:
        return (what,) if weakness in self.weak else ("",)

    def _forget(self, weakness: str) -> None:
        if weakness in self.weak:
            self.failures.clear()


class GuessingBrowser(RacingBrowser, Forger):
    """A browser that can say where it comes from, and forges nothing else."""

    def __init__(self, portal: GuessedPortal) -> None:
        RacingBrowser.__init__(self, None)  # type: ignore[arg-type]
        self._guessed = portal
        self._said: Mapping[str, str] = {}

    def say(self, headers: Mapping[str, str]) -> None:
        self._said = headers

    def _ask(self, method: str, address: str, data: Mapping[str, str]) -> Page:
        path = urlsplit(address).path.rpartition("/")[2]
        sent = {"asked": "yes", **data} if method == "POST" else {}
        answer, self._key = self._guessed.answer(path, sent, self._key, self._said.get("X-Forwarded-For", ""))
        return replace(answer, address=address)


@dataclass
class GuessedPorts:
    """Mailbox, clock, provisioner and maker of browsers of fresh portals of that kind."""

    weak: frozenset[str] = frozenset()
    moves: bool = True
    portal: GuessedPortal = field(default_factory=GuessedPortal)
    domain: str = "t1.heurtoir.test"
    screen: bool = False

    def make(self, people: Sequence[Person], clock: str | None, claim: str) -> World:
        self.portal = GuessedPortal(self.weak)
        known: dict[str, Credentials] = {person.key: PERSON for person in people}
        return World("fake", BASE, known, self, self, None, lambda: None)

    def drop(self, world: World) -> None:
        pass

    def new(self) -> GuessingBrowser:
        return GuessingBrowser(self.portal)  # type: ignore[abstract]

    forger = new

    def close(self) -> None:
        pass

    def now(self) -> datetime:
        return self.portal.now

    def move_to(self, instant: datetime) -> None:
        assert instant >= self.portal.now
        self.portal.now = instant

    def messages(self) -> Sequence[Message]:
        return list(self.portal.mails)

    def wait_beyond(self, count: int, seconds: float) -> Sequence[Message]:
        return list(self.portal.mails)
