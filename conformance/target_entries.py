"""Entries of a target file as values. What cannot be used is noted as a mistake of the file, and left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from conformance import languages
from conformance.driver import Control
from conformance.language import Language
from conformance.limits import length
from conformance.origins import NoOrigin, origin_of, refused_domain
from conformance.results import KnownFailure
from conformance.target_file import TargetError, TargetFile, label_pattern
from conformance.target_schema import nearest
from scenarios.instants import parse_duration, parse_period
from scenarios.language import FUNCTIONS


def address_in(found: TargetFile, key: str) -> str | None:
    """A base address without a slash at its end, or None."""
    address: str | None = found.table.get(key)
    if address is None or "{" in address:
        return address
    with found.noted(key):
        return allowed(found.shown, key, address).rstrip("/")
    return None


def allowed(file: str, key: str, address: str) -> str:
    """The address, when it may be named: whether what lies beyond this machine permits to be touched is asked when a run starts."""
    try:
        domain = refused_domain(origin_of(address))
    except NoOrigin as error:
        raise TargetError(f"{file}: {key}: {error}") from None
    if domain is None:
        return address
    raise TargetError(
        f"{file}: {key}: {address} belongs to {domain}, a real portal’s domain, which is refused whatever it serves "
        "(conformance/refused_domains.txt). Name an environment of your own, or run the implementation on this machine."
    )


def pages_in(found: TargetFile) -> Mapping[str, str]:
    """Pages by name."""
    pages: dict[str, str] = found.table.get("pages", {})
    for name, path in pages.items():
        with found.noted(f"pages.{name}"):
            if "://" in path:
                allowed(found.shown, f"pages.{name}", path)
    return pages


def functions_in(found: TargetFile) -> frozenset[str]:
    """What the portal has, of what cases and suites of all portals may be about."""
    functions: list[str] = found.table.get("functions", [])
    for name in functions:
        with found.noted("functions"):
            if name not in FUNCTIONS:
                there_are = f"there are: {', '.join(FUNCTIONS)}.{nearest(name, FUNCTIONS)}"
                raise TargetError(f"{found.shown}: functions: “{name}” is no function of a portal; {there_are}")
    return frozenset(functions) & {*FUNCTIONS}


def controls_in(found: TargetFile) -> Mapping[str, Control]:
    """Controls by name."""
    controls = {}
    for name, entry in found.table.get("controls", {}).items():
        with found.noted(f"controls.{name}"):
            if lacking := [key for key in ("role", "label") if key not in entry]:
                raise TargetError(
                    f"{found.shown}: controls.{name} has no {' and no '.join(lacking)}. "
                    f'Give both, such as {name} = {{ role = "button", label = "…" }}.'
                )
        with found.noted(f"controls.{name}.label"):
            if not lacking:
                controls[name] = Control(name, entry["role"], label_pattern(found.place(f"controls.{name}.label"), entry["label"]))
    return controls


def language_in(found: TargetFile) -> Language | None:
    """The language of pages and mails."""
    with found.noted("language"):
        try:
            return languages.named(found.table.get("language", "fr"))
        except LookupError as error:
            raise TargetError(f"{found.shown}: language: {error}.") from None
    return None


def limits_in(found: TargetFile) -> Mapping[timedelta, timedelta]:
    """Documented durations, each with the one in force."""
    limits = {}
    for documented, in_force in found.table.get("limits", {}).items():
        with found.noted(f"limits.{documented}"):
            place = found.place(f"limits.{documented}")
            limits[_length(place, documented)] = _duration(place, in_force)
    return limits


def known_failures_in(found: TargetFile) -> Mapping[str, KnownFailure]:
    """Known failures by id."""
    failures = {}
    for name, entry in found.table.get("known-failures", {}).items():
        with found.noted(f"known-failures.{name}.until"):
            if type(entry["until"]) is not date:
                place = found.place(f"known-failures.{name}.until")
                raise TargetError(
                    f"{place}: {entry['until']!r} is no date. Write the last day on which it is excused, without quotes: 2026-12-31."
                )
            failures[name] = KnownFailure(**entry)
    return failures


def _length(place: str, text: str) -> timedelta:
    """Of a documented duration, which may be of months."""
    try:
        return length(parse_period(text))
    except ValueError as error:
        raise TargetError(f"{place}: {error}.") from None


def _duration(place: str, text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise TargetError(f"{place}: {error}.") from None
