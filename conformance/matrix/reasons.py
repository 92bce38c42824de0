"""Why no defect kills a check, or breaks a requirement: two data files beside this module, each entry an id and a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.mistakes import Mistake, MistakesFound, suggestion
from scenarios.model import Place
from scenarios.register import shown_name
from scenarios.validation import mistakes_in, validator
from scenarios.yaml_lines import Document, read

HOME = Path(__file__).parent
UNKILLED, UNBROKEN = "unkilled.yaml", "unbroken.yaml"
_SCHEMA: dict[str, Any] = {
    "type": ["array", "null"],
    "items": {
        "type": "object",
        "x-keys": "key of an entry",
        "required": ["id", "reason"],
        "additionalProperties": False,
        "properties": {"id": {"type": "string", "minLength": 1}, "reason": {"type": "string", "minLength": 10}},
    },
}


class ReasonsError(MistakesFound):
    """A file of reasons cannot be used; as text, all mistakes, one per line."""


@dataclass(frozen=True)
class Reason:
    """Why nothing kills a check or breaks a requirement, and where that is said."""

    id: str
    text: str
    place: Place


def read_reasons(name: str, known: Iterable[str], home: Path = HOME) -> Mapping[str, Reason]:
    """The reasons of a file, by id; none where there is no file. Raises ReasonsError with every mistake, an unknown id included."""
    path = home / name
    if not path.exists():
        return {}
    document = read(path, shown_name(path, home.parent))
    mistakes = [*document.mistakes] or [*mistakes_in(document.value, validator(_SCHEMA), document.place)]
    if not mistakes:
        mistakes.extend(_wrong_ids(document, tuple(known)))
    if mistakes:
        raise ReasonsError(mistakes)
    found = (Reason(entry["id"], entry["reason"].strip(), document.place((index,))) for index, entry in enumerate(document.value or ()))
    return {reason.id: reason for reason in found}


def _wrong_ids(document: Document, known: tuple[str, ...]) -> Iterator[Mistake]:
    first: dict[str, Place] = {}
    for index, entry in enumerate(document.value or ()):
        place = document.place((index, "id"))
        if entry["id"] not in known:
            yield Mistake(place, f"`{entry['id']}` is none that is tried today{suggestion(entry['id'], known)}: mend it, or take it out")
        if first.setdefault(entry["id"], place) != place:
            yield Mistake(place, f"`{entry['id']}` stands at {first[entry['id']]} already")
