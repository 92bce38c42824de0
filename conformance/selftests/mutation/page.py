"""The report of a run of mutants written down: JSON, and a page that needs nothing else."""

from __future__ import annotations

from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conformance.report.page import TEMPLATES, anchor
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
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(anchor=anchor, in_words=in_words)
    styles = "\n".join(file.read_text(encoding="utf-8") for file in (TEMPLATES / "report.css", _HERE / "mutants.css"))
    return environment.get_template("mutants.html.j2").render(
        report=report,
        kinds=tuple(Kind),
        meaning=MEANING,
        unnoticed_kinds=UNNOTICED,
        style=Markup(styles),
    )
