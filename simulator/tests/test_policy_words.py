"""NIRs, masks, dates, codes, passwords and links, as pure values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from simulator.policy import code as codes
from simulator.policy import link as links
from simulator.policy.attachment import Attachment, Fund, Record, Scheme, Standing, standing
from simulator.policy.code import Code, CodeRules, Entry
from simulator.policy.dates import PARIS, in_words, long_form, months_later, numeric_form, rounded_up_to_the_minute
from simulator.policy.link import LinkRules, LinkState
from simulator.policy.mask import masked_address
from simulator.policy.nir import MalformedNir, normalised
from simulator.policy.password import PasswordRules, Unmet, characters_not_allowed, unmet_rules
from simulator.policy.session import SessionRules, is_over
from simulator.portals.dates import duration_in_words

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
CODE_RULES = CodeRules(digits=6, lifetime=timedelta(minutes=15))
DEMANDED = (
    Unmet.LENGTH,
    Unmet.LOWER_CASE,
    Unmet.UPPER_CASE,
    Unmet.DIGIT_OR_SPECIAL,
    Unmet.ALLOWED_CHARACTERS,
    Unmet.PERSONAL_DETAILS,
    Unmet.CONFIRMATION,
)
PASSWORD_RULES = PasswordRules(shortest=8, longest=50, demanded=DEMANDED, telling_digits=4)
BORN = date(1984, 12, 7)


@pytest.mark.parametrize(
    "typed", ["2550814168025", "255081416802538", " 2 55 08 14 168 025 38 ", "2\u00a055\u202f08 14168025", "255081416802538\t"]
)
def test_spellings_of_a_nir_are_one(typed: str) -> None:
    """With or without key and spaces of any kind, a NIR is one (AMC-01, HRD-22)."""
    assert normalised(typed) == "2550814168025"


@pytest.mark.parametrize(("typed", "known"), [("1 80 03 2a 004 007 94", "180032A004007"), ("180032B00400724", "180032B004007")])
def test_corsica_has_letters_in_either_case(typed: str, known: str) -> None:
    """2A and 2B are taken in either case, and their keys are worked out with 19 and 18 (AMC-01)."""
    assert normalised(typed) == known


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "255081416802",
        "25508141680253",
        "2550814168025381",
        "255081416802539",
        "25508141680a5",
        "٢550814168025",
        "1800320004007 xx",
    ],
)
def test_what_is_no_nir_is_a_typing_error(typed: str) -> None:
    """Too short, too long, a wrong key, letters elsewhere and other scripts' digits are typing errors (AMC-01)."""
    with pytest.raises(MalformedNir):
        normalised(typed)


@pytest.mark.parametrize(
    ("address", "masked"), [("toto@test.com", "t***@t***.com"), ("a@b.fr", "a***@b***.fr"), ("x.y@mail.example.test", "x***@m***.test")]
)
def test_mask_shows_three_letters_of_an_address(address: str, masked: str) -> None:
    """First letter of the local part, first of the domain, last label (AMC-04)."""
    assert masked_address(address) == masked


def test_ends_of_blocks_are_written_in_paris_time() -> None:
    """Both written forms are Paris time, in winter and in summer (AMC-40, AMC-70, HRD-26)."""
    assert numeric_form(datetime(2023, 1, 5, 14, 5, tzinfo=UTC)) == "05/01/2023 - 15h05 (heure de Paris)"
    assert long_form(datetime(2023, 7, 5, 13, 47, tzinfo=UTC)) == "mercredi 5 juillet 2023 15:47 (heure de Paris)"


def test_a_full_minute_stays_and_a_second_more_rounds_up() -> None:
    """Ends are rounded up to the minute that is shown (AMC-71)."""
    assert rounded_up_to_the_minute(NOW) == NOW
    assert rounded_up_to_the_minute(NOW + timedelta(microseconds=1)) == NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("start", "end"),
    [((2026, 8, 31), (2027, 2, 28)), ((2027, 8, 31), (2028, 2, 29)), ((2026, 6, 15), (2026, 12, 15)), ((2026, 12, 1), (2027, 6, 1))],
)
def test_months_are_calendar_months_in_paris(start: tuple[int, int, int], end: tuple[int, int, int]) -> None:
    """The same time of day in Paris, on the month's last day where the day is missing (AMC-10)."""
    assert months_later(datetime(*start, 10, 30, tzinfo=PARIS), 6) == datetime(*end, 10, 30, tzinfo=PARIS)


def test_durations_are_said_in_french() -> None:
    """Lifetimes are said in whole minutes."""
    said = [in_words(timedelta(minutes=minutes)).replace("\u00a0", " ") for minutes in (1, 15, 30, 60)]
    assert said == ["1 minute", "15 minutes", "30 minutes", "60 minutes"]


def test_long_durations_are_said_in_hours_on_pages() -> None:
    """Nobody reckons in 720 minutes; what is no whole number of hours stays as it is."""
    said = [duration_in_words(timedelta(minutes=minutes)).replace("\u00a0", " ") for minutes in (60, 90, 120, 150, 720)]
    assert said == ["60 minutes", "90 minutes", "2 heures", "150 minutes", "12 heures"]


