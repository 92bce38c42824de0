"""The same wrong value sent twice from one page shown counts once; anything else counts each time (HRD-27)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.app import create_portal_app
from simulator.documents import Account, Person, Subject
from simulator.installation import Installation, open_installation
from simulator.people import PersonRequest
from simulator.policy.lockout import Lockout
from simulator.settings import Settings
from simulator.worlds import World

BASE = "/w/one/ameli"
PASSWORD, CODE = "/connexion", "/connexion/code"
FIELDS = {PASSWORD: "motdepasse", CODE: "code"}


class Visitor:
    """One person at a portal that is theirs alone, and one page at a time."""

    def __init__(self, folder: Path) -> None:
        self.installation: Installation = open_installation(Settings(folder, "http://127.0.0.1:1", "127.0.0.1", 1, "http://127.0.0.1:1"))
        self.world: World = self.installation.worlds.create("one", [PersonRequest()], running=False)
        self.application = create_portal_app(self.installation)
        with self.world.file.reading() as transaction:
            self.person = transaction.all(Person)["insured"]
        self.client = self.application.test_client()
        self.page: dict[str, str] = {}

    def shown(self, path: str) -> None:
        """Show the page, after all that comes before it."""
        self._read(self.client.get(BASE + PASSWORD).text)
        if path == CODE:
            self._post(self.client, PASSWORD, numero=self.person.identifier, motdepasse=self.person.password_shown or "")
            self._read(self.client.get(f"{BASE}/connexion/annonce").text)
            self._post(self.client, f"{CODE}/demande")
            self._read(self.client.get(BASE + CODE).text)

    def sent(self, path: str, *values: str) -> None:
        """Send these values from the page shown, at the same moment."""
        browsers = [self.application.test_client() for _ in values]
        cookie = self.client.get_cookie("visite", path=BASE)
        assert cookie is not None
        for browser in browsers:
            browser.set_cookie("visite", cookie.value, path=BASE)
        page = dict(self.page)
        with ThreadPoolExecutor(len(values)) as pool:
            list(pool.map(lambda one: self._post(one[0], path, page, **self._typed(path, one[1])), zip(browsers, values, strict=True)))

    def counts(self) -> tuple[int, int]:
        """Wrong passwords and wrong codes that count."""
        lockout = self.lockout()
        return lockout.password_failures, lockout.code_failures

    def lockout(self) -> Lockout:
        """Where the person stands."""
        with self.world.file.reading() as transaction:
            subject = transaction.get(Subject, self.person.identifier)
        assert subject is not None
        return subject.lockout

    def _typed(self, path: str, value: str) -> dict[str, str]:
        return {FIELDS[path]: value} | ({"numero": self.person.identifier} if path == PASSWORD else {})

    def _post(self, browser: object, path: str, page: dict[str, str] | None = None, **fields: str) -> str:
        answer: str = browser.post(BASE + path, data={**(page or self.page), **fields}).text  # type: ignore[attr-defined]
        return answer

    def _read(self, html: str) -> None:
        self.page = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    """A person at the portal."""
    arrived = Visitor(tmp_path)
    yield arrived
    arrived.installation.sender.stop()


def _both(path: str) -> int:
    return [PASSWORD, CODE].index(path)


@pytest.mark.parametrize("path", [PASSWORD, CODE])
@pytest.mark.parametrize("together", [True, False])
def test_a_double_click_counts_once(path: str, together: bool, visitor: Visitor) -> None:
    """At the same moment or one after the other; two pages later the third failure still blocks, and not before."""
    for failures in (1, 2, 3):
        visitor.shown(path)
        for values in [("000000", "000000")] if together else [("000000",), ("000000",)]:
            visitor.sent(path, *values)
        assert (visitor.counts()[_both(path)], visitor.lockout().block is not None) == (failures, failures == 3)


@pytest.mark.parametrize("path", [PASSWORD, CODE])
@pytest.mark.parametrize("values", [("000000", "000001"), ("000000", "000000", "000001")])
def test_different_values_count_each(path: str, values: Sequence[str], visitor: Visitor) -> None:
    """Also between two that are the same."""
    visitor.shown(path)
    visitor.sent(path, *values)
    assert visitor.counts()[_both(path)] == 2


@pytest.mark.parametrize("path", [PASSWORD, CODE])
def test_the_same_value_from_another_page_counts(path: str, visitor: Visitor) -> None:
    """Each page shown has a number of its own; one that is left out is never a repetition."""
    for _ in range(2):
        visitor.shown(path)
        visitor.sent(path, "000000")
    assert visitor.counts()[_both(path)] == 2
    visitor.shown(path)
    visitor.page.pop("feuille")
    visitor.sent(path, "000000")
    assert visitor.lockout().block is not None


def test_the_same_value_held_against_another_code_counts(visitor: Visitor) -> None:
    """One page and one value would else be a guess at every code to come."""
    visitor.shown(CODE)
    page = dict(visitor.page)
    visitor.sent(CODE, "000000")
    visitor.shown(CODE)
    visitor.page["feuille"] = page["feuille"]
    visitor.sent(CODE, "000000")
    assert visitor.counts() == (0, 2)


def test_the_same_value_held_against_another_password_counts(visitor: Visitor) -> None:
    """The password was changed meanwhile."""
    visitor.shown(PASSWORD)
    visitor.sent(PASSWORD, "000000")
    with visitor.world.file.transaction() as transaction:
        account = transaction.get(Account, visitor.person.identifier)
        assert account is not None
        transaction.put(account.identifier, replace(account, password_hash=visitor.installation.passwords.hashed("Autre-1234")))
    visitor.sent(PASSWORD, "000000")
    assert visitor.counts() == (2, 0)


def test_a_right_value_is_right_however_often_it_is_sent(visitor: Visitor) -> None:
    """Nothing of it counts as a failure."""
    visitor.shown(PASSWORD)
    visitor.sent(PASSWORD, *[visitor.person.password_shown or ""] * 3)
    assert visitor.counts() == (0, 0)


def test_no_more_is_remembered_than_counts(visitor: Visitor) -> None:
    """Twenty repetitions leave one entry, and no value that was typed."""
    visitor.shown(PASSWORD)
    for _ in range(20):
        visitor.sent(PASSWORD, "000000")
    lockout = visitor.lockout()
    assert len(lockout.password_entries) == lockout.password_failures == 1
    with visitor.world.file.reading() as transaction:
        assert not [key for _, key, body in transaction.rows() if b'"000000"' in body]
