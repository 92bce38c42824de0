"""The pages of an open account: found by following its links, and what only they say."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urlsplit

from conformance.driver import Browser, DriverBroke, Page
from conformance.forms import Document, Submission
from conformance.reading import read
from conformance.recognise import account_page
from conformance.suites.stage import INSURED, Play
from conformance.suites.ways import SIGN_OUT, Draft

_MOST_PAGES = 40
_HALF = 0.5
_SHORTEST_MARK = 3


@dataclass(frozen=True)
class AccountPage:
    """A page of the account: where it is, what it is called, and the lines that nobody reads who is not signed in."""

    address: str
    page: Page
    own_lines: frozenset[str]

    @property
    def name(self) -> str:
        """What a report calls it: the last part of its path."""
        return urlsplit(self.address).path.rstrip("/").rpartition("/")[2] or "/"

    def shown_by(self, answer: Page) -> bool:
        """Whether an answer shows this page: more than half of what only it says."""
        said = {*read(answer.html).lines}
        return bool(self.own_lines) and len(self.own_lines & said) > _HALF * len(self.own_lines)


def account_pages(play: Play, browser: str, person: str = INSURED.key) -> tuple[AccountPage, ...]:
    """Every page of the account that links of its pages lead to, in this origin and below the base. Nothing is pressed, nor signed out.

    `browser` is one in which the account of that person is open. What a page says is its own when it is about the person, or when a
    visitor who is not signed in does not read it there or at the sign-in.
    """
    marks = marks_of(play, person)
    reader = play.scene.browser(browser)
    stranger = play.scene.browser(f"{browser}-never-signed-in")
    stranger.open(play.target.page_address("sign-in", play.scene.world.address))
    public = {*read(stranger.page().html).lines}
    found = []
    for page in _crawled(play, reader):
        open_to_all = {*read(stranger.fetch(page.address).html).lines}
        lines = {*read(page.html).lines} - public
        own = frozenset(line for line in lines if line not in open_to_all or any(mark in line for mark in marks))
        if own:
            found.append(AccountPage(page.address, page, own))
    return tuple(found)


def marks_of(play: Play, person: str) -> frozenset[str]:
    """What only the account should say of somebody: number, names, address and the like."""
    known = play.scene.people[person].credentials
    return frozenset(mark for mark in (known.identifier, known.address or "", *known.details.values()) if len(mark) >= _SHORTEST_MARK)


def _crawled(play: Play, reader: Browser) -> Iterator[Page]:
    first = account_page(reader, play.target, play.scene.world.address)
    if first is None:
        return
    waiting, known = deque([first.address]), {first.address}
    while waiting and len(known) <= _MOST_PAGES:
        page = reader.fetch(waiting.popleft())
        if page.status != 200 or not page.html:
            continue
        yield page
        for address in _links(play, page):
            if address not in known:
                known.add(address)
                waiting.append(address)


def _links(play: Play, page: Page) -> Iterator[str]:
    """Where links of the page lead, below the base of this world; signing out apart."""
    base, out = play.scene.world.address.rstrip("/"), play.target.control_named(SIGN_OUT).label
    document = Document(page.html, page.address)
    for element in document.elements():
        if element.node.tag == "a" and not out.search(element.label):
            try:
                address = urldefrag(document.target_of(element)).url
            except DriverBroke:  # no address
                continue
            if address == base or address.startswith(f"{base}/"):
                yield address


def forms_on(play: Play, page: AccountPage) -> Iterator[Draft]:
    """What each button of a page of the account would send that changes something; signing out apart."""
    out = play.target.control_named(SIGN_OUT).label
    document = Document(page.page.html, page.page.address)
    for element in document.elements():
        form = document.form_of(element)
        if element.role != "button" or form is None or not document.sends(element) or out.search(element.label):
            continue
        sent: Submission = document.submission(form, {}, element)
        if sent.method == "POST":
            yield Draft(f"{page.name}: {element.label}", sent, document.hidden_names(form))
