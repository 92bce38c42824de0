"""The OpenAPI document: kept, true, and enough to know what is allowed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from simulator.control.openapi import OPERATIONS, document
from simulator.tests.control_parts import Control, running_control

KEPT = Path(__file__).parents[2] / "docs" / "testability.openapi.json"
NIR = "184057512345625"


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    """One installation for all tests here, with a world `one` of two people."""
    with running_control(tmp_path_factory.mktemp("openapi")) as running:
        running.made("one", {"nir": NIR, "attachment": "pending"}, {"kind": "stranger"})
        yield running


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """A validator that knows the document's components."""
    return Draft202012Validator({**schema, "components": document()["components"]})


def test_the_kept_document_is_the_served_one(control: Control) -> None:
    """docs/testability.openapi.json is what the API serves; `python -m simulator.documented testability` writes it."""
    assert control.ask("GET", "/openapi.json").get_json() == document()
    assert json.loads(KEPT.read_text(encoding="utf-8")) == document()


def test_every_call_is_described(control: Control) -> None:
    """Every path and method that the API serves is in the document, and the other way round."""
    rules = {
        (method.lower(), rule.rule.replace("<name>", "{world}").replace("<identifier>", "{identifier}"))
        for rule in control.web.application.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert rules == {(operation.method, operation.path) for operation in OPERATIONS}


CALLS = [
    ("get", "/api/worlds", None, 200),
    ("post", "/api/worlds", {"people": [{}, {"kind": "stranger"}]}, 201),
    ("post", "/api/worlds", {"id": "one"}, 409),
    ("post", "/api/worlds", {"id": 1}, 400),
    ("get", "/api/worlds/{world}", None, 200),
    ("get", "/api/worlds/{world}/export", None, 200),
    ("post", "/api/worlds/{world}/people", {"key": "a", "mail": "none"}, 201),
    ("post", "/api/worlds/{world}/people", {"people": [{"key": "b"}]}, 201),
    ("post", "/api/worlds/{world}/people", {"key": "insured"}, 409),
    ("get", "/api/worlds/{world}/clock", None, 200),
    ("patch", "/api/worlds/{world}/clock", {"forward": "1m"}, 200),
    ("patch", "/api/worlds/{world}/clock", {"to": "next"}, 409),
    ("post", "/api/worlds/{world}/acts", {"act": "attach", "person": "insured"}, 200),
    ("post", "/api/worlds/{world}/acts", {"act": "attach", "person": "nobody"}, 404),
    ("post", "/api/worlds/{world}/settle", None, 200),
    ("put", "/api/worlds/{world}/faults", {"smtp": "none"}, 200),
    ("get", "/api/worlds/{world}/why/{identifier}", None, 200),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), CALLS)
def test_answers_fit_their_schemas(control: Control, method: str, path: str, body: Any, status: int) -> None:
    """Real answers, good and bad, are what the document says of that call and status."""
    answer = control.ask(method.upper(), path.removeprefix("/api").format(world="one", identifier=NIR), body)
    assert answer.status_code == status, answer.text
    described = document()["paths"][path][method]["responses"][str(status)]
    errors = [error.message for error in validator(described["content"]["application/json"]["schema"]).iter_errors(answer.get_json())]
    assert errors == []


def test_an_export_fits_the_schema_of_an_import(control: Control) -> None:
    """What an export gives is what an import takes."""
    schema = document()["paths"]["/api/worlds/import"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    exported = control.ask("GET", "/worlds/one/export").get_json()
    assert list(validator(schema).iter_errors(exported)) == []
    imported = control.ask("POST", "/worlds/import", {**exported, "id": "copied"})
    assert imported.status_code == 201
    assert control.ask("DELETE", "/worlds/copied").status_code == 204


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = sorted({name for schema in document()["components"]["schemas"].values() for name in schema.get("properties", {})})
VALUES = st.sampled_from(
    ["next", "1m", "PT1S", "2026-03-10T10:00:20+01:00", "attach", "insured", "none", "a@b.test", NIR, "refuse", "e30="]
)
BODIES = st.dictionaries(
    st.sampled_from(FIELDS), VALUES | JSON | st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES | JSON)), max_size=4
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operation=st.sampled_from([one for one in OPERATIONS if one.method != "get" and "settle" not in one.path]), body=BODIES | JSON)
def test_no_body_breaks_anything(control: Control, operation: Any, body: Any) -> None:
    """Whatever JSON comes to whichever call, the answer is one that the document foresees, and the worlds can still be read."""
    world = "one" if operation.method != "delete" else "none"
    answer = control.ask(operation.method.upper(), operation.path.removeprefix("/api").format(world=world, identifier=NIR), body)
    described = document()["paths"][operation.path][operation.method]["responses"]
    assert str(answer.status_code) in described, (answer.status_code, answer.text)
    for made in control.ask("GET", "/worlds").get_json()["worlds"]:
        assert control.ask("GET", f"/worlds/{made['id']}").status_code == 200
        if made["id"] != "one":
            control.ask("DELETE", f"/worlds/{made['id']}")
