"""Signing in: password, code, account. Each act is judged in one transaction; the slow hash is worked out between two.

The order of refusals is the register's: block, password, attachment, address, trust, code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator import defects
from simulator.clock import pause
from simulator.documents import Account, Limit, Person, Session, Stage, Subject, TrustedBrowser
from simulator.keyring import new_code, new_token
from simulator.policy import code as codes
from simulator.policy import lockout as lockouts
from simulator.policy import quota as quotas
from simulator.policy.attachment import Standing
from simulator.policy.dates import months_later
from simulator.policy.lockout import Reason
from simulator.portals.ameli.answers import Announced, Blocked, CodeSent, NotAccepted, Opened, Refusal, Refused, VisitOver
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.ameli.mails import code_mail
from simulator.portals.visit import Visit
from simulator.worlds import World

_WAIT_SECONDS = 0.02
_PATIENCE = 250

_REQUIREMENT_OF_BLOCK = {Reason.PASSWORDS: "AMC-71", Reason.CODES: "AMC-71", Reason.QUOTA: "AMC-43"}
_STANDING = {Standing.NOT_ATTACHED: (Refusal.NOT_ATTACHED, "AMC-80"), Standing.PENDING: (Refusal.ATTACHMENT_PENDING, "AMC-90")}


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
            return _wrong_password(papers, subject, mark, _entry(desk, visit, identifier, password, kept_hash or ""))
        subject = replace(subject, lockout=lockouts.password_right(subject.lockout, mark))
        return _admitted(papers, subject, account, visit)


def _reserve(desk: Desk, world: World, identifier: str, mark: str) -> Account | Blocked | None:
    """Take one of the attempts left, waiting while all of them are being judged; the account it is for, if there is one."""
    others: tuple[str, ...] = ()
    for _ in range(_PATIENCE):
        with desk.act(world) as papers:
            subject = papers.subject(identifier)
            if subject.lockout.block is not None:
                papers.keep(subject, _REQUIREMENT_OF_BLOCK[subject.lockout.block.reason], "refused: the block is running")
                return Blocked(subject.lockout.block)
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
    refused = _not_admitted(papers, subject, account)
    if refused is not None:
        return refused
    if papers.trusts(subject.identifier, visit.trust):
        papers.keep(replace(subject, lockout=lockouts.signed_in_without_code(subject.lockout)), "AMC-10", "trusted browser: no code needed")
        papers.transaction.put(account.identifier, replace(account, last_sign_in=papers.now))
        return Opened(papers.begin_visit(subject.identifier, Stage.OPEN, visit.token))
    papers.keep(subject, "AMC-03", "right password: a code is announced")
    return Announced(papers.begin_visit(subject.identifier, Stage.PASSWORD_RIGHT, visit.token))


def _not_admitted(papers: Papers, subject: Subject, account: Account) -> Refused | None:
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


@dataclass(frozen=True)
class OnTheWay:
    """A visit between the password and the account, with its papers."""

    token: str
    session: Session
    subject: Subject
    account: Account


def _on_the_way(papers: Papers, visit: Visit) -> OnTheWay | Refused | Blocked | VisitOver:
    """The visit that may go on, or what it gets instead: no step of the way is spared the block, the record and the address."""
    session = papers.visit(visit.token)
    account = papers.account(session.identifier) if session is not None else None
    if visit.token is None or session is None or session.stage is Stage.OPEN or account is None:
        return VisitOver()
    subject = papers.subject(session.identifier)
    if subject.lockout.block is not None:
        return _turned_away(papers, subject, visit.token)
    refused = _not_admitted(papers, subject, account)
    if refused is not None:
        papers.end_visit(visit.token)
        return refused
    return OnTheWay(visit.token, session, subject, account)


def ask_for_code(desk: Desk, visit: Visit) -> CodeSent | Refused | Blocked | VisitOver:
    """Send a code, or block who asks too often (AMC-03, AMC-06, AMC-40 to AMC-43)."""
    with desk.act(visit.world) as papers:
        way = _on_the_way(papers, visit)
        if not isinstance(way, OnTheWay):
            return way
        token, session, subject, account = way.token, way.session, way.subject, way.account
        quota = desk.rules.quota
        if quotas.exhausted(subject.code_requests, quota, papers.now):
            lockout = lockouts.blocked(subject.lockout, Reason.QUOTA, papers.now, quota.block)
            papers.keep(replace(subject, lockout=lockout), "AMC-40", "one code too many: blocked")
            papers.end_visit(token)
            return _blocked(lockout)
        code = new_code(desk.rules.code.digits)
        kept = codes.Code(_code_digest(desk, subject.identifier, code), sent=papers.now)
        # Where the quota is lifted no request counts.
        requests = () if papers.lifts(Limit.QUOTA) else quotas.with_request(subject.code_requests, quota, papers.now)
        papers.keep(replace(subject, code=kept, code_requests=requests), "AMC-06", "a code was sent")
        papers.change_stage(token, session, Stage.CODE_ASKED)
        assert account.address is not None  # else not admitted
        desk.outbox.post(papers.transaction, code_mail(desk.rules, account.address, code))
        return CodeSent()


def enter_code(desk: Desk, visit: Visit, entered: str, trust_wanted: bool) -> Opened | NotAccepted | Refused | Blocked | VisitOver:
    """Judge a code (AMC-07, AMC-10, AMC-30, AMC-50, AMC-60, AMC-61)."""
    with desk.act(visit.world) as papers:
        way = _on_the_way(papers, visit)
        if not isinstance(way, OnTheWay):
            return way
        token, session, subject = way.token, way.session, way.subject
        entry = codes.judged(subject.code, entered, _code_digest(desk, subject.identifier, entered), desk.rules.code, papers.now)
        if session.stage is not Stage.CODE_ASKED and entry is not codes.Entry.EXPIRED:
            # No code was asked for in this visit; but an expired one may be entered again, from another tab or by going back (AMC-30).
            return VisitOver()
        if entry is codes.Entry.RIGHT:
            return _opened(papers, subject, token, trust_wanted)
        if entry is codes.Entry.WRONG:
            held_against = subject.code.digest if subject.code is not None else ""
            return _wrong_code(papers, subject, token, _entry(desk, visit, subject.identifier, entered, held_against))
        if entry is codes.Entry.EXPIRED:
            papers.keep(subject, "AMC-30", "the code had expired")
            papers.change_stage(token, session, Stage.PASSWORD_RIGHT)
        return NotAccepted(entry)


def _opened(papers: Papers, subject: Subject, token: str, trust_wanted: bool) -> Opened:
    assert subject.code is not None
    spent = subject.code if defects.on("code-works-again") else codes.used(subject.code)
    cleared = replace(subject, code=spent, lockout=lockouts.signed_in_with_code(subject.lockout), code_requests=())
    papers.keep(cleared, "AMC-07", "the right code: the account is open")
    account = papers.account(subject.identifier)
    if account is not None:
        papers.transaction.put(account.identifier, replace(account, last_sign_in=papers.now))
    session = papers.begin_visit(subject.identifier, Stage.OPEN, token)
    if not trust_wanted:
        return Opened(session)
    trust = new_token()
    until = months_later(papers.now, papers.desk.rules.trust_months)
    papers.transaction.put(papers.desk.key("trust", trust), TrustedBrowser(subject.identifier, papers.now, until))
    return Opened(session, trust, until - papers.now)


def _wrong_code(papers: Papers, subject: Subject, token: str, entry: str) -> NotAccepted | Blocked:
    lockout = lockouts.code_wrong(subject.lockout, papers.desk.rules.lockout, papers.now, entry)
    if lockout.code_failures == subject.lockout.code_failures:
        papers.keep(replace(subject, lockout=lockout), "HRD-27", "the same wrong code from the same page: counted once")
        return NotAccepted(codes.Entry.WRONG)
    if lockout.block is None:
        papers.keep(replace(subject, lockout=lockout), "AMC-50", "wrong code")
        return NotAccepted(codes.Entry.WRONG)
    papers.keep(replace(subject, lockout=lockout), "AMC-60", "the last wrong code allowed: blocked")
    papers.end_visit(token)
    return _blocked(lockout)


def _turned_away(papers: Papers, subject: Subject, token: str) -> Blocked:
    answer = _blocked(subject.lockout)
    papers.keep(subject, _REQUIREMENT_OF_BLOCK[answer.block.reason], "refused: the block is running")
    papers.end_visit(token)
    return answer


def _blocked(lockout: lockouts.Lockout) -> Blocked:
    assert lockout.block is not None
    return Blocked(lockout.block)


def _entry(desk: Desk, visit: Visit, identifier: str, value: str, held_against: str) -> str:
    """What stands for a failed value in the counts (HRD-27). Held against another code or password, the same value is another guess."""
    return desk.keyring.digest("entry", identifier, visit.page, value, held_against) if visit.page else ""


def _code_digest(desk: Desk, identifier: str, code: str) -> str:
    return desk.keyring.digest("code", identifier, code)


def sign_out(desk: Desk, visit: Visit) -> None:
    """End the visit on the server (HRD-41)."""
    with desk.act(visit.world) as papers:
        papers.end_visit(visit.token)


def account_of(desk: Desk, visit: Visit) -> tuple[Session, Account, Person] | None:
    """The open account of that cookie, or None: nothing of an account is shown before the code (HRD-09)."""
    with desk.act(visit.world) as papers:
        session = papers.visit(visit.token)
        if session is None or session.stage is not Stage.OPEN:
            return None
        account = papers.account(session.identifier)
        person = papers.transaction.get(Person, account.person) if account is not None else None
        return None if account is None or person is None else (session, account, person)


def trusted_browsers(desk: Desk, world: World, identifier: str) -> tuple[TrustedBrowser, ...]:
    """The browsers that need no code for this account now, the newest first."""
    with desk.act(world) as papers:
        kept = papers.transaction.all(TrustedBrowser).values()
        living = (trust for trust in kept if trust.identifier == identifier and papers.now < trust.until)
        return tuple(sorted(living, key=lambda trust: trust.since, reverse=True))


def forget_trusted_browsers(desk: Desk, world: World, identifier: str) -> None:
    """No browser is trusted for this account any more."""
    with desk.act(world) as papers:
        papers.forget_trust(identifier)
