"""How long answers take, for those who have an account and for strangers (HRD-31): if it differs, time tells who exists.

Samples are interleaved, each pair the other way round, and of people whom nothing has happened to; medians are compared, which a busy
machine moves alike. A difference is looked at once more, with more samples, before it counts, unless it is so great that no busy
machine makes it. HEURTOIR_TIMING_SAMPLES in the environment says how many of each are taken; the register asks for 200.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import median

from conformance.driver import CannotRun, Exchange
from conformance.results import StepRecord
from conformance.suites.stage import Play, Stage, need_plain_forms
from conformance.turn import NoWay
from scenarios.model import Person

SAMPLES = 40
SAMPLES_VARIABLE = "HEURTOIR_TIMING_SAMPLES"
# Of each person; a third failure would block.
_SAMPLES_EACH = 2
# The rule: double entry (HRD-31).
_SHARE, _MILLISECONDS = 0.20, 5.0
_MORE, _GREAT = 1.5, 5


@dataclass(frozen=True)
class Way:
    """What is timed: a step of a case, with its argument, and what must come of it."""

    name: str
    verb: str
    argument: object
    answer: str


_WAYS = (
    Way("sign-in", "sign-in", {"password": "wrong"}, "refused, wrong"),
    Way("reset form", "submit", "forgotten-password", "sent"),
)


class _Untold(Exception):
    """The form takes no stranger, such as one that asks for a mail address: there is nothing to compare."""


def who_exists(stage: Stage) -> Iterator[StepRecord]:
    """HRD-31: a wrong password, and the form of a forgotten one, take as long for a stranger as for a customer."""
    for way in _WAYS if "reset-link" in stage.target.functions else _WAYS[:1]:
        samples = int(os.environ.get(SAMPLES_VARIABLE, SAMPLES))
        step, sure = _compared(stage, way, samples)
        if not sure:
            with suppress(CannotRun):  # where prepared accounts are used up, what was seen stands
                step, _ = _compared(stage, way, int(samples * _MORE))
        yield step


@dataclass(frozen=True)
class Medians:
    """The medians of both kinds, in milliseconds."""

    account: float
    stranger: float

    @property
    def apart(self) -> float:
        """By how many milliseconds they differ."""
        return abs(self.account - self.stranger)

    @property
    def held(self) -> bool:
        """Whether that tells nobody anything."""
        return self._within(1)

    @property
    def sure(self) -> bool:
        """Whether a second look could show nothing else."""
        return self.held or not self._within(_GREAT)

    def _within(self, times: int) -> bool:
        return self.apart < times * _MILLISECONDS or self.apart < times * _SHARE * min(self.account, self.stranger)


def _compared(stage: Stage, way: Way, samples: int) -> tuple[StepRecord, bool]:
    number = -(-samples // _SAMPLES_EACH)
    accounts = [Person(f"account-{one}", "insured", {"mail": "validated"}) for one in range(number)]
    strangers = [Person(f"stranger-{one}", "stranger") for one in range(number)]
    with stage.scene(*accounts, *strangers) as play:
        need_plain_forms(play)
        began = time.monotonic()
        try:
            medians = _measured(play, way, samples)
        except _Untold:
            return play.record(f"Time the {way.name}: it takes no stranger, so there is nothing to compare", (), began), True
        share = medians.apart / min(medians.account, medians.stranger)
        seen = f"an account {medians.account:.1f} ms, a stranger {medians.stranger:.1f} ms: {medians.apart:.1f} ms or {share:.0%} apart"
        check = play.checked(f"{way.name} time", "less than 20 % or 5 ms apart", f"{seen}; medians of {samples} samples each", medians.held)
        sentence = f"Time the {way.name}, {samples} times for accounts and {samples} times for strangers, in turn"
        return play.record(sentence, (check,), began), medians.sure


def _measured(play: Play, way: Way, samples: int) -> Medians:
    taken: dict[str, list[float]] = {"account": [], "stranger": []}
    for number in range(samples):
        # The other way round every other time: what one request leaves behind falls on both alike.
        for kind in sorted(taken, reverse=bool(number % 2)):
            seen = play.page(way.verb, way.argument, f"{kind}, sample {number}", actor=f"{kind}-{number // _SAMPLES_EACH}")
            answer = str(seen.recognition)
            if kind == "stranger" and answer == "invalid":
                raise _Untold
            if answer != way.answer:
                raise NoWay(f"{way.answer} for a fresh {kind}", answer)
            taken[kind].append(_milliseconds(seen.page.exchanges))
    return Medians(median(taken["account"]), median(taken["stranger"]))


def _milliseconds(exchanges: Sequence[Exchange]) -> float:
    """What the answer to the form took; what a redirect leads to is not counted: work in the background falls on it."""
    sent = [one for one in exchanges if one.method == "POST"] or [*exchanges]
    if not sent or not sent[0].seconds:
        raise CannotRun("how long an answer took is measured without a screen (--driver forms)")
    return sent[0].seconds * 1000
