"""Watchers see what leaks, and do not cry wolf."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.driver import Cookie, Exchange, Inspection, Page
from conformance.observation import AppSeen, Essence, MailSeen, PageSeen
from conformance.reading import read
from conformance.recognise import Recognition
from conformance.secrets import Secrets
from conformance.selftests.test_facts import mail
from conformance.watchers import KnownSecrets, Sight, watched
from scenarios.loader import load_checks

KNOWN = KnownSecrets(frozenset({"271828"}), frozenset({"Correct-Horse-7"}))
ADDRESS = "http://127.0.0.1:8000/w/x/ameli/code"
KEY = Cookie("session", "k3y0f4n0p3n4cc0unt", "/", True, False, "Lax", True)


def sight(
    html: str = "<p>ok</p>", address: str = ADDRESS, status: int = 200, cookies: tuple[Cookie, ...] = (KEY,), **headers: str
) -> Sight:
    """A page as a watcher sees it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    page = Page(address, status, html, (Exchange("GET", address, status, named),))
    return Sight(PageSeen(page, read(html), Recognition("shown"), "", Essence(200, (), ()), lambda: 0), cookies)


def account(**headers: str) -> Sight:
    """The open account."""
    shown = sight()
    assert isinstance(shown.observation, PageSeen)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    opened = Page(ADDRESS, 200, "", (Exchange("GET", ADDRESS, 200, named),))
    return replace(shown, observation=replace(shown.observation, account=opened))


def broken(seen: Sight) -> dict[str | None, str]:
    """Watcher -> what it found wrong."""
    return {check.watcher: check.actual for check in watched(seen, KNOWN, {}) if not check.held}


@pytest.mark.parametrize(
    "seen",
    [
        sight("<p>Votre code : 271828</p>"),
        sight("<p>Votre code : <b>271828</b>.</p>"),
        sight('<input name=c value="271828">'),
        sight("<!-- 271828 -->"),
        sight("<script>let code='271828'</script>"),
        sight(address=f"{ADDRESS}?c=271828"),
        sight(address=f"{ADDRESS}/271828/"),
        sight(x_code="271828"),
        sight(location=f"{ADDRESS}%3Fcode%3D271828"),
    ],
)
def test_a_code_that_came_by_mail_is_seen_wherever_it_stands(seen: Sight) -> None:
    """Typed back by the person or not: a page, a header, an address must not hold it."""
    assert list(broken(seen)) == ["watch.code-leak"]


@pytest.mark.parametrize(
    "html",
    [
        "<!--271828-->",
        "<p>[1,271828]</p>",
        '<a href="/code-271828">x</a>',
        '<p id="code_271828">x</p>',
        "<p>271 828</p>",
        "<p>2 7 1 8 2 8</p>",
    ],
)
def test_a_code_is_a_leak_in_whatever_dress(html: str) -> None:
    """In comments, lists, addresses, names and spaced out, a code that stands on a page is a leak."""
    assert set(broken(sight(html))) == {"watch.code-leak"}


@pytest.mark.parametrize(
    "html",
    [
        "<p>3271828, 2718281</p>",
        "<style>a{color:#271828}</style>",
        "<p>314159</p>",
        "<p>a271828 271828b</p>",
    ],
)
def test_other_digits_are_no_leak(html: str) -> None:
    """Whole groups of six only, and only codes of this case."""
    assert broken(sight(html)) == {}


def test_a_code_in_its_mail_is_no_leak() -> None:
    """That is where it belongs."""
    assert broken(Sight(mail("Votre code : 271828."))) == {}


@pytest.mark.parametrize(
    "seen",
    [
        sight("<p>Bienvenue, votre mot de passe est Correct-Horse-7</p>"),
        sight('<input type=password value="Correct-Horse-7">'),
        sight('<input type=password value="Correct&#45;Horse-7">'),
        sight(address=f"{ADDRESS}?p=Correct-Horse-7"),
        Sight(mail("Votre mot de passe : Correct-Horse-7")),
        Sight(mail("Bonjour", "<p>Correct-Horse-7</p>")),
    ],
)
def test_a_password_is_seen_in_pages_addresses_and_mails(seen: Sight) -> None:
    """As text, as a value, encoded."""
    assert list(broken(seen)) == ["watch.password-shown"]


