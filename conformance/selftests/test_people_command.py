"""People made by a command: what it is asked, what it may answer, and what is told when it does not."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.clocks import RunningClock
from conformance.driver import CannotRun, DriverBroke, World
from conformance.people.command import PeopleOfCommand
from conformance.provisioning import provisioner_of
from conformance.selftests.fakes import BASE, target
from conformance.target import PeopleSource
from scenarios.model import Person

MAIL = "http://127.0.0.1:8025"
INSURED = Person("insured", "insured", {"scheme": "none", "local": "zoé", "password": "Vieux-Lilas-84"})
STRANGER = Person("stranger", "stranger")
MAKES = """
import json, os, sys
asked = json.load(sys.stdin)
with open("asked.json", "w") as file:
    json.dump({"asked": asked, "addresses": json.loads(os.environ["HEURTOIR_ADDRESSES"])}, file)
people = [{"key": one["key"], "kind": one["kind"], "identifier": f"id-{number}", "password": one.get("password", "made-up"),
    "address": one.get("address"), "first_name": "Zoé", "last_name": None} for number, one in enumerate(asked["people"])]
json.dump({"people": people}, sys.stdout)
"""

Make = Callable[..., World]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes a world with a command of these lines."""
    monkeypatch.delenv("HEURTOIR_ADDRESSES", raising=False)

    def made(script: str, *people: Person, patience: float = 10.0, clock: str | None = None, command: tuple[str, ...] = ()) -> World:
        (tmp_path / "make_people.py").write_text(script)
        source = PeopleSource(None, command or ("{python}", "make_people.py"), str(tmp_path), patience)
        provisioner = provisioner_of(target(people=source, mail=MAIL, mail_settle_seconds=0.05))
        assert isinstance(provisioner, PeopleOfCommand)
        return replace(provisioner, clock=RunningClock("fake.toml")).make(people or (INSURED,), clock, "case")

    return made


def test_people_are_made_as_the_case_asks(make: Make) -> None:
    """The command has each person as the testability API has them, in a mail domain of the world's own; what it answers they know."""
    world = make(MAKES, INSURED, STRANGER)
    assert world.mailbox is not None
    domain = world.mailbox.domain
    assert domain.endswith(".heurtoir.test")
    insured, stranger = world.people["insured"], world.people["stranger"]
    assert (insured.identifier, insured.password, insured.address) == ("id-0", "Vieux-Lilas-84", f"zoé@{domain}")
    assert insured.details == {"first_name": "Zoé"}
    assert (stranger.identifier, stranger.address) == ("id-1", None)
    assert world.address == BASE
    assert make(MAKES).id != world.id


def test_the_command_is_told_whom_and_where(make: Make, tmp_path: Path) -> None:
    """On its standard input the people, in its environment where the running target answers."""
    world = make(MAKES)
    assert world.mailbox is not None
    domain = world.mailbox.domain
    person = (
        f'{{"mail_domain": "{domain}", "scheme": "none", "password": "Vieux-Lilas-84", "address": "zo\\u00e9@{domain}", '
        '"key": "insured", "kind": "insured"}'
    )
    assert (tmp_path / "asked.json").read_text() == (
        f'{{"asked": {{"mail_domain": "{domain}", "people": [{person}]}}, "addresses": {{"portal": "{BASE}", "mail": "{MAIL}"}}}}'
    )


def test_a_world_without_people_asks_nobody(tmp_path: Path) -> None:
    """A case in which nobody acts starts no command."""
    source = PeopleSource(None, ("/nowhere",), str(tmp_path))
    assert provisioner_of(target(people=source)).make([], None, "case").people == {}


def test_such_a_world_runs_by_itself(make: Make) -> None:
    """Its time cannot be set, nobody of its staff can be asked, and that no mail is on its way is found by waiting."""
    world = make(MAKES)
    assert world.staff is None
    assert world.clock == RunningClock("fake.toml")
    began = time.monotonic()
    world.settle()
    assert 0.05 <= time.monotonic() - began < 1
    with pytest.raises(CannotRun, match=r"begins at 2026-10-25T02:50:00\+02:00 .* no clock that can be set"):
        make(MAKES, clock="2026-10-25T02:50:00+02:00")


def test_who_cannot_be_made_is_told_in_the_commands_words(make: Make) -> None:
    """Status 3 and a line on standard error: the case could not run, for this reason; passwords are covered."""
    with pytest.raises(CannotRun, match=r"^we know no schemes, for •••$"):
        make("import sys; sys.exit(print('loading', 'we know no schemes, for Vieux-Lilas-84', sep='\\n', file=sys.stderr) or 3)")
    with pytest.raises(CannotRun, match=r"people\.command ended with status 3 and did not say why"):
        make("raise SystemExit(3)")


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (
            "import sys; sys.exit('out of order: Vieux-Lilas-84')",
            r"people\.command ended with status 1\. Its last words:\n  out of order: •••$",
        ),
        ("raise SystemExit(4)", r"ended with status 4\. It said nothing on its standard error"),
        ("print('Secret-1')", r"printed 9 bytes that are no JSON \(Expecting value\)\. Print the answer and nothing else"),
        ("print('[]')", r"does not answer as docs/testability\.md says: no list of “people”"),
        ("print('{\"people\": []}')", r"answers nobody of the key “insured”"),
        ("print('{\"people\": [1]}')", r"people\.0 is no object"),
        ('print(\'{"people": [{"key": "insured", "kind": "insured"}]}\')', r"people\.0\.identifier is missing, or no text"),
    ],
)
def test_a_command_that_breaks_is_told_with_its_last_words(script: str, told: str, make: Make) -> None:
    """What it printed may hold passwords and is never told."""
    with pytest.raises(DriverBroke, match=told) as error:
        make(script)
    assert "Secret-1" not in str(error.value)
    assert str(error.value).startswith("conformance/targets/simulator.toml: people.command")


def test_a_command_that_hangs_is_ended_with_all_it_started(make: Make, tmp_path: Path) -> None:
    """The wait ends after people.timeout, and no process stays behind."""
    script = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "open('pid', 'w').write(str(child.pid)); print('halfway', file=sys.stderr, flush=True); time.sleep(60)"
    )
    began = time.monotonic()
    with pytest.raises(DriverBroke, match=r"did not answer within 1\.5 s \(people\.timeout\)\. Its last words:\n  halfway"):
        make(script, patience=1.5)
    assert time.monotonic() - began < 10
    child = int((tmp_path / "pid").read_text())
    assert _ended(child)


def test_a_command_that_is_not_there_is_told(make: Make) -> None:
    """With the word that cannot be run."""
    with pytest.raises(DriverBroke, match=r"people\.command: no-such-program cannot be run beside the target file: No such file"):
        make(MAKES, command=("no-such-program",))


def _ended(pid: int) -> bool:
    """Whether a process is gone, or only waits for whoever asks how it ended."""
    for _ in range(50):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z"):
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False
