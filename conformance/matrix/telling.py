"""What the matrix says on the terminal when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.matrix.attempt import Attempt
from conformance.matrix.document import Matrix
from conformance.progress import clipped
from conformance.report.page import duration

_SHOWN = 12


def lines(matrix: Matrix) -> Iterator[str]:
    """What is wrong, by what it is about, and one line that sums it up."""
    about = None
    for problem in matrix.all_problems:
        if problem.about != about:
            about = problem.about
            yield about
        yield f"  {problem.kind}: {clipped(problem.text)}"
    yield summary(matrix)


def summary(matrix: Matrix) -> str:
    """How many defects are noticed as they say, by how many runs, in what time."""
    kinds = "a check that is named for it" if matrix.quick else "exactly the checks and facts that are named for it"
    told = f"{matrix.as_named} of {len(matrix.defects)} defects are noticed by {kinds}"
    wrong = len(matrix.all_problems)
    verdict = "as named" if not wrong else f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong"
    runs = matrix.tried.runs + (matrix.clean.runs if matrix.clean else 0)
    return f"{verdict}: {told}; {runs} runs in {duration(matrix.seconds)}"


def not_green(attempts: Sequence[Attempt]) -> Iterator[str]:
    """Which checks do not hold although nothing is wrong; of many, the first."""
    for one in attempts[:_SHOWN]:
        watched = "; ".join(f"{check}: {', '.join(facts)}" for check, facts in one.broken.items() if check != one.check)
        yield f"  {one.id}: {one.result}{': ' if one.reason or watched else ''}{clipped(one.reason) or watched}"
    if len(attempts) > _SHOWN:
        yield f"and {len(attempts) - _SHOWN} more"
