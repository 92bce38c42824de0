"""The testability API, call by call, as docs/testability.md describes it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator.documents import Claim, Decision, Person, Subject, TrustedBrowser
from simulator.outbox import Mail, SealedOutbox
from simulator.policy.code import Code
from simulator.policy.lockout import Block, Lockout, Reason
from simulator.tests.control_parts import PORTAL, START, Control, running_control

NIR = "184057512345625"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    """One installation for all tests here."""
    with running_control(tmp_path_factory.mktemp("control")) as control:
        yield control


@pytest.fixture
def control(running: Control) -> Control:
    """The installation without any world."""
    for world in running.installation.worlds.all():
        running.installation.worlds.drop(world)
    return running


def now(control: Control, name: str) -> datetime:
    """What a world's clock shows."""
    return datetime.fromisoformat(control.ask("GET", f"/worlds/{name}/clock").get_json()["now"])


def post_mail(control: Control, name: str, to: str) -> None:
    """Queue a mail in a world's outbox, as a portal does."""
    world = control.installation.worlds.get(name)
    mail = Mail("Portail", "portail@portail.test", to, "Objet", "Texte.", "<p>Texte.</p>")
    with world.file.transaction() as transaction:
        SealedOutbox(control.installation.keyring).post(transaction, mail)
    control.installation.sender.wake(world)


def test_a_world_is_made_shown_listed_and_dropped(control: Control) -> None:
    """A world made with id, clock and people answers 201 with all of it, is found and listed, and is gone after DELETE."""
    made = control.made("one", {"mail_domain": "one.test"}, {"kind": "stranger"})
    assert made["id"] == "one"
    assert made["portals"] == {"ameli-connect": f"{PORTAL}/w/one/ameli", "france-mutuelle": f"{PORTAL}/w/one/france-mutuelle"}
    assert made["clock"] == {"now": START, "running": False, "next": None}
    assert [(person["key"], person["kind"]) for person in made["people"]] == [("insured", "insured"), ("stranger", "stranger")]
    assert made["people"][0]["address"].endswith("@one.test")
    assert made["defects"] == made["lift"] == []
    assert control.ask("GET", "/worlds/one").get_json() == made
    assert [world["id"] for world in control.ask("GET", "/worlds").get_json()["worlds"]] == ["one"]
    dropped = control.ask("DELETE", "/worlds/one")
    assert (dropped.status_code, dropped.data) == (204, b"")
    assert control.ask("GET", "/worlds/one").status_code == 404
    assert control.ask("GET", "/worlds").get_json() == {"worlds": []}


def test_an_empty_request_makes_a_world_with_a_name_of_its_own(control: Control) -> None:
    """Without a body the world gets a name, a running clock at the machine's time, and nobody."""
    made = control.ask("POST", "/worlds")
    assert made.status_code == 201
    world = made.get_json()
    assert world["clock"]["running"] is True
    assert world["people"] == []
    assert control.ask("GET", f"/worlds/{world['id']}").status_code == 200


def test_the_default_world_has_no_name_in_its_address(control: Control) -> None:
    """The portals of the world `default` are where a person with a browser finds them."""
    assert control.made("default")["portals"] == {"ameli-connect": f"{PORTAL}/ameli", "france-mutuelle": f"{PORTAL}/france-mutuelle"}


def test_people_are_made_as_asked_for(control: Control) -> None:
    """Every field that is given is kept; what is not is made up; the identifier has its key."""
    name = {"first_name": "Zoé", "last_name": "d’Arc", "birth_date": "1984-05-21"}
    record = {"scheme": "partner", "fund": "none", "attachment": "pending"}
    cards = {"postcode": "35000", "card": "80250000011234567890", "iban": "FR7630006000011234567890189"}
    told = {"key": "zoe", "password": "Secret-1234", "address": "zoe@exemple.test", **name, **cards}
    control.made("one")
    answer = control.ask("POST", "/worlds/one/people", {**told, **record, "nir": NIR[:13]})
    assert answer.status_code == 201
    (person,) = answer.get_json()["people"]
    assert person == {**told, "kind": "insured", "identifier": NIR, "mobile": None, "portal": "ameli-connect", "membership": None}
    world = control.installation.worlds.get("one")
    with world.file.reading() as transaction:
        assert asdict(transaction.all(Person)["zoe"].record) == record
    (other,) = control.ask("POST", "/worlds/one/people", {"mail": "none", "nir": "corsica-2A"}).get_json()["people"]
    assert other["address"] is None
    assert (len(other["identifier"]), other["identifier"][5:7]) == (15, "2A")
    assert other["password"]


