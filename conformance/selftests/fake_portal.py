"""A pytest plugin (`-p conformance.selftests.fake_portal`) with cases made for the plugin's own tests: each ends as its id says.

`--target fake` tries them; nothing is started and no browser opened. The environment variable FAKE_CASES names those that there are,
such as `passed,failed,screen`; FAKE_KNOWN, in JSON, those that are known to fail, each with its last day; FAKE_START a Python file that
announces addresses as a target's own process does.
`--target simulator` tries the cases of the folder FAKE_ROOT on the real simulator.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from conformance.driver import CannotRun, DriverBroke
from conformance.plan import Material
from conformance.results import CaseResult, Check, KnownFailure, MailRecord, Result, StepRecord
from conformance.target import Target, load_target
from conformance.target_file import TargetError
from scenarios.checks import load_checks
from scenarios.later import load_later
from scenarios.loader import load_cases, trials
from scenarios.model import Case, DeclaredCheck, Place, Trial
from scenarios.register import load_register

PORTAL = "ameli-connect"
REASON, LINK = "It is mended in spring.", "https://tracker.test/12"
PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def pytest_configure(config: pytest.Config) -> None:
    """Nobody listens at the address of the fake target, and nobody asks."""
    patch = pytest.MonkeyPatch()
    for asked in ("conformance.controller.silent", "conformance.pulse.silent"):
        patch.setattr(asked, lambda *_: "")
    config.add_cleanup(patch.undo)


@pytest.hookimpl
def pytest_heurtoir_material(name: str) -> Material | None:
    """Fake cases on a fake target."""
    if name == "simulator":
        cases = load_cases(Path(os.environ["FAKE_ROOT"]))
        return Material(load_target(name), load_register(), load_later(), tuple(trial for case in cases for trial in trials(case)), ())
    if name != "fake":
        raise TargetError(f"{name}: there is no such target; the fake one is called `fake`")
    names = os.environ.get("FAKE_CASES", "passed").split(",")
    return Material(_target(), load_register(), load_later(), tuple(map(_trial, names)), _checks())


@pytest.hookimpl
def pytest_heurtoir_run_trial(trial: Trial) -> CaseResult | None:
    """What the id of the trial says."""
    if not trial.id.startswith(f"{PORTAL}.fake."):
        return None
    kind = trial.id.removeprefix(f"{PORTAL}.fake.").partition("[")[0]
    return _ENDINGS[kind](trial)


def _checks() -> tuple[DeclaredCheck, ...]:
    """Those that are declared, but for suites that need more than a fake portal has."""
    return tuple(check for check in load_checks() if not check.needs)


def _target() -> Target:
    known = {
        f"{PORTAL}.fake.{name}" if not name.startswith("watch.") else name: KnownFailure(REASON, LINK, date.fromisoformat(until))
        for name, until in json.loads(os.environ.get("FAKE_KNOWN", "{}")).items()
    }
    real = dataclasses.replace(
        load_target("simulator"), name="fake", file="fake.toml", control=None, mail=None, sms=None, known_failures=known
    )
    file = os.environ.get("FAKE_START")
    if real.start is None or not file:
        return dataclasses.replace(real, address="http://127.0.0.1:1", start=None)
    return dataclasses.replace(real, start=dataclasses.replace(real.start, command=(sys.executable, file)))


def _trial(name: str) -> Trial:
    kind = name.partition("[")[0]
    place = Place("scenarios/cases/ameli-connect/fake.yaml", 1)
    verifies = {"warning": ("AMC-09",), "two": ("AMC-30", "AMC-50")}.get(kind, ("AMC-30",))
    case = Case(f"{PORTAL}.fake.{kind}", f"A case that ends as {kind}", PORTAL, verifies, "account", (), None, (), (), place)
    needs = frozenset({"screen"}) if kind == "screen" else frozenset[str]()
    example = {"number": name.partition("[")[2].rstrip("]")} if "[" in name else {}
    return Trial(f"{PORTAL}.fake.{name}", case, (), None, (), example, needs)


def _check(held: bool, **more: object) -> Check:
    check = Check("outcome", "signed-in", "signed-in" if held else "refused (expired)", held, ("AMC-30",))
    return dataclasses.replace(check, **more)  # type: ignore[arg-type]


def _made(trial: Trial, result: Result, *checks: Check, reason: str = "", **step: object) -> CaseResult:
    record = StepRecord("Enter the code received", "scenarios/cases/ameli-connect/fake.yaml:9", checks=checks, seconds=0.01)
    steps = (dataclasses.replace(record, **step),) if checks else ()  # type: ignore[arg-type]
    case = trial.case
    return CaseResult(trial.id, case.title, PORTAL, "forms", case.impact, case.verifies, result, reason, steps, 0.01, place=str(case.place))


def _passed(trial: Trial) -> CaseResult:
    return _made(trial, Result.PASSED, _check(True), screenshot=PICTURE)


def _failed(trial: Trial) -> CaseResult:
    return _made(trial, Result.FAILED, _check(False), reason="it did not open")


def _warning(trial: Trial) -> CaseResult:
    check = _check(False, fact="within", expected="5 s", actual="7 s", requirements=("AMC-09",), level="should")
    return _made(trial, Result.WARNING, check)


def _two(trial: Trial) -> CaseResult:
    return _made(trial, Result.FAILED, _check(True), _check(False, requirements=("AMC-50",)))


def _watched(trial: Trial) -> CaseResult:
    seen = _check(False, fact="cookie", expected="HttpOnly", actual="no HttpOnly", requirements=("HRD-43",), watcher="watch.cookie-flags")
    return _made(trial, Result.PASSED, _check(True), seen)


def _slow(trial: Trial) -> CaseResult:
    Path(os.environ["FAKE_SLOW_BEGAN"]).touch()
    time.sleep(30)
    return _passed(trial)


def _raises(error: Exception) -> CaseResult:
    raise error


def _leaks() -> CaseResult:
    """The harness breaks, with secrets in what it says and in what was printed."""
    print(os.environ["FAKE_SECRETS"])
    raise ZeroDivisionError(os.environ["FAKE_SECRETS"])


def _dies() -> CaseResult:
    os._exit(7)


def _secret(trial: Trial) -> CaseResult:
    """Everything that must not come into a report, wherever a result can hold a text, uncovered."""
    planted = os.environ["FAKE_SECRETS"].replace("|", " ")
    mail = MailRecord("Votre Assurance Maladie <a@b.test>", ("c@d.test",), planted, f"Votre code est : {planted}")
    texts = {"outcome": planted, "words": planted, "requests": (f"GET /lien/{planted} → 200",), "mail": mail, "sentence": planted}
    check = _check(False, fact=planted, expected=planted, actual=planted)
    return _made(trial, Result.FAILED, check, reason=planted, **texts)


_ENDINGS: dict[str, Callable[[Trial], CaseResult]] = {
    "passed": _passed,
    "screen": _passed,
    "failed": _failed,
    "warning": _warning,
    "two": _two,
    "watched": _watched,
    "slow": _slow,
    "secret": _secret,
    "mechanism": lambda trial: _made(trial, Result.MECHANISM_ONLY, _check(True), reason="a lifetime of 5 s is declared"),
    "absent": lambda trial: _made(trial, Result.NOT_APPLICABLE, reason="the target has no app"),
    "blocked": lambda trial: _made(trial, Result.COULD_NOT_RUN, reason="needs staff"),
    "error": lambda trial: _made(trial, Result.ERROR, reason="two wordings match"),
    "empty": lambda trial: _made(trial, Result.PASSED, _check(True, on_the_way=True)),
    "cannot": lambda _: _raises(CannotRun("no browser was found")),
    "broke": lambda _: _raises(DriverBroke("nobody listens there")),
    "bug": lambda _: _raises(ZeroDivisionError("division by zero")),
    "leaks": lambda _: _leaks(),
    "dies": lambda _: _dies(),
}
