"""Which requirement is verified by what, and what came of it: one line for each requirement and check, for a spreadsheet."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator
from dataclasses import dataclass

from conformance.report.causes import KINDS, by_case
from conformance.report.document import NOT_REACHED, NOT_TRIED, Document, RequirementPart
from conformance.report.view import status_of
from conformance.results import KNOWN_FAILURE, CaseResult
from conformance.verdict import WatcherStanding, broken_checks, votes

FILE_NAME = "traceability.csv"
HEADINGS = (
    "requirement",
    "requirement title",
    "requirement text",
    "level",
    "source",
    "place in source",
    "requirement status",
    "check",
    "kind",
    "check title",
    "example",
    "check result",
    "cause",
    "impact",
    "place",
    "remark",
)
_NOT_TRIED = "no selected case touched it"
_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class _Check:
    id: str
    kind: str
    title: str
    example: str
    result: str
    cause: str
    impact: str
    place: str
    remark: str = ""


def traceability(document: Document) -> bytes:
    """The lines, in the register's order: RFC 4180, in UTF-8 with the mark by which spreadsheets know it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    said = _said_by_cases(document)
    for requirement in document.requirements:
        own = _of_requirement(requirement)
        for check in [*said.get(requirement.id, ()), *_watchers(document, requirement)] or [_none(requirement)]:
            writer.writerow(map(_harmless, (*own, *dataclasses.astuple(check))))
    return text.getvalue().encode("utf-8-sig")


def _of_requirement(rule: RequirementPart) -> tuple[str, ...]:
    """Its part of a line; where no document is the source, the standards are."""
    references = "; ".join(f"{kind} {', '.join(names)}" for kind, names in rule.references.items())
    return (rule.id, rule.title, " ".join(rule.text.split()), rule.level, rule.source or references, rule.where, status_of(rule))


def _said_by_cases(document: Document) -> dict[str, list[_Check]]:
    """Requirement -> what each case or suite that bears on it says of it."""
    said: dict[str, list[_Check]] = {}
    causes = by_case(document.causes)
    for case in document.cases:
        kind = "suite" if case.id.startswith("suite.") else "case"
        for requirement, vote in votes(case).items():
            result = KNOWN_FAILURE if case.excused and vote is case.result else vote.value if vote else NOT_REACHED
            cause = causes[case.id].title if case.id in causes and vote in KINDS else ""
            example = "; ".join(f"{name}: {value}" for name, value in case.example.items())
            check = _Check(case.id, kind, case.title, example, result, cause, case.impact, case.place, _remark(case))
            said.setdefault(requirement, []).append(check)
    return said


def _watchers(document: Document, requirement: RequirementPart) -> Iterator[_Check]:
    causes = {(cause.watcher, cause.portal): cause.title for cause in document.causes if cause.watcher}
    for watcher in document.watchers:
        if requirement.id in watcher.requirements:
            result = KNOWN_FAILURE if watcher.excused else watcher.result.value
            cause = causes.get((watcher.watcher, watcher.portal), "")
            yield _Check(watcher.watcher, "watcher", watcher.title, "", result, cause, watcher.impact, watcher.place, _seen(watcher))


def _none(requirement: RequirementPart) -> _Check:
    return _Check("", "", "", "", "", "", "", "", requirement.reason or (_NOT_TRIED if requirement.status == NOT_TRIED else ""))


def _remark(case: CaseResult) -> str:
    if case.known:
        return f"{case.known.reason} ({case.known.link}, excused until {case.known.until})"
    broken = "; ".join(f"step {number}, {one.fact}: expected {one.expected}, actual {one.actual}" for number, _, one in broken_checks(case))
    return broken or " ".join(case.reason.split())


def _seen(watcher: WatcherStanding) -> str:
    broken = "; ".join(f"{one.fact}: expected {one.expected}, actual {one.actual}" for one in watcher.examples[:1])
    return f"broken {watcher.broken} of {watcher.judged} times; {broken}" if watcher.broken else f"held {watcher.judged} times"


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula is given an apostrophe, which makes it text."""
    return f"'{cell}" if cell.startswith(_ACTS) else cell
