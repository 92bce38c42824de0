"""The chapter on people: where they come from, how many a run uses up, and who would go without."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from conformance.clocks import RunningClock
from conformance.doctor.finding import Findings
from conformance.doctor.patient import Patient
from conformance.driver import CannotRun, DriverBroke, Provisioner, World
from conformance.people.account_file import STRANGER
from conformance.people.allocation import Allocation, Claim, claims_of
from conformance.people.prepared import PreparedPeople
from conformance.provisioning import provisioner_of, reckoning
from scenarios.model import Person

TITLE = "People"
DOCTOR = "doctor"
_SLOW_SECONDS = 2.0
_MOST_SORTS = 6


@dataclass(frozen=True)
class Household:
    """Who makes people, and for a file of accounts who has which; `world` holds the doctor's own person, if one could be had."""

    provisioner: Provisioner
    allocation: Allocation | None
    world: World | None


def check_people(patient: Patient, findings: Findings, wanted: Person | None) -> Household:
    """Reckon, and make the `wanted` person as a sample; None makes nobody."""
    target = patient.running
    claims = claims_of(patient.plan.trials.values(), patient.plan.suites.values(), target, patient.longest_wait)
    allocation = None
    if target.people and target.people.file:
        allocation = reckoning(target.people, claims)
        _tell_accounts(patient, findings, allocation)
    elif "people" in target.capabilities:
        people = sum(len([person for person in claim.people if person.kind != STRANGER]) for claim in claims)
        findings.good(f"a run has {people} people made for it by {_maker(patient)}")
    else:
        findings.warn("control", "nobody can be had: no case that needs an account can run", "Give control, or a section [people].")
    provisioner = _provisioner(patient, claims, wanted)
    return Household(provisioner, allocation, _made(patient, findings, provisioner, wanted) if wanted else None)


def _maker(patient: Patient) -> str:
    return "people.command" if patient.running.people else "the testability API"


def _tell_accounts(patient: Patient, findings: Findings, allocation: Allocation) -> None:
    target = patient.running
    assert target.people is not None
    file = target.people.file or ""
    name = file.rpartition("/")[2]
    findings.good(f"{name} has {len(target.people.accounts)} accounts; a run uses up {allocation.burnt} of them", "people.file")
    lacking = sorted((one for one in allocation.sorts if one.asked > one.there - one.elsewhere), key=lambda one: one.there - one.asked)
    without = len(allocation.without)
    if not without:
        return
    mend = f"Add rows to {name}, restore accounts between two runs, or choose fewer cases. Most are lacking of: " + "; ".join(
        f"{one.sort} ({one.asked} asked for, {one.there} there)" for one in lacking[:_MOST_SORTS]
    )
    findings.warn("people.file", f"{without} cases and suites go without accounts, and could not run", mend)


def _provisioner(patient: Patient, claims: Sequence[Claim], wanted: Person | None) -> Provisioner:
    """The doctor takes an account that no case needs, where there is one."""
    clock = RunningClock(patient.running.file)
    own = [Claim(DOCTOR, (wanted,))] if wanted else []
    last = provisioner_of(patient.running, [*claims, *own], clock)
    taken = isinstance(last, PreparedPeople) and DOCTOR in last.allocation.without
    return provisioner_of(patient.running, [*own, *claims], clock) if taken else last


def _made(patient: Patient, findings: Findings, provisioner: Provisioner, wanted: Person) -> World | None:
    target = patient.running
    key = "control" if target.people is None else "people.file" if target.people.file else "people.command"
    began = time.monotonic()
    try:
        world = provisioner.make([wanted], None, DOCTOR)
    except (DriverBroke, CannotRun) as fault:
        findings.mistake(key, f"{key}: {fault}", "docs/targets.md and docs/testability.md say how people are asked for and answered.")
        return None
    seconds = time.monotonic() - began
    if target.people and target.people.file:
        findings.note("the doctor uses one account: one code of its quota is asked for, nothing in it is changed", key)
    else:
        slow = "; each case makes its own" if seconds > _SLOW_SECONDS else ""
        findings.note(f"one person was made in {seconds:.1f} s{slow}", key)
    return world
