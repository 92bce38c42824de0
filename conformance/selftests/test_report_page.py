"""The page: what stands in it, in which order, and that it works in a browser, offline, without scripts, narrow and wide."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect
from selectolax.lexbor import LexborHTMLParser

from conformance.known import KnownFailures
from conformance.report.document import Document, LeftOut, SelectionPart, TargetPart
from conformance.report.page import anchor, duration, render
from conformance.report.writing import MADE, write
from conformance.results import CaseResult, KnownFailure, MailRecord, Result, StepRecord
from conformance.selftests.contrast import CONTRAST
from conformance.selftests.made_results import PORTAL, made_check, made_document, made_pass, made_result
from conformance.selftests.screens import opened

PICTURES = tuple(f"data:image/png;base64,{letter * 400}" for letter in "ABCD")
DAY = date(2026, 3, 10)
LONG = "https://portal.test/" + "une-adresse-vraiment-longue-sans-espace" * 6


def step(*checks: object, picture: str | None = None, **more: object) -> StepRecord:
    """A step as it went."""
    record = StepRecord("Enter the code received", "scenarios/cases/ameli-connect/a.yaml:9", "refused", screenshot=picture, seconds=0.4)
    return dataclasses.replace(record, checks=checks, **more)  # type: ignore[arg-type]


def failing(id: str = "ameli-connect.code.expired[2]", **more: object) -> CaseResult:
    """A case whose second step failed."""
    broken = made_check(held=False, fact="lifetime", expected="15 min", actual=f"10 min {LONG}")
    mail = MailRecord("Votre Assurance Maladie <a@b.test>", ("c@d.test",), "Votre code", "Votre code est : •••\n" + LONG)
    steps = (
        step(made_check(on_the_way=True), picture=PICTURES[0], mail=mail, requests=("GET /connexion → 200",), words="Un code"),
        step(made_check(), broken, picture=PICTURES[1]),
    )
    result = made_result(Result.FAILED, id=id, title="A code lives 15 minutes", steps=steps, rerun="pytest conformance --case 'x[2]'")
    return dataclasses.replace(result, **more)  # type: ignore[arg-type]


def mixed() -> Document:
    """A run with something in every part of the page."""
    watched = made_check("HRD-43", held=False, watcher="watch.cookie-flags", fact="cookie", expected="HttpOnly", actual="no HttpOnly")
    results = (
        made_pass("a.first", steps=(step(made_check(), watched, picture=PICTURES[2]),)),
        failing(attachments=("traces/a.zip",), example={"at": "code-sent + 15m00s"}),
        made_result(Result.ERROR, id="a.error", reason="The page shown has no button “Demander un code”."),
        made_result(Result.WARNING, made_check("AMC-09", held=False, level="should"), id="a.warning", requirements=("AMC-09",)),
        made_result(Result.COULD_NOT_RUN, id="a.blocked[1]", reason="needs staff", requirements=("AMC-90",)),
        made_result(Result.COULD_NOT_RUN, id="a.blocked[2]", reason="needs staff", requirements=("AMC-90",)),
        made_result(Result.NOT_APPLICABLE, id="a.absent", reason="no app", requirements=("AMC-120",)),
        made_result(Result.MECHANISM_ONLY, made_check("AMC-10"), id="a.mechanism", requirements=("AMC-10",)),
    )
    known = KnownFailures("my.toml", {"b.known": KnownFailure("It is mended in spring.", f"{LONG}/1", date(2026, 3, 22))}, day=DAY)
    target = TargetPart("my-portal", "my.toml", {PORTAL: LONG}, ("mail",), {"Mailpit": LONG}, {"15m": "4s", "1h": "12s"}, "en")
    selection = SelectionPart({"case": ("a.*",)}, 9, (LeftOut("they need a screen", ("a.screen",)),), ("a.later",))
    chance = ("Nothing that is typed or judged is drawn by lot.",)
    return made_document(
        *results,
        known.marked(failing("b.known")),
        selection=selection,
        problems=(f"worker gw1 died {LONG}",),
        known=known,
        target=target,
        chance=chance,
    )


def text_of(page: str) -> str:
    """The words of a page, on one line."""
    node = LexborHTMLParser(page).body
    assert node is not None
    return " ".join(node.text(separator=" ").split())


def test_what_did_not_hold_comes_first() -> None:
    """Problems, failures, errors, warnings, what is known, unproven, not run; then requirements and cases, and the rest."""
    parser = LexborHTMLParser(render(mixed()))
    headings = [" ".join(node.text().split()) for node in parser.css("h2")]
    assert headings == [
        "What broke beside the cases",
        "What to mend 2",
        "What broke in target file, driver or suite 1",
        "What should be otherwise 1",
        "Known failures 1",
        "Mechanism only 1",
        "Not run",
        "Requirements and cases",
        "Watchers",
        "Not tried",
        "Conflicts between the sources and the standards",
        "Words",
        "About this run",
    ]


def test_a_failure_shows_all_that_is_needed_to_judge_it() -> None:
    """In its cause: rule, reading, source; step, expected and actual, what the page said, the command. In the case all of it."""
    broken = failing(attachments=("traces/a.zip",), example={"at": "code-sent + 15m00s"}, not_tried=("Sign out",))
    said = (*broken.steps[:1], dataclasses.replace(broken.steps[1], said="Ce code est périmé.", requests=("POST /code → 200",)))
    page = LexborHTMLParser(render(made_document(dataclasses.replace(broken, steps=said))))
    article, case = page.css_first("article"), page.css_first("details.case")
    assert article is not None
    assert case is not None
    text = " ".join(article.text(separator=" ").split())
    for expected in (
        "A code entered later is refused with a message that names the 15 minutes",
        "Accepted at 14 min 59 s",
        "003_a04a8d812f088bab.txt, case 2",
        "AMC-30 A code lives 15 minutes source our reading",
        "CFL-01 A 15-minute mailed code outlives",
        "Step Enter the code received",
        "The page says “Ce code est périmé.”",
        "step 2",
        "not tried: Sign out",
        "POST /code → 200",
        "Fact lifetime",
        "Expected 15 min",
        "Actual 10 min",
        "code-sent + 15m00s",
        "pytest conformance --case 'x[2]'",
    ):
        assert expected in text
    whole = " ".join(case.text(separator=" ").split())
    for expected in ("Step 2 Enter the code received", "Votre code est : •••", "GET /connexion → 200", "Not tried after that: Sign out"):
        assert expected in whole
    assert f'href="#{article.attributes["id"]}"' in (case.html or "")
    assert article.css_first('a[href="traces/a.zip"]') is not None
    assert (len(article.css("img")), len(case.css("img"))) == (1, 1)


def test_a_known_failure_shows_all_that_the_target_file_says_of_it() -> None:
    """Reason, link, end and days left, in a section of its own, with expected and actual; not among the failures."""
    page = LexborHTMLParser(render(mixed()))
    section = page.css_first("#known-failures")
    assert section is not None
    text = " ".join(section.text(separator=" ").split())
    for expected in ("b.known fails, and is excused", "It is mended in spring.", "until 22 March 2026 , 12 days left"):
        assert expected in text
    case = page.css_first("#case-b\\.known")
    assert case is not None
    assert "Expected 15 min" in " ".join(case.text(separator=" ").split())
    assert section.css_first('a[href^="https://portal.test/"]') is not None
    assert "b.known" not in " ".join(node.text() for node in page.css("#failed article"))
    assert "Error, with 1 known failure" in text_of(render(mixed()))


def test_a_link_that_acts_is_no_link() -> None:
    """A document may come from anywhere."""
    evil = KnownFailures("my.toml", {"b": KnownFailure("x", "javascript:alert(1)", date(2026, 3, 22))}, day=DAY)
    assert 'href="javascript' not in render(made_document(evil.marked(failing("b")), known=evil))


def test_limits_in_force_stand_where_they_matter() -> None:
    """In the section of what held on them, beside each such case, and in what is said of the run."""
    page = LexborHTMLParser(render(mixed()))
    for place in ("#mechanism-only", "#case-a\\.mechanism", "#run"):
        node = page.css_first(place)
        assert node is not None
        text = " ".join(node.text(separator=" ").split())
        assert "15m documented 4s in force there" in text or "15m is 4s" in text, place


def test_both_sides_of_a_conflict_are_shown_with_where_they_stand() -> None:
    """A requirement with its status and a link to it; a clause of a standard with the requirements that cite it."""
    text = text_of(render(made_document(made_pass("a.one", requirements=("AMC-30", "HRD-24")))))
    told = text.partition("Conflicts between the sources and the standards")[2]
    assert "AMC-30 A code lives 15 minutes 003_a04a8d812f088bab.txt, case 2 ✓ passed ASVS 6.5.5 clause of a standard" in told
    assert "ASVS 6.3.4 clause of a standard HRD-24 " in told


def test_the_page_needs_nothing_else() -> None:
    """No address leads out of it but to attachments and files beside it; styles and script are its own, and nothing else may run."""
    page = render(mixed())
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        # The one that leads away is a link that the target file gives, for people to follow.
        assert address.startswith(("#", "data:image/", "traces/", "https://portal.test/")) or address in MADE
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_every_link_in_the_page_leads_somewhere() -> None:
    """Each anchor exists, once."""
    parser = LexborHTMLParser(render(mixed()))
    ids = [node.attributes["id"] for node in parser.css("[id]")]
    assert len(ids) == len(set(ids))
    for link in parser.css('a[href^="#"]'):
        assert (link.attributes["href"] or "")[1:] in ids


def test_each_picture_is_in_the_page_once() -> None:
    """Where it comes again, a link leads to the first."""
    page = render(made_document(failing("a.one"), failing("a.two")))
    assert page.count(PICTURES[1]) == 1
    assert "The same as picture" in page


def test_a_budget_of_pictures_favours_what_failed() -> None:
    """Failures keep theirs, then each case its last one; the others are said to be in report.json."""
    passed = made_pass("a.passed", steps=(step(made_check(), picture=PICTURES[2]), step(made_check(), picture=PICTURES[3])))
    page = render(made_document(passed, failing()), budget=3 * len(PICTURES[0]))
    assert [picture in page for picture in PICTURES] == [True, True, False, True]
    assert "it is in report.json as" in page


def test_what_a_portal_says_cannot_act_in_the_page() -> None:
    """Markup in any text of a result is shown, not run."""
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    mail = MailRecord(evil, (evil,), evil, evil)
    steps = (StepRecord(evil, evil, evil, (made_check(held=False, fact=evil, expected=evil, actual=evil),), (evil,), evil, mail),)
    page = render(
        made_document(made_result(Result.FAILED, id=evil, title=evil, steps=steps, reason=evil, rerun=evil, example={evil: evil}))
    )
    parser = LexborHTMLParser(page)
    assert len(parser.css("script")) == 1
    assert not parser.css("img")
    assert "&lt;script&gt;alert(1)" in page


def test_a_run_of_which_all_held_says_so() -> None:
    """And nothing is claimed of a run in which nothing passed."""
    assert "No case failed, broke or warned." in text_of(render(made_document(made_pass())))
    empty = text_of(render(made_document()))
    assert "Nothing was verified." in empty
    assert "No case failed, and none passed." in empty


def test_what_was_not_tried_is_told_by_its_reason() -> None:
    """Not selected, to come later, not to be seen from outside; and why the run says nothing of the whole."""
    text = text_of(render(mixed()))
    for expected in (
        "No selected case touched them",
        "Their cases are not written yet",
        "Cannot be seen from outside",
        "Only a selection was asked for: --case a.*.",
        "Left out: 1 case, they need a screen.",
        "Not reached: 1 case.",
    ):
        assert expected in text


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.041, "0.04 s"), (9.996, "10 s"), (12.4, "12 s"), (59.7, "1 min 00 s"), (185, "3 min 05 s")]
)
def test_durations_are_said_as_people_say_them(seconds: float, said: str) -> None:
    """Finer below ten seconds, whole seconds above, minutes from a minute on."""
    assert duration(seconds) == said


def test_anchors_are_made_of_harmless_letters() -> None:
    """Two examples of one case do not meet."""
    assert anchor("a.b[1]") == "a.b_1_"
    assert anchor("a.b[1]") != anchor("a.b[2]")


# -- in a browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a mixed run, as a file."""
    return write(mixed(), tmp_path_factory.mktemp("report")).as_uri()


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_the_screen(width: int, chromium: Browser, address: str) -> None:
    """With everything opened, long words included."""
    page = opened(chromium, address, width)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.context.close()


