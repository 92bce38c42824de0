"""The document of a run: its shape, what it says of requirements, portals and pictures, and that it can be read again."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from conformance.journal import chance
from conformance.report import document as documents
from conformance.report.__main__ import main
from conformance.report.assembling import version_of
from conformance.report.document import NOT_TESTABLE, NOT_TRIED, Document, DocumentError, LeftOut, SelectionPart
from conformance.report.writing import write
from conformance.results import CaseResult, MailRecord, Result, StepRecord, Verdict
from conformance.selftests.made_results import made_check, made_document, made_pass, made_result
from conformance.target import PeopleSource, load_target
from scenarios.register import load_register

SCHEMA = json.loads((Path(documents.__file__).parent / "schema.json").read_text())
PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def with_picture(id: str, picture: str) -> CaseResult:
    """A case that passed, with one picture."""
    return made_pass(id, steps=(StepRecord("Look", "a.yaml:1", checks=(made_check(),), screenshot=picture),))


def full_document() -> Document:
    """A document in which every part has something in it."""
    mail = MailRecord("A <a@b.test>", ("c@d.test",), "Votre code", "Bonjour")
    watched = made_check("HRD-43", held=False, watcher="watch.cookie-flags")
    steps = (StepRecord("Look", "a.yaml:1", "code-asked", (made_check(), watched), ("GET / → 200",), "words", mail, PICTURE, 0.2),)
    results = [made_result(result, made_check(held=result is not Result.FAILED), id=f"a.{result.name.lower()}") for result in Result]
    selection = SelectionPart({"case": ("a.*",)}, 12, (LeftOut("they need a screen", ("a.screen",)),), ("a.later",))
    return made_document(*results, made_pass("a.full", steps=steps), selection=selection, problems=("a worker died",))


@pytest.mark.parametrize("document", [made_document(), full_document()], ids=["empty", "full"])
def test_the_document_has_the_shape_that_its_schema_says(document: Document) -> None:
    """An empty run and a full one are valid against schema.json, and it refuses another version."""
    as_data = json.loads(documents.encode(document))
    jsonschema.Draft202012Validator(SCHEMA).validate(as_data)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate({**as_data, "schema_version": 1})


def test_the_schema_kept_is_the_one_of_the_classes() -> None:
    """Whoever changes the document changes schema.json with it: `python -m conformance.report --schema` prints it."""
    assert documents.schema() == SCHEMA


def test_the_document_is_read_as_it_was_written() -> None:
    """Nothing is lost on the way to a file and back."""
    document = full_document()
    assert documents.decode(documents.encode(document)) == document


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("nothing", "no report document"),
        ("[]", "no report document"),
        ('{"schema_version": 7}', "schema_version is 7"),
        ('{"schema_version": 1}', "no report document"),
    ],
)
def test_a_file_that_is_no_report_is_told_as_such(content: str, told: str, tmp_path: Path) -> None:
    """The message names the file and what is wrong with it."""
    file = tmp_path / "report.json"
    file.write_text(content)
    with pytest.raises(DocumentError, match=told):
        documents.read(file)
    with pytest.raises(DocumentError, match=r"nowhere\.json"):
        documents.read(tmp_path / "nowhere.json")


def test_requirements_say_where_they_stand() -> None:
    """Tried ones have a result and their cases; the others of the portal are not tried, come later, or cannot be seen from outside."""
    document = made_document(made_pass("a.one"), made_result(Result.FAILED, made_check(held=False), id="a.two"))
    by_id = {requirement.id: requirement for requirement in document.requirements}
    assert (by_id["AMC-30"].status, by_id["AMC-30"].cases) == ("failed", ("a.one", "a.two"))
    assert by_id["AMC-40"].status == NOT_TRIED
    assert by_id["AMC-130"].status == NOT_TESTABLE
    assert "no decision" in by_id["AMC-130"].reason
    assert by_id["HRD-81"].status == "later"
    assert by_id["HRD-81"].reason


def test_only_the_rules_of_the_portals_tried_are_listed() -> None:
    """Those of other portals are no business of this target, nor are the conflicts that are about them."""
    document = made_document(made_pass())
    assert {requirement.portal for requirement in document.requirements} == {"ameli-connect", "any"}
    assert [conflict.id for conflict in document.conflicts] == ["CFL-01", "CFL-02", "CFL-03"]


def test_conflicts_have_both_sides_with_where_they_stand() -> None:
    """A requirement with its source and status, a clause of a standard with the requirements that cite it."""
    document = made_document(made_pass(requirements=("AMC-30", "HRD-24")))
    first, third = document.conflicts[0], document.conflicts[2]
    assert [(side.name, side.status) for side in first.sides] == [
        ("AMC-30", "passed"),
        ("ASVS 6.5.5", "no requirement of the register cites it"),
    ]
    assert (first.sides[0].title, first.sides[0].source) == ("A code lives 15 minutes", "003_a04a8d812f088bab.txt, case 2")
    assert third.sides[1].status.startswith("HRD-24 ")


def test_what_a_run_cannot_repeat_is_said() -> None:
    """There is no seed, because nothing is drawn by lot; where people and codes come from is told."""
    target = load_target("simulator")
    assert "no seed" in chance(target)[0]
    assert "made up by the target" in chance(target)[1]
    prepared = dataclasses.replace(target, people=PeopleSource("people.csv", (), "."))
    assert "a file of prepared accounts" in chance(prepared)[1]


def test_the_register_has_a_version_that_changes_with_its_words() -> None:
    """Moving a rule to another line changes nothing; changing a word does."""
    register = load_register()
    moved, reworded = {}, {}
    for id, rule in register.requirements.items():
        moved[id] = dataclasses.replace(rule, place=dataclasses.replace(rule.place, line=rule.place.line + 1))
        reworded[id] = dataclasses.replace(rule, text=rule.text.replace("15 minutes", "16 minutes"))
    assert version_of(dataclasses.replace(register, requirements=moved)) == version_of(register)
    assert version_of(dataclasses.replace(register, requirements=reworded)) != version_of(register)


def test_each_distinct_picture_is_kept_once() -> None:
    """Steps hold the key of their picture."""
    document = made_document(with_picture("a.one", PICTURE), with_picture("a.two", PICTURE))
    (key,) = document.pictures
    assert document.pictures[key] == PICTURE
    assert [case.steps[0].screenshot for case in document.cases] == [key, key]


@pytest.mark.parametrize(
    "odd", ["javascript:alert(1)", "data:image/svg+xml;base64,PHN2Zz4=", 'data:image/png;base64,AAAA" onload="alert(1)']
)
def test_what_is_no_picture_is_dropped(odd: str) -> None:
    """Nothing but the data address of a picture gets into the report as one."""
    document = made_document(with_picture("a.one", odd))
    assert document.pictures == {}
    assert document.cases[0].steps[0].screenshot is None


def test_a_problem_beside_the_cases_is_an_error_of_the_run() -> None:
    """However well the cases went."""
    assert made_document(made_pass()).verdict is Verdict.CONFORMANT
    assert made_document(made_pass(), problems=("a file of tests could not be read",)).verdict is Verdict.ERROR


def test_the_pages_are_made_again_from_the_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`python -m conformance.report report.json` writes the same index.html and junit.xml, beside it or elsewhere."""
    write(full_document(), tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in ("index.html", "junit.xml")}
    for name in before:
        (tmp_path / name).unlink()
    assert main([str(tmp_path / "report.json")]) == 0
    assert {name: (tmp_path / name).read_bytes() for name in before} == before
    assert main([str(tmp_path / "report.json"), "--to", str(tmp_path / "elsewhere")]) == 0
    assert (tmp_path / "elsewhere" / "index.html").read_bytes() == before["index.html"]
    assert str(tmp_path / "elsewhere" / "index.html") in capsys.readouterr().out


def test_a_document_that_cannot_be_read_is_told_and_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback for the user."""
    assert main([str(tmp_path / "nowhere.json")]) == 2
    assert "nowhere.json: No such file" in capsys.readouterr().err


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """For those who read report.json with programs of their own."""
    assert main(["--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA


def test_numbers_in_a_document_are_plain() -> None:
    """Instants are ISO 8601 with an offset, results and verdicts their own words."""
    as_data = msgspec.json.decode(documents.encode(made_document(made_pass())))
    assert as_data["started"] == "2026-03-10T09:00:00Z"
    assert as_data["verdict"] == "conformant"
    assert as_data["counts"] == {"passed": 1}
