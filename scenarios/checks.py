"""Checks declared as data because conformance holds them in Python: `scenarios/checks.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scenarios.mistakes import Mistake, MistakesFound, suggestion
from scenarios.model import DeclaredCheck, Place
from scenarios.register import HOME, SCHEMA, load_register, shown_name
from scenarios.validation import mistakes_in, validator
from scenarios.yaml_lines import Document, read


class ChecksError(MistakesFound):
    """The declared checks cannot be used; as text, all mistakes, one per line."""


@cache
def load_checks(root: Path | None = None) -> tuple[DeclaredCheck, ...]:
    """The watchers and suites that verify requirements, in the order of the file; ChecksError with every mistake found."""
    root = root or HOME
    document = read(root / "checks.yaml", shown_name(root / "checks.yaml", root))
    mistakes = [*document.mistakes]
    if not mistakes:
        mistakes.extend(mistakes_in(document.value, validator(SCHEMA, "checks"), document.place))
    if not mistakes:
        mistakes.extend(_unknown(document, root))
    if mistakes:
        raise ChecksError(mistakes)
    return tuple(
        DeclaredCheck(
            id=entry["id"],
            kind=entry["kind"],
            title=entry["title"].strip(),
            verifies=tuple(entry["verifies"]),
            impact=entry["impact"],
            place=document.place((index,)),
            people=entry.get("people", 0),
            functions=frozenset(entry.get("functions", ())),
            needs=frozenset(entry.get("needs", ())),
        )
        for index, entry in enumerate(document.value)
    )


def _unknown(document: Document, root: Path) -> Iterator[Mistake]:
    register = load_register(root)
    first: dict[str, Place] = {}
    for index, entry in enumerate(document.value):
        place = document.place((index, "id"))
        known = first.setdefault(entry["id"], place)
        if known != place:
            yield Mistake(place, f"the id `{entry['id']}` is taken: it stands at {known}")
        for number, id in enumerate(entry["verifies"]):
            if id not in register.requirements:
                text = f"`{id}` is no requirement of the register{suggestion(id, register.requirements)}"
                yield Mistake(document.place((index, "verifies", number)), text)
