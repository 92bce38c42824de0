"""The guess budget as one HTML page that needs nothing else and no scripts: each rotation as bars beside what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from conformance.guesses.document import BROKE, NOT_RUN, NOT_THERE, OVER, WITHIN, Budget, Document, Row
from conformance.guesses.text import odds
from conformance.report.page import anchor, duration
from conformance.report.rendering import rendered

FILE_NAME = "guesses.html"
TEMPLATES = Path(__file__).with_name("templates")
_WIDE = 1_000
# How a verdict is told in the colours and words of the report.
STYLES: Mapping[str, tuple[str, str, str]] = {
    WITHIN: ("passed", "✓", "conformant"),
    OVER: ("failed", "✗", "not-conformant"),
    NOT_THERE: ("not-applicable", "–", "incomplete"),
    NOT_RUN: ("could-not-run", "?", "incomplete"),
    BROKE: ("error", "⚠", "error"),
}
SENTENCES: Mapping[str, str] = {
    WITHIN: "Whatever is changed from one guess to the next, no more are judged than the requirements allow.",
    OVER: "Some attackers get more guesses judged than the requirements allow.",
    NOT_RUN: "Some of it could not be measured; the reasons stand with the rows.",
    BROKE: "Something broke while it was measured; the reasons stand with the rows.",
}


def render(document: Document) -> str:
    """The page, in the style of the report."""
    filters = {"anchor": anchor, "duration": duration, "odds": odds}
    shown = {"document": document, "styles": STYLES, "sentences": SENTENCES}
    return rendered(TEMPLATES, "guesses", filters, share=share, longest=longest, marks=marks, year=year, hours=hours, **shown)


def longest(budget: Budget, guessed: str, figure: str) -> int:
    """The largest number that any row has for that figure, or what is allowed; twice of that is the most that is drawn to scale."""
    allowed: int = getattr(budget.allowed, figure) if budget.allowed else 1
    found: list[int] = [getattr(row, figure) for row in budget.of(guessed)]
    return min(max(allowed, *found), 2 * allowed)


def share(number: int, most: int) -> float:
    """How long a bar is, in percent of its track; the longest that is drawn to scale leaves some room."""
    return min(round(90 * number / (most or 1), 2), 100.0)


def marks(row: Row, budget: Budget) -> str:
    """A stroke for each moment at which guesses were judged, as the path of a picture that is 1,000 wide."""
    places = dict.fromkeys(round(_WIDE * second / (budget.hours * 3600)) for second in row.judged_after)
    return "".join(f"M{place} 0v10" for place in places)


def hours(budget: Budget) -> tuple[str, ...]:
    """What stands below those pictures: the quarters of the time."""
    return tuple(f"{budget.hours * quarter / 4:g} h" for quarter in range(5))


def year(budget: Budget) -> float:
    """The probability of hitting a code within a year of such days."""
    missed: float = (1 - budget.chance) ** (365 * 24 / budget.hours)
    return 1 - missed
