"""Members of a mutual insurer over the testability API: made, told, kept through export and reset, and what staff do for them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator import households
from simulator.control import operations
from simulator.documents import Account, Person
from simulator.tests.control_parts import Control, running_control


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Control]:
    """An installation without any world."""
    with running_control(tmp_path) as running:
        yield running


def test_members_are_made_for_the_portal_of_the_world(control: Control) -> None:
    """A member has a generated identifier and a membership number, may have no password yet, and shares an address by giving the same."""
    shared = {"address": "foyer@exemple.test"}
    people = [{"key": "one", **shared}, {"key": "two", "password": None, "membership": "20481632", **shared}]
    one, two = control.ask("POST", "/worlds", {"id": "members", "portal": "france-mutuelle", "people": people}).get_json()["people"]
    assert one["portal"] == two["portal"] == "france-mutuelle"
    assert len(one["identifier"]) == 10
    assert {*one["identifier"]} & {*"O0"}
    assert {*one["identifier"]} & {*"Il1"}
    assert one["password"]
    assert (two["password"], two["membership"]) == (None, "20481632")
    why = control.ask("GET", "/worlds/members/why/20481632").get_json()
    assert (why["identifier"], why["account"], why["counts"]["limit"]) == (two["identifier"], True, 5)
    twice = control.ask("POST", "/worlds/members/people", {"key": "three", "portal": "france-mutuelle", "membership": "20481632"})
    assert (twice.status_code, twice.get_json()["error"]["field"]) == (400, "membership")


def test_a_world_of_members_is_exported_imported_and_reset(control: Control) -> None:
    """Identifier, number, address and that there is no password yet are kept; a portal that there is not is refused."""
    people = [{"key": "one", "password": None, "mail": "invalid"}]
    control.ask("POST", "/worlds", {"id": "members", "portal": "france-mutuelle", "people": people})
    before = control.ask("GET", "/worlds/members").get_json()["people"]
    exported = control.ask("GET", "/worlds/members/export").get_json()
    assert control.ask("POST", "/worlds/import", {**exported, "id": "again"}).status_code == 201
    reset = operations.reset_world(control.installation, control.installation.worlds.get("again"))
    assert control.ask("GET", "/worlds/again").get_json()["people"] == before
    with reset.file.reading() as transaction:
        assert transaction.all(Person)["one"].address_valid is False
        assert next(iter(transaction.all(Account).values())).password_hash == ""
    for document in exported["documents"]:
        if document["kind"] == "Person":
            body = base64.b64decode(document["body"]).replace(b'"france-mutuelle"', b'"nowhere"')
            document["body"] = base64.b64encode(body).decode()
    refused = control.ask("POST", "/worlds/import", {**exported, "id": "third"})
    assert (refused.status_code, refused.get_json()["error"]["field"]) == (400, "documents")


def test_staff_note_that_an_address_is_not_valid_and_correct_it(control: Control) -> None:
    """The address on file is noted as not valid, and valid again under another; other acts take no address."""
    control.ask("POST", "/worlds", {"id": "members", "portal": "france-mutuelle", "people": [{"key": "one"}]})
    assert control.ask("POST", "/worlds/members/acts", {"act": "invalidate-address", "person": "one"}).status_code == 200
    world = control.installation.worlds.get("members")
    with world.file.reading() as transaction:
        assert transaction.all(Person)["one"].address_valid is False
    corrected = control.ask("POST", "/worlds/members/acts", {"act": "correct-address", "person": "one", "address": "neuf@exemple.test"})
    assert corrected.get_json()["person"]["address"] == "neuf@exemple.test"
    with world.file.reading() as transaction:
        person = transaction.all(Person)["one"]
        assert person.address_valid is True
        assert households.accounts_at(transaction, "Neuf@exemple.test") == (person.account,)
    refused = control.ask("POST", "/worlds/members/acts", {"act": "attach", "person": "one", "address": "neuf@exemple.test"})
    assert (refused.status_code, refused.get_json()["error"]["field"]) == (400, "address")
