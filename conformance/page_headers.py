"""The headers by which a page lets browsers protect who reads it (HRD-54). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from selectolax.lexbor import LexborHTMLParser

from conformance.accessibility import Judgement
from conformance.driver import Exchange, Page

CSP, FRAMING, SNIFFING, REFERRER, SECRET = (
    "Content-Security-Policy",
    "framing",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Referrer-Policy of a secret link",
)
_UNSAFE = ("'unsafe-inline'", "'unsafe-eval'")
# Browsers that know these take no notice of 'unsafe-inline' beside them: it stands there for those that do not.
_INLINE_BY_NAME = re.compile(r"'(?:nonce-[^']+|sha(?:256|384|512)-[^']+)'", re.IGNORECASE)
_SAFE_REFERRERS = frozenset(
    {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin", "origin", "origin-when-cross-origin"}
)
_POLICIES = _SAFE_REFERRERS | {"unsafe-url", "no-referrer-when-downgrade"}
_MARKUP = ("text/html", "application/xhtml+xml")


def headers_told(page: Page, name: str, secret: bool) -> Iterator[Judgement]:
    """Each protection of one page, called `name` in what is told; nothing of what is no page. `secret`: its address came in a mail."""
    exchange = _document(page)
    if exchange is None:
        return
    headers = exchange.headers
    policies = [_directives(policy) for policy in headers.get("content-security-policy", "").split(",") if policy.strip()]
    referrer = _referrer(headers.get("referrer-policy", ""), page.html)
    yield Judgement(CSP, "a policy for scripts without unsafe-inline and unsafe-eval", _told(name, _scripts(policies)))
    yield Judgement(FRAMING, "frame-ancestors, or X-Frame-Options", _told(name, _frames(policies, headers)))
    sniffed = headers.get("x-content-type-options", "").strip().lower() != "nosniff"
    yield Judgement(SNIFFING, "nosniff", _told(name, "no nosniff" if sniffed else ""))
    said = f"Referrer-Policy: {referrer or 'nothing'}"
    yield Judgement(REFERRER, "one that keeps addresses on the own site", _told(name, "" if referrer in _SAFE_REFERRERS else said))
    if secret:
        yield Judgement(SECRET, "no-referrer", _told(name, "" if referrer == "no-referrer" else said))


def _document(page: Page) -> Exchange | None:
    """The answer that the page came in."""
    documents = (one for one in reversed(page.exchanges) if one.headers.get("content-type", "").startswith(_MARKUP))
    return next(documents, None) if page.html else None


def _told(name: str, wrong: str) -> str:
    return f"{name}: {wrong}" if wrong else ""


def _directives(policy: str) -> Mapping[str, tuple[str, ...]]:
    """Directive -> its sources; of two of one name the first counts."""
    found: dict[str, tuple[str, ...]] = {}
    for part in policy.split(";"):
        words = part.lower().split()
        if words:
            found.setdefault(words[0], tuple(words[1:]))
    return found


def _scripts(policies: list[Mapping[str, tuple[str, ...]]]) -> str:
    """What is wrong with them all; nothing when one of them holds: browsers obey each."""
    if not policies:
        return "no Content-Security-Policy"
    wrong = [_wrong_with(policy) for policy in policies]
    return "" if "" in wrong else wrong[0]


def _wrong_with(policy: Mapping[str, tuple[str, ...]]) -> str:
    if "script-src" not in policy and "default-src" not in policy:
        return "a Content-Security-Policy that says nothing of scripts"
    for directive, sources in policy.items():
        named = any(map(_INLINE_BY_NAME.fullmatch, sources))
        for source in sources:
            if source in _UNSAFE and not (source == "'unsafe-inline'" and named):
                return f"{source.strip(chr(39))} in {directive}"
    return ""


def _frames(policies: list[Mapping[str, tuple[str, ...]]], headers: Mapping[str, str]) -> str:
    said = [policy["frame-ancestors"] for policy in policies if "frame-ancestors" in policy]
    if any("*" not in sources and not {"http:", "https:"} & set(sources) for sources in said):
        return ""
    options = headers.get("x-frame-options", "").strip().lower()
    if not said and options in {"deny", "sameorigin"}:
        return ""
    return "frame-ancestors allow everybody" if said else "neither frame-ancestors nor X-Frame-Options"


def _referrer(header: str, html: str) -> str:
    """The policy in force: the last one of the header that browsers know, or that which the page itself says."""
    known = [word for word in (part.strip().lower() for part in header.split(",")) if word in _POLICIES]
    node = LexborHTMLParser(html).css_first("meta[name=referrer i]") if "referrer" in html else None
    said = ((node.attributes.get("content") or "").strip().lower()) if node else ""
    return said if said in _POLICIES else known[-1] if known else ""
