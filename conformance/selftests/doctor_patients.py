"""Target files for the doctor's own tests: filled in, examined, and mended as somebody would who pastes what the doctor proposes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from conformance.doctor.examination import examine
from conformance.doctor.finding import Finding, Level, Proposal
from conformance.plan import Options
from conformance.selection import Wish
from conformance.target import Target

RIGHT = """portal = "ameli-connect"
address = "{portal}/ameli"
control = "{control}"
mail = "{mail}"

[pages]
sign-in = "connexion"
account = "compte"
"""


def places_of(simulator: Target) -> dict[str, str]:
    """Where the simulator answers, for RIGHT."""
    return {"portal": simulator.address.removesuffix("/ameli"), "control": str(simulator.control), "mail": str(simulator.mail)}


def filled(text: str, places: Mapping[str, str]) -> str:
    """With the addresses in their places."""
    for name, address in places.items():
        text = text.replace(f"{{{name}}}", address)
    return text


def examined(file: Path, text: str) -> list[Finding]:
    """What the doctor finds in a file of that text."""
    file.write_text(text, encoding="utf-8")
    return examined_as_it_is(str(file))


def examined_as_it_is(file: str) -> list[Finding]:
    """What the doctor finds in a target file, without a browser."""
    options = Options(file, "forms", Wish(cases=("ameli-connect.code.*",)), False, Path("report"), timedelta(minutes=1))
    return [finding for chapter in examine(options, None) for finding in chapter.findings]


def mended(text: str, proposal: Proposal) -> str:
    """The file with the line that is proposed, as somebody who pastes it would write it."""
    gone = proposal.without if proposal.text else (proposal.line,)
    lines = [line for number, line in enumerate(text.splitlines(), start=1) if number not in gone]
    if not proposal.text:
        pass
    elif proposal.line:
        lines[proposal.line - 1] = proposal.text
    elif proposal.section and f"[{proposal.section}]" in lines:
        lines.insert(lines.index(f"[{proposal.section}]") + 1, proposal.text)
    elif proposal.section:
        lines += [f"[{proposal.section}]", proposal.text]
    else:
        lines.insert(0, proposal.text)
    return "\n".join(lines) + "\n"


def wrongs(found: list[Finding]) -> list[Finding]:
    """What is not as it should be."""
    return [finding for finding in found if finding.level in {Level.MISTAKE, Level.WARNING}]
