"""Worlds of prepared accounts: each trial has the ones that were allocated to it, and uses them up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conformance.driver import CannotRun, Clock, Credentials, World
from conformance.drivers.app import app_maker
from conformance.mailpit import AddressesMailbox
from conformance.people.account_file import STRANGER
from conformance.people.accounts import Account
from conformance.people.allocation import Allocation
from conformance.people.exchange import new_name
from conformance.people.real_time import MailSettled, check_clock
from conformance.people.strangers import stranger
from conformance.target import Target
from scenarios.model import Person


@dataclass
class PreparedPeople:
    """Hands out prepared accounts; there is one world only, the target's own, so nothing is made and nothing dropped."""

    target: Target
    accounts: Sequence[Account]
    allocation: Allocation
    clock: Clock | None = None
    _left: dict[str, dict[str, Account]] = field(init=False)

    def __post_init__(self) -> None:
        self._left = {claim: dict(accounts) for claim, accounts in self.allocation.given.items()}

    def make(self, people: Sequence[Person], clock: str | None, claim: str) -> World:
        """The world of a trial or a suite: accounts that nobody else has. Raises CannotRun when it has none, or has used them up."""
        check_clock(clock, self.target)
        if claim in self.allocation.without:
            raise CannotRun(self.allocation.without[claim])
        known = {person.key: self._credentials(person, claim) for person in people}
        return World(
            id=new_name(),
            address=self.target.address,
            people=known,
            clock=self.clock,
            mailbox=self._mailbox(known),
            staff=None,
            settle=MailSettled(self.target.mail_settle_seconds),
            new_app=app_maker(self.target, self.target.address),
        )

    def drop(self, world: World) -> None:
        """Nothing: the accounts are left as they are."""

    def uses_up(self, claim: str) -> bool:
        """Whether the people of a claim cannot be had a second time."""
        return bool(self.allocation.given.get(claim)) and claim not in self.allocation.shared

    def _credentials(self, person: Person, claim: str) -> Credentials:
        if person.kind == STRANGER:
            return stranger(person.key, person.kind, [account.identifier for account in self.accounts])
        left = self._left.get(claim, {})
        key = next((key for key in (person.key, *left) if key in left and left[key].suits(person)), None)
        if key is not None:
            return (left.pop(key) if claim not in self.allocation.shared else left[key]).of(person.key)
        if self.allocation.given.get(claim):
            raise CannotRun(f"{claim} has used up its accounts in this run. Restore them, and run it again.")
        raise CannotRun(f"no accounts were set aside for {claim}: a suite declares in scenarios/checks.yaml how many people it uses.")

    def _mailbox(self, people: Mapping[str, Credentials]) -> AddressesMailbox | None:
        if self.target.mail is None or "mail" not in self.target.capabilities:
            return None
        return AddressesMailbox(self.target.mail, [person.address for person in people.values() if person.address])
