"""Worlds, clocks and staff as they are asked for: tried on a small implementation of the testability API, over HTTP."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from waitress.server import create_server

from conformance.driver import CannotRun, DriverBroke
from conformance.target import Addresses, Target, load_target
from conformance.testability import TestabilityProvisioner
from scenarios.model import Person


class Implementation:
    """The least that answers as docs/testability.md says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.base = ""
        self.worlds: dict[str, dict[str, Any]] = {}
        self.acts: list[dict[str, Any]] = []
        self.faults: list[dict[str, Any]] = []
        self.waiting = 0
        self.moves_to: str | None = None

    def application(self) -> Flask:
        """The API."""
        app = Flask(__name__)
        app.add_url_rule("/api/worlds", "make", self.make, methods=["POST"])
        app.add_url_rule("/api/worlds/<world>", "drop", self.drop, methods=["DELETE"])
        app.add_url_rule("/api/worlds/<world>/clock", "clock", self.clock, methods=["GET", "PATCH"])
        app.add_url_rule("/api/worlds/<world>/acts", "act", self.act, methods=["POST"])
        app.add_url_rule("/api/worlds/<world>/faults", "fault", self.fault, methods=["PUT"])
        app.add_url_rule("/api/worlds/<world>/settle", "settle", lambda world: {"waiting": self.waiting}, methods=["POST"])
        return app

    def make(self) -> ResponseReturnValue:
        """Make a world of whatever is asked, but refuse a person of an unknown scheme."""
        asked: dict[str, Any] = request.get_json()
        for person in asked["people"]:
            if person.get("scheme") == "nowhere":
                error = {"field": "people.0.scheme", "message": "no such scheme", "way_on": "Use general, partner or none."}
                return jsonify(error=error), 400
        self.worlds[asked["id"]] = asked
        people = [self._answered(person) for person in asked["people"]]
        portals = {"ameli-connect": f"{self.base}/w/{asked['id']}/ameli/"}
        return jsonify(id=asked["id"], portals=portals, clock=asked["clock"], people=people, defects=[]), 201

    def drop(self, world: str) -> ResponseReturnValue:
        """Drop a world."""
        del self.worlds[world]
        return Response(status=204)

    def clock(self, world: str) -> ResponseReturnValue:
        """Tell the clock, or move it forward."""
        clock = self.worlds[world]["clock"]
        if request.method == "PATCH":
            to = request.get_json()["to"]
            if datetime.fromisoformat(to) < datetime.fromisoformat(clock["now"]):
                return jsonify(error={"field": "clock.to", "message": "a clock never goes back", "way_on": "Make a new world."}), 400
            clock["now"] = self.moves_to or to
            return jsonify({**clock, "now": to})
        return jsonify(clock)

    def act(self, world: str) -> ResponseReturnValue:
        """Remember an act."""
        self.acts.append({"world": world, **request.get_json()})
        return jsonify({})

    def fault(self, world: str) -> ResponseReturnValue:
        """Remember a fault."""
        self.faults.append({"world": world, **request.get_json()})
        return jsonify({})

    def _answered(self, person: dict[str, Any]) -> dict[str, Any]:
        address = None if person.get("mail") == "none" else person.get("address", f"x@{person['mail_domain']}")
        return {
            "key": person["key"],
            "kind": person["kind"],
            "identifier": "184127500123456",
            "password": "Secret-1",
            "address": address,
            "first_name": "Zoé",
            "birth_date": "1984-12-01",
            "last_name": None,
        }


