"""`python -m conformance COMMAND`: what there is to do before and after a run. The run itself is `pytest conformance --target …`."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

# Command -> the module whose main(arguments) does it, and what it is for.
COMMANDS = {
    "compare": ("conformance.commands.compare", "what got better, worse, new or gone between two reports"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run a command; its exit code, or 2 for a command line that none understands."""
    given = sys.argv[1:] if arguments is None else arguments
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:{width}}  {meant}" for name, (_, meant) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m conformance",
        description="Before and after a run of `pytest conformance --target NAME_OR_FILE`.",
        epilog=f"commands:\n{listed}\n\n`python -m conformance COMMAND --help` explains one.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="%(prog)s [-h] COMMAND …",
    )
    parser.add_argument("command", metavar="COMMAND", choices=COMMANDS, help=f"one of: {', '.join(COMMANDS)}")
    chosen = parser.parse_args(given[:1])
    module, _ = COMMANDS[chosen.command]
    code: int = import_module(module).main(given[1:])
    return code


if __name__ == "__main__":
    raise SystemExit(main())
