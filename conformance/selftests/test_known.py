"""Known failures: what they excuse, until when, and that one which passes is told."""

from __future__ import annotations

import dataclasses
import json
from datetime import date

import pytest

from conformance.known import FAILS, HELD, NO_RESULT, OUT_OF_DATE, PASSES, KnownFailures, days_left
from conformance.results import CaseResult, KnownFailure, Result, Verdict
from conformance.selftests.fake_runs import FakeRuns
from conformance.selftests.made_results import made_check, made_document, made_pass, made_result
from conformance.target_file import TargetError
from conformance.verdict import WatcherStanding, requirement_standings, verdict_of, watcher_standings

pytest_plugins = ["pytester", "conformance.selftests.run_fake"]

DAY = date(2026, 3, 10)
ENTRY = KnownFailure("It is mended in spring.", "https://tracker.test/12", DAY)
EXAMPLES = frozenset({"a.case[1]", "a.case[2]", "b.case", "suite.races.once"})


def known(*names: str, until: date = DAY) -> KnownFailures:
    """Known failures of these ids, on the day that they are in force for the last time."""
    entry = dataclasses.replace(ENTRY, until=until)
    return KnownFailures("my-portal.toml", dict.fromkeys(names, entry), EXAMPLES, DAY)


def failed(id: str = "a.case[1]", **more: object) -> CaseResult:
    """A result that failed."""
    return made_result(Result.FAILED, made_check(held=False), id=id, **more)


@pytest.mark.parametrize("name", ["a.case", "a.case[1]"])
@pytest.mark.parametrize("result", [Result.FAILED, Result.WARNING])
def test_a_failure_that_is_known_is_excused_to_its_last_day(name: str, result: Result) -> None:
    """Named with its example or without; it stays what it is, and the verdict passes over it."""
    level = "should" if result is Result.WARNING else "must"
    marked = known(name).marked(made_result(result, made_check(held=False, level=level), id="a.case[1]"))
    assert (marked.result, marked.known, marked.kind) == (result, ENTRY, "known failure")
    for strict in (False, True):
        assert verdict_of([marked, made_pass("b.case")], strict=strict) is Verdict.CONFORMANT


def test_a_failure_that_nobody_named_counts() -> None:
    """Another example of the same case, or another case."""
    marked = known("a.case[2]").marked(failed())
    assert not marked.excused
    assert verdict_of([marked, made_pass("b.case")]) is Verdict.NOT_CONFORMANT


def test_past_its_date_it_excuses_nothing() -> None:
    """And the reason says so, with the way on."""
    marked = known("a.case", until=date(2026, 3, 9)).marked(failed(reason="it did not open"))
    assert not marked.excused
    assert "it did not open\n[known-failures] a.case: it was excused until 2026-03-09, which is past" in marked.reason
    assert "my-portal.toml" in marked.reason


@pytest.mark.parametrize("result", [Result.ERROR, Result.COULD_NOT_RUN, Result.NOT_APPLICABLE])
def test_what_says_nothing_of_the_portal_is_neither_excused_nor_stale(result: Result) -> None:
    """An error is an error, and what was not tried proves nothing."""
    result_before = made_result(result, id="b.case")
    assert known("b.case").settled([known("b.case").marked(result_before)]) == (result_before,)


def test_one_that_passes_is_an_error() -> None:
    """Whoever mended it must take it out, or the next failure would be excused."""
    marked = known("b.case").marked(made_pass("b.case"))
    assert marked.result is Result.ERROR
    assert marked.reason == "[known-failures] b.case: it passes now; take it out of my-portal.toml"


def test_a_case_named_whole_passes_when_all_of_its_examples_do() -> None:
    """One of them becomes the error; while one still fails, the others pass as they are."""
    both = [made_pass("a.case[1]"), made_pass("a.case[2]")]
    settled = known("a.case").settled(both)
    assert [result.result for result in settled] == [Result.ERROR, Result.PASSED]
    assert "it passes now" in settled[0].reason
    mixed = [known("a.case").marked(failed()), both[1]]
    assert known("a.case").settled(mixed) == tuple(mixed)


