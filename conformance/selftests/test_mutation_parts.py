"""Mutants: which there are, which say nothing, in which order trials try them, and what the written reasons are held against."""

from __future__ import annotations

from pathlib import Path

import pytest
from cosmic_ray.mutating import mutate_code

from conformance.results import CaseResult, Check, Result, StepRecord
from conformance.selftests.mutation.coverage_map import CoverageMap, Statements
from conformance.selftests.mutation.fates import noticed
from conformance.selftests.mutation.folding import whole_of
from conformance.selftests.mutation.mutants import Key, modules, top_statements
from conformance.selftests.mutation.operators import FigureInText, LeaveOutCall
from conformance.selftests.mutation.order import Order
from conformance.selftests.mutation.sameness import program
from conformance.selftests.mutation.survivors import ReasonsFileWrong, load_reasons, stale_reasons

SOURCE = '''"""Documentation with a 7."""
from __future__ import annotations
from dataclasses import dataclass
from simulator import defects

@dataclass(frozen=True)
class Rules:
    attempts: int

def late(now: int, rules: Rules | None, stage) -> bool:
    """Whether it is."""
    expired = now >= 15 and not defects.on("expired-code-works")
    if _twice(now) and defects.on("counts-double"):
        return False
    return expired and stage is Stage.OPEN

def _twice(now: int) -> bool:
    return now * 2 > 1

def early(now: int) -> bool:
    beside = now < 7 and defects.on("early-birds-let-in")
    return beside or before(now)

def before(now: int) -> int:
    return now - 1

def there_for_a_defect_elsewhere(now: int) -> int:
    return now + 100

def there_for_a_page(now: int) -> int:
    return now + 200

def shut(now: int, seen: int) -> bool:
    return now > 300 or (now > 400 and _forgets(seen))

def spared(now: int) -> bool:
    kept = now
    if kept > 700:
        return defects.on("kept") if kept > 800 else defects.on("spared")
    return kept > 900 and _forgets(kept)

def _forgets(seen: int) -> bool:
    if seen > 500 or not defects.on("forgets"):
        return False
    return seen > 600
'''


def test_own_operators_change_what_they_say() -> None:
    """Figures in texts go up and down, also with leading zeros, and calls are left out; documentation stays as it is."""
    for operator in (FigureInText, LeaveOutCall):
        for example in operator.examples():
            assert mutate_code(example.pre_mutation_code, operator(), example.occurrence) == example.post_mutation_code
    assert mutate_code('"""A 7."""\n', FigureInText(), 0) is None
    assert mutate_code('rule = "AMC-71"\n', FigureInText(), 0) is None
    assert mutate_code("x = f()\n", LeaveOutCall(), 0) is None


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("rules: Rules | None", "rules: Rules & None", "same program"),
        ("attempts: int", "attempts: int | str", "same program"),
        ("frozen=True", "frozen=False", "same program"),
        ("Documentation with a 7.", "Documentation with an 8.", "same program"),
        ("return False", "return True", "same program"),
        ("if _twice(now) and", "if not _twice(now) and", "same program"),
        ("now * 2 > 1", "now * 3 > 1", "same program"),
        ("stage is Stage.OPEN", "stage == Stage.OPEN", "same program"),
        ("now < 7", "now < 8", "same program"),
        ("now - 1", "now + 1", None),
        ("now + 100", "now + 101", "same program"),
        ("now + 200", "now + 201", None),
        ("now > 300", "now > 301", None),
        ("now > 400", "now > 401", "same program"),
        ("seen > 500", "seen > 501", "same program"),
        ("seen > 600", "seen > 601", "same program"),
        ("kept > 700", "kept > 701", "same program"),
        ("kept > 800", "kept > 801", "same program"),
        ("kept > 900", "kept > 901", "same program"),
        ('        return defects.on("kept")', '        return not defects.on("kept")', "a named defect"),
        ("and not defects.on", "and defects.on", "a named defect"),
        ("if _twice(now) and", "if _twice(now) or", "a named defect"),
        ("now >= 15 and", "now >= 15 or", None),
        ("now >= 15", "now > 15", None),
        ("now >= 15", "now is 15", "by identity"),
        ("stage is Stage.OPEN", "stage <= Stage.OPEN", "by order"),
        ("stage is Stage.OPEN", "stage is not Stage.OPEN", None),
        ("return expired", "return +/expired", "no Python"),
    ],
)
def test_what_cannot_be_noticed_is_left_out_and_nothing_else(old: str, new: str, why: str | None) -> None:
    """Annotations, documentation, `frozen`, what a switched-off defect alone decides or uses, and comparisons that mean nothing."""
    assert old in SOURCE
    row = SOURCE[: SOURCE.index(old)].count("\n") + 1
    place = next(lines for lines in top_statements(SOURCE) if row in lines)
    piece = "".join(SOURCE.splitlines(keepends=True)[place.start - 1 : place.stop - 1])
    whole = whole_of([SOURCE, "print(late, Rules, early, shut, spared)"], ["{{ there_for_a_page(1) }}"])
    found = program(SOURCE, whole).why_left_out(place.start, piece.replace(old, new))
    assert (why is None and found is None) or (why is not None and found is not None and why in found)


