"""The codes of an account: how many may be asked for, what is kept of one that is sent, and what an entry is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from simulator import defects
from simulator.documents import Account, Subject
from simulator.keyring import new_code
from simulator.policy import code as codes
from simulator.policy import quota as quotas
from simulator.policy.code import Code, CodeRules, Entry
from simulator.policy.quota import QuotaRules, Requests
from simulator.portals import counts, gone_wrong
from simulator.portals.ameli.desk import Papers
from simulator.portals.ameli.mails import code_mail

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


def requests_that_count(requests: Requests, rules: QuotaRules, now: datetime) -> Requests:
    """Each for an hour of its own: the hour slides (AMC-41)."""
    if requests and now - requests[0] >= rules.window and defects.on("quota-forgets-all-an-hour-after-the-first"):
        return ()
    dropped = len(quotas.within_window(requests, rules, now)) < len(requests)
    if dropped and now - requests[-1] < rules.window and defects.on("quota-prolonged-by-each-code"):
        return (now,) * len(requests)
    return requests


def quota_in_force(requests: Requests, rules: QuotaRules, code: CodeRules, now: datetime) -> QuotaRules:
    """So many codes in any sixty minutes, whatever became of them (AMC-40, AMC-42)."""
    counted = len(quotas.within_window(requests, rules, now))
    if counted == rules.codes and defects.on("sixth-code-sent"):
        return replace(rules, codes=rules.codes + 1)
    if counted < len(requests) and defects.on("quota-of-the-day"):
        return replace(rules, window=_DAY)
    if requests and now - requests[0] == rules.window and defects.on("code-an-hour-old-still-counts"):
        return replace(rules, window=rules.window + _SECOND)
    of_living_codes = replace(rules, window=code.lifetime)
    if counted > len(quotas.within_window(requests, of_living_codes, now)) and defects.on("expired-codes-count-no-more"):
        return of_living_codes
    return rules


def leave_with_the_password() -> bool:
    """Codes do not: they are announced with it, and leave when they are asked for (AMC-03)."""
    return defects.on("code-leaves-with-the-password")


def send(papers: Papers, subject: Subject, account: Account) -> str:
    """Send a new code by mail; the older ones are worth nothing any more (HRD-04). The code is for the mail alone (HRD-06)."""
    desk = papers.desk
    code = new_code(desk.rules.code.digits)
    kept = _kept(subject.code, digest_of(papers, subject.identifier, code), desk.rules.code, papers.now)
    papers.keep(replace(subject, code=kept, lockout=counts.after_new_code(subject.lockout)), "AMC-06", "a code was sent")
    assert account.address is not None  # else not admitted
    desk.outbox.post(papers.transaction, code_mail(desk.rules, account.address, code))
    return code


def _kept(older: Code | None, digest: str, rules: CodeRules, now: datetime) -> Code:
    if older is None:
        return Code(digest, sent=now)
    living = not older.used and now < codes.expires(older, rules)
    if living and defects.on("code-survives-the-next-one"):
        return gone_wrong.both(older, digest, now)
    if older.used and defects.on("next-code-revives-the-used-one"):
        return gone_wrong.both(older, digest, now)
    if living and older.sent != now and defects.on("next-code-dies-with-the-first"):
        return Code(digest, sent=older.sent)
    return Code(digest, sent=now)


def worth(papers: Papers, subject: Subject, entered: str) -> Entry:
    """What an entry is worth (AMC-30, HRD-01, HRD-04, HRD-05)."""
    code, rules = subject.code, papers.desk.rules.code
    digest = digest_of(papers, subject.identifier, entered)
    if code is not None:
        digest, rules = gone_wrong.one_of(code, digest), _life(code, rules, papers.now)
    entry = codes.judged(code, entered, digest, rules, papers.now)
    if entry is Entry.EXPIRED and not _is_wrong(code, digest) and defects.on("expired-code-works"):
        return Entry.RIGHT
    if entry is Entry.EXPIRED and codes.well_formed(entered, rules) and _is_wrong(code, digest) and defects.on("wrong-told-before-expired"):
        return Entry.WRONG
    if entry is Entry.WRONG and defects.on("code-works-for-any-account") and _is_anybodys(papers, entered):
        return Entry.RIGHT
    return entry


def _is_wrong(code: Code | None, digest: str) -> bool:
    return code is None or code.digest != digest


def _is_anybodys(papers: Papers, entered: str) -> bool:
    sent = ((one.identifier, one.code) for one in papers.transaction.all(Subject).values() if one.code is not None and not one.code.used)
    return any(code.digest == digest_of(papers, identifier, entered) for identifier, code in sent)


def _life(code: Code, rules: CodeRules, now: datetime) -> CodeRules:
    """It works for 15 minutes less an instant (AMC-30)."""
    end = codes.expires(code, rules)
    if end - _SECOND <= now < end and defects.on("code-dies-a-second-early"):
        return replace(rules, lifetime=rules.lifetime - _SECOND)
    if now == end and defects.on("code-works-at-its-last-instant"):
        return replace(rules, lifetime=rules.lifetime + _SECOND)
    return rules


def digest_of(papers: Papers, identifier: str, code: str) -> str:
    """What is kept in place of a code."""
    return papers.desk.keyring.digest("code", identifier, code)
