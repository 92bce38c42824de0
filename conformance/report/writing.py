"""Writes a report to a folder: the document, and all that is made from it."""

from __future__ import annotations

from pathlib import Path

from conformance.report import document as documents
from conformance.report import junit, page
from conformance.report.document import Document

TRACES = "traces"


def write(document: Document, folder: Path) -> Path:
    """Write report.json, index.html and junit.xml; the page's path is returned. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / documents.FILE_NAME, documents.encode(document))
    return write_pages(document, folder)


def write_pages(document: Document, folder: Path) -> Path:
    """Write what is made from the document, index.html and junit.xml; the page's path is returned. Raises OSError."""
    _replace(folder / junit.FILE_NAME, junit.junit(document))
    return _replace(folder / page.FILE_NAME, page.render(document).encode())


def clear(folder: Path) -> None:
    """Make the folder, and remove an earlier report from it and nothing else: it may hold what is not ours. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    earlier = [folder / name for name in (documents.FILE_NAME, junit.FILE_NAME, page.FILE_NAME)]
    for file in (*earlier, *(folder / TRACES).glob("*.zip")):
        file.unlink(missing_ok=True)


def _replace(file: Path, content: bytes) -> Path:
    """A reader sees the old file or the new one, never half of one."""
    beside = file.with_name(file.name + ".part")
    beside.write_bytes(content)
    beside.replace(file)
    return file