@pytest.fixture(scope="module")
def implementation() -> Iterator[Implementation]:
    """The implementation, served over a socket."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    made = Implementation()
    server: Any = create_server(made.application(), host="127.0.0.1", port=0, threads=2)
    made.base = f"http://127.0.0.1:{server.effective_port}"
    threading.Thread(target=server.run, daemon=True).start()
    yield made
    server.close()


@pytest.fixture
def target(implementation: Implementation) -> Target:
    """A target that the implementation serves."""
    return load_target("simulator").at(Addresses(*(implementation.base,) * 4))


INSURED = Person("insured", "insured", {"mail": "validated", "local": "zoe.l-été+1"})
NEIGHBOUR = Person("neighbour", "insured", {"mail": "none"})


@pytest.mark.parametrize("moves_to", ["2026-03-10T10:00:20+01:00", "2026-03-10T10:20:20+01:00"])
def test_a_clock_that_was_not_moved_as_it_says_is_told(moves_to: str, implementation: Implementation, target: Target) -> None:
    """Whatever it answers, it is asked where it is: no portal is called wrong because its clock stood still, or went too far."""
    clock = TestabilityProvisioner(target).make([], None, "x").clock
    assert clock is not None
    implementation.moves_to = moves_to
    try:
        with pytest.raises(DriverBroke, match=r"was moved to 2026-03-10T10:15:20\+01:00 and shows .* it cannot be relied on"):
            clock.move_to(datetime.fromisoformat("2026-03-10T10:15:20+01:00"))
    finally:
        implementation.moves_to = None


def test_a_world_is_made_with_people_and_a_clock_that_stands(implementation: Implementation, target: Target) -> None:
    """Each person is sent as the case says, with the world's own mail domain; the clock stands at an instant that is not a full minute."""
    provisioner = TestabilityProvisioner(target)
    world = provisioner.make([INSURED, NEIGHBOUR], None, "x")
    asked = implementation.worlds[world.id]
    domain = f"{world.id}.heurtoir.test"
    assert asked["clock"] == {"now": "2026-03-10T10:00:20+01:00", "running": False}
    assert asked["people"] == [
        {"mail_domain": domain, "mail": "validated", "address": f"zoe.l-été+1@{domain}", "key": "insured", "kind": "insured"},
        {"mail_domain": domain, "mail": "none", "key": "neighbour", "kind": "insured"},
    ]
    assert world.address == f"{implementation.base}/w/{world.id}/ameli"
    insured = world.people["insured"]
    assert (insured.identifier, insured.password, insured.address) == ("184127500123456", "Secret-1", f"zoe.l-été+1@{domain}")
    assert insured.details == {"first_name": "Zoé", "birth_date": "1984-12-01"}
    assert world.people["neighbour"].address is None
    assert world.mailbox is not None
    assert world.mailbox.domain == domain
    provisioner.drop(world)
    assert world.id not in implementation.worlds


def test_no_two_worlds_share_a_mail_domain(target: Target) -> None:
    """Mails of one case are never counted in another."""
    provisioner = TestabilityProvisioner(target)
    worlds = [provisioner.make([], None, "x") for _ in range(5)]
    assert len({world.mailbox.domain for world in worlds if world.mailbox}) == 5


def test_the_clock_is_moved_to_an_instant(target: Target) -> None:
    """The clock starts where the case says, goes where it is told, and a step back is refused with the API's own words."""
    world = TestabilityProvisioner(target).make([], "2026-10-25T02:50:00+02:00", "x")
    assert world.clock is not None
    start = world.clock.now()
    assert start.isoformat() == "2026-10-25T02:50:00+02:00"
    world.clock.move_to(start + timedelta(minutes=14, seconds=59))
    assert world.clock.now() - start == timedelta(minutes=14, seconds=59)
    with pytest.raises(DriverBroke, match=r"answers 400: clock\.to: a clock never goes back Make a new world\."):
        world.clock.move_to(start)


def test_a_clock_that_runs_is_asked_anew(implementation: Implementation, target: Target) -> None:
    """Only a clock that says that it stands still is believed without asking again."""
    world = TestabilityProvisioner(target).make([], None, "x")
    assert world.clock is not None
    held = implementation.worlds[world.id]["clock"]
    held["running"] = True
    start = world.clock.now()
    world.clock.move_to(start + timedelta(seconds=1))
    held["now"] = (start + timedelta(seconds=9)).isoformat()
    assert world.clock.now() == start + timedelta(seconds=9)


