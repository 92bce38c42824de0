"""Targets that are dead, die, hang, or are not what they seem, through the front door: the run is short, and says what is wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path

import pytest

from conformance.pulse import Pulse
from conformance.selftests.front_door import Told, cases, run
from conformance.selftests.lies import after
from conformance.selftests.lying_doors import PARTS, Answer, Asked, Doors, Lie, lying, truth
from conformance.target import Addresses, Target, load_target

pytest_plugins = ["conformance.selftests.run_beyond"]

CHOSEN = cases("announcement.*", "code-page.*", "code-mail.content", "counts.apart*", "session.*")


@dataclass(frozen=True)
class Row:
    """A target: what its doors tell, or which are shut from the beginning; the words that decide; how many cases have what result."""

    name: str
    lie: Lie = truth
    shut: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    longest: float = 10.0
    waited_for: bool = False


def hanging(_: Asked, doors: Doors) -> Answer:
    """Whoever asks waits."""
    return doors.hang()


def dying(_: Asked, doors: Doors) -> Answer:
    """All of it is gone from now on."""
    doors.shut(*PARTS)
    return doors.hang()


ROWS = (
    Row("nothing listens", shut=PARTS, words=("address of", "control of", "mail of", "connexion: nobody listens there. Is it running")),
    Row(
        "neither testability API nor mail",
        shut=("control", "mail"),
        words=("control of", "/: nobody listens there", "mail of", "/api/v1/info: nobody listens there"),
    ),
    Row("takes connections and says nothing", hanging, words=("address of", "no whole answer in 6 s"), waited_for=True),
    Row(
        "dies in the middle",
        after(40, dying),
        words=("the target does not answer any more: address of", "nobody listens there"),
        results=("passed", "error"),
    ),
    Row(
        "hangs from the middle on",
        after(40, hanging),
        words=("the target does not answer any more: address of", "no whole answer in 15 s"),
        results=("passed", "error"),
        longest=30.0,
        waited_for=True,
    ),
)


@pytest.mark.parametrize("row", [row for row in ROWS if not row.waited_for], ids=lambda row: row.name)
def test_a_target_that_does_not_answer_is_told_soon(row: Row, running_simulator: Target, tmp_path: Path) -> None:
    """An error that names the key of the target file, with a report, and without every case waiting for itself."""
    told_soon(row, running_simulator, tmp_path)


def test_targets_that_hang_are_told_soon(running_simulator: Target, tmp_path: Path) -> None:
    """The same; as these runs do nothing but wait they are made side by side."""
    rows = [row for row in ROWS if row.waited_for]
    folders = [tmp_path / f"{number}" for number, _ in enumerate(rows)]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor() as threads:
        list(threads.map(told_soon, rows, repeat(running_simulator), folders))


def told_soon(row: Row, running_simulator: Target, folder: Path) -> None:
    """What every such run has in common."""
    with lying(running_simulator, row.lie) as doors:
        doors.shut(*row.shut)
        told = run(doors.target(folder), folder, *CHOSEN)
    assert told.status == 13
    assert told.document.verdict == "error"
    assert told.document.seconds < row.longest
    for words in row.words:
        assert words in told.reasons
    for name in ("index.html", "junit.xml", "summary.md"):
        assert (told.report / name).exists()
    assert "Traceback" not in told.output
    nothing_tried(told) if not row.results else gone_in_the_middle(told)


def nothing_tried(told: Told) -> None:
    """One message, and no case that says it again."""
    assert told.document.cases == ()
    assert told.output.count("nobody listens there. Is it running") + told.output.count("no whole answer in 6 s") <= 3
    assert "so nothing was tried" in told.output


def gone_in_the_middle(told: Told) -> None:
    """Who came before has a result; who came after is an error that says why, at once."""
    kinds = [case.kind for case in told.document.cases]
    first = kinds.index("error")
    assert len(kinds) == told.document.selection.selected
    assert first > 0
    assert set(kinds[:first]) == {"passed"}
    assert set(kinds[first:]) == {"error"}
    for case in told.document.cases[first:]:
        assert case.reason.startswith("the target does not answer any more: address of")
    assert sum(case.seconds for case in told.document.cases[first + 1 :]) < 1


def test_a_target_that_comes_back_is_tried_again(running_simulator: Target, tmp_path: Path) -> None:
    """It is not asked before each case, but from time to time."""
    with lying(running_simulator) as doors:
        origins = doors.origins
        target = load_target(doors.target(tmp_path)).at(Addresses(origins["portal"], origins["control"], origins["mail"]))
        pulse = Pulse(target)
        assert pulse.lost() == ""
        doors.shut("portal")
        assert "nobody listens there" in pulse.ask()
        doors.open("portal")
        assert "nobody listens there" in pulse.lost()
        later = replace(pulse, _asked_at=pulse._asked_at - 60)
        assert later.lost() == ""
