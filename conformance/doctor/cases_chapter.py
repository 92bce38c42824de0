"""The chapter on cases: which can run, why the others cannot, and how long it takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from conformance.doctor.finding import Finding, Findings, Level
from conformance.doctor.patient import Patient
from conformance.obstacles import Obstacle, obstacle_to, obstacle_to_suite
from conformance.results import Result
from conformance.selection import NO_FUNCTION
from conformance.waiting import waiting_time

TITLE = "Cases"
_MENDS = {
    "control": "Give control (a testability API).",
    "--max-wait": "Shorten [limits] on the target, let cases wait longer with --max-wait, or give control (a testability API).",
    "impacts": "Add the impact to heurtoir.txt.",
    "--driver": "Run with --driver browser.",
    "people.file": "Add such accounts, or choose fewer cases.",
    "capabilities.people": "Give control (a testability API), or a section [people].",
    "capabilities.mail": "Give the address of Mailpit as mail.",
    "capabilities.app": "Describe the API of the app in [app].",
    "capabilities.sms": "Give the address of an SMS sink as sms.",
    "capabilities.staff": "Give control: staff act through the testability API.",
    "capabilities.faults": "Give control: faults are switched through the testability API.",
}
# Reasons that differ from case to case and mean one thing.
_TOGETHER = {"people.file": "they go without accounts (see People)", "--max-wait": "they wait longer than --max-wait allows"}


def check_cases(patient: Patient, findings: Findings, without: Mapping[str, str], step_seconds: float) -> None:
    """Reckon; `without` says who has no accounts and why, `step_seconds` how long a step took on the doctor's own way, 0 when unknown."""
    obstacles = {id: found for id in (*patient.plan.trials, *patient.plan.suites) if (found := _obstacle(patient, id, without))}
    can = [id for id in (*patient.plan.trials, *patient.plan.suites) if id not in obstacles]
    everything = len(can) + len(obstacles)
    say = Finding(Level.GOOD if can else Level.MISTAKE, "", f"{len(can)} of {everything} can run{_time(patient, can, step_seconds)}")
    findings.made.append(say)
    grouped: dict[Obstacle, list[str]] = defaultdict(list)
    for id, obstacle in obstacles.items():
        grouped[replace(obstacle, reason=_TOGETHER.get(obstacle.key, obstacle.reason))].append(id)
    for obstacle, ids in sorted(grouped.items(), key=lambda pair: (pair[0].result, -len(pair[1]))):
        findings.made.append(_group(patient, obstacle, ids))
    for why, left_out in patient.plan.left_out.items():
        key = "functions" if why.startswith(NO_FUNCTION) else "--driver"
        findings.made.append(Finding(Level.NOTE, key, f"{len(left_out)} left out: {why}", cases=left_out))


def _obstacle(patient: Patient, id: str, without: Mapping[str, str]) -> Obstacle | None:
    target = patient.running
    trial, suite = patient.plan.trials.get(id), patient.plan.suites.get(id)
    found = obstacle_to(trial, target, patient.longest_wait, patient.screen) if trial else None
    if suite:
        found = obstacle_to_suite(suite, target)
    if found is None and id in without:
        found = Obstacle(Result.COULD_NOT_RUN, without[id], "people.file")
    return found


def _group(patient: Patient, obstacle: Obstacle, ids: list[str]) -> Finding:
    text = f"{len(ids)} {obstacle.result}: {obstacle.reason}"
    if obstacle.key == "--max-wait":
        longest = max(waiting_time(patient.plan.trials[id], patient.running) for id in ids)
        text = f"{text}, up to {_length(longest.total_seconds())}"
    level = Level.WARNING if obstacle.result is Result.COULD_NOT_RUN else Level.NOTE
    mend = "" if level is Level.NOTE else _mend(obstacle)
    return Finding(level, obstacle.key, text, mend, cases=tuple(ids))


def _mend(obstacle: Obstacle) -> str:
    """For each capability that is missing, what gives it; else what changes the one thing that is in the way."""
    missing = [mend for key, mend in _MENDS.items() if key.startswith("capabilities.") and key in obstacle.reason]
    return " ".join(missing) or _MENDS.get(obstacle.key, f"Give what {obstacle.key} needs, and it can.")


def _time(patient: Patient, ids: list[str], step_seconds: float) -> str:
    trials = [patient.plan.trials[id] for id in ids if id in patient.plan.trials]
    steps = sum(step.times for trial in trials for step in trial.steps)
    said = []
    if step_seconds and steps:
        said.append(f"about {_length(steps * step_seconds)} one after the other (a step took {step_seconds:.2f} s just now)")
    waits = max((waiting_time(trial, patient.running) for trial in trials), default=timedelta())
    if waits:
        said.append(f"the longest wait is {_length(waits.total_seconds())}, all waits side by side")
    return f": {'; '.join(said)}" if said else ""


def _length(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"
