"""Whom each step of the sign-in turns away: the block first, then the reference of individuals, then the missing address."""

from __future__ import annotations

from dataclasses import replace

from simulator import defects
from simulator.documents import Account, Subject
from simulator.policy.attachment import Standing
from simulator.policy.lockout import Block, Lockout, Reason
from simulator.portals import counts, gone_wrong
from simulator.portals.ameli.answers import Blocked, Refusal, Refused
from simulator.portals.ameli.desk import Papers
from simulator.portals.visit import Visit

_REQUIREMENT_OF_BLOCK = {Reason.PASSWORDS: "AMC-71", Reason.CODES: "AMC-71", Reason.QUOTA: "AMC-43"}
_REQUIREMENT_OF_REFUSAL = {Refusal.NOT_ATTACHED: "AMC-80", Refusal.ATTACHMENT_PENDING: "AMC-90", Refusal.NO_ADDRESS: "AMC-20"}
_ANSWERS_OF_THE_REFERENCE = {
    "AMC-80": Refusal.NOT_ATTACHED,
    "AMC-90": Refusal.ATTACHMENT_PENDING,
    **dict.fromkeys(("AMC-03", "AMC-06", "AMC-07", "AMC-10", "AMC-120")),
}
_STANDING = {Standing.NOT_ATTACHED: Refusal.NOT_ATTACHED, Standing.PENDING: Refusal.ATTACHMENT_PENDING}


def block_at_the_password(papers: Papers, subject: Subject, visit: Visit) -> Block | None:
    """The block that keeps this visit from the sign-in, or None. It holds for every browser and whatever it came from (AMC-43, AMC-71)."""
    block = subject.lockout.block
    if block is None:
        return None
    if block.reason is Reason.CODES and defects.on("code-block-unknown-to-the-password"):
        return None
    if block.reason is Reason.QUOTA and defects.on("quota-block-unknown-to-the-password"):
        return None
    if papers.trusts(subject.identifier, visit.trust) and defects.on("block-spares-trusted-browsers"):
        return None
    if visit.in_app and defects.on("block-unknown-to-the-app"):
        return None
    here = gone_wrong.is_the_session_of_the_block(papers.transaction, subject.identifier, visit.token)
    if block.reason is Reason.PASSWORDS and not here and holds_in_its_session_only():
        return None
    if visit.typed == subject.identifier and defects.on("block-unknown-to-the-number-without-its-key"):
        return None
    return block


def holds_in_its_session_only() -> bool:
    """No block does: it is the account's (HRD-21, AMC-71)."""
    return defects.on("block-in-its-session-only")


def turned_away(papers: Papers, subject: Subject) -> Blocked:
    """What somebody gets while the block is running (AMC-43, AMC-71)."""
    rules = papers.desk.rules
    reason = blocked(subject.lockout).block.reason
    duration = rules.quota.block if reason is Reason.QUOTA else rules.lockout.duration
    lockout = counts.after_a_try_in_vain(subject.lockout, duration, papers.now)
    papers.keep(replace(subject, lockout=lockout), _REQUIREMENT_OF_BLOCK[reason], "refused: the block is running")
    return blocked(lockout)


def blocked(lockout: Lockout) -> Blocked:
    """The answer to whom this blocks."""
    assert lockout.block is not None
    return Blocked(lockout.block)


def what_refuses(papers: Papers, account: Account) -> Refusal | None:
    """Whom the reference of individuals or a missing address turns away, the reference first (AMC-20, AMC-80, AMC-90, AMC-140)."""
    refusal = _STANDING.get(papers.standing(account))
    kept = _answered_before(papers, account, refusal)
    if kept != refusal and defects.on("answer-of-the-reference-kept"):
        refusal = kept
    if refusal is not None and not (account.address is None and defects.on("address-told-before-the-record")):
        return refusal
    return Refusal.NO_ADDRESS if account.address is None else None


def _answered_before(papers: Papers, account: Account, now: Refusal | None) -> Refusal | None:
    """What the reference of individuals answered when it was last asked, as far as the last decision tells; else what it does now."""
    decision = papers.subject(account.identifier).decision
    if decision is None or decision.requirement not in _ANSWERS_OF_THE_REFERENCE:
        return now
    return _ANSWERS_OF_THE_REFERENCE[decision.requirement]


def not_admitted(papers: Papers, subject: Subject, account: Account) -> Refused | None:
    """The refusal, noted, at whichever step of the way."""
    refusal = what_refuses(papers, account)
    if refusal is None:
        return None
    papers.keep(subject, _REQUIREMENT_OF_REFUSAL[refusal], f"refused: {refusal}")
    return Refused(refusal)
