"""The named defects that a target offers: mistakes that a world can switch on (`GET /api/defects`, docs/testability.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from conformance.connections import ask
from conformance.driver import DriverBroke
from conformance.target import Target
from scenarios.mistakes import suggestion

FORMS, BROWSER = "forms", "browser"


class NoGallery(Exception):
    """The target offers no defects that could be tried; the text says where they were looked for, and the way on."""


class UnknownDefect(Exception):
    """Names that the gallery does not have; as text, one line for each, with what was probably meant."""


class Defect(msgspec.Struct, frozen=True):
    """One mistake, as the target tells it: `killed_by` names the checks that must notice, and the facts on which each does.

    `driver` is `browser` where only a browser that shows pages can notice. `part` is where in the portal it is, if the target says so.
    """

    name: str
    title: str
    portal: str
    breaks: tuple[str, ...]
    killed_by: Mapping[str, tuple[str, ...]]
    seen_in: str = ""
    driver: str = FORMS
    part: str = ""


class _Gallery(msgspec.Struct, frozen=True):
    defects: tuple[Defect, ...]


@dataclass(frozen=True)
class Elsewhere:
    """What defects of other portals prove of the checks and requirements that all portals share: once is enough."""

    checks: frozenset[str] = frozenset()
    requirements: frozenset[str] = frozenset()


def gallery_of(target: Target) -> tuple[Defect, ...]:
    """The defects of the target's portal, in its order. Raises NoGallery."""
    found = _told_by(target)
    ours = tuple(defect for defect in found if defect.portal == target.portal)
    if not ours:
        raise NoGallery(f"{target.control}/api/defects lists no defect of the portal {target.portal}.")
    return ours


def elsewhere(target: Target) -> Elsewhere:
    """What the defects of the other portals name and break. Raises NoGallery."""
    others = [defect for defect in _told_by(target) if defect.portal != target.portal]
    return Elsewhere(frozenset(id for one in others for id in one.killed_by), frozenset(id for one in others for id in one.breaks))


def _told_by(target: Target) -> tuple[Defect, ...]:
    if target.control is None or "people" not in target.capabilities:
        raise NoGallery(f"{target.file} names no testability API, which is what switches defects on: give its base address as control.")
    address = f"{target.control}/api/defects"
    try:
        return msgspec.convert(ask("GET", address), _Gallery).defects
    except DriverBroke as broke:
        raise NoGallery(f"{target.file} offers no gallery of defects: {broke}") from None
    except msgspec.ValidationError as mistake:
        raise NoGallery(f"{address} does not answer as docs/testability.md says: {mistake}") from None


def named(defects: Sequence[Defect], names: Sequence[str]) -> tuple[Defect, ...]:
    """Those of these names, in the order of the gallery; all when none is named. Raises UnknownDefect."""
    known = [defect.name for defect in defects]
    if unknown := [name for name in names if name not in known]:
        told = "--defect {}: the target has no such defect{}"
        raise UnknownDefect("\n".join(told.format(name, suggestion(name, known)) for name in unknown))
    return tuple(defect for defect in defects if not names or defect.name in names)
