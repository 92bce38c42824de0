"""What a permission says, and that whatever is wrong in it gives none."""

from __future__ import annotations

from datetime import date

import pytest

from conformance.permission import NoPermission, Permission, proposal, read_permission

FILE = "https://portal.team.test/.well-known/heurtoir.txt"
TODAY = date(2026, 7, 1)
LEAST = "heurtoir: 1\nimpacts: read\nuntil: 2026-07-01\n"


def permission(text: str) -> Permission:
    """What the text gives on the first of July."""
    return read_permission(text, FILE, TODAY)


def test_the_least_is_three_lines() -> None:
    """Version, impacts and last day, which counts; five requests a second."""
    given = permission(LEAST)
    assert (given.file, sorted(given.impacts), given.until) == (FILE, ["read"], TODAY)
    assert (given.rate, given.origins, given.contact) == (5.0, (), "")


def test_everything_can_be_said() -> None:
    """Comments, blank lines, commas or blanks between, keys in any case, a mark at the beginning, lines of Windows."""
    given = permission(
        "\ufeff# ours\r\nHeurtoir: 1\r\n\r\nimpacts: read, account lock,hammer  # all\r\nuntil: 2026-12-31\r\n"
        "origins: https://mail.team.test, http://192.0.2.7:8025/\r\nrate: 0.5\r\ncontact: Équipe #qualité <qa@team.test>\r\n"
    )
    assert given.impacts == {"read", "account", "lock", "hammer"}
    assert [str(origin) for origin in given.origins] == ["https://mail.team.test", "http://192.0.2.7:8025"]
    assert given.rate == 0.5
    assert given.contact == "Équipe"


def test_what_is_proposed_is_a_permission() -> None:
    """The file that a refusal shows is one that works."""
    given = permission(proposal("read, account", TODAY))
    assert given.impacts == {"read", "account"}
    assert given.until == date(2026, 7, 31)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"heurtoir is missing.*impacts is missing.*until is missing, such as `until: 2026-12-31`"),
        ("<!doctype html>\n<title>Accueil</title>", r"line 1: '<!doctype html>' is no line `key: value`"),
        ("impacts: read\nuntil: 2026-07-01", "heurtoir is missing, such as `heurtoir: 1`"),
        (LEAST.replace("heurtoir: 1", "heurtoir: 2"), r"line 1: heurtoir: '2' is no version that is known here; it is 1"),
        (LEAST.replace("read", "acount"), r"line 2: impacts: 'acount' is no impact.*`account`"),
        (LEAST.replace("read", ""), "line 2: impacts: name at least one of read, account, lock, hammer"),
        (LEAST.replace("2026-07-01", "2026-06-30"), "it ended on 2026-06-30: `until` is past"),
        (LEAST.replace("2026-07-01", "01/07/2026"), r"line 3: until: '01/07/2026' is no day such as 2026-12-31"),
        (LEAST.replace("2026-07-01", "20260701"), "is no day such as"),
        (LEAST.replace("2026-07-01", "2026-02-30"), "is no day such as"),
        (LEAST + "impact: read", r"line 4: impact is no key of a permission.*`impacts`"),
        (LEAST + "until: 2027-01-01", "line 4: until stands there twice"),
        (LEAST + "rate: 0", "line 4: rate: '0' is no number of requests a second"),
        (LEAST + "rate: -1", "is no number of requests"),
        (LEAST + "rate: inf", "is no number of requests"),
        (LEAST + "rate: 99999", "at most 10000"),
        (LEAST + "origins: mail.team.test", r"line 4: origins: 'mail.team.test' is no plain http address"),
        (LEAST + "origins: https://mail.team.test/api", "is more than an origin: write https://mail.team.test"),
        (LEAST + "origins: https://*.team.test", "is no plain http address"),
        (LEAST + "origins: https://Assure.Ameli.fr", r"belongs to ameli\.fr, which is refused"),
    ],
)
def test_what_is_wrong_is_told_by_name_and_permits_nothing(text: str, said: str) -> None:
    """Each mistake with its line, its key and what was meant; never a permission with the rest of it."""
    with pytest.raises(NoPermission, match=said):
        permission(text)