def test_the_page_keeps_to_its_own_policy(chromium: Browser, address: str) -> None:
    """The browser refuses nothing in it: the hash of the script is right."""
    page = opened(chromium, "about:blank")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    expect(page.locator("#tools")).to_be_visible()
    assert [text for text in said if "ERR_INTERNET_DISCONNECTED" not in text] == []
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_cases_are_filtered_by_result_without_scripts_too(scripts: bool, chromium: Browser, address: str) -> None:
    """A box for each result, by keyboard; a requirement of which nothing is left goes as well."""
    page = opened(chromium, address, java_script_enabled=scripts)
    passed, mechanism = page.locator("#case-a.first".replace(".", r"\.")), page.locator("#requirement-AMC-10")
    expect(passed).to_be_visible()
    page.locator("#show-passed").focus()
    page.keyboard.press("Space")
    expect(passed).to_be_hidden()
    expect(mechanism).to_be_visible()
    page.locator("#show-mechanism-only").focus()
    page.keyboard.press("Space")
    expect(mechanism).to_be_hidden()
    page.context.close()


def test_a_link_opens_what_it_leads_to(chromium: Browser, address: str) -> None:
    """From the list of what was not run to the case, though it stands folded."""
    page = opened(chromium, address)
    page.locator(".reason-group summary", has_text="needs staff").click()
    page.get_by_role("link", name="a.blocked[2]").first.click()
    expect(page.locator("#case-a\\.blocked_2_ .body")).to_be_visible()
    page.context.close()


