"""Results made by hand, for the tests of verdict, plugin and report."""

from __future__ import annotations

from typing import Any

from conformance.results import CaseResult, Check, Result, StepRecord

PORTAL = "ameli-connect"


def made_check(requirement: str = "AMC-30", held: bool = True, **more: Any) -> Check:
    """A check of an outcome that held, or did not."""
    actual = "signed-in" if held else "refused"
    return Check(**{"fact": "outcome", "expected": "signed-in", "actual": actual, "held": held, "requirements": (requirement,), **more})


def made_result(result: Result = Result.PASSED, *checks: Check, **more: Any) -> CaseResult:
    """A result of one step with these checks."""
    fields: dict[str, Any] = {
        "id": "a.case",
        "title": "A case",
        "portal": PORTAL,
        "driver": "forms",
        "impact": "account",
        "requirements": ("AMC-30",),
        "result": result,
        "steps": (StepRecord(sentence="Enter the code received", place="a.yaml:3", checks=checks),),
    }
    return CaseResult(**{**fields, **more})


def made_pass(id: str = "a.case", **more: Any) -> CaseResult:
    """A result that passed, with one check that held."""
    return made_result(Result.PASSED, made_check(), id=id, **more)
