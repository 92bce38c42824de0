"""Where an answer leads whoever follows it: redirects, refreshes, forms. Addresses are read as browsers read them, not as libraries do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from conformance.driver import Exchange, Page

# WHATWG's URL: what browsers take off both ends, and what they take out anywhere.
_ENDS = "".join(map(chr, range(0x21)))
_TAKEN_OUT = re.compile(r"[\t\r\n]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_SPECIAL = {"http": 80, "https": 443}
_AUTHORITY = re.compile(r"[/\\?#]")
_PORT = re.compile(r":(\d*)$")
_SLASHES = re.compile(r"^[/\\]{2,}")
_REFRESH = re.compile(r"^\s*[\d.]*\s*[;,]?\s*(?:url\s*=\s*)?['\"]?(.*?)['\"]?\s*$", re.IGNORECASE | re.DOTALL)


def leads_to(here: str, written: str) -> str:
    """The origin that an address written on the page `here` leads to in a browser, `https://a.test`, or a scheme that has none: `data:`."""
    text = _TAKEN_OUT.sub("", written.strip(_ENDS))
    scheme = _SCHEME.match(text)
    own = urlsplit(here)
    if scheme and scheme[1].lower() not in _SPECIAL:
        return f"{scheme[1].lower()}:"
    if scheme and (scheme[1].lower() != own.scheme or _SLASHES.match(text[scheme.end() :])):
        # Any number of slashes, of either kind, stands before the host.
        return _origin(scheme[1].lower(), text[scheme.end() :].lstrip("/\\"))
    rest = text[scheme.end() :] if scheme else text
    return _origin(own.scheme, rest.lstrip("/\\")) if _SLASHES.match(rest) else _origin(own.scheme, own.netloc)


def redirects_of(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Header and address of each header of an answer that leads elsewhere."""
    if location := exchange.headers.get("location"):
        yield "Location", location
    if refresh := exchange.headers.get("refresh"):
        yield "Refresh", _address_of_refresh(refresh)


def written_in(page: Page) -> Iterator[tuple[str, str]]:
    """What leads elsewhere in the page itself: where its forms send to, its base, and where it goes on to by itself."""
    tree = LexborHTMLParser(page.html)
    for element, attribute in (("form", "action"), ("button", "formaction"), ("input", "formaction"), ("base", "href")):
        for node in tree.css(f"{element}[{attribute}]"):
            yield f"{element} {attribute}", node.attributes.get(attribute) or ""
    for node in tree.css("meta[http-equiv=refresh i]"):
        yield "refresh", _address_of_refresh(node.attributes.get("content") or "")


def origin_shown(address: str) -> str:
    """Scheme, host and port of an ordinary address, as `leads_to` tells them."""
    parts = urlsplit(address)
    return _origin(parts.scheme, parts.netloc)


def _address_of_refresh(text: str) -> str:
    found = _REFRESH.match(text)
    return found[1] if found else ""


def _origin(scheme: str, text: str) -> str:
    authority = _AUTHORITY.split(text, maxsplit=1)[0].rpartition("@")[2].lower().replace("\u3002", ".")
    host, port = authority, ""
    if found := _PORT.search(authority):
        host, port = authority[: found.start()], found[1]
    return f"{scheme}://{host}" if port in {"", str(_SPECIAL.get(scheme))} else f"{scheme}://{host}:{port}"
