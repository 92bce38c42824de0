"""Counts and blocks of one identifier: what time, and each step of the sign-in, make of them (AMC-50, AMC-51, AMC-60 to AMC-72)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from simulator import defects
from simulator.documents import Subject
from simulator.policy import lockout as lockouts
from simulator.policy.lockout import Block, Lockout, LockoutRules, Reason
from simulator.portals import gone_wrong

_INSTANT = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)
_FIVE_MINUTES = timedelta(minutes=5)
_DAY = timedelta(days=1)


def as_of(subject: Subject, rules: LockoutRules, now: datetime) -> Subject:
    """As they stand now: the end of a block clears both counts of failures, and time alone does not (AMC-51)."""
    kept = subject.lockout
    lockout = lockouts.at(kept, _held_against_the_end(kept.block, now))
    if kept.block is not None and lockout.block is None:
        subject = replace(subject, lockout=_after_a_block(kept, kept.block.reason, rules))
        if subject.code_requests and kept.block.reason is not Reason.QUOTA and defects.on("lockout-end-empties-the-quota"):
            subject = replace(subject, code_requests=())
        return subject
    failures = kept.password_failures + kept.code_failures
    if failures and subject.decision and now - subject.decision.at >= _DAY and defects.on("failures-forgotten-after-a-day"):
        return replace(subject, lockout=Lockout(block=kept.block))
    return replace(subject, lockout=lockout)


def _held_against_the_end(block: Block | None, now: datetime) -> datetime:
    """The instant that decides whether the block has ended: refused one second before the end shown, open from it (AMC-71)."""
    if block is not None and now == block.until and defects.on("block-holds-at-its-end"):
        return now - _INSTANT
    if block is not None and now - block.until >= _DAY and defects.on("block-forgotten-by-the-clean-up"):
        return block.until - _INSTANT
    if block is not None and block.until - _MINUTE <= now < block.until and defects.on("block-ends-within-its-last-minute"):
        return block.until
    return now


def _after_a_block(kept: Lockout, reason: Reason, rules: LockoutRules) -> Lockout:
    others = kept.code_failures if reason is Reason.PASSWORDS else kept.password_failures
    if others and defects.on("block-end-clears-only-what-blocked"):
        return gone_wrong.without_the_count_of(reason, kept)
    if reason is not Reason.QUOTA and defects.on("block-end-leaves-one-attempt"):
        return gone_wrong.with_one_attempt_left(reason, kept, rules)
    return Lockout()


def after_right_password(lockout: Lockout) -> Lockout:
    """Nothing is cleared by it (AMC-51)."""
    if lockout.password_failures and defects.on("right-password-clears-its-count"):
        lockout = replace(lockout, password_failures=0, password_entries=())
    if lockout.code_failures and defects.on("right-password-clears-the-count-of-codes"):
        lockout = replace(lockout, code_failures=0, code_entries=())
    return lockout


def after_new_code(lockout: Lockout) -> Lockout:
    """Nothing is cleared by it either (AMC-51, AMC-61)."""
    if lockout.password_failures and defects.on("new-code-clears-the-count-of-passwords"):
        lockout = replace(lockout, password_failures=0, password_entries=())
    if lockout.code_failures and defects.on("attempts-counted-by-code"):
        lockout = replace(lockout, code_failures=0, code_entries=())
    return lockout


def after_wrong_password(lockout: Lockout, rules: LockoutRules, now: datetime, entry: str) -> Lockout:
    """One failure more, and the block for the last one allowed (AMC-50, AMC-70)."""
    allowed = _attempts(rules, others=lockout.code_failures)
    entry = _told_apart(entry, lockout.password_entries)
    return _with_its_end(lockouts.password_wrong(lockout, allowed, now, entry), lockout, rules.duration, now)


def after_wrong_code(lockout: Lockout, rules: LockoutRules, now: datetime, entry: str) -> Lockout:
    """One failure more, and the block for the last one allowed (AMC-50, AMC-60)."""
    allowed = _attempts(rules, others=lockout.password_failures)
    if lockout.code_failures + 1 == rules.attempts and defects.on("fourth-wrong-code-blocks"):
        allowed = replace(rules, attempts=rules.attempts + 1)
    entry = _told_apart(entry, lockout.code_entries)
    return _with_its_end(lockouts.code_wrong(lockout, allowed, now, entry), lockout, rules.duration, now)


def after_one_code_too_many(lockout: Lockout, duration: timedelta, now: datetime) -> Lockout:
    """Blocked for it (AMC-40)."""
    return _with_its_end(lockouts.blocked(lockout, Reason.QUOTA, now, duration), lockout, duration, now)


def after_a_try_in_vain(lockout: Lockout, duration: timedelta, now: datetime) -> Lockout:
    """Trying while the block is running does not move its end (AMC-43, AMC-71, HRD-25)."""
    assert lockout.block is not None
    again = lockouts.blocked(replace(lockout, block=None), lockout.block.reason, now, duration)
    return again if again != lockout and defects.on("trying-moves-the-end") else lockout


def after_sign_in_with_code(lockout: Lockout) -> Lockout:
    """A complete sign-in clears both counts (AMC-72)."""
    cleared = lockouts.signed_in_with_code(lockout)
    if lockout.password_failures and defects.on("complete-sign-in-leaves-the-count-of-passwords"):
        cleared = replace(cleared, password_failures=lockout.password_failures, password_entries=lockout.password_entries)
    if lockout.code_failures and defects.on("complete-sign-in-leaves-the-count-of-codes"):
        cleared = replace(cleared, code_failures=lockout.code_failures, code_entries=lockout.code_entries)
    return cleared


def after_sign_in_without_code(lockout: Lockout) -> Lockout:
    """A sign-in from a trusted browser clears the count of passwords only (AMC-51)."""
    if lockout.password_failures and defects.on("trusted-sign-in-clears-nothing"):
        return lockout
    if lockout.code_failures and defects.on("trusted-sign-in-clears-the-count-of-codes"):
        return lockouts.signed_in_with_code(lockout)
    return lockouts.signed_in_without_code(lockout)


def _attempts(rules: LockoutRules, others: int) -> LockoutRules:
    """Passwords and codes are counted apart, so many each (AMC-51)."""
    return replace(rules, attempts=rules.attempts - others) if others and defects.on("one-count-for-passwords-and-codes") else rules


def _told_apart(entry: str, counted: tuple[str, ...]) -> str:
    """What stands for the value in the count: the same one, sent twice from one page shown, counts once (HRD-27)."""
    return "" if entry in counted and defects.on("double-click-counts-twice") else entry


def _with_its_end(lockout: Lockout, before: Lockout, duration: timedelta, now: datetime) -> Lockout:
    """The end of a block that has just begun is a full minute, the next one where it falls between two (AMC-71)."""
    block = lockout.block
    if block is None or before.block is not None:
        return lockout
    end = block.until
    if end == now + duration and defects.on("full-minute-rounded-up"):
        end += _MINUTE
    if end != now + duration and block.reason is Reason.CODES and defects.on("end-of-a-block-cut-to-the-minute"):
        end -= _MINUTE
    if block.reason is Reason.PASSWORDS and defects.on("wrong-passwords-block-for-ten-minutes"):
        end -= _FIVE_MINUTES
    if block.reason is Reason.QUOTA and defects.on("quota-blocks-for-half-an-hour"):
        end -= duration / 2
    in_wall_time = gone_wrong.end_in_wall_time(now, duration)
    if in_wall_time != block.until and defects.on("end-of-a-block-reckoned-in-wall-time"):
        end = in_wall_time
    return replace(lockout, block=Block(block.reason, end))
