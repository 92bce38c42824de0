"""A target may do single verbs in its own way, in a Python class beside its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.observation import PageSeen
from conformance.own_verbs import own_verbs
from conformance.scene import Scene
from conformance.selftests.fakes import FakeBrowsers, FakePortal, FakeProvisioner, target
from conformance.target import load_target
from conformance.target_file import TargetError
from conformance.verbs import act
from scenarios.model import Person, Place, Step

PLACE = Place("scenarios/cases/x.yaml", 7)
OWN = '''
class MyPortal:
    def __init__(self):
        self.done = []
    def ask_for(self, turn):
        """As usual, and noted."""
        self.done.append(turn.step.verb)
        return turn.usual()
    def sign_in(self, turn):
        self.done.append("sign-in")
        return turn.usual()
    def _help(self):
        pass
'''


def loaded(folder: Path, text: str, driver: str = "mine:MyPortal") -> Mapping[str, Callable[..., Any]]:
    """The verbs of a class of that text."""
    (folder / "mine.py").write_text(text, encoding="utf-8")
    return own_verbs(folder / "target.toml", driver)


def scene_of(verbs: Mapping[str, Callable[..., Any]]) -> Scene:
    """A scene on a sound portal that does these verbs in its own way."""
    portal = FakePortal()
    world = FakeProvisioner(portal).make([Person("insured", "insured")], None, "a case")
    return Scene.begin(replace(target(), verbs=verbs), world, FakeBrowsers(portal), "insured", 0.05)


def test_a_method_takes_the_place_of_its_verb_also_on_the_way_of_another(tmp_path: Path) -> None:
    """Asking for a code where nobody signed in goes through the target's own sign-in."""
    verbs = loaded(tmp_path, OWN)
    portal: Any = getattr(verbs["ask-for"], "__self__")  # noqa: B009 - a plain callable has none for mypy
    seen = act(scene_of(verbs), Step("ask-for", "code", PLACE))
    assert isinstance(seen, PageSeen)
    assert seen.recognition.outcome == "code-asked"
    assert portal.done == ["ask-for", "sign-in"]


def test_only_what_is_replaced_is_replaced(tmp_path: Path) -> None:
    """The other verbs stay as documented; a method that begins with an underscore is none."""
    assert set(loaded(tmp_path, OWN)) == {"ask-for", "sign-in"}


def test_a_target_file_names_the_class(tmp_path: Path) -> None:
    """As module and class; the module lies beside the file."""
    (tmp_path / "mine.py").write_text(OWN, encoding="utf-8")
    file = tmp_path / "my.toml"
    file.write_text('portal = "ameli-connect"\naddress = "http://127.0.0.1:9"\ndriver = "mine:MyPortal"\n', encoding="utf-8")
    assert set(load_target(str(file)).verbs) == {"ask-for", "sign-in"}


@pytest.mark.parametrize(
    ("text", "driver", "told"),
    [
        (OWN, "mine.MyPortal", "“mine.MyPortal” is no module and class"),
        (OWN, "theirs:MyPortal", "there is no theirs.py beside the target file"),
        (OWN, "mine:Other", "mine.py has no class “Other”; it has: MyPortal"),
        ("class MyPortal\n", "mine:MyPortal", "mine.py could not be loaded: SyntaxError"),
        ("class MyPortal:\n    def signin(self, turn): ...\n", "mine:MyPortal", "Was “sign_in” meant?"),
        ("class MyPortal:\n    def __init__(self, x): ...\n", "mine:MyPortal", "It is made without arguments"),
    ],
)
def test_a_mistake_is_told_with_the_way_on(tmp_path: Path, text: str, driver: str, told: str) -> None:
    """Every mistake names the file, the key, and what was meant."""
    with pytest.raises(TargetError, match=re.escape(told)):
        loaded(tmp_path, text, driver)
