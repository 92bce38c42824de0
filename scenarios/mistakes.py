"""A mistake in one of our data files: where it stands, and what is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from os.path import commonprefix

from scenarios.model import Place


@dataclass(frozen=True)
class Mistake:
    """One mistake, in words that name the way on."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


class MistakesFound(Exception):
    """All mistakes of all files read; as text, one per line in the order of the files."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        unique = set(mistakes)
        self.mistakes = tuple(sorted(unique, key=lambda mistake: (mistake.place.file, mistake.place.line, mistake.text)))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


def suggestion(wrong: str, known: Iterable[str], shown: int = 24) -> str:
    """What was probably meant by `wrong`, or else what there is to choose from, to be put behind a message."""
    choices = sorted(known)
    close = difflib.get_close_matches(wrong, choices, n=max(1, len(choices)), cutoff=0.6)
    if close:
        return f"; did you mean `{max(close, key=lambda one: _likeness(wrong, one))}`?"
    if not choices:
        return ""
    return f"; there are: {', '.join(choices)}" if len(choices) <= shown else ""


def _likeness(wrong: str, known: str) -> tuple[float, int]:
    """Of names that differ as little, the one that begins alike is meant: AMC-30 by AMC-3O, and not AMC-73."""
    return difflib.SequenceMatcher(None, known, wrong).ratio(), len(commonprefix([wrong, known]))  # noqa: RUF071 - strings are meant
