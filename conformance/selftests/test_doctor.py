"""The doctor: what it says of people, mail and clock, how it ends, and that it tells no secret."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from conformance.commands import doctor
from conformance.doctor.finding import Findings, Level
from conformance.doctor.nearest import candidates
from conformance.doctor.permission_chapter import check_permission
from conformance.doctor.toml_text import label_pattern_of, narrowed, wording_of
from conformance.driver import Control
from conformance.forms import Document
from conformance.gate import Answer as Reply
from conformance.gate import Gate
from conformance.languages import named
from conformance.process import environment, running
from conformance.scene import Scene
from conformance.selftests.doctor_patients import RIGHT, examined, examined_as_it_is, filled, places_of, wrongs
from conformance.selftests.lying_doors import Answer, Asked, Doors, lying
from conformance.target import Addresses, Target, load_target

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MINE = ("--driver", "forms", "--case", "ameli-connect.code.*")


@pytest.fixture(scope="module")
def simulator() -> Iterator[Target]:
    """The simulator, started once."""
    with running(load_target("simulator")) as target:
        yield target


@pytest.fixture
def file(simulator: Target, tmp_path: Path) -> Path:
    """A right target file for it."""
    path = tmp_path / "mine.toml"
    path.write_text(filled(RIGHT, places_of(simulator)), encoding="utf-8")
    return path


# -- how it ends


def test_a_ready_target_ends_with_0(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each chapter is told, and last that nothing must be mended and what to type next."""
    assert doctor.main([str(file), *MINE]) == doctor.READY
    printed = capsys.readouterr().out
    titles = ["The file", "Permission", "Addresses", "People", "Pages and controls", "Mail", "Clock", "Cases", "Ready: "]
    assert [printed.index(f"\n{title}") for title in titles] == sorted(printed.index(f"\n{title}") for title in titles)
    assert f"pytest conformance --target {file}" in printed


def test_a_wrong_target_ends_with_20(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Signs and words mark what is to be mended, with file and line, the way on, and the line to write."""
    file.write_text(file.read_text(encoding="utf-8").replace('"compte"', '"konto"'), encoding="utf-8")
    assert doctor.main([str(file), *MINE]) == doctor.TO_MEND
    printed = " ".join(capsys.readouterr().out.split())
    assert re.search(r"✗ to mend: \S*mine\.toml:8: pages\.account: /konto answers 404", printed)
    assert re.search(r'→ After the code /compte .* Write instead of line 8: account = "compte"', printed)
    assert "Not ready: 1 thing to mend" in printed


def test_programs_get_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One document, the same findings, nothing else on the standard output."""
    file.write_text(file.read_text(encoding="utf-8").replace('"compte"', '"konto"'), encoding="utf-8")
    assert doctor.main([str(file), *MINE, "--json"]) == doctor.TO_MEND
    told = json.loads(capsys.readouterr().out)
    assert told["ready"] is False
    (found,) = [finding for chapter in told["chapters"] for finding in chapter["findings"] if finding["level"] == "mistake"]
    assert (found["key"], found["proposal"]["text"], found["proposal"]["line"]) == ("pages.account", 'account = "compte"', 8)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--case", "ameli-connect.nothing"], "--case ameli-connect.nothing: there is no such case"),
        (["--max-wait", "long"], "--max-wait: `long` is no duration"),
        (["--impact", "much"], "--impact much: an impact is one of"),
    ],
)
def test_a_wrong_command_line_ends_with_2(file: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be meant is told before anything is looked at."""
    assert doctor.main([str(file), "--driver", "forms", *arguments]) == doctor.USAGE
    assert said in capsys.readouterr().err


def test_no_secret_is_told(file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither number nor password of anybody, nor a code, is printed, even where the page that shows it is quoted."""
    scenes: list[Scene] = []
    begin = Scene.begin.__func__  # type: ignore[attr-defined]

    def begun(*given: Any) -> Scene:
        scenes.append(begin(*given))
        return scenes[-1]

    monkeypatch.setattr(Scene, "begin", classmethod(begun))
    lines = '[outcomes]\n"signed-in" = "x"\ncode-asked = "rien"\n[controls]\nsign-out = { role = "action", label = "^quitter$" }\n'
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{lines}", encoding="utf-8")
    assert doctor.main([str(file), *MINE, "--json", "--list"]) == doctor.TO_MEND
    printed = capsys.readouterr().out
    (scene,) = scenes
    people = [person for one in scene.people.values() for person in (one.credentials.identifier, one.password)]
    known = [*people, *scene.letters.codes_read()]
    assert len(known) >= 5
    assert [secret for secret in known if secret in printed] == []


def test_a_target_that_is_not_there_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    """The shipped ones are named, and the one that was probably meant."""
    assert doctor.main(["simulater", "--driver", "forms"]) == doctor.USAGE
    assert re.search("no target “simulater”.*Was “simulator” meant", capsys.readouterr().err)


# -- people


@pytest.fixture
def accounts(simulator: Target, file: Path) -> list[dict[str, str]]:
    """People of the simulator's own world, and a target file that has them prepared in a CSV, which the test writes."""
    right = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"control = .*", 'people = { file = "people.csv" }', right), encoding="utf-8")
    asked = {"people": [{"kind": "insured", "key": f"doctor-{secrets.token_hex(4)}"} for _ in range(2)]}
    made = httpx.post(f"{simulator.control}/api/worlds/default/people", json=asked).json()["people"]
    return [{"identifier": one["identifier"], "password": one["password"], "address": one["address"]} for one in made]


