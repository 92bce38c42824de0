"""Worlds that come from outside, and what the control port keeps out: those that cannot be, and pages of others under a name of theirs."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.tests.control_parts import Control, running_control


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    """One control port for all tests here."""
    with running_control(tmp_path_factory.mktemp("control")) as opened:
        opened.made("one", {"kind": "insured"})
        yield opened


def _spoiled(exported: dict[str, Any], kind: str, **changes: Any) -> dict[str, Any]:
    documents = []
    for document in exported["documents"]:
        body = json.loads(base64.b64decode(document["body"]))
        if document["kind"] == kind:
            body |= changes
        documents.append({**document, "body": base64.b64encode(json.dumps(body).encode()).decode()})
    return {"format": exported["format"], "id": "spoiled", "documents": documents}


def test_a_world_is_exported_and_imported(control: Control) -> None:
    """An export is imported under its own name, another, or one made up; people and clock are the same; a taken name is 409."""
    before = control.made("first", {"kind": "insured"}, {"kind": "stranger"})
    exported = control.ask("GET", "/worlds/first/export").get_json()
    assert control.ask("POST", "/worlds/import", exported).status_code == 409
    control.ask("DELETE", "/worlds/first")
    assert control.ask("POST", "/worlds/import", exported).get_json() == before
    copy = control.ask("POST", "/worlds/import", {**exported, "id": "two"})
    assert (copy.status_code, copy.get_json()["people"]) == (201, before["people"])
    nameless = control.ask("POST", "/worlds/import", {name: exported[name] for name in ("format", "documents")})
    assert nameless.get_json()["id"] not in ("first", "two")


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("WorldClock", {"shown": "9999-12-31T23:59:59Z"}),
        ("WorldClock", {"since": "2026-03-10T10:00:20"}),
        ("Person", {"identifier": "abc"}),
        ("Person", {"address": "somebody@gmail.com"}),
        ("Account", {"address": "a@b.test\r\nBcc: c@d.test"}),
    ],
)
def test_a_world_that_cannot_be_is_not_imported(control: Control, kind: str, changes: dict[str, Any]) -> None:
    """It is told what is wrong, nothing of it stays, and the list of worlds works on."""
    exported = control.ask("GET", "/worlds/one/export").get_json()
    answer = control.ask("POST", "/worlds/import", _spoiled(exported, kind, **changes))
    assert answer.status_code == 400
    assert answer.get_json()["error"]["way_on"]
    assert control.ask("GET", "/worlds/spoiled").status_code == 404
    assert control.ask("GET", "/worlds").status_code == 200


@pytest.mark.parametrize("path", ["/api/worlds", "/", "/worlds/one"])
def test_a_name_that_is_not_ours_is_not_answered(control: Control, path: str) -> None:
    """A page of somebody whose DNS names this machine gets neither people nor passwords."""
    answer = control.web.get(path, headers={"Host": "evil.example:8001", "Origin": "http://evil.example:8001"})
    assert answer.status_code == 400
    assert "password" not in answer.text.lower()
