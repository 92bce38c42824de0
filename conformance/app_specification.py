"""The API of a portal's mobile app as a target file describes it: its calls, and which member of the JSON tells what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.target_file import TargetFile

CALLS = ("sign-in", "sign-out", "account", "give-address")
# What is sent and what is told, by the name of the member where the target file names no other; `a.b` is `b` within `a`.
MEMBERS: Mapping[str, str] = {
    name: name for name in ("identifier", "password", "address", "token", "outcome", "reason", "until", "message")
}
# What an answer says of its outcome, where it says it otherwise; one that says nothing is known by its status.
WORDS: Mapping[str, str] = {"204": "done"}


@dataclass(frozen=True)
class AppSpecification:
    """`calls` are method and path below the portal's address, by what they do; `members` names of members, `words` outcomes as cases
    say them (`refused.wrong`), by how the API does."""

    calls: Mapping[str, tuple[str, str]]
    members: Mapping[str, str]
    words: Mapping[str, str]


def app_in(found: TargetFile) -> AppSpecification | None:
    """The app of a target file, or None without one."""
    table = found.table.get("app")
    if table is None:
        return None
    calls = {name: (method, path) for name in CALLS if name in table for method, _, path in (table[name].partition(" "),)}
    return AppSpecification(calls, {**MEMBERS, **table.get("members", {})}, {**WORDS, **table.get("words", {})})