def test_an_expired_code_is_expired_whatever_is_entered() -> None:
    """Right at 14:59, expired at 15:00, and then even a malformed entry is told of the expiry (AMC-30)."""
    code = Code("digest", sent=NOW)
    assert codes.judged(code, "123456", "digest", CODE_RULES, NOW + timedelta(minutes=14, seconds=59)) is Entry.RIGHT
    for entered in ("123456", "x"):
        assert codes.judged(code, entered, "digest", CODE_RULES, NOW + timedelta(minutes=15)) is Entry.EXPIRED


@pytest.mark.parametrize("entered", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "12 456"])
def test_malformed_codes_are_no_wrong_codes(entered: str) -> None:
    """What is not six digits is malformed (AMC-30)."""
    assert codes.judged(Code("digest", NOW), entered, "digest", CODE_RULES, NOW) is Entry.MALFORMED


def test_used_or_other_codes_are_wrong() -> None:
    """A used code, another code and no code at all are wrong ones (AMC-30, HRD-01)."""
    code = Code("digest", NOW)
    assert codes.judged(codes.used(code), "123456", "digest", CODE_RULES, NOW) is Entry.WRONG
    assert codes.judged(code, "123456", "other", CODE_RULES, NOW) is Entry.WRONG
    assert codes.judged(None, "123456", "digest", CODE_RULES, NOW) is Entry.WRONG


def test_a_link_works_once_newest_only_and_not_for_long() -> None:
    """A used or superseded link is dead for good, a living one dies at the end of its life (AMC-110, HRD-60)."""
    rules = LinkRules("set a new password", lifetime=timedelta(minutes=30))
    assert links.judged(NOW, False, True, rules, NOW + timedelta(minutes=29, seconds=59)) is LinkState.LIVE
    assert links.judged(NOW, False, True, rules, NOW + timedelta(minutes=30)) is LinkState.EXPIRED
    assert links.judged(NOW, True, True, rules, NOW) is LinkState.USED
    assert links.judged(NOW, False, False, rules, NOW) is LinkState.SUPERSEDED


@pytest.mark.parametrize(
    ("choice", "unmet"),
    [
        ("Abcdef1x", ()),
        ("Abcdef1", (Unmet.LENGTH,)),
        ("A" + "b" * 48 + "1", ()),
        ("A" + "b" * 49 + "1", (Unmet.LENGTH,)),
        ("abcdefg1", (Unmet.UPPER_CASE,)),
        ("ABCDEFG1", (Unmet.LOWER_CASE,)),
        ("Abcdefgh", (Unmet.DIGIT_OR_SPECIAL,)),
        ("Éàbcdef!", ()),
        ("Abcdef1 x", (Unmet.ALLOWED_CHARACTERS,)),
        ("Abcdef1€", (Unmet.ALLOWED_CHARACTERS,)),
        ("Abcdef-07.12", (Unmet.PERSONAL_DETAILS,)),
        ("Abcdef841207", (Unmet.PERSONAL_DETAILS,)),
        ("Abcdef984", ()),
        ("aX2550814168025", (Unmet.PERSONAL_DETAILS,)),
        ("abc", (Unmet.LENGTH, Unmet.UPPER_CASE, Unmet.DIGIT_OR_SPECIAL)),
    ],
)
def test_all_unmet_rules_of_a_password_are_told_at_once(choice: str, unmet: tuple[Unmet, ...]) -> None:
    """Every rule of AME-30 to AME-34 that a choice does not meet is named."""
    assert unmet_rules(choice, choice, ("2550814168025",), BORN, PASSWORD_RULES) == unmet


def test_the_confirmation_must_be_the_same() -> None:
    """Two different entries are one unmet rule more (AME-36)."""
    assert unmet_rules("Abcdef1x", "Abcdef1y", (), BORN, PASSWORD_RULES) == (Unmet.CONFIRMATION,)


def test_characters_not_allowed_are_named_once() -> None:
    """The message names each refused character (AME-33)."""
    assert characters_not_allowed("a b ж ж") == (" ", "ж")


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (Record(), Standing.ATTACHED),
        (Record(scheme=Scheme.PARTNER), Standing.ATTACHED),
        (Record(scheme=Scheme.NONE), Standing.NOT_ATTACHED),
        (Record(fund=Fund.NONE), Standing.NOT_ATTACHED),
        (Record(attachment=Attachment.PENDING), Standing.PENDING),
    ],
)
def test_the_reference_of_individuals_decides(record: Record, expected: Standing) -> None:
    """Neither scheme nor fund refuses, an act under way asks for patience (AMC-80, AMC-90, AMC-140)."""
    assert standing(record) is expected


def test_a_visit_ends_when_idle_and_in_any_case() -> None:
    """A visit ends after a while without a request, and after a longer while anyway."""
    rules = SessionRules(idle=timedelta(minutes=30), whole=timedelta(hours=12))
    assert not is_over(NOW, NOW, rules, NOW + timedelta(minutes=29))
    assert is_over(NOW, NOW, rules, NOW + timedelta(minutes=30))
    assert is_over(NOW, NOW + timedelta(hours=12), rules, NOW + timedelta(hours=12))
