"""What both drivers read off an answer in the same way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from conformance.driver import Exchange

MOST_REDIRECTS = 20
# A cookie that outlived its session when it was kept does so again, to the year 2100: its own end is not kept with it.
RESTORED_END = 4_102_444_800
_READABLE = ("text/", "application/xhtml+xml", "application/json")


def header_mapping(pairs: Iterable[tuple[str, str]]) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Headers by lower-case name, repeated ones joined with a comma, and the Set-Cookie lines apart."""
    headers: dict[str, str] = {}
    set_cookies: list[str] = []
    for name, value in pairs:
        key = name.lower()
        if key == "set-cookie":
            set_cookies.extend(value.split("\n"))
        else:
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers, tuple(set_cookies)


def readable(exchange: Exchange) -> bool:
    """Whether the answer is text that a page can be read from."""
    return exchange.headers.get("content-type", "text/html").startswith(_READABLE)


def same_site_of(set_cookie: str) -> str | None:
    """The SameSite that a Set-Cookie line asks for, with a capital, or None."""
    for part in set_cookie.split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.lower() == "samesite" and value:
            return value.strip().capitalize()
    return None


def cookie_name(set_cookie: str) -> str:
    """The name of the cookie that a Set-Cookie line sets."""
    return set_cookie.split("=", 1)[0].strip()
