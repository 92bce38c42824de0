"""Do the cases notice what is changed in the simulator? One thing is changed at a time, and the cases must fail.

    python -m conformance.selftests.mutation [--only lockout] [--workers 2] [--minutes 10] [--fresh]

cosmic-ray makes the mutants. Each is started as a target, from a copy of the simulator, and tried with the cases that execute the changed
line, without a browser, until one fails twice. A run that was broken off goes on where it was. The report is report/mutants.html.

Ends with 0 when every mutant was noticed or is explained in survivors.yaml, 1 when not (or when an explanation is out of date),
2 when it cannot be done as asked, 3 when the time did not suffice.
"""

from __future__ import annotations

import argparse
import math
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from conformance.plan import Options, load_material, make_plan
from conformance.selection import Wish
from conformance.selftests.mutation import page
from conformance.selftests.mutation.campaign import Campaign, Limits, without_those_left_out
from conformance.selftests.mutation.coverage_map import CoverageMap, made
from conformance.selftests.mutation.fates import UNNOTICED, Fate
from conformance.selftests.mutation.mutants import Key, Mutant, modules
from conformance.selftests.mutation.order import Order
from conformance.selftests.mutation.progress import Progress
from conformance.selftests.mutation.report import Report, Run, assembled
from conformance.selftests.mutation.session import Session, fingerprint, session
from conformance.selftests.mutation.survivors import ReasonsFileWrong, load_reasons, stale_reasons
from conformance.selftests.mutation.trying import Bench, copied
from conformance.target_file import TargetError

ROOT = Path(__file__).parents[3]
MUTATED = (
    "simulator/policy/*.py",
    "simulator/portals/counts.py",
    "simulator/portals/desk.py",
    "simulator/portals/new_passwords.py",
    "simulator/portals/secret_links.py",
    "simulator/portals/visits.py",
    "simulator/portals/ameli/*.py",  # the cases of the target `simulator` do not come to the other portal
)
SESSION = ROOT / "build" / "mutants"
REPORT = ROOT / "report"


_UNFIT_TOLD, _UNFIT_SHARE = 5, 0.1


class Unfit(Exception):
    """Too many trials do not pass on the simulator as it is."""


_Number = TypeVar("_Number", int, float)


def main(arguments: list[str] | None = None) -> int:
    """Run; see the module for what it ends with."""
    given = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was found until then is kept, and told
    try:
        plan = make_plan(Options("simulator", "forms", Wish(), False, given.report), load_material("simulator"))
        reasons = load_reasons()
        with tempfile.TemporaryDirectory(prefix="heurtoir-mutants-", ignore_cleanup_errors=True) as folder:
            return _judged(given, Bench.of(plan), copied(ROOT, Path(folder).resolve()), reasons)
    except (TargetError, ReasonsFileWrong, Unfit) as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nbroken off before a mutant was tried", file=sys.stderr)
        return 3


def _judged(given: argparse.Namespace, bench: Bench, copy: Path, reasons: Mapping[Key, str]) -> int:
    files = modules(copy, MUTATED, given.only)
    if not files:
        known = "\n  ".join(map(str, modules(copy, MUTATED, "")))
        print(f"No mutated file has {given.only!r} in its path. There are:\n  {known}", file=sys.stderr)
        return 2
    began = time.monotonic()
    with session(given.session, copy, files, fingerprint(ROOT, files, bench.checks), given.fresh) as kept:
        found, tried_now = _tried(given, bench, copy, kept, reasons)
        pending = kept.pending(copy)
        run = Run(
            _now(),
            time.monotonic() - began,
            given.workers,
            tried_now,
            len(pending),
            len(found.seconds.keys() & bench.trials.keys()),
            found.unfit,
        )
        outcomes = kept.outcomes()
    there_are = {mutant.key for mutant in pending}
    killers = {outcome.key: outcome.fate.killer for outcome in outcomes if outcome.fate.killer}
    unnoticed = {outcome.key for outcome in outcomes if outcome.fate.kind in UNNOTICED}
    stale = stale_reasons(reasons, {file.as_posix() for file in files}, unnoticed, there_are, killers)
    report = assembled(run, outcomes, reasons, stale)
    _tell(report, page.write(report, given.report))
    return 3 if pending else 0 if report.sound else 1


