"""A browser without a screen and without scripts: HTTP, cookies and forms. Some hundred times faster than a real one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http.cookiejar import Cookie as HeldCookie
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urldefrag, urlencode, urlsplit

import httpx

from conformance.connections import send
from conformance.driver import CannotRun, Control, Cookie, DriverBroke, Exchange, Page
from conformance.drivers.exchanges import MOST_REDIRECTS, RESTORED_END, header_mapping, readable
from conformance.drivers.withheld import WithheldStream
from conformance.forging import Forger
from conformance.forms import Document, Element, Form, Submission, whole_address

_SAID = {
    "User-Agent": "Mozilla/5.0 (Heurtoir forms driver)",
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "fr-FR,fr;q=0.9",
    "Accept-Encoding": "gzip, deflate",
}
# Nobody waits longer than this for a page.
_TIMEOUTS = {"connect": 5.0, "read": 15.0, "write": 10.0, "pool": 30.0}
_NO_SCREEN = "The forms driver has no screen. Run with --driver browser."


class FormsBrowser:
    """One browser with cookies of its own, on connections that all browsers of the process share."""

    def __init__(self) -> None:
        # Browsers send Secure cookies to loopback addresses, which they trust like https.
        self._cookies = CookieJar(
            DefaultCookiePolicy(secure_protocols=("https", "http"), strict_ns_domain=DefaultCookiePolicy.DomainLiberal)
        )
        self._page: Page | None = None
        self._document: Document | None = None
        self._typed: dict[int, str | bool] = {}
        self._form: Form | None = None
        self._until: Callable[[], object] | None = None
        self._named: dict[str, str] = {}

    def open(self, address: str) -> Page:
        """Ask for an address and show what comes."""
        return self._show(self._follow(self._request("GET", address, None)))

    def page(self) -> Page:
        """What is shown. Raises DriverBroke before any page was opened."""
        if self._page is None:
            raise DriverBroke("This browser shows no page yet. Open one first.")
        return self._page

    def has(self, control: Control) -> bool:
        """Whether the page has such a control that can be used."""
        return self._read().find(control) is not None

    def fill(self, control: Control, text: str) -> None:
        """Type into a field, or choose the option of that text. Raises ControlNotFound."""
        element = self._need(control)
        self._typed[element.key] = self._read().option(element, text) if element.role == "combobox" else text

    def tick(self, control: Control, on: bool = True) -> None:
        """Tick a box or choose a radio button, or untick it. Raises ControlNotFound."""
        element = self._need(control)
        self._typed[element.key] = on

    def press(self, control: Control) -> Page:
        """Press a button or follow a link. Raises ControlNotFound, and CannotRun for what only a script makes work."""
        return self._show(self._follow(self._submitted(self._pressed(control))))

    def fetch(self, address: str) -> Page:
        """Ask for an address with this browser's cookies; the page shown stays."""
        return self._follow(self._request("GET", address, None))

    def cookies(self) -> tuple[Cookie, ...]:
        """The cookies held."""
        return tuple(_as_cookie(held) for held in self._cookies)

    def forget_cookies(self) -> None:
        """Drop all cookies; the page shown stays."""
        self._cookies.clear()

    def restore(self, cookies: Sequence[Cookie]) -> None:
        """Hold these cookies instead of those held, for the host of the page shown."""
        host = urlsplit(self.page().address).hostname or ""
        self._cookies.clear()
        for cookie in cookies:
            self._cookies.set_cookie(_as_held(cookie, host))

    def say_it_is(self, user_agent: str) -> None:
        """Send this as User-Agent with every request from now on."""
        self._named = {"User-Agent": user_agent}

    def withhold(self, until: Callable[[], object]) -> None:
        """The next form that is sent goes out but for its last byte, which waits for `until`."""
        self._until = until

    def twin(self) -> FormsBrowser:
        """A second hand on the page shown, with the same cookies and nothing typed."""
        other = FormsBrowser()
        for cookie in self._cookies:
            other._cookies.set_cookie(cookie)
        other._show(self.page())
        return other

    def resize(self, width: int) -> None:  # noqa: ARG002
        """CannotRun: there is no screen."""
        raise CannotRun(_NO_SCREEN)

    def overflow(self) -> int:
        """CannotRun: there is no screen."""
        raise CannotRun(_NO_SCREEN)

    def screenshot(self) -> bytes | None:
        """None: there is no screen."""
        return None

    def inspected(self) -> None:
        """None: there is no screen."""

    def _read(self) -> Document:
        if self._document is None:
            page = self.page()
            self._document = Document(page.html, page.address)
        return self._document

    def _need(self, control: Control) -> Element:
        document = self._read()
        element = document.need(control, self._form)
        self._form = document.form_of(element) or self._form
        return element

    def _pressed(self, control: Control) -> Submission:
        """What pressing sends; a link sends nothing but where it leads to."""
        document = self._read()
        element = document.need(control, self._form)
        if element.node.tag == "a":
            target = document.target_of(element)
            if not target.startswith(("http://", "https://")):
                raise CannotRun(f"“{element.label}” on {document.address} leads to {target}, no page. Run with --driver browser.")
            return Submission("GET", target, ())
        form = document.form_of(element)
        if form is None or not document.sends(element):
            raise CannotRun(f"“{element.label}” on {document.address} works by a script only. Run with --driver browser.")
        return document.submission(form, self._typed, element)

    def _show(self, page: Page) -> Page:
        self._page, self._document, self._form = page, None, None
        self._typed = {}
        return page

    def _submitted(self, submission: Submission) -> httpx.Request:
        until, self._until = self._until, None
        if submission.method == "GET":
            if until is not None:
                until()
            return self._request("GET", submission.address, self._page)
        content = urlencode(submission.data).encode()
        request = self._request("POST", submission.address, self._page, content)
        if until is not None:
            request.stream = WithheldStream(content, until)
        return request

    def _request(self, method: str, address: str, shown: Page | None, content: bytes | None = None) -> httpx.Request:
        headers = _SAID | _provenance(address, shown, method) | self._named
        if content is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            return httpx.Request(method, address, headers=headers, content=content, extensions={"timeout": _TIMEOUTS})
        except (httpx.InvalidURL, ValueError) as error:
            raise DriverBroke(f"{address} is no address that can be asked for: {error}.") from error

    def _follow(self, request: httpx.Request) -> Page:
        exchanges: list[Exchange] = []
        for _ in range(MOST_REDIRECTS + 1):
            request.headers.pop("Cookie", None)
            jar = httpx.Cookies()
            jar.jar = self._cookies
            jar.set_cookie_header(request)
            response = send(request)
            jar.extract_cookies(response)
            exchange = _as_exchange(request, response)
            exchanges.append(exchange)
            further = self._redirected(request, response) if response.has_redirect_location else None
            if further is None:
                html = response.text if readable(exchange) else ""
                return Page(str(request.url), response.status_code, html, tuple(exchanges))
            request = further
        raise DriverBroke(f"{exchanges[0].address} redirects more than {MOST_REDIRECTS} times, last to {request.url}.")

    def _redirected(self, request: httpx.Request, response: httpx.Response) -> httpx.Request | None:
        """The request that a redirect leads to; None for one that is not followed."""
        here = str(request.url)
        there = whole_address(here, response.headers["Location"])
        if "#" not in there and "#" in here:
            there = f"{there}#{urldefrag(here).fragment}"
        keeps = response.status_code in {307, 308}
        return self._request(
            request.method if keeps else "GET", there, self._page, request.content if keeps and request.method == "POST" else None
        )


