"""What is judged on every page, mail and cookie of every case. Judged when a case is over: only then is every code known.

A watcher is declared in `scenarios/checks.yaml`, which says what it verifies; its eyes are here, under the same id.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote_plus, urldefrag

from conformance.accessibility import Judgement, errors_told, rules_broken
from conformance.driver import Cookie, Exchange, Inspection, Page
from conformance.observation import AppSeen, MailSeen, Observation, PageSeen
from conformance.page_headers import headers_told
from conformance.results import Check
from scenarios.checks import load_checks
from scenarios.model import Requirement

WATCHER = "watcher"
# A shorter value is a setting, such as a language, and no key to anything.
_KEY_LENGTH = 16
_SHORTEST_PASSWORD = 6
_WITHOUT_KEY = 13
# What a page fills into its fields, such as what was typed there before.
_FIELD_VALUE = re.compile(r"""\bvalue\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)


@dataclass(frozen=True)
class Sight:
    """What a watcher judges after one step: what was seen, the cookies that the browser held then, and what only a screen shows.

    `foreign`: the page shown is somebody else's.
    """

    observation: Observation
    cookies: tuple[Cookie, ...] = ()
    inspection: Inspection | None = None
    foreign: bool = False


@dataclass(frozen=True)
class KnownSecrets:
    """What must not turn up where it does not belong: every code that came, every password that was known or typed, every link that came
    by mail and is a secret; and `numbers`, the identifiers of people."""

    codes: frozenset[str]
    passwords: frozenset[str]
    links: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


_Eyes = Callable[[Sight, KnownSecrets], Iterator[Judgement]]


def watched(sight: Sight, known: KnownSecrets, requirements: Mapping[str, Requirement]) -> tuple[Check, ...]:
    """One check for each watcher that had something to judge."""
    return tuple(
        check
        for identifier, eyes in _WATCHERS.items()
        if (check := _check(identifier, tuple(eyes(sight, known)), requirements)) is not None
    )


def _check(identifier: str, findings: Iterable[Judgement], requirements: Mapping[str, Requirement]) -> Check | None:
    findings = tuple(findings)
    if not findings:
        return None
    wrong = [finding for finding in findings if finding.wrong]
    verifies = _verifies(identifier)
    levels = {requirements[name].level for name in verifies if name in requirements}
    return Check(
        fact=(wrong or findings)[0].fact,
        expected=(wrong or findings)[0].expected,
        actual="; ".join(dict.fromkeys(finding.wrong for finding in wrong)) or "as expected",
        held=not wrong,
        requirements=verifies,
        level="should" if levels == {"should"} else "must",
        watcher=identifier,
    )


@cache
def _verifies(identifier: str) -> tuple[str, ...]:
    return next((check.verifies for check in load_checks() if check.kind == WATCHER and check.id == identifier), ())


# -- the watchers


def _server_error(sight: Sight, _: KnownSecrets) -> Iterator[Judgement]:
    for exchange in _exchanges(sight):
        broken = exchange.status >= 500
        yield Judgement(
            "status", "no server error", f"{exchange.method} {_path(exchange.address)} answered {exchange.status}" if broken else ""
        )


def _code_leak(sight: Sight, known: KnownSecrets) -> Iterator[Judgement]:
    if not known.codes or isinstance(sight.observation, MailSeen):
        return  # a mail is where a code belongs
    # Also spaced, and beside any sign; but not inside a longer number or word, such as a colour or a token.
    spelt = "|".join(r"[ \u00a0\u202f]?".join(code) for code in sorted(known.codes))
    codes = re.compile(rf"(?<![0-9A-Za-z#])(?:{spelt})(?![0-9A-Za-z])")
    for place, text in _texts(sight):
        there = "in a field of" if not codes.search(_FIELD_VALUE.sub("", text)) else "in"
        wrong = f"a code that came by mail stands {there} {place}" if codes.search(text) else ""
        yield Judgement("code", "in no page, header or address", wrong)


def _cookie_flags(sight: Sight, _: KnownSecrets) -> Iterator[Judgement]:
    secure = any(exchange.address.startswith("https:") for exchange in _exchanges(sight))
    for cookie in sight.cookies:
        if len(cookie.value) < _KEY_LENGTH:
            continue
        lacking = [name for name, there in _flags(cookie, secure) if not there]
        expected = "HttpOnly, SameSite" + (", Secure" if secure else "")
        yield Judgement("cookie", expected, f"the cookie {cookie.name} has no {' and no '.join(lacking)}" if lacking else "")


def _flags(cookie: Cookie, secure: bool) -> Iterator[tuple[str, bool]]:
    yield "HttpOnly", cookie.http_only
    yield "SameSite", cookie.same_site in {"Lax", "Strict"}
    if secure:
        yield "Secure", cookie.secure


