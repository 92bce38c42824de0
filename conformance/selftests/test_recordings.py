"""Pages of three targets, kept from runs: no page of one outcome is taken for another. Without a network, and without any of the three."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml

from conformance.driver import Page
from conformance.recognise import Recognition, by_words, recognise
from conformance.target import Target, load_target

HERE = Path(__file__).parent
RECORDINGS = HERE / "recordings"
TARGETS = {
    "simulator": "simulator",
    "small": str(HERE / "foreign" / "small.toml"),
    "flask-security": str(HERE / "foreign" / "flask-security.toml"),
}
FEWEST_KINDS = {"simulator": 15, "small": 15, "flask-security": 6}


@dataclass(frozen=True)
class Recording:
    """A page that was kept, and what the case expected of it where it was seen."""

    of: str
    file: str
    outcome: str
    status: int
    case: str
    reason: str = ""
    page: str = ""

    def shown(self) -> Page:
        """The page as the browser had it."""
        html = (RECORDINGS / self.of / self.file).read_text(encoding="utf-8")
        return Page("http://127.0.0.1/", self.status, html)


def recordings() -> list[Recording]:
    """All of them."""
    return [
        Recording(of=index.parent.name, **entry)
        for index in sorted(RECORDINGS.glob("*/pages.yaml"))
        for entry in yaml.safe_load(index.read_text(encoding="utf-8"))
    ]


@cache
def target_of(name: str) -> Target:
    """The target whose pages they are."""
    return load_target(TARGETS[name])


@pytest.mark.parametrize("recording", [one for one in recordings() if one.outcome != "signed-in"], ids=lambda one: f"{one.of}/{one.file}")
def test_a_page_is_recognised_as_what_the_case_expected_and_as_nothing_else(recording: Recording) -> None:
    """Outcome, and reason and page where the case names them; one that two wordings fit, or none, would raise."""
    seen = recognise(recording.shown(), target_of(recording.of))
    assert seen.outcome == recording.outcome, recording.case
    assert recording.reason in {"", seen.reason}
    assert recording.page in {"", seen.page}


@pytest.mark.parametrize("recording", [one for one in recordings() if one.outcome == "signed-in"], ids=lambda one: f"{one.of}/{one.file}")
def test_a_page_of_the_account_is_taken_for_nothing_by_its_words(recording: Recording) -> None:
    """It is known by behaviour; by words alone it is no refusal, no block, and no form of the sign-in."""
    seen = by_words(recording.shown(), target_of(recording.of))
    assert seen in {None, Recognition("done", words=seen.words if seen else "")}


@pytest.mark.parametrize("of", TARGETS)
def test_each_target_has_pages_of_many_kinds(of: str) -> None:
    """A recording that shrank to nothing would prove nothing."""
    kinds = {(one.outcome, one.reason, one.page) for one in recordings() if one.of == of}
    assert len(kinds) >= FEWEST_KINDS[of]


def test_recordings_hold_no_secret_that_looks_like_one() -> None:
    """Codes and tokens were covered when they were kept."""
    from conformance.covering import covered

    for recording in recordings():
        lines = recording.shown().html.splitlines()
        assert all(covered(line) == line for line in lines), recording.file
