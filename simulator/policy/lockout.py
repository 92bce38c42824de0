"""Failures and blocks of one identifier: passwords and codes counted apart, a block that says when it ends.

What failed is remembered as long as it counts, so that the same value sent twice from one page shown, as a double click does, counts
once (HRD-27). An entry stands for the page, the value, and what the value was held against; the empty one is never a repetition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from simulator.policy.dates import rounded_up_to_the_minute


class Reason(StrEnum):
    """What a block came from."""

    PASSWORDS = "passwords"
    CODES = "codes"
    QUOTA = "quota"


@dataclass(frozen=True)
class Block:
    """Access refused until an instant, a full minute."""

    reason: Reason
    until: datetime


@dataclass(frozen=True)
class LockoutRules:
    """How many failures of one kind block, and for how long."""

    attempts: int
    duration: timedelta


@dataclass(frozen=True)
class Lockout:
    """Where an identifier stands."""

    password_failures: int = 0
    code_failures: int = 0
    block: Block | None = None
    password_entries: tuple[str, ...] = ()
    code_entries: tuple[str, ...] = ()


def at(lockout: Lockout, now: datetime) -> Lockout:
    """As it stands now: a block that has ended is gone, and all counts with it (AMC-51, AMC-71)."""
    if lockout.block is not None and now >= lockout.block.until:
        return Lockout()
    return lockout


def blocked(lockout: Lockout, reason: Reason, now: datetime, duration: timedelta) -> Lockout:
    """Blocked from now for that long, to the full minute that is shown; a running block keeps its end (AMC-71, HRD-25)."""
    if lockout.block is not None:
        return lockout
    return replace(lockout, block=Block(reason, rounded_up_to_the_minute(now + duration)))


def password_wrong(lockout: Lockout, rules: LockoutRules, now: datetime, entry: str = "") -> Lockout:
    """A wrong password was entered; the last one allowed blocks (AMC-70). What has counted already does not count again (HRD-27)."""
    if entry and entry in lockout.password_entries:
        return lockout
    failures = lockout.password_failures + 1
    counted = replace(lockout, password_failures=failures, password_entries=_with(lockout.password_entries, entry))
    if failures < rules.attempts:
        return counted
    return blocked(counted, Reason.PASSWORDS, now, rules.duration)


def code_wrong(lockout: Lockout, rules: LockoutRules, now: datetime, entry: str = "") -> Lockout:
    """A wrong code was entered; the last one allowed blocks (AMC-60, AMC-61). What has counted already does not count again (HRD-27)."""
    if entry and entry in lockout.code_entries:
        return lockout
    failures = lockout.code_failures + 1
    counted = replace(lockout, code_failures=failures, code_entries=_with(lockout.code_entries, entry))
    if failures < rules.attempts:
        return counted
    return blocked(counted, Reason.CODES, now, rules.duration)


def signed_in_with_code(lockout: Lockout) -> Lockout:
    """A complete sign-in clears both counts (AMC-72)."""
    return Lockout(block=lockout.block)


def signed_in_without_code(lockout: Lockout) -> Lockout:
    """A sign-in that needed no code clears the passwords' count only (AMC-51)."""
    return replace(lockout, password_failures=0, password_entries=())


def _with(entries: tuple[str, ...], entry: str) -> tuple[str, ...]:
    """Never more than there are failures that count."""
    return (*entries, entry) if entry else entries