def csv_of(accounts: list[dict[str, str]]) -> str:
    """The accounts as a file."""
    return "identifier,password,address\n" + "".join(f"{one['identifier']},{one['password']},{one['address']}\n" for one in accounts)


def test_too_few_accounts_are_reckoned(file: Path, accounts: list[dict[str, str]]) -> None:
    """How many are there and how many cases go without; the doctor itself signs in with one of them, and says so."""
    (file.parent / "people.csv").write_text(csv_of(accounts), encoding="utf-8")
    found = examined(file, file.read_text(encoding="utf-8"))
    assert any("people.csv has 2 accounts; a run uses up 2 of them" in one.text for one in found)
    (lacking, *_) = [one for one in wrongs(found) if one.key == "people.file"]
    assert lacking.level is Level.WARNING
    assert re.search(r"\d+ cases and suites go without accounts", lacking.text)
    assert re.search(r"insured \(\d+ asked for, 2 there\)", lacking.mend)
    assert any("the doctor uses one account" in one.text for one in found)
    assert any(one.text.startswith("the account opens at") for one in found)
    assert not [one for one in found if one.level is Level.MISTAKE]


def test_a_wrong_password_of_an_account_is_told(file: Path, accounts: list[dict[str, str]]) -> None:
    """Who is turned away is no matter of labels: the file of accounts is named."""
    (file.parent / "people.csv").write_text(csv_of([{**accounts[0], "password": "Faux-Mot-2"}]), encoding="utf-8")
    (found,) = [one for one in examined(file, file.read_text(encoding="utf-8")) if one.level is Level.MISTAKE]
    assert found.key == "people.file"
    assert re.search("signing in with the account did not succeed: “Les informations saisies", found.text)


def test_mistakes_in_the_accounts_are_told_with_their_lines(file: Path, accounts: list[dict[str, str]]) -> None:
    """All of them, beside those of the target file."""
    text = csv_of([{**accounts[0], "password": ""}, {**accounts[1], "address": "anne"}])
    (file.parent / "people.csv").write_text(text, encoding="utf-8")
    found = examined(file, file.read_text(encoding="utf-8") + '[browser]\ntimeout = "5"\n')
    assert [(one.key, one.place.rpartition("/")[2]) for one in found] == [
        ("browser.timeout", "mine.toml:10"),
        ("people.file", "people.csv:2"),
        ("people.file", "people.csv:3"),
    ]


