"""Which cases are tried: what was asked for by name, of what the portal has and the driver can do.

Pure; unknown names are told with the nearest known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from scenarios.mistakes import suggestion

SCREEN = "screen"
NO_SCREEN = "they need a screen, which the forms driver does not have (use --driver browser)"
NO_FUNCTION = "they are about what the portal does not have (functions of the target file):"


class UnknownName(Exception):
    """Names that there are none of; as text, one line for each, with the option and what was probably meant."""


def family_of(id: str) -> str:
    """The id of a case or a suite without its example."""
    return re.sub(r"\[[^]]*\]$", "", id)


@dataclass(frozen=True)
class Candidate:
    """A case, with its example filled in, or a suite, as far as it takes to choose it."""

    id: str
    portal: str
    verifies: tuple[str, ...]
    impact: str
    needs: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()

    @property
    def family(self) -> str:
        """The id without the number of the example."""
        return family_of(self.id)


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line; nothing in an option means everything."""

    portals: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    impacts: tuple[str, ...] = ()

    @property
    def options(self) -> dict[str, tuple[str, ...]]:
        """Option -> the names given to it, those that were not given left out."""
        named = {"portal": self.portals, "requirement": self.requirements, "case": self.cases, "impact": self.impacts}
        return {option: names for option, names in named.items() if names}


@dataclass(frozen=True)
class Choice:
    """What is tried, in the order of the candidates, and what was asked for and is left out, by reason."""

    chosen: tuple[str, ...]
    left_out: dict[str, tuple[str, ...]] = field(default_factory=dict)


def listed(values: Iterable[str]) -> tuple[str, ...]:
    """The names in options that may be given several times and hold several names with commas between."""
    return tuple(dict.fromkeys(name.strip() for value in values for name in value.split(",") if name.strip()))


def choose(  # noqa: PLR0917
    candidates: Sequence[Candidate],
    wish: Wish,
    requirements: Iterable[str],
    portals: Iterable[str],
    screen: bool,
    functions: frozenset[str] = frozenset(),
) -> Choice:
    """What is to be tried, on a portal that has these `functions`, by a driver with or without a `screen`.

    Raises:
        UnknownName: for portals that the target, requirements that the register, and cases that the candidates do not have.
    """
    _known(candidates, wish, tuple(requirements), tuple(portals))
    wanted = [candidate for candidate in candidates if _is_wanted(candidate, wish)]
    chosen: list[str] = []
    left_out: dict[str, list[str]] = defaultdict(list)
    for candidate in wanted:
        if lacking := sorted(candidate.functions - functions):
            left_out[f"{NO_FUNCTION} {', '.join(lacking)}"].append(candidate.id)
        elif not screen and SCREEN in candidate.needs:
            left_out[NO_SCREEN].append(candidate.id)
        else:
            chosen.append(candidate.id)
    return Choice(tuple(chosen), {why: tuple(ids) for why, ids in left_out.items()})


def _is_wanted(candidate: Candidate, wish: Wish) -> bool:
    return (
        (not wish.portals or candidate.portal in wish.portals)
        and (not wish.requirements or bool({*wish.requirements} & {*candidate.verifies}))
        and (not wish.cases or any(_matcher(case)(candidate) for case in wish.cases))
        and (not wish.impacts or candidate.impact in wish.impacts)
    )


def _matcher(pattern: str) -> Callable[[Candidate], bool]:
    """An id as it stands, one without the number of the example, or one in which * and ? stand for other characters."""
    if "*" in pattern or "?" in pattern:
        glob = re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."))
        return lambda candidate: bool(glob.fullmatch(candidate.id) or glob.fullmatch(candidate.family))
    return lambda candidate: pattern in {candidate.id, candidate.family}


def _known(candidates: Sequence[Candidate], wish: Wish, requirements: tuple[str, ...], portals: tuple[str, ...]) -> None:
    told = "--portal {}: the target has no such portal{}"
    mistakes = [told.format(name, suggestion(name, portals)) for name in wish.portals if name not in portals]
    told = "--requirement {}: the register has no such requirement{}"
    mistakes += [told.format(name, suggestion(name, requirements)) for name in wish.requirements if name not in requirements]
    for name in wish.cases:
        if not any(map(_matcher(name), candidates)):
            known = {candidate.id if "[" in name else candidate.family for candidate in candidates}
            mistakes.append(f"--case {name}: there is no such case{suggestion(name, known)}")
    if mistakes:
        raise UnknownName("\n".join(mistakes))
