"""`python -m conformance compare A.json B.json`: what got better, worse, new or gone from one report to the other."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from conformance.report.comparison import compare
from conformance.report.comparison_text import as_markdown, as_text
from conformance.report.document import FILE_NAME, DocumentError, read

NOTHING_WORSE, WORSE, USAGE = 0, 1, 2


def main(arguments: list[str]) -> int:
    """Compare two reports and print how; 0 when nothing got worse, 1 when something did, 2 when one of them cannot be read."""
    chosen = _parser().parse_args(arguments)
    try:
        comparison = compare(*(read(path / FILE_NAME if path.is_dir() else path) for path in (chosen.before, chosen.after)))
    except DocumentError as error:
        print(f"conformance compare: {error}", file=sys.stderr)
        return USAGE
    if chosen.json:
        told = msgspec.json.format(msgspec.json.encode({"worse": comparison.worse, **msgspec.to_builtins(comparison)}), indent=1).decode()
        print(told)
    else:
        print((as_markdown if chosen.markdown else as_text)(comparison), end="")
    return WORSE if comparison.worse else NOTHING_WORSE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance compare",
        description="What got better, worse, new or gone from one report to another, by requirement and by case.",
        epilog="What is no longer verified counts as worse. Exit code: 0 nothing got worse, 1 something did (the verdict, a requirement "
        "or a case), 2 usage.",
    )
    parser.add_argument("before", type=Path, metavar="A.json", help="the earlier report.json, or the folder it lies in")
    parser.add_argument("after", type=Path, metavar="B.json", help="the later one")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="for a merge request or the summary of a CI job")
    form.add_argument("--json", action="store_true", help="for programs")
    return parser
