"""Writes the matrix into the folder of the report."""

from __future__ import annotations

from pathlib import Path

from conformance.matrix import document, page
from conformance.matrix.document import Matrix
from conformance.report.writing import put


def write(matrix: Matrix, folder: Path) -> Path:
    """Write matrix.json and matrix.html; the page's path is returned. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    put(folder / document.FILE_NAME, document.encode(matrix))
    put(folder / page.FILE_NAME, page.render(matrix).encode())
    return folder / page.FILE_NAME
