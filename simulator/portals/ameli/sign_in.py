"""The password: its slow hash is worked out outside of any transaction, and what comes of it is judged in one, where the block is looked at
again. So of many that are entered at the same moment no more are judged than are left (HRD-03).

The order of refusals is the register's: block, password, attachment, address, trust, code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator import defects
from simulator.clock import pause
from simulator.documents import Account, Stage, Subject
from simulator.policy.lockout import Reason
from simulator.portals import counts, gone_wrong
from simulator.portals.ameli import codes_sent
from simulator.portals.ameli.admission import (
    block_at_the_password,
    holds_in_its_session_only,
    not_admitted,
    turned_away,
    what_refuses,
)
from simulator.portals.ameli.answers import Announced, Blocked, Opened, Refusal, Refused
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.visit import Visit

# As long as a hash takes in production: the time in which others are judged beside.
_HASH_SECONDS = 0.02


def with_password(desk: Desk, visit: Visit, identifier: str, password: str) -> Announced | Opened | Refused | Blocked:
    """Judge a password (AMC-01 to AMC-03, AMC-10, AMC-20, AMC-50, AMC-70 to AMC-90)."""
    known = _looked_up(desk, visit, identifier)
    if isinstance(known, Blocked):
        known = _in_a_block(desk, visit, identifier, password, known)
    if not isinstance(known, _Known):
        return known
    kept_hash = known.account.password_hash if known.account is not None else None
    fits = desk.passwords.fits(password, kept_hash)
    if not fits and _judged_side_by_side():
        pause(_HASH_SECONDS)
    if kept_hash is not None and not fits and defects.on("no-hash-for-a-stranger"):
        gone_wrong.hash_as_in_production(password)
    with desk.act(visit.world, locked=fits or not _judged_side_by_side()) as papers:
        subject = papers.subject(identifier)
        block = block_at_the_password(papers, subject, visit)
        if block is not None and not known.despite:
            papers.keep(subject, "AMC-71", "blocked meanwhile: somebody else's failure did while this password was being hashed")
            return Blocked(block)
        account = papers.account(identifier)
        if not fits or account is None or account.password_hash != kept_hash:
            # Also right a moment ago, and changed or deleted since.
            return _not_right(papers, subject, account, visit, desk.entry(visit.page, identifier, password, kept_hash or ""))
        return _admitted(papers, replace(subject, lockout=counts.after_right_password(subject.lockout)), account, visit)


def _in_a_block(desk: Desk, visit: Visit, identifier: str, password: str, answer: Blocked) -> _Known | Blocked | Refused:
    """It is the same whatever was entered (HRD-23), and lets nobody pass (AMC-71)."""
    if defects.on("block-told-to-the-right-password-only"):
        return answer if _is_right(desk, visit, identifier, password) else Refused(Refusal.WRONG)
    by_passwords = answer.block.reason is Reason.PASSWORDS
    if by_passwords and defects.on("right-password-passes-the-block") and _is_right(desk, visit, identifier, password):
        with desk.act(visit.world) as papers:
            return _Known(papers.account(identifier), despite=True)
    return answer


def _judged_side_by_side() -> bool:
    """Attempts are not: each is judged when those before it are counted (HRD-03)."""
    return defects.on("passwords-judged-side-by-side")


def _is_right(desk: Desk, visit: Visit, identifier: str, password: str) -> bool:
    with desk.act(visit.world) as papers:
        account = papers.account(identifier)
    return account is not None and desk.passwords.fits(password, account.password_hash)


@dataclass(frozen=True)
class _Known:
    """The account of that identifier, if there is one. `despite` a block: nobody minds it."""

    account: Account | None
    despite: bool = False


def _looked_up(desk: Desk, visit: Visit, identifier: str) -> _Known | Blocked | Refused:
    with desk.act(visit.world) as papers:
        subject = papers.subject(identifier)
        if block_at_the_password(papers, subject, visit) is not None:
            return _blocked(papers, subject)
        return _Known(papers.account(identifier))


def _blocked(papers: Papers, subject: Subject) -> Blocked | Refused:
    """The block is told before all else."""
    account = papers.account(subject.identifier)
    refusal = what_refuses(papers, account) if account is not None else None
    if refusal is not None and defects.on("record-told-before-the-block"):
        return Refused(refusal)
    return turned_away(papers, subject)


def _not_right(papers: Papers, subject: Subject, account: Account | None, visit: Visit, entry: str) -> Opened | Refused | Blocked:
    """A wrong password is told before all else but a block, and a trusted browser does not make up for it."""
    if account is not None and papers.trusts(subject.identifier, visit.trust) and defects.on("trust-replaces-the-password"):
        return Opened(papers.begin_visit(subject.identifier, Stage.OPEN, visit.token))
    if account is None and defects.on("unknown-number-not-counted"):
        papers.keep(subject, "AMC-50", "no such account")
        return Refused(Refusal.WRONG)
    answer = _wrong_password(papers, subject, visit, entry)
    refusal = what_refuses(papers, account) if account is not None else None
    if isinstance(answer, Refused) and refusal is not None and defects.on("record-told-before-the-password"):
        return Refused(refusal)
    return answer


def _wrong_password(papers: Papers, subject: Subject, visit: Visit, entry: str) -> Refused | Blocked:
    holder = _holder_of_the_count(papers, subject.identifier, visit)
    subject = gone_wrong.with_counts_of(papers.transaction, subject, holder)
    lockout = counts.after_wrong_password(subject.lockout, papers.desk.rules.lockout, papers.now, entry)
    gone_wrong.keep_counts_of(papers.transaction, subject, holder, lockout)
    if lockout.password_failures == subject.lockout.password_failures:
        papers.keep(replace(subject, lockout=lockout), "HRD-27", "the same wrong password from the same page: counted once")
        return Refused(Refusal.WRONG)
    if lockout.block is None:
        papers.keep(replace(subject, lockout=lockout), "AMC-50", "wrong password")
        return Refused(Refusal.WRONG)
    papers.keep(replace(subject, lockout=lockout), "AMC-70", "the last wrong password allowed: blocked")
    if holds_in_its_session_only():
        gone_wrong.note_the_session_of_the_block(papers.transaction, subject.identifier, visit.token)
    return Blocked(lockout.block)


def _holder_of_the_count(papers: Papers, identifier: str, visit: Visit) -> str:
    """The account itself, whoever tries, from wherever, in whatever spelling (AMC-70, HRD-21, HRD-22)."""
    if visit.forwarded_for and defects.on("failures-counted-by-forwarded-address"):
        return f"{identifier} from {visit.forwarded_for}"
    if visit.typed != identifier and defects.on("failures-counted-by-spelling"):
        return f"{identifier} as {visit.typed}"
    if visit.token is not None and defects.on("wrong-passwords-counted-in-the-session"):
        return f"{identifier} in {papers.desk.key('session', visit.token)}"
    return identifier


def _admitted(papers: Papers, subject: Subject, account: Account, visit: Visit) -> Announced | Opened | Refused:
    refused = not_admitted(papers, subject, account)
    trusted = papers.trusts(subject.identifier, visit.trust)
    if refused is not None and not _let_in_all_the_same(refused.refusal, trusted):
        return refused
    if trusted or refused is not None:
        return _opened(papers, subject, account, visit)
    papers.keep(subject, "AMC-03", "right password: a code is announced")
    if codes_sent.leave_with_the_password():
        codes_sent.send(papers, subject, account)
    return Announced(papers.begin_visit(subject.identifier, Stage.PASSWORD_RIGHT, visit.token))


def _let_in_all_the_same(refusal: Refusal, trusted: bool) -> bool:
    """Nobody is: neither is a second factor spared who has none, nor does a trusted browser make up for the reference of individuals."""
    if refusal is Refusal.NO_ADDRESS:
        return defects.on("no-address-no-second-factor")
    return trusted and defects.on("trust-spares-the-record")


def _opened(papers: Papers, subject: Subject, account: Account, visit: Visit) -> Opened:
    lockout = counts.after_sign_in_without_code(subject.lockout)
    emptied = bool(subject.code_requests) and defects.on("trusted-sign-in-empties-the-quota")
    requests = () if emptied else subject.code_requests
    papers.keep(replace(subject, lockout=lockout, code_requests=requests), "AMC-10", "trusted browser: no code needed")
    papers.transaction.put(account.identifier, replace(account, last_sign_in=papers.now))
    if visit.trust and defects.on("trust-prolonged-by-use"):
        return Opened(papers.begin_visit(subject.identifier, Stage.OPEN, visit.token), *papers.trust(subject.identifier))
    return Opened(papers.begin_visit(subject.identifier, Stage.OPEN, visit.token))
