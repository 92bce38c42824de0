"""The mapping of a defect to what noticed it, as it was found, in the words of a gallery file."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.matrix.gallery import Defect
from conformance.matrix.judgement import Found
from conformance.progress import clipped


def proposal(defect: Defect, found: Found) -> str:
    """`killed-by` as it would have to stand in the gallery, and what the defect says otherwise."""
    return "\n".join(_lines(defect, found))


def _lines(defect: Defect, found: Found) -> Iterator[str]:
    yield f"- name: {defect.name}  # {defect.title}"
    yield f"  # {found.runs} runs came to it, {found.seconds:.1f} s{'' if found.reached else '; none ever asked after it'}"
    if not found.killed:
        yield "  killed-by: {}  # nobody noticed"
    else:
        yield "  killed-by:"
    for check, facts in sorted(found.killed.items()):
        said = defect.killed_by.get(check)
        word = "" if said is not None and set(said) == set(facts) else "  # not named" if said is None else f"  # named: {', '.join(said)}"
        yield f"    {check}: [{', '.join(map(_fact, facts))}]{word}"
    for check, facts in defect.killed_by.items():
        if check not in found.killed:
            yield f"    # named, and did not notice: {check}: [{', '.join(facts)}]"
    for name in defect.breaks:
        if name not in found.verified:
            yield f"  # breaks {name}, and nothing that noticed verifies it"
    for id, reason in found.unjudged.items():
        yield f"  # no judgement: {id}: {clipped(reason, 200)}"


def _fact(fact: str) -> str:
    """A fact as YAML can hold it in a list."""
    return f'"{fact}"' if any(sign in fact for sign in ",:[]{}#\"'") else fact
