"""The watcher of headers: what protects, in every way that browsers take, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.driver import Exchange, Page
from conformance.observation import Essence, PageSeen
from conformance.page_headers import CSP, FRAMING, REFERRER, SECRET, SNIFFING, headers_told
from conformance.reading import read
from conformance.recognise import Recognition
from conformance.watchers import KnownSecrets, Sight, watched
from scenarios.register import load_register

ADDRESS = "http://127.0.0.1:8000/w/x/ameli/oubli/Zk3-9fJq0aXc7LmP"
GOOD = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def broken(headers: dict[str, str], html: str = "<p>ok", secret: bool = False) -> list[str]:
    """The facts that do not hold of a page with these headers beside the good ones; an empty one is left out."""
    whole = {name: value for name, value in {**GOOD, **headers}.items() if value}
    page = Page(ADDRESS, 200, html, (Exchange("GET", ADDRESS, 200, whole),))
    return [found.fact for found in headers_told(page, "the page", secret) if found.wrong]


@pytest.mark.parametrize(
    ("policy", "facts"),
    [
        ("default-src 'self'; frame-ancestors 'self'", []),
        ("script-src 'self'; frame-ancestors https://a.test", []),
        ("script-src 'nonce-Zk39fJ' 'unsafe-inline'; frame-ancestors 'none'", []),
        ("default-src 'none', frame-ancestors 'none'", []),
        ("default-src 'unsafe-inline'; frame-ancestors 'none', script-src 'self'", []),
        ("", [CSP, FRAMING]),
        ("frame-ancestors 'none'", [CSP]),
        ("default-src 'self'", [FRAMING]),
        ("default-src 'self'; frame-ancestors *", [FRAMING]),
        ("default-src 'self'; frame-ancestors https:", [FRAMING]),
        ("default-src 'self' 'unsafe-inline'; frame-ancestors 'none'", [CSP]),
        ("default-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'", [CSP]),
        ("default-src 'self'; script-src 'UNSAFE-EVAL'; frame-ancestors 'none'", [CSP]),
        ("script-src 'nonce-Zk39fJ' 'unsafe-eval'; frame-ancestors 'none'", [CSP]),
        ("default-src 'self'; default-src 'unsafe-inline'; frame-ancestors 'none'", []),
    ],
)
def test_policies_are_read_as_browsers_read_them(policy: str, facts: list[str]) -> None:
    """Several policies are all obeyed, of two directives the first counts, a nonce makes unsafe-inline void."""
    assert broken({"content-security-policy": policy}) == facts


@pytest.mark.parametrize(
    ("headers", "facts"),
    [
        ({"content-security-policy": "default-src 'self'", "x-frame-options": "DENY"}, []),
        ({"content-security-policy": "default-src 'self'", "x-frame-options": "sameorigin"}, []),
        ({"content-security-policy": "default-src 'self'", "x-frame-options": "ALLOWALL"}, [FRAMING]),
        ({"content-security-policy": "default-src 'self'; frame-ancestors *", "x-frame-options": "DENY"}, [FRAMING]),
        ({"content-security-policy": "", "content-security-policy-report-only": "default-src 'self'"}, [CSP, FRAMING]),
        ({"x-content-type-options": ""}, [SNIFFING]),
        ({"x-content-type-options": "no-sniff"}, [SNIFFING]),
        ({"referrer-policy": ""}, [REFERRER]),
        ({"referrer-policy": "unsafe-url"}, [REFERRER]),
        ({"referrer-policy": "no-referrer-when-downgrade"}, [REFERRER]),
        ({"referrer-policy": "unsafe-url, strict-origin"}, []),
        ({"referrer-policy": "strict-origin, whatever"}, []),
    ],
)
def test_other_headers(headers: dict[str, str], facts: list[str]) -> None:
    """An old header for frames, one against guessing, and which addresses are told."""
    assert broken(headers) == facts


def test_the_page_of_a_secret_link_tells_nobody_its_address() -> None:
    """By header or by the page itself; what is enough elsewhere is not there."""
    assert broken({"referrer-policy": "same-origin"}, secret=False) == []
    assert broken({"referrer-policy": "same-origin"}, secret=True) == [SECRET]
    assert broken({"referrer-policy": "same-origin"}, '<meta name="referrer" content="no-referrer">', secret=True) == []
    assert broken({}, '<meta name="referrer" content="unsafe-url">', secret=True) == [REFERRER, SECRET]


def test_what_is_no_page_is_not_judged() -> None:
    """A file, or an answer that does not say what it is."""
    for kind in ("application/pdf", "text/css", ""):
        page = Page(ADDRESS, 200, "x", (Exchange("GET", ADDRESS, 200, {"content-type": kind}),))
        assert [*headers_told(page, "the page", True)] == []


def sight(address: str = ADDRESS, headers: dict[str, str] | None = None) -> Sight:
    """A page as a watcher sees it."""
    page = Page(address, 200, "<p>ok", (Exchange("GET", address, 200, headers or GOOD),))
    return Sight(PageSeen(page, read(page.html), Recognition("shown"), "", Essence(200, (), ()), lambda: 0))


def test_the_watcher_knows_the_links_of_mails() -> None:
    """It names no page by a secret, it is a should, and somebody else's page is nobody's business."""
    known = KnownSecrets(frozenset(), frozenset(), frozenset({ADDRESS}))
    requirements = load_register().requirements
    seen = sight(f"{ADDRESS}#top", {**GOOD, "referrer-policy": "same-origin"})
    (check,) = [check for check in watched(seen, known, requirements) if check.watcher == "watch.headers"]
    assert (check.fact, check.held, check.level) == (SECRET, False, "should")
    assert "Zk3" not in check.actual
    assert not [check for check in watched(replace(seen, foreign=True), known, requirements) if check.watcher == "watch.headers"]
    (fine,) = [check for check in watched(sight(), known, requirements) if check.watcher == "watch.headers"]
    assert fine.held