@pytest.mark.parametrize(
    ("cookie", "lacking"),
    [
        (replace(KEY, http_only=False), "the cookie session has no HttpOnly"),
        (replace(KEY, same_site=None), "the cookie session has no SameSite"),
        (replace(KEY, same_site="None", http_only=False), "the cookie session has no HttpOnly and no SameSite"),
    ],
)
def test_cookies_that_are_keys_must_be_guarded(cookie: Cookie, lacking: str) -> None:
    """What is missing is named."""
    assert broken(sight(cookies=(cookie,))) == {"watch.cookie-flags": lacking}
    assert broken(sight(cookies=(replace(cookie, value="fr"),))) == {}


def test_secure_is_wanted_over_tls_only() -> None:
    """Over plain loopback it cannot be."""
    secure = "https://127.0.0.1:8443/connexion"
    assert broken(sight(address=secure)) == {"watch.cookie-flags": "the cookie session has no Secure"}
    assert broken(sight(address=secure, cookies=(replace(KEY, secure=True),))) == {}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [("no-store", False), ("private, No-Store", False), ("no-cache", True), ("", True), ("private=True, no-store=True", True)],
)
def test_pages_of_the_account_must_not_be_stored(said: str, wrong: bool) -> None:
    """no-store and nothing weaker; other pages are not judged."""
    headers: dict[str, Any] = {"cache_control": said} if said else {}
    assert ("watch.no-store" in broken(account(**headers))) is wrong
    assert "watch.no-store" not in broken(sight(cache_control="public"))


@pytest.mark.parametrize(("status", "wrong"), [(200, False), (404, False), (500, True), (503, True)])
def test_server_errors_are_seen_on_the_way_too(status: int, wrong: bool) -> None:
    """Any exchange that led to the page counts."""
    assert ("watch.server-error" in broken(sight(status=status))) is wrong


def test_every_declared_watcher_has_eyes_and_the_other_way_round() -> None:
    """scenarios/checks.yaml and this module name the same watchers, each with the requirement it verifies."""
    declared = {check.id: check.verifies for check in load_checks() if check.kind == "watcher"}
    shown = account()
    assert isinstance(shown.observation, PageSeen)
    page = sight(content_type="text/html").observation
    assert isinstance(page, PageSeen)
    refused = replace(shown.observation, page=page.page, recognition=Recognition("refused"))
    seen = {
        check.watcher: check.requirements for check in watched(replace(shown, observation=refused, inspection=Inspection(1280)), KNOWN, {})
    }
    (of_app,) = watched(Sight(AppSeen(page.page, page.reading, Recognition("done"), "", page.essence, page.overflow)), KNOWN, {})[-1:]
    assert {**seen, of_app.watcher: of_app.requirements} == declared


def test_what_there_is_nothing_to_judge_by_is_not_judged() -> None:
    """No codes, no cookies, no account: no check that holds by itself."""
    found = watched(replace(sight(), cookies=()), KnownSecrets(frozenset(), frozenset()), {})
    assert {check.watcher for check in found} == {"watch.server-error", "watch.password-shown"}
    assert watched(Sight(MailSeen(None, 0, None, 0.0)), KNOWN, {}) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Votre code : 271828.",
        "1 2 3 4 5 6",
        "123 456",
        "NIR 2 55 08 14 168 025 38",
        "255081416802538",
        "2550814168025",
        "255082A16802597",
        "2 55 08 2b 168 025",
        "http://127.0.0.1:8000/w/x/ameli/nouveau/Zk39aLq81mmPq20xLm",
        "…/nouveau?jeton=Zk39aLq81mmPq20xLm&suite=1",
        "…/code/271828/",
        "le mot de passe Correct-Horse-7 est faux",
        "Set-Cookie: session=abc; HttpOnly",
    ],
)
def test_secrets_are_covered_in_every_text(text: str) -> None:
    """Codes, NIRs and tokens by their make, passwords because they are known."""
    covered = Secrets(["Correct-Horse-7"]).covered(text)
    assert "•••" in covered
    digits = "".join(one for one in covered if one.isdigit())
    assert "271828" not in digits
    assert "255081416" not in digits
    for secret in ("123456", "Zk39aLq81mmPq20xLm", "Correct-Horse-7", "=abc", "168 025"):
        assert secret not in covered.replace(" ", " ")


@pytest.mark.parametrize(
    "text",
    [
        "bloqué jusqu'au 05/01/2023 - 14h45 (heure de Paris)",
        "10/03/2026 10:16 +0100 (now + 15m, rounded up to the minute)",
        "valable 15 minutes, 6 mois, le 3646",
        "POST …/connexion → 303",
        "GET …/mot-de-passe-oublie?suite=compte → 200",
        "t***@t***.com",
        "expected forgotten-password, number-help",
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    """A report that covers everything helps nobody."""
    assert Secrets(["Correct-Horse-7"]).covered(text) == text
