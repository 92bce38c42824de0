"""What was found of a defect, held against what its gallery says of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from conformance.matrix.attempt import Attempt
from conformance.matrix.gallery import Defect
from conformance.matrix.pairs import Check
from scenarios.mistakes import suggestion


@dataclass(frozen=True)
class Problem:
    """Something that is wrong: of which kind, at which defect or check, and in words."""

    kind: str
    about: str
    text: str


@dataclass(frozen=True)
class Found:
    """What all attempts with one defect come to. `killed`: check -> the facts that broke; `tried`: the checks that judged something;
    `unjudged`: trials and suites that came to no judgement, with the reason."""

    killed: Mapping[str, tuple[str, ...]]
    tried: frozenset[str]
    unjudged: Mapping[str, str]
    verified: frozenset[str]
    seconds: float = 0.0
    attempts: int = 0


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
        unjudged={one.id: f"{one.result}: {one.reason}" for one in attempts if not one.judged},
        verified=frozenset(verified),
        seconds=sum(one.seconds for one in attempts),
        attempts=len(attempts),
    )


def problems_of(defect: Defect, found: Found, checks: Mapping[str, Check], covered: Iterable[str], quick: bool = False) -> list[Problem]:
    """What is wrong with a defect. `covered` are the requirements that something verifies today; `quick`: only some named checks ran."""
    told = [*_names(defect, checks), *_kills(defect, found, checks, quick)]
    told += [Problem("no judgement", defect.name, f"{id} came to no judgement: {reason}") for id, reason in found.unjudged.items()]
    if not found.attempts:
        told.append(Problem("not consulted", defect.name, "no check ever consulted it: nothing can notice it"))
    if not quick:
        unproven = [name for name in defect.breaks if name in {*covered} - found.verified]
        told += [
            Problem("unproven", defect.name, f"it is said to break {name}, and no check that noticed it verifies {name}")
            for name in unproven
        ]
    return told


def _names(defect: Defect, checks: Mapping[str, Check]) -> list[Problem]:
    if not defect.killed_by:
        return [Problem("names nobody", defect.name, "it names no check that must notice it")]
    return [
        Problem("unknown check", defect.name, f"it names {id}, and there is no such check{suggestion(id, checks)}")
        for id in defect.killed_by
        if id not in checks
    ]


def _kills(defect: Defect, found: Found, checks: Mapping[str, Check], quick: bool) -> list[Problem]:
    told: list[Problem] = []
    for id, facts in defect.killed_by.items():
        seen = found.killed.get(id, ())
        if id in checks and not seen and (id in found.tried or not quick):
            why = "held all the same" if id in found.tried else "was not reached by it"
            told.append(Problem("survivor", defect.name, f"{id} is named and {why}"))
        elif seen and not quick:
            told += [Problem("fact held", defect.name, f"{id} is named with “{fact}”, which held") for fact in facts if fact not in seen]
    for id, seen in found.killed.items():
        if id not in defect.killed_by:
            told.append(Problem("unnamed check", defect.name, f"{id} noticed it and is not named ({', '.join(seen)})"))
            continue
        unnamed = [fact for fact in seen if fact not in defect.killed_by[id]]
        told += [Problem("unnamed fact", defect.name, f"{id} noticed it by “{fact}”, which is not named") for fact in unnamed]
    return told
