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


@lru_cache(maxsize=32)
def key_lines(text: str) -> Mapping[str, int]:
    """The line on which each key of a valid TOML text is first given; tables above it count too. A quoted key is as its text."""
    found: dict[str, int] = {}
    heading, pending, began = "", [], 1
    for number, line in enumerate(text.splitlines(), start=1):
        pending.append(line)
        try:
            table = tomllib.loads("\n".join([heading, *pending]))
        except tomllib.TOMLDecodeError:
            continue  # in the middle of a value over several lines
        if pending[0].lstrip().startswith("["):
            heading = pending[0]
        for key in _keys(table):
            found.setdefault(key, began)
        pending, began = [], number + 1
    return found


def _keys(table: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        yield f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _keys(value, f"{prefix}{key}.")
