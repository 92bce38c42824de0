"""How a case shows while the run goes on: a letter, a word, and a short text when it did not pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conformance.results import KNOWN_FAILURE, CaseResult, Result
from conformance.verdict import broken_checks, broken_steps, reason_beyond_checks
from scenarios.model import Requirement

LETTERS: Mapping[str, str] = {
    Result.PASSED: ".",
    Result.FAILED: "F",
    Result.WARNING: "w",
    Result.MECHANISM_ONLY: "m",
    Result.NOT_APPLICABLE: "n",
    Result.COULD_NOT_RUN: "c",
    Result.ERROR: "E",
    KNOWN_FAILURE: "k",
}
COLOURS: Mapping[str, str] = {
    Result.PASSED: "green",
    Result.FAILED: "red",
    Result.WARNING: "yellow",
    Result.MECHANISM_ONLY: "cyan",
    Result.NOT_APPLICABLE: "light",
    Result.COULD_NOT_RUN: "blue",
    Result.ERROR: "red",
    KNOWN_FAILURE: "yellow",
}
_LONGEST = 400


def in_short(results: Sequence[CaseResult], requirements: Mapping[str, Requirement]) -> str:
    """What stands in the place of a traceback: requirement, step, expected, actual, and how to run only this again."""
    return "\n\n".join(_told(result, requirements) for result in results)


def headline(result: CaseResult) -> str:
    """One line: what broke first, or why there is no check to show."""
    for _, sentence, check in broken_checks(result):
        about = ", ".join(check.requirements) or ", ".join(result.requirements)
        text = f"{about} {check.fact}: expected {check.expected}, actual {check.actual}"
        return f"{text} (on the way: {sentence})" if check.on_the_way else text
    return result.reason or result.title


def clipped(text: str, longest: int = _LONGEST) -> str:
    """On one line, and not longer than that."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _told(result: CaseResult, requirements: Mapping[str, Requirement]) -> str:
    lines = [f"{result.result}: {result.title}"]
    for id in result.requirements:
        rule = requirements.get(id)
        lines.append(f"  {id} {rule.title} [{rule.source}, {rule.where or 'no place named'}]" if rule and rule.source else f"  {id}")
    if reason := reason_beyond_checks(result):
        lines.append(f"  {clipped(reason)}")
    for number, step, checks in broken_steps(result):
        lines.append(f"  step {number}: {step.sentence} ({step.place}){', on the way' if checks[0].on_the_way else ''}")
        for check in checks:
            lines += [f"    {check.fact}", f"      expected  {clipped(check.expected)}", f"      actual    {clipped(check.actual)}"]
    if result.rerun:
        lines.append(f"  only this again: {result.rerun}")
    return "\n".join(lines)
