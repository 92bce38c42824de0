"""Which requirement is verified by what, and what came of it: one line for each requirement and check, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from conformance.report.document import NOT_REACHED, NOT_TRIED, Document, RequirementPart
from conformance.report.view import status_of
from conformance.results import KNOWN_FAILURE, CaseResult
from conformance.verdict import WatcherStanding, votes

FILE_NAME = "traceability.csv"
HEADINGS = (
    "requirement",
    "title",
    "level",
    "source",
    "place in source",
    "status",
    "check",
    "kind",
    "result",
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
    result: str
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
        own = [requirement.id, requirement.title, requirement.level, requirement.source, requirement.where, status_of(requirement)]
        for check in [*said.get(requirement.id, ()), *_watchers(document, requirement)] or [_none(requirement)]:
            row = [*own, check.id, check.kind, check.result, check.impact, check.place, check.remark]
            writer.writerow(map(_harmless, row))
    return text.getvalue().encode("utf-8-sig")


def _said_by_cases(document: Document) -> dict[str, list[_Check]]:
    """Requirement -> what each case or suite that bears on it says of it."""
    said: dict[str, list[_Check]] = {}
    for case in document.cases:
        kind = "suite" if case.id.startswith("suite.") else "case"
        for requirement, vote in votes(case).items():
            result = KNOWN_FAILURE if case.excused and vote is case.result else vote.value if vote else NOT_REACHED
            said.setdefault(requirement, []).append(_Check(case.id, kind, result, case.impact, case.place, _remark(case)))
    return said


def _watchers(document: Document, requirement: RequirementPart) -> Iterator[_Check]:
    for watcher in document.watchers:
        if requirement.id in watcher.requirements:
            result = KNOWN_FAILURE if watcher.excused else watcher.result.value
            yield _Check(watcher.watcher, "watcher", result, watcher.impact, watcher.place, _seen(watcher))


def _none(requirement: RequirementPart) -> _Check:
    return _Check("", "", "", "", "", requirement.reason or (_NOT_TRIED if requirement.status == NOT_TRIED else ""))


def _remark(case: CaseResult) -> str:
    if case.known:
        return f"{case.known.reason} ({case.known.link}, excused until {case.known.until})"
    return " ".join(case.reason.split())


def _seen(watcher: WatcherStanding) -> str:
    return f"broken {watcher.broken} of {watcher.judged} times" if watcher.broken else f"held {watcher.judged} times"


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula is given an apostrophe, which makes it text."""
    return f"'{cell}" if cell.startswith(_ACTS) else cell
