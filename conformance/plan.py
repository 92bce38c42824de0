"""What a run is going to do: the target, the rules, the cases that were chosen of those that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from conformance.known import KnownFailures
from conformance.people.account_file import read_accounts
from conformance.secrets import Secrets
from conformance.selection import SCREEN, Candidate, Wish, choose
from conformance.target import Target, load_target
from conformance.target_file import TargetError, all_told, target_mistake
from conformance.waiting import obstacle, waits
from scenarios.checks import load_checks
from scenarios.later import Later, load_later
from scenarios.loader import load_cases, trials
from scenarios.mistakes import suggestion
from scenarios.model import ANY_PORTAL, Case, DeclaredCheck, Trial
from scenarios.register import Register, load_register

SUITE, WATCHER = "suite", "watcher"
USUAL_WAIT = timedelta(minutes=1)


@dataclass(frozen=True)
class Options:
    """The command line, as far as it is ours."""

    target: str
    driver: str
    wish: Wish
    strict: bool
    report: Path
    longest_wait: timedelta = USUAL_WAIT


@dataclass(frozen=True)
class Material:
    """What there is to try, and on what. The target's addresses may still be those of its file."""

    target: Target
    register: Register
    later: Later
    trials: tuple[Trial, ...]
    checks: tuple[DeclaredCheck, ...]

    @property
    def suites(self) -> Iterator[DeclaredCheck]:
        """The declared checks that are tests of their own."""
        return (check for check in self.checks if check.kind == SUITE)


@dataclass(frozen=True)
class Plan:
    """What was chosen: trials and suites by id, in a stable order, what was left out, by reason, and what is known to fail."""

    options: Options
    material: Material
    trials: Mapping[str, Trial]
    suites: Mapping[str, DeclaredCheck]
    left_out: Mapping[str, tuple[str, ...]]
    known: KnownFailures = field(default_factory=KnownFailures)
    secrets: Secrets = field(default_factory=Secrets)

    @property
    def waiting(self) -> tuple[Trial, ...]:
        """The chosen trials that wait for real on the target, in their order."""
        target, longest = self.material.target, self.options.longest_wait
        return tuple(trial for trial in self.trials.values() if waits(trial, target) and obstacle(trial, target, longest) is None)


def load_material(name: str) -> Material:
    """The target of that name or file, with this repository's register, cases and suites.

    Raises:
        TargetError: for a target that cannot be used.
        MistakesFound: with all mistakes of all case files, or of the register.
    """
    register = load_register()
    cases = load_cases()
    target = load_target(name)
    found = tuple(trial for case in cases if case.portal in {target.portal, ANY_PORTAL} for trial in _of_portal(case, target.portal))
    return Material(target, register, load_later(), found, load_checks())


def _of_portal(case: Case, portal: str) -> tuple[Trial, ...]:
    """The trials of a case; one of all portals counts for the portal that it is tried on."""
    return trials(replace(case, portal=portal))


def make_plan(options: Options, material: Material) -> Plan:
    """Choose what was asked for. Raises UnknownName, and TargetError where the file names a case or a requirement that there is not."""
    _check_requirements(material)
    target = material.target
    candidates = _candidates(material)
    screen = options.driver == "browser"
    choice = choose(candidates, options.wish, material.register.requirements, (target.portal,), screen, target.functions)
    chosen = set(choice.chosen)
    return Plan(
        options=options,
        material=material,
        trials={trial.id: trial for trial in material.trials if trial.id in chosen},
        suites={suite.id: suite for suite in material.suites if suite.id in chosen},
        left_out=choice.left_out,
        secrets=_secrets(target),
        known=_known_failures(material, frozenset(candidate.id for candidate in candidates)),
    )


def _candidates(material: Material) -> list[Candidate]:
    portal = material.target.portal
    cases = [(trial, trial.case) for trial in material.trials]
    return [
        *(Candidate(trial.id, portal, case.verifies, case.impact, trial.needs, case.functions) for trial, case in cases),
        *(Candidate(suite.id, portal, suite.verifies, suite.impact, suite.needs & {SCREEN}, suite.functions) for suite in material.suites),
    ]


def _check_requirements(material: Material) -> None:
    """Raises TargetError for requirements in [not-applicable] that the register does not have."""
    target, known = material.target, material.register.requirements
    mistakes = [
        target_mistake(target.file, f"not-applicable.{name}", f"the register has no such requirement{suggestion(name, known)}")
        for name in target.not_applicable
        if name not in known
    ]
    if mistakes:
        raise all_told(mistakes)


def _known_failures(material: Material, there_are: frozenset[str]) -> KnownFailures:
    target = material.target
    known = KnownFailures(target.file, target.known_failures, there_are, _today())
    known.check_names(check.id for check in material.checks if check.kind == WATCHER)
    return known


def _secrets(target: Target) -> Secrets:
    """The passwords of prepared accounts, which must be seen nowhere. A file with mistakes is told where it is used."""
    if target.people is None or target.people.file is None:
        return Secrets()
    try:
        return Secrets(account.password for account in read_accounts(Path(target.people.file)))
    except TargetError:
        return Secrets()


def _today() -> date:
    """On which day the run is, on the clock of this machine: that of the people who agreed on an end date."""
    return datetime.now(UTC).astimezone().date()  # noqa: TID251
