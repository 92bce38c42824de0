"""What a page tells: dates, lives, counts, ways on, the form it stays on. Read when asked for, never judged here."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from conformance import languages
from conformance.dates import ShownDate, dates
from conformance.durations import durations, failures, lifetimes
from conformance.mail_facts import MailFacts, said
from conformance.observation import MailSeen, Observation, PageSeen
from conformance.reading import ReadControl, beside
from conformance.recognise import control_read, tells
from conformance.target import Target
from scenarios.instants import Period

# These ways on are pressed, or chosen before a button is; the others are words that tell where to turn.
PRESSED_OFFERS = frozenset({"new-code", "forgotten-password", "enrolment", "number-help", "first-connection", "change-identifier"})
_MASKED_ADDRESS = re.compile(r"[\w.+-]*[*•…][\w.+*•…-]*@[\w.*•…-]*[\w*•…]")
_RULE = "rule."
# What a target file must tell apart and a case need not: the password that is set.
_IN_CASES = {"new-password": "password"}


class PageFacts:
    """The facts of a page, read when asked for."""

    def __init__(self, seen: PageSeen, target: Target) -> None:
        self._seen = seen
        self._target = target
        self._language = languages.named(target.language)
        self._reading = seen.reading

    def outcome(self) -> str:
        """What the page is."""
        return self._seen.recognition.outcome

    def reason(self) -> str | None:
        """Which of the outcome's wordings."""
        return self._seen.recognition.reason or None

    def page(self) -> str | None:
        """Which page is shown."""
        return self._seen.recognition.page or None

    def fields(self) -> frozenset[str]:
        """The target's controls with a message tied to them; a control that the target does not name is given by its label.

        Where messages are unannounced, one that stands beside a control, nearer than any other control, will do.
        """
        lines = beside(self._seen.page.html) if self._target.unannounced else ((),) * len(self._reading.controls)
        names = {name: control_read(self._reading, control) for name, control in self._target.controls.items()}
        found = set()
        for control, near in zip(self._reading.controls, lines, strict=True):
            if control.messages or any(tells(line, self._target) for line in near):
                named = [_IN_CASES.get(name, name) for name, read in names.items() if read is control]
                found.add(named[0] if named else f"“{control.label}”")
        return frozenset(found - self._told_by_their_group(found))

    def _told_by_their_group(self, found: Collection[str]) -> frozenset[str]:
        """Radio buttons that the target does not name, where another one of theirs, with the same message, is named."""
        radios = [control for control in self._reading.controls if control.role == "radio" and control.messages]
        named = {control.messages for name in found if (control := self._named(name)) in radios and control}
        return frozenset(f"“{control.label}”" for control in radios if control.messages in named)

    def _named(self, name: str) -> ReadControl | None:
        control = self._target.controls.get(name)
        return control_read(self._reading, control) if control is not None else None

    def saveable(self) -> frozenset[str]:
        """The target's controls that browsers may save: all but those of which the page says that they may not."""
        read = ((name, control_read(self._reading, control)) for name, control in self._target.controls.items())
        return frozenset(_IN_CASES.get(name, name) for name, found in read if found is not None and found.autocomplete != "off")

    def rules(self) -> frozenset[str]:
        """The password rules that the messages name as unmet."""
        words = " ".join((*self._reading.alerts, *self._reading.tied)) or self._seen.message_words
        return frozenset(name.removeprefix(_RULE) for name in said(words, self._target) if name.startswith(_RULE))

    def until(self) -> ShownDate | None:
        """The first date with a time of day that the message gives; of a page without a message, the page."""
        return next(iter(dates(self._told, self._language)), None)

    def until_form(self) -> str | None:
        """`numeric`, `long`, or how the date is written instead."""
        shown = self.until()
        return shown.form if shown else None

    def lifetime(self) -> tuple[Period, ...]:
        """The lives that the message names; of a page without a message, the page."""
        return lifetimes(self._told, self._language)

    def names(self) -> tuple[Period, ...]:
        """Every duration that the page names, wherever it stands."""
        return durations(self._reading.body, self._language)

    def attempts(self) -> tuple[int, ...]:
        """The numbers of failures that the message names; of a page without a message, the page."""
        return failures(self._told, self._language)

    @property
    def _told(self) -> str:
        """Where there is a message it must say it: what the page says in any case tells nothing of this outcome."""
        return self._seen.message_words or self._reading.body

    def offers(self) -> frozenset[str]:
        """Every way on that the page offers."""
        return frozenset(name for name, pattern in self._target.wording.offers.items() if self._offered(name, pattern))

    def says(self) -> frozenset[str]:
        """Every statement that the page or the labels of its controls make."""
        labels = " ".join(control.label for control in self._reading.controls)
        return said(f"{self._reading.body} {labels}", self._target)

    def stays_on(self) -> str | None:
        """The form of the sign-in that is shown."""
        return self._seen.form or None

    def mask(self) -> str | None:
        """The masked address as written; several, when the page shows several."""
        return ", ".join(dict.fromkeys(_MASKED_ADDRESS.findall(self._reading.body))) or None

    def trust_box(self) -> str | None:
        """Whether the box that trusts this computer is ticked; None without a box."""
        box = control_read(self._reading, self._target.control_named("trust"))
        return None if box is None else "ticked" if box.ticked else "unticked"

    def chosen(self) -> int:
        """How many radio buttons and boxes are chosen before anybody chose."""
        return sum(control.ticked for control in self._reading.controls if control.role in {"radio", "checkbox"})

    def trust_effect(self) -> tuple[Period, ...]:
        """The periods that the text of the box names."""
        box = control_read(self._reading, self._target.control_named("trust"))
        return () if box is None else durations(f"{box.label} {box.description}", self._language)

    def fits(self) -> int:
        """By how many pixels the page is wider than the screen; CannotRun without a screen."""
        return max(0, self._seen.overflow())

    def _offered(self, name: str, pattern: re.Pattern[str]) -> bool:
        if name in PRESSED_OFFERS:
            chosen = (control.label for control in self._reading.controls if control.role == "radio")
            return any(pattern.search(way) for way in (*self._reading.actions, *chosen))
        return bool(pattern.search(self._reading.body))


def readers(observation: Observation, target: Target) -> Mapping[str, Callable[[], Any]]:
    """Fact name, as cases write it, -> how it is read from this observation."""
    facts: MailFacts | PageFacts = MailFacts(observation, target) if isinstance(observation, MailSeen) else PageFacts(observation, target)
    return {name.replace("_", "-"): getattr(facts, name) for name in vars(type(facts)) if not name.startswith("_")}