def test_many_people_are_made_all_or_none(control: Control) -> None:
    """A list makes all of them in order; one that cannot be made leaves none."""
    control.made("one")
    made = control.ask("POST", "/worlds/one/people", {"people": [{"key": f"p{number}"} for number in range(50)]})
    assert [person["key"] for person in made.get_json()["people"]] == [f"p{number}" for number in range(50)]
    assert control.ask("POST", "/worlds/one/people", {"people": [{"key": "new"}, {"key": "p1"}]}).status_code == 409
    assert len(control.ask("GET", "/worlds/one").get_json()["people"]) == 50


def test_a_world_that_cannot_be_made_leaves_nothing(control: Control) -> None:
    """When one of the people cannot be made there is no world, and its name is free."""
    twins = [{"key": "a", "nir": "1840575123456"}, {"key": "b", "nir": NIR}]
    assert control.ask("POST", "/worlds", {"id": "one", "people": twins}).status_code == 400
    assert control.ask("GET", "/worlds/one").status_code == 404
    control.made("one")


def test_the_clock_is_moved_and_stopped(control: Control) -> None:
    """Forward by durations of both forms, to an instant; running and moving in one request; what it shows is answered."""
    control.made("one")
    for body, shown in (
        ({"forward": "14m59s"}, "2026-03-10T10:15:19+01:00"),
        ({"forward": "PT1H"}, "2026-03-10T11:15:19+01:00"),
        ({"forward": "P7D"}, "2026-03-17T11:15:19+01:00"),
        ({"forward": "1d 2h"}, "2026-03-18T13:15:19+01:00"),
        ({"to": "2026-03-29T03:00:00+02:00"}, "2026-03-29T03:00:00+02:00"),
        ({"to": "2026-03-29T01:00:00Z", "running": False}, "2026-03-29T03:00:00+02:00"),
    ):
        answer = control.ask("PATCH", "/worlds/one/clock", body)
        assert (answer.status_code, answer.get_json()["now"]) == (200, shown)
    assert control.ask("PATCH", "/worlds/one/clock", {"running": True, "forward": "1h"}).get_json()["running"] is True
    first = now(control, "one")
    time.sleep(0.01)
    assert first < now(control, "one")
    control.ask("PATCH", "/worlds/one/clock", {"running": False})
    stopped = now(control, "one")
    time.sleep(0.01)
    assert now(control, "one") == stopped


def test_a_clock_never_goes_back(control: Control) -> None:
    """An instant that is past is refused with 400, and the clock stays where it was."""
    control.made("one")
    answer = control.ask("PATCH", "/worlds/one/clock", {"to": "2026-03-10T10:00:19+01:00"})
    assert answer.status_code == 400
    assert answer.get_json()["error"]["field"] == "to"
    assert now(control, "one") == datetime.fromisoformat(START)


def test_the_clock_goes_to_the_next_event(control: Control) -> None:
    """`next` tells what will happen and when, `to: next` goes there, and 409 says that nothing is due any more."""
    person = control.made("one", {"first_name": "Zoé", "last_name": "Arc"})["people"][0]
    identifier = person["identifier"][:13]
    ends = datetime.fromisoformat("2026-03-10T10:16:00+01:00")
    world = control.installation.worlds.get("one")
    with world.file.transaction() as transaction:
        transaction.put(identifier, Subject(identifier, lockout=Lockout(block=Block(Reason.PASSWORDS, ends))))
    assert control.ask("GET", "/worlds/one/clock").get_json()["next"] == {"at": ends.isoformat(), "what": "the block of Zoé Arc ends"}
    moved = control.ask("PATCH", "/worlds/one/clock", {"to": "next"}).get_json()
    assert moved == {"now": ends.isoformat(), "running": False, "next": None}
    again = control.ask("PATCH", "/worlds/one/clock", {"to": "next"})
    assert (again.status_code, again.get_json()["error"]["field"]) == (409, "to")


def test_moves_at_the_same_time_all_count(control: Control) -> None:
    """20 clients that each move a clock by a minute move it by 20 minutes."""
    control.made("one")
    app = control.web.application
    with ThreadPoolExecutor(20) as threads:
        answers = list(
            threads.map(lambda _: app.test_client().patch("/api/worlds/one/clock", json={"forward": "1m"}).status_code, range(20))
        )
    assert answers == [200] * 20
    assert now(control, "one") == datetime.fromisoformat(START) + timedelta(minutes=20)


