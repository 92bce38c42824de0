"""How tests are shared out among the workers of xdist: what waits goes to one of them, all else one by one to whoever is free."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from conformance.journal import case_id

_WAITING = "waiting"


class WaitingTogether(LoadScopeScheduling):  # type: ignore[misc]
    """Not xdist's own groups: it writes their names into a test's id, which pytest does not let it do any more since 9.2."""

    def __init__(self, config: pytest.Config, log: Any, waiting: frozenset[str]) -> None:
        super().__init__(config, log)
        self._waiting = waiting

    def _split_scope(self, nodeid: str) -> str:
        return _WAITING if case_id(nodeid) in self._waiting else nodeid
