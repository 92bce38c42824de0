"""A browser without a screen that forges: it holds back what a press sends, and sends requests that no browser would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx

from conformance.driver import Control, DriverBroke, Page
from conformance.drivers.forms import FormsBrowser
from conformance.forging import Pairs
from conformance.forms import Submission
from conformance.gate import GATE
from conformance.origins import NoOrigin, origin_of


class ForgingBrowser(FormsBrowser):
    """See conformance.forging.Forger."""

    def __init__(self) -> None:
        super().__init__()
        self._holding: frozenset[str] = frozenset()
        self._held: Submission | None = None
        self._hidden: frozenset[str] = frozenset()
        self._texts: tuple[str, ...] = ()
        self._headers: Mapping[str, str] = {}
        self._added: Pairs = ()
        self._answers: list[Page] = []

    @property
    def held(self) -> Submission | None:
        """What was held back last, until it is let go."""
        return self._held

    @property
    def hidden(self) -> frozenset[str]:
        """The names of the hidden fields of what was held back."""
        return self._hidden

    @property
    def texts(self) -> tuple[str, ...]:
        """The names of the fields of what was held back that a person types into."""
        return self._texts

    def hold(self, *names: str) -> None:
        """Hold back what pressing these controls sends; none: hold nothing."""
        self._holding, self._held = frozenset(names), None

    def let_go(self, instead: Submission | None = None) -> Page:
        """Send what was held back, or this instead, and show what comes. Raises DriverBroke when nothing was."""
        sent = instead or self._held
        if sent is None:
            raise DriverBroke("Nothing was held back in this browser: hold a control, and press it first.")
        self._held = None
        return self._show(self._follow(self._submitted(sent)))

    def send(self, method: str, address: str, fields: Pairs = (), headers: Mapping[str, str | None] | None = None) -> Page:
        """Send a request of one's own making with this browser's cookies; the page shown stays."""
        content = _encoded(fields) if method not in {"GET", "HEAD"} else None
        whole = with_query(address, fields) if content is None else address
        request = self._request(method, whole, self._page, content)
        for name, value in (headers or {}).items():
            request.headers.pop(name, None)
            if value is not None:
                request.headers[name] = value
        return self._follow(request)

    def say(self, headers: Mapping[str, str]) -> None:
        """Send these headers with every request from now on."""
        self._headers = headers

    def add(self, parameters: Pairs) -> None:
        """Add these to every address that is opened and to every form that is sent from now on."""
        self._added = parameters

    @property
    def answers(self) -> Sequence[Page]:
        """Everything that came in answer so far."""
        return self._answers

    def open(self, address: str) -> Page:
        """Ask for an address, with what is to be added, and show what comes."""
        return super().open(with_query(address, self._added))

    def press(self, control: Control) -> Page:
        """Press, or hold back what pressing sends."""
        if control.name not in self._holding:
            return super().press(control)
        self._held = self._pressed(control)
        document = self._read()
        form = document.form_of(document.need(control, self._form))
        self._hidden = document.hidden_names(form) if form else frozenset()
        self._texts = document.text_names(form) if form else ()
        return self.page()

    def _submitted(self, submission: Submission) -> httpx.Request:
        address = with_query(submission.address, self._added)
        if submission.method == "GET":
            return self._request("GET", address, self._page)
        return self._request("POST", address, self._page, _encoded((*submission.data, *self._added)))

    def _request(self, method: str, address: str, shown: Page | None, content: bytes | None = None) -> httpx.Request:
        request = super()._request(method, address, shown, content)
        request.headers.update(self._headers)
        return request

    def _follow(self, request: httpx.Request) -> Page:
        page = super()._follow(request)
        self._answers.append(page)
        return page

    def _redirected(self, request: httpx.Request, response: httpx.Response) -> httpx.Request | None:
        try:
            further = super()._redirected(request, response)
        except DriverBroke:  # it leads to what is no address
            return None
        return further if further is not None and _stays(str(request.url), str(further.url)) else None


def _stays(here: str, there: str) -> bool:
    """Whether a redirect stays at the target: in its origin, or in another that it is permitted to lead to."""
    try:
        origin = origin_of(there)
    except NoOrigin:
        return False
    return origin == origin_of(here) or origin in GATE.permitted


def with_query(address: str, parameters: Pairs) -> str:
    """The address with these behind what its query says already."""
    if not parameters:
        return address
    scheme, host, path, query, fragment = urlsplit(address)
    more = _encoded(parameters).decode("ascii")
    return urlunsplit((scheme, host, path, f"{query}&{more}" if query else more, fragment))


def _encoded(pairs: Pairs) -> bytes:
    return urlencode(pairs, errors="surrogateescape").encode("ascii")
