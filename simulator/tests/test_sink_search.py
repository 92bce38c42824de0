"""What a search finds, in Mailpit's language."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.sinks import Mailbox
from simulator.sinks.search_query import SearchError, Term, parse_query
from simulator.tests.sink_parts import mail

START = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


class Hours:
    """A clock of which every look costs an hour."""

    def __init__(self) -> None:
        self.shown = START - timedelta(hours=1)

    def __call__(self) -> datetime:
        """The next hour."""
        self.shown += timedelta(hours=1)
        return self.shown


ATTACHED = (
    b"From: Caisse <caisse@exemple.test>\r\nTo: louis@autre.test\r\nSubject: pi\xc3\xa8ce\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8"
    b"\r\n\r\n<p>Voici le <b>relev</b>\xc3\xa9</p>\r\n"
    b'--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="mars.pdf"\r\n\r\n%PDF\r\n--b--\r\n'
)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    """Four mails, an hour apart: code (10 h in Paris), copy, hidden, pièce."""
    mailbox = Mailbox(tmp_path_factory.mktemp("search") / "mail.sqlite", Hours())
    code = mail("Votre code de SÉCURITÉ", "Le code : 123456, valable 15 minutes. 100%_sûr", Message_ID="<abc.1@portail.test>")
    mailbox.store(code, "portal@exemple.test", ["jeanne@exemple.test"])
    mailbox.store(
        mail("copy", Cc="Paul <paul@copie.test>", Reply_To="aide@reponse.test"),
        "a@exemple.test",
        ["jeanne@exemple.test", "paul@copie.test"],
    )
    mailbox.store(mail("hidden"), "a@exemple.test", ["jeanne@exemple.test", "Secret@Cache.test"])
    mailbox.store(ATTACHED, "caisse@exemple.test", ["louis@autre.test"])
    yield mailbox
    mailbox.close()


CODE, COPY, HIDDEN, PIECE = "Votre code de SÉCURITÉ", "copy", "hidden", "pièce"


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("code", [CODE]),
        ("sécurité", [CODE]),
        ('"code de sécurité"', [CODE]),
        ('"de code"', []),
        ("code valable", [CODE]),
        ("code -valable", []),
        ("100%_sûr", [CODE]),
        ("relevé", [PIECE]),
        ("mars.pdf", [PIECE]),
        ("jeanne", [HIDDEN, COPY, CODE]),
        ("from:caisse", [PIECE]),
        ("from:portail", [HIDDEN, COPY, CODE]),
        ("-from:portail", [PIECE]),
        ("!from:portail", [PIECE]),
        ("to:jeanne@exemple.test", [HIDDEN, COPY, CODE]),
        ('to:"jeanne dupont"', [HIDDEN, COPY, CODE]),
        ("to:paul", []),
        ("cc:paul", [COPY]),
        ("cc:PAUL@copie", [COPY]),
        ("bcc:secret@cache.test", [HIDDEN]),
        ("bcc:jeanne", []),
        ("reply-to:aide", [COPY]),
        ('addressed:"cache.test"', [HIDDEN]),
        ("addressed:@copie.test", [COPY]),
        ("addressed:aide@", [COPY]),
        ("addressed:caisse", [PIECE]),
        ("addressed:pa", [COPY]),
        ("-addressed:exemple.test", []),
        ("-addressed:jeanne", [PIECE]),
        ("addressed:cache.tes", [HIDDEN]),
        ("addressed:nobody.test", []),
        ("subject:code", [CODE]),
        ("subject:valable", []),
        ('subject:"code de"', [CODE]),
        ("-subject:code", [PIECE, HIDDEN, COPY]),
        ("message-id:abc.1", [CODE]),
        ("has:attachment", [PIECE]),
        ("has:attachments", [PIECE]),
        ("-has:attachment", [HIDDEN, COPY, CODE]),
        ("has:inline", []),
        ("is:unread", [PIECE, HIDDEN, COPY, CODE]),
        ("is:read", []),
        ("-is:read to:louis", [PIECE]),
        ("before:2026-03-10T10:00", [CODE]),
        ('before:"2026-03-10 10:59"', [CODE]),
        ("after:2026-03-10T12:00", [PIECE, HIDDEN]),
        ("after:2026/03/11", []),
        ("before:2026-03-10", []),
        ("after:2026-03-10T11:00:00Z", [PIECE, HIDDEN]),
        ("-after:2026-03-10T11:00:00+01:00", [COPY, CODE]),
        ("larger:1M", []),
        ("smaller:1k", [PIECE, HIDDEN, COPY, CODE]),
        ("https://nowhere.test", []),
        ('"foo:bar"', []),
    ],
)
def test_what_is_found(box: Mailbox, query: str, subjects: list[str]) -> None:
    """Each filter finds what Mailpit's documentation says, newest first; dates without a zone are in Paris time."""
    assert [summary.head.subject for summary in box.search(parse_query(query)).summaries] == subjects


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("foo:bar", "“foo:” is not a filter"),
        ("tag:x", "“tag:” is not a filter"),
        ("is:tagged", "“is:tagged” is not known"),
        ("has:wings", "“has:wings” is not known"),
        ("before:yesterday", "is not a date"),
        ("after:99999-01-01", "is not a date"),
        ("larger:much", "is not a size"),
        ("to:", "has nothing after it"),
        ('addressed:"<>"', "has nothing after it"),
        ("", "no search query"),
        ("  --- ", "no search query"),
        ("1 " * 101, "100 words and filters at most"),
    ],
)
def test_what_cannot_be_searched_for_is_said(query: str, words: str) -> None:
    """An unknown filter, a bad value, an empty or an endless query is an error that says so; it never means “all messages”."""
    with pytest.raises(SearchError, match=words.replace("(", r"\(")):
        parse_query(query)


def test_the_zone_of_dates() -> None:
    """`tz` is the zone of dates that name none; an unknown one is an error."""
    assert parse_query("after:2026-03-10T09:00", "UTC") == parse_query("after:2026-03-10T10:00", "Europe/Paris")
    with pytest.raises(SearchError, match="time zone"):
        parse_query("x", "Mars/Olympus")


def test_an_unfinished_phrase_is_searched_for_as_it_stands() -> None:
    """A quote that never closes is not a mistake."""
    assert parse_query('"de sécurité') == (Term("text", "de sécurité"),)


def test_forgotten_correspondents_are_found_no_more(tmp_path: Path) -> None:
    """After a message is deleted, a search by its address finds nothing, and finds the next message to that address."""
    mailbox = Mailbox(tmp_path / "mail.sqlite", Hours())
    query = parse_query("addressed:jeanne@exemple.test")
    for _ in range(2):
        mailbox.store(mail(), "a@exemple.test", ["jeanne@exemple.test"])
        assert mailbox.search(query).totals.total == 1
        mailbox.delete_found(query)
        assert mailbox.search(query).totals.total == 0
    mailbox.close()


def test_searching_by_domain_is_fast(tmp_path: Path) -> None:
    """Among 5,000 messages, those to one domain are found in less than 2 ms (median of 50)."""
    mailbox = Mailbox(tmp_path / "mail.sqlite", Hours())
    for number in range(5000):
        mailbox.store(mail(To=f"jeanne@case-{number % 2500}-x.test"), "portal@exemple.test", [f"jeanne@case-{number % 2500}-x.test"])
    query = parse_query('addressed:"case-77-x.test"')
    assert mailbox.search(query).totals.total == 2
    took = []
    for _ in range(50):
        began = time.perf_counter()
        mailbox.search(query)
        took.append(time.perf_counter() - began)
    mailbox.close()
    assert sorted(took)[25] < 0.002
