"""Guesses are counted as they are judged; a portal that counts something apart, forgets or ends its blocks too early is over its budget."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conformance.commands import guesses as command
from conformance.guesses import measuring
from conformance.guesses.attack import most_within
from conformance.guesses.blocks import Blocks
from conformance.guesses.document import NOT_RUN, NOT_THERE, OVER, WITHIN, Budget, Document, Row, encode, read
from conformance.guesses.page import render
from conformance.guesses.text import as_text
from conformance.results import CaseResult, Result
from conformance.selftests.fakes import target
from conformance.selftests.guessed_portal import GuessedPorts
from conformance.suites.figures import figures_of
from conformance.suites.registry import SUITES
from conformance.suites.stage import performed

PASSWORD, CODE = "suite.guesses.password", "suite.guesses.code"
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def guessed(suite: str, *weak: str, moves: bool = True) -> CaseResult:
    """The result of a suite on a portal with these weaknesses."""
    ports = GuessedPorts(frozenset(weak), moves)
    return performed(SUITES[suite], suite, (target(), ports, ports))


def broken(result: CaseResult) -> dict[str, str]:
    """The facts that did not hold, and what they were."""
    return {check.fact: check.actual for step in result.steps for check in step.checks if not check.held}


@pytest.mark.parametrize(("suite", "steps"), [(PASSWORD, 7), (CODE, 8)])
def test_a_portal_that_counts_by_account_passes(suite: str, steps: int) -> None:
    """Under every rotation, and as many as are allowed are judged: the attacker left nothing out."""
    result = guessed(suite)
    assert (result.result, result.reason) == (Result.PASSED, "")
    assert len(result.steps) == steps
    assert result.steps[0].checks[0].actual == "12"


@pytest.mark.parametrize(
    ("suite", "weak", "facts"),
    [
        (
            PASSWORD,
            "never",
            {"same session", "new session", "other addresses", "other spellings", "reset form in between", "does not wait"},
        ),
        (PASSWORD, "session", {"new session", "other addresses", "all at once"}),
        (PASSWORD, "address", {"other addresses", "all at once"}),
        (PASSWORD, "spelling", {"other spellings", "all at once"}),
        (PASSWORD, "reset", {"reset form in between"}),
        (PASSWORD, "short", {"same session", "new session", "does not wait"}),
        (PASSWORD, "liar", {"does not wait"}),
        (CODE, "never", {"same session", "does not wait"}),
        (CODE, "reset", {"reset form in between"}),
        (CODE, "liar", {"does not wait"}),
    ],
)
def test_a_portal_that_gives_fresh_attempts_fails(suite: str, weak: str, facts: set[str]) -> None:
    """By the rotation that gains by it; with the requirement that says it must not."""
    result = guessed(suite, weak)
    assert result.result is Result.FAILED
    assert {f"guesses an hour, {fact}" for fact in facts} <= set(broken(result))
    if weak in {"address", "spelling", "reset", "liar"}:
        assert set(broken(result)) == {f"guesses an hour, {fact}" for fact in facts}


def test_fresh_attempts_for_a_new_code_show_where_codes_are_not_limited() -> None:
    """A quota alone hides it: five codes an hour are fifteen guesses at most."""
    found = broken(guessed(CODE, "new-code", "mail"))
    assert {"guesses an hour, new code each time", "codes an hour, new code each time"} <= set(found)


def test_a_failed_spelling_breaks_the_requirement_of_spellings_only() -> None:
    """Each row stands for the requirement that it is about."""
    result = guessed(PASSWORD, "spelling")
    checks = [check for step in result.steps for check in step.checks if not check.held]
    assert {check.requirements for check in checks} == {("HRD-22",), ("HRD-20", "HRD-21", "HRD-22")}


@pytest.mark.parametrize("suite", [PASSWORD, CODE])
def test_a_clock_that_cannot_be_moved_is_told(suite: str) -> None:
    """Nobody waits for a quarter of an hour, four times."""
    result = guessed(suite, moves=False)
    assert result.result is Result.COULD_NOT_RUN
    assert "cannot be moved" in result.reason
    assert "capabilities.clock" in result.reason


def test_the_window_that_holds_most() -> None:
    """What is exactly a window later is no longer in it."""
    instants = [NOON + timedelta(minutes=minutes) for minutes in (0, 0, 30, 59, 60, 61)]
    assert most_within(instants, timedelta(hours=1)) == 4
    assert most_within([], timedelta(hours=1)) == 0


@pytest.fixture
def budget(monkeypatch: pytest.MonkeyPatch) -> BudgetOf:
    """Measures on portals in memory."""
    return BudgetOf(monkeypatch)


class BudgetOf:
    """The budget of a portal with these weaknesses."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, *weak: str, moves: bool = True, hours: float = 1, **changed: object) -> Budget:
        ports = GuessedPorts(frozenset(weak), moves)
        self._monkeypatch.setattr(measuring, "FormsBrowsers", lambda: ports)
        return measuring.measured(target(**changed), ports, timedelta(hours=hours), lambda row: None)


def test_some_hours_are_measured_and_told(budget: BudgetOf) -> None:
    """Twelve an hour, of passwords and of codes; who goes on like that for three hours hits a six-digit code once in 27,778 times."""
    found = budget(hours=3)
    assert found.verdict == WITHIN
    assert {(row.hour, row.whole) for row in found.of("password") if row.rotation != "does not wait"} == {(12, 36)}
    assert found.most("code") == 36
    assert "one in 27,778" in as_text(found)
    assert "within" in as_text(found)


