"""Fixtures of the harness's own tests: the browser that is installed, and pages to show in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType

from conformance.drivers.chromium import launch_options
from conformance.selftests.served_pages import ServedPages, served_pages


@pytest.fixture(scope="session")
def chromium(browser_type: BrowserType) -> Iterator[Browser]:
    """The browser that is installed, as the harness starts it for a target on loopback; one for all tests of a worker."""
    launched = browser_type.launch(**launch_options(browser_type.executable_path))
    yield launched
    launched.close()


@pytest.fixture(scope="module")
def pages() -> Iterator[ServedPages]:
    """What the tests of a file serve."""
    with served_pages() as served:
        yield served
