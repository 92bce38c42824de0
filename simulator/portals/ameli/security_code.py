"""The security code: asked for, sent, entered. Each act is judged in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator import defects
from simulator.documents import Account, Limit, Session, Stage, Subject, TrustedBrowser
from simulator.keyring import new_code, new_token
from simulator.policy import code as codes
from simulator.policy import lockout as lockouts
from simulator.policy import quota as quotas
from simulator.policy.dates import months_later
from simulator.policy.lockout import Reason
from simulator.portals.ameli.admission import blocked, entry_of, not_admitted, turned_away
from simulator.portals.ameli.answers import Blocked, CodeSent, NotAccepted, Opened, Refused, VisitOver
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.ameli.mails import code_mail
from simulator.portals.visit import Visit


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
        papers.end_visit(visit.token)
        return turned_away(papers, subject)
    refused = not_admitted(papers, subject, account)
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
            return blocked(lockout)
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
            return _wrong_code(papers, subject, token, entry_of(desk, visit, subject.identifier, entered, held_against))
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
    return blocked(lockout)


def _code_digest(desk: Desk, identifier: str, code: str) -> str:
    return desk.keyring.digest("code", identifier, code)
