from __future__ import annotations

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from scenarios import language, model
from scenarios.language import SCHEMA
from scenarios.needs import CAPABILITIES
from scenarios.register import SCHEMA as REGISTER_SCHEMA

DOCUMENT = (Path(language.__file__).parent.parent / "docs" / "cases.md").read_text(encoding="utf-8")
# Words stand in the document alone in backticks, or several of them in one pair.
WORDS = {word for quoted in re.findall(r"`([^`\n]+)`", DOCUMENT) for word in quoted.split()}


def test_schemas_are_schemas() -> None:
    """Both files are valid JSON Schema 2020-12, as editors expect."""
    for schema in (SCHEMA, REGISTER_SCHEMA):
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        Draft202012Validator.check_schema(schema)


def test_schema_and_model_name_the_same_outcomes_and_impacts() -> None:
    """The lists that others import from the model are those of the schema."""
    assert language.OUTCOMES == model.OUTCOMES
    assert language.IMPACTS == model.IMPACTS
    assert tuple(REGISTER_SCHEMA["$defs"]["checks"]["items"]["properties"]["impact"]["enum"]) == model.IMPACTS


def test_every_option_has_its_field_in_the_model() -> None:
    """A step as loaded holds everything that a step as written can say."""
    renamed = {"as": "actor", "in": "browser", "with": "values"}
    assert {renamed.get(option, option) for option in language.OPTIONS} <= set(model.Step.__dataclass_fields__)


def test_needs_are_capabilities() -> None:
    """What verbs and facts need is what a target can declare."""
    needed = {need for verb in language.VERBS.values() for need in verb.needs} | {
        need for fact in language.FACTS.values() for need in fact.needs
    }
    assert needed <= set(CAPABILITIES)


def test_controls_of_fields_are_controls_of_values() -> None:
    """What can be filled in can have a message, and the other way round."""
    assert tuple(SCHEMA["$defs"]["values"]["properties"]) == language.CONTROLS


@pytest.mark.parametrize(
    "words",
    [
        language.VERBS,
        language.OPTIONS,
        language.OUTCOMES,
        language.FACTS,
        language.REASONS,
        language.OFFERS,
        language.STATEMENTS,
        language.CONTROLS,
        language.RULES,
        language.FORMS,
        language.PAGES,
        language.LINKS,
        language.KINDS,
        language.IMPACTS,
        language.VALUES,
        language.CODES,
        language.EVENTS,
        CAPABILITIES,
    ],
    ids=lambda words: next(iter(words)),
)
def test_the_document_names_every_word(words: object) -> None:
    """docs/cases.md leaves no word of the language out."""
    assert [word for word in words if word not in WORDS] == []  # type: ignore[attr-defined]


def test_every_word_with_a_description_has_one() -> None:
    """Editors show what a verb, option or fact is for."""
    descriptions = [verb.description for verb in language.VERBS.values()] + [fact.description for fact in language.FACTS.values()]
    assert all(text.endswith(".") for text in (*descriptions, *language.OPTIONS.values()))
