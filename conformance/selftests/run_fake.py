"""A fixture, as a pytest plugin: `pytest_plugins = ["pytester", "conformance.selftests.run_fake"]`."""

from __future__ import annotations

import pytest

from conformance.selftests.fake_runs import OF_A_SURROUNDING_RUN, FakeRuns


@pytest.fixture
def run_fake(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> FakeRuns:
    """Runs pytest on fake cases, in this process."""
    for name in OF_A_SURROUNDING_RUN:
        monkeypatch.delenv(name, raising=False)
    return FakeRuns(pytester, monkeypatch)
