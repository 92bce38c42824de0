"""Whole runs on a portal whose people come from a file or a command: the simulator, asked through its pages and mails alone."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from conformance.connections import ask
from conformance.process import running
from conformance.report.document import Document, read
from conformance.selftests.fake_runs import run_pytest
from conformance.target import Target, load_target

COLUMNS = ("kind", "identifier", "password", "address", "first_name", "last_name", "birth_date", "mail", "scheme")
# A code that comes by mail, two people at once, no mail that could be read, a stranger, people in other states, and a race.
CASES = (
    "ameli-connect.code-page.right-code",
    "ameli-connect.code.of-another-account",
    "ameli-connect.announcement.no-mail-before-the-button",
    "ameli-connect.wrong-passwords.over-browsers",
    "ameli-connect.reset.same-for-a-mismatch",
    "ameli-connect.not-attached.partner-scheme",
    "ameli-connect.not-attached.refused[1]",
    "suite.races.code-entered-at-once",
)
CHOSEN = tuple(word for case in CASES for word in ("--case", case))
MAKES = """
import json, sys, urllib.request, uuid
asked = json.load(sys.stdin)
keys = [person["key"] for person in asked["people"]]
for person in asked["people"]:
    if person.get("scheme") == "none":
        sys.exit(print("nobody here is without a scheme", file=sys.stderr) or 3)
    person["key"] = str(uuid.uuid4())  # here all cases share one world
body = json.dumps({"people": asked["people"]}).encode()
request = urllib.request.Request(sys.argv[1], body, {"Content-Type": "application/json"})
people = json.load(urllib.request.urlopen(request))["people"]
json.dump({"people": [{**person, "key": key} for person, key in zip(people, keys, strict=True)]}, sys.stdout)
"""
NOBODY = "ameli-connect.not-attached.refused[1]"


@dataclass(frozen=True)
class Portal:
    """A world of the simulator whose clock runs: all there is of it are a portal and a mail API, and whoever made people in it."""

    target: Target
    world: str
    address: str

    def people(self, count: int, **fields: str) -> list[dict[str, str | None]]:
        """Accounts as somebody prepares them."""
        asked = [{"key": f"{uuid4()}", "kind": "insured", **fields} for _ in range(count)]
        made = ask("POST", f"{self.world}/people", {"people": asked})
        return [{**fields, **{name: person[name] for name in COLUMNS if name in person}} for person in made["people"]]

    def run(self, folder: Path, people: str, *options: str) -> Document:
        """Run cases on it, its people coming from there."""
        file = folder / "mine.toml"
        file.write_text(
            f'portal = "ameli-connect"\naddress = "{self.address}"\nmail = "{self.target.mail}"\n[people]\n{people}\n'
            '[timing]\nmail-settle = "300ms"\n'
        )
        report = folder / "report"
        ended = run_pytest("conformance", "--target", str(file), "--driver", "forms", "--report", str(report), *options)
        assert (report / "report.json").exists(), ended.output
        return read(report / "report.json")


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    """One for all tests here."""
    with running(load_target("simulator")) as target:
        made = ask("POST", f"{target.control}/api/worlds", {"id": "prepared", "clock": {"running": True}})
        yield Portal(target, f"{target.control}/api/worlds/prepared", made["portals"]["ameli-connect"])


def results(document: Document) -> dict[str, tuple[str, str]]:
    """Result and reason by id."""
    return {case.id: (case.result.value, case.reason) for case in document.cases}


def prepared(folder: Path, people: list[dict[str, str | None]]) -> str:
    """A file of these accounts, and how the target file names it."""
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(people)
    return 'file = "people.csv"'


def test_prepared_accounts_are_shared_out_among_workers(portal: Portal, tmp_path: Path) -> None:
    """Cases and a race find people, codes and the absence of mails; who goes without could not run, and is told why."""
    people = [*portal.people(12), *portal.people(1, scheme="partner")]
    ended = results(portal.run(tmp_path, prepared(tmp_path, people), *CHOSEN, "-n", "2"))
    result, reason = ended.pop(NOBODY)
    assert result == "could not run"
    assert reason.startswith("no account is left that is insured, with scheme none: 1 is asked for, people.csv has none.")
    assert len(ended) == 9
    assert set(ended.values()) == {("passed", "")}


def test_a_command_makes_people_for_each_case(portal: Portal, tmp_path: Path) -> None:
    """The same cases with people made when they are needed; whom the command cannot make is told in its words."""
    (tmp_path / "make_people.py").write_text(MAKES)
    command = f'command = ["{{python}}", "make_people.py", "{portal.world}/people"]'
    ended = results(portal.run(tmp_path, command, *CHOSEN))
    assert ended.pop(NOBODY) == ("could not run", "nobody here is without a scheme")
    assert len(ended) == 9
    assert set(ended.values()) == {("passed", "")}
