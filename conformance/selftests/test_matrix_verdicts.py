"""Each verdict and its exit code, through the front door, on the real simulator behind doors that lie; with workers and without."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from conformance.selftests.fake_runs import OF_A_SURROUNDING_RUN, ROOT
from conformance.selftests.front_door import Told, cases, run, words
from conformance.selftests.lies import LIES
from conformance.selftests.lying_doors import lying
from conformance.target import Target

pytest_plugins = ["pytester", "conformance.selftests.run_beyond"]

DAY = date.today()  # noqa: TID251, DTZ011 - known failures end on the clock of this machine
KNOWN = '[known-failures."ameli-connect.{}"]\nreason = "Mended soon."\nlink = "https://tracker.test/12"\nuntil = {}\n'
TWO = ("-n", "2")


@dataclass(frozen=True)
class Row:
    """A run: the lie, the cases, tables of the target file, options; its verdict and exit code, and what each case came to."""

    name: str
    verdict: str
    status: int
    results: dict[str, str]
    lie: str = "nothing"
    tables: str = ""
    options: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


ROWS = (
    Row("all holds", "conformant", 0, {"code-page.right-code": "passed", "session.before-the-password": "passed"}),
    Row(
        "a must, with workers",
        "not conformant",
        10,
        {"code-mail.content": "failed", "code-page.right-code": "passed"},
        "other figure",
        options=TWO,
        words=("lifetime: expected 15m, was 10m",),
    ),
    Row("a watcher", "not conformant", 10, {"session.before-the-password": "passed"}, "cookies for scripts"),
    Row(
        "something that is not there",
        "conformant",
        0,
        {"code-page.help-and-box": "not applicable", "code-page.right-code": "passed"},
        tables='[not-applicable]\nAMC-08 = "No browser is trusted here."\n',
        words=("AMC-08: No browser is trusted here.",),
    ),
    Row(
        "an error",
        "error",
        13,
        {"wrong-entry.password": "error", "code-page.right-code": "passed"},
        "other words",
    ),
    Row(
        "known to fail",
        "conformant",
        0,
        {"code-mail.content": "known failure", "code-page.right-code": "passed"},
        "other figure",
        KNOWN.format("code-mail.content", DAY),
    ),
    Row(
        "known to fail, and past its day",
        "not conformant",
        10,
        {"code-mail.content": "failed", "code-page.right-code": "passed"},
        "other figure",
        KNOWN.format("code-mail.content", DAY - timedelta(days=1)),
        words=("it was excused until", "which is past"),
    ),
    Row(
        "known to fail, and passes",
        "error",
        13,
        {"code-page.right-code": "error"},
        tables=KNOWN.format("code-page.right-code", DAY),
        words=("it passes now; take it out of",),
    ),
    Row(
        "nothing but known failures",
        "incomplete",
        12,
        {"code-mail.content": "known failure"},
        "other figure",
        KNOWN.format("code-mail.content", DAY),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_verdict_ends_the_run_with_its_code(row: Row, running_simulator: Target, tmp_path: Path) -> None:
    """Results, verdict, exit code and the last lines on the terminal agree."""
    with lying(running_simulator, LIES[row.lie]) as doors:
        told = run(doors.target(tmp_path, row.tables), tmp_path, *cases(*row.results), *row.options)
    agreed(told, row.verdict, row.status, row.results)
    for said in row.words:
        assert said in told.reasons


def test_a_should_counts_when_the_run_is_strict(running_simulator: Target, tmp_path: Path) -> None:
    """A mail that is late is a warning either way; two runs side by side, as both wait for it."""

    def judged(name: str, *options: str) -> Told:
        (tmp_path / name).mkdir()
        with lying(running_simulator, LIES["late mails"]) as doors:
            return run(doors.target(tmp_path / name, mail_wait="9s"), tmp_path / name, *cases("code-mail.at-once[1]"), *options)

    with ThreadPoolExecutor() as threads:
        usual, strict = threads.submit(judged, "usual"), threads.submit(judged, "strict", "--strict")
    agreed(usual.result(), "conformant", 0, {"code-mail.at-once[1]": "warning"})
    agreed(strict.result(), "not conformant", 10, {"code-mail.at-once[1]": "warning"})
    assert "within: expected at most 5s" in usual.result().reasons


def agreed(told: Told, verdict: str, status: int, results: dict[str, str]) -> None:
    """All that a run tells of how it ended is the same."""
    assert told.results == results
    assert (told.document.verdict, told.status) == (verdict, status)
    assert f" lying: {verdict.upper()}" in told.output
    assert f"heurtoir: {verdict}" in (told.report / "badge.svg").read_text()
    assert "Traceback" not in told.output


COULD_NOT = {
    "announcement.mask[1]": "no account is left that is insured, with ",
    "code-page.right-code": "needs mail (capabilities.mail of ",
    "counts.time-alone": "takes 2d of waiting, more than --max-wait 2s: give control in ",
    "time-of-paris.lockout[1]": "needs a clock that is set to a certain date (control of ",
    "reference.corrected[1]": "needs staff (capabilities.staff of ",
}


@pytest.mark.parametrize("options", [(), TWO], ids=["alone", "with workers"])
def test_what_is_missing_is_never_green(options: tuple[str, ...], running_simulator: Target, tmp_path: Path) -> None:
    """No people, no mail, no clock, no staff, a wait that is too long: each could not run, in the words of the target file, and 12."""
    world = f"missing{len(options)}"
    with lying(running_simulator) as doors:
        doors.prepare(tmp_path, world)
        target = doors.target(tmp_path, world=world, without="mail")
        told = run(target, tmp_path, *cases(*COULD_NOT), "--max-wait", "2s", *options)
    agreed(told, "incomplete", 12, dict.fromkeys(COULD_NOT, "could not run"))
    for case, reason in COULD_NOT.items():
        assert told.cases[case].reason.startswith(reason)
        assert "lying.toml" in told.cases[case].reason or "people.csv" in told.cases[case].reason


def test_shortened_limits_prove_the_mechanism_only(running_simulator: Target, tmp_path: Path) -> None:
    """A quarter of an hour of three seconds, really waited for: what held is partial, whatever else holds."""
    with lying(running_simulator, LIES["limits are short"]) as doors:
        doors.prepare(tmp_path, "short", count=2)
        told = run(
            doors.target(tmp_path, '[limits]\n"15m" = "3s"\n', world="short"),
            tmp_path,
            *cases("code.new-one-after-expiry", "code-page.right-code"),
        )
    agreed(told, "partial", 11, {"code.new-one-after-expiry": "mechanism only", "code-page.right-code": "passed"})
    assert "held with shortened limits: 15m as 3s" in told.reasons


def test_people_who_do_not_exist_are_doubted_before_the_portal_is(running_simulator: Target, tmp_path: Path) -> None:
    """Wrong passwords in people.csv look like a portal that turns everybody back; the reason says where else to look."""
    with lying(running_simulator) as doors:
        doors.prepare(tmp_path, "nobody", changed={"password": "Wrong-Lantern-77"})
        told = run(doors.target(tmp_path, world="nobody"), tmp_path, *cases("announcement.lost-mailbox"))
    agreed(told, "not conformant", 10, {"announcement.lost-mailbox": "failed"})
    assert "outcome: expected code-announced or code-asked, was refused" in told.reasons
    assert "Or is the account no longer as people.csv of" in told.reasons


USAGE = {
    "no such file": ("", ("--target", "nowhere.toml"), ("There is no target “nowhere.toml”",)),
    "no TOML": ("[pages\n", (), ("lying.toml", "line")),
    "a key that is none": ('[pagse]\nx = "y"\n', (), ("lying.toml", "pagse", "pages")),
    "a wording with a number": ("[outcomes]\n\"refused.wrong\" = 'encore 3 essais'\n", (), ("lying.toml", "refused.wrong", "number")),
    "a case that is none": ("", cases("code-page.rihgt-code"), ("there is no such case", "code-page.right-code")),
    "a known failure that is none": (
        KNOWN.format("code-page.rihgt-code", DAY),
        (),
        ("known-failures.ameli-connect.code-page.rihgt-code", "code-page.right-code"),
    ),
    "a requirement that is none": ("", ("--requirement", "AMC-3O"), ("AMC-30",)),
    "an impact that is none": ("", ("--impact", "lcok"), ("--impact lcok",)),
    "no duration": ("", ("--max-wait", "soon"), ("--max-wait", "soon")),
    "no such people": ('[people]\nfile = "nobody.csv"\n', (), ("nobody.csv",)),
    "a driver that breaks": ('driver = "mine:Portal"\n', (), ("driver", "mine.py")),
    "a real portal": ("", ("real",), ("real portal’s domain", "refused")),
}


@pytest.mark.parametrize("name", USAGE)
def test_mistakes_of_usage_are_pytests_own_code(name: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code 4, the mistake by name with what was probably meant; nothing is tried, no report, no traceback."""
    tables, options, said = USAGE[name]
    folder = pytester.path
    top, rest = (tables, "") if tables.startswith("driver") else ("", tables)
    address = "https://www.ameli.fr" if options == ("real",) else "http://127.0.0.1:1/ameli"
    without_people = "" if "[people]" in tables else 'control = "http://127.0.0.1:1"\n'
    file = folder / "lying.toml"
    file.write_text(f'portal = "ameli-connect"\naddress = "{address}"\n{without_people}{top}{rest}', encoding="utf-8")
    for variable in OF_A_SURROUNDING_RUN:
        monkeypatch.delenv(variable, raising=False)
    given = () if options == ("real",) else options
    with monkeypatch.context() as patch:
        patch.chdir(ROOT)
        ended = pytester.runpytest_inprocess(*words(str(file), folder / "report", *given)[3:])
    told = ended.stdout.str() + ended.stderr.str()
    assert ended.ret == 4
    for text in said:
        assert text in told
    assert "Traceback" not in told
    assert not (folder / "report" / "report.json").exists()


def test_nothing_selected_is_pytests_own_code(running_simulator: Target, tmp_path: Path) -> None:
    """Code 5 for cases that all need a screen, and no report that could be taken for one."""
    with lying(running_simulator) as doors:
        told = run(doors.target(tmp_path), tmp_path, *cases("screens.block"))
    assert told.status == 5
    assert "Nothing was selected" in told.output
    assert "they need a screen" in told.output
    assert not (told.report / "report.json").exists()
