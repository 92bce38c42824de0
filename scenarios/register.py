"""The register: every rule of every portal, read from `scenarios/requirements/*.yaml` with the line it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from scenarios.mistakes import Mistake, MistakesFound, suggestion
from scenarios.model import Conflict, Place, Requirement
from scenarios.validation import mistakes_in, schema_of, validator
from scenarios.yaml_lines import Document, read

HOME = Path(__file__).parent
SCHEMA = schema_of(HOME / "register.schema.json")
_OWN_KEYS = frozenset(one.name for one in fields(Requirement)) - {"portal", "source", "place", "references"}


class RegisterError(MistakesFound):
    """The register cannot be used; as text, all its mistakes, one per line."""


@dataclass(frozen=True)
class RegisterFile:
    """One file: a portal (`any` for the rules that all portals share), where its rules come from, and the order of its refusals."""

    file: str
    portal: str
    source: str
    order: str


@dataclass(frozen=True)
class Register:
    """All requirements by id, in the order of the files, and the conflicts between them and standards."""

    requirements: Mapping[str, Requirement]
    conflicts: tuple[Conflict, ...]
    files: tuple[RegisterFile, ...]

    def requirement(self, id: str) -> Requirement:
        """The requirement of that id; KeyError names the nearest one there is."""
        try:
            return self.requirements[id]
        except KeyError:
            raise KeyError(f"there is no requirement `{id}`{suggestion(id, self.requirements)}") from None


def shown_name(path: Path, root: Path) -> str:
    """How a file calls itself in messages: relative to the folder that `root` lies in."""
    return path.relative_to(root.parent).as_posix()


@cache
def load_register(root: Path | None = None) -> Register:
    """Read `root/requirements` (default: the register of this repository); RegisterError with every mistake found."""
    root = root or HOME
    documents = [read(path, shown_name(path, root)) for path in sorted((root / "requirements").glob("*.yaml"))]
    mistakes = [mistake for document in documents for mistake in _mistakes(document)]
    mistakes.extend(_repeated(documents))
    if mistakes:
        raise RegisterError(mistakes)
    requirements = {requirement.id: requirement for document in documents for requirement in _requirements(document)}
    return Register(
        requirements,
        tuple(
            Conflict(entry["id"], tuple(entry["between"]), entry["text"].strip())
            for document in documents
            for entry in document.value.get("conflicts", ())
        ),
        tuple(_file(document) for document in documents),
    )


def _mistakes(document: Document) -> Iterator[Mistake]:
    yield from document.mistakes
    if document.value is None:
        if not document.mistakes:
            yield Mistake(document.place(), "the file is empty: it needs `portal` and `requirements`")
        return
    yield from mistakes_in(document.value, validator(SCHEMA, "register"), document.place)
    for index, entry in enumerate(_entries(document, "requirements")):
        if entry.get("testable") is False and not entry.get("reason"):
            yield Mistake(
                document.place(("requirements", index, "testable")),
                f"{entry.get('id', 'a requirement')} is not testable: say why in `reason`",
            )


def _repeated(documents: list[Document]) -> Iterator[Mistake]:
    first: dict[str, Place] = {}
    for document in documents:
        for kind in ("requirements", "conflicts"):
            for index, entry in enumerate(_entries(document, kind)):
                place = document.place((kind, index))
                known = first.setdefault(str(entry.get("id")), place)
                if known != place:
                    yield Mistake(place, f"`{entry.get('id')}` is taken: it stands at {known}; ids are never used twice")


def _entries(document: Document, kind: str) -> list[dict[str, Any]]:
    listed = document.value.get(kind) if isinstance(document.value, dict) else None
    return [entry if isinstance(entry, dict) else {} for entry in listed] if isinstance(listed, list) else []


def _file(document: Document) -> RegisterFile:
    value = document.value
    return RegisterFile(document.file, value["portal"], value.get("source", ""), value.get("order", "").strip())


def _requirements(document: Document) -> Iterator[Requirement]:
    for index, entry in enumerate(document.value["requirements"]):
        words = {key: str(entry.get(key, "")).strip() for key in ("title", "where", "text", "reading", "reason")}
        yield Requirement(
            id=entry["id"],
            portal=document.value["portal"],
            source=document.value.get("source", ""),
            place=document.place(("requirements", index)),
            level=entry.get("level", "must"),
            testable=entry.get("testable", True),
            references={key: tuple(value) for key, value in entry.items() if key not in _OWN_KEYS},
            **words,
        )
