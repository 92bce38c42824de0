"""Why a portal decides as it does about an identifier: counts, windows, blocks, codes and links, and the rule that decided last.

No code, token or password is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from simulator.agenda import frees_at
from simulator.documents import Account, Claim, Decision, Enrolment, Membership, Opening, Subject, TrustedBrowser
from simulator.policy import code as codes
from simulator.policy import lockout as lockouts
from simulator.policy import quota as quotas
from simulator.policy.lockout import LockoutRules, Reason
from simulator.policy.member import is_identifier, is_membership
from simulator.policy.nir import MalformedNir, normalised
from simulator.portals import FRANCE_MUTUELLE
from simulator.portals.ameli.settings import RULES
from simulator.portals.france_mutuelle.settings import RULES as MUTUELLE_RULES
from simulator.store import Transaction

_REQUIREMENTS = {Reason.PASSWORDS: "AMC-70", Reason.CODES: "AMC-60", Reason.QUOTA: "AMC-40"}


@dataclass(frozen=True)
class CountsNow:
    """Failures that count now, of each kind, and how many of them block."""

    password: int
    code: int
    limit: int


@dataclass(frozen=True)
class WindowNow:
    """Requests for codes that count now, how many are allowed, and when the oldest stops counting."""

    codes: tuple[datetime, ...]
    limit: int
    frees_at: datetime | None


@dataclass(frozen=True)
class BlockNow:
    """The block that is running."""

    reason: str
    until: datetime
    requirement: str


@dataclass(frozen=True)
class CodeNow:
    """The newest code."""

    sent: datetime
    expires: datetime
    used: bool


@dataclass(frozen=True)
class LinkNow:
    """A secret link."""

    purpose: str
    sent: datetime
    expires: datetime
    used: bool


@dataclass(frozen=True)
class AwaitedNow:
    """A mail address that waits to be validated: when its newest link was sent, and until when link and address live."""

    sent: datetime
    active_until: datetime
    remembered_until: datetime


@dataclass(frozen=True)
class TrustNow:
    """A browser that needs no code."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Why:
    """All that the portal knows about an identifier."""

    identifier: str
    account: bool
    opening: Opening | None
    now: datetime
    counts: CountsNow
    window: WindowNow
    block: BlockNow | None
    code: CodeNow | None
    provisional: CodeNow | None
    awaited: AwaitedNow | None
    links: tuple[LinkNow, ...]
    trusted_browsers: tuple[TrustNow, ...]
    last_decision: Decision | None


class UnknownForm(ValueError):
    """What was typed has the form of no identifier of any portal."""


def why(transaction: Transaction, typed: str) -> Why:
    """What the world knows about that identifier, in any spelling. Raises UnknownForm."""
    identifier, now = _kept_under(transaction, typed), transaction.now()
    subject = transaction.get(Subject, identifier) or Subject(identifier)
    account = transaction.get(Account, identifier)
    lockout = lockouts.at(subject.lockout, now)
    return Why(
        identifier=identifier.removeprefix(FRANCE_MUTUELLE.realm),
        account=account is not None,
        opening=account.opening if account is not None else None,
        now=now,
        counts=CountsNow(lockout.password_failures, lockout.code_failures, _lockout_of(identifier).attempts),
        window=WindowNow(
            quotas.within_window(subject.code_requests, RULES.quota, now),
            RULES.quota.codes,
            frees_at(subject.code_requests, RULES.quota, now),
        ),
        block=_block(lockout, identifier),
        code=_code(subject.code),
        provisional=_provisional(transaction.get(Enrolment, identifier)),
        awaited=_awaited(account),
        links=tuple(_link(claim) for claim in transaction.all(Claim).values() if claim.identifier == identifier),
        trusted_browsers=tuple(
            TrustNow(trust.since, trust.until)
            for trust in transaction.all(TrustedBrowser).values()
            if trust.identifier == identifier and now < trust.until
        ),
        last_decision=subject.decision,
    )


def _kept_under(transaction: Transaction, typed: str) -> str:
    """Under what the world keeps what it knows about that identifier: a NIR, a member's identifier, or their membership number."""
    try:
        return normalised(typed)
    except MalformedNir:
        identifier = typed.strip()
    if is_membership(identifier):
        membership = transaction.get(Membership, identifier)
        return membership.account if membership is not None else f"{FRANCE_MUTUELLE.realm}{identifier}"
    if is_identifier(identifier):
        return f"{FRANCE_MUTUELLE.realm}{identifier}"
    raise UnknownForm(typed)


def _is_members(identifier: str) -> bool:
    return identifier.startswith(FRANCE_MUTUELLE.realm)


def _lockout_of(identifier: str) -> LockoutRules:
    return (MUTUELLE_RULES if _is_members(identifier) else RULES).lockout


def _block(lockout: lockouts.Lockout, identifier: str) -> BlockNow | None:
    block = lockout.block
    if block is None:
        return None
    return BlockNow(block.reason, block.until, "HRD-20" if _is_members(identifier) else _REQUIREMENTS[block.reason])


def _code(code: codes.Code | None) -> CodeNow | None:
    return None if code is None else CodeNow(code.sent, codes.expires(code, RULES.code), code.used)


def _link(claim: Claim) -> LinkNow:
    return LinkNow(claim.purpose, claim.sent, claim.expires or claim.sent, claim.used)


def _provisional(enrolment: Enrolment | None) -> CodeNow | None:
    return None if enrolment is None else CodeNow(enrolment.sent, enrolment.sent + RULES.provisional.lifetime, enrolment.used)


def _awaited(account: Account | None) -> AwaitedNow | None:
    if account is None or account.awaited is None:
        return None
    sent = account.awaited.sent
    return AwaitedNow(sent, sent + RULES.validation.link.lifetime, sent + RULES.validation.remembered)
