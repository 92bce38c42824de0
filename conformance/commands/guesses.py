"""`python -m conformance guesses [TARGET …]`: how many guesses at a password and at a code an attacker gets judged in a day."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from conformance.driver import DriverBroke
from conformance.guesses import page
from conformance.guesses.document import BROKE, JSON_NAME, NOT_RUN, OVER, Budget, Document, Row, encode
from conformance.guesses.measuring import measured
from conformance.guesses.rotations import ROTATIONS
from conformance.guesses.text import as_text
from conformance.people.allocation import claims_of
from conformance.process import running
from conformance.provisioning import provisioner_of
from conformance.report.writing import put
from conformance.target import load_target
from conformance.target_file import TargetError
from scenarios.checks import load_checks

WITHIN_ALL, GUESSES_OVER, NOT_MEASURED, USAGE, BROKEN_OFF = 0, 10, 11, 2, 130
TEXT_NAME = "guesses.txt"


def main(arguments: list[str]) -> int:
    """Measure and write; 0 when every rotation is within what is allowed, 10 when one is not, 11 when one was not measured, 2 usage."""
    chosen = _parser().parse_args(arguments)
    try:
        budgets = [_budget(name, timedelta(hours=chosen.hours)) for name in chosen.targets or ["simulator"]]
    except (TargetError, DriverBroke) as error:
        print(f"conformance guesses: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("conformance guesses: broken off; nothing was written", file=sys.stderr)
        return BROKEN_OFF
    _write(budgets, chosen.report)
    verdicts = {budget.verdict for budget in budgets}
    return GUESSES_OVER if OVER in verdicts else NOT_MEASURED if verdicts & {NOT_RUN, BROKE} else WITHIN_ALL


def _budget(name: str, whole: timedelta) -> Budget:
    suites = [check for check in load_checks() if check.id.startswith("suite.guesses.")]
    with running(load_target(name)) as target:
        rotations = sum(map(len, ROTATIONS.values()))
        print(f"{target.name}: {rotations} attackers guess for {whole / timedelta(hours=1):g} hours of its clock", flush=True)
        return measured(target, provisioner_of(target, claims_of([], suites, target, timedelta(minutes=1))), whole, _told)


def _told(row: Row) -> None:
    seen = f"{row.whole} judged, {row.hour} in the worst hour" if row.judged_after else row.reason
    print(f"  {row.guessed}, {row.rotation}: {row.verdict} ({seen})", flush=True)


def _write(budgets: Sequence[Budget], report: Path) -> None:
    document = Document(tuple(budgets))
    text = "\n".join(map(as_text, budgets))
    report.mkdir(parents=True, exist_ok=True)
    put(report / JSON_NAME, encode(document))
    put(report / TEXT_NAME, text.encode())
    put(report / page.FILE_NAME, page.render(document).encode())
    print(f"\n{text}\n{report / page.FILE_NAME}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance guesses",
        description="How many guesses at a password and at a code an attacker gets judged in an hour and in a day, whatever they change "
        "from one guess to the next, beside what the requirements allow. The target's clock is moved: a day takes some seconds.",
        epilog="Writes guesses.html, guesses.json and guesses.txt. Exit code: 0 all within what is allowed, 10 something is over, 11 "
        "something could not be measured (such as a clock that cannot be moved), 2 usage, 130 broken off.",
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="shipped targets or target files (default: simulator)")
    parser.add_argument("--hours", type=_hours, default=24.0, help="how long is guessed, on the target's clock (default: 24)")
    parser.add_argument("--report", type=Path, default=Path("report"), metavar="FOLDER", help="where they go (default: report)")
    return parser


def _hours(text: str) -> float:
    hours = float(text)
    if not 1 <= hours <= 24 * 31:
        raise argparse.ArgumentTypeError("from 1 to 744 hours")
    return hours
