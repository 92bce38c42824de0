"""The kinds of what can be wrong with the matrix, the most serious first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind: its name in the document, how the page heads it, and what it means and how it is mended."""

    name: str
    title: str
    meaning: str


_ALL = (
    Kind("survivor", "Not noticed", "A check is named and did not fail: either it cannot see the mistake, or it is named wrongly."),
    Kind(
        "not consulted",
        "Never reached",
        "No check made the portal ask whether the defect is on, so nothing can notice it: a case is missing.",
    ),
    Kind("names nobody", "Name no check", "A defect that must be noticed by nobody proves nothing."),
    Kind("unknown check", "Name a check that there is not", "The gallery names an id that no case, suite or watcher has."),
    Kind("kills nothing", "Checks that notice nothing", "Nobody has seen these fail. Add a defect for each, or a reason in unkilled.yaml."),
    Kind(
        "nothing breaks it", "Requirements that nothing breaks", "No defect breaks these. Add one for each, or a reason in unbroken.yaml."
    ),
    Kind(
        "unproven", "Said to be broken, and not seen", "The gallery says that a requirement is broken; no check that noticed stands for it."
    ),
    Kind("unnamed check", "Noticed by others too", "A check noticed a defect that does not name it: name it, or narrow the defect."),
    Kind(
        "unnamed fact", "Noticed by another fact", "A check that is named failed, and on a fact that is not: name it, or narrow the defect."
    ),
    Kind("fact held", "Facts that held", "A check that is named noticed the defect, but not by this fact."),
    Kind(
        "no judgement",
        "No judgement",
        "An error is no kill: the harness could not say what it saw. The defect, or the check, must be clearer.",
    ),
    Kind("stale reason", "Reasons that are out of date", "What stands in a file of reasons is not so any more: take it out."),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
