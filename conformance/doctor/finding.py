"""What the doctor finds, as data: one finding a line, with its mend, in chapters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters. Only a mistake keeps a target from being ready."""

    GOOD = "good"
    NOTE = "note"
    WARNING = "warning"
    MISTAKE = "mistake"


@dataclass(frozen=True)
class Proposal:
    """A line to be put into the target file: below the heading `section` (empty: at its top), in the place of `line` when that is not 0.

    Without a text, the line is to be taken out.
    `within`: that line says more than this, and only its part is to be changed. `without`: lines that are then said already.
    """

    section: str
    text: str
    line: int = 0
    within: bool = False
    without: tuple[int, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One thing that was seen. `key` is that of the target file, `place` its file and line, `mend` the way on."""

    level: Level
    key: str
    text: str
    mend: str = ""
    proposal: Proposal | None = None
    place: str = ""
    cases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """What one check found."""

    title: str
    findings: tuple[Finding, ...]

    @property
    def broken(self) -> bool:
        """Whether something in it must be mended."""
        return any(finding.level is Level.MISTAKE for finding in self.findings)


@dataclass
class Findings:
    """Findings as they are made."""

    made: list[Finding] = field(default_factory=list)

    def good(self, text: str, key: str = "") -> None:
        """Something is as it should be."""
        self.made.append(Finding(Level.GOOD, key, text))

    def note(self, text: str, key: str = "", mend: str = "") -> None:
        """Something to know."""
        self.made.append(Finding(Level.NOTE, key, text, mend))

    def warn(self, key: str, text: str, mend: str = "", proposal: Proposal | None = None) -> None:
        """Cases will suffer from it, and others run."""
        self.made.append(Finding(Level.WARNING, key, text, mend, proposal))

    def mistake(self, key: str, text: str, mend: str = "", proposal: Proposal | None = None) -> None:
        """It must be mended before a run tells anything."""
        self.made.append(Finding(Level.MISTAKE, key, text, mend, proposal))

    @property
    def broken(self) -> bool:
        """Whether one of them must be mended."""
        return any(finding.level is Level.MISTAKE for finding in self.made)

    def chapter(self, title: str) -> Chapter:
        """All of them, each once."""
        return Chapter(title, tuple(dict.fromkeys(self.made)))


def ready(chapters: Iterable[Chapter]) -> bool:
    """Whether nothing must be mended."""
    return not any(chapter.broken for chapter in chapters)
