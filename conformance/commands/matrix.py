"""`python -m conformance matrix`: every check of the harness against every named defect of a target."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from conformance.driver import DriverBroke
from conformance.matrix.attempt import Attempt
from conformance.matrix.crew import CrewLost, crew, targets_for
from conformance.matrix.gallery import NoGallery, UnknownDefect, gallery_of, named
from conformance.matrix.judgement import found_of
from conformance.matrix.pairs import Clean, checks_of, clean_jobs, defect_jobs
from conformance.matrix.proposing import proposal
from conformance.matrix.progress import Progress
from conformance.plan import Options, load_material, make_plan
from conformance.process import admitted
from conformance.selection import UnknownName, Wish, listed
from conformance.target_file import TargetError

AS_NAMED, WRONG, USAGE, NO_GALLERY = 0, 1, 2, 3


def main(arguments: list[str]) -> int:
    chosen = _parser().parse_args(arguments)
    try:
        return _run(chosen)
    except (UnknownName, UnknownDefect) as error:
        print(f"conformance matrix: {error}", file=sys.stderr)
        return USAGE
    except (NoGallery, TargetError, DriverBroke, CrewLost) as error:
        print(f"conformance matrix: {error}", file=sys.stderr)
        return NO_GALLERY
    except KeyboardInterrupt:
        print("\nconformance matrix: broken off; nothing was written", file=sys.stderr)
        return 130


def _run(chosen: argparse.Namespace) -> int:
    options = Options(chosen.target, "browser", Wish(cases=listed(chosen.case)), False, Path(chosen.report))
    plan = make_plan(options, load_material(chosen.target))
    checks = checks_of(plan)
    with targets_for(plan.material.target, chosen.workers) as addresses:
        defects = named(gallery_of(admitted(plan.material.target.at(addresses[0]))), listed(chosen.defect))
        with crew(options, addresses) as workers:
            jobs = clean_jobs(checks)
            attempts: dict[str, Attempt] = {}
            progress = Progress("clean run", [*jobs], Clean())
            for job, found in workers.done(jobs):
                attempts.update((one.id, one) for one in found)
                progress.did(job)
            progress.end()
            clean = Clean(attempts)
            for one in clean.not_green:
                print(f"not green without a defect: {one.id}: {one.result} {dict(one.broken)} {one.reason}")
            broken = {one.id for one in clean.not_green}
            jobs = defect_jobs(defects, checks, clean, chosen.propose)
            by_defect: dict[str, list[Attempt]] = defaultdict(list)
            progress = Progress("defects", jobs, clean)
            for job, found in workers.done(jobs):
                by_defect[job.defect or ""] += [one for one in found if one.id not in broken]
                progress.did(job)
            progress.end()
    for defect in defects:
        print(proposal(defect, found_of(by_defect[defect.name])))
    return AS_NAMED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance matrix", description="Every check of the harness against every named defect."
    )
    parser.add_argument("--target", default="simulator")
    parser.add_argument("--defect", action="append", default=[])
    parser.add_argument("--case", action="append", default=[])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--report", default="report")
    parser.add_argument("--propose", action="store_true")
    return parser