def _tried(given: argparse.Namespace, bench: Bench, copy: Path, kept: Session, reasons: Mapping[Key, str]) -> tuple[CoverageMap, int]:
    """Try what is pending, as far as the time goes; the map of the session, and how many were tried."""
    progress = Progress()
    if kept.resumed:
        print("going on where the last run was broken off: nothing has changed since")
    found = kept.coverage_map()
    if found is None:
        with tempfile.TemporaryDirectory(prefix="heurtoir-mutants-", ignore_cleanup_errors=True) as folder:
            found = made(bench, copy, Path(folder).resolve(), progress.mapped)
        _check_fit(found)
        kept.keep_map(found)
    wanted = without_those_left_out(kept.pending(copy), copy, kept.keep)
    progress.begin(len(wanted))
    tried_now = []

    def told(mutant: Mutant, fate: Fate) -> None:
        kept.keep(mutant, fate)
        tried_now.append(mutant)
        progress.tried(mutant, fate, mutant.key in reasons)

    limits = Limits(given.workers, given.minutes * 60, given.patience)
    try:
        Campaign(copy, bench, found, Order(found.seconds, bench.suites, kept.earlier)).tried(wanted, limits, told)
    except KeyboardInterrupt:
        print("\nbroken off; the same command goes on from here", file=sys.stderr)
    return found, len(tried_now)


def _check_fit(found: CoverageMap) -> None:
    """Tell what does not pass on the simulator as it is. Raises Unfit when that is too much to go on."""
    told = "\n".join(f"  {trial}: {reason}" for trial, reason in tuple(found.unfit.items())[:_UNFIT_TOLD])
    said = f"{len(found.unfit)} of {len(found.unfit) + len(found.seconds)} trials do not pass on the simulator as it is:\n{told}"
    if len(found.unfit) > _UNFIT_SHARE * (len(found.unfit) + len(found.seconds)):
        raise Unfit(f"{said}\nNothing can be said by them: mend the simulator, or the harness, first.")
    if found.unfit:
        print(f"{said}\n  they are not used")


def _tell(report: Report, written: Path) -> None:
    whole = report.whole
    print(f"\n{whole.killed} of {whole.counted} mutants killed by the cases alone ({whole.percent:.1f} %)")
    print(f"{whole.by_suites} more by races ({whole.percent_in_all:.1f} % in all), {len(report.explained)} of the others explained")
    for part in report.folders:
        print(f"  {part.percent:5.1f} %  {part.name} ({part.killed} of {part.counted})")
    for mutant in report.unexplained:
        print(f"  not explained: {mutant.fate.kind}: {mutant}")
    for reason in report.stale:
        print(f"  out of date: {reason}")
    if report.run.pending:
        print(f"  the time did not suffice for {report.run.pending} more: the same command goes on with them")
    print(f"report: {written}")


def _now() -> datetime:
    return datetime.now(UTC).astimezone()  # noqa: TID251 - when the report was made


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance.selftests.mutation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", metavar="TEXT", help="only files whose path holds this text, such as policy or lockout")
    parser.add_argument("--workers", type=_positive(int), default=2, metavar="N", help="how many side by side (default: %(default)s)")
    parser.add_argument(
        "--minutes", type=_positive(float), default=math.inf, metavar="N", help="begin none after that time; the next run goes on"
    )
    parser.add_argument(
        "--patience", type=_positive(float), default=300, metavar="SECONDS", help="how long one mutant may take (default: %(default)s)"
    )
    parser.add_argument("--fresh", action="store_true", help="try all again, also when nothing has changed since the last run")
    parser.add_argument("--report", type=Path, default=ROOT / "report", metavar="FOLDER", help="where the report goes (default: report)")
    parser.add_argument("--session", type=Path, default=ROOT / "build" / "mutants", metavar="FOLDER", help=argparse.SUPPRESS)
    return parser


def _positive(kind: Callable[[str], _Number]) -> Callable[[str], _Number]:
    def read(text: str) -> _Number:
        try:
            value = kind(text)
        except ValueError:
            value = kind("0")
        if not value > 0:
            raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
        return value

    return read


if __name__ == "__main__":
    sys.exit(main())
