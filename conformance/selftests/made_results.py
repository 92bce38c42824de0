"""Results made by hand, for the tests of verdict, plugin and report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.report.assembling import Run, assemble
from conformance.report.document import Document, SelectionPart, TargetPart
from conformance.results import CaseResult, Check, Result, StepRecord
from scenarios.later import load_later
from scenarios.register import load_register

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


def made_run(*results: CaseResult, **more: Any) -> Run:
    """A run that ended with these results."""
    started = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    fields: dict[str, Any] = {
        "target": TargetPart("my-portal", "my-portal.toml", {PORTAL: "http://127.0.0.1:8000/ameli"}, ("clock", "mail", "people", "staff")),
        "suite_version": "0.1.0",
        "driver": "forms",
        "strict": False,
        "started": started,
        "ended": started + timedelta(seconds=75),
        "interrupted": False,
        "selection": SelectionPart(asked={}, selected=len(results)),
        "results": results,
        "problems": (),
        "environment": {"Python": "3.11.7"},
        "reproduce": "pytest conformance --target my-portal.toml --driver forms",
    }
    return Run(**{**fields, **more})


def made_document(*results: CaseResult, **more: Any) -> Document:
    """The document of a run that ended with these results, on the register of this repository."""
    return assemble(made_run(*results, **more), load_register(), load_later())
