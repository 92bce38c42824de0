"""The forgotten password: a link by mail, and a page that sets a new one (AMC-110, AMC-73). It neither sends nor counts security codes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from simulator import defects
from simulator.documents import Account, Claim, Person, Stage, Subject
from simulator.keyring import new_token
from simulator.policy import link as links
from simulator.policy import quota as quotas
from simulator.policy.link import LinkState
from simulator.policy.lockout import Lockout
from simulator.policy.nir import key_of
from simulator.policy.password import Unmet, unmet_rules
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.ameli.mails import reset_mail
from simulator.worlds import World

_PURPOSE = "set a new password"
_CUT = 20
_NOBODY = "personne@app.assurance-simulee.test"


@dataclass(frozen=True)
class LinkDead:
    """The link does not work any more, or never did (None)."""

    state: LinkState | None


@dataclass(frozen=True)
class NotSet:
    """The choice does not meet these rules."""

    unmet: tuple[Unmet, ...]


@dataclass(frozen=True)
class PasswordSet:
    """The new password is in force. `session` is a new cookie where somebody is signed in by it, which nobody must be (HRD-63)."""

    session: str | None = None


def declare_forgotten(desk: Desk, world: World, identifier: str, birth_date: date, address_of_page: str) -> bool:
    """Send a link when NIR and birth date are those of an account with an address; whether they are, which nobody must learn (HRD-30)."""
    with desk.act(world) as papers:
        account = _declared(papers, identifier, birth_date)
        token = new_token()
        key = desk.key("reset", token)
        mail = reset_mail(desk.rules, (account.address if account else None) or _NOBODY, f"{address_of_page}/{token}")
        papers.transaction.put(key, Claim(_PURPOSE, identifier, sent=papers.now))
        if account is None:
            # As much work as for somebody, and nothing kept of it: time does not tell either (HRD-31).
            papers.transaction.delete(Claim, key)
            desk.outbox.weigh(mail, papers.now)
            return False
        if _has_a_living_link(papers, account) and defects.on("second-link-not-sent"):
            return True
        papers.transaction.put(identifier, replace(account, reset_link=key))
        papers.keep(_apart_from_codes(papers, papers.subject(identifier)), "AMC-110", "a link to set a new password was sent")
        desk.outbox.post(papers.transaction, mail)
    return True


def _declared(papers: Papers, identifier: str, birth_date: date) -> Account | None:
    """The account of that identifier and birth date, when it has an address."""
    account = papers.account(identifier)
    person = papers.transaction.get(Person, account.person) if account is not None else None
    if account is None or person is None or account.address is None:
        return None
    matches = person.birth_date == birth_date or defects.on("birth-date-not-compared")
    return account if matches else None


def _has_a_living_link(papers: Papers, account: Account) -> bool:
    claim = papers.transaction.get(Claim, account.reset_link) if account.reset_link is not None else None
    return claim is not None and not claim.used and papers.now < claim.sent + papers.desk.rules.reset_link.lifetime


def _apart_from_codes(papers: Papers, subject: Subject) -> Subject:
    """The same subject: a link neither uses a code nor counts as one."""
    if subject.code is not None and defects.on("reset-kills-the-code"):
        return replace(subject, code=None)
    if subject.code_requests and defects.on("reset-takes-a-place-in-the-quota"):
        return replace(subject, code_requests=quotas.with_request(subject.code_requests, papers.desk.rules.quota, papers.now))
    return subject


def why_dead(desk: Desk, world: World, token: str, uses_it_up: bool) -> LinkDead | None:
    """Why the link does not work now, or None where it does; looking uses nothing up (HRD-61), unless the caller says so."""
    with desk.act(world) as papers:
        state, claim, _ = _found(papers, token)
        if state is not LinkState.LIVE or claim is None:
            return LinkDead(state)
        if claim.opened is not None and defects.on("link-opens-once"):
            return LinkDead(LinkState.USED)
        papers.transaction.put(desk.key("reset", token), replace(claim, opened=claim.opened or papers.now, used=uses_it_up))
        return None


def set_password(desk: Desk, world: World, token: str, choice: str, confirmation: str) -> PasswordSet | NotSet | LinkDead:
    """Set the password if the link lives and the choice meets the rules (AME-30 to AME-36); ends other sessions and trust (HRD-42)."""
    with desk.act(world) as papers:
        state, _, account = _found(papers, token)
        person = papers.transaction.get(Person, account.person) if account is not None else None
    if state is not LinkState.LIVE or account is None or person is None:
        return LinkDead(state)
    longest = desk.rules.password.longest
    if len(choice) > longest and defects.on("long-password-cut"):
        choice, confirmation = choice[:longest], confirmation[:longest]
    nirs = (account.identifier, account.identifier + key_of(account.identifier))
    unmet = held_to(unmet_rules(choice, confirmation, nirs, person.birth_date, desk.rules.password))
    if unmet:
        return NotSet(unmet)
    kept = choice[:_CUT] if len(choice) > _CUT and defects.on("password-cut-when-set") else choice
    password_hash = desk.passwords.hashed(kept)
    with desk.act(world, locked=not defects.on("link-used-without-a-lock")) as papers:
        state, claim, account = _found(papers, token)
        if state is not LinkState.LIVE or account is None or claim is None:
            return LinkDead(state)
        papers.transaction.put(desk.key("reset", token), replace(claim, used=not defects.on("link-works-again")))
        if not defects.on("new-password-not-kept"):
            papers.transaction.put(account.identifier, replace(account, password_hash=password_hash))
        papers.transaction.put(person.key, replace(person, password_shown=None))
        return _ended(papers, account)


def held_to(unmet: tuple[Unmet, ...]) -> tuple[Unmet, ...]:
    """The unmet rules that a choice is held to: all of them, and all are named at once (AME-36)."""
    held = tuple(rule for rule in unmet if not _let_pass(rule))
    return held[:1] if len(held) > 1 and defects.on("first-unmet-rule-only") else held


def _let_pass(rule: Unmet) -> bool:
    match rule:
        case Unmet.LENGTH:
            return defects.on("length-not-checked")
        case Unmet.LOWER_CASE:
            return defects.on("small-letter-not-demanded")
        case Unmet.UPPER_CASE:
            return defects.on("capital-not-demanded")
        case Unmet.DIGIT_OR_SPECIAL:
            return defects.on("digit-not-demanded")
        case Unmet.ALLOWED_CHARACTERS:
            return defects.on("characters-not-checked")
        case Unmet.PERSONAL_DETAILS:
            return defects.on("details-in-password-taken")
        case Unmet.CONFIRMATION:
            return defects.on("confirmation-not-compared")


def _ended(papers: Papers, account: Account) -> PasswordSet:
    """With the new password other sessions and all trust end (HRD-42); blocks and counts stay (AMC-51, AMC-73)."""
    subject = papers.subject(account.identifier)
    cleared = replace(subject, lockout=Lockout()) if subject.lockout != Lockout() and defects.on("reset-lifts-the-block") else subject
    papers.keep(cleared, "AMC-110", "a new password was set")
    if not defects.on("sessions-survive-a-reset"):
        papers.end_all_visits(account.identifier)
    if not defects.on("trust-survives-a-reset"):
        papers.forget_trust(account.identifier)
    return PasswordSet(papers.begin_visit(account.identifier, Stage.OPEN, None) if defects.on("reset-signs-in") else None)


def _found(papers: Papers, token: str) -> tuple[LinkState | None, Claim | None, Account | None]:
    key = papers.desk.key("reset", token)
    claim = papers.transaction.get(Claim, key)
    account = papers.account(claim.identifier) if claim is not None else None
    if claim is None or account is None:
        return None, None, None
    rules = papers.desk.rules.reset_link
    newest = account.reset_link == key or defects.on("older-link-lives")
    state = links.judged(claim.sent, claim.used, newest, rules, papers.now)
    if papers.now == claim.sent + rules.lifetime and state is LinkState.EXPIRED and defects.on("link-lives-at-its-end"):
        state = LinkState.LIVE
    return state, claim, account
