"""HRD-50: forms sent as another site makes a browser send them.

The cookies of whoever is tricked go with each request, as if SameSite did not hold them back: it makes no protection by itself. Whether a
portal looks at a token, or at what the browser says of where the request comes from, is its own affair: the requests have no token of
this session, and say that they come from elsewhere. What is judged is what came of them: the answer, and what they changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode, urlsplit, urlunsplit

from conformance.driver import Exchange, Page
from conformance.forging import Forger
from conformance.reading import read
from conformance.recognise import account_page, is_account
from conformance.results import Check, StepRecord
from conformance.suites.account_pages import AccountPage, account_pages, forms_on
from conformance.suites.stage import INSURED, NEIGHBOUR, Play, Stage, need_plain_forms
from conformance.suites.ways import (
    ASK_FOR_CODE,
    BEHIND_THE_PASSWORD,
    FUNCTION_OF,
    SIGN_OUT,
    WITHOUT_ACCOUNT,
    Draft,
    drafted,
    forms_of,
    mails,
    password_opens,
    signed_in,
)
from conformance.turn import NoWay

_ELSEWHERE = "https://elsewhere.test"
# What a browser says when a page of another site sends a form, and what it says when that page told it to be silent.
_CROSS_SITE: Mapping[str, str | None] = {"Origin": _ELSEWHERE, "Referer": f"{_ELSEWHERE}/", "Sec-Fetch-Site": "cross-site"}
_SILENT: Mapping[str, str | None] = {"Origin": "null", "Referer": None, "Sec-Fetch-Site": "cross-site"}

WITHOUT, ANOTHERS, NO_COOKIES = "without the token", "with another session's token", "without cookies"
_KINDS = (WITHOUT, ANOTHERS, NO_COOKIES)
_STATUS = "status of a forged request"


def cross_site(stage: Stage) -> Iterator[StepRecord]:
    """HRD-50: without the token, or with another session's, each form that changes something gets a 4xx and changes nothing."""
    with stage.scene(INSURED, NEIGHBOUR) as play:
        need_plain_forms(play)
        visitors = _Visitors(play)
        for form in forms_of(play):
            if form == SIGN_OUT:
                yield from _forms_of_the_account(visitors)
            yield from visitors.tried(form)


def cross_site_first_visit(stage: Stage) -> Iterator[StepRecord]:
    """HRD-50, for whom nobody knows yet: the forms of a first visit that make the portal write to somebody."""
    victim, neighbour = (replace(person, fields=WITHOUT_ACCOUNT) for person in (INSURED, NEIGHBOUR))
    with stage.scene(victim, neighbour) as play:
        need_plain_forms(play)
        for form in ("enrolment", "contact-details"):
            yield from _Visitors(play).tried(form)


@dataclass(frozen=True)
class _Forgery:
    """One forged request: what is wrong with it, who sends it, and with what."""

    kind: str
    sender: Forger
    draft: Draft
    headers: Mapping[str, str | None]

    def sent(self) -> Page:
        """The answer to it."""
        method, address, data = self.draft.sent
        return self.sender.send(method, address, data, self.headers)


@dataclass
class _Outcome:
    """What came of the forgeries of one form: what was changed, by kind, and each answer that was no refusal."""

    changed: dict[str, str] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)
    exchanges: list[Exchange] = field(default_factory=list)

    def checks(self, play: Play) -> tuple[Check, ...]:
        """One for each kind of forgery, and one for the answers."""
        changes = ((kind, self.changed.get(kind, "nothing")) for kind in _KINDS)
        answers = "; ".join(f"{kind}: {answer}" for kind, answer in self.answered.items())
        return (
            *(play.checked(f"changed {kind}", "nothing", change, kind not in self.changed) for kind, change in changes),
            play.checked(_STATUS, "a 4xx", answers or "a 4xx", not answers),
        )


_Changed = Callable[[Forger, Page], str]


