"""The matrix as one HTML page that needs nothing else and no scripts."""

from __future__ import annotations

from conformance.matrix.document import Matrix

FILE_NAME = "matrix.html"


def render(matrix: Matrix) -> str:
    """The page."""
    return f"<!doctype html><title>{len(matrix.defects)}</title>"
