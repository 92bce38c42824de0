"""The last line against secrets in what a run shows: whatever still looks like one is covered, wherever a result holds a text."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from functools import partial

from conformance.results import CaseResult, Check, StepRecord
from conformance.secrets import COVER, Secrets

Cover = Callable[[str], str]
_WORD = re.compile(r"[A-Za-z0-9_-]{20,}")
_TURN = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_TURNS_OF_A_TOKEN = 3


def covered(text: str, secrets: Secrets | None = None) -> str:
    """The text without secrets. Results come covered already, by those who know what was typed; this goes by looks, and by `secrets`.

    Halves of characters, which no file can hold, are replaced on the way.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _WORD.sub(_covered_token, (secrets or Secrets()).covered(text))


def covered_result(result: CaseResult, secrets: Secrets | None = None) -> CaseResult:
    """The result with every text of it covered."""
    cover = partial(covered, secrets=secrets or Secrets())
    steps = tuple(_covered_step(step, cover) for step in result.steps)
    return dataclasses.replace(result, reason=cover(result.reason), steps=steps)


def _covered_step(step: StepRecord, cover: Cover) -> StepRecord:
    mail = step.mail
    return dataclasses.replace(
        step,
        sentence=cover(step.sentence),
        outcome=cover(step.outcome),
        words=cover(step.words),
        requests=tuple(map(cover, step.requests)),
        checks=tuple(_covered_check(check, cover) for check in step.checks),
        mail=dataclasses.replace(mail, subject=cover(mail.subject), text=cover(mail.text)) if mail else None,
    )


def _covered_check(check: Check, cover: Cover) -> Check:
    return dataclasses.replace(check, fact=cover(check.fact), expected=cover(check.expected), actual=cover(check.actual))


def _covered_token(word: re.Match[str]) -> str:
    """Letters and digits that take turns, and many of them: made by a machine, not written by a person."""
    return COVER if len(_TURN.findall(word[0])) >= _TURNS_OF_A_TOKEN else word[0]
