"""The guess budget as a table of text."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.guesses.document import Budget, Row

_HEAD = ("guessed", "rotation", "an hour", "in all", "codes an hour", "codes in all", "verdict")


def as_text(budget: Budget) -> str:
    """One table, what is allowed in its first row, and what the figures come to below it."""
    lines = [_HEAD, *_allowed(budget), *(_cells(row) for row in budget.rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    table.insert(1, "  ".join("-" * width for width in widths))
    told = [f"{budget.target}: guesses judged within {budget.hours:g} hours, under every rotation: {budget.verdict}", "", *table]
    told += [f"{row.guessed}, {row.rotation}: {row.reason}" for row in budget.rows if row.reason]
    if budget.chance:
        hit = f"hits a code within that time with a probability of {budget.chance:.2e}: {odds(budget.chance)}"
        told += ["", f"Who goes on guessing so {hit}."]
    return "\n".join(told) + "\n"


def odds(chance: float) -> str:
    """A probability as a person says it: `one in 3,473`."""
    return f"one in {1 / chance:,.0f}" if chance else "never"


def _allowed(budget: Budget) -> Iterator[tuple[str, ...]]:
    if budget.allowed is not None:
        allowed = budget.allowed
        yield ("", "allowed", str(allowed.hour), str(allowed.whole), str(allowed.codes_hour), str(allowed.codes_whole), "")


def _cells(row: Row) -> tuple[str, ...]:
    if not row.judged_after:
        return (row.guessed, row.rotation, "–", "–", "–", "–", row.verdict)
    more = "≥ " if row.stopped else ""
    codes = (str(row.codes_hour), str(row.codes_whole)) if row.codes_whole else ("–", "–")
    return (row.guessed, row.rotation, f"{more}{row.hour}", f"{more}{row.whole}", *codes, row.verdict)
