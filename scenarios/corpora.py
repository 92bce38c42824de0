"""The corpora: texts that nobody means well with, `scenarios/corpora/*.yaml`. Suites send them, and the fuzzer does.

An entry is `{name, text | repeat: {text, times} | octets, why}`; `octets` are bytes that are no UTF-8, and come as half characters
(surrogates), which `encode("utf-8", "surrogateescape")` makes bytes of again. `@right@` and the like stand for what only the sender knows.

Whoever obeys such a text can be told by MARK: markup makes an element of that name, line breaks a header or a cookie of that name, and
what is reckoned out shows RECKONED.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scenarios.mistakes import Mistake, MistakesFound, suggestion
from scenarios.model import Place
from scenarios.register import HOME, shown_name
from scenarios.validation import mistakes_in, schema_of, validator
from scenarios.yaml_lines import Document, read

MARK = "heurtoir-mark"
# 7919 times 7907, which nobody writes by accident.
RECKONED = "62615533"
PLACES: Mapping[str, str] = {
    "right": "what belongs in the field",
    "mailbox": "an address whose mails are read, and which is nobody's",
    "own": "host and port of the target",
    "elsewhere": "the host of another site",
}
FIELD, NEXT_VALUE, PARAMETER, HEADER = "field", "next-value", "parameter", "header"
# Of requests that no browser makes: the end of an address as it is sent, a whole header, a body that says it is JSON.
PATH, METHOD, ANY_HEADER, CONTENT_TYPE, DOCUMENT = "path", "method", "any-header", "content-type", "document"

_CORPUS = validator(schema_of(HOME / "corpora.schema.json"), "corpus")
_PLACE = re.compile(r"@([a-z]+)@")


class CorpusError(MistakesFound):
    """The corpora cannot be used; as text, all mistakes of all files, one per line."""


@dataclass(frozen=True)
class CorpusText:
    """One text, and why it is among them. `corpus` is the name of its file."""

    corpus: str
    name: str
    text: str
    why: str
    place: Place

    @property
    def named(self) -> str:
        """How a report calls it, which does not show it: it may be long, or meant for whoever reads reports."""
        return f"{self.corpus}.{self.name}"

    def asks_for(self, place: str) -> bool:
        """Whether it holds that place, such as `right`."""
        return f"@{place}@" in self.text

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with these values, by PLACES, in their places."""
        return _PLACE.sub(lambda found: values.get(found[1], found[0]), self.text)


@dataclass(frozen=True)
class Corpus:
    """The texts of one file. `use` says what they are sent as: `field`, `next-value`, `parameter` or `header`."""

    name: str
    title: str
    use: str
    texts: tuple[CorpusText, ...]


@cache
def load_corpora(root: Path | None = None) -> tuple[Corpus, ...]:
    """Every corpus of `root/corpora` (default: those of this repository), by name; CorpusError with every mistake found."""
    root = root or HOME
    documents = {path.stem: read(path, shown_name(path, root)) for path in sorted((root / "corpora").glob("*.yaml"))}
    mistakes = [mistake for document in documents.values() for mistake in _mistakes(document)]
    if mistakes:
        raise CorpusError(mistakes)
    return tuple(_corpus(name, document) for name, document in documents.items())


def texts_for(use: str, root: Path | None = None) -> tuple[CorpusText, ...]:
    """The texts of all corpora of that use, in their order. ValueError for a use that no corpus has."""
    corpora = load_corpora(root)
    found = tuple(text for corpus in corpora if corpus.use == use for text in corpus.texts)
    if not found:
        raise ValueError(f"no corpus is for `{use}`{suggestion(use, {corpus.use for corpus in corpora})}")
    return found


def _mistakes(document: Document) -> Iterator[Mistake]:
    yield from document.mistakes
    if document.mistakes:
        return
    found = list(mistakes_in(document.value, _CORPUS, document.place))
    yield from found
    if not found:
        yield from _repeated(document)
        yield from _unknown_places(document)


def _repeated(document: Document) -> Iterator[Mistake]:
    first: dict[str, Place] = {}
    for index, entry in enumerate(document.value["texts"]):
        place = document.place(("texts", index, "name"))
        known = first.setdefault(entry["name"], place)
        if known != place:
            yield Mistake(place, f"the name `{entry['name']}` is taken: it stands at {known}")


def _unknown_places(document: Document) -> Iterator[Mistake]:
    for index, entry in enumerate(document.value["texts"]):
        for name in _PLACE.findall(entry.get("text", "")):
            if name not in PLACES:
                yield Mistake(document.place(("texts", index, "text")), f"`@{name}@` stands for nothing{suggestion(name, PLACES)}")


def _corpus(name: str, document: Document) -> Corpus:
    texts = tuple(
        CorpusText(name, entry["name"], _text(entry), entry["why"].strip(), document.place(("texts", index)))
        for index, entry in enumerate(document.value["texts"])
    )
    return Corpus(name, document.value["title"].strip(), document.value["use"], texts)


def _text(entry: Mapping[str, Any]) -> str:
    if "octets" in entry:
        return bytes.fromhex(entry["octets"]).decode("utf-8", "surrogateescape")
    if "repeat" in entry:
        text: str = entry["repeat"]["text"]
        return text * int(entry["repeat"]["times"])
    written: str = entry["text"]
    return written
