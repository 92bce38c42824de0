"""The report of a run of mutants written down: JSON, and a page that needs nothing else."""

from __future__ import annotations

from pathlib import Path

import msgspec

from conformance.report.page import anchor
from conformance.report.rendering import rendered
from conformance.selftests.mutation.fates import MEANING, UNNOTICED, Kind
from conformance.selftests.mutation.progress import in_words
from conformance.selftests.mutation.report import Report

PAGE, DOCUMENT = "mutants.html", "mutants.json"
_HERE = Path(__file__).parent


def write(report: Report, folder: Path) -> Path:
    """Write both into that folder; the page's path is returned. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DOCUMENT).write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))
    (folder / PAGE).write_text(render(report), encoding="utf-8")
    return folder / PAGE


def render(report: Report) -> str:
    """The page, in the looks of the conformance report."""
    kinds = {"kinds": tuple(Kind), "meaning": MEANING, "unnoticed_kinds": UNNOTICED}
    return rendered(_HERE, "mutants", {"anchor": anchor, "in_words": in_words}, report=report, **kinds)
