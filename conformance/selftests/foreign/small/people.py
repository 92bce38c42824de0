"""The members of this portal: prepared accounts, read from a CSV file when it starts."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from conformance.selftests.foreign.small.member_number import TypingError, member_number

_TOLD = ("first_name", "last_name", "birth_date", "mail", "scheme", "fund", "attachment")
COLUMNS = ("kind", "identifier", "password", "address", *_TOLD)
_CHOICES = {
    "kind": {"insured"},
    "mail": {"validated", "none"},
    "scheme": {"general", "partner", "none"},
    "fund": {"present", "none"},
    "attachment": {"done", "pending"},
}
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\.test")


class PeopleError(Exception):
    """The file of people cannot be used. The text names the file, the line and the column."""


@dataclass(frozen=True)
class Member:
    """One account as prepared. `number` has 13 characters; `address` is None when none was validated."""

    number: str
    password: str
    address: str | None
    first_name: str
    last_name: str
    born: date
    scheme: str
    fund: str
    attachment: str


def read_people(file: Path) -> tuple[Member, ...]:
    """Every member of the file. Raises PeopleError."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines)
            if lacking := [name for name in COLUMNS if name not in (rows.fieldnames or [])]:
                raise PeopleError(f"{file}: there is no column {lacking[0]}; wanted are {', '.join(COLUMNS)}")
            members = tuple(_member(file, number, row) for number, row in enumerate(rows, start=2))
    except (OSError, UnicodeDecodeError) as error:
        raise PeopleError(f"{file}: cannot be read: {error}") from None
    if len({member.number for member in members}) < len(members):
        raise PeopleError(f"{file}: two people share one identifier")
    return members


def _member(file: Path, line: int, row: dict[str, str]) -> Member:
    for column, choices in _CHOICES.items():
        if row[column] not in choices:
            raise PeopleError(f"{file}, line {line}: {column} is “{row[column]}”; it can be {', '.join(sorted(choices))}")
    if row["mail"] == "validated" and not _ADDRESS.fullmatch(row["address"]):
        raise PeopleError(f"{file}, line {line}: address is “{row['address']}”; a made-up person's ends in .test")
    try:
        number, born = member_number(row["identifier"]), date.fromisoformat(row["birth_date"])
    except TypingError as error:
        raise PeopleError(f"{file}, line {line}: identifier: {error}") from None
    except ValueError:
        raise PeopleError(f"{file}, line {line}: birth_date is “{row['birth_date']}”; write 1980-12-31") from None
    return Member(
        number,
        row["password"],
        row["address"] if row["mail"] == "validated" else None,
        row["first_name"],
        row["last_name"],
        born,
        row["scheme"],
        row["fund"],
        row["attachment"],
    )
