"""What some defects need beyond their one expression. What a world with the defect off would do with it comes to nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from simulator.documents import Session, Subject
from simulator.passwords import PasswordCost, Passwords
from simulator.policy.code import Code
from simulator.policy.dates import PARIS, UTC, rounded_up_to_the_minute
from simulator.policy.lockout import Lockout, LockoutRules, Reason
from simulator.policy.quota import Requests
from simulator.store import Transaction

_MONTHS_OF_A_YEAR = 12


def without_the_count_of(reason: Reason, lockout: Lockout) -> Lockout:
    """No block any more, and only the count that blocked cleared."""
    if reason is Reason.PASSWORDS:
        return Lockout(code_failures=lockout.code_failures, code_entries=lockout.code_entries)
    return Lockout(password_failures=lockout.password_failures, password_entries=lockout.password_entries)


def with_one_attempt_left(reason: Reason, lockout: Lockout, rules: LockoutRules) -> Lockout:
    """No block any more, but the count that blocked left so high that the next failure blocks again."""
    if reason is Reason.PASSWORDS:
        return Lockout(password_failures=min(lockout.password_failures, rules.attempts - 1))
    return Lockout(code_failures=min(lockout.code_failures, rules.attempts - 1))


def end_in_wall_time(now: datetime, duration: timedelta) -> datetime:
    """What a wall clock in Paris would show so much later, had nobody ever put it forward or back."""
    return rounded_up_to_the_minute(now.astimezone(PARIS) + duration).astimezone(UTC)


def both(older: Code, digest: str, now: datetime) -> Code:
    """A code of which the older one's digest is as good as its own."""
    return Code(f"{digest} {older.digest}", sent=now)


def one_of(code: Code, digest: str) -> str:
    """What is kept of the code, where the digest is one of those in it."""
    return code.digest if digest in code.digest.split() else digest


def made_from(identifier: str) -> str:
    """What anybody can make who knows the number."""
    return sha256(identifier.encode()).hexdigest()


def hash_as_in_production(password: str) -> None:
    """Spend what a hash costs there: a sandbox's is so quick that its absence would hardly be seen."""
    Passwords(PasswordCost.STANDARD).hashed(password)


def months_later_overflowing(instant: datetime, months: int) -> datetime:
    """The same day of the month so many months later; where there is no such day, as many days into the month after it."""
    local = instant.astimezone(PARIS)
    years, month = divmod(local.month - 1 + months, _MONTHS_OF_A_YEAR)
    first = local.replace(year=local.year + years, month=month + 1, day=1)
    return (first + timedelta(days=local.day - 1)).astimezone(UTC)


def requests_of(transaction: Transaction, subject: Subject, holder: str) -> Requests:
    """The requests for codes that are kept under that name."""
    if holder == subject.identifier:
        return subject.code_requests
    kept = transaction.get(Subject, holder)
    return kept.code_requests if kept is not None else ()


def keep_requests_of(transaction: Transaction, subject: Subject, holder: str) -> None:
    """Keep them under that name, where it is not the account's."""
    if holder != subject.identifier:
        transaction.put(holder, Subject(holder, code_requests=subject.code_requests))


def note_the_session_of_the_block(transaction: Transaction, identifier: str, token: str | None) -> None:
    """Keep in which session somebody was blocked."""
    digest = sha256((token or "").encode()).hexdigest()
    transaction.put(f"{identifier} blocked in {digest}", Subject(identifier))


def is_the_session_of_the_block(transaction: Transaction, identifier: str, token: str | None) -> bool:
    """Whether that is it."""
    digest = sha256((token or "").encode()).hexdigest()
    return transaction.get(Subject, f"{identifier} blocked in {digest}") is not None


def looks_before(transaction: Transaction, key: str, session: Session) -> int:
    """How often that session asked for the account before; this time is noted."""
    looks = 0
    while transaction.get(Session, f"{key} look {looks}") is not None:
        looks += 1
    transaction.put(f"{key} look {looks}", session)
    return looks


def with_counts_of(transaction: Transaction, subject: Subject, holder: str) -> Subject:
    """The subject with the counts that are kept under another name than the account's; what cleared those of the account cleared these."""
    failures = subject.lockout.password_failures + subject.lockout.code_failures
    if holder == subject.identifier or not failures:
        return subject
    kept = transaction.get(Subject, holder) or Subject(holder)
    return replace(subject, lockout=replace(kept.lockout, block=subject.lockout.block))


def keep_counts_of(transaction: Transaction, subject: Subject, holder: str, lockout: Lockout) -> None:
    """Keep them under that name."""
    if holder != subject.identifier:
        transaction.put(holder, Subject(holder, lockout))
