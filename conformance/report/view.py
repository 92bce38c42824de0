"""The document arranged as a page shows it: what needs a look first, then requirements with their cases, then the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from conformance.known import FAILS
from conformance.report.cards import Card, cards
from conformance.report.causes import KINDS, Cause, by_case
from conformance.report.document import UNTRIED, Document, KnownPart, RequirementPart
from conformance.report.reasons import all_in_one, kind_of
from conformance.results import KNOWN_FAILURE, CaseResult, Result, Verdict, worst
from conformance.verdict import broken_checks, by_portal, verified

PICTURE_BUDGET = 8_000_000  # characters of pictures in a page: what a browser opens at once, and a mail server lets through

# What a reader has to look at, in this order, and how it is headed; the rest is listed with its portal.
ATTENTION: Mapping[str, str] = {
    Result.FAILED: "What to mend",
    Result.ERROR: "What broke in target file, driver or suite",
    Result.WARNING: "What should be otherwise",
}

VERDICT_SENTENCES = {
    Verdict.CONFORMANT: "Everything that was tried held.",
    Verdict.NOT_CONFORMANT: "At least one requirement does not hold.",
    Verdict.PARTIAL: "All held, but some of it on shortened limits only: those figures are unproven.",
    Verdict.INCOMPLETE: "Nothing that was tried failed, but not everything could be tried.",
    Verdict.ERROR: "The target file, a driver or the harness broke: the rest says what was seen until then.",
}


@dataclass(frozen=True)
class Group:
    """Cases that belong under one heading."""

    name: str
    title: str
    cases: tuple[CaseResult, ...]


@dataclass(frozen=True)
class CauseGroup:
    """The causes of one result, under one heading."""

    name: str
    title: str
    cards: tuple[Card, ...]

    @property
    def cases(self) -> int:
        """How many cases stand or fall with them."""
        return sum(len(card.cause.cases) for card in self.cards)


@dataclass(frozen=True)
class RequirementGroup:
    """A requirement with the cases that are shown under it, and the ids of those shown under another that bear on it too."""

    requirement: RequirementPart
    cases: tuple[CaseResult, ...]
    elsewhere: tuple[str, ...]

    @property
    def results(self) -> tuple[str, ...]:
        """Every result that occurs here, for the filter."""
        return tuple(dict.fromkeys([self.status, *(case.kind for case in self.cases)]))

    @property
    def status(self) -> str:
        """Where the requirement stands, a known failure under that name."""
        return status_of(self.requirement)


class View:
    """The document, arranged as the page shows it."""

    def __init__(self, document: Document, budget: int = PICTURE_BUDGET) -> None:
        self.document = document
        self._budget = budget
        self._pictures_seen: set[str] = set()

    @cached_property
    def requirements(self) -> Mapping[str, RequirementPart]:
        """Requirement id -> its part of the document."""
        return {requirement.id: requirement for requirement in self.document.requirements}

    @cached_property
    def attention(self) -> tuple[CauseGroup, ...]:
        """What failed, broke or warned, by its causes, the most serious first."""
        made = cards(self.document)
        groups = (CauseGroup(kind, title, tuple(card for card in made if card.cause.kind == kind)) for kind, title in ATTENTION.items())
        return tuple(group for group in groups if group.cards)

    @cached_property
    def cause_of(self) -> Mapping[str, Cause]:
        """The id of a case -> its cause."""
        return by_case(self.document.causes)

    @cached_property
    def watcher_causes(self) -> Mapping[tuple[str, str], Cause]:
        """Watcher and portal -> the cause that it is."""
        return {(cause.watcher, cause.portal): cause for cause in self.document.causes if cause.watcher}

    def short(self, id: str) -> str:
        """The id of a case without the portal's name, where there is but one portal."""
        return id.removeprefix(f"{self.document.portals[0].portal}.") if len(self.document.portals) == 1 else id

    @cached_property
    def mechanism(self) -> tuple[CaseResult, ...]:
        """The cases that held on shortened limits."""
        return self.of_kind(Result.MECHANISM_ONLY)

    @cached_property
    def missing(self) -> tuple[Group, ...]:
        """The cases that could not run or whose function the target does not have, by the kind of reason."""
        return tuple(self._by_reason(Result.COULD_NOT_RUN, Result.NOT_APPLICABLE))

    @cached_property
    def portals(self) -> Mapping[str, tuple[RequirementGroup, ...]]:
        """Portal -> its requirements in the register's order, each with its cases; a case is shown under the first that it verifies."""
        return {portal: tuple(self._groups(cases)) for portal, cases in by_portal(self.document.cases).items()}

    @cached_property
    def tried(self) -> tuple[RequirementPart, ...]:
        """The requirements that a case or a watcher bore on."""
        return tuple(requirement for requirement in self.document.requirements if requirement.status not in UNTRIED)

    @cached_property
    def untried(self) -> Mapping[str, list[RequirementPart]]:
        """Status -> the requirements that no selected case touched."""
        found: dict[str, list[RequirementPart]] = {}
        for requirement in self.document.requirements:
            if requirement.status in UNTRIED:
                found.setdefault(requirement.status, []).append(requirement)
        return found

    @cached_property
    def shown_pictures(self) -> Mapping[str, tuple[int, str]]:
        """Key -> number and data address of the pictures that fit the budget."""
        shown: dict[str, tuple[int, str]] = {}
        left = self._budget
        for key in dict.fromkeys(self._pictures_by_need()):
            picture = self.document.pictures.get(key, "")
            if picture and len(picture) <= left:
                left -= len(picture)
                shown[key] = (len(shown) + 1, picture)
        return shown

    def _pictures_by_need(self) -> Iterator[str]:
        """What shows a cause, all pictures of the cases that need a look, then the last one of each other case, then the rest."""
        for group in self.attention:
            yield from (card.step.screenshot for card in group.cards if card.step and card.step.screenshot)
        for result in (*KINDS, KNOWN_FAILURE):
            for case in self.of_kind(result):
                yield from _pictures(case)
        for case in self.document.cases:
            yield from _pictures(case)[-1:]
        for case in self.document.cases:
            yield from _pictures(case)

    def first_shown(self, key: str) -> bool:
        """True the first time it is asked for a picture: each is embedded once, and linked to afterwards."""
        if key in self._pictures_seen:
            return False
        self._pictures_seen.add(key)
        return True

    def place_of(self, requirement: str, portal: str) -> bool:
        """Whether links to the requirement lead to this portal's heading: to the first portal that has one."""
        return self._places.get(requirement) == portal

    def has_place(self, requirement: str) -> bool:
        """Whether the requirement has a heading in any portal."""
        return requirement in self._places

    @cached_property
    def _places(self) -> Mapping[str, str]:
        places: dict[str, str] = {}
        for portal, groups in self.portals.items():
            for group in groups:
                places.setdefault(group.requirement.id, portal)
        return places

    @cached_property
    def known(self) -> tuple[KnownPart, ...]:
        """The known failures that excused something in this run."""
        return tuple(part for part in self.document.known_failures if part.state == FAILS)

    @property
    def verdict(self) -> str:
        """The verdict with what it leaves out of account: `conformant, but for 2 known failures`."""
        number = len(self.known)
        if not number:
            return str(self.document.verdict)
        joined = "but for" if self.document.verdict is Verdict.CONFORMANT else "with"
        return f"{self.document.verdict}, {joined} {number} known failure{'' if number == 1 else 's'}"

    @property
    def sentence(self) -> str:
        """What the verdict means, in one sentence."""
        if self.document.interrupted and self.document.verdict is Verdict.INCOMPLETE:
            return "The run was broken off before every case was tried."
        if not any(map(verified, self.document.cases)) and self.document.verdict is Verdict.INCOMPLETE:
            return "Nothing was verified."
        if self.document.cases and all(case.excused for case in self.document.cases):
            return "Nothing but known failures was tried."
        if self.known and self.document.verdict is Verdict.CONFORMANT:
            return "Everything else that was tried held."
        return VERDICT_SENTENCES[self.document.verdict]

    @cached_property
    def limits(self) -> tuple[str, ...]:
        """Why not all there is was tried; empty when it was."""
        selection = self.document.selection
        asked = " ".join(f"--{option} {','.join(names)}" for option, names in selection.asked.items() if names)
        return (
            *([f"Only a selection was asked for: {asked}."] if asked else []),
            *(f"Left out: {_cases(len(part.cases))}, {part.why}." for part in selection.left_out),
            *([f"Not reached: {_cases(len(selection.not_reached))}."] if selection.not_reached else []),
        )

    def of_kind(self, kind: str) -> tuple[CaseResult, ...]:
        """The cases of a result, or those that are known to fail."""
        return tuple(case for case in self.document.cases if case.kind == kind)

    def _groups(self, cases: Sequence[CaseResult]) -> Iterator[RequirementGroup]:
        ids = {case.id for case in cases}
        for requirement in (*self.document.requirements, *self._unknown(cases)):
            at_home = tuple(case for case in cases if "".join(case.requirements[:1]) == requirement.id)
            elsewhere = tuple(id for id in requirement.cases if id in ids.difference(case.id for case in at_home))
            if at_home or elsewhere:
                yield RequirementGroup(requirement, at_home, elsewhere)

    def _unknown(self, cases: Sequence[CaseResult]) -> Iterator[RequirementPart]:
        """A heading for cases whose first requirement the register does not have."""
        for id in dict.fromkeys("".join(case.requirements[:1]) for case in cases):
            if id not in self.requirements:
                found = [case for case in cases if "".join(case.requirements[:1]) == id]
                status = worst(case.result for case in found).value
                yield RequirementPart(id, "not in the register", "", "must", "", "", "", "", "", {}, status, "", ())

    def _by_reason(self, *results: Result) -> Iterator[Group]:
        for result in results:
            reasons: dict[str, list[CaseResult]] = {}
            for case in self.of_kind(result):
                reasons.setdefault(kind_of(case.reason), []).append(case)
            for cases in reasons.values():
                yield Group(result.value, all_in_one(case.reason or "no reason given" for case in cases), tuple(cases))


def status_of(requirement: RequirementPart) -> str:
    """Where a requirement stands, as it is shown: a known failure under that name."""
    return KNOWN_FAILURE if requirement.known else requirement.status


def _cases(number: int) -> str:
    return "1 case" if number == 1 else f"{number} cases"


def _pictures(case: CaseResult) -> list[str]:
    return [step.screenshot for step in case.steps if step.screenshot]


def broken_requirements(case: CaseResult) -> frozenset[str]:
    """What the case failed to show: the requirements of its broken checks; on the way, or without any check, all that it verifies."""
    broken = [check for _, _, check in broken_checks(case)]
    if not broken or any(check.on_the_way for check in broken):
        return frozenset(case.requirements)
    return frozenset(requirement for check in broken for requirement in check.requirements)


def picture_of_failure(case: CaseResult) -> str | None:
    """The picture of the first step that broke, or of the last that has one when the case broke off."""
    broken = broken_checks(case)
    if broken:
        return case.steps[broken[0][0] - 1].screenshot
    return next((step.screenshot for step in reversed(case.steps) if step.screenshot), None)
