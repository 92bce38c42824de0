"""Named defects: asked after by name, off until a world switches them on, told on every page of that world."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator import defects
from simulator.app import create_portal_app
from simulator.tests.control_parts import Control, running_control

ROOT = Path(defects.__file__).parent
CODE = [path for path in (*ROOT.rglob("*.py"), *ROOT.rglob("*.html"), *ROOT.rglob("*.txt")) if "tests" not in path.parts]
ASKED = re.compile(r"""\bdefects?(?:\.on)?\(\s*["']([a-z0-9-]+)["']""")
ANY = next(iter(defects.gallery()))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    """One installation for all tests here."""
    with running_control(tmp_path_factory.mktemp("defects")) as control:
        yield control


def test_every_name_in_the_code_stands_in_the_gallery_and_the_other_way_round() -> None:
    """Each defect is one place in the code: it is asked after there, and nowhere else."""
    asked = [name for path in CODE for name in ASKED.findall(path.read_text())]
    assert set(asked) == set(defects.gallery())
    assert {name for name in asked if asked.count(name) > 1} == set()


def test_every_name_is_used_once() -> None:
    """Files of the gallery share one list of names."""
    names = [defect.name for part in defects.parts().values() for defect in part]
    assert sorted(names) == sorted(set(names))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name) for name in names)


def test_every_defect_says_what_it_breaks_who_notices_and_where_it_was_made() -> None:
    """Nothing of an entry is left empty."""
    for defect in defects.gallery().values():
        assert defect.breaks, defect.name
        assert defect.seen_in, defect.name
        assert defect.killed_by, defect.name
        assert all(defect.killed_by.values()), defect.name
        assert defect.driver in {"forms", "browser"}, defect.name


def test_outside_of_a_request_nothing_is_on() -> None:
    """What no world asked for is off."""
    assert not defects.on(ANY)
    assert defects.active() == ()


def test_an_unknown_name_is_told() -> None:
    """A slip of the pen in the code is found by the first request that comes by."""
    with pytest.raises(defects.UnknownDefect):
        defects.on("no-such-defect")


def test_what_is_asked_after_is_noted_whether_it_is_on_or_not() -> None:
    """So that what nobody consulted need not be tried."""
    with defects.switched() as consulted:
        assert not defects.on(ANY)
    assert consulted == {ANY}
    with defects.switched(ANY):
        assert defects.on(ANY)
    assert not defects.on(ANY)


def test_only_the_newest_worlds_are_remembered() -> None:
    """A process that serves for weeks does not fill up."""
    consultations = defects.Consultations()
    consultations.of("first").add(ANY)
    for number in range(2_000):
        consultations.of(str(number))
    assert consultations.told("first") is None
    assert consultations.told("1999") == ()


def test_a_world_is_made_with_defects_and_switched_later(running: Control) -> None:
    """The answers say which are on; each switching leaves no others on."""
    made = running.ask("POST", "/worlds", {"id": "erring", "defects": [ANY]}).get_json()
    assert made["defects"] == [ANY]
    assert running.ask("PUT", "/worlds/erring/defects", {"on": []}).get_json()["on"] == []
    assert running.ask("PUT", "/worlds/erring/defects", {"on": [ANY, ANY]}).get_json()["on"] == [ANY]
    assert running.ask("GET", "/worlds/erring").get_json()["defects"] == [ANY]


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/worlds", {"defects": [ANY, "no-such"]}, "defects[1]"),
        ("PUT", "/worlds/wrong/defects", {"on": [ANY[:-1]]}, "on[0]"),
        ("PUT", "/worlds/wrong/defects", {}, "on"),
    ],
)
def test_a_name_that_there_is_not_is_a_mistake(method: str, path: str, body: object, field: str, running: Control) -> None:
    """Its place is named, and what was probably meant."""
    running.ask("POST", "/worlds", {"id": "wrong"})
    answer = running.ask(method, path, body)
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert error["field"] == field
    assert field != "on[0]" or repr(ANY) in error["message"]


def test_the_gallery_is_told_whole(running: Control) -> None:
    """Programs learn from it what there is to switch on, and who must notice."""
    told = running.ask("GET", "/defects").get_json()["defects"]
    assert [one["name"] for one in told] == list(defects.gallery())
    assert all(one["killed_by"] for one in told)


def test_what_a_page_asked_after_is_told_by_world_and_its_banner_says_that_it_errs(running: Control) -> None:
    """A world that errs on purpose says so on each page; one that does not, does not."""
    portal = create_portal_app(running.installation).test_client()
    running.ask("POST", "/worlds", {"id": "plain"})
    running.ask("POST", "/worlds", {"id": "noted", "defects": [ANY]})
    assert running.ask("GET", "/worlds/noted/defects").get_json() == {"on": [ANY], "consulted": None}
    assert "Défauts volontaires" in portal.get("/w/noted/ameli/connexion").get_data(as_text=True)
    assert "Défauts volontaires" not in portal.get("/w/plain/ameli/connexion").get_data(as_text=True)
    assert isinstance(running.ask("GET", "/worlds/noted/defects").get_json()["consulted"], list)


def test_a_world_that_was_exported_keeps_its_defects(running: Control) -> None:
    """What errs goes on erring where it is imported."""
    running.ask("POST", "/worlds", {"id": "moving", "defects": [ANY]})
    exported = running.ask("GET", "/worlds/moving/export").get_json()
    running.ask("DELETE", "/worlds/moving")
    assert running.ask("POST", "/worlds/import", exported).get_json()["defects"] == [ANY]


def test_the_control_room_switches_them(running: Control) -> None:
    """The switches of a world show what is on; the world's page says so."""
    running.ask("POST", "/worlds", {"id": "room"})
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    answer = running.web.post("/worlds/room/defects", data={"on": [ANY]}, headers=headers)
    assert answer.status_code == 303
    assert ANY in running.web.get("/worlds/room").get_data(as_text=True)
    assert f'value="{ANY}" checked' in running.web.get("/worlds/room/defects").get_data(as_text=True)
    wrong = running.web.post("/worlds/room/defects", data={"on": ["no-such"]}, headers=headers)
    assert wrong.status_code == 400
    assert "There is no defect" in wrong.get_data(as_text=True)


def test_the_gallery_page_finds_by_requirement(running: Control) -> None:
    """Lower case will do; nothing found says so."""
    broken = defects.gallery()[ANY].breaks[0]
    assert ANY in running.web.get(f"/defects?requirement={broken.lower()}").get_data(as_text=True)
    assert "0 defects break HRD-999" in running.web.get("/defects?requirement=HRD-999").get_data(as_text=True)


def test_a_world_is_made_from_the_gallery_with_one_press(running: Control) -> None:
    """It has somebody to sign in with, and the defect on."""
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    made = running.web.post("/worlds", data={"insured": "1", "defects": ANY}, headers=headers)
    name = made.headers["Location"].split("/worlds/")[1].split("?")[0]
    world = running.ask("GET", f"/worlds/{name}").get_json()
    assert world["defects"] == [ANY]
    assert len(world["people"]) == 1


def test_the_list_tells_what_it_knows(capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m simulator.defects` lists all, those of a requirement, or names; nothing found ends with 1."""
    assert defects.main([]) == 0
    assert defects.gallery()[ANY].title in " ".join(capsys.readouterr().out.split())
    assert defects.main(["--names", "--requirement", defects.gallery()[ANY].breaks[0]]) == 0
    assert ANY in capsys.readouterr().out.split()
    assert defects.main(["--requirement", "HRD-999"]) == 1
