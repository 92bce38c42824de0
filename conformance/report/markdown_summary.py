"""The report in short, in Markdown: for the summary of a CI job, or a comment on a merge request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from conformance.known import days_left
from conformance.progress import clipped, headline
from conformance.report import badge
from conformance.report.document import ConflictPart, Document, KnownPart
from conformance.report.view import ATTENTION, Group, View
from conformance.results import CaseResult, Result
from conformance.verdict import WatcherStanding, broken_checks

FILE_NAME = "summary.md"

# GitHub takes 65,536 characters in a comment; the whole stands in the report.
_MOST_CASES, _MOST_GROUPS, _LONGEST = 40, 25, 240
_TITLES = {Result.FAILED: "Failed", Result.ERROR: "Broke", Result.WARNING: "Warnings"}
_ACTS = re.compile(r"([\\`*_\[\]<>|~#]|:(?=//)|(?<=www)\.)")


def markdown_summary(document: Document) -> bytes:
    """The summary, in UTF-8. Nothing that a portal says can act in it: no link, no mention, no markup."""
    view = View(document)
    parts = (
        _head(view),
        _counts(document),
        *(_cases(_TITLES[Result(kind)], view.of_kind(kind), view) for kind in ATTENTION),
        _listed("Broken under watch", map(_watcher, (one for one in document.watchers if one.broken and not one.excused))),
        _listed("Problems beside the cases", (f"- {plain(problem)}" for problem in document.problems)),
        _listed("Known failures", map(_known, document.known_failures)),
        _mechanism(view),
        _not_run(view),
        _listed("Conflicts between sources and standards", map(_conflict, document.conflicts), "Told, never failed."),
        _about(document),
    )
    return ("\n\n".join(filter(None, parts)) + "\n").encode()


def _head(view: View) -> str:
    document = view.document
    told = f"![{badge.NAME}: {badge.words(document)}]({badge.FILE_NAME})"
    lines = [f"## {plain(document.target.name)}: {view.verdict}", told, view.sentence]
    return "\n\n".join([*lines, *(f"> {plain(limit)}" for limit in view.limits)])


def _counts(document: Document) -> str:
    kinds = list(document.counts)
    rows = [["portal", "verdict", *kinds]]
    rows += [[part.portal, f"**{part.verdict}**", *(str(part.counts.get(kind, 0)) for kind in kinds)] for part in document.portals]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * 2}{' ---: |' * len(kinds)}", *lines[1:]]) if document.portals else ""


def _cases(title: str, cases: Sequence[CaseResult], view: View) -> str:
    lines = [_case(case, view) for case in cases[:_MOST_CASES]]
    return _listed(title, [*lines, *([f"- and {len(cases) - _MOST_CASES} more, in the report"] if len(cases) > _MOST_CASES else [])])


def _case(case: CaseResult, view: View) -> str:
    """One line: the requirement that broke, the case, what was expected and what was seen."""
    broken = broken_checks(case)
    if not broken:
        about = ", ".join(case.requirements)
        return f"- **{about}** {code(case.id)}: {plain(headline(case))}"
    _, _, check = broken[0]
    names = check.requirements or case.requirements
    title = "; ".join(view.requirements[name].title for name in names[:1] if name in view.requirements)
    more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
    way = ", on the way" if check.on_the_way else ""
    return (
        f"- **{', '.join(names)}** {plain(title)} · {code(case.id)}{way}: "
        f"{plain(check.fact)} expected {code(check.expected)}, actual {code(check.actual)}{more}"
    )


def _watcher(watcher: WatcherStanding) -> str:
    seen = f"broken {watcher.broken} of {watcher.judged} times" if watcher.broken else f"held {watcher.judged} times"
    first = watcher.examples[0] if watcher.examples else None
    example = f": expected {code(first.expected)}, actual {code(first.actual)}" if first else ""
    return f"- **{', '.join(watcher.requirements)}** {plain(watcher.title)} · {code(watcher.watcher)}, {seen}{example}"


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
    return _listed("Not run", [*shown, *([f"- and {left} more cases for other reasons, in the report"] if left else [])])


def _group(group: Group) -> str:
    number = len(group.cases)
    return f"- **{group.name}**, {number} case{'' if number == 1 else 's'}: {plain(group.title)}"


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
        f"### Again\n\n{fence}sh\n{document.reproduce}\n{fence}\n\n"
        f"{plain(told)}\n\n"
        f"Target {code(target.file)} at {where}, driver {document.driver}{', strict' if document.strict else ''}, "
        f"suite {document.suite_version}, register {document.register_version}."
    ).replace("\n\n\n\n", "\n\n")


def _listed(title: str, lines: Iterable[str], before: str = "") -> str:
    items = list(lines)
    return "\n\n".join(filter(None, [f"### {title}", before, "\n".join(items)])) if items else ""


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
