"""The driver with a browser and the one without do the same, see the same, and say the same when they cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium

from conformance.driver import Browser, Browsers, CannotRun, Control, ControlNotFound, DriverBroke, Named, Page
from conformance.drivers.browser import ScreenBrowsers
from conformance.drivers.forms import FormsBrowsers
from conformance.gate import NotPermitted
from conformance.selftests.small_portal import SmallPortal, small_portal
from conformance.target import BrowserSettings
from conformance.user_agents import USER_AGENTS


def control(role: str, label: str, name: str = "it") -> Control:
    """A control of that role whose label has the pattern."""
    return Control(name, role, re.compile(label, re.IGNORECASE))


NUMBER = control("textbox", "^numéro d'assuré", "number")
SECRET = control("password", "mot de passe")
KEEP = control("checkbox", "c'est mon ordinateur")
ENTER = control("button", "^me connecter$")


@pytest.fixture(scope="module")
def portal() -> Iterator[SmallPortal]:
    """The small portal, served over a socket."""
    with small_portal() as served:
        yield served


@pytest.fixture(params=["forms", "browser"])
def browsers(request: pytest.FixtureRequest) -> Iterator[Browsers]:
    """Either driver."""
    made: Browsers = FormsBrowsers()
    if request.param == "browser":
        made = ScreenBrowsers(request.getfixturevalue("chromium").new_context, BrowserSettings(timeout_seconds=2.0))
    yield made
    made.close()


@pytest.fixture
def browser(browsers: Browsers) -> Browser:
    """A new browser of either driver."""
    return browsers.new()


def sign_in(browser: Browser, portal: SmallPortal) -> Page:
    """Open the form, type a password alone, and press the button beside it."""
    browser.open(f"{portal.address}/")
    browser.fill(SECRET, "x")
    return browser.press(ENTER)


def test_a_form_is_filled_in_and_sent_as_a_person_would(browser: Browser, portal: SmallPortal) -> None:
    """Labels with other spaces and apostrophes are found, the hidden twin is not, and just the successful controls are sent."""
    browser.open(f"{portal.address}/")
    browser.fill(NUMBER, "1 23 é’€")
    browser.fill(SECRET, " pass word ")
    browser.tick(KEEP)
    page = browser.press(ENTER)
    assert portal.received[-1] == [
        ("token", 't"1'),
        ("trap", ""),
        ("number", "1 23 é’€"),
        ("secret", " pass word "),
        ("keep", "yes"),
        ("file", "lu seulement"),
        ("way", "normal"),
    ]
    assert page.address == f"{portal.address}/welcome"
    assert "seen=1, session=abc" in page.html


def test_every_step_of_the_way_to_a_page_is_recorded(browser: Browser, portal: SmallPortal) -> None:
    """A press that redirects shows two exchanges, with the status, the headers and each Set-Cookie of the one that set it."""
    page = sign_in(browser, portal)
    first, second = page.exchanges
    assert (first.method, first.address, first.status) == ("POST", f"{portal.address}/enter", 303)
    assert (second.method, second.address, second.status) == ("GET", f"{portal.address}/welcome", 200)
    assert [line.split(";")[0] for line in first.set_cookies] == ["session=abc", "seen=1"]
    assert second.headers["content-type"].startswith("text/html")
    assert page.status == 200
    assert browser.page() == page


def test_nothing_is_checked_before_the_portal_does(browser: Browser, portal: SmallPortal) -> None:
    """An empty field that the page marks as required is sent all the same: the portal's own rule is what is tried."""
    sent = len(portal.received)
    sign_in(browser, portal)
    assert len(portal.received) == sent + 1
    assert ("number", "") in portal.received[-1]


def test_a_button_is_pressed_in_the_form_that_was_filled_in(browser: Browser, portal: SmallPortal) -> None:
    """Of two buttons alike, the one beside what was typed is meant; without anything typed, the first of the page."""
    browser.open(f"{portal.address}/")
    assert browser.press(ENTER).address == f"{portal.address}/search?q="
    assert sign_in(browser, portal).address == f"{portal.address}/welcome"
    browser.open(f"{portal.address}/")
    browser.fill(control("textbox", "chercher"), "été & hiver")
    page = browser.press(ENTER)
    assert page.address == f"{portal.address}/search?q=%C3%A9t%C3%A9+%26+hiver"
    assert portal.received[-1] == [("q", "été & hiver")]


