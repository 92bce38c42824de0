"""A language is one file, chosen by the target; facts of pages and mails are read in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.dates import format_datetime, get_timezone

from conformance import languages
from conformance.dates import dates
from conformance.driver import Page
from conformance.durations import failures
from conformance.facts import readers
from conformance.language import Language, full_names
from conformance.observation import Essence, PageSeen
from conformance.reading import read
from conformance.recognise import Recognition
from conformance.selftests.fakes import target
from conformance.selftests.test_facts import mail
from conformance.selftests.writers import ENGLISH, FRENCH, said
from conformance.target import load_target
from conformance.target_file import TargetError
from conformance.verify import Standard, verify
from conformance.visible import normalise
from scenarios.instants import period_text


@pytest.mark.parametrize("tag", ["de", "EN", "", "en-XX", "english", "en_US"])
def test_an_unknown_language_is_told_with_the_known_ones(tag: str) -> None:
    """So is a region that there is not."""
    with pytest.raises(LookupError, match="en"):
        languages.named(tag)


GERMAN = """
from conformance.language import Language

LANGUAGE = Language(
    code="de",
    numbers={"eine": 1, "zwei": 2, "drei": 3, "fünfzehn": 15},
    articles=frozenset({"eine"}),
    ambiguous=frozenset({"eine"}),
    sayings=(r"rund um die Uhr",),
    idioms={r"\\b(?:eine )?viertelstunde": "15 minuten"},
    half="einhalb",
    sum_joins="und",
    range_joins="bis|oder",
    unit_words={"std": "hour"},
    clock_words="um",
    failures=r"versuchen?|fehler",
    left_over=r"\\bübrig",
    life=r"gültig|läuft",
    hour_mark="uhr",
    ordinals=r"\\.",
    day_words="dem|den",
    time_joins="um",
    day_joins="am",
    place_times=("<place>er zeit",),
    summer="sommerzeit",
    winter="winterzeit",
    numeric_form=r"\\d\\d\\.\\d\\d\\.\\d{4} - \\d\\d:\\d\\d \\(Pariser Zeit\\)",
    long_form=r"<weekday>, \\d+\\. <month> \\d{4} \\d\\d:\\d\\d \\(Pariser Zeit\\)",
)
"""


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Language]:
    """A third language: one file beside the others, and nothing else."""
    (tmp_path / "german.py").write_text(GERMAN, encoding="utf-8")
    monkeypatch.setattr(languages, "__path__", [*languages.__path__, str(tmp_path)])
    languages._known.cache_clear()
    yield languages.named("de")
    languages._known.cache_clear()
    languages.named.cache_clear()


def test_a_third_language_is_one_file(german: Language) -> None:
    """Names of months, days, units and zones come of themselves; reading is the same."""
    assert said("Der Code ist fünfzehn Minuten gültig, eine Viertelstunde. 2 Tage, rund um die Uhr um 15 Stunden", german) == ["15m", "2d"]
    assert failures("Nach drei falschen Versuchen. Noch 2 Versuche übrig.", german) == (3,)
    assert [
        shown.form for shown in dates("Sonntag, 22. November 2026 16:35 (Pariser Zeit), 22.11.2026 - 16:35 (Pariser Zeit)", german)
    ] == ["long", "numeric"]
    instant = datetime(2026, 3, 22, 15, 35, tzinfo=UTC)
    for form in ("short", "medium", "long", "full"):
        text = format_datetime(instant, form, tzinfo=get_timezone("Europe/Paris"), locale="de")
        assert [instant in shown.instants for shown in dates(normalise(text), german)] == [True], text
    with pytest.raises(LookupError, match="de, en, fr"):
        languages.named("it")


@pytest.mark.parametrize("language", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_number_words_and_units_do_not_take_each_others_place(language: Language) -> None:
    """A number word is no month, no weekday and no unit."""
    assert not set(language.numbers) & (set(language.unit_words) | set(full_names(language, "months")) | set(full_names(language, "days")))


# -- facts of a target in English


TARGET = replace(target(), language="en")


def page_of(alert: str) -> PageSeen:
    """A page with a message, already recognised: words are not the matter here."""
    page = Page("http://127.0.0.1:8000/sign-in", 200, f"<html lang=en><main><h1>Sign in</h1><div role=alert>{alert}</div></main></html>")
    reading = read(page.html)
    return PageSeen(page, reading, Recognition("blocked", "codes", words=" ".join(reading.alerts)), "", Essence(200, (), ()), lambda: 0)


def test_facts_of_an_english_page() -> None:
    """End, its form, counts and lives are read in the language of the target."""
    facts = readers(
        page_of(
            "After three wrong codes the service is blocked for a quarter of an hour, until Tuesday 10&nbsp;March 2026 10:16 (Paris time)."
        ),
        TARGET,
    )
    assert [instant.isoformat() for instant in facts["until"]().instants] == ["2026-03-10T09:16:00+00:00"]
    assert (facts["until-form"](), facts["attempts"]()) == ("long", (3,))
    assert [period_text(period) for period in facts["lifetime"]()] == ["15m"]


def test_facts_of_an_english_mail() -> None:
    """Each part is read in the language of the target; a French target's reading would find nothing here."""
    seen = mail(
        "Your code: 123456. It was asked for 2 minutes ago. It expires after fifteen minutes.",
        "<p>Your code: 123456, valid for ½ hour or 15&nbsp;minutes.</p>",
    )
    assert [period_text(period) for period in readers(seen, TARGET)["lifetime"]()] == ["15m", "30m"]
    assert readers(mail("Valid for half an hour."), target())["lifetime"]() == ()


