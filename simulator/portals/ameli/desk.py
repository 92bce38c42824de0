"""What the ameli portal's acts have beyond those of every portal: the reference of individuals, and trusted browsers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from simulator import defects
from simulator.documents import Account, Person, TrustedBrowser
from simulator.installation import Installation
from simulator.keyring import new_token
from simulator.outbox import SealedOutbox, Sending
from simulator.policy.attachment import Attachment, Fund, Record, Scheme, Standing, standing
from simulator.policy.dates import months_later
from simulator.portals import desk as every_portal
from simulator.portals import gone_wrong
from simulator.portals.ameli.settings import RULES, AmeliRules
from simulator.portals.desk import SESSIONS
from simulator.worlds import World

_BEGINNING = 8


@dataclass(frozen=True)
class Desk(every_portal.Desk):
    """The tools that every act of the portal works with."""

    rules: AmeliRules

    @contextmanager
    def act(self, world: World, locked: bool = True) -> Iterator[Papers]:
        """The papers of one transaction."""
        with self.transaction(world, locked) as transaction:
            yield Papers(self, transaction, transaction.now())


def desk_of(installation: Installation, sender: Sending) -> Desk:
    """The desk of an installation; `sender` is told where mails wait."""
    outbox = SealedOutbox(installation.keyring)
    return Desk(RULES, SESSIONS, installation.keyring, installation.passwords, outbox, sender)


@dataclass(frozen=True)
class Papers(every_portal.Papers):
    """A transaction at an instant."""

    desk: Desk

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
