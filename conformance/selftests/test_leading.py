"""Where addresses lead is read as browsers read it, and held against Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserType, Page

from conformance.driver import Exchange
from conformance.driver import Page as Answer
from conformance.drivers.chromium import launch_options
from conformance.suites.leading import leads_to, origin_shown, redirects_of, written_in
from scenarios.corpora import NEXT_VALUE, texts_for

HERE = "http://own.test:8000/a/b?c"
OWN = "http://own.test:8000"
# What `new URL(written, here)` says of each, in one go; nothing where a browser sees no address.
_READ = """([here, all]) => all.map(written => {
  try { const read = new URL(written, here); return ["null", "file://"].includes(read.origin) ? read.protocol : read.origin; }
  catch { return ""; }
})"""


@pytest.fixture(scope="module")
def tab(browser_type: BrowserType) -> Iterator[Page]:
    """A blank page of a real browser."""
    browser = browser_type.launch(**launch_options(browser_type.executable_path))
    yield browser.new_page()
    browser.close()


def values() -> list[str]:
    """Every next value of the corpora, and addresses of every make."""
    places = {"own": "own.test:8000", "elsewhere": "elsewhere.test"}
    parts = ["", "/", "//", "///", "\\", "/\\", "http:", "https:", "http:/", "https:/", "http://", "https://", "\t//", "mailto:", "d:"]
    made = [
        f"{first}{host}{last}"
        for first in parts
        for host in ("b.test", "b.test:81", "a@b.test", "B.test:80", "")
        for last in ("", "/p?q#f", "\\p")
    ]
    return [*(text.filled(places) for text in texts_for(NEXT_VALUE)), *made, "?q", "#f", "..", "./p", "a:b@c", "javascript:1", " data:,a"]


@pytest.mark.parametrize("here", [HERE, "https://own.test/"])
def test_browsers_agree(here: str, tab: Page) -> None:
    """The same origin, or the same scheme without one; what no browser takes for an address leads nowhere."""
    read = tab.evaluate(_READ, [here, values()])
    assert len(read) == len(values())
    told = [(written, seen, leads_to(here, written)) for written, seen in zip(values(), read, strict=True) if seen]
    assert not [one for one in told if one[1] != one[2]]
    assert len(told) > 200


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("", OWN),
        ("/p", OWN),
        ("p//elsewhere.test", OWN),
        ("//elsewhere.test", "http://elsewhere.test"),
        ("/\\elsewhere.test", "http://elsewhere.test"),
        ("/\t/elsewhere.test", "http://elsewhere.test"),
        ("https:elsewhere.test", "https://elsewhere.test"),
        ("http:elsewhere.test", OWN),
        ("https://own.test:8000@elsewhere.test", "https://elsewhere.test"),
        ("javascript:alert(1)", "javascript:"),
        ("http://OWN.test:8000/", OWN),
    ],
)
def test_where_an_address_leads(written: str, origin: str) -> None:
    """Scheme, host and port as browsers see them."""
    assert leads_to(HERE, written) == origin


def test_every_way_that_leads_elsewhere_is_seen() -> None:
    """Headers, forms, buttons, bases and refreshes."""
    exchange = Exchange("GET", HERE, 302, {"location": "/x", "refresh": "0; url='//elsewhere.test/'"})
    assert [*redirects_of(exchange)] == [("Location", "/x"), ("Refresh", "//elsewhere.test/")]
    html = (
        '<base href="/b"><meta http-equiv="Refresh" content="5;URL=/r"><form action="/f"><button formaction="/g">x</button>'
        '<input type=submit formaction="/h"></form><form><p>no action</p></form>'
    )
    assert {*written_in(Answer(HERE, 200, html))} == {
        ("form action", "/f"),
        ("button formaction", "/g"),
        ("input formaction", "/h"),
        ("base href", "/b"),
        ("refresh", "/r"),
    }
    assert origin_shown(HERE) == OWN
