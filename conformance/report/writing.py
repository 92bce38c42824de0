"""Writes a report to a folder: the document, and all that is made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from conformance.report import badge, junit, markdown_summary, page, traceability
from conformance.report import document as documents
from conformance.report.document import Document

TRACES = "traces"

# What is made from the document, by the name of its file.
MADE: Mapping[str, Callable[[Document], bytes]] = {
    junit.FILE_NAME: junit.junit,
    markdown_summary.FILE_NAME: markdown_summary.markdown_summary,
    badge.FILE_NAME: badge.badge,
    traceability.FILE_NAME: traceability.traceability,
    page.FILE_NAME: lambda document: page.render(document).encode(),
}


def write(document: Document, folder: Path) -> Path:
    """Write report.json and all that is made from it; the page's path is returned. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    put(folder / documents.FILE_NAME, documents.encode(document))
    return write_pages(document, folder)


def write_pages(document: Document, folder: Path) -> Path:
    """Write what is made from the document (see MADE); the page's path is returned. Raises OSError."""
    for name, made in MADE.items():
        put(folder / name, made(document))
    return folder / page.FILE_NAME


def clear(folder: Path) -> None:
    """Make the folder, and remove an earlier report from it and nothing else: it may hold what is not ours. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    earlier = [folder / name for name in (documents.FILE_NAME, *MADE)]
    for file in (*earlier, *(folder / TRACES).glob("*.zip")):
        file.unlink(missing_ok=True)


def put(file: Path, content: bytes) -> None:
    """Write a file whole: a reader sees the old file or the new one, never half of one."""
    beside = file.with_name(file.name + ".part")
    beside.write_bytes(content)
    beside.replace(file)