# -- mail and clock


def examined_behind(simulator: Target, folder: Path, request: str, lie: object) -> list[tuple[str, str]]:
    """Key and text of what is wrong with a simulator that answers such a request with something else."""
    part, method, page = request.split()

    def told(asked: Asked, doors: Doors) -> Answer:
        meant = asked.part == part and page in asked.path and asked.method == method
        return Answer(200, (("Content-Type", "application/json"),), json.dumps(lie).encode()) if meant else doors.truth(asked)

    with lying(simulator, told) as doors:
        file = Path(doors.target(folder))
        return [(one.key, one.text) for one in examined(file, file.read_text(encoding="utf-8")) if one.level is Level.MISTAKE]


def test_a_clock_that_says_it_moved_and_did_not_is_told(simulator: Target, tmp_path: Path) -> None:
    """It is read back."""
    moved = {"now": "2026-03-10T10:01:21+01:00", "running": False}
    found = examined_behind(simulator, tmp_path, "control PATCH /clock", moved)
    assert found == [("capabilities.clock", "clock: it was moved by a minute, said so, and still shows the same time")]


def test_mails_that_cannot_be_found_are_told(simulator: Target, tmp_path: Path) -> None:
    """How many mails there are and to whom, nobody's address whole."""
    ((key, text), *others) = examined_behind(simulator, tmp_path, "mail GET /search", {"messages": []})
    assert others == []
    assert key == "mail"
    assert re.search(r"no mail with one came in 1 s\. The mail API holds \d+ mails, to .•••@[\w.]*heurtoir\.test", text)


# -- pages that scripts make, and a portal unlike the simulator


SLIPS = {
    "'^password'": "'^secret word'",
    "'^email me a (new )?code'": "'^text me'",
    "'^type your security code|just sent a security code'": "'the token'",
}


def test_the_doctor_knows_a_foreign_portal(tmp_path: Path) -> None:
    """In a browser: a portal in English, made by scripts, the password on a second page; three mistakes are told, each with its line."""
    small = load_target(str(HERE / "foreign/small.toml"))
    with running(small) as target:
        wrong = (
            (HERE / "foreign/small.toml").read_text(encoding="utf-8").replace("small/people.csv", str(HERE / "foreign/small/people.csv"))
        )
        for right, instead in SLIPS.items():
            assert right in wrong
            wrong = wrong.replace(right, instead)
        wrong = re.sub(r"^start = .*$", "", wrong, flags=re.MULTILINE)
        path = tmp_path / "small.toml"
        path.write_text(wrong, encoding="utf-8")
        told = {**os.environ, **environment(Addresses(target.address, None, target.mail))}
        command = [sys.executable, "-m", "conformance", "doctor", str(path), "--json", "--case", "ameli-connect.code.*"]
        ended = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == doctor.TO_MEND, ended.stderr
    chapters = json.loads(ended.stdout)["chapters"]
    found = {one["key"]: one["proposal"] for chapter in chapters for one in chapter["findings"] if one["level"] == "mistake"}
    assert {key: proposal["text"].removeprefix("outcomes.") for key, proposal in found.items()} == {
        "controls.password": "password = { role = \"password\", label = '^Password \\(or provisional code\\)$' }",
        "controls.ask-for-code": "ask-for-code = { role = \"action\", label = '^Email me a code$' }",
        "outcomes.code-asked": "code-asked = 'We have just sent a security code to'",
    }
    assert any(one["text"].startswith("the account opens at") for chapter in chapters for one in chapter["findings"])


def test_pages_of_scripts_are_told_once_without_a_browser() -> None:
    """The driver without a browser sees nothing of them: that is told, and no control is missed one by one."""
    found = wrongs(examined_as_it_is(str(HERE / "foreign/small.toml")))
    assert not [one for one in found if one.key.startswith("controls")]
    (scripts,) = [one for one in found if one.key == "scripts"]
    assert "Use --driver browser" in scripts.mend


