"""Whom each step of the sign-in turns away: the block first, then the reference of individuals, then the missing address."""

from __future__ import annotations

from simulator.documents import Account, Subject
from simulator.policy.attachment import Standing
from simulator.policy.lockout import Lockout, Reason
from simulator.portals.ameli.answers import Blocked, Refusal, Refused
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.visit import Visit

_REQUIREMENT_OF_BLOCK = {Reason.PASSWORDS: "AMC-71", Reason.CODES: "AMC-71", Reason.QUOTA: "AMC-43"}
_STANDING = {Standing.NOT_ATTACHED: (Refusal.NOT_ATTACHED, "AMC-80"), Standing.PENDING: (Refusal.ATTACHMENT_PENDING, "AMC-90")}


def turned_away(papers: Papers, subject: Subject) -> Blocked:
    """What somebody gets while the block is running (AMC-43, AMC-71)."""
    answer = blocked(subject.lockout)
    papers.keep(subject, _REQUIREMENT_OF_BLOCK[answer.block.reason], "refused: the block is running")
    return answer


def blocked(lockout: Lockout) -> Blocked:
    """The answer to whom this blocks."""
    assert lockout.block is not None
    return Blocked(lockout.block)


def not_admitted(papers: Papers, subject: Subject, account: Account) -> Refused | None:
    """Whom the reference of individuals or a missing address turns away, at each step of the way (AMC-20, AMC-80, AMC-90, AMC-140)."""
    standing = papers.standing(account)
    if standing in _STANDING:
        refusal, requirement = _STANDING[standing]
        papers.keep(subject, requirement, f"refused by the reference of individuals: {refusal}")
        return Refused(refusal)
    if account.address is None:
        papers.keep(subject, "AMC-20", "no validated address")
        return Refused(Refusal.NO_ADDRESS)
    return None


def entry_of(desk: Desk, visit: Visit, identifier: str, value: str, held_against: str) -> str:
    """What stands for a failed value in the counts (HRD-27). Held against another code or password, the same value is another guess."""
    return desk.keyring.digest("entry", identifier, visit.page, value, held_against) if visit.page else ""
