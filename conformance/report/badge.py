"""The verdict as a small picture, for a README or a merge request: its words say all that its colour says."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from conformance.report.document import Document
from conformance.report.view import View
from conformance.results import Result, Verdict

FILE_NAME = "badge.svg"
NAME = "heurtoir"

_NAME_GROUND = "#3b4148"
# Dark enough for white letters: a contrast of 4.5 to 1 and more.
_GROUNDS = {
    Verdict.CONFORMANT: "#1d6b3c",
    Verdict.PARTIAL: "#00696b",
    Verdict.INCOMPLETE: "#1f5c86",
    Verdict.NOT_CONFORMANT: "#a8201a",
    Verdict.ERROR: "#7b1fa2",
}
# How wide letters are, in a sans serif of 11 pixels; a text is fitted into what comes out, so a near miss does no harm.
_WIDTHS = {**dict.fromkeys("il.,’ ·", 3.6), **dict.fromkeys("frt1", 4.6), **dict.fromkeys("mw", 9.4)}
_USUAL_WIDTH, _MARGIN = 6.4, 7


def badge(document: Document) -> bytes:
    """The picture, as SVG in UTF-8."""
    said, ground = words(document), _GROUNDS[document.verdict]
    left, right = _width(NAME) + 2 * _MARGIN, _width(said) + 2 * _MARGIN
    title = f"{NAME}: {said}"
    texts = "".join(
        f'<text x="{x:.0f}" y="14" textLength="{length:.0f}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'
        for x, length, text in ((_MARGIN, left - 2 * _MARGIN, NAME), (left + _MARGIN, right - 2 * _MARGIN, said))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right:.0f}" height="20" role="img" aria-label={quoteattr(title)}>'
        f"<title>{escape(title)}</title>"
        f'<clipPath id="round"><rect width="{left + right:.0f}" height="20" rx="3"/></clipPath>'
        f'<g clip-path="url(#round)"><rect width="{left:.0f}" height="20" fill="{_NAME_GROUND}"/>'
        f'<rect x="{left:.0f}" width="{right:.0f}" height="20" fill="{ground}"/></g>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">{texts}</g></svg>\n'
    ).encode()


def words(document: Document) -> str:
    """What stands beside the name: the verdict, and the number that matters for it: `conformant · 187`, `not conformant · 3 failed`."""
    known = len(View(document).known)
    parts = [str(document.verdict), _number(document), f"{known} known" if known else ""]
    return " · ".join(filter(None, parts))


def _number(document: Document) -> str:
    counts = document.counts
    failed = counts.get(Result.FAILED, 0) + (counts.get(Result.WARNING, 0) if document.strict else 0)
    by_verdict = {
        Verdict.CONFORMANT: str(counts.get(Result.PASSED, 0)),
        Verdict.NOT_CONFORMANT: f"{failed} failed" if failed else "",
        Verdict.PARTIAL: f"{counts.get(Result.MECHANISM_ONLY, 0)} mechanism only",
        Verdict.INCOMPLETE: f"{counts.get(Result.COULD_NOT_RUN, 0)} could not run" if counts.get(Result.COULD_NOT_RUN) else "",
        Verdict.ERROR: f"{counts.get(Result.ERROR, 0)} broke" if counts.get(Result.ERROR) else "",
    }
    return by_verdict[document.verdict]


def _width(text: str) -> float:
    return sum(_WIDTHS.get(letter, _USUAL_WIDTH) for letter in text)
