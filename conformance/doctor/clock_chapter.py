"""The chapter on the clock: moved and read back, or how far it is from this machine's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote

from conformance.connections import ask
from conformance.doctor.finding import Findings
from conformance.doctor.journey import Journey
from conformance.doctor.patient import Patient
from conformance.doctor.toml_text import switch_line, value_line
from conformance.driver import DriverBroke
from conformance.limits import as_written
from conformance.testability import WorldClock

TITLE = "Clock"
# A minute, and a second to see whether it is set that finely.
_MOVED = timedelta(seconds=61)
_RUNS_ON = timedelta(seconds=5)
_APART = timedelta(seconds=2)


def check_clock(patient: Patient, findings: Findings, journey: Journey) -> bool:
    """Whether a clock was moved, and shows it."""
    target = patient.running
    if "clock" not in target.capabilities:
        _tell_running(patient, findings, journey)
        return False
    address = f"{target.control}/api/worlds/{quote(journey.scene.world.id, safe='')}/clock"
    try:
        before = WorldClock(address).now()
        ask("PATCH", address, {"to": (before + _MOVED).isoformat()})
        moved = WorldClock(address).now() - before
    except DriverBroke as broke:
        _no_clock(patient, findings, f"it could not be moved: {broke}")
        return False
    if moved < timedelta(seconds=1):
        _no_clock(patient, findings, "it was moved by a minute, said so, and still shows the same time")
        return False
    return _check_precision(patient, findings, moved)


def _no_clock(patient: Patient, findings: Findings, said: str) -> None:
    mend = "Mend the testability API (PATCH …/clock); or say that there is no clock, and cases really wait."
    findings.mistake("capabilities.clock", f"clock: {said}", mend, switch_line(patient.file, "capabilities", "clock", False))


def _check_precision(patient: Patient, findings: Findings, moved: timedelta) -> bool:
    precision = patient.running.clock_precision
    exact = _MOVED <= moved < _MOVED + _RUNS_ON
    if not exact and precision <= timedelta(seconds=1):
        text = (
            f"timing.clock-precision: moved by {_MOVED.seconds} s, the clock shows {moved.total_seconds():g} s more: it is set less finely"
        )
        mend = "Say how finely it is set; what lies between cannot be tried."
        findings.mistake("timing.clock-precision", text, mend, value_line(patient.file, "timing", "clock-precision", "1m"))
        return False
    if exact and precision > timedelta(seconds=1):
        text = f"timing.clock-precision: the file says {precision.total_seconds():g} s, and the clock was set to the second"
        mend = "Say so: finer edges can then be tried."
        findings.warn("timing.clock-precision", text, mend, value_line(patient.file, "timing", "clock-precision", "1s"))
    findings.good(f"the clock was moved by {_MOVED.seconds} s, and shows {moved.total_seconds():g} s more")
    return True


def tell_lived(findings: Findings, opened: bool | None) -> None:
    """Whether a code that was moved over for days still opened the account; None: it could not be tried."""
    if opened:
        text = "clock: a code entered days later, by the clock that was moved, still opened the account"
        mend = "Either the clock that control moves is not the one that the portal goes by, or codes never end there: try it by hand."
        findings.mistake("control", text, mend)
    elif opened is not None:
        findings.good("a code entered days later, by the clock that was moved, opened nothing: the portal goes by it")


def _tell_running(patient: Patient, findings: Findings, journey: Journey) -> None:
    wait = patient.longest_wait.total_seconds()
    findings.note(f"the clock runs by itself: cases really wait, side by side, each for {wait:g} s at most (--max-wait)")
    if limits := patient.running.limits:
        told = ", ".join(f"{as_written(documented)} as {as_written(in_force)}" for documented, in_force in limits.items())
        findings.note(f"limits in force: {told}; what rests on them proves the mechanism, not the figure")
    shown = next((one.headers["date"] for one in journey.eyes.browser.page().exchanges[-1:] if "date" in one.headers), "")
    if not shown:
        return
    here = datetime.now(UTC)  # noqa: TID251 - how far the two clocks are apart
    apart = abs(parsedate_to_datetime(shown) - here)
    if apart > _APART:
        text = f"its clock is {apart.total_seconds():.0f} s apart from this machine’s: times that it shows will be off by as much"
        findings.warn("", text, "Set both by the same time server.")
    else:
        findings.good("its clock goes as this machine’s does")