def _no_store(sight: Sight, _: KnownSecrets) -> Iterator[Judgement]:
    seen = sight.observation
    if not isinstance(seen, PageSeen) or seen.account is None:
        return
    for page in {seen.account.address: seen.account}.values():
        said = page.exchanges[-1].headers.get("cache-control", "") if page.exchanges else ""
        # A directive that is given a value is another one, to browsers too: “no-store=True” keeps nothing from being stored.
        directives = {directive.strip().lower() for directive in said.split(",")}
        wrong = "" if "no-store" in directives else f"{_path(page.address)} says Cache-Control: {said or 'nothing'}"
        yield Judgement("Cache-Control of the account", "no-store", wrong)


def _password_shown(sight: Sight, known: KnownSecrets) -> Iterator[Judgement]:
    passwords = [password for password in known.passwords if len(password) >= _SHORTEST_PASSWORD]
    for place, text in _texts(sight):
        shown = any(password in text for password in passwords)
        yield Judgement("password", "in no page, address or mail", f"a password stands in {place}" if shown else "")


def _accessibility(sight: Sight, _: KnownSecrets) -> Iterator[Judgement]:
    if isinstance(sight.observation, PageSeen) and sight.inspection is not None:
        yield from rules_broken(sight.observation, sight.inspection)


def _errors_announced(sight: Sight, _: KnownSecrets) -> Iterator[Judgement]:
    if isinstance(sight.observation, PageSeen) and not isinstance(sight.observation, AppSeen):
        yield from errors_told(sight.observation, sight.inspection)


def _headers(sight: Sight, known: KnownSecrets) -> Iterator[Judgement]:
    for page in () if sight.foreign else _pages(sight):
        secret = urldefrag(page.address).url in known.links
        yield from headers_told(page, "the page of a link that came by mail" if secret else _path(page.address), secret)


def _app_answers(sight: Sight, known: KnownSecrets) -> Iterator[Judgement]:
    if not isinstance(sight.observation, AppSeen):
        return
    for exchange in sight.observation.page.exchanges:
        said = exchange.headers.get("cache-control", "")
        kept = "" if "no-store" in said.lower() else f"{_path(exchange.address)} says Cache-Control: {said or 'nothing'}"
        yield Judgement("Cache-Control of the app", "no-store", kept)
        given = f"{_path(exchange.address)} sets a cookie" if exchange.set_cookies else ""
        yield Judgement("cookie of the app", "none: the app holds a token", given)
    compact = "".join(sight.observation.page.html.split())
    there = any(number[:_WITHOUT_KEY] in compact for number in known.numbers if len(number) >= _WITHOUT_KEY)
    yield Judgement("number in the app", "in no answer", "an answer holds the social-security number" if there else "")


_WATCHERS: Mapping[str, _Eyes] = {
    "watch.server-error": _server_error,
    "watch.code-leak": _code_leak,
    "watch.cookie-flags": _cookie_flags,
    "watch.no-store": _no_store,
    "watch.password-shown": _password_shown,
    "watch.headers": _headers,
    "watch.accessibility": _accessibility,
    "watch.errors-announced": _errors_announced,
    "watch.app-answers": _app_answers,
}


# -- where they look


def _pages(sight: Sight) -> Iterator[Page]:
    if isinstance(sight.observation, PageSeen):
        yield sight.observation.page
        if sight.observation.account is not None:
            yield sight.observation.account


def _exchanges(sight: Sight) -> Iterator[Exchange]:
    for page in _pages(sight):
        yield from page.exchanges


def _texts(sight: Sight) -> Iterator[tuple[str, str]]:
    """Every text that came from the target, and where it stands."""
    for page in _pages(sight):
        yield f"the page {_path(page.address)}", html.unescape(page.html)
        for exchange in page.exchanges:
            yield "an address", unquote_plus(exchange.address)
            for name, value in exchange.headers.items():
                yield f"the header {name}", unquote_plus(value)
            for cookie in exchange.set_cookies:
                yield "a cookie", unquote_plus(cookie)
    if isinstance(sight.observation, MailSeen) and sight.observation.message is not None:
        mail = sight.observation.message
        yield "a mail", "\n".join((mail.subject, mail.text, html.unescape(mail.html)))


def _path(address: str) -> str:
    """The last part of an address: enough to know the page by, and nothing secret."""
    path = address.split("://", 1)[-1].partition("/")[2].partition("?")[0].rstrip("/")
    name = path.rsplit("/", 1)[-1]
    return f"…/{name}" if len(name) < _KEY_LENGTH else "…"