def test_a_coarse_clock_refuses_what_it_cannot_be_set_to(implementation: Implementation, target: Target) -> None:
    """A clock set by the minute does not come near the last second of a code's life: that case could not run."""
    coarse = replace(target, clock_precision=timedelta(minutes=1))
    world = TestabilityProvisioner(coarse).make([], None, "x")
    assert world.clock is not None
    start = world.clock.now()
    with pytest.raises(CannotRun, match=r"timing\.clock-precision"):
        world.clock.move_to(start + timedelta(minutes=14, seconds=59))
    assert world.clock.now() == start
    world.clock.move_to(start + timedelta(minutes=15))
    assert world.clock.now() == start + timedelta(minutes=15)


def test_staff_acts_on_a_person(implementation: Implementation, target: Target) -> None:
    """An act goes to the world with the person's key and its values."""
    world = TestabilityProvisioner(target).make([INSURED], None, "x")
    assert world.staff is not None
    world.staff.act("set-record", "insured", {"fund": "none"})
    assert implementation.acts[-1] == {"world": world.id, "act": "set-record", "person": "insured", "fund": "none"}


def test_faults_are_switched_in_one_world(implementation: Implementation, target: Target) -> None:
    """In the words of the API; a target may say that it has none."""
    world = TestabilityProvisioner(target).make([], None, "x")
    assert world.faults is not None
    world.faults.switch("smtp-refuses")
    world.faults.switch("none")
    assert implementation.faults[-2:] == [{"world": world.id, "smtp": "refuse"}, {"world": world.id, "smtp": "none"}]
    without = replace(target, capabilities=target.capabilities - {"faults"})
    assert TestabilityProvisioner(without).make([], None, "x").faults is None


def test_messages_on_their_way_are_waited_for(implementation: Implementation, target: Target) -> None:
    """When the target gives up waiting, that is an error and not a mail that was never sent."""
    world = TestabilityProvisioner(target).make([], None, "x")
    world.settle()
    implementation.waiting = 2
    try:
        with pytest.raises(DriverBroke, match="2 messages still wait"):
            world.settle()
    finally:
        implementation.waiting = 0


def test_a_refusal_is_told_in_the_words_of_the_api(target: Target) -> None:
    """Field, message and way on of a refused person come through."""
    with pytest.raises(DriverBroke, match=r"answers 400: people\.0\.scheme: no such scheme Use general"):
        TestabilityProvisioner(target).make([Person("insured", "insured", {"scheme": "nowhere"})], None, "x")


def test_what_the_target_does_not_offer_is_not_there(target: Target) -> None:
    """Capabilities that a target file takes back are left out of the world; without a way to make people nothing can run."""
    world = TestabilityProvisioner(replace(target, capabilities=frozenset({"people"}))).make([], None, "x")
    assert (world.clock, world.mailbox, world.staff) == (None, None, None)
    with pytest.raises(CannotRun, match="no way to make people"):
        TestabilityProvisioner(replace(target, control=None)).make([], None, "x")
    with pytest.raises(CannotRun, match="no way to make people"):
        TestabilityProvisioner(replace(target, capabilities=frozenset({"mail"}))).make([], None, "x")


def test_a_portal_that_a_world_does_not_have_is_told(target: Target) -> None:
    """A world without the target's portal names those it has."""
    with pytest.raises(DriverBroke, match="no portal france-mutuelle; it has: ameli-connect"):
        TestabilityProvisioner(replace(target, portal="france-mutuelle")).make([], None, "x")


def test_another_server_at_the_address_is_told(target: Target, implementation: Implementation) -> None:
    """A page that is no testability API is an error that says so."""
    with pytest.raises(DriverBroke, match="answers 404"):
        TestabilityProvisioner(replace(target, control=f"{implementation.base}/elsewhere")).make([], None, "x")
