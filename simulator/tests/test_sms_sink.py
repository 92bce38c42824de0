"""The SMS sink over real sockets: what it takes and keeps, what it refuses, and how an SMS gets there from a world's outbox."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulator.clock import machine_now
from simulator.documents import Faults
from simulator.outbox import Mail, SealedOutbox, Sms
from simulator.portals.ameli.texts import provisional_sms
from simulator.sinks import SmsBox, create_inbox_app
from simulator.sinks.sms_api import OPERATIONS, document
from simulator.tests.control_parts import Control, running_control
from simulator.tests.sink_parts import Sink, running_sink
from simulator.worlds import World

KEPT = Path(__file__).parents[2] / "docs" / "sms.openapi.json"
NUMBER = "+33639981234"
SMS = {"account": "one", "to": NUMBER, "sender": "ameli", "text": "Votre code est 123 456."}
MAIL = Mail("Assurance", "ne-pas-repondre@app.test", "someone@box.test", "Objet", "Texte\n", "<p>Texte</p>")


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    """An empty sink."""
    with running_sink(tmp_path / "mail.sqlite") as running:
        yield running


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Control]:
    """An installation that sends to a sink of its own."""
    with running_control(tmp_path) as running:
        yield running


def send(sink: Sink, **changed: Any) -> httpx.Response:
    """Ask the gateway to send an SMS."""
    return sink.web.post("/api/v1/sms", json={**SMS, **changed})


def texts(sink: Sink, **asked: Any) -> list[str]:
    """The texts that came, newest first."""
    answer = sink.web.get("/api/v1/sms", params=asked)
    assert answer.status_code == 200, answer.text
    return [message["text"] for message in answer.json()["messages"]]


def until(condition: Any, seconds: float = 5.0) -> bool:
    """Whether it comes true in that time."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return bool(condition())


# -- what is kept


def test_what_came_is_listed_newest_first_by_world_and_number(sink: Sink) -> None:
    """A world sees its own SMS alone, a number its own, the newest first, with how many there are."""
    for text, changed in (("a", {}), ("b", {"to": "+33639980000"}), ("c", {}), ("d", {"account": "two"})):
        assert send(sink, text=text, **changed).status_code == 201
    assert texts(sink) == ["d", "c", "b", "a"]
    assert texts(sink, account="one", to=NUMBER) == ["c", "a"]
    assert texts(sink, account="one", start=1, limit=1) == ["b"]
    assert sink.web.get("/api/v1/sms", params={"account": "one", "limit": 1}).json()["total"] == 3
    assert sink.web.get(f"/api/v1/sms?to={NUMBER}&account=two").json()["total"] == 1


def test_one_sms_can_be_read_and_deleted(sink: Sink) -> None:
    """An SMS is answered with its id, read under it, and gone once it is deleted."""
    place = f"/api/v1/sms/{send(sink, written='2026-03-10T10:00:20+01:00').json()['id']}"
    read = sink.web.get(place).json()
    assert {name: read[name] for name in SMS} == SMS
    assert read["written"] == "2026-03-10T10:00:20+01:00"
    assert sink.web.delete(place).status_code == 204
    assert (sink.web.get(place).status_code, sink.web.delete(place).status_code) == (404, 404)


def test_deleting_takes_those_that_are_meant(sink: Sink) -> None:
    """Deleting those of a world leaves those of others."""
    send(sink)
    send(sink, account="two", text="stays")
    assert sink.web.delete("/api/v1/sms", params={"account": "one"}).status_code == 204
    assert texts(sink) == ["stays"]


def test_a_reference_makes_sure_that_it_is_taken_once(sink: Sink) -> None:
    """Asked twice with one reference the gateway has one SMS, and answers the same; another world's reference is its own."""
    first, second = (send(sink, reference="r1").json() for _ in range(2))
    assert first == second
    assert send(sink, reference="r1", account="two").json()["id"] != first["id"]
    assert len(texts(sink)) == 2


def test_whoever_waits_hears_of_it_at_once(sink: Sink) -> None:
    """With `wait` the answer comes as soon as there are more than `beyond`, and not before; else when the seconds are over."""
    send(sink, text="old")
    threading.Timer(0.3, lambda: send(sink, text="new")).start()
    began = time.monotonic()
    assert texts(sink, account="one", beyond=1, wait=10) == ["new", "old"]
    assert 0.25 < time.monotonic() - began < 3
    began = time.monotonic()
    assert texts(sink, account="one", beyond=2, wait=1) == ["new", "old"]
    assert 0.9 < time.monotonic() - began < 3


