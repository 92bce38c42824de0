"""The shape of the one JSON document that every other report is made from, and how it is kept and read.

`schema.json` beside this module is made from these classes; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from conformance.report.causes import Cause, causes
from conformance.results import CaseResult, Verdict
from conformance.verdict import WatcherStanding
from scenarios.model import ANY_PORTAL

# 2 adds to 1 and takes nothing away, so that a report can be compared with an earlier one; what 1 did not say is empty.
SCHEMA_VERSION = 2
READ_TOO = (1,)
FILE_NAME = "report.json"

# What a requirement may be beside the seven results: touched by no selected case, by cases only that failed before they came to it,
# without cases as yet, not to be seen from outside.
NOT_TRIED = "not tried"
NOT_REACHED = "not reached"
LATER = "later"
NOT_TESTABLE = "not testable"
UNTRIED = frozenset({NOT_TRIED, NOT_REACHED, LATER, NOT_TESTABLE})


class DocumentError(Exception):
    """A file that is no report of this version; the text says which and why."""


@dataclass(frozen=True)
class TargetPart:
    """The implementation that was tried: where its portals answer, and the services that help to try them.

    `limits` are the documented durations that are shorter there, each with the one in force; `language` is that of pages and mails.
    """

    name: str
    file: str
    addresses: Mapping[str, str]
    capabilities: tuple[str, ...]
    services: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)
    language: str = ""


@dataclass(frozen=True)
class LeftOut:
    """Cases that were not tried, and why."""

    why: str
    cases: tuple[str, ...]


@dataclass(frozen=True)
class SelectionPart:
    """What was asked for (option -> names; empty: everything), how many cases that made, and what was left out."""

    asked: Mapping[str, tuple[str, ...]]
    selected: int
    left_out: tuple[LeftOut, ...] = ()
    not_reached: tuple[str, ...] = ()


@dataclass(frozen=True)
class PortalPart:
    """One portal: its verdict and how many of its cases came to each result."""

    portal: str
    verdict: Verdict
    counts: Mapping[str, int]


@dataclass(frozen=True)
class RequirementPart:
    """One requirement of the register and where it stands after this run.

    `status` is a result, `not tried`, or `later` or `not testable` (then `reason` says why). `known`: all that speaks against it is known.
    """

    id: str
    title: str
    portal: str
    level: str
    text: str
    reading: str
    source: str
    where: str
    place: str
    references: Mapping[str, tuple[str, ...]]
    status: str
    reason: str
    cases: tuple[str, ...]
    known: bool = False


@dataclass(frozen=True)
class KnownPart:
    """An entry of the target file's known failures, and what came of it: it `fails` (and is excused), `passes`, is `out of date`,
    `held so far` (but not all of it was tried), or has `no result` in this run. `cases` are those that are excused by it."""

    id: str
    reason: str
    link: str
    until: date
    days_left: int
    state: str
    cases: tuple[str, ...] = ()


@dataclass(frozen=True)
class ConflictSide:
    """One side of a conflict: a requirement with where it stands, or a clause of a standard with the requirements that cite it."""

    name: str
    title: str
    source: str
    status: str


@dataclass(frozen=True)
class ConflictPart:
    """A source and a standard that disagree: told, never failed."""

    id: str
    between: tuple[str, ...]
    text: str
    sides: tuple[ConflictSide, ...] = ()


@dataclass(frozen=True)
class Timing:
    """Seconds a case took: the mean, and the slowest with its id."""

    average: float
    slowest: float
    slowest_case: str


@dataclass(frozen=True)
class Document:
    """One run, whole. In its cases `screenshot` is a key of `pictures`, which hold each distinct picture once, as a data address.

    `counts` are by result, with known failures under a name of their own. `seed` is that of all that was drawn by lot, or None when there
    is none; then `chance` says what may be another in the next run all the same. `causes` group what did not hold, the most serious
    first; `processes` is how many tried cases side by side.
    """

    schema_version: int
    suite_version: str
    register_version: str
    target: TargetPart
    driver: str
    strict: bool
    started: datetime
    ended: datetime
    seconds: float
    interrupted: bool
    selection: SelectionPart
    verdict: Verdict
    portals: tuple[PortalPart, ...]
    counts: Mapping[str, int]
    timing: Timing
    requirements: tuple[RequirementPart, ...]
    watchers: tuple[WatcherStanding, ...]
    cases: tuple[CaseResult, ...]
    conflicts: tuple[ConflictPart, ...]
    problems: tuple[str, ...]
    environment: Mapping[str, str]
    reproduce: str
    pictures: Mapping[str, str]
    known_failures: tuple[KnownPart, ...] = ()
    seed: str | None = None
    chance: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()
    processes: int = 1


def with_causes(document: Document) -> Document:
    """The document with what did not hold grouped by its causes."""
    hardening = (rule for rule in document.requirements if rule.portal == ANY_PORTAL)
    security = {rule.id for rule in hardening if "rgaa" not in rule.references}  # but for what makes a portal accessible
    return replace(document, causes=causes(document.cases, document.watchers, security))


def encode(document: Document) -> bytes:
    """The document as JSON, indented."""
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def decode(content: bytes) -> Document:
    """The document in these bytes.

    Raises:
        DocumentError: when they are no JSON, or of another version or shape.
    """
    try:
        version = msgspec.json.decode(content, type=dict[str, Any]).get("schema_version")
        if version not in (*READ_TOO, SCHEMA_VERSION):
            raise DocumentError(f"schema_version is {version!r}; this version of the suite reads {SCHEMA_VERSION} and earlier ones")
        document = msgspec.json.decode(content, type=Document)
    except msgspec.DecodeError as error:
        raise DocumentError(f"no report document: {error}") from error
    return document if document.causes else with_causes(document)


def read(file: Path) -> Document:
    """The document in a file. Raises DocumentError, with the file's name, also when it cannot be read."""
    try:
        return decode(file.read_bytes())
    except OSError as error:
        raise DocumentError(f"{file}: {error.strerror or error}") from error
    except DocumentError as error:
        raise DocumentError(f"{file}: {error}") from error


def schema() -> dict[str, Any]:
    """The JSON schema of the document, as kept in schema.json."""
    made = msgspec.json.schema(Document)
    made["$defs"]["Document"]["properties"]["schema_version"] = {"const": SCHEMA_VERSION}
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Heurtoir conformance report", **made}
    return msgspec.json.decode(msgspec.json.encode(whole), type=dict[str, Any])  # lists in the place of tuples, as in a file
