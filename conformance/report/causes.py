"""What did not hold, grouped by what broke first: one cause for all cases that stopped at the same thing. Pure.

Of an outcome, the verb of the step, what was expected and what was seen make the cause; of any other fact, the fact itself. Dates and
numbers do not count. A case is in exactly one cause; a watcher that was broken is a cause of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile

from conformance.report import cause_titles
from conformance.results import CaseResult, Check, Result, StepRecord
from conformance.verdict import WatcherStanding, broken_steps, votes

KINDS: tuple[Result, ...] = (Result.FAILED, Result.ERROR, Result.WARNING)
_BROKEN = frozenset({Result.FAILED, Result.WARNING})
_NUMBER = re.compile(r"\d[\d/:+.]*(?:(?:mo|[dhms])\b)?")
_VARIES = re.compile(rf"“[^”]*”|{_NUMBER.pattern}")
_VERB = re.compile(r"(?:Sign in|Sign out|Ask for|Send the form|Set|[\w-]+)")
_ASIDE = re.compile(r"(?:, as [\w-]+)?(?:, in the browser “[^”]*”)?(?: \(\d+ of \d+\))?$")
_MOST_UNLIKE = 3
# What somebody does that changes who is signed in.
_DONE = frozenset({"Sign in", "Sign out", "Set", "Enter", "Bring"})
_SETS = frozenset({"says", "offers", "rules", "fields"})
# What a page or a mail tells, when it is otherwise what it must be.
_WORDS = frozenset(
    {
        *("says", "offers", "offers-not", "says-not", "saveable", "until", "until-form"),
        *("lifetime", "attempts", "mask", "page", "fields", "rules", "stays-on"),
        *("trust-box", "trust-effect", "subject", "sender-name", "sender-local", "fits", "same-as"),
    }
)


class Weight(StrEnum):
    """How serious a cause is, the most serious first."""

    OPENS = "lets in"
    SECURITY = "security"
    BEHAVIOUR = "behaviour"
    WORDS = "words"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True)
class Cause:
    """One thing to mend, with all that did not hold because of it.

    `id` is the same in every run of the same cause. `kind` is the result of its cases; `step` is what they have in common of the step
    that broke. `requirements` are those that it breaks, `not_reached` those that its cases did not come to. A cause without `cases` that
    stand or fall with it is that of a `watcher`, which was broken `broken` of `judged` times, in the cases of `seen_in`.
    """

    id: str
    kind: str
    weight: Weight
    title: str
    step: str
    fact: str
    expected: str
    actual: str
    requirements: tuple[str, ...]
    not_reached: tuple[str, ...]
    cases: tuple[str, ...]
    watcher: str = ""
    portal: str = ""
    broken: int = 0
    judged: int = 0
    seen_in: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """How many cases, or cases that a watcher looked at, show it."""
        return len(self.cases or self.seen_in)


@dataclass(frozen=True)
class _Break:
    """What broke first in a case. `reason` is that of the expected outcome, None when the case does not say; `after` is the verb of the
    last step before it in which somebody did something."""

    case: CaseResult
    verb: str
    step: str
    fact: str
    expected: str
    actual: str
    reason: str | None = None
    after: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What is the same in all cases of a cause, but for the reason."""
        verb = self.verb if self.fact in {"outcome", "way"} else ""
        return (self.case.portal, self.case.kind, verb, self.fact, *_what(self.fact, self.expected, self.actual))


def causes(cases: Iterable[CaseResult], watchers: Iterable[WatcherStanding], security: Collection[str]) -> tuple[Cause, ...]:
    """Every cause, the most serious first: failures, errors, warnings; within them by weight, then by how many cases show it.

    `security` names the requirements whose breach is one of security. What is known to fail is left out.
    """
    groups: dict[tuple[str, ...], list[_Break]] = {}
    for case in cases:
        if case.kind in KINDS:
            found = first_break(case)
            groups.setdefault((*found.key, found.reason or ""), []).append(found)
    made = [_cause(key, found, security) for key, found in _reasons_joined(groups).items()]
    made += [_of_watcher(standing, security) for standing in watchers if standing.result in _BROKEN and not standing.excused]
    return tuple(sorted(made, key=_seriousness))


