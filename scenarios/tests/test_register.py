from __future__ import annotations

import pytest

from scenarios.checks import ChecksError, load_checks
from scenarios.register import RegisterError, load_register
from scenarios.tests.conftest import WriteFile

GOOD = """
    portal: some-portal
    source: some.txt
    order: First this, then that.
    requirements:
      - id: SOM-01
        title: A rule
        text: >
          What the source says.
        level: should
        seen_in: [CVE-2024-45231]
        asvs: [6.5.1, 2.3.1]
      - {id: SOM-02, title: Another, testable: false, reason: Not to be seen from outside.}
    conflicts:
      - {id: CFL-01, between: [SOM-01, "ASVS 6.5.5"], text: They disagree.}
"""


def test_requirements_are_read_with_their_lines(write: WriteFile) -> None:
    """Portal and source are the file's; keys that are none of ours are references."""
    register = load_register(write("requirements/some.yaml", GOOD))
    first, second = register.requirement("SOM-01"), register.requirement("SOM-02")
    assert (first.title, first.portal, first.source, first.level, first.text) == (
        "A rule",
        "some-portal",
        "some.txt",
        "should",
        "What the source says.",
    )
    assert str(first.place) == "scenarios/requirements/some.yaml:5"
    assert first.references == {"seen_in": ("CVE-2024-45231",), "asvs": ("6.5.1", "2.3.1")}
    assert (second.level, second.testable, second.reason) == ("must", False, "Not to be seen from outside.")
    assert register.conflicts[0].between == ("SOM-01", "ASVS 6.5.5")
    assert register.files[0].order == "First this, then that."


def test_an_unknown_requirement_is_told_with_the_nearest(write: WriteFile) -> None:
    """Whoever asks for a requirement that is not there learns which was meant."""
    register = load_register(write("requirements/some.yaml", GOOD))
    with pytest.raises(KeyError, match="did you mean `SOM-01`"):
        register.requirement("SOM-1")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("portal: p\nrequirements:\n  - {id: SOM-01}\n", 3, "`title` is missing"),
        ("portal: p\nrequirements:\n  - {id: Som-1, title: T}\n", 3, "`Som-1` is no id of a requirement"),
        ("portal: p\nrequirements:\n  - {id: SOM-01, title: T, level: shoud}\n", 3, "`shoud` is no level; did you mean `should`?"),
        ("portal: p\nrequirements:\n  - id: SOM-01\n    title: T\n    readin: more\n", 5, "`readin` must be a list, and is `more`"),
        ("portal: p\nrequirements:\n  - {id: SOM-01, title: This, and that}\n", 3, "`and that` must be a list, and is nothing"),
        ("portal: p\nrequirements:\n  - {id: SOM-01, title: T, testable: false}\n", 3, "SOM-01 is not testable: say why in `reason`"),
        ("portal: p\nrequirements:\n  - {id: SOM-01, title: T, testable: no}\n", 3, "`no` is no answer; there are: false, true"),
        ("portal: p\nrequirement: []\n", 2, "`requirement` is no key of a register file; did you mean `requirements`?"),
        ("portal: p\nrequirements:\n  - {id: SOM-01, title: T\n", 4, "not readable as YAML"),
        ("", 1, "the file is empty"),
    ],
)
def test_a_malformed_entry_is_told_with_file_and_line(write: WriteFile, text: str, line: int, message: str) -> None:
    """The register cannot be used before it is mended, and says where."""
    with pytest.raises(RegisterError) as raised:
        load_register(write("requirements/some.yaml", text))
    found = [str(mistake) for mistake in raised.value.mistakes]
    assert any(one.startswith(f"scenarios/requirements/some.yaml:{line}: ") and message in one for one in found), found


def test_ids_are_used_once_in_all_files(write: WriteFile) -> None:
    """A repeated id is told with both places."""
    write("requirements/a.yaml", GOOD)
    with pytest.raises(RegisterError) as raised:
        load_register(write("requirements/b.yaml", "portal: p\nrequirements:\n  - {id: SOM-01, title: T}\n"))
    assert str(raised.value) == (
        "scenarios/requirements/b.yaml:3: `SOM-01` is taken: it stands at scenarios/requirements/a.yaml:5; ids are never used twice"
    )


def test_the_register_of_the_repository_is_whole() -> None:
    """All five portals and the rules they share are there, and every reference to a rule leads to one."""
    register = load_register()
    assert {file.portal for file in register.files} == {
        "ameli-connect",
        "ameli-enrolment",
        "france-assureurs",
        "france-mutuelle",
        "active-assurances",
        "any",
    }
    assert register.requirement("HRD-21").title.endswith("the address of the caller")


CHECK = "- {id: suite.races.x, kind: suite, title: Races, verifies: [SOM-01], impact: lock}\n"


def test_declared_checks_are_read(write: WriteFile) -> None:
    """A check has an id, a kind, what it verifies, its impact and its line."""
    write("requirements/some.yaml", GOOD)
    (check,) = load_checks(write("checks.yaml", CHECK))
    assert (check.id, check.kind, check.title, check.verifies, check.impact) == ("suite.races.x", "suite", "Races", ("SOM-01",), "lock")
    assert str(check.place) == "scenarios/checks.yaml:1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CHECK + CHECK, "2: the id `suite.races.x` is taken: it stands at scenarios/checks.yaml:1"),
        (CHECK.replace("SOM-01", "SOM-03"), "1: `SOM-03` is no requirement of the register; did you mean `SOM-0"),
        (CHECK.replace("kind: suite", "kind: watch"), "1: `watch` is no kind; did you mean `watcher`?"),
        (CHECK.replace("suite.races.x", "races.x"), "1: `races.x` is no id of a check"),
    ],
)
def test_a_mistake_in_a_declared_check_is_told_with_its_line(write: WriteFile, text: str, message: str) -> None:
    """Checks are held to the register like cases."""
    write("requirements/some.yaml", GOOD)
    with pytest.raises(ChecksError) as raised:
        load_checks(write("checks.yaml", text))
    assert str(raised.value).startswith(f"scenarios/checks.yaml:{message}")


def test_the_watchers_and_suites_of_the_issue_are_declared() -> None:
    """Conformance finds its watchers and suites, and which requirement each verifies."""
    declared = {check.id: check.verifies for check in load_checks()}
    first = {
        "watch.server-error": ("HRD-53",),
        "watch.code-leak": ("HRD-06",),
        "watch.cookie-flags": ("HRD-43",),
        "watch.no-store": ("HRD-46",),
        "watch.password-shown": ("HRD-71",),
        "suite.races.code-entered-at-once": ("HRD-02",),
        "suite.races.wrong-codes-at-once": ("HRD-03",),
        "suite.races.codes-asked-at-once": ("HRD-08",),
    }
    assert {id: declared.get(id) for id in first} == first
