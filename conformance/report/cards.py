"""A cause as a reader needs it: its cases with their examples, what else differed there, and one of them as evidence. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from conformance.report.causes import Cause, shown, typical
from conformance.report.document import ConflictPart, Document, RequirementPart
from conformance.results import CaseResult, Check, StepRecord
from conformance.verdict import broken_checks, broken_steps


@dataclass(frozen=True)
class Row:
    """A case of a cause: the step at which it stopped (0: at none), what was seen there, and the steps that it did not come to."""

    case: CaseResult
    number: int
    on_the_way: bool
    seen: str


@dataclass(frozen=True)
class Card:
    """A cause with everything that belongs beside it. `also` are further facts that differed at the same steps, with in how many cases."""

    cause: Cause
    rows: tuple[Row, ...]
    also: tuple[tuple[Check, int], ...]
    evidence: CaseResult | None
    evidence_number: int
    step: StepRecord | None
    examples: tuple[Check, ...] = ()

    @property
    def titles(self) -> Mapping[str, tuple[Row, ...]]:
        """The title of a case -> its rows: the examples of one case stand together."""
        found: dict[str, tuple[Row, ...]] = {}
        for row in self.rows:
            found[row.case.title] = (*found.get(row.case.title, ()), row)
        return found

    @property
    def example_names(self) -> tuple[str, ...]:
        """What varies between the examples, for the head of a table."""
        return tuple(dict.fromkeys(name for row in self.rows for name in row.case.example))

    @property
    def stopped_early(self) -> int:
        """How many cases stopped there with steps not tried."""
        return sum(1 for row in self.rows if row.case.not_tried)


def cards(document: Document) -> tuple[Card, ...]:
    """One for each cause of the document, in its order."""
    by_id = {case.id: case for case in document.cases}
    examples = {(one.watcher, one.portal): one.examples for one in document.watchers}
    return tuple(_card(cause, by_id, examples.get((cause.watcher, cause.portal), ())) for cause in document.causes)


def rules_of(cause: Cause, requirements: Mapping[str, RequirementPart]) -> tuple[RequirementPart, ...]:
    """The requirements that it breaks, as far as the document has them."""
    return tuple(requirements[id] for id in cause.requirements if id in requirements)


def conflicts_of(requirement: str, document: Document) -> tuple[ConflictPart, ...]:
    """The conflicts that a requirement is a side of."""
    return tuple(one for one in document.conflicts if requirement in one.between)


def _card(cause: Cause, by_id: Mapping[str, CaseResult], examples: tuple[Check, ...]) -> Card:
    rows = tuple(_row(by_id[id]) for id in cause.cases if id in by_id)
    evidence = typical(cause, by_id)
    number = _evident_step(cause, evidence) if evidence else 0
    step = evidence.steps[number - 1] if evidence and number else None
    return Card(cause, rows, _also(rows), evidence, number, step, examples)


def _row(case: CaseResult) -> Row:
    for number, step, checks in broken_steps(case)[:1]:
        seen = shown(step.outcome) if step.outcome else checks[0].actual
        return Row(case, number, checks[0].on_the_way, seen)
    return Row(case, 0, False, "")


def _evident_step(cause: Cause, case: CaseResult) -> int:
    if cause.watcher:
        steps = enumerate(case.steps, 1)
        return next((number for number, step in steps if any(one.watcher == cause.watcher and not one.held for one in step.checks)), 0)
    broken = broken_checks(case)
    return broken[0][0] if broken else len(case.steps)


def _also(rows: tuple[Row, ...]) -> tuple[tuple[Check, int], ...]:
    """Facts that differed beside the first, the same fact with the same missing once, the most frequent first."""
    found: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], Check] = {}
    for row in rows:
        for _, _, checks in broken_steps(row.case)[:1]:
            for check in checks[1:]:
                if check.fact == "reason" and checks[0].fact == "outcome":
                    continue  # told with the outcome
                key = (check.fact, check.expected.rpartition(" (")[2])
                first.setdefault(key, check)
                found[key] += 1
    return tuple((first[key], number) for key, number in found.most_common())