def by_case(found: Iterable[Cause]) -> Mapping[str, Cause]:
    """The id of a case -> its cause."""
    return {case: cause for cause in found for case in cause.cases}


def typical(cause: Cause, cases: Mapping[str, CaseResult]) -> CaseResult | None:
    """The case that shows it with the fewest steps: the shortest way to see it again."""
    known = [cases[id] for id in cause.cases or cause.seen_in if id in cases]
    return min(known, key=lambda case: (len(case.steps), case.id), default=None)


def shown(outcome: str) -> str:
    """An outcome with its reason as people read it: `refused, wrong` -> `refused (wrong)`."""
    name, _, rest = outcome.partition(", ")
    return f"{name} ({rest})" if rest else name


def first_break(case: CaseResult) -> _Break:
    """What broke first: an outcome, another fact, or, where no check did, whatever the reason says."""
    broken = broken_steps(case)
    if not broken:
        told = case.reason.splitlines()[0] if case.reason else case.title
        return _Break(case, "", case.steps[-1].sentence if case.steps else "", "", "", told)
    number, step, checks = broken[0]
    what = (case, _verb(step.sentence), step.sentence)
    own = {check.fact: check for check in step.checks if check.watcher is None}
    first = checks[0]
    if first.fact not in {"outcome", "reason"} or "outcome" not in own:
        return _Break(*what, first.fact, first.expected, first.actual)
    reason = own["reason"].expected if "reason" in own else None
    after = next((verb for one in case.steps[number - 2 :: -1] if number > 1 and (verb := _verb(one.sentence)) in _DONE), "")
    return _Break(*what, "outcome", own["outcome"].expected, _outcome_seen(step, own), reason, after)


def _verb(sentence: str) -> str:
    found = _VERB.match(sentence)
    return found[0] if found else ""


def _outcome_seen(step: StepRecord, own: Mapping[str, Check]) -> str:
    """The outcome with its reason, whichever of the record and the checks tells it."""
    seen = own["outcome"].actual
    if step.outcome.startswith(seen):
        return step.outcome
    told = own["reason"].actual if "reason" in own else "nothing"
    return seen if told == "nothing" else f"{seen}, {told}"


def _what(fact: str, expected: str, actual: str) -> tuple[str, str]:
    """Expected and actual without dates and numbers; of what is named in lists, what is missing and what is too much."""
    if not fact:  # a reason: which control was missing, or which page was not known, is what it is about
        return "", _NUMBER.sub("…", actual)
    if fact not in _SETS:
        return _VARIES.sub("…", expected), _VARIES.sub("…", actual)
    wanted, there = ({*text.split(", ")} - {"nothing"} for text in (expected, actual))
    more = there - wanted if fact in {"rules", "fields"} else set[str]()
    return ", ".join(sorted(wanted - there)), ", ".join(sorted(more))


def _reasons_joined(groups: Mapping[tuple[str, ...], list[_Break]]) -> Mapping[tuple[str, ...], list[_Break]]:
    """A case that says only `blocked` goes with those that say why, when all of those say the same."""
    joined = {key: [*found] for key, found in groups.items()}
    for key in groups:
        reasoned = [other for other in groups if other[:-1] == key[:-1] and other[-1]]
        if not key[-1] and len(reasoned) == 1:
            joined[reasoned[0]] += joined.pop(key)
    return joined


