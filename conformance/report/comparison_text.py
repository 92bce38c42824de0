"""A comparison of two reports as text for a terminal, and as Markdown for a merge request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from conformance.progress import clipped
from conformance.report.comparison import Change, Comparison, Direction
from conformance.report.markdown_summary import code, plain

_TITLES = {
    Direction.WORSE: "Worse",
    Direction.BETTER: "Better",
    Direction.OTHER: "Changed, neither better nor worse",
    Direction.NEW: "New",
    Direction.GONE: "Gone",
}
_LONGEST = 160
_MOST_IN_MARKDOWN = 60


def as_text(comparison: Comparison) -> str:
    """Some lines for a terminal."""
    lines = [_verdict(comparison), *(f"warning: {one}" for one in comparison.warnings)]
    for title, changes in _groups(comparison):
        lines += ["", f"{title} ({len(changes)})"]
        for change in changes:
            why = f": {clipped(change.why, _LONGEST)}" if change.why else ""
            lines.append(f"  {change.id}  {_went(change)}{why}")
    return "\n".join([*lines, "", _same(comparison)]) + "\n"


def as_markdown(comparison: Comparison) -> str:
    """The same for a comment on a merge request."""
    parts = [f"## {plain(_verdict(comparison))}"]
    if comparison.warnings:
        parts.append("\n".join(f"> {plain(one)}  " for one in comparison.warnings))
    for title, changes in _groups(comparison):
        parts += [f"### {title} ({len(changes)})", "\n".join(_items(changes, _item))]
    return "\n\n".join([*parts, _same(comparison)]) + "\n"


def _items(changes: Sequence[Change], item: Callable[[Change], str]) -> Iterator[str]:
    yield from map(item, changes[:_MOST_IN_MARKDOWN])
    if len(changes) > _MOST_IN_MARKDOWN:
        yield f"- and {len(changes) - _MOST_IN_MARKDOWN} more"


def _item(change: Change) -> str:
    why = f": {plain(change.why)}" if change.why else ""
    name = f"{code(change.id)} {plain(change.title)}" if change.title else plain(change.id)
    return f"- {name}, **{_went(change)}**{why}"


def _groups(comparison: Comparison) -> Iterator[tuple[str, list[Change]]]:
    for direction, title in _TITLES.items():
        for kind, changes in (("causes", comparison.causes), ("requirements", comparison.requirements), ("cases", comparison.cases)):
            found = [change for change in changes if change.direction is direction]
            if found:
                yield f"{title}: {kind}", found


def _went(change: Change) -> str:
    return " → ".join(filter(None, [change.before, change.after]))


def _verdict(comparison: Comparison) -> str:
    before, after = comparison.before, comparison.after
    name = after.target if before.target == after.target else f"{before.target} and {after.target}"
    if comparison.verdict is None:
        return f"{name}: {after.verdict}, as before"
    return f"{name}: {before.verdict} → {after.verdict}, {comparison.verdict}"


def _same(comparison: Comparison) -> str:
    return f"The same: {comparison.same_requirements} requirements, {comparison.same_cases} cases."
