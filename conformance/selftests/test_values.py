"""Values are right, or sure to be wrong: nobody has them, and no two guesses are the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from conformance.driver import DriverBroke
from conformance.selftests.fakes import PERSON
from conformance.values import Knowledge, code_as_typed, nir_key


@pytest.mark.parametrize(
    ("number", "key"),
    [("2550814168025", "38"), ("1850578006084", "91"), ("255082A168025", "97"), ("255082B168025", "27"), ("255082b168025", "27")],
)
def test_the_key_of_a_nir_is_97_less_the_rest(number: str, key: str) -> None:
    """2A counts as 19 and 2B as 18; the whole with its key is a multiple of 97."""
    assert nir_key(number) == key
    digits = number.upper().replace("2A", "19").replace("2B", "18")
    assert (int(digits) + int(key)) % 97 == 0


def test_spellings_of_one_identifier() -> None:
    """Each spelling is the same number; each mistake is exactly one mistake."""
    person = Knowledge.of(replace(PERSON, identifier="255082A16802597"))
    typed = {
        word: person.identifier(word)
        for word in ("right", "without-key", "spaced", "lower-case", "bad-key", "too-short", "too-long", "empty")
    }
    assert typed == {
        "right": "255082A16802597",
        "without-key": "255082A168025",
        "spaced": "2 55 08 2A 168 025 97",
        "lower-case": "255082a16802597",
        "bad-key": "255082A16802501",
        "too-short": "255082A16802",
        "too-long": "255082A168025977",
        "empty": "",
    }


def test_a_wrong_identifier_is_well_formed_and_someone_elses() -> None:
    """Its key is right, so that nothing but the account can be missing."""
    wrong = Knowledge.of(PERSON).identifier("wrong")
    assert wrong != PERSON.identifier
    assert (len(wrong), wrong[13:]) == (15, nir_key(wrong[:13]))


def test_a_password_without_its_last_character_is_one_shorter() -> None:
    """One with another last character differs in more than its case; the longest allowed is one shorter than what is too long."""
    for right in ("Correct-Horse-7", "abcdek", "abcdeK"):
        person = Knowledge.of(replace(PERSON, password=right))
        assert person.typed_password("last-missing") == right[:-1]
        changed = person.typed_password("last-changed")
        assert (changed[:-1], len(changed)) == (right[:-1], len(right))
        assert changed[-1].lower() != right[-1].lower()
    longest = Knowledge.of(PERSON).new_password("longest")
    assert Knowledge.of(PERSON).new_password("too-long")[:-1] == longest


def test_wrong_passwords_are_all_different_and_never_right() -> None:
    """A hundred guesses are a hundred passwords, none of which differs from the right one in case alone."""
    for right in ("Correct-Horse-7", "abcdeq", "abcde00q", "A" * 50):
        person = Knowledge.of(replace(PERSON, password=right))
        guesses = [person.typed_password("wrong") for _ in range(100)]
        assert len(set(guesses)) == 100
        assert right.lower() not in {guess.lower() for guess in guesses}


@pytest.mark.parametrize("length", [1, 7, 8, 50, 51, 128])
def test_a_password_of_a_length_meets_every_other_rule(length: int) -> None:
    """So that nothing but its length can be refused."""
    password = Knowledge.of(PERSON).new_password({"length": length})
    assert len(password) == length
    if length >= 8:
        assert any(one.islower() for one in password)
        assert any(one.isupper() for one in password)
        assert any(one.isdigit() for one in password)


def test_wrong_codes_are_none_of_those_received_and_all_different() -> None:
    """Six digits each, whatever codes came."""
    person = Knowledge.of(PERSON)
    received = {"000000", "999999", "382939"}
    wrong = [person.wrong_code(received) for _ in range(60)]
    assert len(set(wrong)) == 60
    assert not set(wrong) & received
    assert all(len(code) == 6 and code.isdigit() for code in wrong)


def test_codes_that_need_no_mail() -> None:
    """Malformed is not six digits; what is written is typed as it stands."""
    assert code_as_typed("empty") == ""
    assert len(code_as_typed("malformed") or "") != 6
    assert code_as_typed({"text": " 12 "}) == " 12 "
    assert code_as_typed("received") is None


def test_birth_dates() -> None:
    """The right one is the person's; a wrong one is a date all the same, for a stranger too."""
    person = Knowledge.of(PERSON)
    assert person.birth_date("right") == date(1955, 8, 14)
    assert isinstance(person.birth_date("wrong"), date)
    assert person.birth_date("wrong") != person.birth_date("right")
    assert isinstance(Knowledge.of(replace(PERSON, details={})).birth_date("wrong"), date)
    assert person.birth_date({"text": "hier"}) == "hier"


@pytest.mark.parametrize("value", ["bad-key", "received", {"length": 3}, {"tex": "x"}, None])
def test_a_value_that_makes_no_sense_there_is_told(value: Any) -> None:
    """The message names what there is."""
    with pytest.raises(DriverBroke, match="is no value for a birth date"):
        Knowledge.of(PERSON).birth_date(value)