def test_acts_of_staff(control: Control) -> None:
    """Staff end a pending attachment, set a record in part, and correct it; the answer says how the record stands."""
    control.made("one", {"attachment": "pending", "scheme": "partner"})

    def act(**body: str) -> dict[str, Any]:
        answer = control.ask("POST", "/worlds/one/acts", {"person": "insured", **body})
        assert answer.status_code == 200, answer.text
        record: dict[str, Any] = answer.get_json()["record"]
        return record

    assert act(act="attach") == {"scheme": "partner", "fund": "present", "attachment": "done"}
    assert act(act="set-record", fund="none") == {"scheme": "partner", "fund": "none", "attachment": "done"}
    assert act(act="correct-record") == {"scheme": "general", "fund": "present", "attachment": "done"}


def test_settle_waits_until_mails_have_left(control: Control) -> None:
    """After `settle` has answered 0, what was queued before can be read in the sink."""
    control.made("one")
    for number in range(10):
        post_mail(control, "one", f"n{number}@settle.test")
    assert control.ask("POST", "/worlds/one/settle").get_json() == {"waiting": 0}
    assert control.sink.web.get("/api/v1/search", params={"query": 'addressed:"settle.test"'}).json()["messages_count"] == 10


def test_a_refusing_mail_server_keeps_mails_waiting(control: Control) -> None:
    """With the fault on, mails wait and `settle` says how many; other worlds' mails leave; switched off, they leave."""
    control.made("one")
    control.made("two")
    assert control.ask("PUT", "/worlds/one/faults", {"smtp": "refuse"}).get_json() == {"smtp": "refuse", "sms": "none"}
    post_mail(control, "one", "a@refused.test")
    post_mail(control, "two", "b@accepted.test")
    assert control.ask("POST", "/worlds/two/settle").get_json() == {"waiting": 0}
    assert control.ask("POST", "/worlds/one/settle").get_json() == {"waiting": 1}
    assert control.ask("PUT", "/worlds/one/faults", {"smtp": "none"}).get_json() == {"smtp": "none", "sms": "none"}
    deadline = time.monotonic() + 15
    while control.ask("POST", "/worlds/one/settle").get_json()["waiting"] and time.monotonic() < deadline:
        pass
    assert control.sink.web.get("/api/v1/search", params={"query": "addressed:refused.test"}).json()["messages_count"] == 1


def test_why(control: Control) -> None:
    """Counts, window, block, code, links, trusted browsers and the last decision of an identifier, in any spelling, in Paris time."""
    control.made("one", {"nir": NIR})
    start = datetime.fromisoformat(START)
    world = control.installation.worlds.get("one")
    identifier = NIR[:13]
    block = Block(Reason.CODES, start + timedelta(minutes=15))
    subject = Subject(
        identifier,
        lockout=Lockout(password_failures=2, code_failures=3, block=block),
        code_requests=(start - timedelta(minutes=61), start - timedelta(minutes=1)),
        code=Code("digest-of-the-code", start - timedelta(minutes=1)),
        decision=Decision(start, "AMC-60", "third wrong code: blocked"),
    )
    with world.file.transaction() as transaction:
        transaction.put(identifier, subject)
        transaction.put("digest-of-a-link", Claim("reset", identifier, start))
        transaction.put("digest-of-a-browser", TrustedBrowser(identifier, start, start + timedelta(days=184)))
    answer = control.ask("GET", "/worlds/one/why/1 84 05 75 123 456 25")
    told = answer.get_json()
    assert (told["identifier"], told["account"], told["now"]) == (identifier, True, START)
    assert (told["counts"]["password"], told["counts"]["code"]) == (2, 3)
    assert told["window"]["codes"] == ["2026-03-10T09:59:20+01:00"]
    assert told["window"]["frees_at"] == "2026-03-10T10:59:20+01:00"
    assert told["block"] == {"reason": "codes", "until": "2026-03-10T10:15:20+01:00", "requirement": "AMC-60"}
    assert told["code"] == {"sent": "2026-03-10T09:59:20+01:00", "expires": "2026-03-10T10:14:20+01:00", "used": False}
    assert [(link["purpose"], link["used"]) for link in told["links"]] == [("reset", False)]
    assert told["trusted_browsers"] == [{"since": START, "until": "2026-09-10T11:00:20+02:00"}]
    assert told["last_decision"] == {"at": START, "requirement": "AMC-60", "what": "third wrong code: blocked"}
    assert "digest" not in answer.text