def test_a_narrowed_run_does_not_say_that_a_whole_case_passes() -> None:
    """The example that fails may be the one that was not selected."""
    only = (made_pass("a.case[1]"),)
    assert known("a.case").settled(only) == only


def watched(*held: bool) -> tuple[WatcherStanding, ...]:
    """A watcher that saw its rule held, or not, in cases one after the other."""
    ids = sorted(EXAMPLES)
    results = [made_pass(id) for id in ids]
    seen = [made_check("HRD-46", held=one, watcher="watch.no-store") for one in held]
    first = dataclasses.replace(
        results[0], steps=tuple(dataclasses.replace(results[0].steps[0], checks=(made_check(), *seen)) for _ in "a")
    )
    return watcher_standings([first, *results[1:]])


def test_a_watcher_is_excused_by_its_standing() -> None:
    """Its requirement then stands as failed, and known."""
    (standing,) = known("watch.no-store").of_watchers(watched(True, False), EXAMPLES)
    assert standing.excused
    assert verdict_of([made_pass()], [standing]) is Verdict.CONFORMANT
    assert requirement_standings([made_pass()], [standing])["HRD-46"].known
    (past,) = known("watch.no-store", until=date(2026, 1, 1)).of_watchers(watched(False), EXAMPLES)
    assert verdict_of([made_pass()], [past]) is Verdict.NOT_CONFORMANT
    assert "which is past" in past.reason


def test_a_watcher_that_holds_everywhere_is_an_error_when_everything_was_tried() -> None:
    """In a narrowed run nobody knows."""
    (standing,) = known("watch.no-store").of_watchers(watched(True), EXAMPLES)
    assert standing.result is Result.ERROR
    assert verdict_of([made_pass()], [standing]) is Verdict.ERROR
    (unknown,) = known("watch.no-store").of_watchers(watched(True), {"b.case"})
    assert unknown.result is Result.PASSED


def test_an_error_after_a_known_failure_is_no_longer_excused() -> None:
    """A warning that verified nothing is an error, whatever the target file knows."""
    empty = dataclasses.replace(made_result(Result.WARNING, made_check(on_the_way=True), id="b.case"), known=ENTRY)
    document = made_document(made_pass(), dataclasses.replace(empty, result=Result.ERROR))
    assert document.verdict is Verdict.ERROR


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.cas", "known-failures.a.cas: there is no such case, suite or watcher of this portal; did you mean `a.case`?"),
        ("a.caes[2]", "did you mean `a.case[2]`?"),
        ("watch.no-stor", "did you mean `watch.no-store`?"),
    ],
)
def test_a_name_that_there_is_not_is_told_with_the_nearest(name: str, told: str) -> None:
    """In the words of the target file."""
    with pytest.raises(TargetError) as raised:
        known(name).check_names(["watch.no-store"])
    assert told in str(raised.value)
    assert str(raised.value).startswith("my-portal.toml: known-failures.")


def test_every_name_that_there_is_may_be_named() -> None:
    """Cases, with and without their example, suites, with an example that shows only when they run, and watchers."""
    known("a.case", "a.case[1]", "b.case", "suite.races.once", "suite.races.once[x]", "watch.no-store").check_names(["watch.no-store"])


def test_the_document_says_of_each_what_came_of_it() -> None:
    """It fails and is excused, passes, is out of date, held as far as it was tried, or has no result."""
    by_id = {
        "a.case": ENTRY,
        "b.case": ENTRY,
        "c.case": dataclasses.replace(ENTRY, until=date(2026, 3, 1)),
        "d.case": dataclasses.replace(ENTRY, until=date(2026, 3, 22)),
        "e.case": ENTRY,
    }
    there = KnownFailures("my-portal.toml", by_id, EXAMPLES | {"e.case[1]", "e.case[2]"}, DAY)
    results = map(there.marked, [failed(), made_pass("b.case"), failed("c.case"), made_pass("e.case[1]")])
    document = made_document(*results, known=there)
    parts = {part.id: part for part in document.known_failures}
    assert {id: part.state for id, part in parts.items()} == {
        "a.case": FAILS,
        "b.case": PASSES,
        "c.case": OUT_OF_DATE,
        "d.case": NO_RESULT,
        "e.case": HELD,
    }
    assert parts["a.case"].cases == ("a.case[1]",)
    assert (parts["a.case"].days_left, parts["d.case"].days_left) == (0, 12)
    assert document.counts == {"error": 1, "failed": 1, "known failure": 1, "passed": 1}


