"""A visit: one person's browser under load. Each request is one sample, and each sample is judged by what its page is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from geventhttpclient.url import URL
from locust.contrib.fasthttp import FastHttpSession, FastRequest, FastResponse
from locust.exception import CatchResponseError

from conformance.driver import Control, DriverBroke, Page
from conformance.forms import Document, Submission
from conformance.gate import GATE
from conformance.reading import read
from conformance.recognise import recognise, shows
from conformance.target import Target
from load.crowd import Member

Judge = Callable[[Page], str]
"""Tells what is wrong with a page, in words that are alike for alike mistakes; nothing when it is right."""

HEADERS = {"Accept": "text/html", "Accept-Language": "fr-FR,fr;q=0.9", "User-Agent": "Mozilla/5.0 (Heurtoir load)"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_WORDS = 100
OK = 200


class WentWrong(Exception):
    """The journey cannot go on; the sample that tells why has been counted as failed."""


class LeadsAway(OSError):
    """A redirect that the gate does not let through was not followed."""


class GatedRequest(FastRequest):
    """A request whose redirects pass the gate."""

    def redirect(self, code: int, location: str) -> None:
        """Follow, or raise LeadsAway."""
        there = URL(self.url).redirect(location)
        if GATE.refusal(str(there)):
            raise LeadsAway(f"redirects to {there.host}, where the gate lets nobody through, and was not followed")
        super().redirect(code, location)


class Visit:
    """What one browser shows, from the sign-in page to the sign-out."""

    def __init__(self, session: FastHttpSession, target: Target, base: str) -> None:
        self._session = session
        self._target = target
        self._base = base
        self._shown: Document | None = None
        self._page: Page | None = None
        session.cookiejar.clear()
        session.client.request_type = GatedRequest  # type: ignore[misc]

    def open(self, page: str, name: str, judge: Judge) -> None:
        """Ask for a page of the target file by its name."""
        self._send(self._gated(name, lambda: Submission("GET", self._target.page_address(page, self._base), ())), name, judge)

    def fetch(self, address: str, name: str, kind: str) -> None:
        """Ask for what belongs to the page shown, such as a picture; right is an answer of that kind."""
        sent = self._gated(name, lambda: Submission("GET", address, ()))
        with self._session.request("GET", sent.address, name=name, headers=HEADERS, catch_response=True) as answer:
            told = (answer.headers or {}).get("Content-Type", "")
            if answer.status_code == OK and told.startswith(kind) and answer.content:
                answer.success()
                return
            wrong = f"expected {kind}, was {told or 'nothing'} (status {answer.status_code})"
            answer.failure(wrong)
            raise WentWrong(wrong)

    @property
    def page(self) -> Page:
        """The page shown. Raises DriverBroke before any was."""
        if self._page is None:
            raise DriverBroke("no page is shown yet")
        return self._page

    def submit(self, form: str, values: Mapping[str, str], name: str, judge: Judge) -> None:
        """Fill in the form of that name, and send it."""
        button = self._target.form_named(form).button
        typed: dict[Control, str | bool] = {self._target.control_named(control): text for control, text in values.items()}
        self._send(self._found(name, lambda page: page.fill_in(typed, self._target.control_named(button))), name, judge)

    def press(self, control: str, name: str, judge: Judge) -> None:
        """Press a button or follow a link."""
        pressed = self._target.control_named(control)
        self._send(self._found(name, lambda page: _pressed(page, pressed)), name, judge)

    def _found(self, name: str, look: Callable[[Document], Submission]) -> Submission:
        """What the page shown gives to be sent."""

        def looked() -> Submission:
            if self._shown is None:
                raise DriverBroke("no page is shown yet")
            return look(self._shown)

        return self._gated(name, looked)

    def _gated(self, name: str, made: Callable[[], Submission]) -> Submission:
        """What is to be sent, when it may be. A page without the control is a failed sample too, one without a duration."""
        try:
            sent = made()
            GATE.check(sent.address)
            return sent
        except DriverBroke as broke:
            self._session.request_event.fire(
                request_type="POST", name=name, response_time=None, response_length=0, exception=CatchResponseError(str(broke)), context={}
            )
            raise WentWrong(str(broke)) from broke

    def _send(self, sent: Submission, name: str, judge: Judge) -> None:
        """Send, judge, and show what came. Raises WentWrong when it is not what it should be."""
        posts = sent.method == "POST"
        body = urlencode(sent.data) if posts else None
        headers = HEADERS | (_FORM if posts else {})
        with self._session.request(sent.method, sent.address, name=name, data=body, headers=headers, catch_response=True) as answer:
            wrong = self._judged(answer, judge)
            if wrong:
                answer.failure(wrong)
                raise WentWrong(wrong)
            answer.success()

    def _judged(self, answer: FastResponse, judge: Judge) -> str:
        """Show the page, and tell what is wrong with it."""
        if not answer.status_code:
            return f"no answer: {getattr(answer, 'error', None) or 'the connection broke'}"
        page = Page(str(answer.url), answer.status_code, answer.text or "")
        self._page, self._shown = page, Document(page.html, page.address)
        return judge(page)


def _pressed(page: Document, control: Control) -> Submission:
    found = page.need(control)
    if found.node.tag == "a":
        return Submission("GET", page.target_of(found), ())
    return page.fill_in({}, control)


def becomes(target: Target, *outcomes: str) -> Judge:
    """Right is a page with one of these outcomes."""

    def judge(page: Page) -> str:
        try:
            found = recognise(page, target)
        except DriverBroke:
            return f"expected {' or '.join(outcomes)}, {_unrecognised(page)}"
        return "" if found.outcome in outcomes else f"expected {' or '.join(outcomes)}, was {found}"

    return judge


def opens_account(target: Target, member: Member) -> Judge:
    """Right is a page of the account that can be signed out of and shows this member's names, and no other's."""

    def judge(page: Page) -> str:
        reading = read(page.html)
        if page.status != 200 or not shows(reading, target.control_named("sign-out")):
            try:
                return f"expected the account, was {recognise(page, target)}"
            except DriverBroke:
                return f"expected the account, {_unrecognised(page)}"
        body = reading.body.casefold()
        if not all(name.casefold() in body for name in member.names):
            return "an account opened, and it does not show the name of the person who signed in"
        return ""

    return judge


def _unrecognised(page: Page) -> str:
    reading = read(page.html)
    words = " ".join((*reading.alerts, *reading.main_headings, *reading.headings)) or reading.title or reading.body
    return f"was a page that is not recognised: status {page.status}, “{words[:_WORDS]}”"
