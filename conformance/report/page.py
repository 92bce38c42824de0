"""The report as one HTML page that needs nothing else: what did not hold first, then requirements, cases, and how the run was made."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from conformance.known import days_left
from conformance.report.cards import conflicts_of, rules_of
from conformance.report.document import Document
from conformance.report.glossary import PARTS
from conformance.report.reasons import in_words
from conformance.report.rendering import rendered
from conformance.report.view import PICTURE_BUDGET, View, broken_requirements, picture_of_failure, status_of
from conformance.results import KNOWN_FAILURE, Result
from conformance.verdict import broken_steps, reason_beyond_checks

FILE_NAME = "index.html"
TEMPLATES = Path(__file__).with_name("templates")

SIGNS: Mapping[str, str] = {
    Result.PASSED: "✓",
    Result.FAILED: "✗",
    Result.ERROR: "⚠",
    Result.WARNING: "!",
    Result.COULD_NOT_RUN: "?",
    Result.MECHANISM_ONLY: "◐",
    Result.NOT_APPLICABLE: "–",
    KNOWN_FAILURE: "≈",
}


def render(document: Document, budget: int = PICTURE_BUDGET) -> str:
    """The page."""
    filters = {
        "anchor": anchor,
        "broken_requirements": broken_requirements,
        "broken_steps": broken_steps,
        "code_name": code_name,
        "days_left": days_left,
        "duration": duration,
        "is_web": is_web,
        "in_words": in_words,
        "picture_of_failure": picture_of_failure,
        "reason_beyond_checks": reason_beyond_checks,
        "status": status_of,
    }
    script = (TEMPLATES / "report.js").read_text(encoding="utf-8")
    return rendered(
        TEMPLATES,
        "report",
        filters,
        view=View(document, budget),
        glossary=PARTS,
        rules_of=rules_of,
        conflicts_of=conflicts_of,
        document=document,
        signs={str(kind): sign for kind, sign in SIGNS.items()},
        script=Markup(script),  # noqa: S704 - our own file
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def anchor(text: str) -> str:
    """A name for a place in the page, made from an id: letters, digits, dots and hyphens."""
    return "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in text)


def code_name(result: str) -> str:
    """A result as the name of a style: `could not run` -> `could-not-run`."""
    return result.replace(" ", "-")


def is_web(link: str) -> bool:
    """Whether a link of a target file leads to a page, and to nothing that acts."""
    return link.startswith(("http://", "https://"))


def duration(seconds: float) -> str:
    """Seconds as a person says them: `0.04 s`, `12 s`, `3 min 05 s`."""
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"
