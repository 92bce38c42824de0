"""Objectives are read as written, mistakes are named, and a run is judged by what was measured."""

from __future__ import annotations

import pytest

from load.objectives import Measurements, Objective, ObjectiveError, Sample, judge, measure, percentile, read_objective, table

PAGES = Sample("password", True, 100, 0, 100 * 100.0, 900, {100: 95, 200: 4, 900: 1})
FAST = Sample("account page", True, 100, 1, 100 * 10.0, 20, {10: 100})
MAIL = Sample("code by mail", False, 50, 1, 50 * 2000.0, 5000, {2000: 49, 5000: 1})
RUN = Measurements((PAGES, FAST, MAIL), journeys=40, seconds=20.0)


@pytest.mark.parametrize(
    ("text", "objective"),
    [
        ("p95<300ms", ("p95", "<", 300.0, None)),
        (" p99.9 <= 1.5 s ", ("p99.9", "<=", 1500.0, None)),
        ("failures<0.1%", ("failures", "<", 0.1, None)),
        ("journeys>20/s", ("journeys", ">", 20.0, None)),
        ("requests >= 5 /s", ("requests", ">=", 5.0, None)),
        ("code by mail: average<2s", ("average", "<", 2000.0, "code by mail")),
    ],
)
def test_an_objective_is_read_as_written(text: str, objective: tuple[str, str, float, str | None]) -> None:
    """Measure, comparison, bound in milliseconds or per cent or per second, and request come out of the text."""
    read = read_objective(text)
    assert (read.measure, read.comparison, read.bound, read.request) == objective


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not understood"),
        ("fast", "not understood.*for example p95<300ms"),
        ("p95<300", "not understood"),
        ("p100<300ms", "not understood"),
        ("p0<300ms", "p0 says nothing"),
        ("p95>300ms", "held by staying below; use < or <="),
        ("journeys<20/s", "held by staying above; use > or >="),
        ("failures<10ms", "failures is counted in %, not in ms"),
        ("p95<3%", "p95 is counted in ms or s, not in %"),
        ("password: journeys>3/s", "a journey is made of all requests"),
        ("p95<-1ms", "not understood"),
    ],
)
def test_a_wrong_objective_says_what_is_wrong(text: str, says: str) -> None:
    """What cannot be read, or can never be missed, is refused with the reason."""
    with pytest.raises(ObjectiveError, match=says):
        read_objective(text)


@pytest.mark.parametrize(
    ("text", "measured"),
    [
        ("p50<1s", 10.0),
        ("p98<1s", 200.0),
        ("max<1s", 900.0),
        ("average<1s", 55.0),
        ("requests>1/s", 10.0),
        ("journeys>1/s", 2.0),
        ("failures<5%", 0.8),
        ("password: p95<1s", 100.0),
        ("password: failures<1%", 0.0),
        ("code by mail: p95<9s", 2000.0),
    ],
)
def test_measures_are_taken_of_the_right_samples(text: str, measured: float) -> None:
    """Durations and rates are those of pages, failures those of every sample, and a named request stands for itself."""
    assert measure(read_objective(text), RUN) == pytest.approx(measured)


@pytest.mark.parametrize(
    ("text", "held"), [("p95<100ms", False), ("p95<=100ms", True), ("p95<101ms", True), ("journeys>2/s", False), ("journeys>=2/s", True)]
)
def test_the_bound_is_exact(text: str, held: bool) -> None:
    """`<` excludes the bound itself, `<=` includes it, and so for rates."""
    run = Measurements((Sample("page", True, 10, 0, 1000.0, 100, {100: 10}),), journeys=2, seconds=1.0)
    assert [judgement.held for judgement in judge([read_objective(text)], run)] == [held]


@pytest.mark.parametrize("text", ["p95<1s", "failures<1%", "passwort: p95<1s", "journeys>0/s"])
def test_nothing_measured_is_missed(text: str) -> None:
    """An objective of which nothing was measured, a misspelt request among them, is never held."""
    empty = Measurements((), journeys=0, seconds=0.0)
    (judgement,) = judge([read_objective(text)], empty)
    assert judgement.measured is None
    assert not judgement.held


def test_percentile_is_the_nearest_rank() -> None:
    """Of 100 samples, 95 of 10 ms and 5 of 20 ms: 10 ms is the 95th, 20 ms the 96th."""
    times = {20: 5, 10: 95}
    assert percentile(times, 0.95) == 10
    assert percentile(times, 0.951) == 20


def test_the_table_names_what_was_missed() -> None:
    """Each objective has its line with what was measured; a missed one stands out, an unknown request is named."""
    lines = table(judge([read_objective(t) for t in ("p95<300ms", "failures<0.1%", "nonsense: max<1s")], RUN)).splitlines()
    assert lines[0].split() == ["objective", "measured", "held"]
    assert lines[1].split() == ["p95<300ms", "100", "ms", "yes"]
    assert lines[2].split() == ["failures<0.1%", "0.8", "%", "NO"]
    assert "no request named 'nonsense'" in lines[3]
    assert lines[3].endswith("NO")


def test_an_objective_keeps_its_own_words() -> None:
    """The table shows an objective as it was written."""
    assert read_objective(" p95 < 300 ms ") == Objective("p95 < 300 ms", "p95", "<", 300.0)
