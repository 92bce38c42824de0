"""What comes out of a case: checks, step records, one result; and how they add up. Pure data, JSON by msgspec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Result(StrEnum):
    """The seven results of the design, worst first when several meet (see `worst`)."""

    ERROR = "error"
    FAILED = "failed"
    COULD_NOT_RUN = "could not run"
    WARNING = "warning"
    MECHANISM_ONLY = "mechanism only"
    NOT_APPLICABLE = "not applicable"
    PASSED = "passed"


# How a report calls a failure that the target file knows of: what it is, and not counted against the verdict.
KNOWN_FAILURE = "known failure"
KINDS: tuple[str, ...] = (Result.ERROR, Result.FAILED, KNOWN_FAILURE, *list(Result)[2:])


def worst(results: Iterable[Result]) -> Result:
    """The first of them in the order of `Result`; PASSED when there is none."""
    order = list(Result)
    return min(results, key=order.index, default=Result.PASSED)


class Verdict(StrEnum):
    """What a portal is, all results taken together."""

    ERROR = "error"
    NOT_CONFORMANT = "not conformant"
    INCOMPLETE = "incomplete"
    PARTIAL = "partial"
    CONFORMANT = "conformant"


# Apart from pytest's 0 to 5, so that a script can tell a verdict from a broken command line.
EXIT_CODES = {
    Verdict.CONFORMANT: 0,
    Verdict.NOT_CONFORMANT: 10,
    Verdict.PARTIAL: 11,
    Verdict.INCOMPLETE: 12,
    Verdict.ERROR: 13,
}


@dataclass(frozen=True)
class Check:
    """One comparison: a fact, what was expected of it and what was seen, both as shown to people.

    `requirements` are those that stand or fall with it; `on_the_way` marks a step that was no more than the way to what the case verifies.
    """

    fact: str
    expected: str
    actual: str
    held: bool
    requirements: tuple[str, ...]
    level: str = "must"
    on_the_way: bool = False
    watcher: str | None = None


@dataclass(frozen=True)
class KnownFailure:
    """What a target file says of a case, or of a watcher, that is known to fail.

    `reason` says why, `link` where it is being mended, and `until` is the last day on which it is excused.
    """

    reason: str
    link: str
    until: date


@dataclass(frozen=True)
class MailRecord:
    """A mail as the report shows it, secrets covered."""

    sender: str
    to: tuple[str, ...]
    subject: str
    text: str


@dataclass(frozen=True)
class StepRecord:
    """One step as it went. `said` are the words of the page that decided what it is, empty when its behaviour did; `words` are all of them.

    `screenshot` is a data address of a JPEG or PNG, or None.
    """

    sentence: str
    place: str
    outcome: str = ""
    checks: tuple[Check, ...] = ()
    requests: tuple[str, ...] = ()
    words: str = ""
    mail: MailRecord | None = None
    screenshot: str | None = None
    seconds: float = 0.0
    said: str = ""


@dataclass(frozen=True)
class CaseResult:
    """One trial, whole. `requirements` are the ones the case verifies; `reason` says why it is no plain pass.

    `example` holds the values of the example that it tried, as shown to people. `attachments` are files beside the report.
    `known` is set when the target file says that it fails, and it does: it is shown as what it is, and does not count against the verdict.
    `not_tried` are the steps, as sentences, that it did not come to because it stopped before them.
    """

    id: str
    title: str
    portal: str
    driver: str
    impact: str
    requirements: tuple[str, ...]
    result: Result
    reason: str = ""
    steps: tuple[StepRecord, ...] = ()
    seconds: float = 0.0
    rerun: str = ""
    place: str = ""
    attachments: tuple[str, ...] = field(default=())
    example: Mapping[str, str] = field(default_factory=dict)
    known: KnownFailure | None = None
    not_tried: tuple[str, ...] = ()

    @property
    def excused(self) -> bool:
        """Whether it does not count against the verdict although it did not hold."""
        return self.known is not None and self.result in {Result.FAILED, Result.WARNING}

    @property
    def kind(self) -> str:
        """What a report calls it: its result, or `known failure`."""
        return KNOWN_FAILURE if self.excused else self.result.value


def worst_kind(results: Iterable[CaseResult]) -> str:
    """The first of their kinds in the order of `KINDS`; passed when there is none."""
    return min((result.kind for result in results), key=KINDS.index, default=Result.PASSED.value)
