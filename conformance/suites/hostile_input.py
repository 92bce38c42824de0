"""HRD-53: the corpora of hostile texts, sent in every field that a person types into.

Each text comes to some fields, and texts of every corpus to each field; with HEURTOIR_HOSTILE_SHARE=1 in the environment all come to all.
They are sent as no browser would: line breaks, NUL and bytes that are no UTF-8 included. Of each answer it is judged whether it came in
time, whether it is a page that refuses (a 4xx) or one that says something known, and whether anything in it, in its headers or in a mail
obeyed what was typed.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from conformance.driver import DriverBroke, Exchange, Page
from conformance.reading import read
from conformance.recognise import is_account
from conformance.results import StepRecord
from conformance.suites.figures import figures_of
from conformance.suites.obeyed import MAIL_HEADER, MARKUP, RECIPIENT, SPLIT, TEMPLATE, obeyed_by, obeyed_by_mail
from conformance.suites.stage import Play, Stage, need_plain_forms
from conformance.suites.ways import BEHIND_THE_PASSWORD, FIRST_VISIT, WITHOUT_ACCOUNT, Draft, drafted, forms_of, mails
from scenarios.corpora import FIELD, CorpusText, texts_for

# Each field gets every third text, unless the environment says otherwise: 1 for all of them.
SHARE = 3
SHARE_VARIABLE = "HEURTOIR_HOSTILE_SHARE"
_ELSEWHERE = "elsewhere.test"
_PATIENCE_SECONDS = 5.0
SERVER_ERROR, NO_ANSWER, UNTOLD, SLOW, LET_IN, EXTRA_MAIL = (
    "server error",
    "no answer",
    "no message",
    "slow answer",
    "let in",
    "extra mail",
)
_EXPECTED: Mapping[str, str] = {
    SERVER_ERROR: "none",
    NO_ANSWER: "an answer to each",
    UNTOLD: "a 4xx page, or a message",
    SLOW: f"each within {_PATIENCE_SECONDS:g} s",
    LET_IN: "nobody",
    SPLIT: "none",
    MARKUP: "none",
    TEMPLATE: "none",
}
_EXPECTED_OF_MAILS: Mapping[str, str] = {
    EXTRA_MAIL: "none",
    RECIPIENT: "the person’s own address alone",
    MAIL_HEADER: "none that was typed",
    MARKUP: "none",
    TEMPLATE: "none",
}
# Where only what is right leads to, by the form.
_LET_IN: Mapping[str, frozenset[str]] = defaultdict(frozenset, {"sign-in": BEHIND_THE_PASSWORD, "code": frozenset({"signed-in"})})
# Fields in which a wrong value counts, and blocks: whoever is blocked is not judged any more, so another person goes on.
_COUNTED = frozenset({"sign-in", "code"})


def hostile_input(stage: Stage) -> Iterator[StepRecord]:
    """HRD-53: no hostile text in any field of any form brings a server error, an extra mail, or anything that obeys it."""
    texts = texts_for(FIELD)
    share = int(os.environ.get(SHARE_VARIABLE, SHARE))
    people = stage.crowd(len(texts) // share // figures_of(stage.target.portal).attempts + 2)
    with stage.scene(*people) as play:
        need_plain_forms(play)
        attack = _Attack(play, [person.key for person in people], share)
        for form in forms_of(play):
            yield from attack.on(form, texts)
        if play.scene.world.mailbox is not None:
            yield attack.mails_judged()


def hostile_first_visit(stage: Stage) -> Iterator[StepRecord]:
    """HRD-53, on the forms of a first visit, which have fields of their own."""
    texts, share = texts_for(FIELD), int(os.environ.get(SHARE_VARIABLE, SHARE))
    people = [replace(person, fields=WITHOUT_ACCOUNT) for person in stage.crowd(len(FIRST_VISIT) + 1)]
    with stage.scene(*people) as play:
        need_plain_forms(play)
        attack = _Attack(play, [person.key for person in people], share)
        for form in FIRST_VISIT:
            yield from attack.on(form, texts)
        if play.scene.world.mailbox is not None:
            yield attack.mails_judged()


@dataclass
class _Field:
    """What came of the texts in one field: what broke the rule, by kind, with the text that did it first, and how many did."""

    broken: dict[str, list[str]] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)

    def note(self, kind: str, told: str) -> None:
        """One more breach of a kind."""
        self.broken.setdefault(kind, []).append(told)

    def told(self, kind: str) -> str:
        """How a breach is reported."""
        found = self.broken.get(kind, [])
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        return f"{found[0]}{more}" if found else "as expected"


@dataclass
class _Attack:
    """Texts against forms, by one person after the other: who is blocked hands on to the next."""

    play: Play
    people: list[str]
    share: int = 1
    fields: int = 0
    number: int = 0
    visits: int = 0
    may_be_mailed: int = 0

    def on(self, form: str, texts: Sequence[CorpusText]) -> Iterator[StepRecord]:
        """Every field of a form, each with its share of the texts."""
        draft = self._drafted(form)
        for index in range(len(draft.texts) if draft else 0):
            began = time.monotonic()
            found = _Field()
            mine = self._of_this_field(texts)
            draft = draft and self._all(mine, draft, index, found)
            checks = [self.play.checked(kind, wanted, found.told(kind), kind not in found.broken) for kind, wanted in _EXPECTED.items()]
            sentence = f"Send {len(mine)} hostile texts in field {index + 1} of the form “{form}”"
            yield self.play.record(sentence, checks, began, found.exchanges)

    def _of_this_field(self, texts: Sequence[CorpusText]) -> list[CorpusText]:
        """Every text for some fields, and every kind of text for each; the longest for all of them."""
        self.fields += 1
        longest = max(texts, key=lambda text: len(text.text))
        return [text for number, text in enumerate(texts) if number % self.share == self.fields % self.share or text is longest]

    def mails_judged(self) -> StepRecord:
        """The mails of the whole suite: those that the forms send anyway, to who they are for, and nothing in them that was typed."""
        began = time.monotonic()
        came = mails(self.play)
        own = [person.credentials.address or "" for person in self.play.scene.people.values()]
        found = _Field()
        for message in came:
            for kind, told in obeyed_by_mail(message, own):
                found.note(kind, told)
        if len(came) > self.may_be_mailed:
            found.note(EXTRA_MAIL, f"{len(came) - self.may_be_mailed} more than were asked for")
        checks = [
            self.play.checked(kind, wanted, found.told(kind), kind not in found.broken) for kind, wanted in _EXPECTED_OF_MAILS.items()
        ]
        return self.play.record(f"Read the {len(came)} mails that came meanwhile", checks, began)

    def _all(self, texts: Sequence[CorpusText], draft: Draft, index: int, found: _Field) -> Draft:
        right = dict(draft.sent.data).get(draft.texts[index], "")
        for text in texts:
            places = {"right": right, "mailbox": self._mailbox(), "own": self._own_host(), "elsewhere": _ELSEWHERE}
            answer = self._sent(draft.with_value(draft.texts[index], text.filled(places)), text, found)
            self.may_be_mailed += text.asks_for("right")
            if answer is None:
                continue
            known = self._judge(answer, text, found, draft.form)
            if _is_past(known, draft.form) and self.number < len(self.people):
                draft = self._drafted(draft.form) or draft
                right = dict(draft.sent.data).get(draft.texts[index], "")
            else:
                draft = _refreshed(draft, answer)
        return draft

    def _sent(self, draft: Draft, text: CorpusText, found: _Field) -> Page | None:
        began = time.monotonic()
        method, address, data = draft.sent
        try:
            answer = self.play.forger(self._browser).send(method, address, data)
        except DriverBroke as broke:
            # Raises DriverBroke itself when the target is gone: that is another matter than one text without an answer.
            self.play.scene.browser("looking").open(self.play.target.page_address("sign-in", self.play.scene.world.address))
            found.note(NO_ANSWER, f"{text.named}: {type(broke).__name__}")
            return None
        if time.monotonic() - began > _PATIENCE_SECONDS:
            found.note(SLOW, f"{text.named}: {time.monotonic() - began:.1f} s")
        return answer

    def _judge(self, answer: Page, text: CorpusText, found: _Field, form: str) -> str:
        """Note what an answer breaks; what the page is, where that matters for those after it."""
        found.exchanges.append(replace(answer.exchanges[-1], headers={}))
        for kind, told in obeyed_by(answer):
            found.note(kind, f"{text.named}: {told}")
        if answer.status >= 500:
            found.note(SERVER_ERROR, f"{text.named}: {answer.status}")
            return ""
        refused = 400 <= answer.status < 500
        if refused and form not in _COUNTED:
            return ""
        known = "signed-in" if is_account(read(answer.html), self.play.target) else self.play.known_as(answer)
        if not refused and known == "another page":
            found.note(UNTOLD, f"{text.named}: {answer.status}, a page that says nothing known")
        if known.partition(",")[0] in _LET_IN[form] and not text.asks_for("right"):
            found.note(LET_IN, f"{text.named}: {known}")
        return known

    def _drafted(self, form: str) -> Draft | None:
        """The form as the next person comes to it, in a browser that was never anywhere; as the same one again where no other is left."""
        self.visits += 1
        self.number = min(self.number + 1, len(self.people))
        if form == "sign-in" or self.play.scene.world.mailbox is None:  # on the way there nothing is sent
            return drafted(self.play, form, self._browser, self._person)
        before = len(mails(self.play))
        draft = drafted(self.play, form, self._browser, self._person)
        self.may_be_mailed += len(mails(self.play)) - before
        return draft

    @property
    def _person(self) -> str:
        return self.people[self.number - 1]

    @property
    def _browser(self) -> str:
        return f"visit-{self.visits}"

    def _mailbox(self) -> str:
        return f"somebody.else@{self.play.scene.letters.mailbox.domain}" if self.play.scene.world.mailbox else "somebody.else@mail.test"

    def _own_host(self) -> str:
        return urlsplit(self.play.scene.world.address).netloc


def _is_past(known: str, form: str) -> bool:
    """Whether the form is not to be had any more by whoever sent it: they are blocked, or in."""
    return known.partition(",")[0] in {"blocked", *_LET_IN[form]}


def _refreshed(draft: Draft, answer: Page) -> Draft:
    """The form with the hidden fields of the answer, where it shows the form again: tokens may be good for one request."""
    if not draft.hidden or not answer.html:
        return draft
    tree = LexborHTMLParser(answer.html)
    names = [name for name, _ in draft.sent.data]
    for form in tree.css("form"):
        inside = {node.attributes.get("name"): node.attributes.get("value") or "" for node in form.css("[name]")}
        if set(draft.texts) <= inside.keys() and draft.hidden <= inside.keys() and len(names) >= len(draft.texts):
            values = [(name, inside[name] if name in draft.hidden else text) for name, text in draft.sent.data]
            return draft.with_data(values)
    return draft
