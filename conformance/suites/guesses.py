"""Guessing is limited, whatever is changed from one guess to the next (HRD-20, HRD-21, HRD-22): the guess budget of an hour.

`python -m conformance guesses` measures it over a whole day and draws it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from conformance.guesses.attack import Attack, most_within
from conformance.guesses.rotations import CODE, PASSWORD, ROTATIONS, Rotation
from conformance.results import Check, StepRecord
from conformance.suites.figures import figures_of
from conformance.suites.stage import Play, Stage, need_plain_forms

HOUR = timedelta(hours=1)
HORIZON = HOUR


def passwords(stage: Stage) -> Iterator[StepRecord]:
    """Guesses at a password."""
    yield from _under_every_rotation(stage, PASSWORD)


def codes(stage: Stage) -> Iterator[StepRecord]:
    """Guesses at a code, of an attacker who knows the password; and how many codes are sent meanwhile."""
    yield from _under_every_rotation(stage, CODE)


def _under_every_rotation(stage: Stage, guessed: str) -> Iterator[StepRecord]:
    for rotation in ROTATIONS[guessed]:
        if rotation.needs is None or rotation.needs in stage.target.functions:
            with stage.scene() as play:
                need_plain_forms(play)
                yield _attacked(play, guessed, rotation)


def _attacked(play: Play, guessed: str, rotation: Rotation) -> StepRecord:
    began = time.monotonic()
    figures = figures_of(play.target.portal)
    log = Attack(play, guessed, rotation, HORIZON, figures.guesses(HORIZON)).run()
    checks = [_within(play, rotation, f"guesses an hour, {rotation.name}", most_within(log.judged, HOUR), figures.guesses(HOUR))]
    if guessed == CODE:
        checks.append(_within(play, rotation, f"codes an hour, {rotation.name}", most_within(log.codes, HOUR), figures.codes(HOUR)))
    return play.record(f"Guess the {guessed} for an hour. {rotation.about}", checks, began)


def _within(play: Play, rotation: Rotation, fact: str, found: int, allowed: int) -> Check:
    return replace(play.checked(fact, f"at most {allowed}", str(found), found <= allowed), requirements=rotation.verifies)
