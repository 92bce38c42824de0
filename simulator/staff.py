"""Acts of staff: what people behind the counter change in the reference of individuals, and in what is on file of a member."""

from __future__ import annotations

from dataclasses import replace

from simulator import households
from simulator.documents import Account, Person
from simulator.policy.attachment import Attachment, Fund, Record, Scheme
from simulator.store import Transaction


class NoSuchPerson(LookupError):
    """Nobody of that key is in the world."""


def attach(transaction: Transaction, key: str) -> Person:
    """A pending attachment is done (AMC-90). Raises NoSuchPerson."""
    person = person_of(transaction, key)
    return _recorded(transaction, person, replace(person.record, attachment=Attachment.DONE))


def correct_record(transaction: Transaction, key: str) -> Person:
    """The reference holds what is true: general scheme, a fund, attached (AMC-140). Raises NoSuchPerson."""
    return _recorded(transaction, person_of(transaction, key), Record())


def set_record(
    transaction: Transaction, key: str, scheme: Scheme | None = None, fund: Fund | None = None, attachment: Attachment | None = None
) -> Person:
    """The reference holds what is given, and keeps the rest. Raises NoSuchPerson."""
    person = person_of(transaction, key)
    old = person.record
    return _recorded(transaction, person, Record(scheme or old.scheme, fund or old.fund, attachment or old.attachment))


def invalidate_address(transaction: Transaction, key: str) -> Person:
    """Mails to the address on file came back: it is not valid any more (FMU-13). Raises NoSuchPerson."""
    return _kept(transaction, replace(person_of(transaction, key), address_valid=False))


def correct_address(transaction: Transaction, key: str, address: str | None = None) -> Person:
    """The address on file is valid, or the one given is from now on (FMU-13, FMU-20). Raises NoSuchPerson."""
    person = person_of(transaction, key)
    account = transaction.get(Account, person.account)
    if address is not None and account is not None and person.membership is not None:
        households.leave(transaction, person.account, person.address)
        households.join(transaction, person.account, address)
    if address is not None and account is not None:
        transaction.put(person.account, replace(account, address=address))
    return _kept(transaction, replace(person, address=address or person.address, address_valid=True))


def person_of(transaction: Transaction, key: str) -> Person:
    """The person of that key. Raises NoSuchPerson."""
    person = transaction.get(Person, key)
    if person is None:
        raise NoSuchPerson(key)
    return person


def _recorded(transaction: Transaction, person: Person, record: Record) -> Person:
    return _kept(transaction, replace(person, record=record))


def _kept(transaction: Transaction, person: Person) -> Person:
    transaction.put(person.key, person)
    return person
