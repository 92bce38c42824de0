"""The real browser finds what breaks a rule, and does not judge the same state of a page twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page as Tab

from conformance.driver import BrokenRule, Inspection
from conformance.drivers import accessibility
from conformance.drivers.browser import ScreenBrowser, ScreenBrowsers
from conformance.selftests.served_pages import ServedPages
from conformance.target import BrowserSettings

GOOD = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Connexion</title><style>p{color:#333}</style></head>
<body><main><h1>Bonjour Anne Martin</h1><p id="a">Le 10 mars</p><form><label for="n1">Numéro</label><input id="n1" name="n">
<button>Entrer</button></form></main></body></html>"""


@pytest.fixture(scope="module")
def browser(chromium: Chromium) -> Iterator[ScreenBrowser]:
    """One browser for all."""
    browsers = ScreenBrowsers(chromium.new_context, BrowserSettings(timeout_seconds=30.0))
    yield browsers.new()
    browsers.close()


def rules(browser: ScreenBrowser, pages: ServedPages, html: str) -> set[str]:
    """What the page breaks."""
    browser.open(pages.serve(html))
    inspection = browser.inspected()
    assert inspection is not None
    return {one.rule for one in inspection.broken}


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        (GOOD.replace('<label for="n1">Numéro</label>', "Numéro"), "label"),
        (GOOD.replace('for="n1"', 'for="n2"'), "label"),
        (GOOD.replace("p{color:#333}", "p{color:#bbb}"), "color-contrast"),
        (GOOD.replace(' lang="fr"', ""), "html-has-lang"),
        (GOOD.replace('lang="fr"', 'lang="xx-nowhere"'), "html-lang-valid"),
        (GOOD.replace("<title>Connexion</title>", ""), "document-title"),
        (GOOD.replace("Entrer</button>", "</button>"), "button-name"),
        (GOOD.replace("<h1>", '<a href="/"></a><h1>'), "link-name"),
        (GOOD.replace("<h1>", '<img src="/x.png"><h1>'), "image-alt"),
        (GOOD.replace('name="n"', 'name="n" autocomplete="nonsense"'), "autocomplete-valid"),
        (GOOD.replace('name="n"', 'name="n" aria-invalid="perhaps"'), "aria-valid-attr-value"),
        (GOOD.replace("<head>", '<head><meta name="viewport" content="width=device-width, user-scalable=no">'), "meta-viewport"),
        (GOOD.replace("<form>", '<div aria-hidden="true"><button>x</button></div><form>'), "aria-hidden-focus"),
        (GOOD.replace("<form>", "<iframe src='data:text/html,<p>x'></iframe><form>"), "frame-title"),
    ],
)
def test_a_rule_that_is_broken_is_found(browser: ScreenBrowser, pages: ServedPages, wrong: str, rule: str) -> None:
    """Labels, contrast, language, titles, names, alternatives, valid attributes, zoom: what axe-core holds of WCAG 2.1 A and AA."""
    assert rules(browser, pages, wrong) == {rule}


def test_a_page_that_breaks_no_rule_is_held(browser: ScreenBrowser, pages: ServedPages) -> None:
    """What is good practice only, such as a landmark for everything, is no violation."""
    assert rules(browser, pages, GOOD) == set()
    assert rules(browser, pages, GOOD.replace("<main>", "<div>").replace("</main>", "</div>")) == set()


