"""What a member types to be known by, held against the rules of the mutual insurer."""

from __future__ import annotations

from datetime import date

import pytest

from simulator.documents import Person
from simulator.people import PersonRequest, made
from simulator.policy.member import LOOK_ALIKES, MalformedIdentifier, MalformedMembership, entered, is_identifier, is_membership, membership
from simulator.policy.password import Unmet, unmet_rules
from simulator.portals import FRANCE_MUTUELLE
from simulator.portals.france_mutuelle.settings import RULES

BORN = date(1980, 9, 5)
GOOD = "Lilas-Blanc7"


@pytest.mark.parametrize("typed", ["aB0Il1OxYz", "  aB0Il1OxYz", "aB0Il1OxYz \t"])
def test_spaces_around_an_identifier_are_ignored(typed: str) -> None:
    """What was pasted with spaces before and after it is the identifier."""
    assert entered(typed) == "aB0Il1OxYz"


@pytest.mark.parametrize("typed", ["", "   ", "aB0I l1OxYz", "aB0I\u00a0l1OxYz"])
def test_what_is_empty_or_holds_a_space_is_no_identifier(typed: str) -> None:
    """Nothing, and spaces inside, are told as mistakes of typing."""
    with pytest.raises(MalformedIdentifier):
        entered(typed)


def test_an_identifier_is_matched_as_it_was_typed() -> None:
    """Neither capitals nor look-alikes are folded."""
    assert entered("ab0il1oxyz") != entered("aB0Il1OxYz")
    assert entered("aBOIl1OxYz") != entered("aB0Il1OxYz")


@pytest.mark.parametrize(("typed", "known"), [("12345678", True), ("1234567", False), ("123456789", False), ("1234567a", False)])
def test_a_membership_number_has_eight_digits(typed: str, known: bool) -> None:
    """What is well-formed is told as credentials from before, and nothing else."""
    assert is_membership(typed) is known


def test_a_membership_number_is_taken_with_spaces_and_told_when_it_is_malformed() -> None:
    """As it is printed on cards; too few digits are a mistake."""
    assert membership(" 1234 5678 ") == "12345678"
    for typed in ("", "1234567", "A2345678"):
        with pytest.raises(MalformedMembership):
            membership(typed)


def test_generated_identifiers_hold_look_alikes_and_are_no_membership_number() -> None:
    """Each holds a character of every group that is easily taken for another."""
    people: list[Person] = [made(PersonRequest(portal=FRANCE_MUTUELLE.id)) for _ in range(50)]
    assert len({person.identifier for person in people}) == len(people)
    for person in people:
        assert is_identifier(person.identifier)
        assert all({*person.identifier} & {*group} for group in LOOK_ALIKES)
        assert not is_membership(person.identifier)
        assert is_membership(person.membership or "")


@pytest.mark.parametrize(
    ("choice", "unmet"),
    [
        (GOOD, ()),
        (GOOD[:-1] + "x", (Unmet.DIGIT,)),
        (GOOD[:11], (Unmet.LENGTH, Unmet.DIGIT)),
        (GOOD.lower(), (Unmet.UPPER_CASE,)),
        (GOOD.upper(), (Unmet.LOWER_CASE,)),
        ("LilasxBlanc7", (Unmet.SPECIAL,)),
        ("Aa1-" * 16, ()),
        ("Aa1-" * 32, ()),
        ("Aa1-" * 32 + "x", (Unmet.LENGTH,)),
    ],
)
def test_a_password_of_a_member_has_twelve_characters_of_four_classes(choice: str, unmet: tuple[Unmet, ...]) -> None:
    """Twelve to 128 characters, with a digit, a small letter, a capital and a special character; all that is missing is named."""
    assert unmet_rules(choice, choice, (), BORN, RULES.password) == unmet


def test_two_entries_of_a_password_are_the_same() -> None:
    """The second entry is held against the first."""
    assert unmet_rules(GOOD, GOOD + "x", (), BORN, RULES.password) == (Unmet.CONFIRMATION,)
