"""The matrix as a page: what is wrong first, the picture, and that it works in a browser, offline, without scripts, narrow and wide."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from selectolax.lexbor import LexborHTMLParser

from conformance.matrix.document import Matrix
from conformance.matrix.page import render
from conformance.matrix.running import Evidence
from conformance.matrix.writing import write
from conformance.selftests.contrast import CONTRAST
from conformance.selftests.made_defects import EXPIRED, RACE, USED, WATCH, clean, made_attempt, made_defect, made_matrix, made_rules
from conformance.selftests.screens import opened

LONG = "https://github.test/somebody/" + "a-very-long-word-without-a-space" * 6


def mixed() -> Matrix:
    """A run with something in every part of the page."""
    named = {EXPIRED: ("outcome",), "ameli-connect.code.usd": ("outcome",)}
    defects = [
        made_defect(part="codes"),
        made_defect("links-live-on", part="links", killed_by=named, seen_in=LONG, driver="browser", breaks=("HRD-01", "HRD-08")),
        made_defect("<script>alert(1)</script>", part="links", title="A title with <b>signs</b> & more"),
    ]
    attempts = {
        "code-works-again": (made_attempt(USED, "code-works-again", broken={USED: ("outcome",)}), made_attempt(RACE, "code-works-again")),
        "links-live-on": (
            made_attempt(f"{EXPIRED}[1]", "links-live-on", consulted=("links-live-on",)),
            made_attempt(USED, "links-live-on", broken={USED: ("reason",), WATCH: ("header",)}),
        ),
    }
    return made_matrix(defects, Evidence(clean().clean, attempts, 3.0, 61.0), made_rules({RACE: "Races are no matter of one line."}))


@pytest.fixture(scope="module")
def page_of_all() -> LexborHTMLParser:
    """The page of a mixed run, as a tree."""
    return LexborHTMLParser(render(mixed()))


def text_of(tree: LexborHTMLParser, selector: str) -> str:
    """The words of a part."""
    found = tree.css_first(selector)
    assert found is not None, selector
    return " ".join(found.text(separator=" ").split())


def test_what_is_wrong_stands_first(page_of_all: LexborHTMLParser) -> None:
    """In the verdict, then by kind, each with what it means and a link to what it is about."""
    assert "wrong" in text_of(page_of_all, ".verdict strong")
    assert "1 of 3 defects are noticed by exactly the checks" in text_of(page_of_all, ".verdict")
    wrong = text_of(page_of_all, "#wrong")
    for words in ("Not noticed", "Noticed by others too", "Never reached", "Name a check that there is not", "Said to be broken"):
        assert words in wrong
    targets = {node.attributes["id"] for node in page_of_all.css("[id]")}
    links = [str(node.attributes["href"]) for node in page_of_all.css("a[href^='#']")]
    assert [link for link in links if link.removeprefix("#") not in targets] == []


def test_the_picture_has_a_cell_for_each_pair(page_of_all: LexborHTMLParser) -> None:
    """Noticed as named, noticed otherwise, survived, held, and not run; the words of a cell say which fact."""
    rows = {row.css("th")[0].text().strip(): row.css("td") for row in page_of_all.css(".picture tbody tr[data-wrong]")}
    states = {name: [cell.attributes.get("class") or "" for cell in cells] for name, cells in rows.items()}
    assert states["code-works-again"] == ["", "noticed", "held", "held"]
    assert states["links-live-on"] == ["survived", "unnamed", "", "unnamed"]
    titles = [cell.attributes.get("title") for cell in rows["links-live-on"]]
    assert titles[1] == f"{USED} noticed it and is not named so: reason"


def test_every_defect_check_and_requirement_is_listed(page_of_all: LexborHTMLParser) -> None:
    """Also in words: who noticed, what breaks it, or the reason why nothing does."""
    assert "noticed it by outcome" in text_of(page_of_all, "#defects")
    assert "Races are no matter of one line." in text_of(page_of_all, "#checks")
    assert "broken by code-works-again" in text_of(page_of_all, "#requirements")
    assert "broken by nothing" in text_of(page_of_all, "#requirements")


def test_nothing_of_a_gallery_is_taken_for_the_page_s_own(page_of_all: LexborHTMLParser) -> None:
    """Signs of HTML in a name or a title are text, and there is no script at all."""
    assert page_of_all.css("script") == []
    assert "A title with <b>signs</b> & more" in text_of(page_of_all, "#defects")


def test_a_matrix_without_fault_says_so_and_shows_no_list_of_faults() -> None:
    """Green at the top, and nothing about what is wrong."""
    rules = made_rules({EXPIRED: "x", RACE: "x", WATCH: "x"}, {"AMC-40": "x", "HRD-08": "x", "HRD-46": "x"})
    noticed = (made_attempt(USED, "code-works-again", broken={USED: ("outcome",)}),)
    tree = LexborHTMLParser(render(made_matrix([made_defect()], Evidence(clean().clean, {"code-works-again": noticed}), rules)))
    assert text_of(tree, ".verdict strong") == "As named"
    assert tree.css_first("#wrong") is None


# -- in a browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a mixed run, as a file."""
    return write(mixed(), tmp_path_factory.mktemp("report")).as_uri()


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_the_screen(width: int, chromium: Browser, address: str) -> None:
    """With everything opened; the picture scrolls in itself, and on a narrow screen the list of defects stands for it."""
    page = opened(chromium, address, width)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator(".picture").is_visible() == (width > 640)
    expect(page.locator("#defects summary", has_text="A code works a second time").first).to_be_visible()
    page.context.close()


def test_defects_are_filtered_without_scripts(chromium: Browser, address: str) -> None:
    """By part, and those with something wrong alone; in the picture and in the list."""
    page = opened(chromium, address, java_script_enabled=False)
    row, entry = page.locator(".picture th a", has_text="code-works-again"), page.locator("#defects .defect:not(.wrong)")
    expect(row).to_be_visible()
    page.locator("#only-wrong").focus()
    page.keyboard.press("Space")
    expect(row).to_be_hidden()
    expect(entry).to_be_hidden()
    page.locator("#show-links").uncheck()
    expect(page.locator(".picture th a", has_text="links-live-on")).to_be_hidden()
    page.context.close()


def test_a_link_opens_the_defect_that_it_leads_to(chromium: Browser, address: str) -> None:
    """From the picture to the entry of the list, though it stands folded."""
    page = opened(chromium, address)
    page.locator(".picture th a", has_text="code-works-again").click()
    expect(page.locator("#defect-code-works-again")).to_be_in_viewport()
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(scheme: str, chromium: Browser, address: str) -> None:
    """A contrast of at least 4.5 to 1, light and dark."""
    page = opened(chromium, address, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate(CONTRAST) == []
    page.context.close()