def test_a_mutant_is_tried_by_the_trials_that_execute_its_statement() -> None:
    """Of a compound statement the head counts, of one over several lines all of them; what is executed at the start is executed for all."""
    lines = Statements("import a\n\n\ndef f(x):\n    if (\n        x\n    ):\n        return g(\n            x\n        )\n    return 1\n")
    assert [lines.around(row) for row in (1, 6, 9, 11)] == [range(1, 2), range(5, 8), range(8, 11), range(11, 12)]
    executed = {"a.py": {1: frozenset({""}), 8: frozenset({"one"}), 11: frozenset({"two", "unfit"})}}
    found = CoverageMap(executed, {"one": 0.1, "two": 0.1}, {"unfit": "failed"})
    assert found.trials("a.py", lines.around(1)) == {"one", "two"}
    assert found.trials("a.py", lines.around(9)) == {"one"}
    assert found.trials("a.py", lines.around(11)) == {"two"}
    assert found.trials("b.py", range(1, 2)) == frozenset()


def test_a_constant_is_tried_first_by_those_who_use_it() -> None:
    """What is set at the top of a module is executed by all; the lines that read it are known."""
    lines = Statements("LIMIT = (\n    3\n)\nOTHER = LIMIT\n\n\ndef f(x):\n    return x < LIMIT\n")
    assert lines.users(2) == {4, 8}
    assert lines.users(8) == frozenset()


def test_what_killed_the_neighbour_is_tried_first() -> None:
    """First what noticed the same mutant before, then the same line, function, file; one example of each case; all suites last."""
    order = Order({"slow[1]": 0.9, "quick[1]": 0.1, "quick[2]": 0.1}, frozenset({"suite"}))
    line, other = Key("a.py", "f", "x < 1", "x > 1"), Key("a.py", "f", "y", "z")
    trials = {"slow[1]", "quick[1]", "quick[2]", "suite"}
    assert order.of(line, trials) == ("quick[1]", "slow[1]", "quick[2]", "suite")
    order.killed(other, "slow[1]")
    order.killed(Key("a.py", "f", "x < 1", "x == 1"), "quick[2]")
    assert order.of(line, trials) == ("quick[2]", "slow[1]", "quick[1]", "suite")
    assert order.of(line, trials, {"quick[1]"}) == ("quick[2]", "quick[1]", "slow[1]", "suite")
    remembered = Order(order.seconds, earlier={line: "quick[1]"})
    assert remembered.of(line, trials)[0] == "quick[1]"


def _result(result: Result, *checks: Check) -> CaseResult:
    step = StepRecord("Sign in", "a.yaml:1", checks=checks)
    return CaseResult("a", "A", "p", "forms", "read", (), result, "reason", (step,))


def test_a_kill_is_a_failure_or_a_watcher_and_no_error() -> None:
    """An error of the harness, a `should` and a check that held notice nothing."""
    wrong = Check("outcome", "a", "b", False, ())
    watcher = Check("status", "none", "500", False, (), watcher="watcher.server-error")
    should = Check("header", "a", "b", False, (), level="should", watcher="watcher.headers")
    assert noticed(_result(Result.PASSED)) is None
    assert noticed(_result(Result.ERROR, wrong)) is None
    assert noticed(_result(Result.PASSED, should)) is None
    found = [noticed(_result(Result.FAILED, wrong)), noticed(_result(Result.ERROR, watcher))]
    assert [seen.fact for seen in found if seen] == ["outcome", "watcher.server-error: status"]


REASONS = """
- file: a.py
  function: f
  line: "x < 1"
  becomes: ["x != 1", "x <= 0"]
  reason: x is a whole number.
"""


def test_reasons_belong_to_mutants(tmp_path: Path) -> None:
    """One entry explains several mutants of a line; a reason whose mutant is noticed, or is none any more, is told as out of date."""
    file = tmp_path / "survivors.yaml"
    file.write_text(REASONS)
    reasons = load_reasons(file)
    first, second = (Key("a.py", "f", "x < 1", becomes) for becomes in ("x != 1", "x <= 0"))
    assert reasons == {first: "x is a whole number.", second: "x is a whole number."}
    assert not stale_reasons(reasons, {"a.py"}, {first, second}, set(), {})
    assert not stale_reasons(reasons, {"b.py"}, set(), set(), {})
    assert not stale_reasons(reasons, {"a.py"}, {first}, {second}, {})
    told = [stale.why for stale in stale_reasons(reasons, {"a.py"}, set(), set(), {first: "some.case"})]
    assert told == ["it is noticed by some.case", "there is no such mutant"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("reason: x is a whole number.", "", "missing required field `reason`"),
        ("reason: x is a whole number.", "reason: ' '", "no reason is given"),
        ('becomes: ["x != 1", "x <= 0"]', "becomes: x", "Expected `array`"),
        ('"x <= 0"', '"x != 1"', "two reasons for one mutant"),
        ("function", "functoin", "unknown field `functoin`"),
        ("- file", "- [", "survivors.yaml"),
    ],
)
def test_a_wrong_file_of_reasons_says_what_is_wrong(old: str, new: str, words: str, tmp_path: Path) -> None:
    """What is missing, unknown, empty or there twice is told with the file's name."""
    file = tmp_path / "survivors.yaml"
    file.write_text(REASONS.replace(old, new))
    with pytest.raises(ReasonsFileWrong, match=r"survivors\.yaml") as told:
        load_reasons(file)
    assert words in str(told.value)


def test_files_are_chosen_by_patterns_and_a_text(tmp_path: Path) -> None:
    """Each file once, those of the first pattern first, without those taken out, and only those whose path holds the text."""
    for name in ("policy/b.py", "policy/a.py", "portals/x/gone.py", "portals/x/views.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    patterns = ("policy/*.py", "portals/*/*.py", "policy/a.py", "!portals/*/gone.py")
    assert [str(path) for path in modules(tmp_path, patterns, "")] == ["policy/a.py", "policy/b.py", "portals/x/views.py"]
    assert [str(path) for path in modules(tmp_path, patterns, "views")] == ["portals/x/views.py"]
