"""Mailpit's API as its clients use it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from simulator.tests.sink_parts import Sink, mail, running_sink

PEOPLE = {"From", "To", "Cc", "Bcc", "ReplyTo"}
COMMON = PEOPLE | {"ID", "MessageID", "Subject", "Username", "Tags", "Size", "Attachments"}
SUMMARY_FIELDS = COMMON | {"Read", "Created", "Snippet"}
MESSAGE_FIELDS = COMMON | {"ReturnPath", "ListUnsubscribe", "Date", "Text", "HTML", "Inline"}
LIST_FIELDS = {"total", "unread", "count", "messages_count", "messages_unread", "start", "tags", "messages"}
PIXEL = b"\x89PNG\r\n\x1a\n pixel"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    """One sink for all tests here."""
    with running_sink(tmp_path_factory.mktemp("sink") / "mail.sqlite") as sink:
        yield sink


@pytest.fixture
def sink(running: Sink) -> Sink:
    """The sink, empty."""
    running.mailbox.delete_all()
    return running


def full_mail() -> bytes:
    """A mail with everything: text, HTML with a picture, two attachments, four kinds of recipients."""
    message = EmailMessage()
    message["From"] = "Élise Martin <elise@exemple.test>"
    message["To"] = "Jeanne <jeanne@exemple.test>, luc@exemple.test"
    message["Cc"] = "copie@exemple.test"
    message["Reply-To"] = "aide@exemple.test"
    message["Subject"] = "Votre relevé d’été"
    message["Date"] = "Tue, 10 Mar 2026 10:00:20 +0100"
    message["Message-ID"] = "<un.deux@exemple.test>"
    message["List-Unsubscribe"] = "<mailto:out@exemple.test>, <https://exemple.test/out>"
    message.set_content("Bonjour,\nvoici.\n")
    message.add_alternative('<p>Bonjour <img src="cid:pixel"></p>', subtype="html")
    message.get_payload()[1].add_related(PIXEL, "image", "png", cid="<pixel>")  # type: ignore[index, union-attr]
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="relevé.pdf")
    message.add_attachment("<script>1</script>", subtype="html", filename="page.html")
    return bytes(message)


def deliver_full(sink: Sink) -> dict[str, object]:
    """The full mail, sent to its recipients and to one whom no header names."""
    to = ("jeanne@exemple.test", "luc@exemple.test", "copie@exemple.test", "secret@exemple.test")
    sink.send(full_mail().replace(b"\n", b"\r\n"), to, "retour@exemple.test")
    return sink.newest()


def test_the_fields_of_every_answer(sink: Sink) -> None:
    """Info, lists, entries and messages have exactly the fields that Mailpit documents."""
    assert set(deliver_full(sink)) == MESSAGE_FIELDS
    listed = sink.web.get("/api/v1/messages").json()
    assert set(listed) == LIST_FIELDS
    assert set(listed["messages"][0]) == SUMMARY_FIELDS
    assert set(sink.web.get("/api/v1/search", params={"query": "relevé"}).json()) == LIST_FIELDS
    info = sink.web.get("/api/v1/info").json()
    assert set(info) == {"Version", "LatestVersion", "Database", "DatabaseSize", "Messages", "Unread", "Tags", "RuntimeStats"}
    assert (info["Messages"], info["Unread"]) == (1, 0)
    assert "heurtoir" in info["Version"]


def test_a_message_is_read_out(sink: Sink) -> None:
    """Names, addresses, texts, date and files of a message are those that were sent; whom no header names is in Bcc."""
    message = deliver_full(sink)
    assert message["From"] == {"Name": "Élise Martin", "Address": "elise@exemple.test"}
    assert message["To"] == [{"Name": "Jeanne", "Address": "jeanne@exemple.test"}, {"Name": "", "Address": "luc@exemple.test"}]
    assert message["Cc"] == [{"Name": "", "Address": "copie@exemple.test"}]
    assert message["Bcc"] == [{"Name": "", "Address": "secret@exemple.test"}]
    assert message["ReplyTo"] == [{"Name": "", "Address": "aide@exemple.test"}]
    assert message["ReturnPath"] == "retour@exemple.test"
    assert message["Subject"] == "Votre relevé d’été"
    assert message["MessageID"] == "un.deux@exemple.test"
    assert datetime.fromisoformat(str(message["Date"])) == datetime.fromisoformat("2026-03-10T10:00:20+01:00")
    assert message["Text"] == "Bonjour,\nvoici.\n"
    assert "cid:pixel" in str(message["HTML"])
    assert message["ListUnsubscribe"]["Links"] == ["mailto:out@exemple.test", "https://exemple.test/out"]  # type: ignore[index]
    assert [file["FileName"] for file in message["Inline"]] == ["pixel"]  # type: ignore[attr-defined]
    assert [file["FileName"] for file in message["Attachments"]] == ["relevé.pdf", "page.html"]  # type: ignore[attr-defined]


def test_files_of_a_message(sink: Sink) -> None:
    """A picture is shown, and a page is handed out as a file that no browser runs."""
    message = deliver_full(sink)
    parts = {file["FileName"]: file["PartID"] for kind in ("Inline", "Attachments") for file in message[kind]}  # type: ignore[attr-defined]
    picture = sink.web.get(f"/api/v1/message/{message['ID']}/part/{parts['pixel']}")
    assert (picture.content, picture.headers["Content-Type"]) == (PIXEL, "image/png")
    page = sink.web.get(f"/api/v1/message/latest/part/{parts['page.html']}")
    assert page.headers["Content-Type"] == "application/octet-stream"
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert sink.web.get("/api/v1/message/latest/part/99").status_code == 404


def test_headers_are_spelled_as_mailpit_spells_them(sink: Sink) -> None:
    """Header names are capitalised by word, values unfolded and as sent, repeated fields together."""
    sink.send(b"X-A: one\r\nMESSAGE-ID: <a@b>\r\nx-a: two\r\n three\r\nSubject: =?utf-8?q?=C3=A9?=\r\n\r\n")
    answer = sink.web.get("/api/v1/message/latest/headers").json()
    assert answer == {"Message-Id": ["<a@b>"], "Subject": ["=?utf-8?q?=C3=A9?="], "X-A": ["one", "two three"]}


def test_lists_are_newest_first_and_paged(sink: Sink) -> None:
    """`start` and `limit` cut a list that begins with the newest; a limit of 0 is none for lists, as in Mailpit."""
    for number in range(5):
        sink.send(mail(str(number)))

    def subjects(path: str) -> list[str]:
        return [entry["Subject"] for entry in sink.web.get(path).json()["messages"]]

    assert subjects("/api/v1/messages") == ["4", "3", "2", "1", "0"]
    assert subjects("/api/v1/messages?start=1&limit=2") == ["3", "2"]
    assert subjects("/api/v1/messages?limit=0") == ["4", "3", "2", "1", "0"]
    assert subjects("/api/v1/messages?start=999999999999999999") == []
    assert subjects("/api/v1/search?query=to:jeanne&start=3&limit=50") == ["1", "0"]
    assert sink.web.get("/api/v1/search?query=to:jeanne&limit=1").json()["messages_count"] == 5


def test_latest_may_be_the_latest_of_a_search(sink: Sink) -> None:
    """`latest` with `query` is the newest message that the query finds."""
    sink.send(mail("wanted"), ["one@exemple.test"])
    sink.send(mail("other"), ["two@exemple.test"])
    assert sink.web.get("/api/v1/message/latest", params={"query": "addressed:one@exemple.test"}).json()["Subject"] == "wanted"
    assert sink.newest()["Subject"] == "other"


def test_reading_marks_as_read(sink: Sink) -> None:
    """Opening a message marks it as read; HEAD, lists and searches do not."""
    sink.send(mail())
    sink.web.head("/api/v1/message/latest")
    sink.web.head("/view/latest")
    assert sink.search("is:unread") == ["Bonjour"]
    sink.newest()
    assert sink.search("is:unread") == []


def test_read_status_can_be_set(sink: Sink) -> None:
    """PUT sets it for some messages by id, for what a search finds, or for all."""
    for subject in ("a", "b", "c"):
        sink.send(mail(subject))
    identifiers = {entry["Subject"]: entry["ID"] for entry in sink.web.get("/api/v1/messages").json()["messages"]}

    def put(body: dict[str, object]) -> int:
        assert sink.web.put("/api/v1/messages", json=body).text == "ok"
        unread: int = sink.web.get("/api/v1/info").json()["Unread"]
        return unread

    assert put({"IDs": [identifiers["a"], "no-such"], "Read": True}) == 2
    assert sink.search("is:read") == ["a"]
    assert put({"Search": "subject:b", "Read": True}) == 1
    assert put({"Read": True}) == 0
    assert put({"IDs": [identifiers["c"]]}) == 1
    assert put({}) == 3


def test_messages_can_be_deleted(sink: Sink) -> None:
    """DELETE takes some by id, what a search finds, or all; the rest stays and totals follow."""
    for subject in ("a", "b", "c", "d"):
        sink.send(mail(subject), [f"{subject}@{subject}.test"])
    newest = sink.newest()["ID"]
    assert sink.web.request("DELETE", "/api/v1/messages", json={"IDs": [newest, "no-such"]}).text == "ok"
    assert sink.web.delete("/api/v1/search", params={"query": 'addressed:"b.test"'}).text == "ok"
    assert sink.search("to:jeanne") == ["c", "a"]
    assert sink.web.get(f"/api/v1/message/{newest}").status_code == 404
    assert sink.web.delete("/api/v1/messages").text == "ok"
    info = sink.web.get("/api/v1/info").json()
    assert (info["Messages"], info["Unread"]) == (0, 0)


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", "/api/v1/search", b"", (400, "no search query")),
        ("GET", "/api/v1/search?query=foo:bar", b"", (400, "“foo:” is not a filter")),
        ("DELETE", "/api/v1/search?query=%20", b"", (400, "no search query")),
        ("GET", "/api/v1/messages?limit=many", b"", (400, "limit: “many” is not a whole number")),
        ("GET", "/api/v1/messages?start=-1", b"", (400, "start: “-1” is not a whole number")),
        ("GET", "/api/v1/search?query=x&tz=Nowhere", b"", (400, "not a known time zone")),
        ("DELETE", "/api/v1/messages", b"{", (400, "the body cannot be read")),
        ("DELETE", "/api/v1/messages", b'{"IDs": "all"}', (400, "the body cannot be read")),
        ("PUT", "/api/v1/messages", b'{"Read": "yes"}', (400, "the body cannot be read")),
        ("PUT", "/api/v1/messages", b'{"IDs": ["x"], "Search": "y"}', (400, "either IDs or a search query")),
        ("PUT", "/api/v1/messages", b"[" * 100_000, (400, "the body cannot be read")),
        ("PUT", "/api/v1/messages", b'{"Search": "foo:\\ud800"}', (400, "")),
        ("PUT", "/api/v1/messages", b"x" * 3_000_000, (413, "")),
        ("GET", "/api/v1/message/no-such", b"", (404, "404 page not found")),
        ("GET", "/api/v1/message/no-such/headers", b"", (404, "404 page not found")),
        ("GET", "/api/v1/message/no-such/raw", b"", (404, "404 page not found")),
        ("GET", "/api/v1/message/latest", b"", (404, "404 page not found")),
        ("GET", "/api/v1/tags", b"", (404, "404 page not found")),
        ("POST", "/api/v1/messages", b"", (405, "")),
    ],
)
def test_mistakes_are_answered_plainly(sink: Sink, method: str, path: str, body: bytes, expected: tuple[int, str]) -> None:
    """A wrong request gets Mailpit's form of error, plain text, that names what is wrong; and nothing is deleted."""
    answer = sink.web.request(method, path, content=body)
    assert answer.status_code == expected[0]
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert expected[1] in answer.text


