"""Mail as nobody should send it: kept, listed, opened, and never a server error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.clock import machine_now
from simulator.sinks import Mailbox, SmsBox, create_inbox_app
from simulator.sinks.headers import to_text
from simulator.sinks.reading import html_words, read_letter

NESTED = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (depth, depth) for depth in range(1200))

BROKEN = {
    "empty": b"",
    "only line ends": b"\r\n\r\n\r\n",
    "no header": b"just some words\r\nand more",
    "no colon": b"Subject: good\r\nthis line has no colon\r\nFrom: a@exemple.test\r\n\r\nbody",
    "no blank line": b"Subject: good\r\nFrom: a@exemple.test",
    "8-bit header": b"Subject: caf\xe9\r\nFrom: \xc3\x89lise <e@exemple.test>\r\n\r\n\xff\xfe",
    "bad encoded words": b"Subject: =?utf-8?b?////=== =?x-none?q?=zz?= =?utf-8?q?ok?=\r\nFrom: =?utf-8?q?=C3?= <a@exemple.test>\r\n\r\nx",
    "bad date": b"Date: 99 Foo 20266 99:99\r\n\r\nx",
    "date at the edge": b"Date: Fri, 31 Dec 9999 23:59:59 -2359\r\n\r\nx",
    "bad charset": b"Content-Type: text/plain; charset=x-klingon\r\n\r\n\xe9t\xe9",
    "strange charset": b"Content-Type: text/plain; charset=base64\r\n\r\nx\r\n",
    "undefined charset": b"Content-Type: text/plain; charset=undefined\r\n\r\nx\r\n",
    "nul in charset": b'Content-Type: text/plain; charset="a\x00b"\r\n\r\nx\r\n',
    "bad base64": b"Content-Transfer-Encoding: base64\r\n\r\n!!!!not base64===",
    "bad uuencode": b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 666 x\r\n~~~~\r\nend",
    "no boundary": b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nhello\r\n",
    "boundary never comes": b"Content-Type: multipart/mixed; boundary=x\r\n\r\nhello\r\n",
    "deep": NESTED,
    "message in message": b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\nContent-Type: text/plain\r\n\r\ninner\r\n",
    "bad rfc2231": b"Content-Disposition: attachment; filename*0*=utf-8''%e9; filename*x=1; filename*=z\r\n\r\nx",
    "comments": b"To: " + b"(" * 5000 + b"\r\nFrom: <<<>>>@@@\r\n\r\nx",
    "nul": b"Subject: a\x00b\r\nFrom: \x00\r\n\r\n\x00\x00",
    "control signs": b'Subject: \x1b[31mred\x07\r\nContent-Disposition: attachment; filename="a\r\n b\x01.txt"\r\n\r\nx',
    "many headers": b"".join(b"X-%d: y\r\n" % number for number in range(20_000)) + b"\r\nx",
    "surrogates": b"Subject: =?utf-16?b?2AA=?= \\ud800 =?utf-8?b?7aCA?=\r\n\r\n\xed\xa0\x80",
    "many tags": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 200_000,
    "script in subject": b"Subject: <script>alert(1)</script>\r\nContent-Type: text/html\r\n\r\n<script>alert(2)</script>",
}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The application over an empty mailbox."""
    mailbox = Mailbox(tmp_path_factory.mktemp("broken") / "mail.sqlite", machine_now)
    yield create_inbox_app(mailbox, SmsBox(mailbox.path.with_name("sms.sqlite"), machine_now)).test_client()
    mailbox.close()


def look_everywhere(web: FlaskClient, content: bytes) -> dict[str, object]:
    """Store bytes and open every page and every answer that shows them; the answer of the API."""
    mailbox: Mailbox = web.application.extensions["mailbox"]
    identifier = mailbox.store(content, "a@exemple.test", ["b@exemple.test"])
    views = [f"/view/{identifier}?as={view}" for view in ("text", "html", "headers", "raw", "files")]
    shown = [
        f"/api/v1/message/{identifier}",
        f"/api/v1/message/{identifier}/headers",
        f"/view/{identifier}.txt",
        f"/view/{identifier}",
        "/",
    ]
    for address in (*views, *shown, "/api/v1/messages", "/api/v1/search?query=body", "/api/v1/search?query=addressed:exemple.test"):
        assert web.get(address).status_code == 200, address
    assert web.get(f"/view/{identifier}.html").status_code in (200, 404)
    assert web.get(f"/api/v1/message/{identifier}/raw").data == content
    message: dict[str, object] = web.get(f"/api/v1/message/{identifier}").get_json()
    for file in (*message["Inline"], *message["Attachments"]):  # type: ignore[misc]
        assert web.get(f"/api/v1/message/{identifier}/part/{file['PartID']}").status_code == 200
    return message


