"""Several defects share a run as long as nothing is noticed; after that each is tried alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import cast

import pytest

from conformance.matrix import crew
from conformance.matrix.attempt import Attempt
from conformance.matrix.jobs import Job, Try
from conformance.matrix.sharing import may_share, shared_jobs
from conformance.matrix.workbench import Workbench
from conformance.selftests.made_defects import EXPIRED, RACE, USED, WATCH, made_attempt, made_checks, made_defect

TRY = Try(EXPIRED, "forms")
KINDS = {check.id: check.kind for check in made_checks().values()}


@dataclass
class FakeBench:
    """Notes with what it was asked; each answer is by what was on."""

    answers: dict[tuple[str, ...], Attempt] = field(default_factory=dict)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def attempt(self, id: str, driver: str, defects: tuple[str, ...]) -> Attempt:
        """One that held, where nothing else was told."""
        self.asked.append(defects)
        return self.answers.get(defects, made_attempt(id, ", ".join(defects), driver=driver, consulted=defects))


def tried(monkeypatch: pytest.MonkeyPatch, bench: FakeBench, *defects: str) -> tuple[Attempt, ...]:
    """What comes of one job with these defects."""
    monkeypatch.setattr(crew, "_here", [(cast("Workbench", bench), cast("object", Event()))])
    return crew._do(Job(defects, (TRY,)))


def test_what_notices_nothing_has_noticed_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """One run, and an attempt for each, with its share of the time."""
    bench = FakeBench()
    found = tried(monkeypatch, bench, "a", "b")
    assert bench.asked == [("a", "b")]
    assert [(one.defect, one.green, one.shared, one.seconds) for one in found] == [("a", True, 2, 0.05), ("b", True, 2, 0.05)]


@pytest.mark.parametrize("broken", [{EXPIRED: ("outcome",)}, {WATCH: ("header",)}])
def test_what_is_noticed_together_is_tried_alone(monkeypatch: pytest.MonkeyPatch, broken: dict[str, tuple[str, ...]]) -> None:
    """By the check itself or by a watcher: which of them it was, nobody knows."""
    bench = FakeBench({("a", "b"): made_attempt(EXPIRED, "a, b", broken=broken, consulted=("a", "b"))})
    assert [(one.defect, one.shared) for one in tried(monkeypatch, bench, "a", "b")] == [("a", 1), ("b", 1)]


def test_defects_that_another_hides_are_tried_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It held, and never came to two of them: that says nothing of these."""
    bench = FakeBench({("a", "b", "c"): made_attempt(EXPIRED, "a, b, c", consulted=("a",))})
    assert [one.defect for one in tried(monkeypatch, bench, "a", "b", "c")] == ["a", "b", "c"]
    assert bench.asked == [("a", "b", "c"), ("b", "c")]


def test_where_none_of_them_was_asked_after_each_is_tried_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """They hide each other; it ends all the same."""
    bench = FakeBench({("a", "b"): made_attempt(EXPIRED, "a, b", consulted=())})
    assert [one.defect for one in tried(monkeypatch, bench, "a", "b")] == ["a", "b"]
    assert bench.asked == [("a", "b"), ("a",), ("b",)]


def test_what_is_named_is_never_shared() -> None:
    """Nor anything of a defect that a watcher sees: it would speak up in every run."""
    named = made_defect(killed_by={USED: ("outcome",)})
    watched = made_defect(killed_by={WATCH: ("header",)})
    assert [may_share(named, check, KINDS) for check in (USED, EXPIRED, RACE)] == [False, True, True]
    assert not may_share(watched, EXPIRED, KINDS)


def test_defects_of_one_part_are_kept_apart() -> None:
    """They could make up for one another; each defect is in one group, and none is forgotten."""
    defects = [made_defect(f"{part}{number}", part=part) for part in ("codes", "trust") for number in range(5)]
    jobs = list(shared_jobs({TRY: defects}))
    assert sorted(name for job in jobs for name in job.defects) == [one.name for one in defects]
    assert [len(job.defects) for job in jobs] == [5, 5]
    assert all(sum(name.startswith("codes") for name in job.defects) <= 3 for job in jobs)
