"""A new password, set on the page that a secret link opens; the same on every portal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from simulator import defects
from simulator.documents import Account, Person, Stage
from simulator.policy.link import LinkRules, LinkState
from simulator.policy.lockout import Lockout
from simulator.policy.password import Unmet
from simulator.portals import secret_links
from simulator.portals.desk import Desk, Papers
from simulator.worlds import World

_CUT = 20


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


@dataclass(frozen=True)
class Choice:
    """What was typed as the new password, twice."""

    password: str
    confirmation: str


@dataclass(frozen=True)
class Way:
    """A way to a new password: the rules of its link, which rules of the portal a choice breaks, and the requirement that it is for.

    `then` is what the portal does beside, with the same papers.
    """

    link: LinkRules
    unmet_rules: Callable[[Choice, Account, Person], tuple[Unmet, ...]]
    requirement: str
    then: Callable[[Papers, Account], None] | None = None


def why_dead(desk: Desk, world: World, token: str, rules: LinkRules, uses_it_up: bool) -> LinkDead | None:
    """Why the link does not work now, or None where it does; looking uses nothing up (HRD-61), unless the caller says so."""
    link = secret_links.looked_at(desk, world, token, rules, uses_it_up)
    return None if link.lives else LinkDead(link.state)


def set_password(desk: Desk, world: World, token: str, choice: Choice, way: Way) -> PasswordSet | NotSet | LinkDead:
    """Set the password if the link lives and the choice meets the rules; ends other sessions and trust (HRD-42)."""
    with desk.act(world) as papers:
        link = secret_links.found(papers, token, way.link)
        person = papers.transaction.get(Person, link.account.person) if link.account is not None else None
    if not link.lives or link.account is None or person is None:
        return LinkDead(link.state)
    longest = desk.rules.password.longest
    if len(choice.password) > longest and defects.on("long-password-cut"):
        choice = Choice(choice.password[:longest], choice.confirmation[:longest])
    unmet = held_to(way.unmet_rules(choice, link.account, person))
    if unmet:
        return NotSet(unmet)
    cut = len(choice.password) > _CUT and defects.on("password-cut-when-set")
    password_hash = desk.passwords.hashed(choice.password[:_CUT] if cut else choice.password)
    with desk.act(world, locked=not defects.on("link-used-without-a-lock")) as papers:
        link = secret_links.found(papers, token, way.link)
        if not link.lives or link.account is None or link.claim is None:
            return LinkDead(link.state)
        secret_links.use_up(papers, token, link.claim)
        if not defects.on("new-password-not-kept"):
            papers.transaction.put(link.account.identifier, replace(link.account, password_hash=password_hash))
        papers.transaction.put(person.key, replace(person, password_shown=None))
        if way.then is not None:
            way.then(papers, link.account)
        return _ended(papers, link.account, way.requirement)


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
        case Unmet.DIGIT:
            return defects.on("digit-of-members-not-demanded")
        case Unmet.SPECIAL:
            return defects.on("special-character-not-demanded")
        case Unmet.DIGIT_OR_SPECIAL:
            return defects.on("digit-not-demanded")
        case Unmet.ALLOWED_CHARACTERS:
            return defects.on("characters-not-checked")
        case Unmet.PERSONAL_DETAILS:
            return defects.on("details-in-password-taken")
        case Unmet.CONFIRMATION:
            return defects.on("confirmation-not-compared")


def _ended(papers: Papers, account: Account, requirement: str) -> PasswordSet:
    """With the new password other sessions and all trust end (HRD-42); blocks and counts stay (AMC-51, AMC-73)."""
    subject = papers.subject(account.identifier)
    cleared = replace(subject, lockout=Lockout()) if subject.lockout != Lockout() and defects.on("reset-lifts-the-block") else subject
    papers.keep(cleared, requirement, "a new password was set")
    if not defects.on("sessions-survive-a-reset"):
        papers.end_all_visits(account.identifier)
    if not defects.on("trust-survives-a-reset"):
        papers.forget_trust(account.identifier)
    return PasswordSet(papers.begin_visit(account.identifier, Stage.OPEN, None) if defects.on("reset-signs-in") else None)
