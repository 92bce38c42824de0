"""Folders of cases made for one test."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

WriteFile = Callable[[str, str], Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty folder that stands for `scenarios`; the register is that of the repository as long as it has none of its own."""
    folder = tmp_path / "scenarios"
    folder.mkdir()
    return folder


@pytest.fixture
def write(root: Path) -> WriteFile:
    """Writes a file below `root` and answers with `root`."""

    def written(name: str, text: str) -> Path:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return root

    return written
