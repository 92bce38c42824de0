"""The last lines of a run on the terminal: with the heading and pytest's own last line at most fifteen."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from conformance.known import days_left
from conformance.plan import USUAL_WAIT, Plan
from conformance.progress import clipped, headline
from conformance.report.document import NOT_TRIED, UNTRIED, Document
from conformance.report.page import duration
from conformance.report.view import View
from conformance.results import CaseResult, Result
from conformance.selection import Wish
from scenarios.instants import Period, period_text

_MOST_LINES = 11  # the heading and up to three lines of pytest’s own make fifteen
_MOST_FAILURES = 4
_NAMED_AGAIN = 3


def command(plan: Plan, wish: Wish) -> str:
    """The command line that tries these cases on this target in the same way."""
    words = ["pytest", "conformance", "--target", plan.options.target, "--driver", plan.options.driver]
    for option, names in wish.options.items():
        words += [f"--{option}", ",".join(names)]
    if plan.options.longest_wait != USUAL_WAIT:
        words += ["--max-wait", period_text(Period(duration=plan.options.longest_wait))]
    return shlex.join([*words, *(["--strict"] if plan.options.strict else [])])


def rerun_command(plan: Plan, document: Document) -> str:
    """What to type to try again what did not hold; the whole run when all did."""
    broken = _broken(document)
    if not broken:
        return document.reproduce
    if len(broken) <= _NAMED_AGAIN:
        return command(plan, Wish(cases=tuple(case.id for case in broken)))
    return f"{command(plan, plan.options.wish)} --last-failed"


def summary(document: Document, plan: Plan, page: str, width: int) -> list[str]:
    """The lines under the heading, each no longer than `width` but for counts, addresses and commands."""
    before = [_sentence(document), *_counts(document), *(clipped(line, width) for line in _left_out(document))]
    after = [*(clipped(line, width) for line in _watchers(document)), f"report: {page}", f"again:  {rerun_command(plan, document)}"]
    room = _MOST_LINES - len(before) - len(after)
    failures = list(failure_lines(document, room - bool(document.known_failures)))
    middle = [*failures, *_known(document, room - len(failures))]
    return [*before, *(clipped(line, width) for line in middle), *after]


def _sentence(document: Document) -> str:
    view = View(document)
    return f"{view.sentence} But not all there is was tried." if view.limits else view.sentence


def _counts(document: Document) -> Iterator[str]:
    results = ", ".join(f"{number} {result}" for result, number in document.counts.items()) or "no results"
    statuses = [requirement.status for requirement in document.requirements]
    tried = sum(status not in UNTRIED for status in statuses)
    time = f"{duration(document.timing.average)} a case on average, slowest {duration(document.timing.slowest)}"
    yield f"cases: {results}"
    yield f"requirements: {tried} tried, {statuses.count(NOT_TRIED)} not; {time}"


def _left_out(document: Document) -> Iterator[str]:
    selection = document.selection
    parts = [f"{len(part.cases)} left out, {part.why}" for part in selection.left_out]
    if selection.not_reached:
        parts.insert(0, f"{len(selection.not_reached)} of {selection.selected} not reached")
    if parts:
        yield "; ".join(parts)
    yield from (f"broken: {problem}" for problem in document.problems[:1])


def failure_lines(document: Document, room: int) -> Iterator[str]:
    """Each case, as long as they are few; else the first causes."""
    broken = _broken(document)
    room = min(room, _MOST_FAILURES)
    if len(broken) <= room:
        yield from (f"{case.kind}: {case.id}: {headline(case)}" for case in broken)
        return
    kinds = {case.kind for case in broken}
    causes = [cause for cause in document.causes if cause.kind in kinds and cause.cases]
    shown = causes if len(causes) <= room else causes[: room - 1]
    for cause in shown:
        told = ["1 case" if len(cause.cases) == 1 else f"{len(cause.cases)} cases", *cause.requirements[:1]]
        yield f"{cause.kind}: {cause.title} ({', '.join(told)})"
    if len(causes) > len(shown):
        left = sum(len(cause.cases) for cause in causes[len(shown) :])
        yield f"and {len(causes) - len(shown)} more causes, {left} cases, in the report"


def _known(document: Document, room: int) -> Iterator[str]:
    """What the target file knows of, each with its reason, link and end, as far as there is room."""
    known = View(document).known
    shown = known if len(known) <= room else known[: room - 1]
    for part in shown:
        yield f"known: {part.id}: {part.reason} ({part.link}, until {part.until}, {days_left(part.days_left)})"
    if len(known) > len(shown):
        yield f"{len(known) - len(shown)} {'more ' if shown else ''}known failures, in the report"


def _watchers(document: Document) -> Iterator[str]:
    broken = [standing for standing in document.watchers if standing.broken and not standing.excused]
    if broken:
        told = (f"{one.watcher} ({', '.join(one.requirements)}, {one.broken} of {one.judged})" for one in broken)
        yield f"watchers: {', '.join(told)}"


def _broken(document: Document) -> Sequence[CaseResult]:
    looked_for = [Result.FAILED, Result.ERROR, *([Result.WARNING] if document.strict else [])]
    return [case for kind in looked_for for case in document.cases if case.kind == kind]