# -- what is refused


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"to": "+33612345678"}, "to"),
        ({"to": "0639981234"}, "to"),
        ({"to": "+33639981234\n"}, "to"),
        ({"to": "+33639990000"}, "to"),
        ({"text": ""}, "text"),
        ({"text": "x" * 1601}, "text"),
        ({"text": None}, "text"),
        ({"account": "../etc"}, "account"),
        ({"sender": "<b>"}, "sender"),
        ({"written": "yesterday"}, "written"),
        ({"written": "2026-03-10T10:00:20"}, "written"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(sink: Sink, changed: dict[str, Any], field: str) -> None:
    """A number that could be somebody's, an empty text, an unknown field: 400, the field named, nothing kept."""
    answer = send(sink, **changed)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)
    assert answer.json()["error"]["message"]
    assert texts(sink) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"to":' * 50_000])
def test_what_is_no_json_is_refused(sink: Sink, body: bytes) -> None:
    """A body that cannot be read is 400 with words, whatever its bytes."""
    answer = sink.web.post("/api/v1/sms", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["way_on"]


def test_a_form_of_another_site_sends_nothing(sink: Sink) -> None:
    """A body that does not say that it is JSON is refused, and so is a page of another site."""
    plain = sink.web.post("/api/v1/sms", content=json.dumps(SMS), headers={"Content-Type": "text/plain"})
    assert (plain.status_code, plain.json()["error"]["field"]) == (400, "Content-Type")
    foreign = sink.web.post("/api/v1/sms", json=SMS, headers={"Origin": "http://elsewhere.test"})
    assert (foreign.status_code, foreign.json()["error"]["field"]) == (403, "Origin")
    assert texts(sink) == []


@pytest.mark.parametrize(("name", "value"), [("start", "-1"), ("limit", "1001"), ("wait", "11"), ("beyond", "x"), ("start", "9" * 30)])
def test_a_parameter_that_is_no_number_is_refused_by_name(sink: Sink, name: str, value: str) -> None:
    """Start, limit, wait and beyond are whole numbers within bounds; anything else is 400 with its name."""
    answer = sink.web.get("/api/v1/sms", params={name: value})
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, name)


def test_unknown_paths_and_methods_have_the_same_form(sink: Sink) -> None:
    """An error of the web itself is JSON as well; Mailpit's errors beside it stay plain text."""
    assert sink.web.put("/api/v1/sms").json()["error"]["field"] == "method"
    assert sink.web.get("/api/v1/sms/none").json()["error"]["field"] == "path"
    assert sink.web.get("/api/v1/message/none").text == "404 page not found"


