"""The pages to read mail in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from simulator.clock import machine_now
from simulator.sinks import Mailbox, SmsBox, create_inbox_app
from simulator.tests.sink_parts import mail

HOSTILE = (
    b'From: "<img src=x onerror=alert(1)>" <a@exemple.test>\r\nTo: <script>@exemple.test\r\nSubject: <script>alert(2)</script>" onload="'
    b"\r\n"
    b"X-<b>: <i>\r\nX-Evil: <svg onload=alert(3)>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b'--b\r\nContent-Type: text/plain\r\n\r\n</pre><script>alert(4)</script> javascript:alert(5) https://exemple.test/?a="onclick=alert(6)\r\n'
    b"--b\r\nContent-Type: text/html\r\n\r\n<base href=//evil.test><meta http-equiv=refresh content='0;url=//evil.test'>"
    b"<script>alert(7)</script><form action=//evil.test><img src=//evil.test/x.png>\r\n"
    b'--b\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename="<script>.html"'
    b"\r\n\r\n<script>alert(8)</script>\r\n--b--\r\n"
)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[FlaskClient]:
    """The application over an empty mailbox."""
    mailbox = Mailbox(tmp_path / "mail.sqlite", machine_now)
    yield create_inbox_app(mailbox, SmsBox(mailbox.path.with_name("sms.sqlite"), machine_now)).test_client()
    mailbox.close()


def deliver(web: FlaskClient, content: bytes, *recipients: str) -> str:
    """Store a mail; its id."""
    mailbox: Mailbox = web.application.extensions["mailbox"]
    return mailbox.store(content, "portal@exemple.test", recipients or ("jeanne@exemple.test",))


def page(web: FlaskClient, address: str, status: int = 200) -> LexborHTMLParser:
    """The page at an address."""
    answer = web.get(address)
    assert answer.status_code == status
    return LexborHTMLParser(answer.get_data(as_text=True))


def words(tree: LexborHTMLParser, selector: str = "main") -> str:
    """The words of an element."""
    found = tree.css_first(selector)
    assert found is not None, selector
    return " ".join(found.text(separator=" ").split())


@pytest.mark.parametrize(
    "address", ["/", "/?q=script", "/view/ID?as=text", "/view/ID?as=html", "/view/ID?as=headers", "/view/ID?as=raw", "/view/ID?as=files"]
)
def test_nothing_of_a_mail_becomes_part_of_a_page(web: FlaskClient, address: str) -> None:
    """A hostile mail adds no script, no handler, no foreign address and no element to any page, and the policy forbids scripts."""
    identifier = deliver(web, HOSTILE)
    answer = web.get(address.replace("ID", identifier))
    tree = LexborHTMLParser(answer.get_data(as_text=True))
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert tree.css("script, svg, img, i, base, object, embed") == []
    for element in tree.css("*"):
        assert not [name for name in element.attributes if name.startswith("on")], element.html
        for name in ("href", "src", "action"):
            value = element.attributes.get(name)
            assert value is None or value.startswith(("/", "#", "?", "https://exemple.test/")) or value == "", value


def test_html_is_shown_in_a_sandbox(web: FlaskClient) -> None:
    """The mail's HTML stands in a sandboxed frame, and its own policy allows no script, no form and nothing remote."""
    identifier = deliver(web, HOSTILE)
    frame = page(web, f"/view/{identifier}?as=html").css_first("iframe")
    assert frame is not None
    assert "allow-scripts" not in str(frame.attributes["sandbox"])
    assert "allow-same-origin" not in str(frame.attributes["sandbox"])
    policy = web.get(str(frame.attributes["src"])).headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox;")
    assert "default-src 'none'" in policy
    assert "img-src 'self' data:" in policy
    assert "form-action 'none'" in policy


def test_inline_pictures_point_to_this_sink(web: FlaskClient) -> None:
    """`cid:` addresses become addresses of the sink, so that a mail's own pictures show."""
    content = (
        b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<head></head><img src='cid:a+b'>\r\n"
        b"--b\r\nContent-Type: image/png\r\nContent-ID: <a+b>\r\n\r\nP\r\n--b--\r\n"
    )
    identifier = deliver(web, content)
    plain = web.get(f"/view/{identifier}.html").get_data(as_text=True)
    assert f"<img src='/api/v1/message/{identifier}/part/2'>" in plain
    assert "<base" not in plain
    assert '<head><base target="_blank"></head>' in web.get(f"/view/{identifier}.html?embed=1").get_data(as_text=True)


def test_the_banner_stands_on_every_page(web: FlaskClient) -> None:
    """Every page, errors too, says that this is a simulator's sink."""
    identifier = deliver(web, mail())
    for address, status in (("/", 200), (f"/view/{identifier}", 200), ("/view/none", 404), ("/?q=foo:bar", 400), ("/nowhere", 404)):
        assert "simulator" in words(page(web, address, status), ".banner").lower()


