"""The file of prepared accounts: a CSV, one account a line. All its mistakes are told at once, each with its line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from io import StringIO
from pathlib import Path

from conformance.people.accounts import Account, is_nir
from conformance.target_file import TargetError, TargetMistake, shown
from scenarios.language import KINDS, PERSON_FIELDS, PERSON_STATES
from scenarios.mistakes import Mistake, MistakesFound, suggestion
from scenarios.model import Place

STRANGER = "stranger"
NEEDED = ("identifier", "password")
# Read off the address and the identifier: they have no column.
_READ_OFF = {"local": "address", "nir": "identifier"}
COLUMNS = ("kind", *NEEDED, *(name for name in PERSON_FIELDS if name not in {*_READ_OFF, *NEEDED}))
_DETAILS = ("first_name", "last_name", "birth_date")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_NUMBER_OF_A_SPREADSHEET = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)

Row = Mapping[str, str]
Tell = Callable[[str, str], None]


def read_accounts(path: Path) -> tuple[Account, ...]:
    """The accounts of a file, in its order.

    Raises:
        TargetError: with every mistake of the file, one per line, each with file, line, column and the way on.
    """
    file = shown(path)
    lines = _lines(path, file)
    mistakes: list[Mistake] = []
    accounts: list[Account] = []
    if heading := next(lines, None):
        columns = [name.strip().lower() for name in heading[1]]
        mistakes.extend(_mistakes_in_heading(columns, Place(file, heading[0])))
        if not mistakes:
            accounts = [account for number, cells in lines if (account := _account(columns, cells, Place(file, number), mistakes))]
    else:
        mistakes.append(Mistake(Place(file, 1), f"is empty. Its first line names the columns, such as {','.join(COLUMNS)}."))
    mistakes.extend(_repeated(accounts, file))
    if mistakes:
        found = MistakesFound(mistakes)
        raise TargetError(str(found), [TargetMistake(one.text, "people.file", one.place.file, one.place.line) for one in found.mistakes])
    return tuple(accounts)


def _lines(path: Path, file: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Each line that is not empty, with the number it begins at. Spreadsheets begin with a mark, and in France put `;` between cells."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise TargetError(f"people.file: there is no {file}. Give the path of the CSV of accounts, seen from the target file.") from None
    except OSError as error:
        raise TargetError(f"people.file: {file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise TargetError(f"people.file: {file} is no UTF-8: {error.reason} at byte {error.start}. Save it as “CSV UTF-8”.") from None
    first = text.partition("\n")[0]
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield number, cells
            number = reader.line_num + 1
    except csv.Error as error:
        raise TargetError(f"{file}:{number}: {error}. Write a quotation mark in a cell twice, and the cell between two more.") from None


def _mistakes_in_heading(columns: Sequence[str], place: Place) -> Iterator[Mistake]:
    for index, name in enumerate(columns):
        if name in columns[:index]:
            yield Mistake(place, f"{name}: there are two columns of this name. Leave one of them out.")
        elif name in _READ_OFF:
            yield Mistake(place, f"{name}: is read off the column {_READ_OFF[name]}. Leave this column out.")
        elif name not in COLUMNS:
            there = suggestion(name, COLUMNS) or f"; there are: {', '.join(COLUMNS)}"
            yield Mistake(place, f"{name or f'column {index + 1}'}: is no column of prepared accounts{there}. Rename it, or leave it out.")
    for name in NEEDED:
        if name not in columns:
            yield Mistake(place, f"{name}: there is no such column, and every account needs one. Name it in this first line.")


def _account(columns: Sequence[str], cells: Sequence[str], place: Place, mistakes: list[Mistake]) -> Account | None:
    """The account of a row, or None and its mistakes."""
    if len(cells) > len(columns):
        more = f"has {len(cells)} cells, and the first line names {len(columns)} columns"
        mistakes.append(Mistake(place, f"{more}. Put quotation marks around a cell that holds the separator."))
        return None
    row = {name: cell if name == "password" else cell.strip() for name, cell in zip(columns, cells, strict=False)}
    before = len(mistakes)

    def tell(column: str, text: str) -> None:
        mistakes.append(Mistake(place, f"{column}: {text}"))

    kind = row.get("kind") or "insured"
    identifier = _identifier(row, tell)
    states = {name: _state(row, name, words, tell) for name, words in PERSON_STATES.items()}
    _check_kind(kind, tell)
    _check_password(row, tell)
    _check_address(row, states.get("mail"), tell)
    _check_birth_date(row, tell)
    if len(mistakes) > before:
        return None
    details = {name: row[name] for name in _DETAILS if row.get(name)}
    return Account(place.line, kind, identifier, row["password"], row.get("address") or None, states, details)


def _identifier(row: Row, tell: Tell) -> str:
    """As a person would type it without spaces, when it is a NIR."""
    text = row.get("identifier", "")
    if not text:
        tell("identifier", "is empty. Write what the person signs in with, or take the row out.")
    elif _NUMBER_OF_A_SPREADSHEET.fullmatch(text):
        tell("identifier", f"{text} is a number that a spreadsheet has shortened. Make the column one of text and write it anew.")
    number = re.sub(r"\s", "", text)
    return number if is_nir(number) else text


def _state(row: Row, name: str, words: Sequence[str], tell: Tell) -> str:
    value = row.get(name) or words[0]
    if value not in words:
        tell(name, f"“{value}” is none of {', '.join(words)}. An empty cell means {words[0]}.")
    return value


def _check_kind(kind: str, tell: Tell) -> None:
    if kind == STRANGER:
        tell("kind", "a stranger has no account and needs no row: credentials are made up. Take the row out.")
    elif kind not in KINDS:
        tell("kind", f"“{kind}” is none of {', '.join(one for one in KINDS if one != STRANGER)}. An empty cell means insured.")


def _check_password(row: Row, tell: Tell) -> None:
    if not row.get("password"):
        tell("password", "is empty. Write the password that the account has now.")


def _check_address(row: Row, mail: str | None, tell: Tell) -> None:
    address = row.get("address", "")
    if address and mail == "none":
        tell("address", "is given, and mail is none. Leave one of them out.")
    elif address and not _ADDRESS.fullmatch(address):
        tell("address", f"“{address}” is no mail address. Write it whole, such as anne@team.test.")
    elif not address and mail == "validated":
        tell("address", "is empty. Write the mail address that the account has, or none in the column mail.")


def _check_birth_date(row: Row, tell: Tell) -> None:
    text = row.get("birth_date", "")
    try:
        if text:
            date.fromisoformat(text)
    except ValueError:
        tell("birth_date", f"“{text}” is no date. Write it as 1975-06-15.")


def _repeated(accounts: Sequence[Account], file: str) -> Iterator[Mistake]:
    """One identifier is one account; mails to an address that two have could not be told apart."""
    for name in ("identifier", "address"):
        first: dict[str, int] = {}
        for account in accounts:
            value: str = (getattr(account, name) or "").casefold()
            line = first.setdefault(value, account.line) if value else account.line
            if line != account.line:
                text = f"{name}: line {line} has the same. Each account has its own: mend one of the two, or take it out."
                yield Mistake(Place(file, account.line), text)
