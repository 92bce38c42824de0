"""Worlds on disk: sealed from each other, right under many threads, there again after a restart."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator.clock import ClockGoesForward, clock_at
from simulator.documents import Account, Person, Subject
from simulator.passwords import PasswordCost, Passwords
from simulator.people import PersonNotPossible, PersonRequest
from simulator.policy.lockout import Lockout
from simulator.store import WorldGone
from simulator.worlds import WorldExists, WorldNameNotPossible, Worlds

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def worlds(tmp_path: Path) -> Worlds:
    """A folder of worlds, none in it."""
    return Worlds(tmp_path, Passwords(PasswordCost.FAST))


def test_a_world_is_made_with_its_people_and_their_accounts(worlds: Worlds) -> None:
    """An insured gets an account, a stranger gets none."""
    world = worlds.create("one", [PersonRequest(), PersonRequest(kind="stranger")], now=NOW, running=False)
    with world.file.reading() as transaction:
        assert set(transaction.all(Person)) == {"insured", "stranger"}
        assert len(transaction.all(Account)) == 1
        assert transaction.now() == NOW


def test_worlds_are_sealed(worlds: Worlds) -> None:
    """What is kept in one world is not in another, and an unknown world is none."""
    one, two = worlds.create("one"), worlds.create("two")
    with one.file.transaction() as transaction:
        transaction.put("x", Subject("x"))
    with two.file.reading() as transaction:
        assert transaction.get(Subject, "x") is None
    with pytest.raises(WorldGone):
        worlds.get("three")


@pytest.mark.parametrize("name", ["", "A", "a b", "../x", "a" * 41, "-a", "é"])
def test_names_of_worlds_cannot_leave_the_folder(worlds: Worlds, name: str) -> None:
    """A world's name is small letters, digits and hyphens; anything else is refused and unknown."""
    with pytest.raises(WorldGone):
        worlds.get(name)
    if name:
        with pytest.raises(WorldNameNotPossible):
            worlds.create(name)


def test_a_world_is_made_once(worlds: Worlds) -> None:
    """A second world of the same name is refused and the first stays."""
    worlds.create("one", [PersonRequest()])
    with pytest.raises(WorldExists):
        worlds.create("one")
    with worlds.get("one").file.reading() as transaction:
        assert transaction.all(Person)


def test_a_world_dropped_and_made_again_is_empty(worlds: Worlds) -> None:
    """Connections to a dropped world do not live on in its successor."""
    worlds.create("one", [PersonRequest()])
    worlds.drop(worlds.get("one"))
    again = worlds.create("one")
    with again.file.reading() as transaction:
        assert not transaction.all(Person)


def test_fifty_threads_on_one_document_lose_nothing(worlds: Worlds) -> None:
    """Read, judged and written in one transaction: no count is lost (HRD-03)."""
    world = worlds.create("one")

    def count() -> None:
        for _ in range(5):
            with world.file.transaction() as transaction:
                subject = transaction.get(Subject, "x") or Subject("x")
                failures = subject.lockout.password_failures + 1
                transaction.put("x", replace(subject, lockout=Lockout(password_failures=failures)))

    threads = [threading.Thread(target=count) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with world.file.reading() as transaction:
        subject = transaction.get(Subject, "x")
    assert subject is not None
    assert subject.lockout.password_failures == 250


def test_a_failed_transaction_leaves_nothing(worlds: Worlds) -> None:
    """An exception takes back what was written before it, and the next transaction works."""
    world = worlds.create("one")

    def fail() -> None:
        with world.file.transaction() as transaction:
            transaction.put("x", Subject("x"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with world.file.transaction() as transaction:
        assert transaction.get(Subject, "x") is None


def test_an_exported_world_comes_back_whole(worlds: Worlds) -> None:
    """Export and import give a world with the same people and the same clock."""
    import base64

    world = worlds.create("one", [PersonRequest(), PersonRequest(key="second")], now=NOW, running=False)
    document = worlds.export(world)
    rows = [(row["kind"], row["key"], base64.b64decode(row["body"])) for row in document["documents"]]
    copy = worlds.restore("two", rows)
    with world.file.reading() as one, copy.file.reading() as two:
        assert one.all(Person) == two.all(Person)
        assert one.now() == two.now()


def test_a_clock_goes_forward_only() -> None:
    """A stopped clock stands, a running one runs, and none goes back."""
    stopped = clock_at(NOW, running=False, machine=NOW)
    later = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
    assert stopped.now(later) == NOW
    assert stopped.set_running(True, NOW).now(later) == later
    with pytest.raises(ClockGoesForward):
        stopped.moved_to(datetime(2026, 3, 10, 8, 59, tzinfo=UTC), NOW)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (PersonRequest(address="someone@gmail.com"), "address"),
        (PersonRequest(mail_domain="gmail.com"), "mail_domain"),
        (PersonRequest(nir="12"), "nir"),
    ],
)
def test_people_who_could_be_real_are_refused(worlds: Worlds, request_: PersonRequest, field: str) -> None:
    """Addresses end in .test and a NIR has its form; the mistake names its field, and no world is made."""
    with pytest.raises(PersonNotPossible) as caught:
        worlds.create("one", [request_])
    assert caught.value.field == field
    assert worlds.all() == ()
