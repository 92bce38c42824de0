"""What the ameli portal's acts share: the world's papers on one identifier, and the decisions noted on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from simulator.documents import Account, Decision, Lifted, Limit, Person, Session, Stage, Subject, TrustedBrowser
from simulator.keyring import Keyring, new_token
from simulator.outbox import Outbox, OutboxSender
from simulator.passwords import Passwords
from simulator.policy import lockout as lockouts
from simulator.policy.attachment import Standing, standing
from simulator.policy.session import SessionRules, is_over
from simulator.portals.ameli.settings import AmeliRules
from simulator.store import Transaction
from simulator.worlds import World


@dataclass(frozen=True)
class Desk:
    """The tools that every act of the portal works with."""

    rules: AmeliRules
    sessions: SessionRules
    keyring: Keyring
    passwords: Passwords
    outbox: Outbox
    sender: OutboxSender

    @contextmanager
    def act(self, world: World) -> Iterator[Papers]:
        """One transaction on a world; mails that were queued in it are sent after its commit."""
        with world.file.transaction() as transaction:
            yield Papers(self, transaction, transaction.now())
        if transaction.queued:
            self.sender.wake(world)

    def key(self, purpose: str, token: str) -> str:
        """Under what a cookie or link is kept."""
        return self.keyring.digest(purpose, token)


@dataclass(frozen=True)
class Papers:
    """A transaction at an instant."""

    desk: Desk
    transaction: Transaction
    now: datetime

    def subject(self, identifier: str) -> Subject:
        """Counts and blocks as they stand now."""
        subject = self.transaction.get(Subject, identifier) or Subject(identifier)
        return replace(subject, lockout=lockouts.at(subject.lockout, self.now))

    def keep(self, subject: Subject, requirement: str, what: str) -> None:
        """Keep the subject, with the rule that decided."""
        self.transaction.put(subject.identifier, replace(subject, decision=Decision(self.now, requirement, what)))

    def account(self, identifier: str) -> Account | None:
        """The account, if there is one."""
        return self.transaction.get(Account, identifier)

    def standing(self, account: Account) -> Standing:
        """What the reference of individuals says of the account's person (AMC-140)."""
        person = self.transaction.get(Person, account.person)
        return standing(person.record) if person is not None else Standing.NOT_ATTACHED

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
        token = new_token()
        self.transaction.put(self.desk.key("session", token), Session(identifier, stage, began=self.now, seen=self.now))
        return token

    def change_stage(self, token: str, session: Session, stage: Stage) -> None:
        """The same visit, further on or back."""
        self.transaction.put(self.desk.key("session", token), replace(session, stage=stage))

    def end_visit(self, token: str | None) -> None:
        """The visit is over on the server (HRD-41)."""
        if token is not None:
            self.transaction.delete(Session, self.desk.key("session", token))

    def trusts(self, identifier: str, tokens: tuple[str, ...]) -> bool:
        """Whether one of the browser's cookies of trust is for this account and still worth something (AMC-10, HRD-44)."""
        kept = (self.transaction.get(TrustedBrowser, self.desk.key("trust", token)) for token in tokens)
        return any(trust is not None and trust.identifier == identifier and self.now < trust.until for trust in kept)

    def forget_trust(self, identifier: str) -> None:
        """No browser is trusted for this account any more."""
        for key, trust in self.transaction.all(TrustedBrowser).items():
            if trust.identifier == identifier:
                self.transaction.delete(TrustedBrowser, key)

    def end_all_visits(self, identifier: str) -> None:
        """Whoever is in that account is out (HRD-42)."""
        for key, session in self.transaction.all(Session).items():
            if session.identifier == identifier:
                self.transaction.delete(Session, key)
