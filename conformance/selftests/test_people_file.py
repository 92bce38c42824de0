"""The file of prepared accounts: what stands in it, and how its mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.people.account_file import COLUMNS, read_accounts
from conformance.people.accounts import Account, sort_of
from conformance.target import load_target
from conformance.target_file import TargetError
from conformance.values import nir_key
from scenarios.model import Person

NIR = "255081416802538"
CORSICAN = "184032A12345617"


def written(folder: Path, *lines: str, mark: str = "") -> Path:
    """A file of these lines."""
    file = folder / "people.csv"
    file.write_bytes((mark + "".join(f"{line}\n" for line in lines)).encode())
    return file


def account(folder: Path, columns: str, row: str) -> Account:
    """The one account of a file."""
    (only,) = read_accounts(written(folder, f"identifier,password,address,{columns}", f"{NIR},Secret-1,anne@team.test,{row}"))
    return only


def told(folder: Path, *lines: str) -> list[str]:
    """What is said of a file, without its path."""
    with pytest.raises(TargetError) as error:
        read_accounts(written(folder, *lines))
    return [line.partition("people.csv:")[2] for line in str(error.value).splitlines()]


def test_what_is_left_out_is_the_documented_default(tmp_path: Path) -> None:
    """An account of three columns is an insured with a validated address, a fund and a done attachment, in the general scheme."""
    (made,) = read_accounts(written(tmp_path, "identifier,password,address", f"{NIR},Secret-1,anne@team.test"))
    assert made == Account(
        line=2,
        kind="insured",
        identifier=NIR,
        password="Secret-1",
        address="anne@team.test",
        states={"mail": "validated", "account": "open", "scheme": "general", "fund": "present", "attachment": "done", "mobile": "none"},
        details={},
    )
    credentials = made.of("neighbour")
    assert (credentials.key, credentials.kind, credentials.identifier, credentials.password) == ("neighbour", "insured", NIR, "Secret-1")


def test_an_account_never_shows_its_password(tmp_path: Path) -> None:
    """Where an account is shown, in a message or a log, its password is not."""
    assert "Secret-1" not in repr(account(tmp_path, "scheme", "partner"))


def test_a_file_as_a_french_spreadsheet_writes_it_is_read(tmp_path: Path) -> None:
    """A mark at the beginning, semicolons, spaces in the number, empty lines and a quoted cell of two lines are no mistakes."""
    lines = (
        "Identifier;Password;Address;Last_name",
        "",
        f"2 55 08 14 168 025 38;a;b@team.test;{chr(34)}Le\nGoff{chr(34)}",
        ";;;",
        f"{CORSICAN};Ab;c@team.test;",
    )
    first, second = read_accounts(written(tmp_path, *lines, mark="\ufeff"))
    assert (first.identifier, first.line, first.details) == (NIR, 3, {"last_name": "Le\nGoff"})
    assert (second.identifier, second.line, second.details) == (CORSICAN, 6, {})


@pytest.mark.parametrize(
    ("columns", "row", "fields", "suits"),
    [
        ("scheme", "", {}, True),
        ("scheme", "none", {}, False),
        ("scheme", "none", {"scheme": "none"}, True),
        ("scheme", "none", {"scheme": "none", "fund": "none"}, False),
        ("fund", "", {"mail": "validated", "nir": "any"}, True),
        ("fund", "", {"local": "anne"}, True),
        ("fund", "", {"local": "ann"}, False),
        ("fund", "", {"address": "ANNE@team.test"}, True),
        ("fund", "", {"nir": "corsica-2A"}, False),
        ("fund", "", {"nir": NIR}, True),
        ("fund", "", {"nir": NIR[:13]}, True),
        ("fund", "", {"nir": "1900175001234"}, False),
        ("fund", "", {"password": "Secret-1"}, True),
        ("fund", "", {"password": "Secret-2"}, False),
        ("birth_date", "1955-08-14", {"birth_date": "1955-08-14"}, True),
        ("birth_date", "", {"birth_date": "1955-08-14"}, False),
    ],
)
def test_an_account_suits_who_asks_for_what_it_is(columns: str, row: str, fields: dict[str, str], suits: bool, tmp_path: Path) -> None:
    """What a case leaves open is in the documented default state; a number, an address or a password is what it is."""
    assert account(tmp_path, columns, row).suits(Person("insured", "insured", fields)) is suits


def test_a_corsican_is_known_by_the_number(tmp_path: Path) -> None:
    """The department stands in the number, so no column says it."""
    (made,) = read_accounts(written(tmp_path, "identifier,password,address", f"{CORSICAN},a,b@team.test"))
    assert made.suits(Person("insured", "insured", {"nir": "corsica-2A"}))
    assert not made.suits(Person("insured", "insured", {"nir": "corsica-2B"}))


def test_every_mistake_is_told_with_its_line_and_column(tmp_path: Path) -> None:
    """All mistakes of a file at once, each with the way on."""
    mistakes = told(
        tmp_path,
        "kind,identifier,password,address,mail,scheme,birth_date",
        f"insured,{NIR},Secret-1,anne@team.test,,,",
        "insured,,Secret-1,b@team.test,,,",
        f"insured,{NIR},,c@team.test,,,",
        "insured,2.55081E+14,x,d@team.test,,,",
        "stranger,1,x,,none,,",
        "staff,2,x,e,,generel,14/08/1955",
        "insured,3,x,,,,",
        "insured,4,x,f@team.test,none,,",
        "insured,5,x,ANNE@team.test,,,",
        "insured,6,x,g@team.test,,,,,",
    )
    assert mistakes == [
        "3: identifier: is empty. Write what the person signs in with, or take the row out.",
        "4: password: is empty. Write the password that the account has now.",
        "5: identifier: 2.55081E+14 is a number that a spreadsheet has shortened. Make the column one of text and write it anew.",
        "6: kind: a stranger has no account and needs no row: credentials are made up. Take the row out.",
        "7: address: “e” is no mail address. Write it whole, such as anne@team.test.",
        "7: birth_date: “14/08/1955” is no date. Write it as 1975-06-15.",
        "7: kind: “staff” is none of insured. An empty cell means insured.",
        "7: scheme: “generel” is none of general, partner, none. An empty cell means general.",
        "8: address: is empty. Write the mail address that the account has, or none in the column mail.",
        "9: address: is given, and mail is none. Leave one of them out.",
        "10: address: line 2 has the same. Each account has its own: mend one of the two, or take it out.",
        "11: has 9 cells, and the first line names 7 columns. Put quotation marks around a cell that holds the separator.",
    ]


def test_two_rows_of_one_identifier_are_told(tmp_path: Path) -> None:
    """Written differently they are still one account."""
    mistakes = told(tmp_path, "identifier,password,mail", f"{NIR},a,none", "2 55 08 14 168 025 38,b,none")
    assert mistakes == ["3: identifier: line 2 has the same. Each account has its own: mend one of the two, or take it out."]


@pytest.mark.parametrize(
    ("heading", "mistakes"),
    [
        (
            "identifiant,password",
            ["identifiant: is no column of prepared accounts; did you mean `identifier`?", "identifier: there is no such column"],
        ),
        ("identifier,colour,password", [f"colour: is no column of prepared accounts; there are: {', '.join(sorted(COLUMNS))}"]),
        ("identifier,password,nir", ["nir: is read off the column identifier. Leave this column out."]),
        ("identifier,password,password", ["password: there are two columns of this name. Leave one of them out."]),
        ("identifier,,password", ["column 2: is no column of prepared accounts"]),
    ],
)
def test_mistakes_in_the_first_line_are_told(heading: str, mistakes: list[str], tmp_path: Path) -> None:
    """Unknown columns with the one that was meant, missing ones with where they belong; rows are looked at when the columns are right."""
    said = told(tmp_path, heading, "a,b")
    assert len(said) == len(mistakes)
    assert all(line.startswith(f"1: {mistake}") for line, mistake in zip(said, mistakes, strict=True)), said


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    """With a first line that would do."""
    assert told(tmp_path) == [f"1: is empty. Its first line names the columns, such as {','.join(COLUMNS)}."]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"identifier,password\n\xe9,b\n", r"people\.csv is no UTF-8: .* Save it as “CSV UTF-8”\."),
        (b'identifier,password\n"a,b\n', r"people\.csv:2: unexpected end of data\. Write a quotation mark in a cell twice"),
    ],
)
def test_a_file_that_is_no_csv_is_told(content: bytes, said: str, tmp_path: Path) -> None:
    """Never a traceback."""
    (tmp_path / "people.csv").write_bytes(content)
    with pytest.raises(TargetError, match=said):
        read_accounts(tmp_path / "people.csv")


def test_mistakes_are_told_when_the_target_is_loaded(tmp_path: Path) -> None:
    """A wrong file of accounts is a wrong target, and so is one that is not there."""
    target = tmp_path / "mine.toml"
    target.write_text('portal = "ameli-connect"\naddress = "http://127.0.0.1:1"\n[people]\nfile = "people.csv"\n')
    with pytest.raises(TargetError, match=r"people\.file: there is no .*people\.csv\. Give the path"):
        load_target(str(target))
    written(tmp_path, "identifier,password", "1,a")
    with pytest.raises(TargetError, match=r"people\.csv:2: address: is empty"):
        load_target(str(target))
    written(tmp_path, "identifier,password,mail", "1,a,none")
    people = load_target(str(target)).people
    assert people is not None
    assert [account.identifier for account in people.accounts] == ["1"]


def test_the_documented_example_is_a_file_of_accounts(tmp_path: Path) -> None:
    """What docs/targets.md shows can be copied: its numbers have their keys, and every column is explained."""
    page = (Path(__file__).parents[2] / "docs/targets.md").read_text(encoding="utf-8")
    example = page[page.index("identifier,password,") :].partition("```")[0]
    accounts = read_accounts(written(tmp_path, *example.splitlines()))
    assert [account.address for account in accounts] == ["anne@team.test", None, "lea@team.test"]
    assert all(account.identifier[13:] == nir_key(account.identifier[:13]) for account in accounts)
    explained = page.partition("| column | says |")[2].partition("\n\n")[0]
    assert all(f"`{column}`" in explained for column in COLUMNS)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "insured"),
        ({"mail": "validated", "nir": "any"}, "insured"),
        ({"scheme": "none", "mail": "none"}, "insured, with mail none and scheme none"),
        ({"nir": "corsica-2B", "local": "ab"}, "insured, with local ab and nir corsica-2B"),
        ({"nir": "1900175001234", "password": "Vieux-Lilas-84"}, "insured, with the nir of the case and the password of the case"),
    ],
)
def test_a_sort_of_person_is_named_without_secrets(fields: dict[str, str], words: str) -> None:
    """What is the documented default is not mentioned."""
    assert sort_of(Person("insured", "insured", fields)) == words
