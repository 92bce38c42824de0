"""Durations and counts are read in every language, and what Unicode's locale data writes is read back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit
from hypothesis import given
from hypothesis import strategies as st

from conformance import languages
from conformance.durations import durations, failures, lifetimes, number_word
from conformance.language import UNITS, Language
from conformance.selftests.writers import AROUND, ENGLISH, FRENCH, WRITERS, said
from conformance.visible import normalise
from scenarios.instants import Period, period_text

PERIODS = {
    "second": Period(duration=timedelta(seconds=1)),
    "minute": Period(duration=timedelta(minutes=1)),
    "hour": Period(duration=timedelta(hours=1)),
    "day": Period(duration=timedelta(days=1)),
    "week": Period(duration=timedelta(days=7)),
    "month": Period(months=1),
    "year": Period(months=12),
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("This code is valid for 15 minutes only.", ["15m"]),
        ("for a quarter of an hour", ["15m"]),
        ("quarter hour, one quarter-hour, three quarters of an hour", ["15m", "45m"]),
        ("half an hour at most, ½ hour, 1/2 an hour", ["30m"]),
        ("half-an-hour, a half hour, a half-hour", ["30m"]),
        ("fifteen minutes", ["15m"]),
        ("15 (fifteen) minutes or fifteen (15) minutes or 15 min", ["15m"]),
        ("15 mins., 15-minute code, the fifteen-minute code", ["15m"]),
        ("an hour and a half; one and a half hours; a one and a half hour block; 1.5 hours; 1½ hours; 1 1/2 hours", ["1h30m"]),
        ("an hour and a quarter", ["1h15m"]),
        ("2 hours and a half, two and a half hours", ["2h30m"]),
        ("1 hour and 30 minutes, 1 hr 30 mins, 1 h 30 min", ["1h30m"]),
        ("one hour, two minutes and three seconds", ["1h2m3s"]),
        ("60 minutes, that is an hour", ["1h"]),
        ("for 6 months", ["6mo"]),
        ("a six-month period", ["6mo"]),
        ("half a year", ["6mo"]),
        ("one year", ["12mo"]),
        ("a year and a half", ["18mo"]),
        ("3 weeks and then 2 days", ["21d", "2d"]),
        ("a fortnight", ["14d"]),
        ("24 hours", ["1d"]),
        ("twenty-four hours, twenty four hours", ["1d"]),
        ("forty-five minutes", ["45m"]),
        ("ninety minutes", ["1h30m"]),
        ("a hundred and twenty minutes, one hundred twenty minutes", ["2h"]),
        ("1,440 minutes", ["1d"]),
        ("half a day", ["12h"]),
        ("half a minute", ["30s"]),
        ("10 to 15 minutes", ["10m", "15m"]),
        ("10-15 minutes", ["10m", "15m"]),
        ("between 10 and 15 minutes", ["10m", "15m"]),
        ("15 minutes, 2 hours", ["15m", "2h"]),
        ("Your code: 1 2 3 4 5 6 15 minutes to use it", ["15m"]),
        ("until 22/11/2026 - 16h35, at 15 h, 24/7", []),
        ("22 November 2026 at 4:35 PM, from 8 to 18 hours", []),
        ("24 hours a day, 7 days a week, three times a day, once a month", []),
        ("a second code, in a second step, one second time, the 1990s", []),
        ("call 3646, 6 digits, 123456, minutes, the last hour, several days", []),
    ],
)
def test_english_durations_are_read_in_words_and_figures(text: str, found: list[str]) -> None:
    """Times of day, rates and other numbers are no durations."""
    assert said(text, ENGLISH) == found
    assert said(text.upper(), ENGLISH) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("La durée est limitée à 15 minutes", ["15m"]),
        ("vingt-quatre heures", ["1d"]),
        ("soixante et onze jours ; quatre-vingt-dix minutes ; vingt et une minutes", ["71d", "1h30m", "21m"]),
        ("1,5 heure", ["1h30m"]),
        ("1 440 minutes", ["1d"]),
        ("deux heures et demie, une heure et quart", ["2h30m", "1h15m"]),
        ("un an et demi", ["18mo"]),
        ("10 à 15 minutes", ["10m", "15m"]),
        ("une demi-journée", ["12h"]),
        ("½ heure", ["30m"]),
        ("de 8 à 18 heures, 24 heures sur 24, 7 jours sur 7, 24h/24, trois fois par jour", []),
        ("une seconde tentative", []),
    ],
)
def test_french_durations_of_rarer_kinds(text: str, found: list[str]) -> None:
    """Compound number words, decimals, halves, ranges; figures of speech are none."""
    assert said(text, FRENCH) == found


@given(writer=st.sampled_from(WRITERS), unit=st.sampled_from(UNITS), count=st.integers(1, 99_999), around=AROUND)
def test_every_duration_that_locale_data_writes_is_read_back(writer: tuple[str, str], unit: str, count: int, around: str) -> None:
    """Any count of any unit, thousands grouped as the language groups them."""
    locale, language = writer[0], languages.named(writer[1])
    text = normalise(around.format(format_unit(count, f"duration-{unit}", length="long", locale=locale)))
    one = PERIODS[unit]
    # Of seconds and minutes only what is said counts: 60 minutes are an hour.
    assert durations(text, language) == (Period(one.months * count, one.duration * count),)


@given(writer=st.sampled_from(WRITERS), quarters=st.integers(1, 399))
def test_decimal_hours_are_read(writer: tuple[str, str], quarters: int) -> None:
    """With the decimal mark of the language."""
    locale, language = writer[0], languages.named(writer[1])
    text = normalise(f"x {format_decimal(quarters / 4, locale=locale)} {'heures' if language is FRENCH else 'hours'}")
    assert durations(text, language) == (Period(duration=timedelta(minutes=15) * quarters),)


@given(
    writer=st.sampled_from(WRITERS),
    counts=st.lists(st.integers(1, 59), min_size=2, max_size=4),
    style=st.sampled_from(["standard", "unit"]),
)
def test_parts_of_a_duration_are_added(writer: tuple[str, str], counts: list[int], style: Any) -> None:
    """From the longest unit to the shortest, joined by commas and “and”."""
    locale, language = writer[0], languages.named(writer[1])
    units = ("day", "hour", "minute", "second")[-len(counts) :]
    parts = [format_unit(count, f"duration-{unit}", length="long", locale=locale) for count, unit in zip(counts, units, strict=True)]
    total = sum((PERIODS[unit].duration * count for count, unit in zip(counts, units, strict=True)), timedelta())
    assert durations(normalise(f"valid {format_list(parts, style, locale)}."), language) == (Period(duration=total),)


@pytest.mark.parametrize("language", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_every_number_word_is_read_whole(language: Language) -> None:
    """Never the end of a longer word: twenty-four is not four. Hyphens may be spaces."""
    for word, number in language.numbers.items():
        for written in (word, word.replace("-", " ")):
            assert durations(f"x {written} minutes", language) == (Period(duration=timedelta(minutes=number)),), written


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("This code is valid for 15 minutes. We sent it 2 minutes ago.", ["15m"]),
        ("Your request is 3 days old. The link expires in 15 minutes.", ["15m"]),
        ("Enter it within a quarter of an hour. The help line answers in 2 minutes.", ["15m"]),
        ("The link can be used for 24 hours. It took 3 seconds to send.", ["1d"]),
        ("The code is invalid. You have 10 minutes.", ["10m"]),
        ("After an invalid code wait 10 minutes. A code is valid for 15 minutes.", ["15m"]),
        ("Wait 15 minutes.", ["15m"]),
        ("Nothing.", []),
    ],
)
def test_the_life_of_something_is_what_the_sentence_about_it_says(text: str, found: list[str]) -> None:
    """Other durations only where no sentence speaks of a life."""
    assert [period_text(period) for period in lifetimes(text, ENGLISH)] == found


# -- counts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Warning: 3 failed attempts block the service.", (3,)),
        ("After three failures access is blocked.", (3,)),
        ("After 5 unsuccessful sign-in attempts the service is blocked.", (5,)),
        ("You have 2 attempts left. Three errors block access.", (3,)),
        ("2 more attempts. Three mistakes block access.", (3,)),
        ("2 attempts remaining.", ()),
        ("You entered a wrong code 3 times.", (3,)),
        ("3 (three) tries, three (3) tries", (3,)),
        ("Three wrong passwords and you are blocked.", (3,)),
        ("An error occurred. After a failure try again.", ()),
        ("Eight characters and three attempts.", (3,)),
        ("Wait 15 minutes between attempts. Try again in 15 minutes.", ()),
        ("Your third attempt, 6 digits, valid 15 minutes, at any time.", ()),
    ],
)
def test_english_failures_are_counted_and_not_what_is_left(text: str, found: tuple[int, ...]) -> None:
    """The warning names how many failures block; how many are left is another number, and durations are none."""
    assert failures(text, ENGLISH) == found


def test_an_article_counts_no_failures() -> None:
    """“Une erreur” is any error."""
    assert failures("Une erreur est survenue. Après un échec, patientez 15 minutes entre deux tentatives. 3 essais bloquent.", FRENCH) == (
        3,
    )


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("(three|wrong) attempts", ENGLISH, "three"),
        ("twenty-four hours", ENGLISH, "twenty-four"),
        ("the one you received, a code", ENGLISH, None),
        ("two-factor, one-time, two step", ENGLISH, None),
        ("someone often weighs it", ENGLISH, None),
        ("les trois essais", FRENCH, "trois"),
        ("quatre-vingt-dix", FRENCH, "quatre-vingt-dix"),
        ("un mot de passe neuf, en deux étapes", FRENCH, None),
        ("three", FRENCH, None),
        ("trois", ENGLISH, None),
    ],
)
def test_number_words_are_those_of_the_language(text: str, language: Language, word: str | None) -> None:
    """Words that often are no number are let pass."""
    assert number_word(text, language) == word
