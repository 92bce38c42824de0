"""What the doctor found, as text for people and as JSON for programs. Pure."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from collections.abc import Iterator, Sequence

from conformance.doctor.finding import Chapter, Finding, Level, Proposal, ready

_SIGNS = {Level.GOOD: "✓", Level.NOTE: "·", Level.WARNING: "! warning:", Level.MISTAKE: "✗ to mend:"}
_WIDTH = 110


def chapter_lines(chapter: Chapter, listing: bool) -> Iterator[str]:
    """A chapter as it is printed; with `listing`, the cases of each group too."""
    yield ""
    yield chapter.title
    for finding in chapter.findings:
        yield from _finding_lines(finding, listing)


def conclusion(chapters: Sequence[Chapter], target: str) -> Iterator[str]:
    """The last lines: ready or not, and what to do next."""
    mistakes = _count(chapters, Level.MISTAKE)
    warnings = _count(chapters, Level.WARNING)
    beside = f", {_counted(warnings, 'warning')}" if warnings else ""
    yield ""
    if ready(chapters):
        yield f"Ready: nothing must be mended{beside}. Try it: pytest conformance --target {target}"
    else:
        yield f"Not ready: {_counted(mistakes, 'thing')} to mend{beside}. Mend and ask again; what comes later may not have been looked at."


def as_json(chapters: Sequence[Chapter], target: str) -> str:
    """The whole as one document."""
    told = {"target": target, "ready": ready(chapters), "chapters": [dataclasses.asdict(chapter) for chapter in chapters]}
    return json.dumps(told, ensure_ascii=False, indent=1)


def _finding_lines(finding: Finding, listing: bool) -> Iterator[str]:
    place = f"{finding.place}: " if finding.place else ""
    yield from _wrapped(f"  {_SIGNS[finding.level]} {place}{finding.text}", "      ")
    if finding.mend:
        yield from _wrapped(f"      → {finding.mend}", "        ")
    if finding.proposal:
        yield from _proposal_lines(finding.proposal)
    if listing:
        yield from (f"        {id}" for id in finding.cases)


def _proposal_lines(proposal: Proposal) -> Iterator[str]:
    if not proposal.text:
        part = "what it says of it out of" if proposal.within else "out"
        yield f"        Take {part} line {proposal.line}."
    elif proposal.within:
        yield f"        Change in line {proposal.line}:"
    elif proposal.line:
        gone = f", and take out line {' and '.join(map(str, proposal.without))}" if proposal.without else ""
        yield f"        Write instead of line {proposal.line}{gone}:"
    else:
        yield f"        Write{f' below [{proposal.section}]' if proposal.section else ' at the top'}:"
    for line in proposal.text.splitlines():
        yield f"            {line}"


def _wrapped(text: str, indent: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.splitlines()):
        begin = "" if number == 0 else indent
        yield from textwrap.wrap(
            paragraph, _WIDTH, initial_indent=begin, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )


def _count(chapters: Sequence[Chapter], level: Level) -> int:
    return sum(finding.level is level for chapter in chapters for finding in chapter.findings)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