@pytest.mark.parametrize("name", BROKEN)
def test_broken_mail_is_kept_and_shown(web: FlaskClient, name: str) -> None:
    """Every page and every answer of the API shows a broken message, and its bytes stay as they came."""
    look_everywhere(web, BROKEN[name])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.lists(
        st.tuples(
            st.sampled_from(
                [b"Subject", b"From", b"To", b"Date", b"Content-Type", b"Content-Disposition", b"Content-ID", b"nonsense", b""]
            ),
            st.sampled_from([b": ", b":", b" ", b"\r\n "]),
            st.one_of(
                st.binary(max_size=40),
                st.sampled_from(
                    [b"multipart/mixed; boundary=b", b"text/html; charset=utf-7", b"=?utf-8?q?=", b'attachment; filename*=a"', b"<<a@b>"]
                ),
            ),
        ),
        max_size=6,
    ),
    body=st.one_of(st.binary(max_size=200), st.just(b"--b\r\nContent-Type: text/html\r\n\r\n<p\r\n--b\r\n\r\n--b--")),
)
def test_no_bytes_break_anything(web: FlaskClient, head: list[tuple[bytes, bytes, bytes]], body: bytes) -> None:
    """Whatever bytes come, they are kept and every page answers."""
    look_everywhere(web, b"".join(name + colon + value + b"\r\n" for name, colon, value in head) + b"\r\n" + body)


def test_a_bad_line_costs_only_itself(web: FlaskClient) -> None:
    """A line without colon is passed over, named as a problem, and the fields around it are read."""
    message = look_everywhere(web, BROKEN["no colon"])
    assert message["Subject"] == "good"
    assert message["From"] == {"Name": "", "Address": "a@exemple.test"}
    assert message["Text"] == "body"
    assert read_letter(BROKEN["no colon"]).problems == ("no header field, and passed over: “this line has no colon”",)


def test_eight_bit_signs_are_read(web: FlaskClient) -> None:
    """Unencoded signs beyond ASCII are read as UTF-8, else as Windows-1252."""
    message = look_everywhere(web, BROKEN["8-bit header"])
    assert message["Subject"] == "café"
    assert message["From"] == {"Name": "Élise", "Address": "e@exemple.test"}


def test_a_broken_word_costs_only_itself(web: FlaskClient) -> None:
    """Of several encoded words those that can be read are."""
    assert "ok" in str(look_everywhere(web, BROKEN["bad encoded words"])["Subject"])


def test_without_a_date_the_time_of_arrival_counts(web: FlaskClient) -> None:
    """Where the Date field is missing or makes no sense, the API answers with the time the message came."""
    message = look_everywhere(web, BROKEN["bad date"])
    listed = web.get("/api/v1/messages?limit=1").get_json()["messages"][0]
    assert message["Date"] == listed["Created"]


def test_the_page_names_what_is_broken(web: FlaskClient) -> None:
    """A broken message says on its page that it is, and what about it."""
    look_everywhere(web, BROKEN["bad charset"])
    page = web.get("/view/latest").get_data(as_text=True)
    assert "This message is broken" in page
    assert "x-klingon" in page
    assert "été" in page


@pytest.mark.parametrize(
    ("raw", "charset", "text"),
    [
        (b"\xc3\xa9", "utf-8", "é"),
        (b"\xe9", "iso-8859-1", "é"),
        (b"\xe9", "utf-8", "é"),
        (b"\xe9", None, "é"),
        (b"\xc3\xa9", "no-such", "é"),
    ],
)
def test_bytes_become_text(raw: bytes, charset: str | None, text: str) -> None:
    """The named charset is tried first, then UTF-8, then Windows-1252."""
    assert to_text(raw, charset) == text


def test_the_words_of_html() -> None:
    """Scripts, styles, comments, tags and the title are no words; entities are; tags inside a word do not part it."""
    html = "<!doctype html><title>t</title><style>p{}</style><p>a<b>b</b>&eacute;<script>x<y</script><!-- no <p> --><td>1</td><td>2 < 3"
    assert html_words(html) == "abé 1 2 < 3"
