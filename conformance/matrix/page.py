"""The matrix as one HTML page that needs nothing else and no scripts: what is wrong, the picture, and each defect, check, requirement."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from conformance.matrix.document import Matrix
from conformance.matrix.view import View
from conformance.report.page import TEMPLATES as REPORT_TEMPLATES
from conformance.report.page import anchor, duration, is_web

FILE_NAME = "matrix.html"
TEMPLATES = Path(__file__).with_name("templates")


def render(matrix: Matrix) -> str:
    """The page, in the style of the report."""
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(anchor=anchor, duration=duration, is_web=is_web)
    sheets = (REPORT_TEMPLATES / "report.css", TEMPLATES / "matrix.css")
    style = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    return environment.get_template("matrix.html.j2").render(
        matrix=matrix,
        view=View(matrix),
        style=Markup(style),  # noqa: S704 - our own files
    )
