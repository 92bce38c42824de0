"""The places that requests are sent to: pages and forms as they are found by following links, each as a request that is in order."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborHTMLParser

from conformance.driver import Cookie, Page
from conformance.drivers.forms import FormsBrowser
from conformance.forms import Document, Element, whole_address
from conformance.selftests.hostile_requests.draft import Body, Draft, in_bytes

_MOST_PAGES = 40
_CLOSED = re.compile(r"<(details|dialog)\b(?![^>]*\bopen\b)", re.IGNORECASE)
_RANDOM = re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}|\b\d{13,15}\b")

Typed = Callable[[Element], "str | bool | None"]


@dataclass(frozen=True)
class Place:
    """Where a request goes: `site` and `state` say from where it was found, `draft` is the request as a browser would send it to `address`.

    `patience`: seconds in which an answer must be whole.
    """

    site: str
    state: str
    name: str
    address: str
    draft: Draft
    patience: float = 5.0

    def __str__(self) -> str:
        return f"{self.site}, {self.state}: {self.name}"


@dataclass(frozen=True)
class Ground:
    """What is crawled: from these addresses on, over links that begin with one of `within` and hold none of the words `avoided`."""

    site: str
    state: str
    starts: Sequence[str]
    within: Sequence[str]
    world: str
    avoided: Collection[str] = ()


def crawled(ground: Ground, browser: FormsBrowser, typed: Typed) -> list[Place]:
    """Every page and form that can be reached in this browser, each once; `typed` says what belongs into a field. Raises DriverBroke."""
    found: dict[str, Place] = {}
    waiting, seen = deque(ground.starts), set(ground.starts)
    while waiting and len(seen) <= _MOST_PAGES:
        page = browser.fetch(waiting.popleft())
        cookies = browser.cookies()
        for draft_of, address in _requests(page, typed, cookies):
            place = _place(ground, address, draft_of)
            found.setdefault(place.name, place)
        for link in _links(page):
            if link not in seen and _within(ground, link):
                seen.add(link)
                waiting.append(link)
    return [place for place in found.values() if _within(ground, place.address + place.draft.path.decode())]


def named(method: str, path: str, world: str) -> str:
    """How a place is called: its method and path, what is random or a person's left open."""
    return f"{method} {_RANDOM.sub('{…}', path.replace(world, '{world}') if world else path)}"


def cookie_header(cookies: Collection[Cookie], path: str) -> bytes:
    """What a browser sends of these cookies to that path."""
    return in_bytes("; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies if path.startswith(cookie.path.rstrip("/") or "/")))


def _place(ground: Ground, address: str, draft: Draft) -> Place:
    parts = urlsplit(address)
    sent = draft.fields or tuple((in_bytes(name), b"") for name, _ in parse_qsl(draft.query.decode(), keep_blank_values=True))
    fields = ", ".join(dict.fromkeys(name.decode() for name, _ in sent))
    name = named(draft.method.decode(), draft.path.decode(), ground.world) + (f" ({fields})" if fields else "")
    return Place(ground.site, ground.state, name, f"{parts.scheme}://{parts.netloc}", draft)


def _requests(page: Page, typed: Typed, cookies: Collection[Cookie]) -> Iterator[tuple[Draft, str]]:
    yield _draft("GET", page.address, (), cookies), page.address
    document = _opened(page)
    elements = document.elements()
    for button in elements:
        form = document.form_of(button) if document.sends(button) else None
        if form is None:
            continue
        values = {element.key: value for element in elements if document.form_of(element) == form and (value := typed(element)) is not None}
        sent = document.submission(form, values, button)
        yield _draft(sent.method, sent.address, sent.data, cookies), sent.address


def _draft(method: str, address: str, data: Sequence[tuple[str, str]], cookies: Collection[Cookie]) -> Draft:
    parts = urlsplit(address)
    cookie = cookie_header(cookies, parts.path)
    headers = ((b"Cookie", cookie),) if cookie else ()
    if method == "GET":
        return Draft(b"GET", parts.path.encode() or b"/", parts.query.encode(), headers)
    fields = tuple((in_bytes(name), in_bytes(value)) for name, value in data)
    return Draft(method.encode(), parts.path.encode(), parts.query.encode(), headers, Body.FORM, fields)


def _links(page: Page) -> Iterator[str]:
    document = _opened(page)
    for element in document.elements():
        if element.node.tag == "a":
            yield document.target_of(element).partition("#")[0]
    for node in LexborHTMLParser(page.html).css("link[href], img[src]"):
        yield whole_address(page.address, node.attributes.get("href") or node.attributes.get("src") or "")


def _opened(page: Page) -> Document:
    return Document(_CLOSED.sub(r"<\1 open", page.html), page.address)


def _within(ground: Ground, link: str) -> bool:
    return link.startswith(tuple(ground.within)) and not any(word in link for word in ground.avoided)
