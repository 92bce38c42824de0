"""Dates with a time of day are read in every language, and what Unicode's locale data writes is read back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from babel.dates import format_datetime, get_timezone
from hypothesis import given
from hypothesis import strategies as st

from conformance import languages
from conformance.dates import dates
from conformance.language import Language
from conformance.selftests.writers import AMERICAN, AROUND, ENGLISH, FRENCH, MOMENTS, WRITERS
from conformance.visible import normalise


def meanings(text: str, language: Language) -> list[list[str]]:
    """What each date of a text can mean, in UTC."""
    return [[instant.strftime("%Y-%m-%dT%H:%M") for instant in shown.instants] for shown in dates(text, language)]


@pytest.mark.parametrize(
    "written",
    [
        "22 November 2026 16:35",
        "22 November 2026 at 16:35",
        "22 November 2026 at 16:35 (Paris time)",
        "22 November 2026, 4:35 PM",
        "22nd November 2026 at 4.35 pm",
        "the 22nd of November 2026 at 4:35 p.m.",
        "Sunday 22 November 2026 16:35",
        "Sunday, 22nd of November, 2026, 16.35",
        "Sun, 22 Nov 2026 16:35:00 +0100",
        "22-Nov-2026 16:35",
        "November 22, 2026 at 4:35 PM",
        "November 22nd, 2026, 4:35PM",
        "Nov. 22, 2026 04:35 PM Paris time",
        "Sunday, November 22, 2026 at 4:35 PM (Paris time)",
        "22/11/2026 16:35",
        "22/11/2026 - 16h35 (Paris time)",
        "22/11/2026 at 4.35 pm",
        "22.11.2026 16:35",
        "2026-11-22 16:35",
        "2026-11-22T16:35:00+01:00",
        "2026-11-22T15:35:00Z",
        "2026/11/22 16:35",
        "22/11/2026 15:35 UTC",
        "22/11/2026 15:35 (GMT)",
        "22/11/2026 17:35 GMT+2",
        "22/11/2026 10:35 UTC−5",
        "22/11/2026 10:35 AM EST",
        "22/11/2026 10:35 New York time",
        "22/11/2026 15:35 (time in London)",
        "22/11/2026 15:35 Europe/London",
        "22/11/2026 16:35 CET",
        "22/11/2026 16:35 (Paris time, UTC+1)",
        "16:35 on 22 November 2026",
        "16:35 (Paris time) on Sunday 22 November 2026",
        "4:35 PM on November 22, 2026",
        "3:35 PM UTC on the 22nd of November 2026",
        "16:35, 22/11/2026",
        "16h35 on 22/11/2026 (Paris time)",
    ],
)
@pytest.mark.parametrize("around", ["{}", "It is blocked until {}. Try again then.", "(until {}), 15 minutes"])
def test_english_dates_are_read_in_every_way_of_writing(written: str, around: str) -> None:
    """Day or month first where the month is a word, a clock of twelve or of 24 hours, Paris or the zone that is named."""
    assert meanings(around.format(written), ENGLISH) == [["2026-11-22T15:35"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("22/11/2026 12:05 AM", "2026-11-21T23:05"),
        ("22/11/2026 12:05 PM", "2026-11-22T11:05"),
        ("22/11/2026 0:05 AM", "2026-11-21T23:05"),
        ("22/11/2026 4 PM", "2026-11-22T15:00"),
        ("22/11/2026 at 16h", "2026-11-22T15:00"),
        ("22/11/2026 16:35 PM", "2026-11-22T15:35"),
        ("22/11/26 16:35", "2026-11-22T15:35"),
        ("1 Sept 2026 09:05", "2026-09-01T07:05"),
        ("22/07/2026 16:35 CET", "2026-07-22T14:35"),
        ("22/11/2026 16:35 (local time)", "2026-11-22T15:35"),
        ("22/11/2026 16:35 next time", "2026-11-22T15:35"),
    ],
)
def test_times_of_day_in_english(text: str, found: str) -> None:
    """Midnight and noon; CET in summer is what people mean by it; a zone that nobody knows is Paris."""
    assert meanings(text, ENGLISH) == [[found]]


@pytest.mark.parametrize(
    "text",
    [
        "22/11/2026 16:35 AM",
        "22/11/2026 0:35 PM",
        "31/02/2026 10:00",
        "22/11/2026 24:10",
        "22/11/2026 10:60",
        "29 March 2026 at 02:30",
        "22/11/2026 16:35 (Paris time, UTC)",
    ],
)
def test_a_time_that_there_is_not_has_no_meaning(text: str) -> None:
    """Neither do zones that contradict each other."""
    assert meanings(text, ENGLISH) == [[]]


@pytest.mark.parametrize(
    "text",
    [
        "within 15 minutes",
        "until 10:35",
        "22 November 2026",
        "22/11/2026",
        "22 November 2026 at 16. Then",
        "version 3.11:20",
        "May 2026 10:35",
        "on 12 March at 10:35",
    ],
)
def test_what_is_no_date_with_a_time_is_not_read_as_one(text: str) -> None:
    """Durations, times without a day, days without a time or a year."""
    assert dates(text, ENGLISH) == ()


def test_several_dates_are_each_read_with_their_own_time() -> None:
    """In their order; a time belongs to the day before it where there is one."""
    text = "Asked on 22/11/2026 16:00, 22/11/2026 16:20; blocked until 4:35 PM on 22 November 2026."
    assert meanings(text, ENGLISH) == [["2026-11-22T15:00"], ["2026-11-22T15:20"], ["2026-11-22T15:35"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("25 October 2026 at 02:30", ["2026-10-25T00:30", "2026-10-25T01:30"]),
        ("25 October 2026 at 02:30 (Paris time)", ["2026-10-25T00:30", "2026-10-25T01:30"]),
        ("25 October 2026 at 02:30 CEST", ["2026-10-25T00:30"]),
        ("25 October 2026 at 02:30 (CET)", ["2026-10-25T01:30"]),
        ("25 October 2026 at 02:30 (Paris time, winter time)", ["2026-10-25T01:30"]),
        ("25 October 2026 at 02:30 Central European Summer Time", ["2026-10-25T00:30"]),
        ("25 October 2026 at 02:30 (UTC+1)", ["2026-10-25T01:30"]),
    ],
)
def test_the_hour_that_comes_twice_is_told_apart_by_its_zone(text: str, found: list[str]) -> None:
    """Without one both instants are meant."""
    assert meanings(text, ENGLISH) == [found]


def test_day_and_month_are_never_read_both_ways() -> None:
    """The day first, unless the language names a region that puts the month first; the other reading is told as a doubt."""
    (shown,) = dates("03/04/2026 16:35", ENGLISH)
    assert [instant.month for instant in shown.instants] == [4]
    assert "day first" in shown.doubt
    assert "en-US" in shown.doubt
    (american,) = dates("03/04/2026 16:35", AMERICAN)
    assert ([instant.month for instant in american.instants], american.doubt) == ([3], "")
    assert meanings("11/22/2026 4:35 PM", AMERICAN) == [["2026-11-22T15:35"]]
    assert meanings("22.11.2026 16:35", AMERICAN) == [["2026-11-22T15:35"]]
    assert dates("11/22/2026 4:35 PM", ENGLISH)[0].doubt
    assert meanings("11/22/2026 4:35 PM", ENGLISH) == [[]]
    clear = ["22/11/2026 16:35", "04/04/2026 16:35", "3 April 2026 16:35", "2026-04-03 16:35", "03.04.2026 16:35"]
    assert [dates(text, ENGLISH)[0].doubt for text in clear] == [""] * 5
    assert dates("03/04/2026 - 16h35", FRENCH)[0].doubt == dates("03/04/2026 16:35", languages.named("en-GB"))[0].doubt == ""


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("22/11/2026 - 16h35 (Paris time)", "numeric"),
        ("22/11/2026 16:35 (Paris time)", "numeric"),
        ("22/11/2026 at 4:35 PM (Paris time)", "numeric"),
        ("Sunday 22 November 2026 16:35 (Paris time)", "long"),
        ("Sunday, November 22, 2026 at 4:35 PM (Paris time)", "long"),
        ("Monday 22 November 2026 16:35 (Paris time)", "long, but that day is no Monday"),
        ("22/11/2026 16:35", "written “22/11/2026 16:35”"),
        ("22/11/2026 15:35 UTC", "written “22/11/2026 15:35 UTC”"),
        ("22/11/2026 16:35 (local time)", "written “22/11/2026 16:35 (local time)”"),
        ("Sunday 22 November 2026 16:35", "written “Sunday 22 November 2026 16:35”"),
        ("22 Nov 2026 16:35 (Paris time)", "written “22 Nov 2026 16:35 (Paris time)”"),
    ],
)
def test_the_forms_of_the_source_have_their_like_in_english(text: str, form: str) -> None:
    """Anything else is shown as it is written."""
    assert [shown.form for shown in dates(f"until {text}. Then", ENGLISH)] == [form]


@given(
    writer=st.sampled_from(WRITERS),
    wall=MOMENTS,
    form=st.sampled_from(["short", "medium", "long", "full"]),
    around=AROUND,
)
def test_every_date_that_locale_data_writes_is_read_back(writer: tuple[str, str], wall: datetime, form: Any, around: str) -> None:
    """In each of its four forms, summer and winter; the long ones name the zone and mean one instant."""
    locale, language = writer[0], languages.named(writer[1])
    instant = wall.replace(microsecond=0, tzinfo=UTC)
    text = normalise(around.format(format_datetime(instant, form, tzinfo=get_timezone("Europe/Paris"), locale=locale)))
    (shown,) = dates(text, language)
    expected = instant.replace(second=0) if form == "short" else instant
    assert expected in shown.instants
    assert form in {"short", "medium"} or shown.instants == (expected,)


@given(
    writer=st.sampled_from(WRITERS),
    wall=MOMENTS,
    pattern=st.sampled_from(["EEEE d MMMM y HH:mm", "d MMM y 'x' HH:mm", "EEE d MMMM y HH'h'mm", "EEEE, MMMM d, y HH:mm"]),
)
def test_dates_in_patterns_of_ones_own_are_read_back(writer: tuple[str, str], wall: datetime, pattern: str) -> None:
    """Whole and abbreviated names of days and months, in either order."""
    locale, language = writer[0], languages.named(writer[1])
    join = "à" if language is FRENCH else "at"
    instant = wall.replace(second=0, microsecond=0, tzinfo=UTC)
    text = normalise(format_datetime(instant, pattern, tzinfo=get_timezone("Europe/Paris"), locale=locale)).replace("x", join)
    (shown,) = dates(f"… {text}, …", language)
    assert instant in shown.instants


def test_french_dates_of_other_kinds() -> None:
    """The time first, abbreviated months, whole hours, other zones."""
    text = "à 14h45 le 5 janvier 2023, puis 5/1/2023 à 14 h, 1er janv. 2026 à 14h05 (heure de New York), 2 déc. 2026 15:00 heure de Londres"
    assert meanings(text, FRENCH) == [["2023-01-05T13:45"], ["2023-01-05T13:00"], ["2026-01-01T19:05"], ["2026-12-02T15:00"]]
