"""The written reasons: for each mutant that no case can notice, why that is so. Kept in survivors.yaml beside this module."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml

from conformance.selftests.mutation.mutants import Key

FILE = Path(__file__).with_name("survivors.yaml")


class ReasonsFileWrong(Exception):
    """The file of reasons cannot be used; the text says where and why."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason for mutants of one `line`, in a `function` or at the top of a module: for each that it `becomes`."""

    file: str
    line: str
    becomes: list[str]
    reason: str
    function: str = ""


@dataclass(frozen=True)
class Stale:
    """A reason whose mutant is noticed, or is none any more."""

    key: Key
    why: str

    def __str__(self) -> str:
        return f"{self.key.file}: {self.key}: {self.why}; remove the reason, or mend it"


def load_reasons(file: Path = FILE) -> Mapping[Key, str]:
    """Mutant -> reason. Raises ReasonsFileWrong."""
    try:
        entries = msgspec.convert(yaml.safe_load(file.read_text(encoding="utf-8")) or [], list[Entry])
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as problem:
        raise ReasonsFileWrong(f"{file.name}: {problem}. An entry has file, function, line, becomes (a list) and reason.") from None
    keys = [(key, entry.reason.strip()) for entry in entries for key in _keys(entry)]
    if twice := [key for key, count in Counter(key for key, _ in keys).items() if count > 1]:
        raise ReasonsFileWrong(f"{file.name}: two reasons for one mutant: {twice[0]} in {twice[0].file}.")
    if empty := [key for key, reason in keys if not reason]:
        raise ReasonsFileWrong(f"{file.name}: no reason is given for {empty[0]} in {empty[0].file}.")
    return dict(keys)


def stale_reasons(
    reasons: Mapping[Key, str], files: Collection[str], unnoticed: Collection[Key], pending: Collection[Key], killers: Mapping[Key, str]
) -> Sequence[Stale]:
    """The reasons for mutants of these files that are not among the unnoticed ones, nor among those not tried yet."""
    return [
        Stale(
            key,
            f"it is noticed by {killers[key]}" if key in killers else "there is no such mutant",
        )
        for key in reasons
        if key.file in files and key not in unnoticed and key not in pending
    ]


def _keys(entry: Entry) -> Iterator[Key]:
    return (Key(entry.file, entry.function, entry.line, becomes) for becomes in entry.becomes)
