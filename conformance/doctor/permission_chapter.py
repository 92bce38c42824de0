"""The chapter on permission: whether what the file names may be touched, and for what."""

from __future__ import annotations

from conformance.doctor.finding import Findings
from conformance.gate import GATE, Gate, NotPermitted
from conformance.origins import is_loopback
from conformance.target import Target
from scenarios.model import IMPACTS

TITLE = "Permission"


def check_permission(target: Target, findings: Findings, gate: Gate = GATE) -> bool:
    """Whether anything may be touched at all; nothing was before this."""
    try:
        gate.admit(target.touched)
    except NotPermitted as refusal:
        for one in str(refusal).split("\n\nhttp"):
            text, _, mend = one.partition("\n")
            findings.mistake(_key(target, text), text if text.startswith("http") else f"http{text}", mend)
        return False
    if not gate.permissions:
        findings.good("all that the file names is on this machine: nothing else is touched")
    for permission in gate.permissions:
        impacts = ", ".join(name for name in IMPACTS if name in permission.impacts)
        findings.good(f"{permission.file} permits {impacts} until {permission.until}, {permission.rate:g} requests a second")
        if permission.impacts < {*IMPACTS}:
            kept = ", ".join(name for name in IMPACTS if name not in permission.impacts)
            findings.note(f"not permitted: {kept}. Such cases could not run.", "", f"Add it to `impacts:` in {permission.file}.")
    return True


def acts_by_itself(target: Target) -> bool:
    """Whether the doctor signs in without being told to: where everything is on this machine."""
    return all(map(is_loopback, target.touched))


def _key(target: Target, text: str) -> str:
    """Which key of the file names what is refused."""
    named = {"address": target.address, "control": target.control, "mail": target.mail, "sms": target.sms}
    return next((key for key, address in named.items() if address and address.startswith(text.partition(" ")[0])), "address")