def test_the_kept_document_is_the_served_one(sink: Sink, tmp_path: Path) -> None:
    """docs/sms.openapi.json is what the sink serves, and names every call there is."""
    assert sink.web.get("/api/v1/sms/openapi.json").json() == document() == json.loads(KEPT.read_text(encoding="utf-8"))
    served = {
        (method.lower(), rule.rule.replace("<", "{").replace(">", "}"))
        for rule in create_inbox_app(sink.mailbox, SmsBox(tmp_path / "other.sqlite", machine_now)).url_map.iter_rules()
        if rule.endpoint.startswith("sms_api.") and rule.endpoint != "sms_api.openapi"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == {(call.method, call.path) for call in OPERATIONS}


# -- pages


def test_pages_show_what_came_and_nothing_of_it_runs(sink: Sink) -> None:
    """List and page show sender, number and text, escaped; the mails' page leads there."""
    identifier = send(sink, text="<script>alert(1)</script> Bonjour").json()["id"]
    assert 'href="/sms"' in sink.web.get("/").text
    listed = sink.web.get("/sms").text
    assert f'href="/sms/{identifier}"' in listed
    for page in (listed, sink.web.get(f"/sms/{identifier}").text):
        assert NUMBER in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; Bonjour" in page
        assert "<script" not in page
    assert sink.web.get("/sms", params={"account": "two"}).text.count(NUMBER) == 0


def test_the_pages_delete_what_they_show(sink: Sink) -> None:
    """Deleting on the page of a world leaves those of others; deleting one leaves the rest."""
    send(sink, account="two", text="first")
    kept, gone = (send(sink, account="two", text=text).json()["id"] for text in ("kept", "gone"))
    send(sink)
    assert sink.web.post("/sms/delete", data={"account": "one", "to": ""}).status_code == 303
    assert sink.web.post(f"/sms/{gone}/delete").status_code == 303
    assert texts(sink) == ["kept", "first"]
    assert sink.web.get(f"/sms/{kept}").status_code == 200


# -- from a world's outbox


def text(control: Control, world: World, words: str = "Votre code est 123 456.") -> None:
    """Queue an SMS in that world, and wake the sender."""
    with world.file.transaction() as transaction:
        SealedOutbox(control.installation.keyring).text(transaction, Sms("ameli", NUMBER, words))
    control.installation.sender.wake(world)


def test_an_sms_leaves_after_the_commit_with_its_worlds_name_and_time(control: Control) -> None:
    """What is queued in a world comes to the sink once, under the world's id and with the world's time."""
    control.made("far")
    text(control, control.installation.worlds.get("far"))
    assert until(lambda: texts(control.sink, account="far", to=NUMBER) == ["Votre code est 123 456."])
    (kept,) = control.sink.web.get("/api/v1/sms").json()["messages"]
    assert (kept["account"], kept["sender"], kept["written"]) == ("far", "ameli", "2026-03-10T09:00:20Z")


def test_an_sms_of_a_transaction_that_failed_never_leaves(control: Control) -> None:
    """What is rolled back was never queued."""
    control.made("one")
    world = control.installation.worlds.get("one")

    def fail() -> None:
        with world.file.transaction() as transaction:
            SealedOutbox(control.installation.keyring).text(transaction, Sms("ameli", NUMBER, "lost"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    text(control, world, "sent")
    assert until(lambda: texts(control.sink) == ["sent"])


def test_a_refusing_gateway_holds_sms_back_and_no_mails(control: Control) -> None:
    """While `sms: refuse` is on SMS wait and mails behind them leave; when it is off what waited leaves, once."""
    control.made("one")
    world = control.installation.worlds.get("one")
    assert control.ask("PUT", "/worlds/one/faults", {"sms": "refuse"}).get_json() == {"smtp": "none", "sms": "refuse"}
    text(control, world, "first")
    with world.file.transaction() as transaction:
        SealedOutbox(control.installation.keyring).post(transaction, MAIL)
    text(control, world, "second")
    assert until(lambda: control.sink.mailbox.totals().total == 1)
    assert texts(control.sink) == []
    assert control.ask("PUT", "/worlds/one/faults", {"sms": "none"}).get_json() == {"smtp": "none", "sms": "none"}
    assert control.ask("POST", "/worlds/one/settle").get_json() == {"waiting": 0}
    assert sorted(texts(control.sink)) == ["first", "second"]


def test_a_refusing_mail_server_holds_no_sms_back(control: Control) -> None:
    """While mails wait for their server, an SMS that was queued after them leaves."""
    control.made("one")
    world = control.installation.worlds.get("one")
    with world.file.transaction() as transaction:
        transaction.put("faults", Faults(smtp="refuse"))
        SealedOutbox(control.installation.keyring).post(transaction, MAIL)
    text(control, world)
    assert until(lambda: len(texts(control.sink)) == 1, 0.4)
    assert control.sink.mailbox.totals().total == 0


def test_a_waiting_sms_cannot_be_read_on_disk(control: Control, tmp_path: Path) -> None:
    """The code in an SMS that waits stands nowhere in the world's files."""
    control.made("one")
    control.ask("PUT", "/worlds/one/faults", {"sms": "refuse"})
    text(control, control.installation.worlds.get("one"))
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data" / "worlds").iterdir())
    assert re.search(rb"123 456|3363998", kept) is None


# -- people


def test_a_person_has_a_mobile_when_it_is_asked_for(control: Control) -> None:
    """No mobile by default; `on-file` makes one up of the range that nobody has; a number of that range is taken as given."""
    people = control.made("one", {"key": "a"}, {"key": "b", "mobile": "on-file"}, {"key": "c", "mobile": NUMBER})["people"]
    none, made, given = (person["mobile"] for person in people)
    assert (none, given) == (None, NUMBER)
    assert re.fullmatch(r"\+3363998\d{4}", made)
    room = control.web.get("/worlds/one").text
    assert f"/sms?account=one&amp;to=%2B{NUMBER[1:]}" in room
    assert control.web.post("/worlds/one/reset").status_code == 303
    assert {person["mobile"] for person in control.ask("GET", "/worlds/one").get_json()["people"]} == {None, made, NUMBER}


@pytest.mark.parametrize("number", ["+33612345678", "0639981234", "maybe", "", "+33639981234\n"])
def test_a_mobile_that_could_be_somebodys_is_refused(control: Control, number: str) -> None:
    """A number outside the range, or in another form, is 400 and says which are possible."""
    answer = control.ask("POST", "/worlds", {"id": "one", "people": [{"mobile": number}]})
    assert (answer.status_code, answer.get_json()["error"]["field"]) == (400, "people[0].mobile")
    assert "on-file, none" in answer.get_json()["error"]["way_on"]


def test_the_provisional_code_comes_by_sms_with_its_life_and_its_warning(control: Control) -> None:
    """The SMS of AMC-101 reaches the number on file with the code, its 30 minutes, and the warning, on one line."""
    control.made("one")
    world = control.installation.worlds.get("one")
    with world.file.transaction() as transaction:
        SealedOutbox(control.installation.keyring).text(transaction, provisional_sms(NUMBER, "314159", timedelta(minutes=30)))
    control.installation.sender.wake(world)
    assert until(lambda: len(texts(control.sink, account="one", to=NUMBER)) == 1)
    (words,) = (" ".join(one.split()) for one in texts(control.sink))
    assert words.startswith("Votre code provisoire est 314159. Il sert une seule fois, pendant 30 minutes, à ouvrir votre compte.")
    assert "nous ne le demandons jamais par téléphone" in words