def test_a_button_may_send_its_form_elsewhere(browser: Browser, portal: SmallPortal) -> None:
    """A button's own address and value are what counts when it is the one pressed."""
    browser.open(f"{portal.address}/")
    page = browser.press(control("button", "être aidé"))
    assert page.exchanges[0].address == f"{portal.address}/enter?helped=1"
    assert ("way", "help") in portal.received[-1]


def test_where_a_form_comes_from_is_said(browser: Browser, portal: SmallPortal) -> None:
    """A portal that judges a request by where it comes from sees the same from either driver."""
    sign_in(browser, portal)
    origin = portal.address.removesuffix("/w/1")
    wanted = {"Origin": origin, "Referer": f"{portal.address}/", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
    assert {name: portal.headers[-1].get(name) for name in wanted} == wanted


def test_a_browser_may_say_that_it_is_another(browser: Browser, portal: SmallPortal) -> None:
    """From then on every request says so, a form's too."""
    assert isinstance(browser, Named)
    browser.say_it_is(USER_AGENTS["firefox"])
    sign_in(browser, portal)
    assert portal.headers[-1]["User-Agent"] == USER_AGENTS["firefox"]


def test_controls_of_every_kind_are_found_by_their_names(browser: Browser, portal: SmallPortal) -> None:
    """Lists, radio buttons, numbers, longer texts; names from aria, from a title, from a placeholder."""
    browser.open(f"{portal.address}/kinds")
    browser.fill(control("combobox", "langue"), "Occitan")
    browser.tick(control("radio", "madame"))
    browser.fill(control("textbox", "âge"), "30")
    browser.fill(control("textbox", "date de naissance"), "01/02/2003")
    browser.fill(control("textbox", "ville"), "Albi")
    browser.fill(control("textbox", "adresse"), "a@b.test")
    browser.tick(control("checkbox", "lettre"), on=False)
    browser.press(control("button", "envoyer"))
    assert portal.received[-1] == [
        ("language", "Occitan"),
        ("year", "1"),
        ("civility", "f"),
        ("age", "30"),
        ("birth", "01/02/2003"),
        ("place", "Albi"),
        ("mail", "a@b.test"),
        ("message", "deux\r\nlignes"),
        ("send", "Envoyer"),
    ]


def test_a_button_outside_its_form_sends_it(browser: Browser, portal: SmallPortal) -> None:
    """A button that names a form by its id sends that form, and itself."""
    browser.open(f"{portal.address}/kinds")
    page = browser.press(control("button", "ailleurs"))
    assert page.status == 200
    assert sorted(portal.received[-1]) == [("b", "1"), ("h", "é è")]


@pytest.mark.parametrize(
    ("sought", "there"),
    [
        (NUMBER, True),
        (control("textbox", "mot de passe"), False),
        (control("password", "mot de passe"), True),
        (control("textbox", "ancien numéro"), False),
        (control("textbox", "numéro de dossier"), False),
        (control("link", "caché"), False),
        (control("link", "accueil"), True),
        (control("action", "accueil"), True),
        (control("action", "être aidé"), True),
        (control("button", "accueil"), False),
    ],
)
def test_what_cannot_be_used_is_not_there(browser: Browser, portal: SmallPortal, sought: Control, there: bool) -> None:
    """Hidden, disabled and read-only controls, and those of another role, are not found."""
    browser.open(f"{portal.address}/")
    assert browser.has(sought) is there


def test_a_control_that_is_missing_is_explained(browser: Browser, portal: SmallPortal) -> None:
    """The error names what was sought, what is there, where, and the key of the target file to mend."""
    browser.open(f"{portal.address}/")
    with pytest.raises(ControlNotFound) as caught:
        browser.fill(control("textbox", "adresse mail", "address"), "x")
    text = str(caught.value)
    assert "adresse mail" in text
    assert "Numéro d'assuré :" in text
    assert f"{portal.address}/" in text
    assert "[controls] address" in text


def test_links_are_followed(browser: Browser, portal: SmallPortal) -> None:
    """A link keeps the path below which the portal lives; one for a new tab brings that tab to the front."""
    browser.open(f"{portal.address}/")
    assert browser.press(control("link", "l'accueil")).address == f"{portal.address}/welcome"
    browser.open(f"{portal.address}/")
    page = browser.press(control("link", "nouvel onglet"))
    assert page.address == f"{portal.address}/welcome"
    assert page.exchanges[-1].status == 200
    assert "Bienvenue" in page.html


def test_fetching_leaves_the_page_as_it_is(browser: Browser, portal: SmallPortal) -> None:
    """An address asked for beside the page uses the same cookies, records its redirects, and what was typed is still there."""
    browser.open(f"{portal.address}/")
    aside = browser.fetch(f"{portal.address}/account")
    assert [exchange.status for exchange in aside.exchanges] == [303, 200]
    assert aside.address == f"{portal.address}/"
    browser.fill(SECRET, "kept")
    browser.fetch(f"{portal.address}/error")
    browser.press(ENTER)
    assert ("secret", "kept") in portal.received[-1]
    assert browser.fetch(f"{portal.address}/account").address == f"{portal.address}/account"
    assert "session=abc" in browser.fetch(f"{portal.address}/account").html


def test_cookies_are_told_as_the_server_asked(browser: Browser, portal: SmallPortal) -> None:
    """Flags, path and life of each cookie, and SameSite only where it was asked for."""
    sign_in(browser, portal)
    held = {cookie.name: cookie for cookie in browser.cookies()}
    assert (held["session"].http_only, held["session"].same_site, held["session"].session) == (True, "Lax", True)
    assert (held["seen"].http_only, held["seen"].same_site, held["seen"].session) == (False, None, False)
    assert held["session"].path == "/w/1"
    browser.forget_cookies()
    assert browser.cookies() == ()
    assert "session" not in browser.open(f"{portal.address}/welcome").html


def test_secure_cookies_reach_this_machine(browser: Browser, portal: SmallPortal) -> None:
    """Browsers trust loopback addresses like https: pages and addresses asked for aside get such cookies."""
    browser.open(f"{portal.address}/secure")
    (held,) = browser.cookies()
    assert (held.secure, held.http_only, held.same_site, held.session) == (True, True, "Strict", False)
    assert "s=1" in browser.fetch(f"{portal.address}/welcome").html
    assert "Biscuit" in browser.page().html
    assert "s=1" in browser.open(f"{portal.address}/welcome").html


def test_kept_cookies_can_be_brought_back(browser: Browser, portal: SmallPortal) -> None:
    """A profile that was kept and brought back is sent and told as before, and nothing beside it."""
    sign_in(browser, portal)
    kept = browser.cookies()
    browser.open(f"{portal.address}/secure")
    browser.restore(kept)
    assert sorted(browser.cookies(), key=lambda cookie: cookie.name) == sorted(kept, key=lambda cookie: cookie.name)
    assert "seen=1, session=abc<" in browser.open(f"{portal.address}/welcome").html


def test_each_browser_has_cookies_of_its_own(browsers: Browsers, portal: SmallPortal) -> None:
    """What one browser was given, another does not send."""
    first, second = browsers.new(), browsers.new()
    sign_in(first, portal)
    assert "session=abc" in first.open(f"{portal.address}/welcome").html
    assert "session" not in second.open(f"{portal.address}/welcome").html


@pytest.mark.parametrize("path", ["away", "away-bare"])
def test_what_leads_away_from_this_machine_is_not_followed(browser: Browser, portal: SmallPortal, path: str) -> None:
    """A redirect to another host, by name or by number, is refused, on a page and beside it."""
    with pytest.raises(NotPermitted):
        browser.open(f"{portal.address}/{path}")
    with pytest.raises(NotPermitted):
        browser.fetch(f"{portal.address}/{path}")


def test_an_address_elsewhere_is_never_asked_for(browser: Browser) -> None:
    """Opening an address beyond this machine is refused before anything is sent."""
    with pytest.raises(NotPermitted):
        browser.open("http://192.0.2.7/")


def test_redirects_without_end_are_given_up(browser: Browser, portal: SmallPortal) -> None:
    """A circle of redirects is an error with an address, not a hang."""
    with pytest.raises(DriverBroke, match="loop"):
        browser.open(f"{portal.address}/loop")
    with pytest.raises(DriverBroke, match="redirects more than 20 times"):
        browser.fetch(f"{portal.address}/loop")


def test_nobody_at_the_address_is_said(browser: Browser) -> None:
    """A portal that does not run is named, with the way on."""
    with pytest.raises(DriverBroke, match=r"nobody listens.*Is it running"):
        browser.open("http://127.0.0.1:2/")


def test_an_error_page_is_a_page(browser: Browser, portal: SmallPortal) -> None:
    """A 503 is shown with its status and its words, and judged by others."""
    page = browser.open(f"{portal.address}/error")
    assert page.status == 503
    assert "Panne" in page.html


def test_a_file_that_is_no_page_has_no_words(browser: Browser, portal: SmallPortal) -> None:
    """A PDF that is asked for has its headers, and no text."""
    page = browser.fetch(f"{portal.address}/paper")
    assert page.html == ""
    assert page.exchanges[0].headers["content-type"] == "application/pdf"


def test_a_browser_that_opened_nothing_says_so(browser: Browser) -> None:
    """There is no page before one was opened."""
    with pytest.raises(DriverBroke, match="no page yet"):
        browser.page()
    assert browser.cookies() == ()
    with pytest.raises(DriverBroke, match="no page yet"):
        browser.fill(NUMBER, "1")


def test_a_screen_is_measured_or_declared_missing(browsers: Browsers, portal: SmallPortal) -> None:
    """With a screen, what is too wide or cut off is told in pixels; without one, such a case cannot run."""
    browser = browsers.new()
    browser.open(f"{portal.address}/wide")
    if not browsers.screen:
        with pytest.raises(CannotRun, match="--driver browser"):
            browser.resize(320)
        with pytest.raises(CannotRun):
            browser.overflow()
        assert browser.screenshot() is None
        return
    browser.resize(320)
    assert browser.overflow() == 1680
    picture = browser.screenshot()
    assert picture is not None
    assert picture.startswith(b"\xff\xd8\xff")
    browser.open(f"{portal.address}/narrow")
    assert browser.overflow() == 0
    browser.open(f"{portal.address}/cut")
    assert browser.overflow() > 50
    browser.open(f"{portal.address}/")
    assert browser.overflow() == 0


def test_what_only_a_script_makes_work_needs_a_screen(browsers: Browsers, portal: SmallPortal) -> None:
    """A control that a script makes is waited for in a browser, and not found without one."""
    browser = browsers.new()
    browser.open(f"{portal.address}/scripted")
    if browsers.screen:
        browser.fill(control("textbox", "tardif"), "x")
        assert "1</button>" in browser.press(control("button", "agir")).html
    else:
        with pytest.raises(ControlNotFound):
            browser.fill(control("textbox", "tardif"), "x")


def test_a_page_that_scripts_make_is_read_once_it_is_there(chromium: Chromium, portal: SmallPortal) -> None:
    """What a script asks for is waited for, after opening and after pressing, and is among the exchanges, its cookies too."""
    browsers = ScreenBrowsers(chromium.new_context, BrowserSettings(timeout_seconds=2.0))
    browser = browsers.new()
    opened = browser.open(f"{portal.address}/app")
    assert "Entrée" in opened.html
    assert [exchange.address.rpartition("/")[2] for exchange in opened.exchanges] == ["app", "step"]
    browser.fill(control("textbox", "^nom"), "Anne")
    pressed = browser.press(control("button", "^continuer$"))
    assert "<p>Anne</p>" in pressed.html
    assert (pressed.status, [(one.method, one.status) for one in pressed.exchanges]) == (200, [("POST", 200)])
    assert [(cookie.name, cookie.same_site) for cookie in browser.cookies()] == [("session", "Lax")]
    fetched = browser.fetch(f"{portal.address}/app")
    assert "Entrée" in fetched.html
    assert browser.page() is pressed
    browsers.close()


def test_a_script_that_meets_a_server_error_shows_it_among_the_exchanges(chromium: Chromium, portal: SmallPortal) -> None:
    """The page stays what it was; those who watch for server errors see it."""
    browsers = ScreenBrowsers(chromium.new_context, BrowserSettings(timeout_seconds=2.0))
    browser = browsers.new()
    browser.open(f"{portal.address}/app")
    browser.fill(control("textbox", "^nom"), "panne")
    pressed = browser.press(control("button", "^continuer$"))
    assert (pressed.status, [one.status for one in pressed.exchanges]) == (200, [500])
    browsers.close()
