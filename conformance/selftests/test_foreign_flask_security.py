"""Other people's software: the cases on Flask-Security-Too end as they truly do, each failure confirmed by hand once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from conformance.results import Check, Result
from conformance.selftests.front_door import Told, run
from scenarios.register import load_register

FOREIGN = Path(__file__).parent / "foreign"
EXPECTED: Mapping[str, Any] = yaml.safe_load((FOREIGN / "flask-security.expected.yaml").read_text(encoding="utf-8"))
DIFFERENCES: list[Mapping[str, Any]] = EXPECTED["differences"]
NOT_CONFORMANT = 10
# An instant is of the day of the run; the shortened limit beside a documented duration is of the target file.
_INSTANT = re.compile(r"^.* \((.*), rounded up to the minute\)$")
_IN_FORCE = re.compile(r" or \w+$")
# Milliseconds, and how many threads get through at the same moment, are never the same twice.
_MEASURED = frozenset({"passwords set", "sign-in time", "reset form time"})
_NUMBER = re.compile(r"\d+(\.\d+)?")

Fact = tuple[str, str, str]


def broken(check: Check) -> Fact:
    """A check that did not hold as the expected results write it."""
    expected = _INSTANT.sub(r"\1", check.expected)
    if check.watcher == "watch.headers":  # the same of every page
        told = dict.fromkeys(part.partition(": ")[2] for part in check.actual.split("; "))
        return check.fact, expected, "; ".join(told)
    if check.fact in _MEASURED:
        return check.fact, expected, _NUMBER.sub("…", check.actual)
    return check.fact, _IN_FORCE.sub("", expected) if check.fact in {"lifetime", "trust-effect"} else expected, check.actual


def facts(difference: Mapping[str, Any]) -> tuple[set[Fact], set[Fact]]:
    """What a difference shows in its cases, and what it shows sometimes instead."""
    usual: set[Fact] = set()
    sometimes: set[Fact] = set()
    for fact in difference["facts"]:
        (sometimes if "sometimes" in fact else usual).add((fact["fact"], fact["expected"], fact["actual"]))
    return usual, sometimes


def seen(told: Told) -> Iterator[tuple[str, Check]]:
    """By case, or by watcher, each check that did not hold."""
    for case in told.document.cases:
        yield from ((check.watcher or case.id, check) for step in case.steps for check in step.checks if not check.held)


def wrong_results(told: Told) -> Iterator[str]:
    """Each case that did not end as expected."""
    expected = {case: results.split(" or ") for results, cases in EXPECTED["results"].items() for case in cases}
    failing = {case for difference in DIFFERENCES for case in difference.get("cases", ())}
    for case in told.document.cases:
        wanted = expected.get(case.id, [Result.FAILED] if case.id in failing else [])
        if case.result not in wanted:
            yield f"{case.id}: expected {' or '.join(wanted) or 'no such case'}, was {case.result}: {case.reason}"


def unexplained(told: Told) -> Iterator[str]:
    """Each check that did not hold and that no difference tells of."""
    for where, check in seen(told):
        named = [one for one in DIFFERENCES if where == one.get("watcher") or where in one.get("cases", ())]
        if not any(broken(check) in set.union(*facts(one)) for one in named):
            yield f"{where}: {broken(check)} is told by none of: {', '.join(map(name, named)) or 'no difference names it'}"


def unseen(told: Told) -> Iterator[str]:
    """What a difference tells of and no check showed, unless it showed what it shows sometimes."""
    shown = [(where, broken(check)) for where, check in seen(told)]
    for one in DIFFERENCES:
        places = {one.get("watcher"), *one.get("cases", ())}
        there = {fact for where, fact in shown if where in places}
        usual, sometimes = facts(one)
        if not there & sometimes:
            yield from (f"{name(one)}: {fact} was not seen" for fact in sorted(usual - there))


def name(difference: Mapping[str, Any]) -> str:
    """What a difference is called; a watcher's has the watcher's name."""
    return str(difference.get("name") or difference["watcher"])


def test_its_true_differences_and_nothing_else_come_out(tmp_path: Path) -> None:
    """Flask-Security-Too, unmodified, under granian: each case ends as expected, and each check that fails is a confirmed difference."""
    told = run(str(FOREIGN / "flask-security.toml"), tmp_path, "-n", "2", "--max-wait", "20s", patience=180)
    assert told.status == NOT_CONFORMANT, told.output[-3000:]
    wrong = [*wrong_results(told), *unexplained(told), *unseen(told), *told.document.problems]
    assert not wrong, "\n".join(wrong)


def test_each_difference_says_what_differs_how_it_was_confirmed_and_what_it_fails() -> None:
    """The expected results are no snapshot: somebody has looked, and the register has the requirements."""
    known = load_register().requirements
    for difference in DIFFERENCES:
        assert difference["differs"]
        assert difference["confirmed"]
        assert difference["requirements"]
        assert set(difference["requirements"]) <= set(known), name(difference)


def test_target_file_and_python_are_short() -> None:
    """At most sixty lines of target file and sixty of Python make other people's software a target."""
    assert len((FOREIGN / "flask-security.toml").read_text(encoding="utf-8").splitlines()) <= 60
    assert len((FOREIGN / "flask_security_steps.py").read_text(encoding="utf-8").splitlines()) <= 60
