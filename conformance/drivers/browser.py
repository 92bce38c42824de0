"""A real browser, through Playwright. Controls are found by role and name, as a person or a screen reader finds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Response
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page as Tab
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from conformance.driver import CannotRun, Control, ControlNotFound, Cookie, DriverBroke, Exchange, Inspection, Page
from conformance.drivers.accessibility import inspected
from conformance.drivers.exchanges import MOST_REDIRECTS, RESTORED_END, cookie_name, header_mapping, readable, same_site_of
from conformance.drivers.locators import locate
from conformance.drivers.overflow import OVERFLOW_SCRIPT
from conformance.drivers.traffic import Traffic, is_document
from conformance.forms import Document, not_found, whole_address
from conformance.gate import GATE, NotPermitted
from conformance.target import BrowserSettings

_TYPED = "input:not([type=checkbox]):not([type=radio]):not([type=submit]):not([type=button]):not([type=reset]):not([type=image]), textarea"
_COVER = "#c3cad0"
_JPEG_QUALITY = 60
_PAUSE_MILLISECONDS = 5
_SCRIPT = "<script"
# A page whose scripts ask for nothing, and which did not change for so long, is taken to be there.
_STILL_MILLISECONDS = 60
_BLANK = "about:blank"
# The portal's own rules are tried, not the browser's: it sends what is typed, as browsers do that check nothing.
_SEND_UNCHECKED = """document.addEventListener("click", event => {
  const button = event.target instanceof Element && event.target.closest("button, input");
  if (button && button.form) button.form.noValidate = true;
}, true);"""


class ScreenBrowser:
    """One browser with cookies of its own: a Playwright context, and the tab in front."""

    def __init__(self, context: BrowserContext, settings: BrowserSettings) -> None:
        self._context = context
        self._settings = settings
        context.set_default_timeout(settings.timeout_seconds * 1000)
        context.add_init_script(_SEND_UNCHECKED)
        self._traffic = Traffic(context)
        self._tab_expected = False
        self._same_site: dict[str, str | None] = {}
        self._tab = context.new_page()
        self._spare: Tab | None = None
        self._page: Page | None = None
        self._counts: dict[Control, int] = {}
        self._near: Locator | None = None

    def open(self, address: str) -> Page:
        """Ask for an address and show what comes."""
        self._show(self._visit(self._tab, address))
        return self.page()

    def page(self) -> Page:
        """What is shown. Raises DriverBroke before any page was opened."""
        if self._page is None:
            raise DriverBroke("This browser shows no page yet. Open one first.")
        return self._page

    def has(self, control: Control) -> bool:
        """Whether the page has such a control that can be used."""
        return self._count(control) > 0

    def fill(self, control: Control, text: str) -> None:
        """Type into a field, or choose the option of that text. Raises ControlNotFound."""
        found = self._need(control)
        with self._explained(f"{control.name} could not be filled in"):
            if control.role == "combobox":
                found.select_option(label=text)
            else:
                found.fill(text)
        self._near = found

    def tick(self, control: Control, on: bool = True) -> None:
        """Tick a box or choose a radio button, or untick it. Raises ControlNotFound."""
        found = self._need(control)
        with self._explained(f"{control.name} could not be ticked"):
            found.set_checked(on)
        self._near = found

    def press(self, control: Control) -> Page:
        """Press a button or follow a link, and wait for the page that comes of it. Raises ControlNotFound."""
        found = self._need(control)
        _let_through(self.page().address)  # what leads elsewhere is stopped on its way; what stays waits for its turn here
        tabs = len(self._context.pages)
        self._listen()
        with self._explained(f"{control.name} was pressed, and no page came"):
            self._tab_expected = control.role in {"link", "action"} and found.get_attribute("target") == "_blank"
            found.click()
            self._arrive(tabs)
        self._show(self._read(self._tab))
        return self.page()

    def fetch(self, address: str) -> Page:
        """Ask for an address with this browser's cookies; the page shown stays. One that scripts make is shown in a tab of its own."""
        if address.startswith("http:") and any(cookie.get("secure") for cookie in self._context.cookies()):
            # Browsers send these to loopback addresses, Playwright's own requests do not.
            return self._fetch_shown(address)
        answer = self._ask(address)
        return self._fetch_shown(address) if _SCRIPT in answer.html else answer

    def _fetch_shown(self, address: str) -> Page:
        self._spare = self._spare or self._context.new_page()
        return self._visit(self._spare, address)

    def cookies(self) -> tuple[Cookie, ...]:
        """The cookies held."""
        return tuple(
            Cookie(
                name=held["name"],
                value=held["value"],
                path=held["path"],
                http_only=held["httpOnly"],
                secure=held["secure"],
                same_site=self._same_site.get(held["name"]),
                session=held["expires"] < 0,
            )
            for held in self._context.cookies()
        )

    def forget_cookies(self) -> None:
        """Drop all cookies; the page shown stays."""
        self._context.clear_cookies()

    def restore(self, cookies: Sequence[Cookie]) -> None:
        """Hold these cookies instead of those held, for the host of the page shown."""
        host = urlsplit(self.page().address).hostname or ""
        self._context.clear_cookies()
        self._context.add_cookies([_as_held(cookie, host) for cookie in cookies])

    def twin(self) -> ScreenBrowser:
        """CannotRun: a browser sends a form once and waits."""
        raise CannotRun("one page is sent twice at the same moment by the forms driver only.")

    def say_it_is(self, user_agent: str) -> None:
        """Send this as User-Agent with every request from now on."""
        self._context.set_extra_http_headers({"User-Agent": user_agent})

    def resize(self, width: int) -> None:
        """Set the width of the screen in CSS pixels."""
        self._tab.set_viewport_size({"width": width, "height": self._settings.height})

    def overflow(self) -> int:
        """By how many pixels something is wider than the screen, or cut off; 0 when all fits."""
        return int(self._tab.evaluate(OVERFLOW_SCRIPT))

    def screenshot(self) -> bytes | None:
        """A JPEG of what is on the screen, with what was typed covered."""
        with self._explained("no picture could be taken"):
            return self._tab.screenshot(type="jpeg", quality=_JPEG_QUALITY, mask=[self._tab.locator(_TYPED)], mask_color=_COVER)

    def inspected(self) -> Inspection | None:
        """The page shown held against the automatic rules of accessibility, and its focus; None for a file, or an endless page."""
        with self._explained("the rules of accessibility could not be tried"):
            return inspected(self._tab) if self.page().html else None

    def close(self) -> None:
        """Close all tabs and forget everything."""
        self._context.close()

    def _need(self, control: Control) -> Locator:
        """The first such control, one in the form that is being filled in before any other."""
        found = locate(self._tab, control)
        count = self._counts.get(control) or self._count(control)
        if count == 0:
            self._await(found, control)
        if count > 1 and self._near is not None:
            nearer = locate(self._tab, control, self._near)
            if nearer.count():
                return nearer.first
        return found.first

    def _count(self, control: Control) -> int:
        """How many such controls the page has. Kept until another page is shown: one that was there will be found when it is used."""
        self._counts[control] = locate(self._tab, control).count()
        return self._counts[control]

    def _await(self, found: Locator, control: Control) -> None:
        """A page with scripts may still be making the control; one without is told at once."""
        page = self.page()
        try:
            if self._tab.locator("script").count() == 0:
                raise ControlNotFound(not_found(control, Document(page.html, page.address)))
            found.first.wait_for(state="visible")
        except PlaywrightTimeout:
            raise ControlNotFound(not_found(control, Document(self._tab.content(), self._tab.url))) from None

    def _visit(self, tab: Tab, address: str) -> Page:
        _let_through(address)
        self._listen()
        with self._explained(f"{address} could not be opened"):
            tab.goto(address, wait_until="load")
        return self._read(tab)

    def _arrive(self, tabs: int) -> None:
        """Wait for the documents under way, in a new tab too, and look at what came to the front."""
        until = monotonic() + self._settings.timeout_seconds
        while (self._traffic.documents_under_way or self._tab_missing(tabs)) and self._traffic.failure is None:
            if monotonic() > until:
                raise DriverBroke(f"No answer from {self._tab.url} within {self._settings.timeout_seconds:.0f} s.")
            self._tab.wait_for_timeout(_PAUSE_MILLISECONDS)
        if len(self._context.pages) > tabs:
            self._tab = self._context.pages[-1]
        if self._traffic.failure is not None:
            raise _broken("", *self._traffic.failure)
        self._tab.wait_for_load_state("load")

    def _tab_missing(self, tabs: int) -> bool:
        return self._tab_expected and len(self._context.pages) == tabs

    def _show(self, page: Page) -> None:
        self._page = page
        self._near = None
        self._counts.clear()

    def _read(self, tab: Tab) -> Page:
        if tab.url != _BLANK:
            GATE.check(tab.url)
        exchanges, shown = self._exchanges()
        html = tab.content() if shown is None or readable(shown) else ""
        if _SCRIPT in html:
            html = self._settled(tab, html)
            exchanges, shown = self._exchanges()
        status = shown.status if shown else self._page.status if self._page else 0
        return Page(tab.url, status, html, exchanges)

    def _exchanges(self) -> tuple[tuple[Exchange, ...], Exchange | None]:
        """All that was heard, and the document among it that is shown: none when scripts changed the page that was there."""
        heard = [(self._as_exchange(answer), is_document(answer.request)) for answer in self._traffic.answers]
        return tuple(exchange for exchange, _ in heard), next((exchange for exchange, document in reversed(heard) if document), None)

    def _settled(self, tab: Tab, html: str) -> str:
        """The document that scripts make: once they ask for nothing more, and nothing changes any more."""
        until = monotonic() + self._settings.timeout_seconds
        while monotonic() < until:
            # Quiet before as well as after: what has only just come is not made into anything yet.
            quiet = self._traffic.quiet
            tab.wait_for_timeout(_STILL_MILLISECONDS)
            with suppress(PlaywrightError):  # a script leads to another document just now
                before, html = html, tab.content()
                if before == html and quiet and self._traffic.quiet:
                    break
        return html

    def _ask(self, address: str) -> Page:
        headers = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"} | (
            {"User-Agent": self._traffic.agent} if self._traffic.agent else {}
        )
        exchanges: list[Exchange] = []
        for _ in range(MOST_REDIRECTS + 1):
            _let_through(address)
            with self._explained(f"{address} could not be asked for"):
                answer = self._context.request.get(address, headers=headers, max_redirects=0)
                pairs = [(header["name"], header["value"]) for header in answer.headers_array]
                exchanges.append(self._recorded("GET", address, answer.status, pairs))
                location = exchanges[-1].headers.get("location")
                if answer.status not in {301, 302, 303, 307, 308} or location is None:
                    html = answer.text() if readable(exchanges[-1]) else ""
                    return Page(address, answer.status, html, tuple(exchanges))
            address = whole_address(address, location)
        raise DriverBroke(f"{exchanges[0].address} redirects more than {MOST_REDIRECTS} times, last to {address}.")

    def _as_exchange(self, answer: Response) -> Exchange:
        pairs = [(header["name"], header["value"]) for header in answer.headers_array()]
        return self._recorded(answer.request.method, answer.url, answer.status, pairs)

    def _recorded(self, method: str, address: str, status: int, pairs: list[tuple[str, str]]) -> Exchange:
        headers, set_cookies = header_mapping(pairs)
        for line in set_cookies:
            self._same_site[cookie_name(line)] = same_site_of(line)
        return Exchange(method, address, status, headers, set_cookies)

    def _listen(self) -> None:
        self._traffic.listen()
        self._tab_expected = False

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        try:
            yield
        except PlaywrightTimeout as error:
            within = f"within {self._settings.timeout_seconds:g} s"
            raise DriverBroke(f"{what} {within}, on {self._tab.url}. {_first_line(error)}") from error
        except PlaywrightError as error:
            raise _broken(f"{what}: ", *(self._traffic.failure or (self._tab.url, _first_line(error)))) from error


