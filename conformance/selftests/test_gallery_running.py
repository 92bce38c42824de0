"""What is run for which defect: only what consulted it, in full; only up to the first kill, in the quick form."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from conformance.matrix.attempt import Attempt
from conformance.matrix.gallery import BROWSER
from conformance.matrix.jobs import Job, Try
from conformance.matrix.pairs import LONGEST_SUITE_SECONDS, Check, Clean, checks_of
from conformance.matrix.running import clean_run, full_run, quick_run
from conformance.plan import Options, load_material, make_plan
from conformance.results import Result
from conformance.selection import Wish, family_of
from conformance.selftests.made_defects import EXPIRED, RACE, USED, WATCH, FakeCrew, NoTally, clean, made_attempt, made_checks, made_defect
from conformance.suites.registry import SUITES

DEFECT = made_defect()


class EndsAtTheSecondCall(FakeCrew):
    """Somebody has no patience for what is to be done once more."""

    def done(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, tuple[Attempt, ...]]]:
        """All jobs, the first time."""
        if self.asked:
            raise KeyboardInterrupt
        yield from super().done(jobs)


def unreached(*ids: str) -> list[object]:
    """Attempts of a clean run that never came to the defect."""
    return [made_attempt(id, consulted=("another",)) for id in ids]


def full(crew: FakeCrew, *attempts: object, **more: object) -> list[str]:
    """Run the usual defect after such a clean run; what was run with it."""
    full_run([made_defect(**more)], made_checks(), clean(*attempts), crew, NoTally)  # type: ignore[arg-type]
    return crew.tried(DEFECT.name)


def test_everything_is_run_once_without_a_defect() -> None:
    """The clean run; what does not hold there is known."""
    crew = FakeCrew({(None, USED): made_attempt(USED, broken={USED: ("outcome",)})})
    before = clean_run(made_checks(), crew, NoTally)
    assert sorted(crew.tried(None)) == sorted([RACE, USED, f"{EXPIRED}[1]", f"{EXPIRED}[2]"])
    assert [one.id for one in before.clean.not_green] == [USED]


def test_what_never_consulted_a_defect_is_not_run() -> None:
    """One example of a case may, and another not."""
    assert sorted(full(FakeCrew(), *unreached(f"{EXPIRED}[1]", RACE))) == [f"{EXPIRED}[2]", USED]


def test_a_target_that_does_not_say_what_was_consulted_has_everything_run() -> None:
    """Then every pair may matter."""
    silent = [made_attempt(one.id, consulted=None) for check in made_checks().values() for one in check.trials]
    assert len(full(FakeCrew(), *silent)) == 4


def test_a_long_suite_is_run_only_with_what_names_it() -> None:
    """It measures for long what another defect does not change."""
    long = made_attempt(RACE, seconds=LONGEST_SUITE_SECONDS + 1)
    assert RACE not in full(FakeCrew(), long)
    assert RACE in full(FakeCrew(), long, killed_by={RACE: ("mails",)})


def test_what_needs_a_screen_is_run_sparingly() -> None:
    """Of a case that is not named one example; a suite only when it is named."""
    screens = (Try("a.screens[1]", BROWSER), Try("a.screens[2]", BROWSER))
    checks = {
        "a.screens": Check("a.screens", "case", "Narrow and wide", (), screens, screen=True),
        "suite.keyboard": Check("suite.keyboard", "suite", "Keys", (), (Try("suite.keyboard", BROWSER),), screen=True),
    }
    before = clean(*(made_attempt(one.id, driver=BROWSER) for check in checks.values() for one in check.trials))
    crew = FakeCrew()
    full_run([DEFECT], checks, before, crew, NoTally)
    assert crew.tried(DEFECT.name) == ["a.screens[1]"]
    crew = FakeCrew()
    full_run([made_defect(killed_by=dict.fromkeys(checks, ("way",)))], checks, before, crew, NoTally)
    assert set(crew.tried(DEFECT.name)) == {"a.screens[1]", "a.screens[2]", "suite.keyboard"}


def test_a_race_that_was_not_seen_is_given_further_turns() -> None:
    """It stops at the one that shows it; a case, which is no matter of chance, is not repeated."""
    race = [made_attempt(RACE, DEFECT.name), made_attempt(RACE, DEFECT.name, broken={RACE: ("mails",)})]
    crew = FakeCrew({(DEFECT.name, RACE): race})
    tried = full(crew, killed_by={RACE: ("mails",), USED: ("outcome",)})
    assert tried.count(RACE) == 2
    assert tried.count(USED) == 1


def test_a_defect_of_the_browser_is_tried_with_one_by_what_it_names() -> None:
    """All others without; a watcher is looked for up to the first page that shows it."""
    crew = FakeCrew({(DEFECT.name, USED): made_attempt(USED, DEFECT.name, driver=BROWSER, broken={USED: ("outcome",)})})
    full(crew, driver=BROWSER)
    drivers = {one.id: one.driver for _, one in crew.asked}
    assert drivers == {USED: BROWSER, f"{EXPIRED}[1]": "forms", f"{EXPIRED}[2]": "forms", RACE: "forms"}
    crew = FakeCrew({(DEFECT.name, USED): made_attempt(USED, DEFECT.name, broken={WATCH: ("header",)})})
    full(crew, driver=BROWSER, killed_by={WATCH: ("header",)})
    assert [one.id for _, one in crew.asked if one.driver == BROWSER] == [USED]  # it verifies what the defect breaks


def test_every_defect_is_seen_once_by_watchers_that_need_a_screen() -> None:
    """In the quickest case that came to it; else they could notice it, and nobody would know."""
    screen = {"watch.accessibility": Check("watch.accessibility", "watcher", "Rules", ("HRD-90",), screen=True)}
    crew = FakeCrew()
    full_run([DEFECT], {**made_checks(), **screen}, clean(made_attempt(f"{EXPIRED}[2]", seconds=0.01)), crew, NoTally)
    assert [one.id for _, one in crew.asked if one.driver == BROWSER] == [f"{EXPIRED}[2]"]


# -- broken off


@pytest.mark.parametrize(("jobs", "tried"), [(0, []), (3, []), (4, ["first"])])
def test_a_run_that_is_broken_off_tells_of_the_defects_that_were_tried_to_their_end(jobs: int, tried: list[str]) -> None:
    """Three trials that they share, and a race for each alone: a defect is whole, or is not told of."""
    defects = [made_defect(name, killed_by={RACE: ("mails",)}) for name in ("first", "second")]
    before = clean(*(made_attempt(one.id, consulted=("first", "second")) for check in made_checks().values() for one in check.trials))
    found = full_run(defects, made_checks(), before, FakeCrew(patience=jobs), NoTally)
    assert (list(found.attempts), found.broken_off) == (tried, True)


def test_a_race_that_was_to_be_given_further_turns_is_not_told_of() -> None:
    """Broken off before them: nobody knows whether it would have been seen."""
    race = made_defect(killed_by={RACE: ("mails",)})
    found = full_run([race], made_checks(), clean(), EndsAtTheSecondCall(), NoTally)
    assert (dict(found.attempts), found.broken_off) == ({}, True)


def test_a_clean_run_that_is_broken_off_is_worth_nothing() -> None:
    """Nothing can be held against it."""
    with pytest.raises(KeyboardInterrupt):
        clean_run(made_checks(), FakeCrew(patience=0), NoTally)


# -- the quick form


def test_the_quick_form_stops_at_the_first_kill() -> None:
    """Of three tries that are named the second notices; nothing else is run, and nothing without a defect."""
    crew = FakeCrew({(DEFECT.name, f"{EXPIRED}[2]"): made_attempt(f"{EXPIRED}[2]", DEFECT.name, broken={EXPIRED: ("outcome",)})})
    quick_run([made_defect(killed_by={EXPIRED: ("outcome",), USED: ("outcome",)})], made_checks(), clean(), crew, NoTally)
    assert crew.tried(DEFECT.name) == [f"{EXPIRED}[1]", f"{EXPIRED}[2]"]
    assert crew.tried(None) == []


def test_the_quick_form_goes_on_after_a_fact_that_is_not_named() -> None:
    """That is no kill, and is told later."""
    crew = FakeCrew({(DEFECT.name, USED): made_attempt(USED, DEFECT.name, broken={USED: ("reason",)})})
    quick_run([made_defect(killed_by={USED: ("outcome",), EXPIRED: ("outcome",)})], made_checks(), clean(), crew, NoTally)
    assert crew.tried(DEFECT.name) == [USED, f"{EXPIRED}[1]", f"{EXPIRED}[2]"]


def test_the_quick_form_looks_for_a_watcher_in_every_case() -> None:
    """Until it notices; those that verify what the defect breaks come first, a suite is not watched."""
    crew = FakeCrew({(DEFECT.name, f"{EXPIRED}[1]"): made_attempt(f"{EXPIRED}[1]", DEFECT.name, broken={WATCH: ("header",)})})
    quick_run([made_defect(killed_by={WATCH: ("header",)})], made_checks(), clean(), crew, NoTally)
    assert crew.tried(DEFECT.name) == [USED, f"{EXPIRED}[1]"]


def test_the_quick_form_gives_a_race_several_turns() -> None:
    """As the full one does."""
    race = [made_attempt(RACE, DEFECT.name), made_attempt(RACE, DEFECT.name, broken={RACE: ("mails",)})]
    crew = FakeCrew({(DEFECT.name, RACE): race})
    quick_run([made_defect(killed_by={RACE: ("mails",)})], made_checks(), clean(), crew, NoTally)
    assert crew.tried(DEFECT.name) == [RACE, RACE]


# -- the checks that there are


def test_every_trial_and_suite_belongs_to_a_check() -> None:
    """All examples of a case to one; what needs a screen is run with a browser."""
    plan = make_plan(Options("simulator", BROWSER, Wish(), False, Path("report")), load_material("simulator"))
    checks = checks_of(plan)
    tried = [one for check in checks.values() for one in check.trials]
    assert {one.id for one in tried} == {*plan.trials, *(id for id in plan.suites if id in SUITES)}
    assert all(family_of(one.id) == check.id for check in checks.values() for one in check.trials)
    assert {one.driver for one in tried if "screens" in one.id} == {BROWSER}
    assert {check.kind for check in checks.values()} == {"case", "suite", "watcher"}


def test_green_is_what_held_and_what_the_target_declares_not_to_have() -> None:
    """What could not run is not: nobody knows what it would have said."""
    absent = made_attempt(USED, result=Result.NOT_APPLICABLE)
    lacking = dataclasses.replace(absent, id=RACE, result=Result.COULD_NOT_RUN)
    assert Clean({USED: absent}).not_green == ()
    assert Clean({RACE: lacking}).not_green == (lacking,)
