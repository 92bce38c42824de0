"""The guess budget as data: guesses.json, and what its page and its table are made from."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

JSON_NAME = "guesses.json"
WITHIN, OVER, NOT_THERE, NOT_RUN, BROKE = "within", "over", "not there", "could not run", "error"


class Row(msgspec.Struct, frozen=True):
    """One rotation: how many guesses were judged in the hour that held most, and in all; how many codes were sent; beside what is allowed.

    `judged_after` are the seconds from the beginning at which guesses were judged. `stopped`: nothing limited it, and it was broken off.
    """

    guessed: str
    rotation: str
    about: str
    requirements: tuple[str, ...]
    verdict: str
    reason: str = ""
    hour: int = 0
    whole: int = 0
    blocks: int = 0
    codes_hour: int = 0
    codes_whole: int = 0
    stopped: bool = False
    judged_after: tuple[int, ...] = ()
    seconds: float = 0.0


class Allowed(msgspec.Struct, frozen=True):
    """What the requirements allow: guesses of one kind and codes, in an hour and in the whole time; from which figures of which rules."""

    hour: int
    whole: int
    codes_hour: int
    codes_whole: int
    attempts: int
    block_minutes: int
    quota: int
    window_minutes: int
    code_digits: int
    sources: tuple[str, ...]


class Budget(msgspec.Struct, frozen=True):
    """The guess budget of one portal on one target."""

    target: str
    file: str
    portal: str
    started: datetime
    hours: float
    allowed: Allowed | None
    rows: tuple[Row, ...]

    @property
    def verdict(self) -> str:
        """`over` when any rotation gains something; else what is missing, or `within`."""
        verdicts = {row.verdict for row in self.rows}
        return next((one for one in (OVER, BROKE, NOT_RUN) if one in verdicts), WITHIN if WITHIN in verdicts else NOT_RUN)

    def of(self, guessed: str) -> tuple[Row, ...]:
        """The rows about a password, or about a code."""
        return tuple(row for row in self.rows if row.guessed == guessed)

    def most(self, guessed: str) -> int:
        """The most guesses of a kind that any rotation got judged in the whole time."""
        return max((row.whole for row in self.of(guessed)), default=0)

    @property
    def chance(self) -> float:
        """The probability that somebody who goes on guessing so hits a code in that time."""
        digits = self.allowed.code_digits if self.allowed else 0
        return 1 - (1 - 10.0**-digits) ** self.most("code") if digits else 0.0


class Document(msgspec.Struct, frozen=True):
    """All budgets that were measured together."""

    budgets: tuple[Budget, ...]


def encode(document: Document) -> bytes:
    """As JSON, with what follows from the rows."""
    whole = msgspec.to_builtins(document)
    for told, budget in zip(whole["budgets"], document.budgets, strict=True):
        told |= {"verdict": budget.verdict, "chance_of_a_code": budget.chance}
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"


def read(path: Path) -> Document:
    """A document that was written before. Raises msgspec.ValidationError, msgspec.DecodeError, OSError."""
    return msgspec.json.decode(path.read_bytes(), type=Document)
