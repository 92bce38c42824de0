"""The chapter on the file itself: every mistake at once, and what is out of date in it."""

from __future__ import annotations

from conformance.doctor.finding import Finding, Findings, Level
from conformance.plan import Material, Options, Plan, load_material, make_plan
from conformance.selection import UnknownName
from conformance.target import Target
from conformance.target_file import TargetError
from scenarios.mistakes import MistakesFound

TITLE = "The file"
_NEEDS = {
    "people": "control or [people]",
    **dict.fromkeys(("clock", "staff", "faults", "lift"), "control"),
    **{name: name for name in ("mail", "sms", "app")},
}


def check_file(options: Options, findings: Findings) -> Plan | None:
    """What is going to be tried, or None for a file with mistakes. Raises UnknownName for what was asked for on the command line."""
    try:
        material = load_material(options.target)
        plan = make_plan(options, material)
    except TargetError as error:
        if not any(mistake.file or mistake.key for mistake in error.mistakes):
            raise UnknownName(str(error)) from None
        findings.made.extend(_as_finding(mistake.text, mistake.key, mistake.file, mistake.line) for mistake in error.mistakes)
        return None
    except MistakesFound as found:
        findings.made.extend(_as_finding(one.text, "", one.place.file, one.place.line) for one in found.mistakes)
        return None
    _check_capabilities(material, findings)
    _check_known_failures(plan, findings)
    if findings.broken:
        return None
    findings.good(f"{material.target.file}: {_said(material.target, plan)}")
    return plan


def _as_finding(text: str, key: str, file: str, line: int) -> Finding:
    """A mistake's text names the way on already."""
    place = f"{file}:{line}" if line else file
    return Finding(Level.MISTAKE, key, text, place=place)


def _check_capabilities(material: Material, findings: Findings) -> None:
    target = material.target
    given = {name: getattr(target, name) for name in ("control", "mail", "sms", "app")}
    given["control or [people]"] = target.control or target.people
    for name, needed in _NEEDS.items():
        if name in target.capabilities and not given[needed]:
            text = f"capabilities.{name} is on, and {needed} is not given: nothing tells how it is done"
            findings.mistake(f"capabilities.{name}", text, f"Give {needed}, or take the line out.")


def _check_known_failures(plan: Plan, findings: Findings) -> None:
    for name, known in plan.known.by_id.items():
        if known.until < plan.known.day:
            text = f"known-failures.{name}: excused until {known.until}, which is past: it counts as a failure"
            findings.warn(f"known-failures.{name}", text, "Take it out when it is mended, or agree on a new date.")


def _said(target: Target, plan: Plan) -> str:
    left_out = sum(map(len, plan.left_out.values()))
    beside = f", {left_out} left out" if left_out else ""
    return f"{target.portal}, {len(plan.trials)} cases and {len(plan.suites)} suites chosen{beside}"