@dataclass
class _Visitors:
    """The one who is tricked, in one browser after the other, and the one whose token is used."""

    play: Play
    number: int = 0
    victim: str = ""

    @property
    def browser(self) -> Forger:
        """Of the one who is tricked."""
        return self.play.forger(self.victim)

    def tried(self, form: str) -> Iterator[StepRecord]:
        """All forgeries of one form, and then the form itself, which must do what it is for."""
        began = time.monotonic()
        draft = drafted(self.play, form, self.victim) if self.victim else self._fresh(form)
        if draft is None:
            return
        theirs = drafted(self.play, form, f"attacker-{FUNCTION_OF[form]}", NEIGHBOUR.key)
        changed, outcome = _CHANGES[form](self), _Outcome()
        for kind in _KINDS:
            for forgery in self._forgeries(kind, draft, theirs):
                self._judge(forgery, changed, outcome)
                if kind in outcome.changed:
                    draft = self._fresh(form) or draft
                    break
        self._genuine(self._closed(form, outcome) or draft, changed)
        yield self._told(f"Send the form “{form}” as another site would", outcome, began)

    def tried_of_the_account(self, page: AccountPage, draft: Draft, theirs: Draft | None) -> StepRecord:
        """All forgeries of a form on a page of the account, up to one that changes something: nobody knows what the form is for."""
        began = time.monotonic()
        before = read(self.browser.fetch(page.address).html).lines
        count = len(mails(self.play))

        def changed(_: Forger, __: Page) -> str:
            if read(self.browser.fetch(page.address).html).lines != before:
                return f"{page.name} shows something else"
            return "a mail was sent" if len(mails(self.play)) > count else ""

        outcome = _Outcome()
        for forgery in (one for kind in _KINDS for one in self._forgeries(kind, draft, theirs)):
            if not outcome.changed:
                self._judge(forgery, changed, outcome)
        return self._told(f"Send the form “{draft.form}” of the account as another site would", outcome, began)

    def _judge(self, forgery: _Forgery, changed: _Changed, outcome: _Outcome) -> None:
        answer = forgery.sent()
        outcome.exchanges.extend(answer.exchanges)
        # Who has no session at all is asked to sign in, or has nothing to sign out of: only what has a session must be refused.
        if not 400 <= answer.status < 500 and (forgery.kind != NO_COOKIES or answer.status >= 500):
            outcome.answered.setdefault(forgery.kind, f"{answer.status}, {self.play.known_as(answer)}")
        if change := changed(forgery.sender, answer):
            outcome.changed[forgery.kind] = change

    def _forgeries(self, kind: str, draft: Draft, theirs: Draft | None) -> Iterator[_Forgery]:
        # The address of the page that sets a password is the mail's: what is secret in it is no token of the form.
        others = theirs.query if theirs is not None and draft.form != "set-password" else draft.query
        bound = frozenset(name for name, value in draft.query if (name, value) not in others)
        if kind == WITHOUT:
            bare = _without(draft, bound)
            yield _Forgery(kind, self.browser, bare, _CROSS_SITE)
            yield _Forgery(kind, self.browser, bare, _SILENT)
        elif kind == NO_COOKIES:
            self.number += 1
            yield _Forgery(kind, self.play.forger(f"without-cookies-{self.number}"), draft, _CROSS_SITE)
        elif theirs is not None and (draft.hidden or bound):
            yield _Forgery(kind, self.browser, _with_theirs(draft, theirs, bound), _CROSS_SITE)

    def _closed(self, form: str, outcome: _Outcome) -> Draft | None:
        """After the code was forged: that the account is closed, whatever was answered. Asking ends some sign-ins: a new one goes on."""
        if form != "code" or outcome.changed:
            return None
        if account_page(self.browser, self.play.target, self.play.scene.world.address) is not None:
            outcome.changed[WITHOUT] = "signed in, although the answer did not say so"
        return self._fresh(form)

    def _genuine(self, draft: Draft, changed: _Changed) -> None:
        """Raises NoWay when the form does not do what it is for when it is sent as it is: then its refusals prove nothing."""
        answer = self.browser.let_go(draft.sent)
        if not changed(self.browser, answer):
            raise NoWay(f"“{draft.form}” to do what it is for when it is sent from its own page", self.play.known_as(answer))

    def _fresh(self, form: str) -> Draft | None:
        self.number += 1
        self.victim = f"victim-{self.number}"
        return drafted(self.play, form, self.victim)

    def _told(self, sentence: str, outcome: _Outcome, began: float) -> StepRecord:
        return self.play.record(sentence, outcome.checks(self.play), began, outcome.exchanges)


