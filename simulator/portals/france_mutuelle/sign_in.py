"""Identifier and password. The slow hash is worked out outside of any transaction, and what comes of it is judged in one, where the block
is looked at again: so of many that are entered at the same moment no more are judged than are left (HRD-03).

The order of refusals: credentials from before, block, password, address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from simulator import defects
from simulator.documents import Account, Deed, Stage, Subject
from simulator.policy.member import is_membership
from simulator.portals import counts
from simulator.portals.desk import Blocked
from simulator.portals.france_mutuelle.desk import Desk, Papers
from simulator.portals.visit import Visit

_LOOK_ALIKES = str.maketrans({"0": "O", "1": "I", "l": "I"})


class Refusal(StrEnum):
    """Why somebody is turned away without a block."""

    WRONG = "wrong"
    OLD_CREDENTIALS = "old-credentials"
    INVALID_ADDRESS = "invalid-address"


@dataclass(frozen=True)
class Refused:
    """Turned away; the sign-in form stays."""

    refusal: Refusal


@dataclass(frozen=True)
class Opened:
    """The space is open; `session` is the new cookie."""

    session: str


def with_password(desk: Desk, visit: Visit, identifier: str, password: str) -> Opened | Refused | Blocked:
    """Judge a password (FMU-10, FMU-12, FMU-13, FMU-16, HRD-20)."""
    if is_membership(identifier):
        meant = _identifier_of_old(desk, visit, identifier)
        if meant is None:
            return Refused(Refusal.OLD_CREDENTIALS)
        identifier = meant
    with desk.act(visit.world) as papers:
        key = _key_of(papers, identifier)
        subject = papers.subject(key)
        if subject.lockout.block is not None:
            return Blocked(subject.lockout.block)
        account = papers.account(key)
    kept_hash = account.password_hash or None if account is not None else None
    fits = desk.passwords.fits(password, kept_hash)
    with desk.act(visit.world) as papers:
        subject = papers.subject(key)
        if subject.lockout.block is not None:
            return Blocked(subject.lockout.block)
        account = papers.account(key)
        fits = fits or (account is not None and not account.password_hash and defects.on("any-password-where-there-is-none"))
        if not fits or account is None or account.password_hash != (kept_hash or ""):
            # Also right a moment ago, and changed since.
            if account is None and defects.on("guesses-at-nobody-not-limited"):
                return Refused(Refusal.WRONG)
            if account is not None and _is_invalid(papers, account) and defects.on("invalid-address-told-before-the-password"):
                return Refused(Refusal.INVALID_ADDRESS)
            return _wrong(papers, subject, desk.entry(visit.page, key, password, kept_hash or ""))
        return _admitted(papers, subject, account, visit)


def _identifier_of_old(desk: Desk, visit: Visit, number: str) -> str | None:
    """What a membership number is taken for: nothing, it was an identifier once, and whoever types it is told so (FMU-12)."""
    if defects.on("membership-number-for-an-identifier"):
        with desk.act(visit.world) as papers:
            account = papers.account_of_membership(number)
            return account.identifier.removeprefix(desk.realm) if account is not None else number
    return number if defects.on("old-credentials-not-told") else None


def _key_of(papers: Papers, identifier: str) -> str:
    """Under what the account is kept: matched exactly, as it was generated (FMU-01, FMU-10)."""
    key = f"{papers.desk.realm}{identifier}"
    if papers.account(key) is not None:
        return key
    if "@" in identifier and defects.on("mail-address-for-an-identifier"):
        return _first(papers, key, lambda account: account.address == identifier)
    if defects.on("identifier-in-any-case"):
        return _first(papers, key, lambda account: account.identifier.lower() == key.lower())
    if defects.on("look-alikes-taken-for-one-another"):
        return _first(papers, key, lambda account: account.identifier.translate(_LOOK_ALIKES) == key.translate(_LOOK_ALIKES))
    return key


def _is_invalid(papers: Papers, account: Account) -> bool:
    """Whether the mail address on file is not valid (FMU-13)."""
    person = papers.member(account)
    return person is not None and not person.address_valid


def _first(papers: Papers, otherwise: str, meant: Callable[[Account], bool]) -> str:
    return next((account.identifier for account in papers.transaction.all(Account).values() if meant(account)), otherwise)


def _wrong(papers: Papers, subject: Subject, entry: str) -> Refused | Blocked:
    lockout = counts.after_wrong_password(subject.lockout, papers.desk.rules.lockout, papers.now, entry)
    if lockout.block is None:
        papers.keep(replace(subject, lockout=lockout), "FMU-10", "unknown identifier, or wrong password")
        return Refused(Refusal.WRONG)
    papers.keep(replace(subject, lockout=lockout), "HRD-20", "the last wrong password allowed: blocked")
    return Blocked(lockout.block)


def _admitted(papers: Papers, subject: Subject, account: Account, visit: Visit) -> Opened | Refused:
    if account.last_sign_in is not None and defects.on("space-opens-once"):
        return Refused(Refusal.WRONG)
    if _is_invalid(papers, account) and not defects.on("invalid-address-let-in"):
        papers.keep(subject, "FMU-13", "refused: the mail address on file is not valid")
        return Refused(Refusal.INVALID_ADDRESS)
    lockout = counts.after_sign_in_without_code(subject.lockout)
    papers.keep(replace(subject, lockout=lockout), "FMU-16", "right identifier and password: the space is open")
    papers.transaction.put(account.identifier, replace(account, last_sign_in=papers.now))
    papers.note(account, Deed.SIGNED_IN)
    return Opened(papers.begin_visit(account.identifier, Stage.OPEN, visit.token))