class ScreenBrowsers:
    """Makes browsers on top of pytest-playwright's `new_context`, or a browser's own; closes those it made."""

    screen = True

    def __init__(
        self, new_context: Callable[..., BrowserContext], settings: BrowserSettings, kind: type[ScreenBrowser] = ScreenBrowser
    ) -> None:
        self._new_context = new_context
        self._settings = settings
        self._kind = kind
        self._made: list[ScreenBrowser] = []

    def new(self) -> ScreenBrowser:
        """A browser that was never anywhere."""
        context = self._new_context(
            viewport={"width": self._settings.width, "height": self._settings.height},
            locale=self._settings.locale,
            timezone_id=self._settings.timezone,
        )
        browser = self._kind(context, self._settings)
        self._made.append(browser)
        return browser

    def close(self) -> None:
        """Close all browsers that were made."""
        while self._made:
            self._made.pop().close()


def _as_held(cookie: Cookie, host: str) -> Any:
    held: dict[str, Any] = {
        "name": cookie.name,
        "value": cookie.value,
        "domain": host,
        "path": cookie.path,
        "httpOnly": cookie.http_only,
        "secure": cookie.secure,
        "expires": -1 if cookie.session else RESTORED_END,
    }
    if cookie.same_site in {"Lax", "Strict", "None"}:
        held["sameSite"] = cookie.same_site
    return held


def _broken(what: str, address: str, failure: str) -> DriverBroke:
    """What came of a document that did not come. One that the gate stopped on its way, after a redirect, is told as the gate tells it."""
    refusal = GATE.refusal(address) if address.startswith("http") else None
    return NotPermitted(refusal) if refusal else DriverBroke(f"{what}{_said(address, failure)}")


def _said(address: str, failure: str) -> str:
    if "ERR_NAME_NOT_RESOLVED" in failure:
        return f"{urlsplit(address).hostname} is not found. Is the address right?"
    if "ERR_CONNECTION_REFUSED" in failure:
        return f"nobody listens at {address}. Is it running, and is the address in the target file right?"
    if "Download is starting" in failure:
        return "it is a file to download, not a page"
    return f"{failure} ({address})"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def _let_through(address: str) -> None:
    """Raises NotPermitted; waits where the gate says so."""
    if address != _BLANK:
        GATE.let_through(address)
