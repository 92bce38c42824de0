"""What was found of a defect, held against what its gallery says of it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from conformance.matrix.attempt import Attempt
from conformance.matrix.document import Problem
from conformance.matrix.gallery import Defect
from conformance.matrix.pairs import Check
from conformance.selection import family_of
from scenarios.mistakes import suggestion

_RACES = "suite.races."


@dataclass(frozen=True)
class Found:
    """What all attempts with one defect come to.

    `killed`: check -> the facts that broke; `tried`: the checks that judged something; `ran`: the trials and suites that ran; `verified`:
    the requirements that the checks that noticed stand for; `unjudged`: trials and suites that came to no judgement, with the reason;
    `reached`: whether the target asked after the defect at all.
    """

    killed: Mapping[str, tuple[str, ...]]
    tried: frozenset[str]
    ran: frozenset[str]
    verified: frozenset[str]
    unjudged: Mapping[str, str]
    reached: bool
    seconds: float
    runs: int


def found_of(attempts: Sequence[Attempt]) -> Found:
    """All attempts with one defect together."""
    killed: dict[str, set[str]] = {}
    verified: set[str] = set()
    for attempt in attempts:
        for check, facts in attempt.broken.items():
            killed.setdefault(check, set()).update(facts)
            verified.update(attempt.verifying.get(check, ()))
    return Found(
        killed={check: tuple(sorted(facts)) for check, facts in killed.items()},
        tried=frozenset({name for one in attempts for name in (*([one.check] if one.judged else []), *one.watchers)}),
        ran=frozenset(one.id for one in attempts),
        verified=frozenset(verified),
        unjudged={one.id: f"{one.result}: {one.reason}" for one in attempts if not one.judged},
        reached=any(one.consulted is None or one.defect in one.consulted for one in attempts),
        seconds=sum(one.seconds for one in attempts),
        runs=len(attempts),
    )


def problems_of(defect: Defect, found: Found, checks: Mapping[str, Check], covered: Collection[str], quick: bool = False) -> list[Problem]:
    """What is wrong with a defect. `covered` are the requirements that something verifies today; `quick`: it ended at the first kill."""
    told = [*_names(defect, checks)]
    if not found.reached:
        told.append(Problem("not consulted", defect.name, "no check ever came to where it is: nothing can notice it"))
    else:
        told += [*_survivors(defect, found, checks, quick), *_surprises(defect, found)]
        told += [*(() if quick else _not_proven(defect, found, covered))]
    told += [Problem("no judgement", defect.name, f"{id} came to no judgement: {reason}") for id, reason in found.unjudged.items()]
    return told


def _names(defect: Defect, checks: Mapping[str, Check]) -> Iterator[Problem]:
    if not defect.killed_by:
        yield Problem("names nobody", defect.name, "it names no check that must notice it")
    for id in defect.killed_by:
        if id not in checks:
            yield Problem("unknown check", defect.name, f"it names {id}, and there is no such check{suggestion(id, checks)}")


def _is_race(check: str) -> bool:
    """Whether it is about what happens at the same moment: then by which of its facts it notices a defect is a matter of chance."""
    return check.startswith(_RACES)


def _survivors(defect: Defect, found: Found, checks: Mapping[str, Check], quick: bool) -> Iterator[Problem]:
    """Where it was not noticed, and ought to have been."""
    for id, facts in defect.killed_by.items():
        seen = found.killed.get(id, ())
        if seen and not quick and not _is_race(id):
            for fact in (fact for fact in facts if fact not in seen):
                yield Problem("fact held", defect.name, f"{id} is named with “{fact}”, and that held", id)
        elif id in checks and not seen and (not quick or _all_of(checks[id], found)):
            yield Problem("survivor", defect.name, f"{id} must notice it and {_instead(id, found)}", id)


def _instead(id: str, found: Found) -> str:
    """What a check did that had to notice a defect and did not."""
    if id in found.tried:
        return "held all the same"
    return "came to no judgement" if id in map(family_of, found.unjudged) else "never came to where it is"


def _all_of(check: Check, found: Found) -> bool:
    """Whether everything that a check has was run; for a watcher, whether it was looked for to the end."""
    return all(one.id in found.ran for one in check.trials) if check.trials else not found.killed


def _surprises(defect: Defect, found: Found) -> Iterator[Problem]:
    """Where it was noticed, and the gallery does not say so. What a race shows, any race may show, by any of its facts."""
    for id, seen in found.killed.items():
        named = defect.killed_by.get(id)
        if _is_race(id) and any(map(_is_race, defect.killed_by)):
            continue
        if named is None:
            yield Problem("unnamed check", defect.name, f"{id} noticed it and is not named ({', '.join(seen)})", id)
            continue
        for fact in (fact for fact in seen if fact not in named):
            yield Problem("unnamed fact", defect.name, f"{id} noticed it by “{fact}”, which is not named", id)


def _not_proven(defect: Defect, found: Found, covered: Collection[str]) -> Iterator[Problem]:
    for name in defect.breaks:
        if name in covered and name not in found.verified:
            yield Problem("unproven", defect.name, f"it is said to break {name}, and no check that noticed it verifies {name}")
