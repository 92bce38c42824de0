"""Acts of staff: what people behind the counter change in the reference of individuals."""

from __future__ import annotations

from dataclasses import replace

from simulator.documents import Person
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


def person_of(transaction: Transaction, key: str) -> Person:
    """The person of that key. Raises NoSuchPerson."""
    person = transaction.get(Person, key)
    if person is None:
        raise NoSuchPerson(key)
    return person


def _recorded(transaction: Transaction, person: Person, record: Record) -> Person:
    changed = replace(person, record=record)
    transaction.put(person.key, changed)
    return changed
