"""Fixtures, as a pytest plugin: `pytest_plugins = ["conformance.selftests.run_beyond"]`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from conformance.process import running
from conformance.selftests.beyond import Beyond
from conformance.selftests.gateway import gateway, own_address
from conformance.target import Target, load_target


@pytest.fixture(scope="session")
def beyond_loopback() -> str:
    """An address of this machine that is not loopback."""
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but loopback ones, so nothing lies beyond it that a test may touch")
    return address


@pytest.fixture(scope="session")
def running_simulator() -> Iterator[Target]:
    """The simulator on loopback."""
    with running(load_target("simulator")) as target:
        yield target


@pytest.fixture
def beyond(beyond_loopback: str, running_simulator: Target) -> Iterator[Beyond]:
    """The simulator beyond loopback; no permission is served yet."""
    with ExitStack() as stack:
        behinds = [running_simulator.address.removesuffix("/ameli"), str(running_simulator.control), str(running_simulator.mail)]
        portal, control, mail = (stack.enter_context(gateway(beyond_loopback, behind)) for behind in behinds)
        made = Beyond(portal, control, mail)
        for served in (portal, control, mail):
            served.names = {str(one.behind): one.origin for one in (portal, control, mail)}
        yield made
