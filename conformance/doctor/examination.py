"""The whole examination: chapter after chapter, each told as soon as it is done. One that fails early keeps the later ones quiet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from conformance.covering import covered
from conformance.doctor import addresses, cases_chapter, clock_chapter, file_chapter, mail_chapter, people_chapter, permission_chapter
from conformance.doctor.finding import Chapter, Finding, Findings, Level
from conformance.doctor.journey import PERSON, Journey
from conformance.doctor.patient import Patient
from conformance.doctor.people_chapter import Household
from conformance.driver import Browsers, CannotRun, DriverBroke, World
from conformance.drivers.forms import FormsBrowsers
from conformance.gate import GATE
from conformance.plan import Options, Plan
from conformance.process import started, told_addresses
from conformance.scene import Scene
from conformance.secrets import Secrets
from conformance.target import Addresses, Target, documented_target
from conformance.target_file import TargetError
from conformance.toml_lines import key_lines
from scenarios.model import Person

Made = TypeVar("Made")
PAGES = "Pages and controls"
_DAYS = timedelta(days=3)
_EACH_CASE_IMPACT = "account"


def examine(options: Options, acts: bool | None) -> Iterator[Chapter]:
    """Look a target over. `acts`: whether the doctor may sign in with an account; None: where all is on this machine.

    Raises:
        UnknownName: for what was asked for on the command line and is not there.
    """
    findings = Findings()
    plan = file_chapter.check_file(options, findings)
    yield findings.chapter(file_chapter.TITLE)
    if plan is None:
        return
    with ExitStack() as stack:
        running, chapter = _running(plan, stack)
        if chapter is not None:
            yield chapter
        if running is not None:
            patient = _patient(plan, running, acts)
            for one in _chapters(patient, stack):
                yield _finished(one, patient)


def _patient(plan: Plan, running: Target, acts: bool | None) -> Patient:
    options = plan.options
    allowed = permission_chapter.acts_by_itself(running) if acts is None else acts
    documented = documented_target(running.portal)
    return Patient(plan, plan.material.target, running, documented, options.driver, options.longest_wait, allowed)


def _running(plan: Plan, stack: ExitStack) -> tuple[Target | None, Chapter | None]:
    """The target with its addresses; it is started where its file says how."""
    findings, target = Findings(), plan.material.target
    try:
        addresses_told = told_addresses()
        if addresses_told is None and target.start is not None:
            began = time.monotonic()
            addresses_told = stack.enter_context(started(target.start, target.file))
            findings.good(f"start.command was ready after {time.monotonic() - began:.1f} s", "start.command")
        return target.at(addresses_told or Addresses("")), findings.chapter("Start") if findings.made else None
    except TargetError as error:
        text = str(error).removeprefix(f"{target.file}: ")
        key = text.partition(":")[0] if text.startswith(("start", "address", "control", "mail", "sms")) else "start.command"
        findings.mistake(key, text)
        return None, findings.chapter("Start")


def _chapters(patient: Patient, stack: ExitStack) -> Iterator[Chapter]:
    findings = Findings()
    permitted = _guarded(findings, lambda: permission_chapter.check_permission(patient.running, findings))
    yield findings.chapter(permission_chapter.TITLE)
    if not permitted:
        return
    findings = Findings()
    answered = _guarded(findings, lambda: addresses.check_addresses(patient, findings))
    yield findings.chapter(addresses.TITLE)
    if answered:
        yield from _inside(patient, stack)


def _inside(patient: Patient, stack: ExitStack) -> Iterator[Chapter]:
    """What can be seen of a target that answers."""
    findings = Findings()
    household = _guarded(findings, lambda: people_chapter.check_people(patient, findings, _wanted(patient, findings)))
    yield findings.chapter(people_chapter.TITLE)
    if household is None:
        return
    findings = Findings()
    journey = _guarded(findings, lambda: _journey(patient, household, findings, stack))
    yield _covered(findings.chapter(PAGES), journey)
    if journey is not None and household.world is not None:
        yield from _mail_and_clock(patient, journey)
    findings = Findings()
    without = household.allocation.without if household.allocation else {}
    pace = journey.seconds / journey.steps if journey and journey.steps and journey.signed_out else 0.0
    _guarded(findings, lambda: cases_chapter.check_cases(patient, findings, without, pace))
    yield findings.chapter(cases_chapter.TITLE)


def _wanted(patient: Patient, findings: Findings) -> Person | None:
    """Whom the doctor signs in: an insured person like any other, when that is allowed."""
    if "people" not in patient.running.capabilities:
        return None
    if forbidden := GATE.forbids(_EACH_CASE_IMPACT):
        findings.note(f"the doctor signs nobody in: {forbidden}")
        return None
    if not patient.acts:
        findings.note(
            "the doctor signs nobody in without being told to, beyond this machine", "", "Let it with --send: one code is mailed."
        )
        return None
    return Person(PERSON, PERSON, {})


def _journey(patient: Patient, household: Household, findings: Findings, stack: ExitStack) -> Journey:
    world = household.world or World("doctor", patient.running.address, {}, None, None, None, lambda: None)
    if household.world is not None:
        stack.callback(_drop, household, household.world)
    browsers = stack.enter_context(_browsers(patient))
    scene = Scene.begin(patient.running, world, browsers, PERSON, patient.running.mail_wait_seconds)
    journey = Journey(patient, scene, findings)
    _guarded(findings, lambda: _way_in(journey, household.world is not None))
    return journey


def _way_in(journey: Journey, with_account: bool) -> None:
    there = journey.look_around()
    if not with_account or not there:
        return
    journey.try_stranger()
    began, before = time.monotonic(), journey.steps
    way = journey.sign_in()
    if way == "ask":
        way = "code" if journey.ask_for_code() else ""
    elif way == "code":
        journey.asked = True
        way = "code" if journey.look_at_code_page() else ""
    came = journey.asked and _readable(journey) and journey.read_mail()
    opened = journey.see_account() if way == "open" else way == "code" and came and journey.enter_code()
    if opened:
        journey.sign_out()
    journey.seconds, journey.steps = time.monotonic() - began, journey.steps - before
    if opened and _readable(journey):
        journey.look_at_new_password()


def _readable(journey: Journey) -> bool:
    return journey.scene.world.mailbox is not None


def _mail_and_clock(patient: Patient, journey: Journey) -> Iterator[Chapter]:
    findings = Findings()
    _guarded(findings, lambda: mail_chapter.check_mail(patient, findings, journey))
    yield _covered(findings.chapter(mail_chapter.TITLE), journey)
    findings = Findings()
    if _guarded(findings, lambda: clock_chapter.check_clock(patient, findings, journey)) and journey.signed_out:
        _guarded(findings, lambda: clock_chapter.tell_lived(findings, journey.opens_later(_DAYS)))
    yield _covered(findings.chapter(clock_chapter.TITLE), journey)


@contextmanager
def _browsers(patient: Patient) -> Iterator[Browsers]:
    if not patient.screen:
        yield FormsBrowsers()
        return
    from playwright.sync_api import sync_playwright

    from conformance.drivers.browser import ScreenBrowsers
    from conformance.drivers.chromium import launch_options

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options(playwright.chromium.executable_path, False, GATE.permitted))
        made = ScreenBrowsers(browser.new_context, patient.running.browser)
        try:
            yield made
        finally:
            made.close()
            browser.close()


def _drop(household: Household, world: World) -> None:
    with suppress(DriverBroke, CannotRun):
        household.provisioner.drop(world)


def _guarded(findings: Findings, check: Callable[[], Made]) -> Made | None:
    """What a check makes; one that breaks is a finding, and no traceback."""
    try:
        return check()
    except (DriverBroke, CannotRun, TargetError) as fault:
        findings.mistake("", str(fault))
    except Exception as fault:
        findings.mistake("", f"the doctor broke: {type(fault).__name__}: {fault}", "That is a mistake of ours: please tell us.")
    return None


def _covered(chapter: Chapter, journey: Journey | None) -> Chapter:
    """Without what became known as a secret on the way."""
    secrets = journey.scene.secrets if journey else Secrets()
    return Chapter(chapter.title, tuple(_covered_finding(finding, secrets) for finding in chapter.findings))


def _covered_finding(finding: Finding, secrets: Secrets) -> Finding:
    return replace(finding, text=covered(finding.text, secrets), mend=covered(finding.mend, secrets))


def _finished(chapter: Chapter, patient: Patient) -> Chapter:
    """With file and line of what the file itself says."""
    lines = key_lines(patient.file.read_text(encoding="utf-8"))
    placed = []
    for finding in chapter.findings:
        line = finding.proposal.line if finding.proposal else lines.get(finding.key, 0)
        wrong = finding.level in {Level.MISTAKE, Level.WARNING} and not finding.cases
        placed.append(replace(finding, place=f"{patient.written.file}:{line}") if line and wrong and not finding.place else finding)
    return Chapter(chapter.title, tuple(placed))
