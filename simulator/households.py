"""Who shares a mail address: members of one address see one another's acts, and nobody else's (FMU-20, FMU-21)."""

from __future__ import annotations

from dataclasses import replace

from simulator.documents import Household
from simulator.store import Transaction


def join(transaction: Transaction, account: str, address: str | None) -> None:
    """The account has that address from now on."""
    if address is not None:
        household = _of(transaction, address)
        transaction.put(_key(address), replace(household, accounts=(*household.accounts, account)))


def leave(transaction: Transaction, account: str, address: str | None) -> None:
    """The account has that address no longer."""
    if address is not None:
        household = _of(transaction, address)
        transaction.put(_key(address), replace(household, accounts=tuple(other for other in household.accounts if other != account)))


def accounts_at(transaction: Transaction, address: str | None) -> tuple[str, ...]:
    """The accounts of that address."""
    return _of(transaction, address).accounts if address is not None else ()


def _of(transaction: Transaction, address: str) -> Household:
    return transaction.get(Household, _key(address)) or Household()


def _key(address: str) -> str:
    return address.casefold()