@pytest.mark.parametrize(("days", "said"), [(12, "12 days left"), (1, "1 day left"), (0, "last day"), (-3, "over")])
def test_days_left_are_said_as_people_say_them(days: int, said: str) -> None:
    """Counted from the day of the run."""
    assert days_left(days) == said


# -- whole runs


def test_a_run_with_known_failures_is_conformant_but_for_them(run_fake: FakeRuns) -> None:
    """Code 0, and every report shows each with its reason, link, end and days left; -x does not stop at it."""
    ended = run_fake("failed,watched,passed", "-x", FAKE_KNOWN=json.dumps({"failed": "2999-12-31", "watch.cookie-flags": "2999-12-31"}))
    assert (ended.status, ended.document.verdict) == (0, "conformant")
    assert "CONFORMANT, BUT FOR 2 KNOWN FAILURES" in ended.summary[0]
    assert "test_cases.py k.." in ended.output
    assert "1 known failure, 2 passed" in "\n".join(ended.summary)
    told = "known: ameli-connect.fake.failed: It is mended in spring. (https://tracker.test/12, until 2999-12-31"
    assert any(line.startswith(told) for line in ended.summary)
    assert len(ended.summary) <= 15
    for name in ("index.html", "summary.md"):
        text = (ended.report / name).read_text()
        for part in ("It is mended in spring.", "https://tracker.test/12", "2999", "days left", "but for 2 known failures"):
            assert part in text, (name, part)
    assert 'message="known failure: It is mended in spring. (https://tracker.test/12' in (ended.report / "junit.xml").read_text()
    assert "conformant · 2 · 2 known" in (ended.report / "badge.svg").read_text()


def test_last_failed_does_not_remember_a_known_failure(run_fake: FakeRuns) -> None:
    """What is excused is nothing to be tried again."""
    remembering = ("-p", "cacheprovider", "-o", f"cache_dir={run_fake.pytester.path / 'cache'}")
    excused = json.dumps({"failed[1]": "2999-12-31"})
    first = run_fake("failed[1],failed[2],passed", *remembering, FAKE_KNOWN=excused)
    assert first.status == 10
    again = run_fake("failed[1],failed[2],passed", "--last-failed", *remembering, FAKE_KNOWN=excused)
    assert list(again.results) == ["failed[2]"]


@pytest.mark.parametrize(
    ("cases", "entry", "status", "told"),
    [
        ("passed,failed", {"passed": "2999-12-31", "failed": "2999-12-31"}, 13, "passed: it passes now; take it out of fake.toml"),
        ("passed,failed", {"failed": "2020-01-31"}, 10, "it was excused until 2020-01-31, which is past"),
        ("passed", {"faild": "2999-12-31"}, 4, "did you mean `ameli-connect.fake.passed`?"),
        ("passed[1],passed[2],failed", {"passed": "2999-12-31", "failed": "2999-12-31"}, 13, "fake.passed: it passes now"),
        ("passed,watched", {"watch.no-store": "2999-12-31"}, 10, "watch.cookie-flags"),
        ("passed,blocked", {"blocked": "2999-12-31"}, 12, "1 could not run"),
        ("passed,failed", {"failed": "2999-12-31"}, 0, "BUT FOR 1 KNOWN FAILURE"),
        ("passed,warning", {"warning": "2999-12-31"}, 0, "BUT FOR 1 KNOWN FAILURE"),
        ("failed", {"failed": "2999-12-31"}, 12, "INCOMPLETE"),
    ],
)
def test_each_way_a_known_failure_can_go(cases: str, entry: dict[str, str], status: int, told: str, run_fake: FakeRuns) -> None:
    """Strict, so that a warning that is known is seen to be excused; with workers and without it is the same."""
    options = ["-n", "1"] if cases == "passed,failed" and status == 13 else []
    ended = run_fake(cases, "--strict", *options, FAKE_KNOWN=json.dumps(entry))
    assert ended.status == status
    report = ended.report / "index.html"
    assert told in ended.output + (report.read_text() if report.exists() else "")
