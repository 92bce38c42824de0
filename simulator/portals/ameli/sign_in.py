"""The password: its slow hash is worked out outside of any transaction, and what comes of it is judged in one, where the block is looked at
again. So of many that are entered at the same moment no more are judged than are left (HRD-03).

The order of refusals is the register's: block, password, attachment, address, trust, code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from simulator import defects
from simulator.clock import pause
from simulator.documents import Account, Enrolment, Opening, Stage, Subject
from simulator.policy.link import LinkState
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
from simulator.portals.ameli.answers import Announced, Blocked, GoesOn, Opened, Refusal, Refused
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.ameli.enrolment import provisional_state
from simulator.portals.visit import Visit

# As long as a hash takes in production: the time in which others are judged beside.
_HASH_SECONDS = 0.02
_WITHOUT_CODE = {False: ("AMC-10", "trusted browser: no code needed"), True: ("AMC-120", "the app needs no code")}


def with_password(desk: Desk, visit: Visit, identifier: str, password: str) -> Announced | GoesOn | Opened | Refused | Blocked:
    """Judge a password, or a provisional code where there is no account yet (AMC-01 to AMC-03, AMC-10, AMC-20, AMC-50, AMC-70 to AMC-90,
    AME-21, AME-22, AME-52)."""
    known = _looked_up(desk, visit, identifier)
    if isinstance(known, Blocked):
        known = _in_a_block(desk, visit, identifier, password, known)
    if not isinstance(known, _Known):
        return known
    kept_hash = known.kept_hash
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
        account, enrolment = papers.account(identifier), papers.transaction.get(Enrolment, identifier)
        if fits and enrolment is not None and enrolment.provisional_hash == kept_hash:
            if visit.in_app:
                return _only_on_the_web(papers, subject, Stage.CHOOSING)
            entry = desk.entry(visit.page, identifier, password, kept_hash)
            return _with_provisional_code(papers, subject, enrolment, visit, entry)
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
            return _known(papers, identifier, despite=True)
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
    """The account of that identifier, if there is one, and the hash that what is entered is held against: of its password, or of a
    provisional code. `despite` a block: nobody minds it."""

    account: Account | None
    kept_hash: str | None
    despite: bool = False


def _looked_up(desk: Desk, visit: Visit, identifier: str) -> _Known | Blocked | Refused:
    with desk.act(visit.world) as papers:
        subject = papers.subject(identifier)
        if block_at_the_password(papers, subject, visit) is not None:
            return _blocked(papers, subject)
        return _known(papers, identifier)


def _known(papers: Papers, identifier: str, despite: bool = False) -> _Known:
    """One hash in any case, so that time tells nothing (HRD-31): the provisional code's while it can be used, or without an account."""
    account, enrolment = papers.account(identifier), papers.transaction.get(Enrolment, identifier)
    if enrolment is not None and (account is None or provisional_state(papers, enrolment) is LinkState.LIVE):
        return _Known(account, enrolment.provisional_hash, despite)
    return _Known(account, account.password_hash if account is not None else None, despite)


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


def _with_provisional_code(papers: Papers, subject: Subject, enrolment: Enrolment, visit: Visit, entry: str) -> GoesOn | Refused | Blocked:
    """The right provisional code: it works once, and opens the choice of a personal code and nothing else (AME-21, AME-22)."""
    state = provisional_state(papers, enrolment)
    if state is LinkState.EXPIRED:
        papers.keep(subject, "AME-21", "the provisional code has expired")
        return Refused(Refusal.PROVISIONAL_EXPIRED)
    if state is not LinkState.LIVE:
        return _wrong_password(papers, subject, visit, entry)
    papers.transaction.put(subject.identifier, replace(enrolment, used=True))
    papers.keep(subject, "AME-22", "right provisional code: a personal code is to be chosen")
    return GoesOn(papers.begin_visit(subject.identifier, Stage.CHOOSING, visit.token), Stage.CHOOSING)


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
    if visit.in_app and defects.on("app-counts-of-its-own"):
        return f"{identifier} in the app"
    if visit.token is not None and defects.on("wrong-passwords-counted-in-the-session"):
        return f"{identifier} in {papers.desk.key('session', visit.token)}"
    return identifier


def _going_on(papers: Papers, subject: Subject, account: Account, visit: Visit) -> GoesOn:
    """The opening of the account goes on where it was left, without a code: nothing of the account is shown there (AME-22, AME-52)."""
    stage = Stage.VALIDATION if account.opening is Opening.VALIDATION else Stage.CONTACT_DETAILS
    papers.keep(subject, "AME-52", f"right personal code: the opening goes on ({stage})")
    return GoesOn(papers.begin_visit(subject.identifier, stage, visit.token), stage)


def _only_on_the_web(papers: Papers, subject: Subject, stage: Stage) -> GoesOn:
    """The opening of an account goes on there: no visit begins in the app, and no provisional code is used up."""
    papers.keep(subject, "AME-52", f"right, in the app: the opening goes on on the web ({stage})")
    return GoesOn("", stage)


def _admitted_in_app(papers: Papers, subject: Subject, account: Account, visit: Visit) -> Announced | GoesOn | Opened | Refused:
    """The app needs no code (AMC-120), and no address: that is given there (AMC-20, AMC-21)."""
    if account.opening is not Opening.DONE and not defects.on("app-opens-before-validation"):
        return _only_on_the_web(papers, subject, Stage.VALIDATION if account.opening is Opening.VALIDATION else Stage.CONTACT_DETAILS)
    refused = not_admitted(papers, subject, account)
    if refused is not None and refused.refusal is Refusal.NO_ADDRESS and not defects.on("app-refuses-whoever-has-no-address"):
        refused = None
    if refused is not None and not defects.on("app-asks-no-record"):
        return refused
    if refused is None and defects.on("app-asks-for-a-code"):
        return Announced(papers.begin_visit(subject.identifier, Stage.PASSWORD_RIGHT, visit.token))
    return _opened(papers, subject, account, visit)


def _admitted(papers: Papers, subject: Subject, account: Account, visit: Visit) -> Announced | GoesOn | Opened | Refused:
    if visit.in_app:
        return _admitted_in_app(papers, subject, account, visit)
    if account.opening is not Opening.DONE and not defects.on("unfinished-opening-told-as-no-address"):
        return _going_on(papers, subject, account, visit)
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
    if visit.in_app and subject.lockout.code_failures and defects.on("app-clears-the-count-of-codes"):
        lockout = counts.after_sign_in_with_code(subject.lockout)
    emptied = bool(subject.code_requests) and defects.on("trusted-sign-in-empties-the-quota")
    requests = () if emptied else subject.code_requests
    papers.keep(replace(subject, lockout=lockout, code_requests=requests), *_WITHOUT_CODE[visit.in_app])
    papers.transaction.put(account.identifier, replace(account, last_sign_in=papers.now))
    if visit.trust and defects.on("trust-prolonged-by-use"):
        return Opened(papers.begin_visit(subject.identifier, Stage.OPEN, visit.token), *papers.trust(subject.identifier))
    return Opened(papers.begin_visit(subject.identifier, Stage.OPEN, visit.token))
