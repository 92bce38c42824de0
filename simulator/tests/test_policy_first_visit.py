"""What the first visit is judged by: texts to copy, addresses that wait, names, phones, IBANs, and the level of a code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from faker import Faker
from hypothesis import given
from hypothesis import strategies as st

from simulator.policy.contact import MalformedAddress, MalformedNumber, is_mobile, normalised_address, normalised_number, same_address
from simulator.policy.copied_text import CopiedTextRules, Copy, judged
from simulator.policy.iban import MalformedIban, normalised_iban
from simulator.policy.link import LinkRules
from simulator.policy.names import same_name
from simulator.policy.password import Level, level
from simulator.policy.validation import ValidationRules, Waiting, waiting

NOW = datetime(2026, 3, 10, 9, 0, 20, tzinfo=UTC)
TEXT = CopiedTextRules(digits=6, lifetime=timedelta(minutes=5))
RULES = ValidationRules(LinkRules("validate", timedelta(days=7)), remembered=timedelta(days=21))
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("after", "answered", "is_same", "worth"),
    [
        (timedelta(minutes=5) - SECOND, False, True, Copy.RIGHT),
        (timedelta(minutes=5), False, True, Copy.EXPIRED),
        (timedelta(0), False, False, Copy.WRONG),
        (timedelta(0), True, True, Copy.WRONG),
        (timedelta(minutes=5), True, False, Copy.EXPIRED),
    ],
)
def test_a_text_is_worth_one_answer_within_five_minutes(after: timedelta, answered: bool, is_same: bool, worth: Copy) -> None:
    """Right only once and in time; the end of its life is told before all else (AME-11, AME-12, HRD-80)."""
    assert judged(NOW, answered, is_same, TEXT, NOW + after) is worth


@pytest.mark.parametrize(
    ("after", "stands"),
    [
        (timedelta(days=7) - SECOND, Waiting.ACTIVE),
        (timedelta(days=7), Waiting.INACTIVE),
        (timedelta(days=21) - SECOND, Waiting.INACTIVE),
        (timedelta(days=21), Waiting.FORGOTTEN),
    ],
)
def test_an_address_waits_seven_days_and_is_forgotten_after_twenty_one(after: timedelta, stands: Waiting) -> None:
    """Both limits are hours that pass, and belong to what comes after them (AME-53 to AME-55)."""
    assert waiting(NOW, RULES, NOW + after) is stands


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Lefèvre", "LEFEVRE", True),
        ("D’Haëne-Le Goff", "d'haene le goff", True),
        ("Bœuf", "BOEUF", True),
        ("Straße", "STRASSE", True),
        ("Martin", "Martine", False),
        ("", "", False),
        ("-", "'", False),
    ],
)
def test_spellings_of_a_name_are_one_name(one: str, other: str, same: bool) -> None:
    """Accents, case, apostrophes, hyphens and ligatures tell nobody apart; nothing is nobody's name (AME-02)."""
    assert same_name(one, other) is same


@pytest.mark.parametrize("typed", ["jeanne@exemple.test", " Jeanne.Martin+x@sous.exemple.test ", "o'neil@exemple.test"])
def test_addresses_are_taken_as_typed_but_for_what_surrounds_them(typed: str) -> None:
    """Case and signs of the local part stay (AME-40)."""
    assert normalised_address(typed) == typed.strip()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "jeanne",
        "jeanne@",
        "@exemple.test",
        "jeanne@exemple",
        "a b@exemple.test",
        "a@b@exemple.test",
        "é@exemple.test",
        "a..b@exemple.test",
        "a@-b.test",
        "a@exemple.test\r\nBcc: x@y.test",
        "x" * 65 + "@exemple.test",
        "a@" + "b" * 250 + ".test",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    """Half an address, two of them, spaces, line ends, and what is too long to be one (AME-40, HRD-53)."""
    with pytest.raises(MalformedAddress):
        normalised_address(typed)


@given(st.emails())
def test_the_case_of_an_address_tells_nobody_apart(address: str) -> None:
    """Upper and lower case are one address (AME-43)."""
    assert same_address(address.upper()) == same_address(address.lower())


@pytest.mark.parametrize(
    "typed", ["0639981234", "06 39 98 12 34", "06.39.98.12.34", "+33 6 39 98 12 34", "0033639981234", "+33 (0)6 39 98 12 34"]
)
def test_a_french_number_is_one_number_however_it_is_written(typed: str) -> None:
    """Ten digits with or without separators, or +33 (AME-41)."""
    assert (normalised_number(typed), is_mobile(normalised_number(typed))) == ("0639981234", True)


@pytest.mark.parametrize("typed", ["", "063998123", "06399812345", "0039981234", "+32470123456", "zéro six", "٠٦٣٩٩٨١٢٣٤"])
def test_what_is_no_french_number_is_refused(typed: str) -> None:
    """Too short, too long, another country's, and digits of another script (AME-41)."""
    with pytest.raises(MalformedNumber):
        normalised_number(typed)


def test_ibans_are_checked_by_their_digits() -> None:
    """Every IBAN that Faker makes is taken in any spelling, and none with another digit (AMC-102)."""
    faker = Faker("fr_FR")
    faker.seed_instance(5)
    for _ in range(50):
        iban = faker.iban()
        spaced = " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
        assert normalised_iban(spaced.lower()) == iban
        with pytest.raises(MalformedIban):
            normalised_iban(iban[:-1] + str((int(iban[-1]) + 1) % 10))


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("", Level.WEAK),
        ("lilas", Level.WEAK),
        ("LilasBlanc7", Level.WEAK),
        ("Lilas-Bla7", Level.MIDDLING),
        ("Lilas-Blanc7", Level.STRONG),
        ("Lilas-Blanc&7-Vert", Level.STRONG),
        ("aaaaaaaaaaaa", Level.WEAK),
    ],
)
def test_the_level_follows_length_and_kinds_of_characters(choice: str, expected: Level) -> None:
    """Longer and more varied is stronger; one letter many times is not (AME-35)."""
    assert level(choice) is expected
