"""What a trial cannot run without, read off its people, its clock and its steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scenarios.language import FACTS, SMS, VERBS
from scenarios.model import Person, Step

CAPABILITIES = ("people", "clock", "mail", "sms", "app", "staff", "screen", "faults", "captcha")
# Forms that have a text to copy: picture and sound are there to keep machines out, so a target says whether it helps this one.
_WITH_TEXT_TO_COPY = frozenset({"enrolment"})
_WITHOUT_MAIL = frozenset({"wrong", "malformed", "empty"})


def needs_of(people: Sequence[Person], clock: str | None, steps: Iterable[Step]) -> frozenset[str]:
    """The capabilities without which a trial with these people, clock and steps cannot run."""
    steps = tuple(steps)
    texted = frozenset(step.label for step in steps if step.verb == "message" and step.argument == SMS and step.label)
    found = {need for step in steps for need in _needs_of_step(step, texted)}
    if people:
        found.add("people")
    if clock is not None:
        found.add("clock")
    return frozenset(found)


def _needs_of_step(step: Step, texted: frozenset[str]) -> Iterator[str]:
    yield from VERBS[step.verb].needs
    for fact in step.expect or ():
        yield from FACTS[fact].needs
    if step.verb == "submit" and (step.argument in _WITH_TEXT_TO_COPY or "copied-text" in step.values):
        yield "captcha"
    if step.verb == "message":
        yield "sms" if step.argument == SMS else "mail"
    # A code that was received, or asked for under a label, is read in its message.
    if step.verb == "enter" and isinstance(step.argument, str) and step.argument not in _WITHOUT_MAIL:
        yield "sms" if step.argument in texted else "mail"
    if step.verb == "open" and isinstance(step.argument, dict) and "message" in step.argument:
        yield "mail"
    if step.verb == "app" and isinstance(step.argument, dict) and "give-address" in step.argument:
        yield "mail"
    if step.verb == "browser" and isinstance(step.argument, dict) and "width" in step.argument:
        yield "screen"
