"""`python -m conformance COMMAND`: what there is beside the run itself (`pytest conformance --target …`)."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from importlib import import_module

# Command -> what it does. Each is a module of conformance.commands whose `main(arguments)` returns the exit status; only the one asked
# for is imported.
COMMANDS: Mapping[str, str] = {
    "doctor": "look a target over before any case runs, and say what to mend in its file",
    "matrix": "every check against every named defect of a target, to prove that the checks can fail",
    "races": "every race many times, on one worker and on several, and by how much each was overrun",
    "guesses": "how many guesses at a password and at a code an attacker gets judged in a day",
    "compare": "what got better, worse, new or gone from one report to another",
}


def main(arguments: list[str] | None = None) -> int:
    """Do the command that is named first; its exit status, or 2 for a wrong command line."""
    given = sys.argv[1:] if arguments is None else arguments
    if given and given[0] in COMMANDS:
        status: int = import_module(f"conformance.commands.{given[0]}").main(given[1:])
        return status
    parser = argparse.ArgumentParser(
        prog="python -m conformance",
        description="What there is beside `pytest conformance --target …`.",
        epilog="`python -m conformance COMMAND --help` says more.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, about in COMMANDS.items():
        commands.add_parser(name, help=about)
    parser.parse_args(given)
    return 2


def _quietly() -> int:
    """As `main`; whoever reads no further, such as `head`, gets no traceback for it."""
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


if __name__ == "__main__":
    raise SystemExit(_quietly())
