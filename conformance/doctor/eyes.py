"""What is on the page shown: controls that must stand there, and the outcome that it is.

What is not found is proposed from what is there, and looked at with the proposal from then on: one mistake hides no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from conformance.doctor.finding import Findings
from conformance.doctor.nearest import Candidate, candidates, proposed_role
from conformance.doctor.patient import Patient
from conformance.doctor.toml_text import control_line, label_pattern_of, narrowed, pattern_line, taken_out, wording_of
from conformance.driver import Browser, Control, Page
from conformance.forms import Document
from conformance.reading import read
from conformance.recognise import Recognition, Unrecognised, recognise
from conformance.scene import Scene
from conformance.target import Target
from conformance.target_file import label_pattern, pattern

_MOST_SHOWN = 8
_SCRIPTS = re.compile(r"<script\b", re.IGNORECASE)


@dataclass
class Eyes:
    """Looks at the page shown in one browser; `scene.target` is mended on the way, as the proposals say."""

    patient: Patient
    scene: Scene
    findings: Findings
    browser: Browser

    @property
    def target(self) -> Target:
        """As mended so far."""
        return self.scene.target

    def short(self, page: Page) -> str:
        """The address of a page as findings name it."""
        return self.scene.shortened(page.address).removeprefix("…")

    def made_by_scripts(self) -> bool:
        """Whether the page has scripts and nothing else."""
        page = self.browser.page()
        return bool(_SCRIPTS.search(page.html)) and not Document(page.html, page.address).seen()

    # -- controls

    def controls(self, where: str, needed: Sequence[str], wished: Sequence[str] = ()) -> bool:
        """Whether all `needed` controls are on the page, some by a proposal; of the `wished` ones it is only told."""
        found = [name for name in (*needed, *wished) if self.browser.has(self.target.control_named(name))]
        if found:
            self.findings.good(f"{where}: {', '.join(found)} found")
        there = True
        for name in (*needed, *wished):
            if name not in found:
                there = self._missing(name, where, name in needed) and there
        return there

    def _missing(self, name: str, where: str, needed: bool) -> bool:
        """Tell it, and what may be meant. Whether one can go on: with a control in its place, or without it."""
        page = self.browser.page()
        control = self.target.control_named(name)
        document = Document(page.html, page.address)
        others = [one for other, one in self.target.controls.items() if self._stands_beside(other, name)]
        best = candidates(control, self.patient.documented.controls.get(name), document, others)
        text = f"controls.{name}: no {control.role} labelled /{_short(control.label.pattern)}/ on {where} ({self.short(page)})"
        if best and best[0].sure:
            self._propose(name, text, control, best)
            return True
        say = self.findings.mistake if needed else self.findings.warn
        say(f"controls.{name}", text, self._way_on(name, document))
        return not needed

    def _propose(self, name: str, text: str, control: Control, best: Sequence[Candidate]) -> None:
        first, *others = best
        role = proposed_role(control, first)
        also = f" Also there: {_listed((one.role, one.label) for one in others)}." if others else ""
        mend = f"The {first.role} “{first.label}” is there.{also}"
        self.findings.mistake(f"controls.{name}", text, mend, control_line(self.patient.file, name, role, first.label))
        mended = Control(name, role, label_pattern(f"controls.{name}", label_pattern_of(first.label)))
        self.scene.target = replace(self.target, controls={**self.target.controls, name: mended})

    def _stands_beside(self, other: str, wanted: str) -> bool:
        """Whether another control is here in its own right. One documented with the same label, as enter-code and sign-in are, is not."""
        known = (self.target.controls, self.patient.documented.controls)
        same = any(other in some and wanted in some and some[other].label.pattern == some[wanted].label.pattern for some in known)
        return other != wanted and not same and self.browser.has(self.target.controls[other])

    def _way_on(self, name: str, document: Document) -> str:
        return f"Seen there: {_listed(document.seen())}. Name it under [controls] as it reads there: {name} = {{ role = …, label = … }}."

    # -- wording

    def outcome(self, where: str, expected: Sequence[str], account_open: bool | None = None) -> Recognition | None:
        """What the page is; None when its words cannot be read, which is told with a line to begin from."""
        page = self.browser.page()
        try:
            seen = recognise(page, self.target, account_open)
        except Unrecognised as confusion:
            return self._unrecognised(where, expected, confusion, page)
        key = f"shown.{seen.page}" if seen.page else f"{seen.outcome}.{seen.reason}" if seen.reason else seen.outcome
        if _meets(seen, expected):
            self.findings.good(f"{where}: recognised as {key}")
        return seen

    def _unrecognised(self, where: str, expected: Sequence[str], confusion: Unrecognised, page: Page) -> Recognition | None:
        wanted = expected[0]
        section, name = _entry(wanted)
        words = self.scene.secrets.covered(confusion.words)
        if confusion.fitting:
            return self._too_wide(where, expected, confusion, page)
        said = f"its {confusion.region}: “{words}”" if words else "no alert, no status and no heading with words"
        text = f"{section}.{name}: no wording fits {where} ({self.short(page)}): {said}"
        documented = self._documented(section, name)
        if documented and documented.search(confusion.words) and self._with(section, name, documented, expected, page):
            mend = "What is documented of it fits, and need not be said; or write more of what the portal says."
            self.findings.mistake(f"{section}.{name}", text, mend, taken_out(self.patient.file, section, name))
            return recognise(page, self.target)
        proposed = wording_of(confusion.words, self.patient.language) if words else ""
        line = pattern_line(self.patient.file, section, name, proposed) if proposed else None
        mended = bool(proposed) and self._with(section, name, pattern(f"{section}.{name}", proposed), expected, page)
        mend = (
            f"If the page is {wanted}, say so with its words."
            if line
            else "Is it the right page? Headings, alerts and status tell what a page is."
        )
        self.findings.mistake(f"{section}.{name}", text, mend, line)
        return recognise(page, self.target) if mended else None

    def _too_wide(self, where: str, expected: Sequence[str], confusion: Unrecognised, page: Page) -> Recognition | None:
        """Several wordings fit: the one that was not expected says too much."""
        wrong = [key for key in confusion.fitting if key not in expected and key.partition(".")[0] not in expected] or [
            confusion.fitting[-1]
        ]
        words = self.scene.secrets.covered(confusion.words)
        for key in wrong:
            section, name = _entry(key)
            fitting = ", ".join(confusion.fitting)
            text = f"{section}.{name}: two wordings fit {where} ({self.short(page)}): {fitting}. Its {confusion.region}: “{words}”"
            present = self._patterns(section)[name]
            documented = self._documented(section, name)
            if documented and documented.pattern != present.pattern and not documented.search(confusion.words):
                better, mend = documented, "What is documented of it does not fit here, and need not be said; or narrow it."
                proposal = taken_out(self.patient.file, section, name)
            else:
                narrow = narrowed(present.pattern, wording_of(confusion.words, self.patient.language))
                better, mend = pattern(key, narrow), f"Narrow {section}.{name}, so that it does not fit where the page is {expected[0]}."
                proposal = pattern_line(self.patient.file, section, name, better.pattern)
            self._replace(section, name, better)
            self.findings.mistake(f"{section}.{name}", text, mend, proposal)
        try:
            return recognise(page, self.target)
        except Unrecognised:
            return None

    def _with(self, section: str, name: str, better: re.Pattern[str], expected: Sequence[str], page: Page) -> bool:
        """Put the wording in its place, when the page is then what was expected."""
        before = self.target
        self._replace(section, name, better)
        try:
            if _meets(recognise(page, self.target), expected):
                return True
        except Unrecognised:
            pass
        self.scene.target = before
        return False

    def _replace(self, section: str, name: str, better: re.Pattern[str]) -> None:
        wording = self.target.wording
        patterns: Mapping[str, re.Pattern[str]] = {**self._patterns(section), name: better}
        changed = replace(wording, shown=patterns) if section == "shown" else replace(wording, outcomes=patterns)
        self.scene.target = replace(self.target, wording=changed)

    def _patterns(self, section: str) -> Mapping[str, re.Pattern[str]]:
        return self.target.wording.shown if section == "shown" else self.target.wording.outcomes

    def _documented(self, section: str, name: str) -> re.Pattern[str] | None:
        wording = self.patient.documented.wording
        return (wording.shown if section == "shown" else wording.outcomes).get(name)

    def asks_for_password(self) -> bool:
        """Whether the page shown has a field for a password, whatever its label."""
        return any(control.role == "password" for control in read(self.browser.page().html).controls)


def _meets(seen: Recognition, expected: Iterable[str]) -> bool:
    keys = {seen.outcome, f"{seen.outcome}.{seen.reason}", f"shown.{seen.page}"}
    return bool(keys & set(expected))


def _entry(key: str) -> tuple[str, str]:
    """Section and name of a wording: `shown.enrolment`, or an outcome with or without its reason."""
    return ("shown", key.removeprefix("shown.")) if key.startswith("shown.") else ("outcomes", key)


def _listed(seen: Iterable[tuple[str, str]]) -> str:
    named = [f"{role} “{label}”" for role, label in seen if label]
    more = f" and {len(named) - _MOST_SHOWN} more" if len(named) > _MOST_SHOWN else ""
    return ", ".join(named[:_MOST_SHOWN]) + more if named else "no control that can be used"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
