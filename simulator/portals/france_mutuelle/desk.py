"""What the acts of the member space have beyond those of every portal: who somebody is, and what was done in whose space."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from simulator import defects, households
from simulator.documents import Account, Deed, History, HistoryEntry, Membership, Person, Session, Stage
from simulator.portals import FRANCE_MUTUELLE
from simulator.portals import desk as every_portal
from simulator.portals.france_mutuelle.settings import MutuelleRules
from simulator.worlds import World


@dataclass(frozen=True)
class Desk(every_portal.Desk):
    """The tools that every act of the portal works with."""

    rules: MutuelleRules
    realm: str = FRANCE_MUTUELLE.realm

    @contextmanager
    def act(self, world: World, locked: bool = True) -> Iterator[Papers]:
        """The papers of one transaction."""
        with self.transaction(world, locked) as transaction:
            yield Papers(self, transaction, transaction.now())


@dataclass(frozen=True)
class Told:
    """One act as the history tells it: who did what."""

    entry: HistoryEntry
    by: Person


@dataclass(frozen=True)
class Papers(every_portal.Papers):
    """A transaction at an instant."""

    desk: Desk

    def begin_visit(self, identifier: str, stage: Stage, instead_of: str | None) -> str:
        """A new visit under a new cookie; the one it goes on from ends (HRD-40)."""
        token = super().begin_visit(identifier, stage, instead_of)
        if instead_of is not None and defects.on("members-cookie-kept-on-signing-in"):
            super().change_stage(instead_of, Session(identifier, stage, began=self.now, seen=self.now), stage)
        return token

    def end_all_visits(self, identifier: str) -> None:
        """Whoever is in that space is out (HRD-42)."""
        if not defects.on("members-sessions-survive-a-new-password"):
            super().end_all_visits(identifier)

    def member(self, account: Account) -> Person | None:
        """Whose account it is."""
        return self.transaction.get(Person, account.person)

    def account_of_membership(self, number: str) -> Account | None:
        """The account of that membership number, if there is one."""
        membership = self.transaction.get(Membership, number)
        return self.account(membership.account) if membership is not None else None

    def may_be_written_to(self, account: Account) -> str | None:
        """The address that mails go to, or None: none leaves for an address that is not valid (FMU-13)."""
        person = self.member(account)
        if person is None or account.address is None:
            return None
        return account.address if person.address_valid or defects.on("mail-to-an-invalid-address") else None

    def note(self, account: Account, deed: Deed) -> None:
        """Put an act into the history of the space."""
        entries = self._entries(account.identifier)
        kept = (*entries, HistoryEntry(self.now, deed))[-self.desk.rules.acts_kept :]
        self.transaction.put(account.identifier, History(kept))

    def sharing(self, account: Account) -> tuple[Person, ...]:
        """The other members of the same address (FMU-21)."""
        return tuple(person for _, person in self._at_the_address(account) if person.key != account.person)

    def history(self, account: Account) -> tuple[Told, ...]:
        """What was done by the members of the address, the newest first (FMU-20, FMU-21)."""
        told = [Told(entry, person) for key, person in self._at_the_address(account) for entry in self._entries(key)]
        return tuple(sorted(told, key=lambda one: one.entry.at, reverse=True))

    def _at_the_address(self, account: Account) -> list[tuple[str, Person]]:
        keys = dict.fromkeys((account.identifier, *households.accounts_at(self.transaction, account.address)))
        if len(keys) > 1 and defects.on("history-of-ones-own-only"):
            keys = {account.identifier: None}
        if defects.on("history-of-everybody"):
            keys = dict.fromkeys(membership.account for membership in self.transaction.all(Membership).values())
        found = ((key, self.account(key)) for key in keys)
        people = ((key, self.member(other)) for key, other in found if other is not None)
        return [(key, person) for key, person in people if person is not None]

    def _entries(self, key: str) -> tuple[HistoryEntry, ...]:
        return (self.transaction.get(History, key) or History()).entries
