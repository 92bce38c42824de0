"""Hostile requests: how they are made, what is found wrong, and that the simulator has an answer to each of a short run."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.selftests.hostile_requests.__main__ import attack
from conformance.selftests.hostile_requests.draft import Body, Draft, encoded, in_bytes, on_the_wire
from conformance.selftests.hostile_requests.grounds import STATES
from conformance.selftests.hostile_requests.judging import Record, Words, wrong
from conformance.selftests.hostile_requests.places import Place, named
from conformance.selftests.hostile_requests.schemas import Sampler
from conformance.selftests.hostile_requests.twists import TWISTS, Stock, twisted
from conformance.selftests.hostile_requests.wire import Answer, NoAnswer, send

ADDRESS = "http://127.0.0.1:1"
FORM = Draft(b"POST", b"/a/b", b"c=1", ((b"Cookie", b"visite=x"),), Body.FORM, ((b"token", b"t" * 40), (b"name", b"Zo\xc3\xab")))
CALL = Draft(b"POST", b"/api/a", body=Body.JSON, document={"id": "a", "people": [{"key": "b"}]})
PAGE = Draft(b"GET", b"/a")
REQUESTS = 1_500


def test_a_short_run_finds_nothing() -> None:
    """No 5xx, no traceback, no wait and no way to another host in 1,500 requests; every state and part is reached; a person can sign in."""
    with attack(seed=11) as attacked:
        attacked.as_they_should_be()
        plain = attacked.record.by_status()
        attacked.go(REQUESTS, lambda _: None)
        assert attacked.sign_in_works() == ""
    record = attacked.record
    assert not record.findings, "\n".join(map(str, record.findings[:5]))
    assert record.sent >= REQUESTS
    reached = {place.partition(":")[0] for place in record.statuses}
    assert {f"portal, {state}" for state in STATES} | {"control, room", "control, API", "mail, pages", "mail, API"} <= reached
    assert not {status for status in plain if status[0] not in "234"}, plain
    assert {twist.__name__ for twist, _ in TWISTS} <= set(record.twists)


def test_requests_go_over_the_wire_as_they_are() -> None:
    """Fields and queries are encoded, lengths told, files named; what a draft says itself of host and length is not corrected."""
    assert on_the_wire(FORM, ADDRESS) == (
        b"POST /a/b?c=1 HTTP/1.1\r\nHost: 127.0.0.1:1\r\nCookie: visite=x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 60\r\nConnection: close\r\n\r\ntoken=" + b"t" * 40 + b"&name=Zo%C3%AB"
    )
    forged = Draft(b"GET", b"/", headers=((b"Host", b"elsewhere.test"), (b"", b"no colon")))
    assert on_the_wire(forged, ADDRESS) == b"GET / HTTP/1.1\r\nHost: elsewhere.test\r\nno colon\r\nConnection: close\r\n\r\n"
    pieces = on_the_wire(Draft(b"POST", b"/", body=Body.RAW, raw=b"abcdef", chunked=True), ADDRESS)
    assert pieces.endswith(b"\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n")
    parts = on_the_wire(Draft(b"POST", b"/", body=Body.PARTS, fields=((b'a"', b"1"),), files=(b'a"',)), ADDRESS)
    assert b'form-data; name="a%22"; filename="a.html"' in parts


def test_half_characters_have_bytes() -> None:
    """Bytes that are no UTF-8 come out as they were written in the corpus, half characters as if UTF-8 had them."""
    assert in_bytes(b"a\xff".decode("utf-8", "surrogateescape")) == b"a\xff"
    assert in_bytes("\ud800") == b"\xed\xa0\x80"
    assert encoded(((b"a b", b"\xff&"),)) == b"a+b=%FF%26"


@pytest.mark.parametrize("draft", [FORM, CALL, PAGE])
def test_each_twist_spoils_what_it_is_about(draft: Draft) -> None:
    """Every twist either changes the request or has nothing to do with it; all leave bytes that can be sent."""
    stock = Stock(random.Random(5))
    changing = {twist.__name__ for twist, _ in TWISTS for _ in range(5) if twist(draft, stock) is not draft}
    everywhere = {"query_text", "path_part", "path_end", "method", "header", "cookie", "version", "nonsense", "other_type"}
    assert everywhere <= changing
    assert ("field_text" in changing) == (draft is FORM)
    assert ("document_value" in changing) == (draft is CALL)
    assert ("unasked_body" in changing) == (draft is PAGE)
    for _ in range(300):
        assert on_the_wire(twisted(draft, stock)[0], ADDRESS)
    assert draft.document == CALL.document or draft is not CALL


def test_the_same_seed_spoils_the_same() -> None:
    """Two runs of one seed send the same, of another seed something else."""

    def spoilt(seed: int) -> list[Draft]:
        stock = Stock(random.Random(seed))
        return [twisted(FORM, stock)[0] for _ in range(20)]

    assert spoilt(3) == spoilt(3)
    assert spoilt(3) != spoilt(4)


def test_documents_are_made_from_schemas() -> None:
    """What must be there is there, references are followed, and what a field stands for is taken from what is known."""
    document = {"parts": {"Person": {"type": "object", "properties": {"key": {"type": "string"}}, "required": ["key"]}}}
    schema = {
        "type": "object",
        "required": ["people", "kind", "when", "on"],
        "properties": {
            "people": {"type": "array", "items": {"$ref": "#/parts/Person"}},
            "kind": {"enum": ["insured", "stranger"]},
            "when": {"type": "string", "pattern": r"^\d+m$"},
            "on": {"anyOf": [{"type": "boolean"}]},
        },
    }
    sampler = Sampler(document, {"key": "camille"})
    made = [sampler.value(schema, random.Random(seed)) for seed in range(30)]
    assert all(value["kind"] in {"insured", "stranger"} and value["when"] == "15m" and isinstance(value["on"], bool) for value in made)
    assert "camille" in {person["key"] for value in made for person in value["people"]}


def test_places_are_named_without_what_is_random() -> None:
    """Worlds, tokens and numbers of people are left open, so that a place has one name."""
    assert named("GET", "/w/t123/ameli/reset/q8Zl0-aaaaaaaaaaaaaaaaaaaa", "t123") == "GET /w/{world}/ameli/reset/{…}"
    assert named("GET", "/api/worlds/t123/why/190017500123457", "t123") == "GET /api/worlds/{world}/why/{…}"


PLACE = Place("portal", "signed out", "GET /", ADDRESS, PAGE)
TRACEBACK = b"Traceback (most recent call last):\n  ValueError"


@pytest.mark.parametrize(
    ("answer", "words", "found"),
    [
        (Answer(200, {}, b"fine", 0.1), b"", ""),
        (Answer(404, {"location": "/a"}, b"", 0.1), b"WARNING waitress: a queue", ""),
        (Answer(503, {}, b"overloaded", 0.1), b"", "status 503: overloaded"),
        (Answer(200, {}, b"", 5.1), b"", "an answer after 5.1 s"),
        (Answer(200, {}, TRACEBACK, 0.1), b"", "a traceback in the answer"),
        (Answer(200, {}, b"", 0.1), TRACEBACK, "a traceback on standard error"),
        (Answer(303, {"location": "//elsewhere.test/a"}, b"", 0.1), b"", "a redirect to another host"),
        (Answer(303, {"location": "http://[::1"}, b"", 0.1), b"", "a redirect to another host"),
        (Answer(303, {"location": f"{ADDRESS}/a?b"}, b"", 0.1), b"", ""),
        ("timed out", b"", "no answer: timed out"),
    ],
)
def test_what_must_not_be_is_found(answer: Answer | str, words: bytes, found: str) -> None:
    """Errors of the server, tracebacks, long waits, no answer, and redirects that leave the host; nothing else."""
    record = Record()
    record.took(PLACE, ("header",), b"GET / HTTP/1.1\r\n\r\n", answer, words)
    assert [finding.what.startswith(found) for finding in record.findings] == ([True] if found else [])
    assert "; ".join(wrong(PLACE, answer, words)).startswith(found)
    assert all("GET / HTTP/1.1" in str(finding) and "header" in str(finding) for finding in record.findings)


def test_words_are_read_once(tmp_path: Path) -> None:
    """Each request is told what was said since the one before."""
    file = tmp_path / "said.txt"
    file.write_bytes(b"one")
    words = Words(file)
    assert words.new() == b"one"
    with file.open("ab") as stream:
        stream.write(b"two")
    assert (words.new(), words.new()) == (b"two", b"")


@pytest.fixture
def one_answer() -> Iterator[tuple[str, list[bytes]]]:
    """A server for one request: what it answers is put into the list beforehand."""
    answers: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"".join(answers))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", answers
        thread.join(5)


def test_an_answer_is_read_whole(one_answer: tuple[str, list[bytes]]) -> None:
    """Status, headers and body, however they end."""
    address, answers = one_answer
    answers.append(b"HTTP/1.1 410 Gone\r\nLocation: /a\r\nConnection: close\r\n\r\ngone")
    answer = send(address, b"GET / HTTP/1.1\r\n\r\n", "GET", 5.0)
    assert (answer.status, answer.headers["location"], answer.body) == (410, "/a", b"gone")


def test_no_answer_is_told(one_answer: tuple[str, list[bytes]]) -> None:
    """A connection that is closed without a word is no answer."""
    address, _ = one_answer
    with pytest.raises(NoAnswer, match="RemoteDisconnected"):
        send(address, b"GET / HTTP/1.1\r\n\r\n", "GET", 5.0)
