"""What the acts of every portal share: the tools of a portal, the world's papers at an instant, and the decisions noted on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from simulator import defects
from simulator.documents import Account, Decision, Lifted, Limit, Session, Stage, Subject, TrustedBrowser
from simulator.keyring import Keyring, new_token
from simulator.outbox import Outbox, Sending
from simulator.passwords import Passwords
from simulator.policy.lockout import Block, LockoutRules
from simulator.policy.password import PasswordRules
from simulator.policy.session import SessionRules, is_over
from simulator.portals import counts
from simulator.store import Transaction
from simulator.unlocked import without_a_lock
from simulator.worlds import World

SESSIONS = SessionRules(idle=timedelta(minutes=30), whole=timedelta(hours=12))


@dataclass(frozen=True)
class Blocked:
    """Turned away until the block ends."""

    block: Block


class Rules(Protocol):
    """The figures that every portal has."""

    @property
    def lockout(self) -> LockoutRules:
        """How many failures block, and for how long."""
        ...

    @property
    def password(self) -> PasswordRules:
        """What a password must be like."""
        ...


@dataclass(frozen=True)
class Desk:
    """The tools that every act of a portal works with. A portal with rules of its own says so in a class of its own.

    `realm` keeps the portal's sessions and links apart from those of the others; the first portal has none.
    """

    rules: Rules
    sessions: SessionRules
    keyring: Keyring
    passwords: Passwords
    outbox: Outbox
    sender: Sending
    realm: str = ""

    @contextmanager
    def transaction(self, world: World, locked: bool = True) -> Iterator[Transaction]:
        """One transaction on a world; mails that were queued in it are sent after its commit.

        Without a lock it is one no more: for those defects that come of it (HRD-02, HRD-03, HRD-08).
        """
        with world.file.transaction() if locked else without_a_lock(world.file) as transaction:
            yield transaction
        if transaction.queued:
            self.sender.wake(world)

    @contextmanager
    def act(self, world: World, locked: bool = True) -> Iterator[Papers]:
        """The papers of one transaction."""
        with self.transaction(world, locked) as transaction:
            yield Papers(self, transaction, transaction.now())

    def entry(self, page: str, identifier: str, value: str, held_against: str) -> str:
        """What stands for a failed value in the counts (HRD-27). Held against another code or password, the same value is another guess."""
        return self.keyring.digest("entry", identifier, page, value, held_against) if page else ""

    def key(self, purpose: str, token: str) -> str:
        """Under what a cookie or link is kept."""
        return self.keyring.digest(f"{self.realm}{purpose}", token)


@dataclass(frozen=True)
class Papers:
    """A transaction at an instant."""

    desk: Desk
    transaction: Transaction
    now: datetime

    def subject(self, identifier: str) -> Subject:
        """Counts and blocks as they stand now."""
        subject = self.transaction.get(Subject, identifier) or Subject(identifier)
        return counts.as_of(subject, self.desk.rules.lockout, self.now)

    def keep(self, subject: Subject, requirement: str, what: str) -> None:
        """Keep the subject, with the rule that decided."""
        self.transaction.put(subject.identifier, replace(subject, decision=Decision(self.now, requirement, what)))

    def account(self, identifier: str) -> Account | None:
        """The account, if there is one."""
        return self.transaction.get(Account, identifier)

    def lifts(self, limit: Limit) -> bool:
        """Whether this world was made without that limit."""
        return limit in (self.transaction.get(Lifted, "lifted") or Lifted()).limits

    def visit(self, token: str | None) -> Session | None:
        """The visit of that cookie, unless it has ended; being asked for keeps it alive."""
        if token is None:
            return None
        key = self.desk.key("session", token)
        session = self.transaction.get(Session, key)
        if session is None:
            return None
        if is_over(session.began, session.seen, self.desk.sessions, self.now):
            self.transaction.delete(Session, key)
            return None
        seen = replace(session, seen=self.now)
        self.transaction.put(key, seen)
        return seen

    def begin_visit(self, identifier: str, stage: Stage, instead_of: str | None) -> str:
        """A new visit under a new cookie; the one it goes on from ends (HRD-40)."""
        self.end_visit(instead_of)
        token = instead_of if instead_of is not None and defects.on("session-kept-on-signing-in") else new_token()
        self.transaction.put(self.desk.key("session", token), Session(identifier, stage, began=self.now, seen=self.now))
        return token

    def change_stage(self, token: str, session: Session, stage: Stage) -> None:
        """The same visit, further on or back."""
        self.transaction.put(self.desk.key("session", token), replace(session, stage=stage))

    def end_visit(self, token: str | None) -> None:
        """The visit is over on the server (HRD-41)."""
        if token is not None:
            self.transaction.delete(Session, self.desk.key("session", token))

    def forget_trust(self, identifier: str) -> None:
        """No browser is trusted for this account any more."""
        for key, trust in self.transaction.all(TrustedBrowser).items():
            if trust.identifier == identifier or defects.on("new-password-forgets-everybodys-trust"):
                self.transaction.delete(TrustedBrowser, key)

    def end_all_visits(self, identifier: str) -> None:
        """Whoever is in that account is out (HRD-42)."""
        for key, session in self.transaction.all(Session).items():
            if session.identifier == identifier or defects.on("new-password-signs-everybody-out"):
                self.transaction.delete(Session, key)
