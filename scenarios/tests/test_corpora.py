"""Corpora: what is read, and the mistakes that are told."""

from __future__ import annotations

import pytest

from scenarios.corpora import FIELD, PLACES, CorpusError, load_corpora, texts_for
from scenarios.tests.conftest import WriteFile

GOOD = r"""
    title: Some texts
    use: field
    texts:
      - {name: nul, text: "a\0b", why: It ends a text in C.}
      - {name: long, repeat: {text: ab, times: 3}, why: Longer than it looks.}
      - {name: bytes, octets: "31 ff", why: A byte that is no character.}
      - {name: twin, text: "@right@-@right@ @own@", why: "What belongs there, twice."}
"""


def test_texts_come_as_they_are_sent(write: WriteFile) -> None:
    """Escapes, repetitions and bytes are made out; each text knows its file, its line and why it is there."""
    nul, long, octets, twin = texts_for(FIELD, write("corpora/some.yaml", GOOD))
    assert (nul.text, long.text) == ("a\0b", "ababab")
    assert octets.text.encode("utf-8", "surrogateescape") == b"1\xff"
    assert (nul.named, str(nul.place), nul.why) == ("some.nul", "scenarios/corpora/some.yaml:4", "It ends a text in C.")
    assert (nul.asks_for("right"), twin.asks_for("right")) == (False, True)
    assert twin.filled({"right": "x"}) == "x-x @own@"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("title: T\nuse: field\ntexts:\n  - {name: a, why: Because of that.}\n", 4, "must have one of these, and only one"),
        ("title: T\nuse: field\ntexts:\n  - {name: a, text: a, octets: ff, why: Because of that.}\n", 4, "must have one of these"),
        ("title: T\nuse: field\ntexts:\n  - {name: A b, text: a, why: Because of that.}\n", 4, "`A b` is no name in small letters"),
        ("title: T\nuse: field\ntexts:\n  - {name: a, text: a}\n", 4, "`why` is missing"),
        ("title: T\nuse: fields\ntexts:\n  - {name: a, text: a, why: Because of that.}\n", 2, "did you mean `field`?"),
        ("title: T\nuse: field\ntexts:\n  - {name: a, octets: f, why: Because of that.}\n", 4, "`f` is no row of bytes"),
        ("title: T\nuse: field\ntexts:\n  - {name: a, repeat: {text: a}, why: Because of that.}\n", 4, "`times` is missing"),
        ('title: T\nuse: field\ntexts:\n  - {name: a, text: "@rigt@", why: Because of that.}\n', 4, "did you mean `right`?"),
        (
            "title: T\nuse: field\ntexts:\n  - {name: a, text: a, why: Because of that.}\n  - {name: a, text: b, why: Because of that.}\n",
            5,
            "the name `a` is taken",
        ),
        ("title: T\nuse: field\ntexts: []\n", 3, "`texts` must not be empty"),
        ("title: [\n", 2, "not readable as YAML"),
    ],
)
def test_mistakes_are_told_with_their_line(text: str, line: int, message: str, write: WriteFile) -> None:
    """What is wrong, where it stands, and what was probably meant."""
    root = write("corpora/some.yaml", "\n" + text)
    with pytest.raises(CorpusError) as told:
        load_corpora(root)
    assert message in str(told.value)
    assert f"scenarios/corpora/some.yaml:{line}:" in str(told.value)


def test_an_unknown_use_is_told(write: WriteFile) -> None:
    """Whoever asks for texts that there are none of learns which there are."""
    with pytest.raises(ValueError, match="there are: field"):
        texts_for("header", write("corpora/some.yaml", GOOD))


def test_the_corpora_of_the_repository_are_rich() -> None:
    """Every kind that HRD-53 names has texts, and a field of a million bytes is among them."""
    texts = texts_for(FIELD)
    assert {"characters", "encodings", "injection", "line-breaks", "long-texts", "markup"} == {text.corpus for text in texts}
    assert len(texts) >= 150
    assert len({text.text for text in texts}) == len(texts)
    assert max(len(text.text.encode("utf-8", "surrogateescape")) for text in texts) >= 1_000_000
    browsers, others = {"field", "next-value", "parameter", "header"}, {"path", "method", "any-header", "content-type", "document"}
    assert {corpus.use for corpus in load_corpora()} == browsers | others


def test_each_place_is_used_somewhere() -> None:
    """No place is explained that no text has."""
    texts = [text for corpus in load_corpora() for text in corpus.texts]
    assert all(any(text.asks_for(place) for text in texts) for place in PLACES)
