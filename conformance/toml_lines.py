"""On which line of a TOML file a key stands, for messages. The file is valid: this asks tomllib statement by statement."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any


def line_of(path: Path, key: str) -> int:
    """The line, from 1, on which a key such as `controls.sign-out.label` stands, or what holds it; 0 when the file has nothing of it."""
    try:
        lines = key_lines(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return 0
    while key and key not in lines:
        key = key.rpartition(".")[0]
    return lines.get(key, 0)


def key_lines(text: str) -> Mapping[str, int]:
    """The line on which each key of a valid TOML text is first given; tables above it count too. A quoted key is as its text."""
    return _statements(text)[0]


def heading_above(text: str, line: int) -> str:
    """The table that a statement on this line stands in, as its key; empty at the top of the file."""
    return _statements(text)[1].get(line, "")


@lru_cache(maxsize=32)
def _statements(text: str) -> tuple[Mapping[str, int], Mapping[int, str]]:
    """Where each key is first given, and the table that each statement stands in, by its first line."""
    found: dict[str, int] = {}
    tables: dict[int, str] = {}
    heading, table_key, pending, began = "", "", list[str](), 1
    for number, line in enumerate(text.splitlines(), start=1):
        pending.append(line)
        try:
            table = tomllib.loads("\n".join([heading, *pending]))
        except tomllib.TOMLDecodeError:
            continue  # in the middle of a value over several lines
        if pending[0].lstrip().startswith("["):
            heading = pending[0]
            table_key = list(_keys(tomllib.loads(heading)))[-1]
        tables[began] = table_key
        for key in _keys(table):
            found.setdefault(key, began)
        pending, began = [], number + 1
    return found, tables


def _keys(table: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        yield f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _keys(value, f"{prefix}{key}.")
