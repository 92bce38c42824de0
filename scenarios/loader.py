"""Reads the cases of `scenarios/cases/PORTAL/*.yaml` and fills in their examples. The language is described in `docs/cases.md`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from scenarios import sense
from scenarios.checks import ChecksError, load_checks
from scenarios.fill import MISSING, fill, place_when_filled
from scenarios.language import SCHEMA, VERBS
from scenarios.mistakes import Mistake, MistakesFound
from scenarios.model import Case, Person, Place, Step, Trial
from scenarios.needs import needs_of
from scenarios.register import HOME, Register, load_register, shown_name
from scenarios.validation import mistakes_in, validator
from scenarios.yaml_lines import Document, read

__all__ = ["CaseFileError", "ChecksError", "load_cases", "load_checks", "trials"]

_CASE = validator(SCHEMA, "case")
_EXAMPLES = validator(SCHEMA, "examples")
_OF_EXAMPLES = ".examples.yaml"


class CaseFileError(MistakesFound):
    """The cases cannot be used; as text, all mistakes of all files, one per line, each with its file and line."""


@dataclass(frozen=True)
class _Entry:
    """One case as written, with its examples, and where each part of it stands."""

    document: Document
    index: int
    portal: str
    value: Mapping[str, Any]
    examples: tuple[Mapping[str, Any], ...]
    examples_document: Document
    examples_path: tuple[str | int, ...]

    def place(self, path: tuple[str | int, ...] = ()) -> Place:
        return self.document.place((self.index, *path))

    def example_place(self, path: tuple[str | int, ...]) -> Place:
        return self.examples_document.place((*self.examples_path, *path))


@cache
def load_cases(root: Path | None = None) -> tuple[Case, ...]:
    """All cases of `root/cases` (default: those of this repository), in the order of the files; CaseFileError with every mistake found."""
    root = root or HOME
    register = load_register(root if (root / "requirements").is_dir() else None)
    mistakes: list[Mistake] = []
    entries = list(_entries(root, mistakes))
    cases: list[Case] = []
    for entry in entries:
        found = list(_mistakes(entry, register))
        mistakes.extend(found)
        if not found:
            cases.append(_case(entry))
    mistakes.extend(_repeated(entries))
    if mistakes:
        raise CaseFileError(mistakes)
    return tuple(cases)


def trials(case: Case) -> tuple[Trial, ...]:
    """What the runner runs: the case once, or once for each of its examples."""
    if not case.examples:
        return (_trial(case, case.id, {}),)
    return tuple(_trial(case, f"{case.id}[{number}]", example) for number, example in enumerate(case.examples, 1))


def _entries(root: Path, mistakes: list[Mistake]) -> Iterator[_Entry]:
    for path in sorted((root / "cases").glob("*/*.yaml")):
        if path.name.endswith(_OF_EXAMPLES):
            continue
        document = read(path, shown_name(path, root))
        mistakes.extend(document.mistakes)
        if not isinstance(document.value, list):
            if not document.mistakes:
                mistakes.append(Mistake(document.place(), "a file of cases is a list: each case begins with `- id: …`"))
            continue
        for index, value in enumerate(document.value):
            yield _entry(document, index, value, path, root)


def _entry(document: Document, index: int, value: Any, path: Path, root: Path) -> _Entry:
    portal = path.parent.name
    value = value if isinstance(value, dict) else {}
    examples = value.get("examples", [])
    if isinstance(examples, dict) and isinstance(examples.get("from"), str):
        beside = path.parent / examples["from"]
        source = read(beside, shown_name(beside, root))
        listed = source.value if isinstance(source.value, list) else []
        return _Entry(document, index, portal, value, tuple(one for one in listed if isinstance(one, dict)), source, ())
    listed = [one for one in examples if isinstance(one, dict)] if isinstance(examples, list) else []
    return _Entry(document, index, portal, value, tuple(listed), document, (index, "examples"))


def _mistakes(entry: _Entry, register: Register) -> Iterator[Mistake]:
    yield from sense.heading_mistakes(entry.value, entry.portal, register, entry.place)
    malformed = [*mistakes_in(entry.value, _CASE, entry.place), *_malformed_examples(entry)]
    yield from malformed
    if malformed:
        return
    yield from sense.expectation_mistakes(entry.value, entry.place)
    yield from sense.example_mistakes(entry.value, entry.examples, entry.place, entry.example_place)
    for index, example in enumerate(entry.examples or ({},)):
        yield from _mistakes_when_filled(entry, index, example)


def _malformed_examples(entry: _Entry) -> Iterator[Mistake]:
    if entry.examples_document is entry.document:
        return
    yield from entry.examples_document.mistakes
    if not entry.examples_document.mistakes:
        yield from mistakes_in(entry.examples_document.value, _EXAMPLES, entry.examples_document.place)


def _mistakes_when_filled(entry: _Entry, index: int, example: Mapping[str, Any]) -> Iterator[Mistake]:
    raw = {key: value for key, value in entry.value.items() if key != "examples"}

    def place_in_example(path: tuple[str | int, ...]) -> Place:
        return entry.example_place((index, *path))

    place = place_when_filled(raw, entry.place, place_in_example)
    filled = fill(raw, example)
    malformed = [*mistakes_in(filled, _CASE, place), *_steps_lost(entry, filled, entry.example_place((index,)))]
    yield from malformed
    if not malformed:
        whole = sense.with_final_expect(filled)
        yield from sense.step_mistakes(whole, _of_final_expect(place, filled))


def _steps_lost(entry: _Entry, filled: Mapping[str, Any], example_place: Place) -> Iterator[Mistake]:
    """A step whose argument the example leaves out has nothing to do: cases have no steps that are done only sometimes."""
    for number, (written, left) in enumerate(zip(entry.value["steps"], filled["steps"], strict=True)):
        verb = sense.verb_of(written)
        if verb is not None and sense.verb_of(left) is None:
            place = entry.place(("steps", number))
            yield Mistake(example_place, f"this example gives no `{written[verb]}`, which `{verb}` needs (line {place.line})")


def _of_final_expect(place: sense.PlaceOf, filled: Mapping[str, Any]) -> sense.PlaceOf:
    """The case's `expect` is judged as its last step's, and shown where it was written."""
    if "expect" not in filled:
        return place
    moved = ("steps", len(filled["steps"]) - 1, "expect")
    return lambda path: place(("expect", *path[3:]) if path[:3] == moved else path)


def _repeated(entries: list[_Entry]) -> Iterator[Mistake]:
    first: dict[str, Place] = {}
    for entry in entries:
        id = entry.value.get("id")
        known = first.setdefault(str(id), entry.place())
        if id is not None and known != entry.place():
            yield Mistake(entry.place(("id",)), f"the id `{id}` is taken: it stands at {known}; ids are never used twice")


def _case(entry: _Entry) -> Case:
    value = sense.with_final_expect(entry.value)
    given = value.get("given", {})
    return Case(
        id=value["id"],
        title=value["title"],
        portal=entry.portal,
        verifies=tuple(value["verifies"]),
        impact=value["impact"],
        people=tuple(_person(key, fields) for key, fields in given.items() if key != "clock"),
        clock=given.get("clock"),
        steps=tuple(_step(step, entry.place(("steps", index))) for index, step in enumerate(value["steps"])),
        examples=entry.examples,
        place=entry.place(),
        functions=frozenset(value.get("functions", ())),
    )


def _person(key: str, fields: Mapping[str, Any]) -> Person:
    return Person(key, fields.get("kind", key), {name: value for name, value in fields.items() if name != "kind"})


def _step(step: Any, place: Place) -> Step:
    if isinstance(step, str):
        return Step(step, None, place)
    verb = next(key for key in step if key in VERBS)
    return Step(
        verb=verb,
        argument=step[verb],
        place=place,
        actor=step.get("as"),
        browser=step.get("in", "first"),
        times=step.get("times", 1),
        label=step.get("label"),
        trust=step.get("trust", False),
        values=step.get("with", {}),
        expect=step.get("expect"),
    )


def _trial(case: Case, id: str, example: Mapping[str, Any]) -> Trial:
    people = tuple(
        Person(person.key, _given(fill(person.kind, example), person.key), fill(person.fields, example)) for person in case.people
    )
    clock = _given(fill(case.clock, example), None)
    steps = tuple(_filled_step(step, example) for step in case.steps)
    return Trial(id, case, people, clock, steps, example, needs_of(people, clock, steps))


def _filled_step(step: Step, example: Mapping[str, Any]) -> Step:
    return replace(
        step,
        argument=fill(step.argument, example),
        actor=_given(fill(step.actor, example), None),
        browser=_given(fill(step.browser, example), "first"),
        values=fill(step.values, example),
        expect=None if step.expect is None else fill(step.expect, example),
    )


def _given(value: Any, otherwise: Any) -> Any:
    return otherwise if value is MISSING else value
