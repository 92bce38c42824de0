"""The security code: asked for, sent, entered. Each act is judged in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from simulator import defects
from simulator.documents import Account, Limit, Session, Stage, Subject
from simulator.policy import code as codes
from simulator.policy import quota as quotas
from simulator.policy.code import Entry
from simulator.portals import counts, gone_wrong
from simulator.portals.ameli import codes_sent
from simulator.portals.ameli.admission import blocked, not_admitted, turned_away
from simulator.portals.ameli.answers import Blocked, CodeSent, NotAccepted, Opened, Refused, VisitOver
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.visit import Visit


@dataclass(frozen=True)
class OnTheWay:
    """A visit between the password and the account, with its papers."""

    token: str
    session: Session
    subject: Subject
    account: Account


Spared = Callable[[Blocked | Refused], bool]


def _on_the_way(papers: Papers, visit: Visit, spared: Spared) -> OnTheWay | Refused | Blocked | VisitOver:
    """The visit that may go on, or what it gets instead: no step of the way is spared the block, the record and the address."""
    session = papers.visit(visit.token)
    account = papers.account(session.identifier) if session is not None else None
    if visit.token is None or session is None or session.stage is Stage.OPEN or account is None:
        return VisitOver()
    subject = papers.subject(session.identifier)
    answer = turned_away(papers, subject) if subject.lockout.block is not None else not_admitted(papers, subject, account)
    if answer is None or spared(answer):
        return OnTheWay(visit.token, session, subject, account)
    papers.end_visit(visit.token)
    return answer


def ask_for_code(desk: Desk, visit: Visit) -> CodeSent | Refused | Blocked | VisitOver:
    """Send a code, or block who asks too often (AMC-03, AMC-06, AMC-40 to AMC-43)."""
    with desk.act(visit.world, locked=not defects.on("codes-asked-for-without-a-lock")) as papers:
        way = _on_the_way(papers, visit, _asking_is_spared)
        if not isinstance(way, OnTheWay):
            return way
        holder = _holder_of_the_quota(papers, way)
        asked = gone_wrong.requests_of(papers.transaction, way.subject, holder)
        requests = codes_sent.requests_that_count(asked, desk.rules.quota, papers.now)
        quota = codes_sent.quota_in_force(requests, desk.rules.quota, desk.rules.code, papers.now)
        if quotas.exhausted(requests, quota, papers.now):
            return _one_too_many(papers, way)
        # Where the quota is lifted no request counts.
        requests = () if papers.lifts(Limit.QUOTA) else quotas.with_request(requests, quota, papers.now)
        subject = replace(way.subject, code_requests=requests)
        gone_wrong.keep_requests_of(papers.transaction, subject, holder)
        code = None
        if _left_with_the_password(papers, way):
            papers.keep(subject, "AMC-03", "the code has left already")
        else:
            code = codes_sent.send(papers, subject, way.account)
        papers.change_stage(way.token, way.session, Stage.CODE_ASKED)
        return CodeSent(code if defects.on("code-in-a-header") else None)


def _asking_is_spared(answer: Blocked | Refused) -> bool:
    """Nothing is: neither block nor record was looked at for good when the password was right (AMC-71, AMC-140)."""
    if isinstance(answer, Blocked):
        return defects.on("code-sent-during-a-block")
    return defects.on("record-not-asked-before-a-code-is-sent")


def _holder_of_the_quota(papers: Papers, way: OnTheWay) -> str:
    """The account, whichever browser asks (AMC-40, HRD-21)."""
    session = f"{way.subject.identifier} in {papers.desk.key('session', way.token)}"
    return session if defects.on("codes-counted-in-the-session") else way.subject.identifier


def _left_with_the_password(papers: Papers, way: OnTheWay) -> bool:
    """No code has left before it was asked for (AMC-03)."""
    code, session = way.subject.code, way.session
    if code is None or code.used or code.sent != session.began or session.stage is not Stage.PASSWORD_RIGHT:
        return False
    return papers.now < codes.expires(code, papers.desk.rules.code) and codes_sent.leave_with_the_password()


def _one_too_many(papers: Papers, way: OnTheWay) -> Blocked:
    lockout = counts.after_one_code_too_many(way.subject.lockout, papers.desk.rules.quota.block, papers.now)
    if defects.on("sixth-mail-leaves-with-the-block"):
        codes_sent.send(papers, way.subject, way.account)
    papers.keep(replace(way.subject, lockout=lockout), "AMC-40", "one code too many: blocked")
    papers.end_visit(way.token)
    return blocked(lockout)


def enter_code(desk: Desk, visit: Visit, entered: str, trust_wanted: bool) -> Opened | NotAccepted | Refused | Blocked | VisitOver:
    """Judge a code (AMC-07, AMC-10, AMC-30, AMC-50, AMC-60, AMC-61)."""
    with desk.act(visit.world, locked=_is_locked(desk, visit, entered)) as papers:
        way = _on_the_way(papers, visit, _entering_is_spared)
        if not isinstance(way, OnTheWay):
            return way
        entry = codes_sent.worth(papers, way.subject, entered)
        if way.session.stage is not Stage.CODE_ASKED and entry is not Entry.EXPIRED:
            # No code was asked for in this visit; but an expired one may be entered again, from another tab or by going back (AMC-30).
            return VisitOver()
        if entry is Entry.RIGHT:
            return _opened(papers, way.subject, way.token, trust_wanted)
        held_against = way.subject.code.digest if way.subject.code is not None else ""
        failure = desk.entry(visit.page, way.subject.identifier, entered, held_against)
        if entry is Entry.WRONG:
            return _wrong_code(papers, way, failure)
        return _said_only(papers, way, entry, failure)


def _is_locked(desk: Desk, visit: Visit, entered: str) -> bool:
    """Looking at a code and noting what came of it are one step (HRD-02, HRD-03)."""
    if defects.on("right-code-judged-without-a-lock"):
        return not _is_right(desk, visit, entered)
    return not defects.on("wrong-codes-judged-without-a-lock") or _is_right(desk, visit, entered)


def _is_right(desk: Desk, visit: Visit, entered: str) -> bool:
    with desk.act(visit.world) as papers:
        session = papers.visit(visit.token)
        return session is not None and codes_sent.worth(papers, papers.subject(session.identifier), entered) is Entry.RIGHT


def _entering_is_spared(answer: Blocked | Refused) -> bool:
    """Nothing is: a living code makes up neither for a block nor for the record (AMC-43, AMC-71, AMC-140)."""
    if isinstance(answer, Blocked):
        return defects.on("living-code-works-during-a-block")
    return defects.on("record-not-asked-once-a-code-is-sent")


def _said_only(papers: Papers, way: OnTheWay, entry: Entry, failure: str) -> NotAccepted:
    """An expired or malformed code counts as no failure (AMC-30)."""
    subject = way.subject
    if defects.on("expired-code-counts") if entry is Entry.EXPIRED else defects.on("malformed-code-counts"):
        lockout = counts.after_wrong_code(subject.lockout, papers.desk.rules.lockout, papers.now, failure)
        subject = replace(subject, lockout=lockout)
    papers.keep(subject, "AMC-30", f"the code was {entry}")
    if entry is Entry.EXPIRED:
        papers.change_stage(way.token, way.session, Stage.PASSWORD_RIGHT)
    return NotAccepted(entry)


def _opened(papers: Papers, subject: Subject, token: str, trust_wanted: bool) -> Opened:
    assert subject.code is not None
    spent = subject.code if defects.on("code-works-again") else codes.used(subject.code)
    requests = subject.code_requests if defects.on("used-codes-count") else ()
    cleared = replace(subject, code=spent, lockout=counts.after_sign_in_with_code(subject.lockout), code_requests=requests)
    papers.keep(cleared, "AMC-07", "the right code: the account is open")
    account = papers.account(subject.identifier)
    if account is not None:
        papers.transaction.put(account.identifier, replace(account, last_sign_in=papers.now))
    session = papers.begin_visit(subject.identifier, Stage.OPEN, token)
    if not trust_wanted and not defects.on("box-taken-as-ticked"):
        return Opened(session)
    return Opened(session, *papers.trust(subject.identifier))


def _wrong_code(papers: Papers, way: OnTheWay, failure: str) -> NotAccepted | Blocked:
    session = f"{way.subject.identifier} in {papers.desk.key('session', way.token)}"
    holder = session if defects.on("wrong-codes-counted-in-the-session") else way.subject.identifier
    subject = gone_wrong.with_counts_of(papers.transaction, way.subject, holder)
    lockout = counts.after_wrong_code(subject.lockout, papers.desk.rules.lockout, papers.now, failure)
    gone_wrong.keep_counts_of(papers.transaction, subject, holder, lockout)
    if lockout.code_failures == subject.lockout.code_failures:
        papers.keep(replace(subject, lockout=lockout), "HRD-27", "the same wrong code from the same page: counted once")
        return NotAccepted(Entry.WRONG)
    if lockout.block is None:
        code = codes.used(subject.code) if subject.code is not None and defects.on("wrong-code-spoils-the-right-one") else subject.code
        papers.keep(replace(subject, lockout=lockout, code=code), "AMC-50", "wrong code")
        return NotAccepted(Entry.WRONG)
    papers.keep(replace(subject, lockout=lockout), "AMC-60", "the last wrong code allowed: blocked")
    papers.end_visit(way.token)
    return blocked(lockout)