# -- permission


def permitted(text: str) -> list[tuple[Level, str]]:
    """What is said of a target beyond this machine that serves this permission."""
    beyond = replace(load_target("simulator"), address="https://portal.team.test", control=None, mail=None, sms=None)
    findings = Findings()
    check_permission(beyond, findings, Gate(fetch=lambda _: Reply(200, "", text), today=lambda: date(2026, 11, 22)))
    return [(one.level, f"{one.text} {one.mend}".strip()) for one in findings.made]


def test_a_permission_is_told_with_what_it_leaves_out() -> None:
    """What may be done, until when and how fast, and what could not run without more."""
    (given, lacking) = permitted("heurtoir: 1\nimpacts: read, account\nuntil: 2026-12-31\nrate: 2\n")
    assert given == (
        Level.GOOD,
        "https://portal.team.test/.well-known/heurtoir.txt permits read, account until 2026-12-31, 2 requests a second",
    )
    assert lacking[0] is Level.NOTE
    assert re.search("not permitted: lock, hammer.*Add it to `impacts:`", lacking[1])


def test_a_permission_that_is_past_is_told_with_what_to_serve() -> None:
    """Nothing is touched; the file to serve is in the mend."""
    ((level, told),) = permitted("heurtoir: 1\nimpacts: read\nuntil: 2026-11-01\n")
    assert level is Level.MISTAKE
    assert re.search(r"was not touched.*until. is past.*heurtoir: 1\nimpacts: read, account", told, re.DOTALL)


# -- what is proposed


def document(html: str) -> Document:
    """A page."""
    return Document(html, "http://127.0.0.1/")


def wanted(role: str, label: str) -> Control:
    """A control that is not there."""
    return Control("it", role, re.compile(label, re.IGNORECASE))


PAGE = """<form><label>Search <input type=search></label><button>Go</button></form>
<form><label for=m>Member number</label><input id=m><label>Password <input type=password></label>
<button>Enter</button> <a href=/x>Forgotten?</a></form><a href=/y>Home</a>"""


@pytest.mark.parametrize(
    ("control", "beside", "best"),
    [
        (wanted("password", "mot de passe"), [], "Password"),
        (wanted("textbox", "numéro"), [wanted("password", "password")], "Member number"),
        (wanted("button", "me connecter"), [wanted("password", "password")], "Enter"),
        (wanted("textbox", "member no"), [], "Member number"),
        (wanted("checkbox", "member number"), [], "Member number"),
        (wanted("link", "forgotten password"), [], "Forgotten?"),
        (wanted("link", "créer un compte"), [], None),
        (wanted("checkbox", "ordinateur personnel"), [], None),
    ],
)
def test_the_nearest_control_is_proposed(control: Control, beside: list[Control], best: str | None) -> None:
    """The only one of its kind in the form, or one whose label is much alike; a guess is no proposal."""
    found = candidates(control, None, document(PAGE), beside)
    assert (found[0].label if found and found[0].sure else None) == best


def test_patterns_that_are_proposed_find_what_was_seen() -> None:
    """Brackets are meant as they stand; numbers are left out, in figures and in letters."""
    assert re.search(label_pattern_of("Code (6 chiffres) ?"), "Code (6 chiffres) ?")
    words = "Saisissez les six chiffres reçus à 10:15. Le code vit 15 minutes."
    pattern = wording_of(words, named("fr"))
    assert not re.search(r"\d|six", pattern)
    assert re.search(pattern, words)
    for wide in ("code", r"(?x)^ .* \b codes? \b"):
        narrow = re.compile(narrowed(wide, "un code est parti"), re.IGNORECASE)
        assert narrow.search("le code expire")
        assert not narrow.search("un code est parti")