class FormsBrowsers:
    """Makes browsers without a screen."""

    screen = False

    def new(self) -> FormsBrowser:
        """A browser that was never anywhere."""
        return FormsBrowser()

    def forger(self) -> Forger:
        """A browser that was never anywhere, and sends what nobody would."""
        from conformance.drivers.forging import ForgingBrowser  # which is one of these, and more

        return ForgingBrowser()

    def close(self) -> None:
        """Nothing to close: connections are shared by all cases."""


def _provenance(address: str, shown: Page | None, method: str) -> dict[str, str]:
    """What a browser says about where a request comes from: portals may judge by it."""
    headers = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-User": "?1", "Upgrade-Insecure-Requests": "1"}
    if shown is None:
        return headers | {"Sec-Fetch-Site": "none"}
    here, there = _origin(shown.address), _origin(address)
    headers["Sec-Fetch-Site"] = "same-origin" if here == there else "same-site"
    policy = shown.exchanges[-1].headers.get("referrer-policy", "") if shown.exchanges else ""
    tells = "no-referrer" not in policy.split(",")[-1].strip().split() and not (policy.strip() == "same-origin" and here != there)
    if method == "POST":
        headers["Origin"] = here if tells else "null"
    if tells:
        whole = here == there and policy.strip() not in {"origin", "strict-origin"}
        headers["Referer"] = urldefrag(shown.address).url if whole else f"{here}/"
    return headers


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _as_exchange(request: httpx.Request, response: httpx.Response) -> Exchange:
    headers, set_cookies = header_mapping(response.headers.multi_items())
    return Exchange(request.method, str(request.url), response.status_code, headers, set_cookies, response.elapsed.total_seconds())


def _as_held(cookie: Cookie, host: str) -> HeldCookie:
    asked = {"HttpOnly": ""} if cookie.http_only else {}
    return HeldCookie(
        version=0,
        name=cookie.name,
        value=cookie.value,
        port=None,
        port_specified=False,
        domain=host if "." in host or ":" in host else f"{host}.local",
        domain_specified=False,
        domain_initial_dot=False,
        path=cookie.path,
        path_specified=True,
        secure=cookie.secure,
        expires=None if cookie.session else RESTORED_END,
        discard=cookie.session,
        comment=None,
        comment_url=None,
        rest=asked | ({"SameSite": cookie.same_site} if cookie.same_site else {}),
    )


def _as_cookie(held: HeldCookie) -> Cookie:
    rest = {
        name.lower(): held.get_nonstandard_attr(name)
        for name in ("HttpOnly", "httponly", "SameSite", "samesite")
        if held.has_nonstandard_attr(name)
    }
    same_site = rest.get("samesite")
    return Cookie(
        name=held.name,
        value=held.value or "",
        path=held.path,
        http_only="httponly" in rest,
        secure=held.secure,
        same_site=same_site.capitalize() if same_site else None,
        session=held.expires is None,
    )