def test_why_of_a_stranger(control: Control) -> None:
    """An identifier that nobody has is explained too."""
    control.made("one")
    told = control.ask("GET", f"/worlds/one/why/{NIR}").get_json()
    assert (told["account"], told["block"], told["last_decision"]) == (False, None, None)


PEOPLE, CLOCK, ACTS = "/worlds/one/people", "/worlds/one/clock", "/worlds/one/acts"
NO_CLOCK = {"format": 1, "documents": []}
STRANGE = {"format": 1, "documents": [{"kind": "Secret", "key": "k", "body": "e30="}]}
WRONG = {"format": 1, "documents": [{"kind": "Account", "key": "k", "body": "e30="}]}
ACT = {"act": "attach", "person": "insured"}


@pytest.mark.parametrize(
    ("call", "body", "status", "field"),
    [
        ("POST /worlds", {"id": "one"}, 409, "id"),
        ("POST /worlds", {"id": "Größe"}, 400, "id"),
        ("POST /worlds", {"id": "../up"}, 400, "id"),
        ("POST /worlds", {"id": ""}, 400, "id"),
        ("POST /worlds", {"id": 7}, 400, "id"),
        ("POST /worlds", {"name": "x"}, 400, "name"),
        ("POST /worlds", [], 400, "body"),
        ("POST /worlds", {"clock": "now"}, 400, "clock"),
        ("POST /worlds", {"clock": {"now": "tomorrow"}}, 400, "clock.now"),
        ("POST /worlds", {"clock": {"now": "2026-03-10T10:00:20"}}, 400, "clock.now"),
        ("POST /worlds", {"clock": {"now": "0001-01-01T00:00:00+14:00"}}, 400, "clock.now"),
        ("POST /worlds", {"clock": {"running": "no"}}, 400, "clock.running"),
        ("POST /worlds", {"clock": {"zone": "Paris"}}, 400, "clock.zone"),
        ("POST /worlds", {"defects": ["code-lives-long"]}, 400, "defects[0]"),
        ("POST /worlds", {"people": {}}, 400, "people"),
        ("POST /worlds", {"people": [{}, {"kind": "cat"}]}, 400, "people[1].kind"),
        ("POST /worlds", {"people": [{"nir": "12"}]}, 400, "people[].nir"),
        (f"POST {PEOPLE}", {"key": "insured"}, 409, "key"),
        (f"POST {PEOPLE}", {"key": "a/b"}, 400, "key"),
        (f"POST {PEOPLE}", {"scheme": "special"}, 400, "scheme"),
        (f"POST {PEOPLE}", {"nir": "1840575123456 00"}, 400, "nir"),
        (f"POST {PEOPLE}", {"nir": f"{NIR}1"}, 400, "nir"),
        (f"POST {PEOPLE}", {"address": "somebody@gmail.com"}, 400, "address"),
        (f"POST {PEOPLE}", {"address": "a b@exemple.test"}, 400, "address"),
        (f"POST {PEOPLE}", {"address": "a@exemple.test\nBcc: b@exemple.test"}, 400, "address"),
        (f"POST {PEOPLE}", {"mail_domain": "gmail.com"}, 400, "mail_domain"),
        (f"POST {PEOPLE}", {"birth_date": "21/05/1984"}, 400, "birth_date"),
        (f"POST {PEOPLE}", {"password": ""}, 400, "password"),
        (f"POST {PEOPLE}", {"first_name": "a\nb"}, 400, "first_name"),
        (f"POST {PEOPLE}", {"shoe_size": 42}, 400, "shoe_size"),
        (f"POST {PEOPLE}", {"people": [{"key": "x"}], "key": "y"}, 400, "key"),
        ("POST /worlds/none/people", {}, 404, "world"),
        (f"PATCH {CLOCK}", {}, 400, "body"),
        (f"PATCH {CLOCK}", {"forward": "soon"}, 400, "forward"),
        (f"PATCH {CLOCK}", {"forward": ""}, 400, "forward"),
        (f"PATCH {CLOCK}", {"forward": "-5m"}, 400, "forward"),
        (f"PATCH {CLOCK}", {"forward": "P1M"}, 400, "forward"),
        (f"PATCH {CLOCK}", {"forward": "P999999999W"}, 400, "forward"),
        (f"PATCH {CLOCK}", {"forward": "999999d"}, 400, "forward"),
        (f"PATCH {CLOCK}", {"forward": 15}, 400, "forward"),
        (f"PATCH {CLOCK}", {"forward": "1m", "to": "next"}, 400, "to"),
        (f"PATCH {CLOCK}", {"to": "2026-02-30T10:00:00Z"}, 400, "to"),
        (f"PATCH {CLOCK}", {"to": "9999-12-31T23:59:59Z"}, 400, "to"),
        (f"PATCH {CLOCK}", {"to": "next"}, 409, "to"),
        ("GET /worlds/none/clock", None, 404, "world"),
        (f"POST {ACTS}", {**ACT, "act": "sack"}, 400, "act"),
        (f"POST {ACTS}", {"act": "attach"}, 400, "person"),
        (f"POST {ACTS}", {**ACT, "person": "nobody"}, 404, "person"),
        (f"POST {ACTS}", {**ACT, "fund": "none"}, 400, "fund"),
        (f"POST {ACTS}", {**ACT, "act": "set-record"}, 400, "act"),
        ("POST /worlds/none/settle", None, 404, "world"),
        ("PUT /worlds/one/faults", {"smtp": "explode"}, 400, "smtp"),
        ("PUT /worlds/one/faults", {}, 400, "smtp"),
        ("GET /worlds/one/why/12", None, 400, "identifier"),
        (f"GET /worlds/none/why/{NIR}", None, 404, "world"),
        ("GET /worlds/none/export", None, 404, "world"),
        ("DELETE /worlds/none", None, 404, "world"),
        ("GET /worlds/%2e%2e", None, 404, "world"),
        ("POST /worlds/import", NO_CLOCK, 400, "documents"),
        ("POST /worlds/import", STRANGE, 400, "documents[0].kind"),
        ("POST /worlds/import", WRONG, 400, "documents[0].body"),
        ("POST /worlds/import", {"format": 2, "documents": []}, 400, "format"),
        ("GET /nowhere", None, 404, "path"),
        ("POST /openapi.json", None, 405, "method"),
    ],
)
def test_mistakes_name_the_field_and_the_way_on(control: Control, call: str, body: Any, status: int, field: str) -> None:
    """What cannot be done is answered with status, field, what is wrong and the way on; the worlds stay as they were."""
    before = control.made("one", {})
    method, path = call.split(" ", 1)
    answer = control.ask(method, path, body)
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/json"
    error = answer.get_json()["error"]
    assert error["field"] == field
    assert error["message"]
    assert error["way_on"]
    assert control.ask("GET", "/worlds/one").get_json() == before
    assert [world.id for world in control.installation.worlds.all()] == ["one"]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"id": "\\ud800"}', b"[" * 100_000, b'{"id": NaN}', b" ", b"null", b'"x"'])
