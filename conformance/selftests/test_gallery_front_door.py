"""The matrix as a user runs it, on the simulator behind doors that lie about its gallery."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from conformance.commands.matrix import main
from conformance.matrix.document import Matrix, read_matrix
from conformance.selftests.fake_runs import ROOT, environment
from conformance.selftests.lies import changed, instead, told, worded
from conformance.selftests.lying_doors import Answer, Asked, Doors, Lie, lying
from conformance.target import Target

pytest_plugins = ["conformance.selftests.run_beyond"]

DEFECT = "code-works-again"
USED, SUPERSEDED = "ameli-connect.code.used", "ameli-connect.code.superseded"
CHOSEN = ("--case", f"{USED},{SUPERSEDED}", "--defect", DEFECT, "--workers", "1")
WORDS = [sys.executable, "-m", "conformance", "matrix"]


@dataclass(frozen=True)
class Ended:
    """A run that ended: its exit code, what it printed, and its document if it wrote one."""

    status: int
    output: str
    errors: str
    matrix: Matrix | None

    @property
    def problems(self) -> set[tuple[str, str]]:
        """Kind and the first check or fact that is named of everything that is wrong."""
        assert self.matrix is not None
        return {(problem.kind, problem.text.split(" ")[0]) for problem in self.matrix.all_problems}


def run(target: str, folder: Path, *options: str) -> Ended:
    """Run it to its end."""
    words = [*WORDS, "--target", target, "--report", str(folder / "report"), *options]
    ended = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=120, check=False)
    file = folder / "report" / "matrix.json"
    return Ended(ended.returncode, ended.stdout, ended.stderr, read_matrix(file.read_bytes()) if file.exists() else None)


def killed_by(told: Mapping[str, list[str]]) -> Lie:
    """A gallery in which the defect names these checks and facts."""

    def lie(asked: Asked, doors: Doors) -> Answer:
        answer = doors.truth(asked)
        if asked.path != "/api/defects":
            return answer
        gallery = json.loads(answer.text)
        return answer.saying(
            json.dumps({"defects": [{**one, "killed_by": told} if one["name"] == DEFECT else one for one in gallery["defects"]]})
        )

    return lie


def test_a_defect_that_is_noticed_as_named(running_simulator: Target, tmp_path: Path) -> None:
    """In full and quick: the exit code is 0, and the page is written; the quick form runs one trial and nothing without the defect."""
    with lying(running_simulator, killed_by({USED: ["outcome", "reason"]})) as doors:
        target = doors.target(tmp_path)
        full, quick = run(target, tmp_path, *CHOSEN), run(target, tmp_path, *CHOSEN, "--quick")
    assert (full.status, quick.status) == (0, 0), (full.output, full.errors)
    assert full.matrix is not None
    assert full.matrix.clean is not None
    assert full.matrix.clean.runs == 2
    (row,) = full.matrix.defects
    assert row.killed == {USED: ("outcome", "reason")}
    assert quick.matrix is not None
    assert (quick.matrix.tried.runs, quick.matrix.clean) == (1, None)
    assert "as named: 1 of 1 defects" in quick.output
    assert "<!doctype html>" in (tmp_path / "report" / "matrix.html").read_text(encoding="utf-8")


def test_a_gallery_that_says_what_is_not_so(running_simulator: Target, tmp_path: Path) -> None:
    """A survivor, a fact that is not named, a check that there is not: each is told, and the exit code is 1."""
    with lying(running_simulator, killed_by({USED: ["reason"], SUPERSEDED: ["outcome"], "ameli-connect.code.usd": ["outcome"]})) as doors:
        ended = run(doors.target(tmp_path), tmp_path, *CHOSEN)
    assert ended.status == 1
    assert {("survivor", SUPERSEDED), ("unnamed fact", USED), ("unknown check", "it")} <= ended.problems
    assert f"survivor: {SUPERSEDED} must notice it" in ended.output


def test_a_check_that_the_gallery_does_not_name(running_simulator: Target, tmp_path: Path) -> None:
    """It notices all the same, and that is told; a proposal has it as it would stand in the gallery."""
    with lying(running_simulator, killed_by({SUPERSEDED: ["outcome"]})) as doors:
        target = doors.target(tmp_path)
        ended, proposed = run(target, tmp_path, *CHOSEN), run(target, tmp_path, *CHOSEN, "--propose")
    assert ("unnamed check", USED) in ended.problems
    assert proposed.status == 0
    assert f"    {USED}: [outcome, reason]  # not named" in proposed.output


def test_what_is_not_green_ends_the_run(running_simulator: Target, tmp_path: Path) -> None:
    """A check that fails without a defect says nothing about one: it is named, and nothing is written."""
    with lying(running_simulator, changed(worded({"erronées": "pluvieuses"}))) as doors:
        ended = run(doors.target(tmp_path), tmp_path, *CHOSEN)
    assert ended.status == 1
    assert "these do not hold although no defect is on" in ended.errors
    assert USED in ended.errors
    assert ended.matrix is None


def here(target: str, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    """Its exit code and what it said, in this process: for what ends before anything is tried."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("HEURTOIR_ADDRESSES", raising=False)
        status = main(["--target", target, "--workers", "1", *options])
    return status, capsys.readouterr().err


def test_a_target_without_a_gallery(running_simulator: Target, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is 3, and the words say where it was looked for; so with an API that answers something else, and with none."""
    with lying(running_simulator, instead(told("<h1>Not Found</h1>", 404), "control")) as doors:
        absent = here(doors.target(tmp_path), capsys)
        none = here(doors.target(tmp_path, without="control"), capsys)
    with lying(running_simulator, instead(told('{"defects": [{}]}', content_type="application/json"), "control")) as doors:
        other = here(doors.target(tmp_path), capsys)
    assert [status for status, _ in (absent, none, other)] == [3, 3, 3]
    assert "offers no gallery of defects" in absent[1]
    assert "names no testability API" in none[1]
    assert "does not answer as docs/testability.md says" in other[1]


def test_names_that_there_are_none_of(running_simulator: Target, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A defect, a case, or a number of workers: the exit code is 2, with what was probably meant."""
    with lying(running_simulator) as doors:
        target = doors.target(tmp_path)
        defect = here(target, capsys, "--defect", "code-work-again")
        case = here(target, capsys, "--case", f"{USED}x")
        with pytest.raises(SystemExit) as ended:
            here(target, capsys, "--workers", "0")
    assert (defect[0], case[0], ended.value.code) == (2, 2, 2)
    assert f"did you mean `{DEFECT}`" in defect[1]
    assert f"did you mean `{USED}`" in case[1]


def test_an_interrupt_ends_it_cleanly(running_simulator: Target, tmp_path: Path) -> None:
    """Ctrl-C in the middle: one line, the exit code of an interrupt, nothing written, and no process left behind."""
    busy = threading.Event()

    def noticed(asked: Asked, doors: Doors) -> Answer:
        if asked.page == "connexion":
            busy.set()
        return doors.truth(asked)

    with lying(running_simulator, noticed) as doors:
        words = [*WORDS, "--target", doors.target(tmp_path), "--report", str(tmp_path / "report"), "--driver", "forms"]
        process = subprocess.Popen(
            words,
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            assert busy.wait(60)
            children = psutil.Process(process.pid).children(recursive=True)
            os.killpg(process.pid, signal.SIGINT)
            output, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert "broken off before a defect was tried to its end; nothing was written" in output
    assert "Traceback" not in output
    assert not (tmp_path / "report").exists()
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
