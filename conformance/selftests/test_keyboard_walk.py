"""A page gone through by keyboard: what is right passes, and each way in which pages shut out who uses no mouse is told."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium

from conformance.driver import Control, ControlNotFound
from conformance.drivers.browser import ScreenBrowsers
from conformance.drivers.keyboard import KeyedBrowser
from conformance.selftests.served_pages import ServedPages
from conformance.suites.tabbing import FREE, ORDER, REACHED, SEEN, SKIP, Unreached, Walker
from conformance.target import BrowserSettings

GOOD = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Connexion</title>
<style>:focus-visible{outline:3px solid #c2570c} .skip{position:absolute;left:-100vw} .skip:focus{left:0}
form{display:flex;flex-direction:column;align-items:start;gap:1rem}</style></head>
<body><a class="skip" href="#contenu">Aller au contenu</a><header><a href="/page">Accueil</a></header>
<main id="contenu"><h1>Connexion</h1><form method="post">
<label for="n">Numéro</label><input id="n" name="n"><label for="p">Mot de passe</label><input id="p" name="p" type="password">
<label for="d">Né le</label><input id="d" name="d" type="date">
<label><input type="radio" name="r" value="1"> Oui</label><label><input type="radio" name="r" value="2"> Non</label>
<label><input type="checkbox" name="k" id="k"> Mon ordinateur</label><button>Entrer</button></form></main></body></html>"""
SEND = Control("send", "button", re.compile("entrer", re.IGNORECASE))
SECRET = Control("secret", "password", re.compile("mot de passe", re.IGNORECASE))
NUMBER = Control("number", "textbox", re.compile("numéro", re.IGNORECASE))
KEEP = Control("keep", "checkbox", re.compile("ordinateur", re.IGNORECASE))


@pytest.fixture(scope="module")
def browser(chromium: Chromium) -> Iterator[KeyedBrowser]:
    """One browser for all."""
    browsers = ScreenBrowsers(chromium.new_context, BrowserSettings(timeout_seconds=3.0), KeyedBrowser)
    made = browsers.new()
    assert isinstance(made, KeyedBrowser)
    yield made
    browsers.close()


def judged(browser: KeyedBrowser, pages: ServedPages, html: str) -> dict[str, str]:
    """Fact -> what is wrong, of all that was judged."""
    browser.open(pages.serve(html))
    return dict(Walker(browser).judged([SEND, SECRET]))


def test_a_page_that_is_right_passes(browser: KeyedBrowser, pages: ServedPages) -> None:
    """Fields of all kinds, a date with several places to stop at, radio buttons of which Tab meets one, and a link that skips."""
    assert judged(browser, pages, GOOD) == dict.fromkeys((REACHED, ORDER, SEEN, FREE, SKIP), "")


@pytest.mark.parametrize(
    "right",
    [
        GOOD.replace("<body>", "<body>" + "<p>…</p>" * 60),
        GOOD.replace('name="n"', 'name="n" autofocus'),
        GOOD.replace(
            "<label for", '<div aria-hidden="true" style="position:absolute;left:-999px"><input tabindex="-1"></div><label for', 1
        ),
        GOOD.replace("<form", '<div role="toolbar"><button>a</button><button tabindex="-1">b</button></div><form'),
        GOOD.replace("outline:3px solid #c2570c", "outline:none;box-shadow:0 0 0 3px #c2570c"),
        GOOD.replace("outline:3px solid #c2570c", "outline:none;background:#fde68a")
        .replace("</style>", "a:focus,:checked{color:red}</style>")
        .replace('type="radio"', 'type="radio" style="appearance:none;width:1rem;height:1rem"')
        .replace('type="checkbox"', 'type="checkbox" style="appearance:none;width:1rem;height:1rem"'),
        GOOD.replace("<form", '<iframe title="x" srcdoc="<button>1</button><button>2</button>"></iframe><form'),
        GOOD.replace("<h1>", '<h1 tabindex="-1">').replace("<form", '<p role="status" tabindex="-1">Un code est parti.</p><form'),
        GOOD.replace("<button>", "<button disabled>Pas encore</button><button hidden>Jamais</button><button>"),
    ],
)
def test_pages_that_are_right_in_other_ways_pass_too(browser: KeyedBrowser, pages: ServedPages, right: str) -> None:
    """A long page, a focus that is put, a trap for robots, a tool bar, other looks of the focus, a frame, what cannot be used now."""
    assert set(judged(browser, pages, right).values()) == {""}


