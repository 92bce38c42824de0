"""A world that was made without its quota of codes (HRD-07 looks at thousands of them)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.app import create_portal_app
from simulator.documents import Person, Subject
from simulator.tests.control_parts import Control, running_control


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Control]:
    """An installation with no world in it."""
    with running_control(tmp_path) as running:
        yield running


def _asks(control: Control, name: str, times: int) -> int:
    """How many of that many requests for a code lead to the page that asks for it."""
    world = control.installation.worlds.get(name)
    browser = create_portal_app(control.installation).test_client()
    base = f"/w/{name}/ameli/connexion"
    with world.file.reading() as transaction:
        person = transaction.all(Person)["insured"]

    def send(path: str, **fields: str) -> str:
        token = browser.get(base).text.partition('name="jeton" value="')[2].partition('"')[0]
        return browser.post(base + path, data={"jeton": token, **fields}).headers.get("Location", "")

    send("", numero=person.identifier, motdepasse=person.password_shown or "")
    return sum(send("/code/demande").endswith("/code") for _ in range(times))


def test_the_quota_holds_unless_it_is_lifted(control: Control) -> None:
    """Per world, and off by default; the world says which limits do not hold, and nothing of the requests is remembered."""
    person = {"kind": "insured"}
    assert control.ask("POST", "/worlds", {"id": "usual", "people": [person]}).get_json()["lift"] == []
    assert control.ask("POST", "/worlds", {"id": "lifted", "people": [person], "lift": ["quota", "quota"]}).get_json()["lift"] == ["quota"]
    assert control.ask("GET", "/worlds/lifted").get_json()["lift"] == ["quota"]
    assert (_asks(control, "usual", 7), _asks(control, "lifted", 7)) == (5, 7)
    with control.installation.worlds.get("lifted").file.reading() as transaction:
        assert [subject.code_requests for subject in transaction.all(Subject).values()] == [()]


def test_a_limit_that_there_is_not_is_a_mistake(control: Control) -> None:
    """It is named, with those that there are."""
    answer = control.ask("POST", "/worlds", {"lift": ["lockout"]})
    assert answer.status_code == 400
    assert answer.get_json()["error"]["field"] == "lift[0]"


def test_an_exported_world_is_lifted_still(control: Control) -> None:
    """What holds in it is part of a world."""
    control.ask("POST", "/worlds", {"id": "lifted", "lift": ["quota"]})
    exported = control.ask("GET", "/worlds/lifted/export").get_json()
    assert control.ask("POST", "/worlds/import", {**exported, "id": "again"}).get_json()["lift"] == ["quota"]


def test_the_control_room_says_so(control: Control) -> None:
    """Nobody wonders why a world sends codes without end; of another world it says nothing."""
    control.ask("POST", "/worlds", {"id": "lifted", "lift": ["quota"]})
    control.ask("POST", "/worlds", {"id": "usual"})
    assert "made without its quota" in control.web.get("/worlds/lifted").text
    assert "made without its quota" not in control.web.get("/worlds/usual").text
