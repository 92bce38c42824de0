from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scenarios.instants import PARIS, InstantExpression, Period, parse_duration, parse_instant, parse_period


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15m", timedelta(minutes=15)),
        ("14m59s", timedelta(minutes=14, seconds=59)),
        ("15m00s", timedelta(minutes=15)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("7d", timedelta(days=7)),
        ("0s", timedelta()),
    ],
)
def test_durations_are_read(text: str, expected: timedelta) -> None:
    """Days, hours, minutes and seconds make one length."""
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "15", "m", "15 m", "1h 30m", "30m1h", "1m1m", "15min", "-5m", "1.5h"])
def test_what_is_no_duration_is_refused_with_a_way_on(text: str) -> None:
    """A text that is no duration is named, with how to write one."""
    with pytest.raises(ValueError, match="no duration"):
        parse_duration(text)


def test_months_are_no_fixed_length() -> None:
    """Calendar months are a period, and refused where a fixed length is needed."""
    assert parse_period("6mo") == Period(months=6)
    with pytest.raises(ValueError, match="calendar months"):
        parse_duration("6mo")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", InstantExpression("now")),
        ("+10m", InstantExpression("now", Period(duration=timedelta(minutes=10)))),
        ("code-sent + 14m59s", InstantExpression("code-sent", Period(duration=timedelta(minutes=14, seconds=59)))),
        ("until - 1s", InstantExpression("until", Period(duration=timedelta(seconds=-1)))),
        ("ticked + 6mo - 1d", InstantExpression("ticked", Period(6, timedelta(days=-1)))),
        ("2026-10-25T02:50:00+02:00", InstantExpression(absolute=datetime.fromisoformat("2026-10-25T02:50:00+02:00"))),
    ],
)
def test_instants_are_read(text: str, expected: InstantExpression) -> None:
    """An instant is an event with terms, or ISO 8601 with an offset."""
    assert parse_instant(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "missing"),
        ("code-sent + ", "no instant"),
        ("code-sent 5m", "no instant"),
        ("Code", "no instant"),
        ("until - 1x", "no instant"),
        ("2026-10-25T02:50:00", "no offset"),
        ("2026-13-01T00:00:00+01:00", "no instant"),
    ],
)
def test_what_is_no_instant_is_refused_with_a_way_on(text: str, message: str) -> None:
    """A text that is no instant says what was wrong with it."""
    with pytest.raises(ValueError, match=message):
        parse_instant(text)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-08-31T10:00:20+02:00", 6, "2027-02-28T10:00:20+01:00"),
        ("2027-08-31T10:00:20+02:00", 6, "2028-02-29T10:00:20+01:00"),
        ("2026-01-15T10:00:20+01:00", 6, "2026-07-15T10:00:20+02:00"),
        ("2026-12-15T10:00:20+01:00", 1, "2027-01-15T10:00:20+01:00"),
        ("2027-02-28T10:00:20+01:00", -6, "2026-08-28T10:00:20+02:00"),
        # Half past midnight in Paris is still the day before in UTC.
        ("2026-08-30T22:30:00+00:00", 6, "2027-02-28T00:30:00+01:00"),
    ],
)
def test_months_follow_the_calendar_of_paris(start: str, months: int, expected: str) -> None:
    """Months keep the hour of Paris and stop at the end of a shorter month."""
    assert Period(months).after(datetime.fromisoformat(start)) == datetime.fromisoformat(expected)


def test_durations_run_through_the_change_of_the_clocks() -> None:
    """A duration is time that passes, also when the clocks are put back meanwhile."""
    before = datetime.fromisoformat("2026-10-25T02:50:00+02:00")
    after = parse_instant("now + 15m").resolve({"now": before.astimezone(PARIS)})
    assert after.astimezone(UTC) == datetime(2026, 10, 25, 1, 5, tzinfo=UTC)
    assert after.strftime("%H:%M") == "02:05"


def test_an_event_that_has_not_been_is_a_key_error() -> None:
    """Counting from an event needs the event."""
    with pytest.raises(KeyError, match="until"):
        parse_instant("until - 1s").resolve({"now": datetime(2026, 3, 10, tzinfo=UTC)})
