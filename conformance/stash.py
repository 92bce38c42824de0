"""Under which keys pytest's configuration and items hold what is ours."""

from __future__ import annotations

import pytest

from conformance.plan import Plan
from conformance.results import CaseResult

PLAN = pytest.StashKey[Plan]()  # on the configuration, with --target only
BROWSER = pytest.StashKey[str]()  # on the configuration, once a browser was started: its name and version
RESULTS = pytest.StashKey[list[CaseResult]]()  # on an item: what its test recorded


def record(item: pytest.Item, result: CaseResult) -> None:
    """Note a result of a test; its outcome follows from it."""
    item.stash.setdefault(RESULTS, []).append(result)