def _forms_of_the_account(visitors: _Visitors) -> Iterator[StepRecord]:
    """Every form on the pages of the account, beside that of the neighbour's account."""
    play = visitors.play
    signed_in(play, "neighbour", NEIGHBOUR.key, "trusted-browser" in play.target.functions)
    others = {page.name: tuple(forms_on(play, page)) for page in account_pages(play, "neighbour", NEIGHBOUR.key)}
    for page in account_pages(play, visitors.victim):
        for number, draft in enumerate(forms_on(play, page)):
            theirs = others.get(page.name, ())
            yield visitors.tried_of_the_account(page, draft, theirs[number] if number < len(theirs) else None)


# -- what a form changes


def _came_in(visitors: _Visitors) -> _Changed:
    def changed(sender: Forger, answer: Page) -> str:
        play = visitors.play
        known = play.known_as(answer)
        if known.partition(",")[0] in BEHIND_THE_PASSWORD:
            return known
        return "signed in" if account_page(sender, play.target, play.scene.world.address) else ""

    return changed


def _opened(visitors: _Visitors) -> _Changed:
    def changed(_: Forger, answer: Page) -> str:
        return "signed in" if is_account(read(answer.html), visitors.play.target) else ""

    return changed


def _mailed(visitors: _Visitors) -> _Changed:
    seen = [len(mails(visitors.play))]

    def changed(_: Forger, __: Page) -> str:
        seen.append(len(mails(visitors.play)))
        return "a mail was sent" if seen[-1] > seen[-2] else ""

    return changed


def _password_changed(visitors: _Visitors) -> _Changed:
    play = visitors.play

    def changed(_: Forger, __: Page) -> str:
        visitors.number += 1
        if password_opens(play, f"old-password-{visitors.number}"):
            return ""
        person = play.scene.people[INSURED.key]
        person.password = person.guesses[-1]  # what the form set, and what is right from now on
        return "the password"

    return changed


def _left(visitors: _Visitors) -> _Changed:
    def changed(_: Forger, __: Page) -> str:
        play = visitors.play
        return "" if account_page(visitors.browser, play.target, play.scene.world.address) else "signed out"

    return changed


_CHANGES: Mapping[str, Callable[[_Visitors], _Changed]] = {
    "sign-in": _came_in,
    ASK_FOR_CODE: _mailed,
    "code": _opened,
    SIGN_OUT: _left,
    "forgotten-password": _mailed,
    "enrolment": _mailed,
    "contact-details": _mailed,
    "set-password": _password_changed,
}


# -- tokens


def _without(draft: Draft, bound: frozenset[str]) -> Draft:
    """The form without what a page of another site cannot know: its hidden fields, and what its address says of this session alone."""
    kept = draft.with_data([(name, text) for name, text in draft.sent.data if name not in draft.hidden])
    return _addressed(kept, [(name, text) for name, text in draft.query if name not in bound]) if bound else kept


def _with_theirs(draft: Draft, theirs: Draft, bound: frozenset[str]) -> Draft:
    """The form with the hidden fields of somebody else's."""
    fields, query = dict(theirs.sent.data), dict(theirs.query)
    taken = draft.with_data([(name, fields.get(name, text) if name in draft.hidden else text) for name, text in draft.sent.data])
    return _addressed(taken, [(name, query.get(name, text) if name in bound else text) for name, text in draft.query]) if bound else taken


def _addressed(draft: Draft, query: Sequence[tuple[str, str]]) -> Draft:
    scheme, host, path, _, fragment = urlsplit(draft.sent.address)
    address = urlunsplit((scheme, host, path, urlencode(query), fragment))
    return Draft(draft.form, draft.sent._replace(address=address), draft.hidden)
