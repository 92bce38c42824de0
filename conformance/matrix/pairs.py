"""Which trials and suites are run with which defect: what never consulted it cannot be changed by it, and is not run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from conformance.matrix.attempt import Attempt
from conformance.matrix.gallery import BROWSER, FORMS, Defect
from conformance.matrix.jobs import Job, Try
from conformance.matrix.sharing import may_share, shared_jobs
from conformance.plan import SUITE, WATCHER, Plan
from conformance.selection import SCREEN
from conformance.suites.registry import SUITES

# A suite that takes longer is run only with the defects that name it: it does the same thing many times over.
LONGEST_SUITE_SECONDS = 1.0
# What a race must notice it does not notice every time.
TURNS_OF_A_SUITE = 3
_CHUNK = 8
# Left to the end, one of these has one worker wait for the other.
_LONG_JOB_SECONDS = 2.0
CASE = "case"


@dataclass(frozen=True)
class Check:
    """One column of the matrix: a case, a watcher or a suite. `trials` are what is run for it; a watcher has none of its own."""

    id: str
    kind: str
    title: str
    verifies: tuple[str, ...]
    trials: tuple[Try, ...] = ()
    screen: bool = False


@dataclass(frozen=True)
class Clean:
    """The clean run: what came of each trial and suite without a defect, by id."""

    attempts: Mapping[str, Attempt] = field(default_factory=dict)

    @property
    def not_green(self) -> tuple[Attempt, ...]:
        """Those that do not hold although nothing is wrong."""
        return tuple(attempt for attempt in self.attempts.values() if not attempt.green)

    def consulted(self, id: str, defect: Defect) -> bool:
        """Whether it asked after the defect, or may have: where the target did not say, everything is taken to have done so."""
        told = self.attempts[id].consulted if id in self.attempts else None
        return told is None or defect.name in told

    def seconds(self, one: Try) -> float:
        """How long it took; a guess for a driver that it was not run with."""
        attempt = self.attempts.get(one.id)
        if attempt is not None and attempt.driver == one.driver:
            return attempt.seconds
        return 1.2 if one.driver == BROWSER else 0.1


def checks_of(plan: Plan) -> dict[str, Check]:
    """Every check that the matrix is about, by id: cases, suites, watchers, in this order."""
    found: dict[str, Check] = {}
    for trial in plan.trials.values():
        case, screen = trial.case, SCREEN in trial.needs
        earlier = found.get(case.id)
        tries = (*(earlier.trials if earlier else ()), Try(trial.id, BROWSER if screen else FORMS))
        found[case.id] = Check(case.id, CASE, case.title, case.verifies, tries, screen)
    for suite in plan.suites.values():
        if suite.id in SUITES:
            screen = SCREEN in suite.needs
            found[suite.id] = Check(suite.id, SUITE, suite.title, suite.verifies, (Try(suite.id, BROWSER if screen else FORMS),), screen)
    for watcher in plan.material.checks:
        if watcher.kind == WATCHER:
            found[watcher.id] = Check(watcher.id, WATCHER, watcher.title, watcher.verifies, (), SCREEN in watcher.needs)
    return found


def clean_jobs(checks: Mapping[str, Check], *, quick: bool = False) -> list[Job]:
    """Everything once, with nothing on; what takes long first. `quick`: only the cases that need no screen."""
    tries = [one for check in checks.values() for one in check.trials if not quick or (check.kind == CASE and not check.screen)]
    slow = [one for one in tries if one.driver == BROWSER or one.id in SUITES]
    return [*(Job((), (one,)) for one in slow), *(Job((), part) for part in _chunks([one for one in tries if one not in slow]))]


def defect_jobs(defects: Iterable[Defect], checks: Mapping[str, Check], clean: Clean, everything: bool = False) -> list[Job]:
    """Each defect with everything that consulted it: what may be shared first, very long jobs next, the others defect by defect.

    So most defects are done when it is broken off. `everything`: a browser for all that a browser's defect has.
    """
    alone: list[Job] = []
    shared: dict[Try, list[Defect]] = defaultdict(list)
    kinds = {check.id: check.kind for check in checks.values()}
    for defect in defects:
        tries = {check.id: _tries(defect, check, clean, everything) for check in checks.values()}
        own = [one for id, found in tries.items() for one in found if not may_share(defect, id, kinds)]
        for one in (one for found in tries.values() for one in found if one not in own):
            shared[one].append(defect)
        alone += _jobs_alone(defect, own)
        if not any(one.driver == BROWSER for found in tries.values() for one in found):
            for one in _looked_at_once(defect, checks, clean):
                shared[one].append(defect)
        alone += _hunts(defect, checks, clean)
    return [*shared_jobs(shared), *sorted(alone, key=lambda job: _whole_seconds_if_long(job, clean), reverse=True)]


def _whole_seconds_if_long(job: Job, clean: Clean) -> int:
    seconds = sum(map(clean.seconds, job.tries))
    return round(seconds) if job.until is None and seconds > _LONG_JOB_SECONDS else 0


def _jobs_alone(defect: Defect, tries: Sequence[Try]) -> Iterator[Job]:
    slow = [one for one in tries if one.driver == BROWSER or one.id in SUITES]
    yield from (Job((defect.name,), (one,)) for one in slow)
    yield from (Job((defect.name,), part) for part in _chunks([one for one in tries if one not in slow]))


def _tries(defect: Defect, check: Check, clean: Clean, everything: bool) -> list[Try]:
    """What is run of a check. Of a case that needs a screen and is not named one example is: the others differ by the screen's width."""
    if left_out(defect, check, clean):
        return []
    if _wants_browser(defect, check, everything):
        return [Try(one.id, BROWSER) for one in check.trials]
    tries = [one for one in check.trials if clean.consulted(one.id, defect)]
    return tries[:1] if check.screen and check.id not in defect.killed_by else tries


