"""`python -m conformance doctor TARGET`: looks a target over before any case runs, and says what to mend in its file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from conformance.doctor.examination import examine
from conformance.doctor.finding import Chapter, ready
from conformance.doctor.telling import as_json, chapter_lines, conclusion
from conformance.plan import Options
from conformance.selection import UnknownName, Wish, listed
from scenarios.instants import parse_duration
from scenarios.model import IMPACTS

READY, TO_MEND, USAGE = 0, 20, 2
_SELECTIONS = {
    "portal": "only cases of this portal",
    "requirement": "only cases that verify this requirement",
    "case": "only this case: its id, or a pattern with * and ?",
    "impact": f"only cases that do this to the target ({', '.join(IMPACTS)})",
}


def main(arguments: list[str]) -> int:
    """Examine a target and print what was found; 0 when it is ready, 20 when something must be mended, 2 for a wrong command line."""
    chosen = _parser().parse_args(arguments)
    try:
        options = _options(chosen)
        chapters = _printed(chosen, options)
    except (UnknownName, ValueError) as error:
        print(f"conformance doctor: {error}", file=sys.stderr)
        return USAGE
    if chosen.json:
        print(as_json(chapters, options.target))
    else:
        print("\n".join(conclusion(chapters, options.target)))
    return READY if ready(chapters) else TO_MEND


def _printed(chosen: argparse.Namespace, options: Options) -> list[Chapter]:
    chapters = []
    if not chosen.json:
        print(f"The doctor looks at {options.target}, driver {options.driver}", flush=True)
    for chapter in examine(options, chosen.send):
        chapters.append(chapter)
        if not chosen.json:
            print("\n".join(chapter_lines(chapter, chosen.list)), flush=True)
    return chapters


def _options(chosen: argparse.Namespace) -> Options:
    """Raises ValueError for what cannot be meant."""
    impacts = listed(chosen.impact)
    if unknown := [name for name in impacts if name not in IMPACTS]:
        raise ValueError(f"--impact {', '.join(unknown)}: an impact is one of {', '.join(IMPACTS)}")
    try:
        longest_wait = parse_duration(chosen.max_wait)
    except ValueError as error:
        raise ValueError(f"--max-wait: {error}") from None
    wish = Wish(listed(chosen.portal), listed(chosen.requirement), listed(chosen.case), impacts)
    return Options(chosen.target, chosen.driver, wish, False, Path("report"), longest_wait)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance doctor",
        description="Look a target over before any case runs: its file, who answers, what may be touched, people, pages and controls, "
        "mail, clock, and which cases can run. Each finding says what to mend, most with the line to write.",
        epilog="It signs in once with one account and has one or a few codes mailed, where all is on this machine or --send allows it. "
        "Exit code: 0 ready, 20 something must be mended, 2 usage.",
    )
    parser.add_argument("target", metavar="TARGET", help="a shipped target, such as simulator, or a target file")
    parser.add_argument("--driver", choices=("browser", "forms"), default="browser", help="as for pytest (default: browser)")
    parser.add_argument("--max-wait", default="1m", metavar="DURATION", help="as for pytest (default: 1m)")
    for name, meant in _SELECTIONS.items():
        parser.add_argument(f"--{name}", metavar=name.upper(), action="append", default=[], help=meant)
    parser.add_argument(
        "--send",
        action=argparse.BooleanOptionalAction,
        help="sign in with one account and have a code mailed; without it, that is done on this machine alone",
    )
    parser.add_argument("--list", action="store_true", help="name each case of a group that cannot run")
    parser.add_argument("--json", action="store_true", help="for programs")
    return parser
