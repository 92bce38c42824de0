"""The password: judged in one transaction after its slow hash was worked out, for attempts that were reserved before.

The order of refusals is the register's: block, password, attachment, address, trust, code.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.clock import pause
from simulator.documents import Account, Stage, Subject
from simulator.keyring import new_token
from simulator.policy import lockout as lockouts
from simulator.portals.ameli.admission import entry_of, not_admitted, turned_away
from simulator.portals.ameli.answers import Announced, Blocked, Opened, Refusal, Refused
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.visit import Visit
from simulator.worlds import World

_WAIT_SECONDS = 0.02
_PATIENCE = 250


def with_password(desk: Desk, visit: Visit, identifier: str, password: str) -> Announced | Opened | Refused | Blocked:
    """Judge a password (AMC-01 to AMC-03, AMC-10, AMC-20, AMC-50, AMC-70 to AMC-90)."""
    mark = new_token()
    reserved = _reserve(desk, visit.world, identifier, mark)
    if isinstance(reserved, Blocked):
        return reserved
    kept_hash = reserved.password_hash if reserved else None
    fits = desk.passwords.fits(password, kept_hash)
    with desk.act(visit.world) as papers:
        subject = papers.subject(identifier)
        if subject.lockout.block is not None:
            # Somebody else's failure blocked while this password was being hashed.
            papers.keep(replace(subject, lockout=lockouts.password_right(subject.lockout, mark)), "AMC-71", "blocked meanwhile")
            return Blocked(subject.lockout.block)
        account = papers.account(identifier)
        if not fits or account is None or account.password_hash != kept_hash:
            # Also right a moment ago, and changed or deleted since.
            return _wrong_password(papers, subject, mark, entry_of(desk, visit, identifier, password, kept_hash or ""))
        subject = replace(subject, lockout=lockouts.password_right(subject.lockout, mark))
        return _admitted(papers, subject, account, visit)


def _reserve(desk: Desk, world: World, identifier: str, mark: str) -> Account | Blocked | None:
    """Take one of the attempts left, waiting while all of them are being judged; the account it is for, if there is one."""
    others: tuple[str, ...] = ()
    for _ in range(_PATIENCE):
        with desk.act(world) as papers:
            subject = papers.subject(identifier)
            if subject.lockout.block is not None:
                return turned_away(papers, subject)
            if lockouts.may_try_password(subject.lockout, desk.rules.lockout):
                papers.transaction.put(identifier, replace(subject, lockout=lockouts.password_reserved(subject.lockout, mark)))
                return papers.account(identifier)
            others = others or subject.lockout.pending
        pause(_WAIT_SECONDS)
    with desk.act(world) as papers:
        subject = papers.subject(identifier)
        given_up = lockouts.given_up(subject.lockout, others, desk.rules.lockout, papers.now)
        papers.keep(replace(subject, lockout=given_up), "AMC-70", "attempts that were never settled counted as wrong")
    return _reserve(desk, world, identifier, mark)


def _wrong_password(papers: Papers, subject: Subject, mark: str, entry: str) -> Refused | Blocked:
    lockout = lockouts.password_wrong(subject.lockout, mark, papers.desk.rules.lockout, papers.now, entry)
    if lockout.password_failures == subject.lockout.password_failures:
        papers.keep(replace(subject, lockout=lockout), "HRD-27", "the same wrong password from the same page: counted once")
        return Refused(Refusal.WRONG)
    if lockout.block is None:
        papers.keep(replace(subject, lockout=lockout), "AMC-50", "wrong password")
        return Refused(Refusal.WRONG)
    papers.keep(replace(subject, lockout=lockout), "AMC-70", "the last wrong password allowed: blocked")
    return Blocked(lockout.block)


def _admitted(papers: Papers, subject: Subject, account: Account, visit: Visit) -> Announced | Opened | Refused:
    refused = not_admitted(papers, subject, account)
    if refused is not None:
        return refused
    if papers.trusts(subject.identifier, visit.trust):
        papers.keep(replace(subject, lockout=lockouts.signed_in_without_code(subject.lockout)), "AMC-10", "trusted browser: no code needed")
        papers.transaction.put(account.identifier, replace(account, last_sign_in=papers.now))
        return Opened(papers.begin_visit(subject.identifier, Stage.OPEN, visit.token))
    papers.keep(subject, "AMC-03", "right password: a code is announced")
    return Announced(papers.begin_visit(subject.identifier, Stage.PASSWORD_RIGHT, visit.token))
