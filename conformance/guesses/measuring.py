"""Measures the guess budget of a running target: every rotation in a world of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from conformance.driver import CannotRun, DriverBroke, Provisioner
from conformance.drivers.forms import FormsBrowsers
from conformance.gate import GATE
from conformance.guesses.attack import Attack, Log, most_within
from conformance.guesses.document import BROKE, NOT_RUN, NOT_THERE, OVER, WITHIN, Allowed, Budget, Row
from conformance.guesses.rotations import CODE, GUESSED, ROTATIONS, Rotation
from conformance.suites.figures import Figures, figures_of
from conformance.suites.stage import Stage, need_plain_forms
from conformance.target import Target
from conformance.turn import NoWay
from scenarios.checks import load_checks

HOUR = timedelta(hours=1)
# Whose permission and people an attack takes, by what is guessed.
_SUITES = {"password": "suite.guesses.password", "code": "suite.guesses.code"}


def measured(target: Target, provisioner: Provisioner, time_of_attack: timedelta, told: Callable[[Row], None]) -> Budget:
    """The whole budget; `told` hears each row as it becomes known."""
    started = datetime.now(UTC).astimezone()  # noqa: TID251 - when it was measured, on the clock of this machine
    hours = time_of_attack / HOUR
    try:
        figures = figures_of(target.portal)
    except CannotRun as lacking:
        row = Row("password", "any", "", (), NOT_RUN, str(lacking))
        return Budget(target.name, target.file, target.portal, started, hours, None, (row,))
    allowed = _allowed(figures, time_of_attack)
    rows = []
    for guessed, rotations in ROTATIONS.items():
        for rotation in rotations:
            rows.append(_row(_Measuring(target, provisioner, time_of_attack, allowed), guessed, rotation))
            told(rows[-1])
    return Budget(target.name, target.file, target.portal, started, hours, allowed, tuple(rows))


def _allowed(figures: Figures, whole: timedelta) -> Allowed:
    minutes = timedelta(minutes=1)
    return Allowed(
        hour=figures.guesses(HOUR),
        whole=figures.guesses(whole),
        codes_hour=figures.codes(HOUR),
        codes_whole=figures.codes(whole),
        attempts=figures.attempts,
        block_minutes=figures.block // minutes,
        quota=figures.quota,
        window_minutes=figures.window // minutes,
        code_digits=figures.code_digits,
        sources=figures.sources,
    )


class _Measuring:
    """What the attacks of one budget have in common."""

    def __init__(self, target: Target, provisioner: Provisioner, whole: timedelta, allowed: Allowed) -> None:
        self.target = target
        self.provisioner = provisioner
        self.whole = whole
        self.allowed = allowed

    def log(self, guessed: str, rotation: Rotation) -> Log:
        """What came of one attack. Raises CannotRun, NoWay, DriverBroke."""
        check = next(check for check in load_checks() if check.id == _SUITES[guessed])
        if forbidden := GATE.forbids(check.impact):
            raise CannotRun(forbidden)
        stage = Stage(check, self.target, self.provisioner, FormsBrowsers())
        with GATE.paced_for(check.impact), stage.scene() as play:
            need_plain_forms(play)
            return Attack(play, guessed, rotation, self.whole, self.allowed.whole).run()


def _row(measuring: _Measuring, guessed: str, rotation: Rotation) -> Row:
    began = time.monotonic()
    lacking = {GUESSED[guessed], rotation.needs} - {None} - measuring.target.functions
    verdict, reason, log = NOT_THERE, f"The portal has no {', '.join(sorted(map(str, lacking)))}.", None
    if not lacking:
        try:
            log, reason = measuring.log(guessed, rotation), ""
        except CannotRun as cannot:
            verdict, reason = NOT_RUN, str(cannot)
        except (NoWay, DriverBroke) as broke:
            verdict, reason = BROKE, str(broke)
    if log is None:
        return Row(guessed, rotation.name, rotation.about, rotation.verifies, verdict, reason, seconds=time.monotonic() - began)
    return _counted(measuring, guessed, rotation, log, time.monotonic() - began)


def _counted(measuring: _Measuring, guessed: str, rotation: Rotation, log: Log, seconds: float) -> Row:
    allowed = measuring.allowed
    hour, codes_hour = most_within(log.judged, HOUR), most_within(log.codes, HOUR)
    found = {"guesses an hour": (hour, allowed.hour), f"guesses in {measuring.whole / HOUR:g} hours": (len(log.judged), allowed.whole)}
    if guessed == CODE:
        found |= {"codes an hour": (codes_hour, allowed.codes_hour)}
    least = "at least " if log.stopped else ""
    over = [f"{least}{count} {what}, {may} allowed" for what, (count, may) in found.items() if count > may]
    return Row(
        guessed=guessed,
        rotation=rotation.name,
        about=rotation.about,
        requirements=rotation.verifies,
        verdict=OVER if over else WITHIN,
        reason="; ".join(over),
        hour=hour,
        whole=len(log.judged),
        blocks=log.blocks,
        codes_hour=codes_hour,
        codes_whole=len(log.codes),
        stopped=log.stopped,
        judged_after=tuple(round((instant - log.began).total_seconds()) for instant in log.judged),
        seconds=seconds,
    )