def test_causes_and_cases_are_found_by_their_words(chromium: Browser, address: str) -> None:
    """The search looks at causes, ids and titles, and all words count; what has nothing left goes, and the hits are counted."""
    page = opened(chromium, address)
    search = page.get_by_label("Search")
    search.fill("case FIRST")
    expect(page.locator("details.case[data-result=passed]")).to_be_visible()
    expect(page.locator("details.case[data-result=mechanism-only]")).to_be_hidden()
    expect(page.locator("#requirement-AMC-10")).to_be_hidden()
    search.fill("lifetime")
    expect(page.locator("article.cause:visible")).to_have_count(1)
    expect(page.locator(".mend > li:visible")).to_have_count(1)
    search.fill("zzzz")
    expect(page.locator("#hits")).to_have_text("0 of 4 causes, 0 of 9 cases")
    for gone in ("article.cause", ".mend > li", "details.case", ".requirement"):
        expect(page.locator(f"{gone}:visible")).to_have_count(0)
    page.context.close()


def test_the_first_stop_of_the_keyboard_leads_past_the_head(chromium: Browser, address: str) -> None:
    """A link to the results, seen when it has the focus."""
    page = opened(chromium, address)
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.text_content() == "To the results"
    assert focused.bounding_box()["x"] >= 0  # type: ignore[index]
    page.context.close()


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(scheme: str, media: Literal["screen", "print"], chromium: Browser, address: str) -> None:
    """A contrast of at least 4.5 to 1, light and dark, and on paper, which is white for those who read in the dark too."""
    page = opened(chromium, address, color_scheme=scheme)
    page.emulate_media(media=media)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate(CONTRAST) == []
    page.context.close()


def test_a_page_of_many_cases_stays_small(tmp_path: Path) -> None:
    """150 cases with four pictures of 40 kB each: under 10 MB."""
    cases = []
    for number in range(150):
        steps = tuple(step(made_check(), picture=f"data:image/jpeg;base64,{number * 4 + index:06d}{'A' * 54000}==") for index in range(4))
        cases.append(made_pass(f"a.case[{number}]", steps=steps))
    page = write(made_document(*cases), tmp_path)
    assert 5_000_000 < page.stat().st_size < 10_000_000
