"""The last line against secrets in what a run shows: whatever still looks like one is covered, wherever a result holds a text."""

from __future__ import annotations

import dataclasses
import re

from conformance.results import CaseResult, Check, MailRecord, StepRecord
from conformance.secrets import COVER, Secrets

_WORD = re.compile(r"[A-Za-z0-9_-]{20,}")
_TURN = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_TURNS_OF_A_TOKEN = 3


def covered(text: str) -> str:
    """The text without secrets. Results come covered already, by those who know what was typed; this goes by looks alone."""
    return _WORD.sub(_covered_token, Secrets().covered(text))


def _covered_token(word: re.Match[str]) -> str:
    """Letters and digits that take turns, and many of them: made by a machine, not written by a person."""
    return COVER if len(_TURN.findall(word[0])) >= _TURNS_OF_A_TOKEN else word[0]


def covered_result(result: CaseResult) -> CaseResult:
    """The result with every text of it covered."""
    return dataclasses.replace(result, reason=covered(result.reason), steps=tuple(map(_covered_step, result.steps)))


def _covered_step(step: StepRecord) -> StepRecord:
    return dataclasses.replace(
        step,
        sentence=covered(step.sentence),
        outcome=covered(step.outcome),
        words=covered(step.words),
        requests=tuple(map(covered, step.requests)),
        checks=tuple(map(_covered_check, step.checks)),
        mail=_covered_mail(step.mail) if step.mail else None,
    )


def _covered_check(check: Check) -> Check:
    return dataclasses.replace(check, fact=covered(check.fact), expected=covered(check.expected), actual=covered(check.actual))


def _covered_mail(mail: MailRecord) -> MailRecord:
    return dataclasses.replace(mail, subject=covered(mail.subject), text=covered(mail.text))