@pytest.mark.parametrize(
    ("wrong", "fact", "told"),
    [
        (GOOD.replace("<button>", '<button tabindex="-1">'), REACHED, "never comes to button “Entrer”"),
        (GOOD.replace("<a href", '<a tabindex="-1" href'), REACHED, "never comes to link “Accueil”"),
        (
            GOOD.replace("<button>Entrer</button>", '<div role="button" onclick="document.forms[0].submit()">Entrer</div>'),
            REACHED,
            "never comes to button “Entrer”",
        ),
        (GOOD.replace('id="p"', 'id="p" tabindex="1"'), ORDER, "link “Aller au contenu” comes after password “Mot de passe”"),
        (GOOD.replace("flex-direction:column", "flex-direction:column-reverse"), ORDER, "the focus goes up to password “Mot de passe”"),
        (GOOD.replace("outline:3px solid #c2570c", "outline:none"), SEEN, "nothing shows that the focus is on link “Accueil”, textbox"),
        (GOOD.replace("3px solid #c2570c", "3px solid transparent"), SEEN, "nothing shows that the focus is on link “Accueil”, textbox"),
        (GOOD.replace("</style>", "button:focus{outline:0}</style>"), SEEN, "nothing shows that the focus is on button “Entrer”"),
        (GOOD.replace(".skip:focus{left:0}", ""), SEEN, "nothing shows that the focus is on link “Aller au contenu”"),
        (
            GOOD.replace("<button>", "<button onkeydown='if(event.key===\"Tab\")event.preventDefault()'>"),
            FREE,
            "Tab does not leave button “Entrer”",
        ),
        (
            GOOD.replace(
                "<button>", "<button onkeydown=\"if(event.key==='Tab'){event.preventDefault();document.getElementById('n').focus()}\">"
            ),
            FREE,
            "Tab comes to textbox “Numéro” again and never leaves the page",
        ),
        (
            GOOD.replace('<input id="p"', '<input id="p" onkeydown=\'if(event.shiftKey&&event.key==="Tab")event.preventDefault()\''),
            FREE,
            "Shift+Tab does not leave password “Mot de passe”",
        ),
        (GOOD.replace('<a class="skip"', '<a href="/page">Avant</a><a class="skip"'), SKIP, "other elements come before it"),
        (GOOD.replace('href="#contenu"', 'href="#contenu" onclick="return false"'), SKIP, "after it Tab comes to link “Accueil”"),
    ],
)
def test_what_shuts_out_who_uses_no_mouse_is_told(browser: KeyedBrowser, pages: ServedPages, wrong: str, fact: str, told: str) -> None:
    """Not reached, out of order, not to be seen, trapped forwards and backwards, a skip link that is late or dead."""
    found = judged(browser, pages, wrong)
    assert told in found[fact]
    assert [name for name, one in found.items() if one] == [fact]


def test_a_page_without_a_skip_link_is_not_asked_for_one(browser: KeyedBrowser, pages: ServedPages) -> None:
    """Other links on the page, such as those of a message to its fields, are none."""
    assert SKIP not in judged(browser, pages, GOOD.replace('href="#contenu"', 'href="#n"'))


