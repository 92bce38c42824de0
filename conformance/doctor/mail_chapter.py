"""The chapter on mail: whether the code's mail came and was read, and why it may not have come."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from conformance.connections import ask
from conformance.doctor.finding import Findings
from conformance.doctor.journey import PERSON, Journey
from conformance.doctor.patient import Patient
from conformance.doctor.toml_text import value_line
from conformance.driver import DriverBroke
from conformance.mail_facts import codes_of

TITLE = "Mail"
_LATER_SECONDS = 5.0
_MOST_LISTED = 50


def check_mail(patient: Patient, findings: Findings, journey: Journey) -> None:
    """What came of the mail that the journey asked for."""
    if "mail" not in patient.running.capabilities:
        findings.warn("mail", "no mail can be read: no case with a code goes to its end", "Give the address of Mailpit as mail.")
    elif journey.mail is not None:
        mail = journey.mail
        sender = f"{mail.sender_name} <{mail.sender_address}>" if mail.sender_name else mail.sender_address
        findings.good(f"the code’s mail came after {journey.mail_seconds:.1f} s, from {sender}: “{mail.subject}”")
    elif journey.asked:
        _why_none(patient, findings, journey)
    else:
        findings.note("no code was asked for, so no mail was looked for")


def _why_none(patient: Patient, findings: Findings, journey: Journey) -> None:
    target = patient.running
    waited = target.mail_wait_seconds
    if late := _later(journey):
        text = f"timing.mail-wait: the code’s mail came only after more than {waited:g} s"
        findings.mistake("timing.mail-wait", text, "Wait longer.", value_line(patient.file, "timing", "mail-wait", f"{late:.0f}s"))
        return
    text = f"mail: a code was asked for, and no mail with one came in {waited:g} s. {_held(str(target.mail))}"
    mend = (
        "Let the implementation send its mails by SMTP to the Mailpit whose address mail is, and see that it answers for this portal alone."
    )
    own = tuple(journey.scene.letters.seen.values())
    if own and not any(codes_of(message) for message in own):
        text = f"mail: a mail came, “{own[0].subject}”, and no code of six digits was found in it"
        mend = "Codes of six digits are documented; what comes in another form cannot be read."
    findings.mistake("mail", text, mend)


def _later(journey: Journey) -> float:
    """After how long a mail came that was given up already, with some to spare; 0 when none does."""
    letters = journey.scene.letters
    address = journey.scene.people[PERSON].credentials.address
    patience, letters.patience = letters.patience, _LATER_SECONDS
    try:
        came = letters.newest("code", address)
    finally:
        letters.patience = patience
    return 2 * came.seconds + 1 if came.message else 0.0


def _held(base: str) -> str:
    """What the mail API holds, nobody named whole."""
    try:
        answer: Any = ask("GET", f"{base}/api/v1/messages?{urlencode({'limit': _MOST_LISTED})}")
        total = int(answer.get("total", len(answer["messages"])))
        addresses = [str(person["Address"]) for summary in answer["messages"] for person in summary.get("To") or ()]
    except (DriverBroke, KeyError, TypeError, ValueError, AttributeError) as fault:
        return f"What the mail API holds cannot be told: {fault}."
    if not total:
        return "The mail API holds no mail at all: the portal sends elsewhere, or not."
    to = ", ".join(sorted({_masked(address) for address in addresses})[:5])
    return f"The mail API holds {total} mails, to {to}."


def _masked(address: str) -> str:
    local, _, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}"