def left_out(defect: Defect, check: Check, clean: Clean) -> bool:
    """Whether the check is a suite that is run only with defects that name it: it takes long, or needs a screen, which takes longer."""
    if check.kind != SUITE or check.id in defect.killed_by:
        return False
    long = check.id in clean.attempts and clean.attempts[check.id].seconds > LONGEST_SUITE_SECONDS
    return long or check.screen


def _wants_browser(defect: Defect, check: Check, everything: bool) -> bool:
    """A browser's defect is tried with one by the cases that it names."""
    return defect.driver == BROWSER and check.kind == CASE and (everything or check.id in defect.killed_by)


def _hunts(defect: Defect, checks: Mapping[str, Check], clean: Clean) -> Iterator[Job]:
    """In the browser, up to the trial in which it is noticed: each watcher that the defect names and that only a browser lets see."""
    if tries := _reached_with_a_screen(defect, checks, clean):
        yield from (Job((defect.name,), tries, {id: defect.killed_by[id]}) for id in _hunted(defect, checks))


def _looked_at_once(defect: Defect, checks: Mapping[str, Check], clean: Clean) -> list[Try]:
    """The quickest trial with a screen, for a defect that no watcher hunts: so that none which needs one notices it in silence."""
    tries = _reached_with_a_screen(defect, checks, clean)
    if not tries or _hunted(defect, checks) or not any(check.kind == WATCHER and check.screen for check in checks.values()):
        return []
    return [min(tries, key=lambda one: clean.attempts[one.id].seconds if one.id in clean.attempts else 0.0)]


def _hunted(defect: Defect, checks: Mapping[str, Check]) -> list[str]:
    named = [id for id in defect.killed_by if id in checks and checks[id].kind == WATCHER]
    return [id for id in named if checks[id].screen or defect.driver == BROWSER]


def _reached_with_a_screen(defect: Defect, checks: Mapping[str, Check], clean: Clean) -> tuple[Try, ...]:
    return tuple(Try(id, BROWSER) for id in _reaching(defect, nearest_first(defect, checks, clean), clean))


def _reaching(defect: Defect, trials: Sequence[str], clean: Clean) -> Sequence[str]:
    """Those that came to the defect without a screen. Some things only a browser asks for, such as style sheets: then it may be any."""
    reached = [id for id in trials if clean.consulted(id, defect)]
    return reached if reached or defect.driver != BROWSER else trials


def quick_jobs(defects: Iterable[Defect], checks: Mapping[str, Check], clean: Clean) -> list[Job]:
    """Each defect with what it names, up to the first that notices."""
    jobs = [Job((defect.name,), tries, defect.killed_by) for defect in defects if (tries := _named_tries(defect, checks, clean))]
    return sorted(jobs, key=lambda job: -clean.seconds(job.tries[0]))


def _named_tries(defect: Defect, checks: Mapping[str, Check], clean: Clean) -> tuple[Try, ...]:
    """The trials of the cases and suites that it names, quick ones first; for a watcher that it names, all cases after these."""
    named = [checks[id] for id in defect.killed_by if id in checks]
    own = [
        Try(one.id, BROWSER if _wants_browser(defect, check, False) else one.driver)
        for check in named
        for one in check.trials * (TURNS_OF_A_SUITE if check.kind == SUITE else 1)
        if one.driver == BROWSER or clean.consulted(one.id, defect)
    ]
    own.sort(key=lambda one: (one.driver == BROWSER, one.id in SUITES, clean.seconds(one)))
    watchers = [check for check in named if check.kind == WATCHER]
    if not watchers:
        return tuple(own)
    screen = defect.driver == BROWSER or any(check.screen for check in watchers)
    others = _reaching(defect, nearest_first(defect, checks, clean), clean)
    return (*own, *(Try(id, BROWSER if screen else FORMS) for id in others if not any(one.id == id for one in own)))


def nearest_first(defect: Defect, checks: Mapping[str, Check], clean: Clean) -> list[str]:
    """The trials of all cases that need no screen: those that verify what the defect breaks first, then by how long they take."""
    trials = [(check, one) for check in checks.values() if check.kind == CASE and not check.screen for one in check.trials]
    trials.sort(key=lambda pair: (not {*pair[0].verifies} & {*defect.breaks}, clean.seconds(pair[1])))
    return [one.id for _, one in trials]


def _chunks(tries: Sequence[Try]) -> Iterator[tuple[Try, ...]]:
    for begin in range(0, len(tries), _CHUNK):
        yield tuple(tries[begin : begin + _CHUNK])
