"""Named defects: mistakes that somebody really made, built in on purpose, each in one place, and off until a world switches it on.

The place asks `defects.on(name)`, as late as it can: what nobody consulted changed nothing, and that is noted by world.
`python -m simulator.defects` lists the gallery; what there is stands in `simulator/gallery/*.yaml`.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from textwrap import fill

import msgspec
import yaml

_HOME = Path(__file__).parent / "gallery"
_MOST_WORLDS = 1_000
_WIDTH = 110


class UnknownDefect(LookupError):
    """There is no defect of that name in the gallery."""


class Defect(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """One mistake: what is wrong from outside, which requirements it breaks, and which checks of the harness must notice, on which facts.

    `seen_in` says where somebody really made it. `driver` is `browser` where only a browser that shows pages can notice.
    """

    name: str
    title: str
    breaks: tuple[str, ...]
    killed_by: dict[str, tuple[str, ...]]
    seen_in: str
    portal: str = "ameli-connect"
    driver: str = "forms"


@dataclass(frozen=True)
class _Switches:
    """What is on in the world of this request, and where it is noted what was asked after."""

    on: frozenset[str]
    consulted: set[str]


_switches: ContextVar[_Switches | None] = ContextVar("switches", default=None)


def on(name: str) -> bool:
    """Whether the defect is on in the world of this request. Raises UnknownDefect for a name that the gallery does not have."""
    if name not in gallery():
        raise UnknownDefect(name)
    switches = _switches.get()
    if switches is None:
        return False
    switches.consulted.add(name)
    return name in switches.on


def active() -> tuple[str, ...]:
    """The defects that are on in the world of this request, by name."""
    switches = _switches.get()
    return tuple(sorted(switches.on)) if switches else ()


def enter(names: Iterable[str], consulted: set[str]) -> None:
    """From here on this request is in a world where these are on; what it asks after is added to `consulted`."""
    _switches.set(_Switches(frozenset(names), consulted))


def leave() -> None:
    """The request is over."""
    _switches.set(None)


@contextmanager
def switched(*names: str) -> Iterator[set[str]]:
    """For tests: these are on inside; gives the set of what is asked after."""
    consulted: set[str] = set()
    enter(names, consulted)
    try:
        yield consulted
    finally:
        leave()


@cache
def parts() -> dict[str, tuple[Defect, ...]]:
    """The defects by the part of the portal that they are in: each part is a file."""
    return {path.stem: tuple(_read(path)) for path in sorted(_HOME.glob("*.yaml"))}


@cache
def gallery() -> dict[str, Defect]:
    """All defects by name, in the order of the files."""
    return {defect.name: defect for part in parts().values() for defect in part}


def known(names: Iterable[str]) -> tuple[str, ...]:
    """The same names, each once and in order. Raises UnknownDefect."""
    for name in names:
        if name not in gallery():
            raise UnknownDefect(name)
    return tuple(sorted(set(names)))


def _read(path: Path) -> list[Defect]:
    return msgspec.convert(yaml.safe_load(path.read_text()) or [], list[Defect])


@dataclass
class Consultations:
    """Which defects were asked after, by world; of the newest worlds only. Known to the process that served them."""

    _by_world: OrderedDict[str, set[str]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, world: str) -> set[str]:
        """The set of that world, to be added to."""
        with self._lock:
            found = self._by_world.setdefault(world, set())
            self._by_world.move_to_end(world)
            while len(self._by_world) > _MOST_WORLDS:
                self._by_world.popitem(last=False)
            return found

    def told(self, world: str) -> tuple[str, ...] | None:
        """What was asked after in that world, by name; None where this process served no page of it."""
        found = self._by_world.get(world)
        return None if found is None else tuple(sorted(found.copy()))


def _told(defect: Defect) -> str:
    killers = ", ".join(f"{check} ({', '.join(facts)})" for check, facts in defect.killed_by.items())
    lines = (defect.title, f"breaks {', '.join(defect.breaks)}", f"seen in {defect.seen_in}", f"noticed by {killers or 'nobody yet'}")
    return "\n".join((defect.name, *(fill(line, _WIDTH, initial_indent="  ", subsequent_indent="    ") for line in lines)))


def main(arguments: list[str] | None = None) -> int:
    """List the gallery; 1 when nothing there breaks what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m simulator.defects", description="The named defects that a world can switch on.")
    parser.add_argument("--requirement", help="only those that break this requirement, such as HRD-04")
    parser.add_argument("--names", action="store_true", help="names only")
    given = parser.parse_args(arguments)
    found = [defect for defect in gallery().values() if given.requirement in {None, *defect.breaks}]
    if not found:
        print(f"No defect breaks {given.requirement}.", file=sys.stderr)
        return 1
    print("\n".join(defect.name for defect in found) if given.names else "\n\n".join(map(_told, found)))
    if not given.names:
        print(f'\n{len(found)} defects. Switch one on in a world: the control room, or POST /api/worlds with {{"defects": [name]}}.')
    return 0


if __name__ == "__main__":
    sys.exit(main())