def test_the_list_shows_what_is_needed_to_choose(web: FlaskClient) -> None:
    """Sender, recipients, subject, first words and whether it is unread stand in the list, newest first."""
    deliver(web, mail("Premier", "Voici le texte."), "jeanne@exemple.test", "cache@exemple.test")
    deliver(web, mail("Second"))
    tree = page(web, "/")
    assert [" ".join(link.text().split()) for link in tree.css(".mails h2 a")] == ["Second", "Premier"]
    last = tree.css(".mails li")[1].text(separator=" ")
    for part in ("Portail <portal@exemple.test>", "jeanne@exemple.test", "cache@exemple.test", "Voici le texte.", "unread"):
        assert part in last


def test_many_mails_are_paged(web: FlaskClient) -> None:
    """After 50 mails a link leads to the older ones, and back, and keeps the search."""
    for number in range(55):
        deliver(web, mail(f"n{number}"))
    first = page(web, "/?q=jeanne")
    assert len(first.css(".mails li")) == 50
    older = first.css_first(".pages a")
    assert older is not None
    second = page(web, str(older.attributes["href"]))
    assert [link.text() for link in second.css(".mails h2 a")] == ["n4", "n3", "n2", "n1", "n0"]
    assert "51 to 55 of 55" in words(second)
    newer = second.css_first(".pages a")
    assert newer is not None
    assert newer.attributes["href"] == "/?q=jeanne"


def test_a_wrong_search_says_why(web: FlaskClient) -> None:
    """A search that cannot be done keeps what was typed and says next to it what is wrong."""
    tree = page(web, "/?q=foo:bar", 400)
    field = tree.css_first("#q")
    assert field is not None
    assert field.attributes["value"] == "foo:bar"
    assert field.attributes["aria-describedby"] == "problem"
    assert "“foo:” is not a filter" in words(tree, "#problem")
    assert page(web, "/?start=x", 400)


def test_views_of_a_message(web: FlaskClient) -> None:
    """Text, headers, raw and files each show their part; text is the first, HTML where there is no text."""
    identifier = deliver(web, mail("=?utf-8?q?=C3=A9t=C3=A9?=", "Voir https://exemple.test/lien"))
    assert words(page(web, f"/view/{identifier}"), "h1") == "été"
    link = page(web, f"/view/{identifier}").css_first("#view a")
    assert link is not None
    assert link.attributes["href"] == "https://exemple.test/lien"
    assert "= été" in words(page(web, f"/view/{identifier}?as=headers"), "#view")
    assert "Subject: =?utf-8?q?=C3=A9t=C3=A9?=" in words(page(web, f"/view/{identifier}?as=raw"), "#view")
    assert "There are no files." in words(page(web, f"/view/{identifier}?as=files"), "#view")
    assert "There is no HTML." in words(page(web, f"/view/{identifier}?as=html"), "#view")
    assert page(web, f"/view/{identifier}?as=nonsense", 404)
    only_html = deliver(web, b"Content-Type: text/html\r\n\r\n<p>x")
    assert page(web, f"/view/{only_html}").css_first("iframe") is not None


def test_deleting_from_the_pages(web: FlaskClient) -> None:
    """One message, what was found, or all are deleted by forms, and the list is shown again."""
    for subject in ("a", "b", "c"):
        identifier = deliver(web, mail(subject), f"{subject}@exemple.test")
    answer = web.post(f"/view/{identifier}/delete")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert web.get(f"/view/{identifier}").status_code == 404
    web.post("/delete", data={"q": "addressed:a@exemple.test"})
    assert [link.text() for link in page(web, "/").css(".mails h2 a")] == ["b"]
    assert web.post("/delete", data={"q": "foo:bar"}).status_code == 400
    web.post("/delete")
    assert "No mail has come yet." in words(page(web, "/"))


def test_text_and_html_alone(web: FlaskClient) -> None:
    """Mailpit's addresses for the text and the HTML alone answer, and 404 where there is no HTML."""
    deliver(web, mail(text="Voici."))
    text = web.get("/view/latest.txt")
    assert (text.get_data(as_text=True), text.mimetype) == ("Voici.\n", "text/plain")
    assert web.get("/view/latest.html").status_code == 404


def test_a_search_has_mailpits_address_too(web: FlaskClient) -> None:
    """`/search?q=` finds as the list does, so that a link made for Mailpit's pages works here."""
    deliver(web, mail("wanted"), "one@exemple.test")
    deliver(web, mail("other"), "two@exemple.test")
    assert [link.text() for link in page(web, '/search?q=addressed:"one@exemple.test"').css(".mails h2 a")] == ["wanted"]
