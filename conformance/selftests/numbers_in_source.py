"""Numbers in Python source, found and changed by one: literals, and digits inside strings that are not documentation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = re.compile(rb"\d+")


@dataclass(frozen=True)
class Change:
    """One number changed: in which line, what it was, what it is now, and the whole source with it."""

    line: int
    old: str
    new: str
    source: bytes


def changes(source: bytes) -> Iterator[Change]:
    """Every number of the source, once larger and once smaller by one; a zero only larger. Widths are kept: `09` becomes `10` and `08`."""
    for start, end in sorted(_numbers(source)):
        old = source[start:end].decode()
        for value in (int(old) + 1, int(old) - 1):
            if value >= 0:
                new = f"{value:0{len(old)}d}"
                yield Change(source.count(b"\n", 0, start) + 1, old, new, source[:start] + new.encode() + source[end:])


def _numbers(source: bytes) -> Iterator[tuple[int, int]]:
    # ast counts columns in bytes, as do we.
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    tree = ast.parse(source)
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in documentation or isinstance(node.value, bool):
            continue
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        if isinstance(node.value, int):
            yield start, end
        elif isinstance(node.value, str):
            yield from ((start + match.start(), start + match.end()) for match in _DIGITS.finditer(source[start:end]))