def test_scripts_of_the_page_are_not_needed_and_its_policy_is_no_obstacle(browser: ScreenBrowser, pages: ServedPages) -> None:
    """A page that allows no script at all is judged, and keeps no trace of it."""
    policy = "<head><meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    assert rules(browser, pages, GOOD.replace("<head>", policy).replace("<label", "<b").replace("</label", "</b")) == {"label"}
    assert browser._tab.evaluate("typeof window.axe") == "undefined"


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each page that was judged and not known; nothing is known when the test begins."""
    seen: list[str] = []
    judge = accessibility.judged

    def noted(tab: Tab) -> tuple[BrokenRule, ...]:
        seen.append(tab.url)
        return judge(tab)

    monkeypatch.setattr(accessibility, "judged", noted)
    monkeypatch.setattr(accessibility, "_judged", {})
    return seen


@pytest.mark.parametrize(
    "same",
    [
        GOOD.replace("Anne Martin", "Yves Duhamel"),
        GOOD.replace("Le 10 mars", "Le 31 juin"),
        GOOD.replace('name="n"', 'name="n" value=""').replace(' value=""', ""),
        GOOD.replace("<form>", '<form action="/w/abc123def456/x?y=1">').replace(' action="/w/abc123def456/x?y=1"', ""),
    ],
)
def test_what_differs_from_person_to_person_is_not_judged_again(
    browser: ScreenBrowser, pages: ServedPages, judged: list[str], same: str
) -> None:
    """Names, dates, values and tokens make no other state of a page."""
    rules(browser, pages, GOOD)
    rules(browser, pages, same)
    assert len(judged) == 1


@pytest.mark.parametrize(
    "token", [("/w/abc123def456/x", "/w/zzz999yyy888/x"), ("/suite?jeton=k3y0f4n0p3n4cc0unt", "/suite?jeton=0th3rk3y0th3rk3y")]
)
def test_addresses_make_no_other_state(browser: ScreenBrowser, pages: ServedPages, judged: list[str], token: tuple[str, str]) -> None:
    """Each world has its own, and each form its own token."""
    for one in token:
        rules(browser, pages, GOOD.replace("<form>", f'<form action="{one}"><input type="hidden" name="t" value="{one}">'))
    assert len(judged) == 1


@pytest.mark.parametrize(
    "other",
    [
        GOOD.replace("p{color:#333}", "p{color:#777}"),
        GOOD.replace('id="a"', 'id="a" style="color:#999"'),
        GOOD.replace('for="n1"', 'for="a"'),
        GOOD.replace("Le 10 mars", ""),
        GOOD.replace('name="n"', 'name="n" aria-invalid="true"'),
        GOOD.replace("<form>", "<p>Encore</p><form>"),
        GOOD.replace('name="n"', 'name="n" disabled'),
        GOOD.replace("<style>", "<style>@media (max-width:400px){p{color:#eee}}"),
        GOOD.replace('lang="fr"', 'lang="en"'),
    ],
)
def test_another_state_of_a_page_is_judged(browser: ScreenBrowser, pages: ServedPages, judged: list[str], other: str) -> None:
    """Colours in a sheet or an attribute, what a label is for, a text that is gone, a field in error, another element, language."""
    rules(browser, pages, GOOD)
    rules(browser, pages, other)
    assert len(judged) == 2


def test_what_was_judged_is_told_again(browser: ScreenBrowser, pages: ServedPages, judged: list[str]) -> None:
    """A second case that shows the same wrong page is told the same."""
    wrong = GOOD.replace("<label", "<b").replace("</label", "</b")
    assert rules(browser, pages, wrong) == rules(browser, pages, wrong.replace("Anne", "Lise")) == {"label"}
    assert len(judged) == 1


def test_each_width_is_judged(browser: ScreenBrowser, pages: ServedPages, judged: list[str]) -> None:
    """A page has a state for each width at which it is seen, and it is told which."""
    narrow = GOOD.replace("<style>", "<style>@media (max-width:400px){p{color:#ddd!important}}")
    assert rules(browser, pages, narrow) == set()
    browser.resize(320)
    inspection = browser.inspected()
    browser.resize(1280)
    assert inspection is not None
    assert (inspection.width, {one.rule for one in inspection.broken}) == (320, {"color-contrast"})
    assert len(judged) == 2


def test_what_stands_in_a_frame_of_the_page_is_judged_too(browser: ScreenBrowser, pages: ServedPages) -> None:
    """A form in a frame is part of what a person sees."""
    pages.serve(GOOD.replace("<label", "<b").replace("</label", "</b"), "inner")
    assert rules(browser, pages, GOOD.replace("<form>", '<iframe src="/inner" title="Formulaire"></iframe><form>')) == {"label"}


def test_files_and_endless_pages_are_not_judged(browser: ScreenBrowser, pages: ServedPages) -> None:
    """A text as such has no title to miss, and nobody reads twenty thousand paragraphs."""
    for body, kind in (("just text", "text/plain"), ('{"a": 1}', "application/json"), (f"<h1>x</h1>{'<p>x' * 20_000}", "text/html")):
        browser.open(pages.serve(body, content_type=kind))
        assert browser.inspected() is None


def test_the_focus_is_told(browser: ScreenBrowser, pages: ServedPages) -> None:
    """Role and name of the element that has it, whether it is a field in error, and nothing where the page has none."""

    def shown(html: str) -> Inspection:
        browser.open(pages.serve(html))
        inspection = browser.inspected()
        assert inspection is not None
        return inspection

    assert shown(GOOD).focused is None
    focused = shown(GOOD.replace('name="n"', 'name="n" autofocus aria-invalid="true" value="secret"')).focused
    assert focused is not None
    assert (focused.role, focused.name, focused.invalid, focused.words) == ("textbox", "Numéro", True, "")