def test_bodies_that_are_no_json(control: Control, body: bytes) -> None:
    """Bytes that are no JSON, or JSON of another kind, are answered with 400 and name the body or the field."""
    answer = control.web.post("/api/worlds", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["field"] in ("body", "id")


def test_a_body_must_say_that_it_is_json(control: Control) -> None:
    """What a form of another site could send is refused, whatever it holds."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = control.web.post("/api/worlds", data='{"id": "one"}', content_type=kind)
        assert (answer.status_code, answer.get_json()["error"]["field"]) == (400, "Content-Type")
    assert control.ask("GET", "/worlds").get_json() == {"worlds": []}


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}])
def test_other_sites_change_nothing(control: Control, headers: dict[str, str]) -> None:
    """A page of another site can neither make, move nor drop anything, and is not allowed to read answers."""
    control.made("one")
    for method, path, body in (
        ("POST", "/worlds", {}),
        ("PATCH", CLOCK, {"forward": "1h"}),
        ("DELETE", "/worlds/one", None),
        ("POST", "/worlds/one/settle", None),
    ):
        answer = control.web.open(f"/api{path}", method=method, json=body, headers=headers)
        assert (answer.status_code, answer.get_json()["error"]["field"]) == (403, "Origin")
    assert "Access-Control-Allow-Origin" not in control.web.get("/api/worlds", headers=headers).headers
    assert now(control, "one") == datetime.fromisoformat(START)


def test_its_own_pages_may(control: Control) -> None:
    """The same request from a page of this very port is done."""
    answer = control.web.post("/api/worlds", json={}, headers={"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 201


def test_a_world_costs_little(control: Control) -> None:
    """Making a world with one person and dropping it takes less than 50 ms (median of 20): every case has one of its own."""
    took = []
    for number in range(20):
        began = time.perf_counter()
        control.made(f"w{number}", {})
        control.ask("DELETE", f"/worlds/w{number}")
        took.append(time.perf_counter() - began)
    assert sorted(took)[10] < 0.05