def test_a_mistake_deletes_nothing(sink: Sink) -> None:
    """A deletion whose body or query cannot be read leaves every message in place."""
    sink.send(mail())
    sink.web.request("DELETE", "/api/v1/messages", content=b"{")
    sink.web.delete("/api/v1/search", params={"query": "-"})
    assert sink.web.get("/api/v1/info").json()["Messages"] == 1


@pytest.mark.parametrize("path", ["/", "/api/v1/info", "/api/v1/messages", "/api/v1/message/latest", "/view/latest", "/view/latest.txt"])
def test_head_and_options(sink: Sink, path: str) -> None:
    """HEAD answers as GET without a body; OPTIONS says what is allowed and lets no other site in."""
    sink.send(mail())
    head = sink.web.head(path)
    assert (head.status_code, head.content) == (200, b"")
    options = sink.web.options(path)
    assert options.status_code == 200
    assert "GET" in options.headers["Allow"]
    assert "Access-Control-Allow-Origin" not in options.headers


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}])
def test_other_sites_change_nothing(sink: Sink, headers: dict[str, str]) -> None:
    """A request that a page of another site sends is refused, and the mail stays."""
    sink.send(mail())
    answers = [
        sink.web.request("DELETE", "/api/v1/messages", headers=headers),
        sink.web.post("/delete", headers=headers),
        sink.web.post(f"/view/{sink.newest()['ID']}/delete", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert sink.mailbox.totals().total == 1


def test_mail_is_there_after_a_new_start(tmp_path: Path) -> None:
    """Messages, read flags and the index are found again by the next process."""
    file = tmp_path / "mail.sqlite"
    with running_sink(file) as before:
        before.send(mail("first"))
        before.newest()
        before.send(mail("second"), ["luc@ailleurs.test"])
    with running_sink(file) as after:
        assert after.search("to:jeanne") == ["second", "first"]
        assert after.search("addressed:ailleurs.test is:unread") == ["second"]
        assert after.search("is:read") == ["first"]


def test_health_is_answered(sink: Sink) -> None:
    """Mailpit's readiness addresses answer, for scripts that wait for a start."""
    for path in ("/livez", "/readyz"):
        answer = sink.web.get(path)
        assert (answer.status_code, answer.text) == (200, "ok")
