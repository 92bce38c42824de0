"""Forged cookies: each says something else than the one that was given."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode

from hypothesis import given
from hypothesis import strategies as st

from conformance.suites.cookie_forgeries import changed_values, made_values, others_values

_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
TOKENS = st.text(_SIGNS, min_size=16, max_size=64)


@given(TOKENS)
def test_each_changed_value_differs_in_more_than_its_spelling(token: str) -> None:
    """Not by the case of a letter alone, nor by white space; none comes twice."""
    values = [forgery.value for forgery in changed_values(token, "2790175123456")]
    assert len(values) == len(set(values)) > 10
    assert token.lower() not in {value.strip().lower() for value in values}


@given(st.binary(min_size=15, max_size=33))
def test_a_turned_sign_is_other_bytes(octets: bytes) -> None:
    """However the token is encoded: in Base64 the last sign may hold nothing, and is let alone."""
    for token, read in (
        (urlsafe_b64encode(octets).decode().rstrip("="), lambda text: urlsafe_b64decode(text + "=" * (-len(text) % 4))),
        (octets.hex(), bytes.fromhex),
    ):
        turned = [forgery.value for forgery in changed_values(token, "1") if "turned" in forgery.name]
        assert turned
        assert all(read(value) != octets for value in turned)


@given(TOKENS, TOKENS)
def test_nothing_of_another_account_is_this_accounts_own(own: str, theirs: str) -> None:
    """The whole of the own token is in none of them."""
    if own != theirs:
        assert all(own not in forgery.value for forgery in others_values(own, theirs, "1550814168025", "2790175123456"))


def test_a_part_that_both_have_forges_nothing() -> None:
    """Signed at the same second, two cookies have the same time in them: exchanged, it is the own cookie still."""
    values = {forgery.name: forgery.value for forgery in others_values("mine.now.a1b2c3", "theirs.now.d4e5f6", "1", "2")}
    assert "part 2 from another account" not in values
    assert values["part 1 from another account"] == "theirs.now.a1b2c3"


def test_what_can_be_read_is_altered() -> None:
    """A number that may be a time is made later, the number of the account another's, in plain text and in Base64."""
    document = json.dumps({"user": "2550814168025", "until": 1_780_000_000, "admin": False})
    for value in (document, b64encode(document.encode()).decode().rstrip("="), f"{b64encode(document.encode()).decode()}.a1b2c3d4e5f6"):
        names = {forgery.name for forgery in changed_values(value, "1790175123456")}
        first = "part 1" if value.endswith("c3d4e5f6") else "the whole"
        assert {f"{first} with a later number", f"{first} with another number", f"{first} with true"} <= names
    assert any(
        "1790175123456" in forgery.value
        for forgery in changed_values("user=2550814168025&s=abc", "1790175123456")
        if "number" in forgery.name
    )


def test_what_anybody_can_make() -> None:
    """A word, the number, its hashes, documents: all of them plain text that a cookie can hold."""
    values = [forgery.value for forgery in made_values(["2550814168025", "anne@a.test", "2550814168025"])]
    assert {"1", "true", "2550814168025", "anne%40a.test"} <= set(values)
    assert len(values) == len(set(values))
    assert all(value.isascii() and not set(value) & set('"; ,\\') for value in values)


def test_the_same_cookie_for_everybody_is_tried_too() -> None:
    """Where another account's cookie is no other, it is what a stranger has."""
    assert [forgery.value for forgery in others_values("1", "1", "a", "b")] == ["1"]
    assert [*others_values("1", "", "a", "b")] == []
