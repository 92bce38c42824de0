"""What answers and mails obey is seen, and what they merely show is not."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from conformance.driver import Exchange, Message, Page
from conformance.suites.obeyed import MAIL_HEADER, MARKUP, RECIPIENT, SPLIT, TEMPLATE, obeyed_by, obeyed_by_mail
from scenarios.corpora import FIELD, CorpusText, texts_for

ADDRESS = "http://own.test/"
MARKUP_TEXTS = [text for text in texts_for(FIELD) if text.corpus == "markup"]


def kinds(body: str, headers: Mapping[str, str] | None = None, cookies: tuple[str, ...] = ()) -> set[str]:
    """What is seen in an answer."""
    page = Page(ADDRESS, 200, body, (Exchange("POST", ADDRESS, 200, headers or {}, cookies),))
    return {kind for kind, _ in obeyed_by(page)}


@pytest.mark.parametrize("text", MARKUP_TEXTS, ids=lambda text: text.name)
def test_what_is_escaped_is_obeyed_by_nobody(text: CorpusText) -> None:
    """Every text of the corpus, shown as text and in a field."""
    typed = html.escape(text.text)
    assert kinds(f'<title>{typed}</title><p>{typed}</p><input value="{typed}"><textarea>{typed}</textarea>') == set()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>{}</p>", "element"),
        ("<title>{}</title>", "out-of-the-title"),
        ("<textarea>{}</textarea>", "out-of-a-text-area"),
        ("<script>let a = '{}'</script>", "out-of-a-script"),
        ("<style>a{{}}{}</style>", "out-of-a-style"),
        ("<!-- {} --><p>", "out-of-a-comment"),
        ('<input value="{}">', "out-of-quotes"),
        ('<input value="{}">', "handler-in-quotes"),
        ("<input value='{}'>", "out-of-single-quotes"),
        ("<input value='{}'>", "handler-in-single-quotes"),
        ("<input value={}>", "handler-without-quotes"),
        ('<a href="{}">x</a>', "address-that-runs"),
        ("<p>{}</p>", "script"),
        ("<p>{}</p>", "picture"),
        ("<p>{}</p>", "frame"),
        ("<p>{}</p>", "form"),
        ("<head>{}</head>", "other-base"),
        ("<p>{} >", "half-an-element"),
    ],
)
def test_markup_that_is_obeyed_is_seen(body: str, text: str) -> None:
    """Wherever it stands in the page."""
    (typed,) = [one.text for one in MARKUP_TEXTS if one.name == text]
    assert kinds(body.replace("{{}}", "{ }").replace("{}", typed)) == {MARKUP}


def test_headers_and_templates() -> None:
    """A header or a cookie of its own, and a sum that was worked out."""
    assert kinds("", {"heurtoir-mark": "1"}) == {SPLIT}
    assert kinds("", {}, ("heurtoir-mark=1; Path=/",)) == {SPLIT}
    assert kinds("<p>62615533</p>") == {TEMPLATE}
    assert kinds("<p>{{7919*7907}} heurtoir-mark</p>", {"location": "/?heurtoir-mark"}) == set()


def test_mails() -> None:
    """Who a mail goes to, what stands in its head, and its HTML."""
    usual = Message("1", "x", "x@a.test", ("Anne@a.test",), "Votre code", "123456", "<p>123456</p>", {"Subject": ("Votre code",)})
    assert [*obeyed_by_mail(usual, ["anne@a.test"])] == []
    changed: dict[str, dict[str, Any]] = {
        RECIPIENT: {"to": ("anne@a.test", "other@a.test")},
        MAIL_HEADER: {"headers": {"Subject": ("Votre code",), "Bcc": ("other@a.test",)}},
        MARKUP: {"html": "<heurtoir-mark>"},
    }
    for kind, fields in changed.items():
        mail = replace(usual, **fields)
        assert [found for found, _ in obeyed_by_mail(mail, ["anne@a.test"])] == [kind]
    twice = replace(usual, headers={"Subject": ("a", "b")})
    assert [found for found, _ in obeyed_by_mail(twice, ["anne@a.test"])] == [MAIL_HEADER]
    renamed = replace(usual, subject="heurtoir-mark")
    assert [found for found, _ in obeyed_by_mail(renamed, ["anne@a.test"])] == [MAIL_HEADER]