@pytest.mark.parametrize(
    ("written", "held", "actual"),
    [
        ("10/03/2026 10:16", True, "10/03/2026 10:16 +0100"),
        ("March 10, 2026 at 9:16 AM UTC", True, "10/03/2026 10:16 +0100"),
        (
            "3/10/2026 10:16 AM",
            False,
            "03/10/2026 10:16 +0200 (read with the day first; a region in the target file's language tells the order, such as en-US)",
        ),
        ("3/22/2026 10:16 AM", False, "“3/22/2026 10:16 AM”, a time that there is not (read with the day first"),
        ("March 10, 2026 at 10:16 PM", False, "10/03/2026 22:16 +0100"),
    ],
)
def test_an_end_in_english_is_judged_in_one_meaning(written: str, held: bool, actual: str) -> None:
    """A month that stands first is not taken for right; the report tells how it was read and how to say otherwise."""
    events = {"now": datetime(2026, 3, 10, 9, 0, 20, tzinfo=UTC)}
    (check,) = verify(page_of(f"Blocked until {written}."), {"until": "now + 15m"}, Standard(TARGET, ("AMC-60",), events=events))
    assert check.held is held
    assert check.actual.startswith(actual)


MINE = 'portal = "ameli-connect"\naddress = "http://127.0.0.1:9000/"\n{}[pages]\naccount = "account"\n[says]\nx = "{}"\n'


@pytest.mark.parametrize(
    ("language", "words", "mistake"),
    [
        ("", "three attempts", None),
        ("", "les trois essais", "holds the number “trois”"),
        ("", r"\\bdeux\\b", "holds the number “deux”"),
        ('language = "en"\n', "three attempts", "holds the number “three”"),
        ('language = "en-GB"\n', "a dozen or twelve", "holds the number “twelve”"),
        ('language = "en"\n', "the one-time code is not the one we sent", None),
        ('language = "de"\n', "x", r"mine\.toml:3: language: “de” is no language that facts can be read in; there are: en, fr"),
        ('language = "en-XX"\n', "x", "language: “en-XX” is no language with a region"),
        ("language = 5\n", "x", "language: 5 is not of type 'string'"),
    ],
)
def test_a_target_file_names_its_language(tmp_path: Path, language: str, words: str, mistake: str | None) -> None:
    """Its wordings hold no numbers of that language; a language that nobody knows is told."""
    path = tmp_path / "mine.toml"
    path.write_text(MINE.format(language, words), encoding="utf-8")
    if mistake is None:
        assert load_target(str(path)).language == ("en" if language else "fr")
    else:
        with pytest.raises(TargetError, match=mistake):
            load_target(str(path))
