"""Mutants on the real simulator: killed, not noticed, not started; which trials execute what; and a session that goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conformance.plan import Options, load_material, make_plan
from conformance.selection import Wish
from conformance.selftests.mutation import page
from conformance.selftests.mutation.__main__ import ROOT, main
from conformance.selftests.mutation.coverage_map import made
from conformance.selftests.mutation.fates import Fate, Kind
from conformance.selftests.mutation.mutants import Key
from conformance.selftests.mutation.report import Run, assembled
from conformance.selftests.mutation.session import Outcome, session
from conformance.selftests.mutation.trying import Bench, Job, copied, fate

BLOCKS, SHOWN = "ameli-connect.block.full-minute", "ameli-connect.sign-in-form.shown"
LOCKOUT, LINK = "simulator/policy/lockout.py", "simulator/policy/link.py"


@pytest.fixture(scope="module")
def bench() -> Bench:
    """Two cases of the forms driver: one that blocks, one that only looks."""
    plan = make_plan(Options("simulator", "forms", Wish(), False, Path("report")), load_material("simulator"))
    whole = Bench.of(plan)
    return replace(whole, trials={name: whole.trials[name] for name in (BLOCKS, SHOWN)}, suites=frozenset())


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the simulator, which every trial leaves as it was."""
    folder = copied(ROOT, tmp_path_factory.mktemp("simulator").resolve())
    before = (folder / LOCKOUT).read_bytes()
    yield folder
    assert (folder / LOCKOUT).read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("if failures < rules.attempts:", "if failures <= rules.attempts:", Kind.KILLED),
        ("from __future__ import annotations", "from __future__ import annotations  # and so on", Kind.SURVIVED),
        ("from __future__ import annotations", "raise OSError", Kind.DOES_NOT_START),
    ],
)
def test_what_becomes_of_a_mutant(old: str, new: str, kind: Kind, bench: Bench, copy: Path) -> None:
    """One that a case notices is killed by it; one that nobody notices survives; one that does not start proves nothing."""
    source = (copy / LOCKOUT).read_text().replace(old, new)
    found = fate(Job(LOCKOUT, source, (SHOWN, BLOCKS), patience=60), bench, copy)
    assert (found.kind, found.killer, found.fact) == (kind, *((BLOCKS, "outcome") if kind is Kind.KILLED else ("", "")))


def test_the_map_knows_who_executes_what(bench: Bench, copy: Path, tmp_path: Path) -> None:
    """A line that counts a wrong password is executed by the case that enters one, and not by the one that only looks."""
    told: list[int] = []
    found = made(bench, copy, tmp_path.resolve(), lambda number, _: told.append(number))
    lines = (copy / LOCKOUT).read_text().splitlines()
    row = next(number for number, line in enumerate(lines, 1) if "if failures < rules.attempts" in line)
    top = next(number for number, line in enumerate(lines, 1) if line.startswith("class Reason"))
    assert found.trials(LOCKOUT, range(row, row + 1)) == {BLOCKS}
    assert found.trials(LOCKOUT, range(top, top + 1)) == {BLOCKS, SHOWN}
    assert (told, found.unfit) == ([1, 2], {})


def test_a_session_goes_on_until_something_has_changed(copy: Path, tmp_path: Path) -> None:
    """What was tried is not tried again; when anything that decides has changed all are, with what killed them before known."""
    files = [Path(LINK)]
    with session(tmp_path, copy, files, "as it is", fresh=False) as first:
        everything = first.pending(copy)
        first.keep(everything[0], Fate(Kind.KILLED, BLOCKS, "outcome"))
    with session(tmp_path, copy, files, "as it is", fresh=False) as again:
        assert again.resumed
        assert [mutant.key for mutant in again.pending(copy)] == [mutant.key for mutant in everything[1:]]
        assert [(outcome.key, outcome.fate.killer) for outcome in again.outcomes()] == [(everything[0].key, BLOCKS)]
    with session(tmp_path, copy, files, "otherwise", fresh=False) as new:
        assert not new.resumed
        assert len(new.pending(copy)) == len(everything)
        assert new.earlier == {everything[0].key: BLOCKS}


def _outcome(becomes: str, what: Fate) -> Outcome:
    return Outcome(Key("simulator/policy/a.py", "f", "x < 1", becomes), 3, "Operator", f"@@ -1 +1 @@\n-x < 1\n+{becomes}", what)


def test_the_report_counts_kills_and_shows_what_is_left(tmp_path: Path) -> None:
    """Kills by cases and by suites are counted apart; what nobody noticed is shown with its change, and its reason when there is one."""
    outcomes = [
        _outcome("x > 1", Fate(Kind.KILLED, f"{BLOCKS}[1]", "outcome")),
        _outcome("x + 1", Fate(Kind.BY_SUITE, "suite.races.link-used-at-once", "count")),
        _outcome("x <= 0", Fate(Kind.SURVIVED)),
        _outcome("x <script> 0", Fate(Kind.SURVIVED)),
        _outcome("x @ 1", Fate(Kind.DOES_NOT_START)),
        _outcome("x is 1", Fate(Kind.LEFT_OUT, reason="by identity")),
    ]
    run = Run(datetime(2026, 3, 10, 10, tzinfo=UTC), 61.0, 2, 4, 0, 185, {})
    report = assembled(run, outcomes, {outcomes[2].key: "Whole numbers."}, ["a stale one"])
    assert (report.whole.killed, report.whole.by_suites, report.whole.counted) == (1, 1, 4)
    assert (report.whole.percent, report.whole.percent_in_all, report.whole.explained) == (25.0, 50.0, 1)
    assert [mutant.key.becomes for mutant in report.unexplained] == ["x <script> 0"]
    assert not report.sound
    written = page.write(report, tmp_path).read_text()
    assert "25.0 %" in written
    assert "Whole numbers." in written
    assert "a stale one" in written
    assert "x &lt;script&gt; 0" in written
    assert (tmp_path / page.DOCUMENT).exists()


def test_mistakes_of_usage_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A text that no file's path holds, and a number that is none, end with 2 and say what there is."""
    assert main(["--only", "no-such-file"]) == 2
    assert "simulator/policy/lockout.py" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["--workers", "0"])
    assert ended.value.code == 2
