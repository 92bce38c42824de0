"""Do two reports say the same of every case? `agree.py build/forms/report.json build/browser/report.json`

Run with PYTHONPATH=. (the Makefile does). What one driver leaves out for want of a screen is no difference, but it is counted.
"""

from __future__ import annotations

import sys
from pathlib import Path

from conformance.report.document import Document, DocumentError, read


def results(document: Document) -> dict[str, str]:
    """By case what came out."""
    return {case.id: str(case.result) for case in document.cases}


def left_out(document: Document) -> set[str]:
    """The cases that were not tried at all, for a reason."""
    return {case for part in document.selection.left_out for case in part.cases}


def differences(one: Document, other: Document) -> list[str]:
    """Each case on which they differ, with what each says."""
    ours, theirs = results(one), results(other)
    excused = left_out(one) | left_out(other)
    both = sorted((ours.keys() | theirs.keys()) - {case for case in excused if case not in ours or case not in theirs})
    return [
        f"{case}: {one.driver} {ours.get(case, 'not tried')}, {other.driver} {theirs.get(case, 'not tried')}"
        for case in both
        if ours.get(case) != theirs.get(case)
    ]


def main(files: list[str]) -> None:
    """Say how they compare; end with 1 when they differ or there is nothing to compare."""
    try:
        one, other = (read(Path(file)) for file in files)
    except DocumentError as error:
        sys.exit(f"cannot compare: {error}")
    different = differences(one, other)
    common = results(one).keys() & results(other).keys()
    if different or not common:
        print("\n".join(different) or "no case was tried with both drivers")
        sys.exit(1)
    alone = len(results(one).keys() ^ results(other).keys())
    print(f"   the same result for each of {len(common)} cases; {alone} more need a screen")


if __name__ == "__main__":
    main(sys.argv[1:])
