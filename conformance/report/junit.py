"""The report as JUnit XML, as CI servers read it: a testsuite for each portal, a testcase for each case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from conformance.report.document import Document
from conformance.results import KNOWN_FAILURE, CaseResult, Result
from conformance.verdict import broken_checks, by_portal

FILE_NAME = "junit.xml"
_SKIPPED: frozenset[str] = frozenset({Result.COULD_NOT_RUN, Result.NOT_APPLICABLE, KNOWN_FAILURE})
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(document: Document) -> bytes:
    """The XML. A warning is a failure here when the run was strict; what could not run, does not apply or is known to fail is skipped."""
    numbers = _numbers(document.cases, document.strict)
    del numbers["skipped"]  # which not every reader takes here
    root = ElementTree.Element("testsuites", {"name": "Heurtoir", **numbers})
    for portal, cases in by_portal(document.cases).items():
        root.append(_suite(document, portal, cases))
    if document.problems:
        root.append(_problems(document))
    ElementTree.indent(root)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _suite(document: Document, portal: str, cases: Sequence[CaseResult]) -> ElementTree.Element:
    attributes = {"name": portal, "timestamp": document.started.isoformat(timespec="seconds"), "hostname": "localhost"}
    suite = ElementTree.Element("testsuite", {**attributes, **_numbers(cases, document.strict)})
    verdict = next((part.verdict for part in document.portals if part.portal == portal), document.verdict)
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in (("target", document.target.name), ("driver", document.driver), ("verdict", verdict.value)):
        ElementTree.SubElement(properties, "property", {"name": name, "value": _clean(value)})
    suite.extend(_case(case, document.strict) for case in cases)
    return suite


def _numbers(cases: Sequence[CaseResult], strict: bool) -> dict[str, str]:
    return {
        "tests": str(len(cases)),
        "failures": str(sum(_fails(case, strict) for case in cases)),
        "errors": str(sum(case.result is Result.ERROR for case in cases)),
        "skipped": str(sum(case.kind in _SKIPPED for case in cases)),
        "time": f"{sum(case.seconds for case in cases):.3f}",
    }


def _fails(case: CaseResult, strict: bool) -> bool:
    return case.kind == Result.FAILED or (strict and case.kind == Result.WARNING)


def _case(case: CaseResult, strict: bool) -> ElementTree.Element:
    made = ElementTree.Element("testcase", {"name": _clean(case.id), "classname": case.portal, "time": f"{case.seconds:.3f}"})
    text = _clean(_told(case))
    if _fails(case, strict):
        _child(made, "failure", case.result.value, text)
    elif case.result is Result.ERROR:
        _child(made, "error", case.result.value, text)
    elif case.kind in _SKIPPED:
        ElementTree.SubElement(made, "skipped", {"message": _clean(f"{case.kind}: {_why(case)}")})
    elif case.result is not Result.PASSED:
        ElementTree.SubElement(made, "system-out").text = f"{case.result.value}\n{text}"
    return made


def _why(case: CaseResult) -> str:
    known = case.known if case.excused else None
    return f"{known.reason} ({known.link}, excused until {known.until})" if known else case.reason


def _child(parent: ElementTree.Element, tag: str, kind: str, text: str) -> None:
    first_line = text.splitlines()[0] if text else kind
    ElementTree.SubElement(parent, tag, {"type": kind, "message": first_line}).text = text


def _told(case: CaseResult) -> str:
    """What a person reads in a CI server: reason, requirements, each broken check, and how to run only this again."""
    lines = [case.reason] if case.reason else []
    for number, sentence, check in broken_checks(case):
        lines.append(f"{check.fact}: expected {check.expected}, actual {check.actual} (step {number}: {sentence})")
    lines.append(f"{case.title}; verifies {', '.join(case.requirements)}")
    if case.rerun:
        lines.append(f"Only this again: {case.rerun}")
    return "\n".join(lines)


def _problems(document: Document) -> ElementTree.Element:
    number = str(len(document.problems))
    suite = ElementTree.Element(
        "testsuite", {"name": "harness", "tests": number, "failures": "0", "errors": number, "skipped": "0", "time": "0"}
    )
    for index, problem in enumerate(document.problems, 1):
        made = ElementTree.SubElement(suite, "testcase", {"name": f"problem {index}", "classname": "harness", "time": "0"})
        _child(made, "error", "error", _clean(problem))
    return suite


def _clean(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return _NOT_IN_XML.sub("�", text)
