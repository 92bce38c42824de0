"""The sign-in with a code under load; all of Locust's options work.

    locust -f load/locustfile.py --target simulator --headless -u 20 -t 30s --objective "p95<300ms"

Each sample is judged by what its page is, so a wrong page is a failure and not a fast success. The time until the code's mail can be
read is a sample of its own. Several processes are Locust's own affair (--processes, --master, --worker): each gets its share of the people.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

# Locust puts this folder on the path, and not the one that holds the packages.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment

from conformance.target import load_target
from conformance.target_file import TargetError
from load.first_visit import FirstVisit
from load.ground import FEWEST_PEOPLE, Ground
from load.journey import Insured
from load.judgement import Verdict
from load.objectives import ObjectiveError, read_objective

__all__ = ["FirstVisit", "Insured"]

HUNDRED = 100


def target_name(text: str) -> str:
    """The name as given, when there is such a target and it offers what a load run needs."""
    try:
        target = load_target(text)
    except TargetError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    for capability, needs in (("people", "control, the testability API, to make people"), ("mail", "mail, Mailpit's API, to read codes")):
        if capability not in target.capabilities:
            raise argparse.ArgumentTypeError(f"{target.file}: a load run needs an address for {needs}.")
    return text


def objective(text: str) -> str:
    """The objective as given, when it can be read."""
    try:
        read_objective(text)
    except ObjectiveError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def people(text: str) -> int:
    """A number from 1 to 100,000."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 100_000:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r}: give a number of people, from 1 to 100000")


def share(text: str) -> int:
    """A number from 0 to 100."""
    if text.isascii() and text.isdigit() and int(text) <= HUNDRED:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r}: give how many of a hundred users, from 0 to 100")


def add_options(parser: LocustArgumentParser, **_: Any) -> None:
    """The options that are ours; shown by --help, and settable as Locust's own by environment and configuration file."""
    ours = parser.add_argument_group("Heurtoir")
    ours.add_argument(
        "--target", default="simulator", type=target_name, metavar="NAME|FILE", env_var="LOCUST_TARGET",
        help="what to try: the name of a shipped target, or a target file; beyond this machine one that permits `hammer` "
        "(docs/targets.md). (default: simulator, which is started)",
    )  # fmt: skip
    ours.add_argument(
        "--people", default=None, type=people, metavar="N", env_var="LOCUST_PEOPLE",
        help=f"people made beforehand, each used by one user at a time (default: twice the users, at least {FEWEST_PEOPLE})",
    )  # fmt: skip
    ours.add_argument(
        "--objective", default=[], type=objective, action="append", metavar="OBJECTIVE", env_var="LOCUST_OBJECTIVE",
        help="what the run is held against; exit code 1 when missed. May be repeated: p95<300ms (of page requests; also p50 to p99.9, "
        "average, max), failures<0.1%%, journeys>20/s, requests>100/s, or of one request by its name: 'password: p99<1s'",
    )  # fmt: skip
    ours.add_argument(
        "--first-visits", default=0, type=share, metavar="N", env_var="LOCUST_FIRST_VISITS",
        help="how many of a hundred users go through a first visit, up to its provisional code, instead of signing in (default: 0)",
    )  # fmt: skip
    ours.add_argument(
        "--summary", default="report/load.json", metavar="FILE", env_var="LOCUST_SUMMARY",
        help="where the summary goes, as JSON (default: report/load.json)",
    )  # fmt: skip


def prepare(environment: Environment, **_: Any) -> None:
    """Find or start the target, and see to judging at the end."""
    options = environment.parsed_options
    assert options is not None
    Insured.ground = FirstVisit.ground = Ground(environment)
    Insured.weight, FirstVisit.weight = HUNDRED - options.first_visits, options.first_visits
    environment.user_classes = [user for user in environment.user_classes if user.weight]
    Verdict(environment, [read_objective(text) for text in options.objective], Path(options.summary))


events.init_command_line_parser.add_listener(add_options)
events.init.add_listener(prepare)