def test_a_control_is_reached_and_typed_into(browser: KeyedBrowser, pages: ServedPages) -> None:
    """Tab to it, round the end of the page when it is before; keys go where the focus is; Space ticks; Enter sends."""
    browser.open(pages.serve(GOOD.replace('name="n"', 'name="n" value="old"')))
    walker = Walker(browser)
    walker.reach(SECRET)
    browser.type("sésame-7")
    assert browser.value(SECRET) == "sésame-7"
    walker.reach(KEEP)
    assert browser.value(KEEP) == ""
    browser.strike("Space")
    assert browser.value(KEEP) == "on"
    walker.reach(NUMBER)
    browser.type("12")
    page = browser.send("Enter")
    assert page is not None
    assert page.exchanges[0].method == "POST"
    assert pages.received[-1] == {"n": "12", "p": "sésame-7", "d": "", "k": "on"}


def test_a_key_that_leads_nowhere_shows_nothing(browser: KeyedBrowser, pages: ServedPages) -> None:
    """Enter that a script swallows; one that a script answers without asking for anything shows what it made."""
    browser.open(pages.serve(GOOD.replace("<form", "<form onkeydown=\"event.key==='Enter'&&event.preventDefault()\"")))
    assert set(dict(Walker(browser).judged([])).values()) == {""}
    Walker(browser).reach(NUMBER)
    assert browser.send("Enter") is None
    made = "this.innerHTML='<p>Merci</p>';return false"
    browser.open(pages.serve(GOOD.replace("<form", f'<form onsubmit="{made}"')))
    Walker(browser).reach(NUMBER)
    page = browser.send("Enter")
    assert page is not None
    assert "Merci" in page.html


def test_what_is_not_there_is_not_reached(browser: KeyedBrowser, pages: ServedPages) -> None:
    """A control that Tab never meets, and one that the page does not have at all."""
    browser.open(pages.serve(GOOD.replace("<button>", '<button tabindex="-1">')))
    with pytest.raises(Unreached, match="never comes to button “send”"):
        Walker(browser).reach(SEND)
    with pytest.raises(ControlNotFound, match="lost"):
        browser.value(Control("lost", "textbox", re.compile("lost")))


LONG = "Vb7-Kr9+Tq3!Ws5é" * 3 + "26"


@pytest.mark.parametrize(
    ("change", "arrived"),
    [
        ("", LONG),
        (' maxlength="20"', LONG[:20]),
        (' onpaste="return false"', ""),
        (" onbeforeinput=\"event.inputType==='insertFromPaste'&&event.preventDefault()\"", ""),
        (' oninput="this.value=this.value.slice(0,12)"', LONG[:12]),
        (' onkeydown="event.ctrlKey&&event.preventDefault()"', ""),
    ],
)
def test_what_is_pasted_arrives_or_not(browser: KeyedBrowser, pages: ServedPages, change: str, arrived: str) -> None:
    """Whole; cut by the field or a script; kept out by a script, in any of the ways in which pages do it."""
    browser.open(pages.serve(GOOD.replace('id="p"', f'id="p"{change}')))
    assert len(LONG) == 50
    assert browser.paste(SECRET, LONG) == arrived


def test_the_clipboard_keeps_nothing(browser: KeyedBrowser, pages: ServedPages) -> None:
    """What was pasted is not left there for others."""
    browser.open(pages.serve(GOOD))
    browser.paste(SECRET, LONG)
    Walker(browser).reach(NUMBER)
    browser.strike("ControlOrMeta+v")
    assert browser.value(NUMBER) == "-"


@pytest.mark.parametrize(
    ("change", "said"), [("", ""), (' autocomplete="OFF"', "off"), (' autocomplete="current-password"', "current-password")]
)
def test_what_a_field_says_to_password_managers_is_read(browser: KeyedBrowser, pages: ServedPages, change: str, said: str) -> None:
    """Of the field itself, or else of its form."""
    browser.open(pages.serve(GOOD.replace('id="p"', f'id="p"{change}')))
    assert browser.autocomplete(SECRET) == said
    browser.open(pages.serve(GOOD.replace("<form", '<form autocomplete="off"')))
    assert browser.autocomplete(SECRET) == "off"
