"""In which order the trials are tried on a mutant: those first that noticed what was changed beside it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from conformance.selftests.mutation.mutants import Key

_EXAMPLE = re.compile(r"\[(\d+)]$")


@dataclass
class Order:
    """What has noticed which mutant so far.

    `seconds` says how long each trial takes, `last` which come after all others, `earlier` what noticed a mutant in an earlier session.
    """

    seconds: Mapping[str, float]
    last: frozenset[str] = frozenset()
    earlier: Mapping[Key, str] = field(default_factory=dict)
    _kills: dict[tuple[str, ...], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def killed(self, key: Key, trial: str) -> None:
        """Take note that this trial noticed it."""
        for place in _places(key):
            self._kills[place][trial] += 1

    def of(self, key: Key, trials: Iterable[str], likely: Collection[str] = ()) -> tuple[str, ...]:
        """These trials, those first that killed the same mutant or line, the likely ones, those that killed in the same function or file;
        then one of each case, the quick ones first."""
        counts = [self._kills[place] if place in self._kills else Counter() for place in _places(key)]
        earlier = self.earlier.get(key)

        def rank(trial: str) -> tuple[object, ...]:
            line, *around = (-count[trial] for count in counts)
            known = trial in self.last, trial != earlier, line, trial not in likely, *around
            return (*known, _example(trial), self.seconds.get(trial, 0.0), trial)

        return tuple(sorted(trials, key=rank))


def _places(key: Key) -> tuple[tuple[str, ...], ...]:
    return (key.file, key.function, key.line), (key.file, key.function), (key.file,)


def _example(trial: str) -> int:
    found = _EXAMPLE.search(trial)
    return int(found[1]) if found else 0
