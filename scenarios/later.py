"""What is declared as not built yet: `scenarios/later.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scenarios.mistakes import Mistake, MistakesFound, suggestion
from scenarios.model import Place, Requirement
from scenarios.register import HOME, SCHEMA, Register, load_register, shown_name
from scenarios.validation import mistakes_in, validator
from scenarios.yaml_lines import Document, read


class LaterError(MistakesFound):
    """The list of what comes later cannot be used; as text, all mistakes, one per line."""


@dataclass(frozen=True)
class LaterEntry:
    """One requirement, or a whole portal but for some, that is not built yet."""

    reason: str
    place: Place
    requirement: str = ""
    portal: str = ""
    excepted: frozenset[str] = frozenset()

    def holds(self, requirement: Requirement) -> bool:
        """Whether the requirement is meant by this entry."""
        if self.requirement:
            return self.requirement == requirement.id
        return self.portal == requirement.portal and requirement.id not in self.excepted


@dataclass(frozen=True)
class Later:
    """Everything that is declared as not built yet."""

    entries: tuple[LaterEntry, ...]

    def entry(self, requirement: Requirement) -> LaterEntry | None:
        """The entry that means the requirement."""
        return next((entry for entry in self.entries if entry.holds(requirement)), None)

    def reason(self, requirement: Requirement) -> str:
        """Why the requirement comes later; empty when it does not."""
        entry = self.entry(requirement)
        return entry.reason if entry else ""


def load_later(root: Path | None = None) -> Later:
    """The entries of `root/later.yaml`, in the order of the file, none when there is no file; LaterError with every mistake found."""
    root = root or HOME
    path = root / "later.yaml"
    if not path.exists():
        return Later(())
    document = read(path, shown_name(path, root))
    mistakes = [*document.mistakes]
    if not mistakes:
        mistakes.extend(mistakes_in(document.value, validator(SCHEMA, "later"), document.place))
    if not mistakes:
        mistakes.extend(_unknown(document, load_register(root)))
    if mistakes:
        raise LaterError(mistakes)
    return Later(
        tuple(
            LaterEntry(
                entry["reason"].strip(),
                document.place((index,)),
                entry.get("requirement", ""),
                entry.get("portal", ""),
                frozenset(entry.get("except", ())),
            )
            for index, entry in enumerate(document.value)
        )
    )


def _unknown(document: Document, register: Register) -> Iterator[Mistake]:
    portals = [file.portal for file in register.files]
    seen: set[str] = set()
    for index, entry in enumerate(document.value):
        subject = entry.get("requirement") or entry["portal"]
        if subject in seen:
            yield Mistake(document.place((index,)), f"`{subject}` stands here twice")
        seen.add(subject)
        if "portal" in entry and entry["portal"] not in portals:
            yield Mistake(document.place((index, "portal")), f"`{entry['portal']}` is no portal{suggestion(entry['portal'], portals)}")
        named = [("requirement", subject)] if "requirement" in entry else [("except", id) for id in entry.get("except", ())]
        for key, id in named:
            if id not in register.requirements:
                text = f"`{id}` is no requirement of the register{suggestion(id, register.requirements)}"
                yield Mistake(document.place((index, key)), text)
