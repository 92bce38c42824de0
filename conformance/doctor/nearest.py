"""Which control of a page was probably meant by one that was not found on it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from conformance.doctor.toml_text import plain
from conformance.driver import Control
from conformance.forms import Document, Element
from conformance.visible import normalise

_PRESSED = frozenset({"button", "link", "action"})
_MOST_NAMED = 5
# Below this a label is no more than another label of the page.
_LEAST_LIKENESS = 0.5


@dataclass(frozen=True)
class Candidate:
    """A control of the page, and how much speaks for it; `sure` when it can be proposed."""

    role: str
    label: str
    score: float
    sure: bool


def candidates(wanted: Control, documented: Control | None, document: Document, others: Iterable[Control]) -> tuple[Candidate, ...]:
    """The controls of the page that may be meant, best first. `others` are the target's controls that were found: theirs are taken.

    `documented` is the control as the portal's documentation names it: where it fits, it is the one.
    """
    elements = document.elements()
    found = [element for control in others if (element := document.find(control)) is not None]
    taken = {element.key for element in found}
    forms = [document.form_of(element) for element in found]
    near = next((form for form in forms if form is not None), None)
    known = [control for control in (wanted, documented) if control is not None]
    free = [element for element in elements if element.key not in taken and element.label]
    kind = "button" if wanted.role == "action" else wanted.role
    alike = [element for element in free if element.role == kind]
    scored = []
    for element in free:
        score = _score(known, element) + (0.4 if near is not None and document.form_of(element) == near else 0.0)
        alone = element.role == kind and _only_one(element, alike, near, document)
        scored.append(Candidate(element.role, element.label, score + (1.0 if alone else 0.0), alone or score >= 1.0 + _LEAST_LIKENESS))
    usable = [one for one in scored if one.score >= 1.0]
    return tuple(sorted(usable, key=lambda one: -one.score)[:_MOST_NAMED])


def proposed_role(wanted: Control, candidate: Candidate) -> str:
    """The role to write: the one that was seen, or `action` where either may be meant and the file said so."""
    return wanted.role if wanted.role == "action" and candidate.role in _PRESSED else candidate.role


def _score(known: Sequence[Control], element: Element) -> float:
    """1 for the role, up to 1 for words that are alike, 2 for a label that one of the patterns finds."""
    role = max((1.0 if _alike(control.role, element.role) else 0.0) for control in known)
    label = max((2.0 if control.label.search(element.label) else _likeness(control, element.label)) for control in known)
    return role + label


def _likeness(control: Control, label: str) -> float:
    wanted, there = normalise(plain(control.label.pattern)).casefold(), label.casefold()
    if not wanted:
        return 0.0
    words = {word for word in wanted.split() if len(word) > 3}
    shared = sum(word in there for word in words) / len(words) if words else 0.0
    return max(SequenceMatcher(None, wanted, there).ratio(), 0.9 * shared)


def _alike(wanted: str, role: str) -> bool:
    return wanted == role or (wanted == "action" and role in _PRESSED) or {wanted, role} <= {"button", "link"}


def _only_one(element: Element, alike: Sequence[Element], near: object, document: Document) -> bool:
    """Whether no other of its kind is there, or none in the form that is being filled in. Links are never alone: any page has many."""
    if element.role == "link":
        return False
    if len(alike) == 1:
        return True
    inside = [other for other in alike if near is not None and document.form_of(other) == near]
    return [other.key for other in inside] == [element.key]