def test_what_is_allowed_in_a_day() -> None:
    """Three for each quarter of an hour; five codes for each hour."""
    figures = figures_of("ameli-connect")
    assert (figures.guesses(timedelta(days=1)), figures.codes(timedelta(days=1))) == (288, 120)
    assert figures.guesses(timedelta(minutes=16)) == 6


def test_what_nothing_limits_is_broken_off(budget: BudgetOf) -> None:
    """At one more than is allowed, and told as at least so many."""
    found = budget("never", hours=2)
    first = found.rows[0]
    assert (found.verdict, first.verdict, first.stopped, first.whole) == (OVER, OVER, True, 25)
    assert "at least 25 guesses an hour, 12 allowed" in first.reason
    assert "≥ 25" in as_text(found)


def test_what_is_not_there_and_what_cannot_be_measured_is_told(budget: BudgetOf) -> None:
    """A portal without codes has no row that counts them; a clock that cannot be moved leaves nothing measured."""
    found = budget(hours=1, functions=frozenset({"password"}))
    assert {row.verdict for row in found.of("code")} == {NOT_THERE}
    assert found.verdict == WITHIN
    stands = budget(moves=False, hours=1)
    assert stands.verdict == NOT_RUN
    assert all("cannot be moved" in row.reason for row in stands.rows)


def test_a_portal_whose_figures_are_not_known_is_told(budget: BudgetOf) -> None:
    """What is allowed there is entered in one place."""
    found = budget(hours=1, portal="somebody-elses")
    assert (found.verdict, len(found.rows)) == (NOT_RUN, 1)
    assert "conformance/suites/figures.py" in found.rows[0].reason


def test_the_page_shows_each_row_and_needs_nothing_else(budget: BudgetOf) -> None:
    """Bars, numbers and moments; no script, nothing from elsewhere; and the same again from the data that lies beside it."""
    found = budget("session", hours=2)
    page = render(Document((found,)))
    assert page.count('<li class="row') == len(found.rows)
    assert not re.search(r"<script|src=|https?://(?!www\.w3\.org)", page)
    assert "≥ 25" in page
    assert "Over" in page
    assert render(Document((replace_rows(found),))).count("not there") == 1


def replace_rows(budget: Budget) -> Budget:
    """The same with one row alone, of what is not there."""
    row = Row("password", "same session", "About.", ("HRD-20",), NOT_THERE, "The portal has no password.")
    return Budget(budget.target, budget.file, budget.portal, budget.started, budget.hours, budget.allowed, (row,))


def test_the_document_is_read_again(budget: BudgetOf, tmp_path: Path) -> None:
    """With what follows from it told for programs."""
    found = budget(hours=1)
    (tmp_path / "guesses.json").write_bytes(encode(Document((found,))))
    assert read(tmp_path / "guesses.json") == Document((found,))
    told = json.loads((tmp_path / "guesses.json").read_text())["budgets"][0]
    assert told["verdict"] == "within"
    assert 0 < told["chance_of_a_code"] < 1e-4


@pytest.mark.parametrize(("weak", "status"), [((), 0), (("session",), 10)])
def test_the_command_writes_and_tells(
    weak: tuple[str, ...], status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Page, data and table; its status says whether something is over."""
    ports = GuessedPorts(frozenset(weak))
    monkeypatch.setattr(measuring, "FormsBrowsers", lambda: ports)
    monkeypatch.setattr(command, "running", lambda found: _Running())
    monkeypatch.setattr(command, "provisioner_of", lambda *_: ports)
    assert command.main(["--hours", "1", "--report", str(tmp_path)]) == status
    assert {file.name for file in tmp_path.iterdir()} == {"guesses.html", "guesses.json", "guesses.txt"}
    assert "15 attackers guess for 1 hours" in capsys.readouterr().out


class _Running:
    def __enter__(self) -> object:
        return replace(target(), name="in memory")

    def __exit__(self, *_: object) -> None:
        pass


def test_a_wrong_command_line_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A target that there is not, and hours that make no sense."""
    assert command.main(["nowhere"]) == command.USAGE
    assert "There is no target" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command.main(["--hours", "0"])


def test_a_block_is_new_when_its_end_is() -> None:
    """Met again, moved on, or met in another spelling it is the same; one that begins after it is another."""
    blocks = Blocks()
    end, later = NOON + timedelta(minutes=15), NOON + timedelta(minutes=31)
    assert blocks.met("right", end, NOON)
    assert not blocks.met("right", end, NOON)
    assert not blocks.met("spaced", end, NOON)
    assert not blocks.met("right", end + timedelta(minutes=1), NOON + timedelta(minutes=1))
    assert blocks.free(["right", "spaced", "without-key"], NOON) == ["without-key"]
    assert blocks.next_end(NOON) == end
    assert blocks.free(["right", "spaced"], end) == ["spaced"]
    assert blocks.met("spaced", later, end + timedelta(minutes=1))
    assert blocks.number == 2


def test_a_block_that_outlives_its_end_is_waited_for_by_the_minute() -> None:
    """Whoever rounds the end down, or tells none, keeps nobody in a circle."""
    blocks = Blocks()
    for end in (NOON, None):
        blocks.met("right", end, NOON)
        assert blocks.free(["right"], NOON) == []
        assert blocks.next_end(NOON) == NOON + timedelta(minutes=1)
