"""What is told while mutants are tried: how many, how they fared, how long it will take."""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TextIO

from conformance.selftests.mutation.fates import Fate, Kind
from conformance.selftests.mutation.mutants import Mutant

_EVERY_SECONDS = 10.0
_TOLD_AT_ONCE = {Kind.SURVIVED, Kind.BROKE, Kind.TOO_SLOW, Kind.NOT_REACHED}


@dataclass
class Progress:
    """Tells on a terminal in one line that is written over, elsewhere in a line now and then; what was not noticed at once."""

    stream: TextIO = field(default_factory=lambda: sys.stdout)
    _whole: int = 0
    _began: float = 0.0
    _counts: Counter[Kind] = field(default_factory=Counter)
    _told: float = 0.0

    def mapped(self, number: int, whole: int) -> None:
        """So many trials were run on the simulator as it is."""
        self._line(f"which case executes what? [{number}/{whole}]", last=number == whole)

    def begin(self, whole: int) -> None:
        """So many mutants will be tried, from now on."""
        self._whole, self._began = whole, time.monotonic()

    def tried(self, mutant: Mutant, fate: Fate, explained: bool) -> None:
        """One more mutant was tried."""
        self._counts[fate.kind] += 1
        if fate.kind in _TOLD_AT_ONCE:
            known = " (explained)" if explained else ""
            self._above(f"{fate.kind}{known}: {mutant}")
        done = self._counts.total()
        self._line(f"[{done}/{self._whole}] {self._summary()}{self._left(done)}", last=done == self._whole)

    def _summary(self) -> str:
        return ", ".join(f"{self._counts[kind]} {kind}" for kind in Kind if self._counts[kind])

    def _left(self, done: int) -> str:
        seconds = (time.monotonic() - self._began) / done * (self._whole - done)
        return f"; about {in_words(seconds)} left" if done < self._whole else ""

    def _above(self, text: str) -> None:
        clear = "\r\x1b[K" if self.stream.isatty() else ""
        print(f"{clear}  {text}", file=self.stream, flush=True)

    def _line(self, text: str, last: bool) -> None:
        if self.stream.isatty():
            print(f"\r\x1b[K{text}", end="\n" if last else "", file=self.stream, flush=True)
        elif last or time.monotonic() - self._told >= _EVERY_SECONDS:
            self._told = time.monotonic()
            print(text, file=self.stream, flush=True)


def in_words(seconds: float) -> str:
    """`45 s`, `4 min 10 s`."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"
