"""The report in short, in Markdown: for the summary of a CI job, or a comment on a merge request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from conformance.known import days_left
from conformance.progress import clipped
from conformance.report import badge
from conformance.report.causes import Cause
from conformance.report.document import ConflictPart, Document, KnownPart
from conformance.report.view import CauseGroup, Group, View
from conformance.results import CaseResult

FILE_NAME = "summary.md"

# GitHub takes 65,536 characters in a comment; the whole stands in the report.
_MOST_CASES, _MOST_GROUPS, _MOST_NAMES, _LONGEST = 40, 25, 6, 240
_ACTS = re.compile(r"([\\`*_\[\]<>|~#]|:(?=//)|(?<=www)\.)")


def markdown_summary(document: Document) -> bytes:
    """The summary, in UTF-8. Nothing that a portal says can act in it: no link, no mention, no markup."""
    view = View(document)
    parts = (
        _head(view),
        _counts(document),
        *(_causes(group, view) for group in view.attention),
        _listed("Problems beside the cases", (f"- {plain(problem)}" for problem in document.problems)),
        _listed("Known failures", map(_known, document.known_failures)),
        _mechanism(view),
        _not_run(view),
        _folded("Conflicts between sources and standards: told, never failed", map(_conflict, document.conflicts)),
        _folded("Again, and about this run", [_about(document)]),
    )
    return ("\n\n".join(filter(None, parts)) + "\n").encode()


def _head(view: View) -> str:
    document = view.document
    told = f"**{plain(badge.words(document))}** · the whole is in `index.html` beside this summary"
    lines = [f"## {plain(document.target.name)}: {view.verdict}", told, view.sentence]
    return "\n\n".join([*lines, *(f"> {plain(limit)}" for limit in view.limits)])


def _counts(document: Document) -> str:
    kinds = list(document.counts)
    rows = [["portal", "verdict", *kinds]]
    rows += [[part.portal, f"**{part.verdict}**", *(str(part.counts.get(kind, 0)) for kind in kinds)] for part in document.portals]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * 2}{' ---: |' * len(kinds)}", *lines[1:]]) if document.portals else ""


def _causes(group: CauseGroup, view: View) -> str:
    lines = [_cause(card.cause, view) for card in group.cards[:_MOST_CASES]]
    left = len(group.cards) - _MOST_CASES
    before = f"{_counted(group.cases, 'case')}, {_counted(len(group.cards), 'cause')}, the most serious first."
    return _listed(group.title, [*lines, *([f"- and {left} more causes, in the report"] if left > 0 else [])], before)


def _cause(cause: Cause, view: View) -> str:
    """One line: what happens, how serious it is, how many cases show it, what was expected and seen, which requirements it breaks."""
    facts = f": {plain(cause.fact)} expected {code(cause.expected)}, actual {code(cause.actual)}" if cause.fact else ""
    where = f"watcher {code(cause.watcher)} broken {cause.broken} of {cause.judged} times" if cause.watcher else plain(cause.step)
    one = f", {code(view.short(cause.cases[0]))}" if len(cause.cases) == 1 else ""
    names = ", ".join(map(plain, cause.requirements[:_MOST_NAMES]))
    more = len(cause.requirements) - _MOST_NAMES
    broken = f" · {names}{f' and {more} more' if more > 0 else ''}" if names else ""
    return (
        f"- **{plain(cause.title)}** ({cause.weight}, {_counted(cause.number, 'case')}{one}){f' · {where}' if where else ''}{facts}{broken}"
    )


def _counted(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _known(part: KnownPart) -> str:
    end = f"until {part.until} ({days_left(part.days_left)})"
    return f"- {code(part.id)} {part.state}: {plain(part.reason)} · <{_address(part.link)}> · {end}"


def _mechanism(view: View) -> str:
    cases = view.mechanism
    if not cases:
        return ""
    limits = ", ".join(f"{long} is {short} there" for long, short in view.document.target.limits.items())
    told = f"{len(cases)} held on shortened limits only{f' ({limits})' if limits else ''}: the figures themselves are unproven."
    return _listed("Mechanism only", _ids(cases), told)


def _not_run(view: View) -> str:
    groups = view.missing
    shown = [_group(group) for group in groups[:_MOST_GROUPS]]
    left = sum(len(group.cases) for group in groups[_MOST_GROUPS:])
    return _folded("Not run", [*shown, *([f"- and {left} more cases for other reasons, in the report"] if left else [])])


def _group(group: Group) -> str:
    return f"- **{group.name}**, {_counted(len(group.cases), 'case')}: {plain(group.title)}"


def _ids(cases: Sequence[CaseResult]) -> list[str]:
    more = [f"- and {len(cases) - _MOST_CASES} more"] if len(cases) > _MOST_CASES else []
    return [*(f"- {code(case.id)} {plain(case.reason)}".rstrip() for case in cases[:_MOST_CASES]), *more]


def _conflict(conflict: ConflictPart) -> str:
    sides = "; ".join(f"{side.name} ({side.status})" for side in conflict.sides)
    return f"- **{conflict.id}** {plain(conflict.text)} {plain(sides)}"


def _about(document: Document) -> str:
    target = document.target
    where = ", ".join(code(address) for address in target.addresses.values())
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", document.reproduce)), default=0))
    seed = f"Seed {document.seed}." if document.seed else ""
    told = " ".join(filter(None, [seed, *document.chance]))
    return (
        f"{fence}sh\n{document.reproduce}\n{fence}\n\n"
        f"{plain(told)}\n\n"
        f"Target {code(target.file)} at {where}, driver {document.driver}{', strict' if document.strict else ''}, "
        f"suite {document.suite_version}, register {document.register_version}."
    ).replace("\n\n\n\n", "\n\n")


def _listed(title: str, lines: Iterable[str], before: str = "") -> str:
    items = list(lines)
    return "\n\n".join(filter(None, [f"### {title}", before, "\n".join(items)])) if items else ""


def _folded(title: str, lines: Iterable[str]) -> str:
    items = list(lines)
    return f"<details><summary>{title}</summary>\n\n{chr(10).join(items)}\n\n</details>" if items else ""


def plain(text: str) -> str:
    """Words as they stand, on one line; what Markdown or a forge would act on is defused."""
    return _ACTS.sub(r"\\\1", clipped(text, _LONGEST)).replace("&", "&amp;").replace("@", "@\u200b")


def code(text: str) -> str:
    """A text in backticks, more than it has itself."""
    text = clipped(text, _LONGEST) or " "
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _address(link: str) -> str:
    return re.sub(r"[\s<>]", "", link)
