"""Makes the document of a run: results covered, pictures kept once, requirements and portals judged."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from conformance.covering import covered, covered_result
from conformance.report.document import (
    LATER,
    NOT_TESTABLE,
    NOT_TRIED,
    SCHEMA_VERSION,
    Document,
    PortalPart,
    RequirementPart,
    SelectionPart,
    TargetPart,
    Timing,
)
from conformance.results import CaseResult, StepRecord, Verdict
from conformance.verdict import by_portal, count, requirement_standings, verdict_of, watcher_standings, worst_verdict
from scenarios.later import Later
from scenarios.model import Place, Requirement
from scenarios.register import Register

ANY_PORTAL = "any"
_PICTURE = re.compile(r"data:image/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+=*")


@dataclass(frozen=True)
class Run:
    """What is known when a run ends."""

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


def assemble(run: Run, register: Register, later: Later) -> Document:
    """The whole document. No text in it still looks like a secret, whatever the results hold."""
    results = tuple(map(covered_result, run.results))
    portals = _portals(run, results)
    verdict = Verdict.ERROR if run.problems else worst_verdict(part.verdict for part in portals)
    cases, pictures = _with_pictures_apart(results)
    requirements = tuple(_requirements(register, later, results, frozenset(run.target.addresses)))
    shown = {requirement.id for requirement in requirements}
    return Document(
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
        verdict=verdict,
        portals=portals,
        counts=_named(results),
        timing=_timing(results),
        requirements=requirements,
        watchers=watcher_standings(results),
        cases=cases,
        conflicts=tuple(conflict for conflict in register.conflicts if shown.intersection(conflict.between)),
        problems=tuple(map(covered, run.problems)),
        environment=run.environment,
        reproduce=run.reproduce,
        pictures=pictures,
    )


def version_of(register: Register) -> str:
    """A short name for this very wording of the rules, whichever lines they stand on."""
    rules = [dataclasses.replace(rule, place=Place("", 0)) for rule in register.requirements.values()]
    return hashlib.sha256(msgspec.json.encode((rules, register.conflicts))).hexdigest()[:12]


def _named(results: Iterable[CaseResult]) -> dict[str, int]:
    return {result.value: number for result, number in count(results).items()}


def _portals(run: Run, results: Sequence[CaseResult]) -> tuple[PortalPart, ...]:
    complete = not (run.interrupted or run.selection.not_reached)
    return tuple(
        PortalPart(portal, verdict_of(found, strict=run.strict, complete=complete), _named(found))
        for portal, found in by_portal(results).items()
    )


def _timing(results: Sequence[CaseResult]) -> Timing:
    if not results:
        return Timing(0.0, 0.0, "")
    slowest = max(results, key=lambda result: result.seconds)
    average = sum(result.seconds for result in results) / len(results)
    return Timing(round(average, 4), round(slowest.seconds, 4), slowest.id)


def _requirements(register: Register, later: Later, results: Sequence[CaseResult], portals: frozenset[str]) -> Iterator[RequirementPart]:
    """Those of the target's portals and those of any portal, in the register's order."""
    standings = requirement_standings(results)
    wanted = {*portals, ANY_PORTAL}
    for rule in register.requirements.values():
        standing = standings.get(rule.id)
        if standing is not None and standing.result is not None:
            yield _requirement(rule, standing.result.value, "", standing.cases)
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
