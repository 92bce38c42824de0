"""Failures, blocks and the quota, as pure values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from simulator.agenda import frees_at
from simulator.policy import lockout as lockouts
from simulator.policy import quota as quotas
from simulator.policy.lockout import Lockout, LockoutRules, Reason
from simulator.policy.quota import QuotaRules

RULES = LockoutRules(attempts=3, duration=timedelta(minutes=15))
QUOTA = QuotaRules(codes=5, window=timedelta(minutes=60), block=timedelta(minutes=60))
NOW = datetime(2026, 3, 10, 9, 0, 20, tzinfo=UTC)


def _wrong_passwords(count: int) -> Lockout:
    lockout = Lockout()
    for _ in range(count):
        lockout = lockouts.password_wrong(lockout, RULES, NOW)
    return lockout


def test_third_wrong_password_blocks_to_a_full_minute() -> None:
    """The third wrong password blocks, and the end is the next full minute after 15 minutes (AMC-70, AMC-71)."""
    assert _wrong_passwords(2).block is None
    block = _wrong_passwords(3).block
    assert block == lockouts.Block(Reason.PASSWORDS, datetime(2026, 3, 10, 9, 16, tzinfo=UTC))


def test_block_ends_at_the_instant_shown_with_all_counts() -> None:
    """One second before its end a block holds; at its end it is gone and every count with it (AMC-51, AMC-71)."""
    lockout = lockouts.code_wrong(_wrong_passwords(3), RULES, NOW)
    assert lockout.block is not None
    assert lockouts.at(lockout, lockout.block.until - timedelta(seconds=1)) == lockout
    assert lockouts.at(lockout, lockout.block.until) == Lockout()


def test_running_block_keeps_its_end() -> None:
    """Nothing that happens during a block moves its end (HRD-25)."""
    lockout = _wrong_passwords(3)
    later = lockouts.blocked(lockout, Reason.QUOTA, NOW + timedelta(minutes=10), timedelta(hours=1))
    assert later.block == lockout.block


def test_passwords_and_codes_are_counted_apart() -> None:
    """Two wrong passwords and two wrong codes do not block (AMC-51)."""
    lockout = _wrong_passwords(2)
    for _ in range(2):
        lockout = lockouts.code_wrong(lockout, RULES, NOW)
    assert lockout.block is None


def test_sign_in_without_code_clears_passwords_only() -> None:
    """A sign-in from a trusted browser leaves the count of codes as it was (AMC-51, AMC-72)."""
    lockout = lockouts.code_wrong(_wrong_passwords(2), RULES, NOW)
    cleared = lockouts.signed_in_without_code(lockout)
    assert (cleared.password_failures, cleared.code_failures) == (0, 1)
    assert lockouts.signed_in_with_code(lockout) == Lockout()


def test_the_hour_slides() -> None:
    """Five codes at 0, 10, 20, 30 and 40 minutes: a sixth is too many at 59:59 and allowed at 60:00 (AMC-41)."""
    requests: quotas.Requests = ()
    for minutes in (0, 10, 20, 30, 40):
        asked = NOW + timedelta(minutes=minutes)
        assert not quotas.exhausted(requests, QUOTA, asked)
        requests = quotas.with_request(requests, QUOTA, asked)
    assert quotas.exhausted(requests, QUOTA, NOW + timedelta(minutes=59, seconds=59))
    assert not quotas.exhausted(requests, QUOTA, NOW + timedelta(minutes=60))
    assert frees_at(requests, QUOTA, NOW + timedelta(minutes=41)) == NOW + timedelta(minutes=60)


def test_what_has_counted_does_not_count_again() -> None:
    """The same entry is one failure, passwords and codes apart; it is forgotten with the count it stands in (HRD-27)."""
    lockout = Lockout()
    for entry in ("one", "one", "other"):
        lockout = lockouts.password_wrong(lockout, RULES, NOW, entry)
        lockout = lockouts.code_wrong(lockout, RULES, NOW, entry)
    assert (lockout.password_failures, lockout.code_failures) == (2, 2)
    lockout = lockouts.signed_in_without_code(lockout)
    assert (lockout.password_entries, lockout.code_entries) == ((), ("one", "other"))
    assert lockouts.signed_in_with_code(lockout) == Lockout()


def test_an_entry_that_stands_for_nothing_counts_each_time() -> None:
    """Who sends no page number gets no attempt for it (HRD-27)."""
    lockout = lockouts.code_wrong(lockouts.code_wrong(Lockout(), RULES, NOW), RULES, NOW)
    assert (lockout.code_failures, lockout.code_entries) == (2, ())