def _cause(key: tuple[str, ...], found: Sequence[_Break], security: Collection[str]) -> Cause:
    cases = [one.case for one in found]
    said = [votes(case) for case in cases]
    # What makes it serious is named first.
    broken = tuple(
        sorted(_once(id for votes_of in said for id, vote in votes_of.items() if vote in KINDS), key=lambda id: id not in security)
    )
    first = min(found, key=lambda one: (len(one.case.steps), one.case.id))
    expected, actual = first.expected, first.actual
    if first.fact == "outcome":
        expected, actual = shown(", ".join(filter(None, [expected, key[-1]]))), shown(actual)
    reached = _once(id for case in cases for id in _at_first_break(case))
    step = in_common(one.step for one in found)
    afters = {one.after for one in found}
    cause = Cause(
        id=_name(key),
        kind=first.case.kind,
        weight=_weight(first, reached, security),
        title="",
        step=step,
        fact=first.fact,
        expected=expected if len({one.expected for one in found}) == 1 or first.fact == "outcome" else in_common(o.expected for o in found),
        actual=actual,
        requirements=broken or (_once(id for case in cases for id in case.requirements) if not first.fact else ()),
        not_reached=tuple(id for id in _once(id for votes_of in said for id, vote in votes_of.items() if vote is None) if id not in broken),
        cases=tuple(case.id for case in cases),
        portal=first.case.portal,
    )
    after = "".join(afters) if len(afters) == 1 else ""
    broke = cause_titles.Broke(first.verb, step, first.fact, first.expected, key[-1], first.actual, after)
    return replace(cause, title=cause_titles.title(broke))


def _at_first_break(case: CaseResult) -> Iterator[str]:
    """The requirements of what broke first, when it was reached: where there was no way at all, nothing was."""
    for _, _, checks in broken_steps(case)[:1]:
        for check in checks:
            if not check.on_the_way and check.fact != "way":
                yield from check.requirements


def _weight(first: _Break, reached: Collection[str], security: Collection[str]) -> Weight:
    if not first.fact:
        return Weight.NOT_JUDGED
    if first.fact == "outcome" and first.actual.startswith("signed-in"):
        return Weight.OPENS
    if {*reached} & {*security}:
        return Weight.SECURITY
    return Weight.WORDS if first.fact in _WORDS else Weight.BEHAVIOUR


def _of_watcher(standing: WatcherStanding, security: Collection[str]) -> Cause:
    first = standing.examples[0] if standing.examples else None
    return Cause(
        id=_name((standing.portal, "watcher", standing.watcher)),
        kind=standing.result.value,
        weight=Weight.SECURITY if {*standing.requirements} & {*security} else Weight.BEHAVIOUR,
        title=cause_titles.of_watcher(standing.title or standing.watcher),
        step="On every page and mail of every case",
        fact=first.fact if first else "",
        expected=first.expected if first else "",
        actual=first.actual if first else "",
        requirements=standing.requirements,
        not_reached=(),
        cases=(),
        watcher=standing.watcher,
        portal=standing.portal,
        broken=standing.broken,
        judged=standing.judged,
        seen_in=standing.cases,
    )


def _seriousness(cause: Cause) -> tuple[int, int, int, str]:
    return KINDS.index(Result(cause.kind)), list(Weight).index(cause.weight), -cause.number, cause.title


def in_common(sentences: Iterable[str]) -> str:
    """What sentences share at their beginning and end, `…` for the rest: `Sign in with … and a wrong password`; else the first few."""
    lines = sorted({_ASIDE.sub("", one) for one in sentences})
    if len(lines) <= 1:
        return "".join(lines)
    words = [line.split() for line in lines]
    start = _beginning(words)
    end = _beginning([line[len(start) :][::-1] for line in words])[::-1]
    return " ".join([*start, "…", *end]) if start or end else " / ".join(lines[:_MOST_UNLIKE])


def _beginning(lines: Sequence[Sequence[str]]) -> list[str]:
    return [words[0] for words in takewhile(lambda words: len({*words}) == 1, zip(*lines, strict=False))]


def _name(key: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(key).encode()).hexdigest()[:8]


def _once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
