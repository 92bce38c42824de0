"""The other forms of a report: Markdown summary, badge, traceability; and that all are written and cleared together."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from conformance.known import KnownFailures
from conformance.report.assembling import assemble
from conformance.report.badge import badge, words
from conformance.report.document import Document, TargetPart
from conformance.report.markdown_summary import markdown_summary
from conformance.report.traceability import HEADINGS, traceability
from conformance.report.writing import MADE, clear, write
from conformance.results import CaseResult, KnownFailure, Result
from conformance.selftests.made_results import PORTAL, made_check, made_document, made_pass, made_result, made_run
from scenarios.checks import load_checks
from scenarios.later import load_later
from scenarios.register import load_register

KNOWN = KnownFailures(
    "my-portal.toml",
    {"b.known": KnownFailure("It is mended in spring.", "https://tracker.test/12", date(2026, 3, 22))},
    frozenset({"b.known"}),
    date(2026, 3, 10),
)
LIMITED = TargetPart("my-portal", "my-portal.toml", {PORTAL: "http://127.0.0.1:8000"}, ("mail",), limits={"15m": "4s"}, language="en")


def failing(id: str = "a.failed[2]", **more: object) -> CaseResult:
    """A case that failed on the life of a code."""
    broken = made_check(held=False, fact="lifetime", expected="15m", actual="10m")
    return made_result(Result.FAILED, broken, **{"id": id, "place": "scenarios/cases/a.yaml:4", **more})


def mixed(*more: CaseResult) -> Document:
    """A run with a case of each result, a known failure, a watcher that was broken."""
    watched = made_check("HRD-46", held=False, watcher="watch.no-store", fact="Cache-Control", expected="no-store", actual="private")
    results = (
        made_result(Result.PASSED, made_check(), watched, id="a.passed"),
        failing(),
        KNOWN.marked(failing("b.known")),
        made_result(Result.ERROR, id="a.error", reason="The page shown has no button “Entrer”."),
        made_result(Result.WARNING, made_check("AMC-09", held=False, level="should"), id="a.warning", requirements=("AMC-09",)),
        *(made_result(Result.COULD_NOT_RUN, id=f"a.blocked[{n}]", reason="needs staff", requirements=("AMC-90",)) for n in range(30)),
        made_result(Result.NOT_APPLICABLE, id="a.absent", reason="There is no app.", requirements=("AMC-120",)),
        made_result(Result.MECHANISM_ONLY, made_check("AMC-10"), id="a.mechanism", requirements=("AMC-10",), reason="15m is 4s there"),
        made_result(Result.PASSED, made_check("HRD-02"), id="suite.races.once", requirements=("HRD-02",)),
    )
    run = made_run(*results, *more, known=KNOWN, target=LIMITED, chance=("Nothing is drawn by lot.",))
    return assemble(run, load_register(), load_later(), load_checks())


def summary_of(document: Document) -> str:
    """The Markdown summary."""
    return markdown_summary(document).decode()


def rows_of(document: Document) -> list[Mapping[str, str]]:
    """The lines of the traceability, by heading, as a program reads them."""
    return list(csv.DictReader(io.StringIO(traceability(document).decode("utf-8-sig"), newline=""), strict=True))


# -- Markdown


@pytest.mark.parametrize(
    "expected",
    [
        "## my-portal: error, with 1 known failure",
        "**error · 1 broke · 1 known** · the whole is in `index.html` beside this summary",
        "| portal | verdict | error | failed | known failure | could not run | warning | mechanism only | not applicable | passed |",
        "| ameli-connect | **error** | 1 | 1 | 1 | 30 | 1 | 1 | 1 | 2 |",
        "### What to mend\n\n1 case, 2 causes, the most serious first.\n\n- **Does not hold: ",
        "- **Does not hold: Pages of the account are not kept in caches** (security",
        "- **How long it is good: 10m instead of 15m** (words, 1 case, `a.failed[2]`) · Enter the code received: lifetime expected `15m`",
        "- **The page shown has no button “Entrer”.** (not judged, 1 case, `a.error`) · Enter the code received · AMC-30",
        "(security, 1 case) · watcher `watch.no-store` broken 1 of 1 times: Cache-Control expected `no-store`, actual `private` · HRD-46",
        "- `b.known` fails: It is mended in spring. · <https://tracker.test/12> · until 2026-03-22 (12 days left)",
        "1 held on shortened limits only (15m is 4s there): the figures themselves are unproven.",
        "- **could not run**, 30 cases: needs staff",
        "- **not applicable**, 1 case: There is no app.",
        "- **CFL-01** A 15-minute mailed code outlives the 10 minutes of the standard. AMC-30 (error); ASVS 6.5.5 (",
        "```sh\npytest conformance --target my-portal.toml --driver forms\n```",
        "Nothing is drawn by lot.",
        "Target `my-portal.toml` at `http://127.0.0.1:8000`, driver forms, suite 0.1.0, register ",
    ],
)
def test_the_summary_says(expected: str) -> None:
    """Verdict, badge, counts, what failed in one line each, what is known, what could not run by reason, and how to run it again."""
    assert expected in summary_of(mixed())


def test_a_summary_fits_into_a_comment_however_much_failed() -> None:
    """GitHub takes 65,536 characters; what is left out is counted."""
    long = "x " * 2000
    failures = [failing(f"a.many[{n}]", reason=long) for n in range(500)]
    unlike = [made_result(Result.COULD_NOT_RUN, id=f"c[{n}]", reason=f"{n} {long}") for n in range(500)]
    text = summary_of(made_document(*failures, *unlike, problems=(long,)))
    assert len(text) < 65_536
    assert "- **How long it is good: 10m instead of 15m** (words, 500 cases) · Enter the code received" in text
    assert "- and 475 more cases for other reasons, in the report" in text


def test_what_a_portal_says_cannot_act_in_the_summary() -> None:
    """No markup, no link, no mention, no line of its own, and no way out of a code span."""
    evil = "`<img src=x>` [a](http://evil.test) @everyone | \n# heading\n``` *b* https://evil.test"
    broken = made_check(held=False, fact=evil, expected=evil, actual=evil)
    text = summary_of(made_document(made_result(Result.FAILED, broken, id=evil, title=evil), made_result(Result.ERROR, reason=evil)))
    assert not re.search("(?m)^# heading", text)
    without_code = re.sub(r"(?s)(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", text.replace("\\`", ""))
    for acting in (r"(?<!\\)<img", r"(?<!\\)\]\((?!badge)", "@everyone", r"(?<!\\)://evil"):
        assert not re.search(acting, without_code), acting


def test_a_run_of_nothing_has_a_summary() -> None:
    """It says that nothing was verified."""
    text = summary_of(made_document(problems=("the target does not answer",)))
    assert "## my-portal: error" in text
    assert "- the target does not answer" in text


# -- the badge


@pytest.mark.parametrize(
    ("results", "said"),
    [
        ([made_pass(), made_pass("b")], "conformant · 2"),
        ([made_pass(), KNOWN.marked(failing("b.known"))], "conformant · 1 · 1 known"),
        ([made_pass(), failing(), failing("b")], "not conformant · 2 failed"),
        ([made_pass(), made_result(Result.MECHANISM_ONLY, made_check(), id="m")], "partial · 1 mechanism only"),
        ([made_pass(), made_result(Result.COULD_NOT_RUN, id="c")], "incomplete · 1 could not run"),
        ([], "incomplete"),
        ([made_result(Result.ERROR)], "error · 1 broke"),
    ],
)
def test_the_badge_says_the_verdict_and_the_number_that_matters(results: list[CaseResult], said: str) -> None:
    """In words, in its title and for a screen reader: colour says nothing that they do not."""
    document = made_document(*results, known=KNOWN)
    assert words(document) == said
    picture = ElementTree.fromstring(badge(document))
    name = "{http://www.w3.org/2000/svg}"
    assert picture.attrib["role"] == "img"
    assert picture.attrib["aria-label"] == picture.findtext(f"{name}title") == f"heurtoir: {said}"
    assert [text.text for text in picture.iter(f"{name}text")] == ["heurtoir", said]


def test_each_verdict_has_a_colour_on_which_white_can_be_read() -> None:
    """A contrast of 4.5 to 1 at least, and no two alike."""
    grounds = set()
    for results in ([made_pass()], [failing()], [made_result(Result.ERROR)], [], [made_result(Result.MECHANISM_ONLY, made_check())]):
        grounds.add(re.findall(r'fill="(#[0-9a-f]{6})"', badge(made_document(*results)).decode())[1])
    assert len(grounds) == 5
    for ground in grounds:
        channels = [int(ground[index : index + 2], 16) / 255 for index in (1, 3, 5)]
        light = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
        assert 1.05 / (0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] + 0.05) >= 4.5


# -- traceability


def test_each_requirement_and_check_has_a_line() -> None:
    """Cases with their example, suites and watchers, each with what it says of the requirement and where it stands."""
    rows = {(row["requirement"], row["check"]): row for row in rows_of(mixed())}
    failed = rows["AMC-30", "a.failed[2]"]
    assert failed == {
        "requirement": "AMC-30",
        "requirement title": "A code lives 15 minutes",
        "requirement text": failed["requirement text"],
        "level": "must",
        "source": "003_a04a8d812f088bab.txt",
        "place in source": "case 2",
        "requirement status": "error",
        "check": "a.failed[2]",
        "kind": "case",
        "check title": "A case",
        "example": "",
        "check result": "failed",
        "cause": "How long it is good: 10m instead of 15m",
        "impact": "account",
        "place": "scenarios/cases/a.yaml:4",
        "remark": "step 1, lifetime: expected 15m, actual 10m",
    }
    assert failed["requirement text"].startswith("A code entered later is refused")
    assert (rows["AMC-30", "b.known"]["check result"], rows["AMC-30", "b.known"]["kind"]) == ("known failure", "case")
    assert "It is mended in spring." in rows["AMC-30", "b.known"]["remark"]
    watcher = rows["HRD-46", "watch.no-store"]
    assert (watcher["kind"], watcher["check result"]) == ("watcher", "failed")
    assert watcher["remark"] == "broken 1 of 1 times; Cache-Control: expected no-store, actual private"
    assert watcher["cause"] == "Does not hold: Pages of the account are not kept in caches"
    assert watcher["source"] == "asvs 14.3.2"
    assert re.fullmatch(r"scenarios/checks\.yaml:\d+", watcher["place"])
    assert rows["HRD-02", "suite.races.once"]["kind"] == "suite"


def test_requirements_without_a_check_have_a_line_with_the_reason() -> None:
    """To come later, not to be seen from outside, not touched; and none of the register is missing."""
    document = mixed()
    rows = rows_of(document)
    alone = {row["requirement"]: row for row in rows if not row["check"]}
    assert (alone["HRD-81"]["requirement status"], bool(alone["HRD-81"]["remark"])) == ("later", True)
    assert (alone["AMC-130"]["requirement status"], bool(alone["AMC-130"]["remark"])) == ("not testable", True)
    assert alone["AMC-40"]["remark"] == "no selected case touched it"
    assert {row["requirement"] for row in rows} == {requirement.id for requirement in document.requirements}


def test_the_lines_are_those_of_rfc_4180() -> None:
    """UTF-8 with its mark, a heading, CRLF, quotation marks around commas, quotation marks and line ends."""
    document = mixed(failing("a,b", impact='x "y"\nz'))
    content = traceability(document)
    assert content.startswith(b"\xef\xbb\xbfrequirement,")
    assert content.endswith(b"\r\n")
    assert b'"a,b"' in content
    assert b'"x ""y""\nz"' in content
    assert {tuple(row) for row in rows_of(document)} == {HEADINGS}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    """A spreadsheet would run it; with an apostrophe before it, it is text."""
    evil = f"{start}HYPERLINK(A1)"
    document = mixed(failing(evil, impact=evil, place=evil))
    (row,) = [row for row in rows_of(document) if "HYPERLINK" in row["check"]]
    assert row["check"] == row["impact"] == row["place"] == f"'{evil}"


# -- all of them


def test_all_forms_are_written_and_cleared_together(tmp_path: Path) -> None:
    """And nothing else is touched."""
    (tmp_path / "mine.txt").write_text("mine")
    assert write(mixed(), tmp_path) == tmp_path / "index.html"
    names = {"report.json", "index.html", "junit.xml", "summary.md", "badge.svg", "traceability.csv"}
    assert {file.name for file in tmp_path.iterdir()} == {"mine.txt", *names} == {"mine.txt", "report.json", *MADE}
    clear(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_a_document_of_the_first_version_can_still_be_shown(tmp_path: Path) -> None:
    """What it did not say is left out."""
    document = dataclasses.replace(mixed(), schema_version=1, known_failures=(), chance=(), conflicts=())
    write(document, tmp_path)
    assert "Conflicts" not in (tmp_path / "summary.md").read_text()
