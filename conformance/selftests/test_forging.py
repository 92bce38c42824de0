"""The browser that forges, on real sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.driver import DriverBroke
from conformance.drivers.forging import ForgingBrowser, with_query
from conformance.drivers.forms import FormsBrowsers
from conformance.forging import Forger, ForgingBrowsers
from conformance.selftests.small_portal import SmallPortal, small_portal
from conformance.selftests.test_drivers_agree import control


@pytest.fixture(scope="module")
def portal() -> Iterator[SmallPortal]:
    """The small portal."""
    with small_portal() as served:
        yield served


@pytest.fixture
def forger(portal: SmallPortal) -> ForgingBrowser:
    """A browser that shows its first page."""
    browser = ForgingBrowser()
    browser.open(f"{portal.address}/")
    return browser


NUMBER, SECRET, SEND = control("textbox", "num[ée]ro d'assur[ée]"), control("password", "mot de passe"), control("button", "^me connecter$")


def test_what_is_held_back_is_not_sent(forger: ForgingBrowser, portal: SmallPortal) -> None:
    """What the press would have sent is known, which fields are hidden and which are typed into; then it is sent as it would have been."""
    before = len(portal.received)
    forger.fill(NUMBER, "12")
    forger.fill(SECRET, "x")
    forger.hold(SEND.name)
    shown = forger.press(SEND)
    assert shown is forger.page()
    assert len(portal.received) == before
    assert forger.held is not None
    assert dict(forger.held.data)["number"] == "12"
    assert forger.hidden == {"token"}
    assert forger.texts == ("number", "secret")
    assert forger.let_go().address == f"{portal.address}/welcome"
    assert dict(portal.received[-1])["token"] == 't"1'
    with pytest.raises(DriverBroke, match="Nothing was held back"):
        forger.let_go()


def test_a_request_of_ones_own_leaves_the_page(forger: ForgingBrowser, portal: SmallPortal) -> None:
    """Fields as they are, bytes that are no UTF-8 among them; headers as they are given, or left out."""
    shown = forger.page()
    fields = [("number", "a\r\n\0"), ("number", b"\xff".decode("utf-8", "surrogateescape"))]
    answer = forger.send("POST", f"{portal.address}/enter", fields, {"Origin": "null", "Referer": None, "X-One": "1"})
    assert forger.page() is shown
    assert answer.status == 200
    first, second = (value for _, value in portal.received[-1])
    assert first == "a\r\n\0"
    assert second in {"\ufffd", "%FF"}  # what Werkzeug makes of the byte
    headers = portal.headers[-1]
    assert (headers["Origin"], headers["X-One"]) == ("null", "1")
    assert "Referer" not in headers
    assert forger.answers[-1] is answer


def test_what_is_said_and_added_goes_with_everything(forger: ForgingBrowser, portal: SmallPortal) -> None:
    """Headers with every request; parameters with every address opened and every form."""
    forger.say({"X-Two": "2"})
    forger.add([("next", "//elsewhere.test")])
    assert forger.open(f"{portal.address}/?a=1").address.endswith("/?a=1&next=%2F%2Felsewhere.test")
    forger.fill(NUMBER, "12")
    forger.press(SEND)
    assert ("next", "//elsewhere.test") in portal.received[-1]
    assert portal.headers[-1]["X-Two"] == "2"
    forger.add([])
    assert forger.open(f"{portal.address}/").address == f"{portal.address}/"


def test_a_redirect_off_the_target_is_shown_and_not_followed(forger: ForgingBrowser, portal: SmallPortal) -> None:
    """Where another browser would be stopped by the gate, this one shows what sent it there."""
    answer = forger.open(f"{portal.address}/away")
    assert (answer.status, answer.exchanges[-1].headers["location"]) == (302, "http://elsewhere.example.test/")


def test_both_kinds_of_browsers_are_told_apart() -> None:
    """Suites ask whether browsers can be made to forge."""
    assert isinstance(FormsBrowsers(), ForgingBrowsers)
    assert isinstance(FormsBrowsers().forger(), Forger)
    assert not isinstance(FormsBrowsers().new(), Forger)
    assert with_query("http://a.test/b#c", [("d", "é")]) == "http://a.test/b?d=%C3%A9#c"
