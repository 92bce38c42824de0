"""With which code a run ends."""

from __future__ import annotations

from conformance.results import EXIT_CODES, Verdict

# pytest's own words for: broken off, broken inside, a wrong command line, nothing selected.
PYTEST_INTERRUPTED, PYTEST_INTERNAL_ERROR, PYTEST_USAGE_ERROR, PYTEST_NOTHING = 2, 3, 4, 5
_KEPT = frozenset({PYTEST_INTERRUPTED, PYTEST_INTERNAL_ERROR, PYTEST_USAGE_ERROR, PYTEST_NOTHING})


def exit_status(verdict: Verdict, pytest_status: int) -> int:
    """The verdict's own code, apart from what pytest alone can tell. A run that pytest calls broken is never 0."""
    return pytest_status if pytest_status in _KEPT else EXIT_CODES[verdict]
