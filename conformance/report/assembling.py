"""Makes the document of a run: results covered, pictures kept once, requirements and portals judged."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from conformance.covering import covered_throughout
from conformance.known import KnownFailures
from conformance.report.document import (
    LATER,
    NOT_REACHED,
    NOT_TESTABLE,
    NOT_TRIED,
    SCHEMA_VERSION,
    ConflictPart,
    ConflictSide,
    Document,
    KnownPart,
    PortalPart,
    RequirementPart,
    SelectionPart,
    TargetPart,
    Timing,
    with_causes,
)
from conformance.results import CaseResult, StepRecord, Verdict
from conformance.secrets import Secrets
from conformance.verdict import (
    Standing,
    WatcherStanding,
    by_portal,
    count,
    requirement_standings,
    verdict_of,
    watcher_standings,
    worst_verdict,
)
from scenarios.later import Later
from scenarios.model import ANY_PORTAL, Conflict, DeclaredCheck, Place, Requirement
from scenarios.register import Register

_PICTURE = re.compile(r"data:image/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+=*")


@dataclass(frozen=True)
class Run:
    """What is known when a run ends. `seed`, `chance` and `processes` are as in the document."""

    target: TargetPart
    suite_version: str
    driver: str
    strict: bool
    started: datetime
    ended: datetime
    interrupted: bool
    selection: SelectionPart
    results: tuple[CaseResult, ...]
    problems: tuple[str, ...]
    environment: Mapping[str, str]
    reproduce: str
    known: KnownFailures = field(default_factory=KnownFailures)
    seed: str | None = None
    chance: tuple[str, ...] = ()
    processes: int = 1


def assemble(run: Run, register: Register, later: Later, checks: Sequence[DeclaredCheck] = (), secrets: Secrets | None = None) -> Document:
    """The whole document. No text in it still looks like a secret, nor is one of `secrets`, whatever the run holds."""
    run = covered_throughout(run, secrets)
    watchers = _watchers(run, checks)
    portals = _portals(run, watchers)
    cases, pictures = _with_pictures_apart(run.results)
    standings = requirement_standings(run.results, watchers)
    requirements = tuple(_requirements(register, later, standings, frozenset(run.target.addresses)))
    shown = {requirement.id: requirement for requirement in requirements}
    document = Document(
        schema_version=SCHEMA_VERSION,
        suite_version=run.suite_version,
        register_version=version_of(register),
        target=run.target,
        driver=run.driver,
        strict=run.strict,
        started=run.started,
        ended=run.ended,
        seconds=round((run.ended - run.started).total_seconds(), 3),
        interrupted=run.interrupted,
        selection=run.selection,
        verdict=Verdict.ERROR if run.problems else worst_verdict(part.verdict for part in portals),
        portals=portals,
        counts=count(run.results),
        timing=_timing(run.results),
        requirements=requirements,
        watchers=watchers,
        cases=cases,
        conflicts=tuple(_conflict(one, shown) for one in register.conflicts if shown.keys() & {*one.between}),
        problems=run.problems,
        environment=run.environment,
        reproduce=run.reproduce,
        pictures=pictures,
        known_failures=tuple(_known_parts(run, watchers)),
        seed=run.seed,
        chance=run.chance,
        processes=run.processes,
    )
    return with_causes(document)


def version_of(register: Register) -> str:
    """A short name for this very wording of the rules, whichever lines they stand on."""
    rules = [dataclasses.replace(rule, place=Place("", 0)) for rule in register.requirements.values()]
    return hashlib.sha256(msgspec.json.encode((rules, register.conflicts))).hexdigest()[:12]


def _portals(run: Run, watchers: Sequence[WatcherStanding]) -> tuple[PortalPart, ...]:
    complete = not (run.interrupted or run.selection.not_reached)
    parts = []
    for portal, found in by_portal(run.results).items():
        own = [watcher for watcher in watchers if watcher.portal == portal]
        parts.append(PortalPart(portal, verdict_of(found, own, strict=run.strict, complete=complete), count(found)))
    return tuple(parts)


def _watchers(run: Run, checks: Iterable[DeclaredCheck]) -> tuple[WatcherStanding, ...]:
    """What the watchers saw, with what the target file knows and what scenarios/checks.yaml declares of them."""
    declared = {check.id: check for check in checks}
    standings = run.known.of_watchers(watcher_standings(run.results), [result.id for result in run.results])
    return tuple(
        dataclasses.replace(one, title=check.title, impact=check.impact, place=str(check.place))
        if (check := declared.get(one.watcher))
        else one
        for one in standings
    )


def _known_parts(run: Run, watchers: Sequence[WatcherStanding]) -> Iterator[KnownPart]:
    for told in run.known.told(run.results, watchers):
        known = run.known.by_id[told.id]
        yield KnownPart(told.id, known.reason, known.link, known.until, (known.until - run.known.day).days, told.state, told.cases)


def _conflict(conflict: Conflict, shown: Mapping[str, RequirementPart]) -> ConflictPart:
    sides = tuple(_side(name, shown) for name in conflict.between)
    return ConflictPart(conflict.id, conflict.between, conflict.text, sides)


def _side(name: str, shown: Mapping[str, RequirementPart]) -> ConflictSide:
    if rule := shown.get(name):
        return ConflictSide(name, rule.title, ", ".join(filter(None, [rule.source, rule.where])), rule.status)
    standard, _, clause = name.partition(" ")
    citing = [rule for rule in shown.values() if clause in rule.references.get(standard.lower(), ())]
    if not citing:
        return ConflictSide(name, "clause of a standard", "", "no requirement of the register cites it")
    return ConflictSide(name, "clause of a standard", "", "; ".join(f"{rule.id} {rule.status}" for rule in citing))


def _timing(results: Sequence[CaseResult]) -> Timing:
    if not results:
        return Timing(0.0, 0.0, "")
    slowest = max(results, key=lambda result: result.seconds)
    average = sum(result.seconds for result in results) / len(results)
    return Timing(round(average, 4), round(slowest.seconds, 4), slowest.id)


def _requirements(
    register: Register, later: Later, standings: Mapping[str, Standing], portals: frozenset[str]
) -> Iterator[RequirementPart]:
    """Those of the target's portals and those of any portal, in the register's order."""
    wanted = {*portals, ANY_PORTAL}
    for rule in register.requirements.values():
        standing = standings.get(rule.id)
        if standing is not None and standing.result is not None:
            yield dataclasses.replace(_requirement(rule, standing.result.value, "", standing.cases), known=standing.known)
        elif standing is not None:
            yield _requirement(rule, NOT_REACHED, "", standing.cases)
        elif rule.portal in wanted:
            yield _untried(rule, later)


def _untried(rule: Requirement, later: Later) -> RequirementPart:
    if not rule.testable:
        return _requirement(rule, NOT_TESTABLE, rule.reason, ())
    reason = later.reason(rule)
    return _requirement(rule, LATER if reason else NOT_TRIED, reason or "", ())


def _requirement(rule: Requirement, status: str, reason: str, cases: tuple[str, ...]) -> RequirementPart:
    return RequirementPart(
        id=rule.id,
        title=rule.title,
        portal=rule.portal,
        level=rule.level,
        text=rule.text,
        reading=rule.reading,
        source=rule.source,
        where=rule.where,
        place=str(rule.place),
        references=rule.references,
        status=status,
        reason=reason,
        cases=cases,
    )


def _with_pictures_apart(results: Sequence[CaseResult]) -> tuple[tuple[CaseResult, ...], dict[str, str]]:
    """The results with a key in each step's `screenshot`, and the pictures by key. What is no picture is dropped."""
    pictures: dict[str, str] = {}

    def keyed(step: StepRecord) -> StepRecord:
        if step.screenshot is None or not _PICTURE.fullmatch(step.screenshot):
            return dataclasses.replace(step, screenshot=None)
        key = hashlib.sha256(step.screenshot.encode()).hexdigest()[:16]
        pictures[key] = step.screenshot
        return dataclasses.replace(step, screenshot=key)

    cases = tuple(dataclasses.replace(result, steps=tuple(map(keyed, result.steps))) for result in results)
    return cases, pictures
