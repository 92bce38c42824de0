"""A portal quite unlike the simulator, known by a target file alone: in English, made by scripts, the number first, limits shortened."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.selftests.front_door import Told, cases, run

FILE = Path(__file__).parent / "foreign" / "small.toml"
PARTIAL = 11
# A few of each kind; the whole takes some minutes: `pytest conformance --target conformance/selftests/foreign/small.toml --max-wait 4m`.
CHOSEN = {
    "code.expired[1]": "mechanism only",
    "code.expired[2]": "mechanism only",
    "code.malformed-counts-not[1]": "passed",
    "code.superseded": "passed",
    "stranger.wrong-password": "passed",
    "no-address.refused": "passed",
    "sign-in-form.malformed[10]": "passed",
    "announcement.mask[2]": "passed",
    "code-mail.content": "known failure",
    "block.full-minute": "could not run",
    "suite.races.wrong-codes-at-once": "could not run",
    "suite.keyboard.whole-way": "passed",
    "suite.keyboard.new-password": "passed",
}
NAME_OF_ITS_OWN = """
[known-failures."ameli-connect.code-mail.content"]
reason = "It is another sender, and says so."
link = "https://tracker.test/browse/SMALL-1"
until = 2099-12-31
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A run of the chosen cases, in a browser, with a file that knows its one true difference."""
    folder = tmp_path_factory.mktemp("small")
    here = str(FILE.parents[3])
    text = (
        FILE.read_text(encoding="utf-8")
        .replace('"../../.."', f'"{here}"')
        .replace('"small/people.csv"', f'"{FILE.parent}/small/people.csv"')
    )
    file = folder / "small.toml"
    file.write_text(text + NAME_OF_ITS_OWN, encoding="utf-8")
    return run(str(file), folder, *cases(*CHOSEN), driver="browser", patience=150)


def test_the_target_file_is_short_and_has_no_python() -> None:
    """At most 41 lines, and no verb of its own."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 41
    assert not any(line.startswith("driver") for line in lines)


def test_its_cases_come_to_what_they_truly_are(told: Told) -> None:
    """Both sides of a limit that is shortened, what holds, its one difference, and what cannot be tried on it."""
    assert {name: told.results[name] for name in CHOSEN} == CHOSEN, told.reasons


def test_shortened_limits_are_told_beside_what_rests_on_them(told: Told) -> None:
    """The figure is unproven, and the report says which."""
    assert told.cases["code.expired[2]"].reason == "held with shortened limits: 15m as 10s"
    assert "control of" in told.cases["block.full-minute"].reason
