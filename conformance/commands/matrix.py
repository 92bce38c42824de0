"""`python -m conformance matrix`: every check of the harness against every named defect of a target, to prove that they can fail."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from conformance.driver import DriverBroke
from conformance.matrix import telling
from conformance.matrix.assembling import Circumstances, Rules, assembled, requirements_of
from conformance.matrix.crew import CrewLost, crew, targets_for
from conformance.matrix.document import Matrix
from conformance.matrix.gallery import BROWSER, FORMS, Defect, Elsewhere, NoGallery, UnknownDefect, elsewhere, gallery_of, named
from conformance.matrix.jobs import Crew
from conformance.matrix.judgement import found_of
from conformance.matrix.pairs import Check, checks_of
from conformance.matrix.progress import Progress
from conformance.matrix.proposing import proposal
from conformance.matrix.reasons import UNBROKEN, UNKILLED, read_reasons
from conformance.matrix.running import Evidence, clean_run, full_run, quick_run
from conformance.matrix.writing import write
from conformance.plan import Options, Plan, load_material, make_plan
from conformance.process import admitted
from conformance.selection import UnknownName, Wish, listed
from conformance.target_file import TargetError
from scenarios.coverage import coverage
from scenarios.mistakes import MistakesFound

# The simulator's portals, one after the other, where no target is named and nothing is narrowed.
SHIPPED = ("simulator", "france-mutuelle")
AS_NAMED, WRONG, USAGE, NOTHING_TO_TRY, BROKEN_OFF = 0, 1, 2, 3, 130


class NotGreen(Exception):
    """Checks do not hold although nothing is wrong: what they say of a defect is worth nothing. As text, one line for each."""


def main(arguments: list[str]) -> int:
    """Run the matrix and write it; 0 when all is as named, 1 when something is not, 2 usage, 3 when there is nothing to try."""
    chosen = _parser().parse_args(arguments)
    chosen.command = shlex.join(["python", "-m", "conformance", "matrix", *arguments])
    whole, status = chosen.report, AS_NAMED
    for number, target in enumerate(_targets(chosen)):
        chosen.target, chosen.report = target, whole / target if number else whole
        status = max(status, _tried(chosen))
        if status in {USAGE, BROKEN_OFF}:
            break
    return status


def _targets(chosen: argparse.Namespace) -> Sequence[str]:
    """Those named; else the portals of the simulator, or the first of them where defects or cases are named, which belong to one portal."""
    if chosen.target:
        return listed(chosen.target)
    return SHIPPED[:1] if chosen.defect or chosen.case else SHIPPED


def _tried(chosen: argparse.Namespace) -> int:
    try:
        return _run(chosen)
    except NotGreen as error:
        return _told(error, WRONG)
    except (UnknownName, UnknownDefect, MistakesFound) as error:
        return _told(error, USAGE)
    except (NoGallery, TargetError, DriverBroke, CrewLost) as error:
        return _told(error, NOTHING_TO_TRY)
    except KeyboardInterrupt:
        return _told("broken off before a defect was tried to its end; nothing was written", BROKEN_OFF)


def _told(what: object, status: int) -> int:
    print(f"conformance matrix: {what}", file=sys.stderr)
    return status


def _run(chosen: argparse.Namespace) -> int:
    began, started_at = time.monotonic(), datetime.now(UTC).astimezone()  # noqa: TID251 - when the run was, on the clock of this machine
    options = Options(chosen.target, chosen.driver, Wish(cases=listed(chosen.case)), False, chosen.report)
    plan = make_plan(options, load_material(chosen.target))
    checks = checks_of(plan)
    with targets_for(plan.material.target, chosen.workers) as addresses:
        target = admitted(plan.material.target.at(addresses[0]))
        defects = named(gallery_of(target), listed(chosen.defect))
        rules = _rules(plan, elsewhere(target))
        _say(f"{len(defects)} defects and {len(checks)} checks on {target.name}, {chosen.workers} side by side")
        with crew(options, addresses) as workers:
            evidence = _evidence(chosen, defects, checks, workers)
    if evidence.broken_off:
        defects = _tried_to_their_end(defects, evidence)
    if chosen.propose:
        print("\n\n".join(proposal(defect, found_of(evidence.attempts.get(defect.name, ()))) for defect in defects))
        return BROKEN_OFF if evidence.broken_off else AS_NAMED
    took = time.monotonic() - began
    narrowed = (*_narrowed(chosen), *(["broken off"] if evidence.broken_off else []))
    how = Circumstances(target, started_at, took, chosen.workers, chosen.quick, narrowed, chosen.command)
    found = _finished(assembled(defects, checks, evidence, rules, how), chosen.report)
    return BROKEN_OFF if evidence.broken_off else found


def _tried_to_their_end(defects: Sequence[Defect], evidence: Evidence) -> tuple[Defect, ...]:
    """Of a run that was broken off. Raises KeyboardInterrupt when there are none."""
    tried = [defect for defect in defects if defect.name in evidence.attempts]
    if not tried:
        raise KeyboardInterrupt
    _say(f"broken off: what follows is about the {len(tried)} of {len(defects)} defects that were tried to their end")
    return tuple(tried)


def _evidence(chosen: argparse.Namespace, defects: Sequence[Defect], checks: Mapping[str, Check], workers: Crew) -> Evidence:
    """Raises NotGreen; for whoever only wants to know what notices a defect, what is not green is left out."""
    before = clean_run(checks, workers, Progress, quick=chosen.quick)
    wrong = "\n".join(telling.not_green(before.clean.not_green))
    if wrong and not chosen.propose:
        raise NotGreen(f"these do not hold although no defect is on; mend that first\n{wrong}")
    if wrong:
        _say(f"{wrong}\nLeft out below.")
    if chosen.quick:
        return quick_run(defects, checks, before, workers, Progress)
    found = full_run(defects, checks, before, workers, Progress, everything=chosen.propose)
    return found.without([one.id for one in before.clean.not_green])


def _rules(plan: Plan, proven: Elsewhere) -> Rules:
    """Raises ReasonsError."""
    seen = coverage()
    requirements = requirements_of(seen, plan.material.target.portal)
    checks = {*(trial.case.id for trial in plan.material.trials), *(check.id for check in plan.material.checks)}
    return Rules(requirements, seen.verified_by, read_reasons(UNKILLED, checks), read_reasons(UNBROKEN, requirements), proven)


def _narrowed(chosen: argparse.Namespace) -> tuple[str, ...]:
    """Why not every check and requirement can be asked for a defect."""
    told = [f"--{name} {','.join(listed(values))}" for name, values in (("defect", chosen.defect), ("case", chosen.case)) if values]
    told += ["--driver forms"] if chosen.driver == "forms" else []
    return (*told, *(["--partial"] if chosen.partial else []))


def _finished(matrix: Matrix, report: Path) -> int:
    page = write(matrix, report)
    print("\n".join(telling.lines(matrix)))
    print(page)
    return WRONG if matrix.all_problems else AS_NAMED


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance matrix",
        description="Every check of the harness against every named defect of a target (GET /api/defects of its testability API): each "
        "defect must be noticed by exactly the checks that it names, on the facts that it names, and each check must notice some defect.",
        epilog="Exit code: 0 all is as named, 1 something is wrong, 2 usage, 3 the target has no gallery or could not be tried, 130 broken "
        "off. docs/defects.md says how to read the matrix and how to add a defect.",
    )
    parser.add_argument(
        "--target",
        action="append",
        default=[],
        metavar="TARGET",
        help=f"a shipped target or a target file, several if need be (default: {' and '.join(SHIPPED)}; with --defect or --case the first)",
    )
    parser.add_argument("--quick", action="store_true", help="only what each defect names, up to the first that notices")
    parser.add_argument("--propose", action="store_true", help="print for each defect what noticed it, as a gallery says it; judge nothing")
    parser.add_argument("--defect", action="append", default=[], metavar="NAME", help="only this defect; may be given several times")
    parser.add_argument("--case", action="append", default=[], metavar="CASE", help="only this case or suite, or a pattern with * and ?")
    parser.add_argument("--driver", choices=(BROWSER, FORMS), default=BROWSER, help="forms: leave out what only a browser can try")
    parser.add_argument("--partial", action="store_true", help="the gallery does not claim to break everything: ask for no further defects")
    parser.add_argument("--workers", type=_at_least_one, default=2, help="how many run side by side (default: %(default)s)")
    parser.add_argument(
        "--report",
        type=Path,
        default=Path("report"),
        metavar="FOLDER",
        help="where matrix.html and matrix.json go; of a second target: a folder below",
    )
    return parser


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
