"""What the ameli portal's acts share: the world's papers on one identifier, and the decisions noted on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from simulator import defects
from simulator.documents import Account, Decision, Lifted, Limit, Person, Session, Stage, Subject, TrustedBrowser
from simulator.keyring import Keyring, new_token
from simulator.outbox import Outbox, Sending
from simulator.passwords import Passwords
from simulator.policy.attachment import Attachment, Fund, Record, Scheme, Standing, standing
from simulator.policy.dates import months_later
from simulator.policy.session import SessionRules, is_over
from simulator.portals.ameli import counts, gone_wrong
from simulator.portals.ameli.settings import AmeliRules
from simulator.store import Transaction
from simulator.unlocked import without_a_lock
from simulator.worlds import World

_BEGINNING = 8


@dataclass(frozen=True)
class Desk:
    """The tools that every act of the portal works with."""

    rules: AmeliRules
    sessions: SessionRules
    keyring: Keyring
    passwords: Passwords
    outbox: Outbox
    sender: Sending

    @contextmanager
    def act(self, world: World, locked: bool = True) -> Iterator[Papers]:
        """One transaction on a world; mails that were queued in it are sent after its commit.

        Without a lock it is one no more: for those defects that come of it (HRD-02, HRD-03, HRD-08).
        """
        with world.file.transaction() if locked else without_a_lock(world.file) as transaction:
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
        return counts.as_of(subject, self.desk.rules.lockout, self.now)

    def keep(self, subject: Subject, requirement: str, what: str) -> None:
        """Keep the subject, with the rule that decided."""
        self.transaction.put(subject.identifier, replace(subject, decision=Decision(self.now, requirement, what)))

    def account(self, identifier: str) -> Account | None:
        """The account, if there is one."""
        return self.transaction.get(Account, identifier)

    def standing(self, account: Account) -> Standing:
        """What the reference of individuals says of the account's person (AMC-140)."""
        person = self.transaction.get(Person, account.person)
        return standing(self._asked(person.record)) if person is not None else Standing.NOT_ATTACHED

    def _asked(self, record: Record) -> Record:
        """What is asked of the reference, each time anew."""
        if record.scheme is Scheme.PARTNER and defects.on("partner-scheme-refused"):
            return replace(record, scheme=Scheme.NONE)
        if record.fund is Fund.NONE and defects.on("missing-fund-let-in"):
            return replace(record, fund=Fund.PRESENT)
        if record.attachment is Attachment.PENDING and defects.on("pending-told-as-not-attached"):
            return Record(scheme=Scheme.NONE)
        return record

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

    def trusts(self, identifier: str, tokens: tuple[str, ...]) -> bool:
        """Whether one of the browser's cookies of trust is for this account and still worth something (AMC-10, HRD-44)."""
        kept = (self.transaction.get(TrustedBrowser, self._key_of_trust(token)) for token in tokens)
        if any(self._trusted(trust, identifier) for trust in kept if trust) or self._trusted_elsewhere(identifier):
            return True
        return gone_wrong.made_from(identifier) in tokens and defects.on("trust-cookie-made-from-the-number")

    def _key_of_trust(self, token: str) -> str:
        return self.desk.key("trust", token[:_BEGINNING] if defects.on("trust-cookie-known-by-its-beginning") else token)

    def _trusted(self, trust: TrustedBrowser, identifier: str) -> bool:
        own = trust.identifier == identifier or defects.on("trust-for-any-account")
        return own and (self.now < trust.until or defects.on("trust-without-end"))

    def _trusted_elsewhere(self, identifier: str) -> bool:
        """That another browser is trusted for the account is worth nothing to this one (AMC-12)."""
        account = self.account(identifier)
        if account is None or account.last_sign_in is None or not defects.on("trust-for-every-browser-of-the-account"):
            return False
        return any(self._trusted(trust, identifier) for trust in self.transaction.all(TrustedBrowser).values())

    def trust(self, identifier: str) -> tuple[str, timedelta]:
        """A new cookie of trust for the account, and how long it is worth something: six months of the calendar (AMC-10)."""
        token, until = new_token(), months_later(self.now, self.desk.rules.trust_months)
        overflowing = gone_wrong.months_later_overflowing(self.now, self.desk.rules.trust_months)
        if overflowing != until and defects.on("month-overflows-into-the-next"):
            until = overflowing
        if defects.on("six-months-of-thirty-days"):
            until = self.now + timedelta(days=180)
        self.transaction.put(self._key_of_trust(token), TrustedBrowser(identifier, self.now, until))
        return token, until - self.now

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
