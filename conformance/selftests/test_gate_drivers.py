"""What a portal leads to is stopped at the gate, in both drivers: redirects, links, and whatever a page loads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserType

from conformance.driver import Browser, Browsers, Control
from conformance.drivers.browser import ScreenBrowsers
from conformance.drivers.chromium import launch_options
from conformance.drivers.forms import FormsBrowsers
from conformance.gate import GATE, NotPermitted
from conformance.origins import origin_of
from conformance.selftests.beyond import in_days
from conformance.selftests.gateway import Gateway, gateway, has_ipv6
from conformance.target import BrowserSettings

pytest_plugins = ["conformance.selftests.run_beyond"]

REAL = "https://assure.ameli.fr/PortailAS"
GO = Control("go", "link", re.compile("^partir$", re.IGNORECASE))
SEND = Control("send", "button", re.compile("^envoyer$", re.IGNORECASE))
LoadsAPage = Callable[[Gateway, Gateway], str]


@pytest.fixture(autouse=True)
def gate_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that one test opened is open in the next."""
    monkeypatch.setattr(GATE, "_permitted", {})
    monkeypatch.setattr(GATE, "_answers", {})


@pytest.fixture
def elsewhere(beyond_loopback: str) -> Iterator[Gateway]:
    """Somebody else's server, without a permission."""
    with gateway(beyond_loopback) as served:
        yield served


@pytest.fixture
def here(elsewhere: Gateway) -> Iterator[Gateway]:
    """A portal on loopback whose pages lead away."""
    with gateway("127.0.0.1") as served:
        for name, there in {"stranger": f"{elsewhere.origin}/way", "real": REAL, "tricky": "http://127.0.0.1@assure.ameli.fr/"}.items():
            served.pages[f"/{name}"] = (
                f'<!doctype html><title>Ici</title><h1>Ici</h1><a href="{there}">Partir</a> <a href="/to/{name}">Partir par ici</a>'
                f'<form method="post" action="/to/{name}"><button>Envoyer</button></form>'
            )
            served.redirects[f"/to/{name}"] = there
        yield served


@pytest.fixture(params=["forms", "browser"])
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A new browser of either driver."""
    made: Browsers = FormsBrowsers()
    if request.param == "browser":
        made = ScreenBrowsers(request.getfixturevalue("chromium").new_context, BrowserSettings(timeout_seconds=3.0))
    yield made.new()
    made.close()


WAYS: dict[str, Callable[[Browser, str, str], object]] = {
    "redirected": lambda browser, here, name: browser.open(f"{here}/to/{name}"),
    "redirected beside": lambda browser, here, name: browser.fetch(f"{here}/to/{name}"),
    "by a link": lambda browser, here, name: (browser.open(f"{here}/{name}"), browser.press(GO)),
    "by a form": lambda browser, here, name: (browser.open(f"{here}/{name}"), browser.press(SEND)),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("stranger", r"http://[\d.]+:\d+ leads away from the target and was not followed\. .*name it in the target file"),
        ("real", r"https://assure\.ameli\.fr was not touched: ameli\.fr is a real portal's domain"),
        ("tricky", r"assure\.ameli\.fr was not touched"),
    ],
)
def test_no_way_leads_off_the_target(  # noqa: PLR0917
    way: str, name: str, said: str, browser: Browser, here: Gateway, elsewhere: Gateway
) -> None:
    """A redirect, a link, a form: the case is told where they lead, and nobody there hears of it."""
    with pytest.raises(NotPermitted, match=said):
        WAYS[way](browser, here.origin, name)
    assert elsewhere.paths == []
    assert here.paths


def test_an_address_elsewhere_is_not_opened(browser: Browser, elsewhere: Gateway) -> None:
    """Not by name of the case either."""
    for address in (elsewhere.origin, REAL):
        with pytest.raises(NotPermitted):
            browser.open(address)
        with pytest.raises(NotPermitted):
            browser.fetch(address)
    assert elsewhere.paths == []


def loading_page(here: Gateway, elsewhere: Gateway) -> str:
    """A page that loads what a page can load, from here and from elsewhere; its path."""
    there = elsewhere.origin
    here.redirects["/moved.png"] = f"{there}/moved.png"
    here.pages["/loads"] = (
        f'<!doctype html><title>Charge</title><link rel="stylesheet" href="{there}/sheet.css"><script src="{there}/script.js"></script>'
        f'<img src="{there}/image.png"><img src="/moved.png"><img src="/own.png"><iframe src="{there}/frame"></iframe>'
        f'<script>fetch("{there}/fetched", {{mode: "no-cors"}}); navigator.sendBeacon("{there}/beacon");'
        f'new WebSocket("{there.replace("http", "ws")}/socket")</script><h1>Page</h1>'
    )
    return "/loads"


def test_what_a_page_loads_from_elsewhere_is_not_loaded(chromium: Chromium, here: Gateway, elsewhere: Gateway) -> None:
    """Images, scripts, frames, requests of scripts, and what is redirected: the page shows, and nobody elsewhere hears of it."""
    browsers = ScreenBrowsers(chromium.new_context, BrowserSettings(timeout_seconds=5.0))
    page = browsers.new().open(f"{here.origin}{loading_page(here, elsewhere)}")
    browsers.close()
    assert "<h1>Page</h1>" in page.html
    assert {"/own.png", "/moved.png"} <= set(here.paths)
    assert elsewhere.paths == []


def test_what_is_permitted_is_loaded_and_its_neighbours_are_not(
    browser_type: BrowserType, here: Gateway, elsewhere: Gateway, beyond_loopback: str
) -> None:
    """With its permission the same page loads everything; another port of the same host stays closed."""
    elsewhere.permission = f"heurtoir: 1\nimpacts: read\nuntil: {in_days(1)}\nrate: 1000\n"
    GATE.admit([here.origin, elsewhere.origin])
    assert GATE.permitted == (origin_of(elsewhere.origin),)
    with gateway(beyond_loopback) as neighbour:
        elsewhere.pages["/frame"] = f'<img src="{neighbour.origin}/image.png">'
        launched = browser_type.launch(**launch_options(browser_type.executable_path, permitted=GATE.permitted))
        browsers = ScreenBrowsers(launched.new_context, BrowserSettings(timeout_seconds=5.0))
        browsers.new().open(f"{here.origin}{loading_page(here, elsewhere)}")
        browsers.new().open(f"{elsewhere.origin}/way")
        with pytest.raises(NotPermitted, match="leads away from the target"):
            browsers.new().open(neighbour.origin)
        browsers.close()
        launched.close()
        assert neighbour.paths == []
    loaded = {"/sheet.css", "/script.js", "/image.png", "/moved.png", "/frame", "/fetched", "/beacon", "/socket", "/way"}
    assert loaded <= set(elsewhere.paths)


@pytest.mark.parametrize(("host", "name"), [("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "a.localhost"), ("::1", "[::1]")])
def test_this_machine_is_found_under_each_of_its_names(host: str, name: str, chromium: Chromium) -> None:
    """What the gate takes for loopback the browser finds too."""
    if host == "::1" and not has_ipv6():
        pytest.skip("this machine has no ::1")
    browsers = ScreenBrowsers(chromium.new_context, BrowserSettings(timeout_seconds=5.0))
    with gateway(host) as here:
        assert browsers.new().open(f"http://{name}:{origin_of(here.origin).port}/x").status == 200
    browsers.close()
