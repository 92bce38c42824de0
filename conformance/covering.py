"""The last line against secrets in what a run shows: whatever still looks like one is covered, wherever a result or a run holds a text."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from conformance.results import CaseResult
from conformance.secrets import COVER, Secrets

Value = TypeVar("Value")
_Cover = Callable[[str], str]

# Fields with names of our own making, in which a long word is a name and no token: ids, files, commands.
_NAMES = frozenset(
    {
        "id",
        "name",
        "file",
        "place",
        "portal",
        "driver",
        "impact",
        "rerun",
        "reproduce",
        "attachments",
        "requirements",
        "watcher",
        "cases",
        "asked",
        "not_reached",
        "why",
        "link",
        "addresses",
        "services",
        "capabilities",
        "by_id",
        "suite_version",
    }
)
# Pictures, and what is compared only and never shown.
_LEFT = frozenset({"screenshot", "there_are"})
_WORD = re.compile(r"[A-Za-z0-9_-]{20,}")
_WORD_OF_A_NAME = re.compile(r"[A-Za-z0-9]{16,}")
_TURN = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_TURNS_OF_A_TOKEN = 3
# Control characters, by which a page could tell a terminal what to do; tabs and ends of lines are text.
_COMMANDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def covered(text: str, secrets: Secrets | None = None) -> str:
    """The text without secrets. Results come covered already, by those who know what was typed; this goes by looks, and by `secrets`.

    Halves of characters, which no file can hold, and control characters, which a terminal would obey, are replaced on the way.
    """
    return _WORD.sub(_covered_token, (secrets or Secrets()).covered(_whole(text)))


def covered_name(text: str, secrets: Secrets | None = None) -> str:
    """A path, an id, a command or a traceback without secrets: a long word with a digit is no token yet."""
    return _WORD_OF_A_NAME.sub(_covered_token, (secrets or Secrets()).covered_name(_whole(text)))


def covered_result(result: CaseResult, secrets: Secrets | None = None) -> CaseResult:
    """The result with every text of it covered."""
    return covered_throughout(result, secrets)


def covered_throughout(value: Value, secrets: Secrets | None = None) -> Value:
    """A dataclass with every text in it covered, however deep; pictures stay as they are."""
    known = secrets or Secrets()
    # A run says the same things over and over.
    covers = (cache(lambda text: covered(text, known)), cache(lambda text: covered_name(text, known)))
    walked: Value = _walked(value, "", covers)
    return walked


def _walked(value: Any, field: str, covers: tuple[_Cover, _Cover]) -> Any:
    if isinstance(value, Enum) or field in _LEFT:
        return value
    if isinstance(value, str):
        return covers[field in _NAMES](value)
    if isinstance(value, tuple | frozenset):
        return type(value)(_walked(one, field, covers) for one in value)
    if isinstance(value, Mapping):
        return {_walked(key, field, covers): _walked(one, field, covers) for key, one in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [one.name for one in dataclasses.fields(value)]
        return dataclasses.replace(value, **{name: _walked(getattr(value, name), name, covers) for name in names})
    return value


def _whole(text: str) -> str:
    return _COMMANDS.sub("\ufffd", text.encode("utf-8", "replace").decode("utf-8"))


def _covered_token(word: re.Match[str]) -> str:
    """Letters and digits that take turns, and many of them: made by a machine, not written by a person."""
    return COVER if len(_TURN.findall(word[0])) >= _TURNS_OF_A_TOKEN else word[0]
