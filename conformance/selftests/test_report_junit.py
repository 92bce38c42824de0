"""JUnit XML: valid for those who read it, and saying of each case what came of it."""

from __future__ import annotations

from xml.etree import ElementTree

from conformance.report.junit import junit
from conformance.results import CaseResult, Result
from conformance.selftests.made_results import made_check, made_document, made_pass, made_result

# What the readers of CI servers take: the attributes of each element, and the elements in it.
ALLOWED = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname"}, {"properties", "testcase"}),
    "properties": (set[str](), {"property"}),
    "property": ({"name", "value"}, set[str]()),
    "testcase": ({"name", "classname", "time"}, {"failure", "error", "skipped", "system-out"}),
    "failure": ({"type", "message"}, set[str]()),
    "error": ({"type", "message"}, set[str]()),
    "skipped": ({"type", "message"}, set[str]()),
    "system-out": (set[str](), set[str]()),
}


def one_of_each() -> list[CaseResult]:
    """A case of each result, the failing one in a portal of its own."""
    found = [made_result(result, made_check(held=result is not Result.FAILED), id=f"a.{result.name}", reason="why") for result in Result]
    return [
        *found,
        made_result(Result.FAILED, made_check(held=False), id="b.failed", portal="ameli-enrolment", rerun="pytest --case b.failed"),
    ]


def read(content: bytes) -> ElementTree.Element:
    """The XML as a tree."""
    return ElementTree.fromstring(content)


def test_only_what_readers_take_is_in_it() -> None:
    """Elements and attributes are those of the schemas that Jenkins and GitLab publish, and numbers are numbers."""
    for element in read(junit(made_document(*one_of_each(), problems=("a worker died",)))).iter():
        attributes, children = ALLOWED[element.tag]
        assert set(element.attrib) <= attributes
        assert {child.tag for child in element} <= children
        for name in {"tests", "failures", "errors", "skipped"} & set(element.attrib):
            assert element.attrib[name].isdigit()
        float(element.attrib.get("time", "0"))


def test_each_portal_is_a_testsuite_with_its_numbers() -> None:
    """The numbers of each are those of its cases, and those of the whole their sums."""
    root = read(junit(made_document(*one_of_each())))
    suites = {suite.attrib["name"]: suite for suite in root}
    assert set(suites) == {"ameli-connect", "ameli-enrolment"}
    first = suites["ameli-connect"].attrib
    assert (first["tests"], first["failures"], first["errors"], first["skipped"]) == ("7", "1", "1", "2")
    assert (root.attrib["tests"], root.attrib["failures"], root.attrib["errors"]) == ("8", "2", "1")
    for suite in suites.values():
        cases = suite.findall("testcase")
        assert len(cases) == int(suite.attrib["tests"])
        assert sum(case.find("failure") is not None for case in cases) == int(suite.attrib["failures"])


def test_a_failure_says_what_broke_and_how_to_run_it_again() -> None:
    """In the text that a CI server shows."""
    root = read(junit(made_document(*one_of_each())))
    failure = root.find(".//testcase[@name='b.failed']/failure")
    assert failure is not None
    assert "outcome: expected signed-in, actual refused" in (failure.text or "")
    assert "Only this again: pytest --case b.failed" in (failure.text or "")


def test_what_neither_passed_nor_failed_is_told() -> None:
    """Skipped with its reason, or passed with a word beside it; a strict run takes a warning for a failure."""
    root = read(junit(made_document(*one_of_each())))
    skipped = root.find(".//testcase[@name='a.COULD_NOT_RUN']/skipped")
    assert skipped is not None
    assert skipped.attrib["message"] == "could not run: why"
    assert "mechanism only" in (root.findtext(".//testcase[@name='a.MECHANISM_ONLY']/system-out") or "")
    assert root.find(".//testcase[@name='a.WARNING']/failure") is None
    strict = read(junit(made_document(*one_of_each(), strict=True)))
    assert strict.find(".//testcase[@name='a.WARNING']/failure") is not None


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    """A portal that answers with control characters does not spoil the file."""
    broken = made_check(held=False, actual="nul \x00 bell \x07 half \ud800 tab \t é")
    root = read(junit(made_document(made_result(Result.FAILED, broken, id="a.odd\x0b"))))
    assert "nul � bell � half ? tab" in (root.findtext(".//failure") or "")
    assert read(junit(made_document(made_pass()))).find(".//testcase") is not None
