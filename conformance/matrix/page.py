"""The matrix as one HTML page that needs nothing else and no scripts: what is wrong, the picture, and each defect, check, requirement."""

from __future__ import annotations

from pathlib import Path

from conformance.matrix.document import Matrix
from conformance.matrix.view import View
from conformance.report.page import anchor, duration, is_web
from conformance.report.rendering import rendered

FILE_NAME = "matrix.html"
TEMPLATES = Path(__file__).with_name("templates")


def render(matrix: Matrix) -> str:
    """The page, in the style of the report."""
    return rendered(TEMPLATES, "matrix", {"anchor": anchor, "duration": duration, "is_web": is_web}, matrix=matrix, view=View(matrix))
