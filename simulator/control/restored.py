"""Whether a world that was imported can be: every part of it can be shown, and nobody in it could be real."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from simulator.agenda import next_event
from simulator.control.bodies import ADDRESS
from simulator.documents import Account, Person
from simulator.portals import BY_ID
from simulator.store import Transaction
from simulator.why import why
from simulator.worlds import World

_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2900, 1, 1, tzinfo=UTC)
_ADDRESS = re.compile(ADDRESS)


def check_restored(world: World) -> None:
    """Raises ValueError, TypeError or OverflowError for a world that would break whoever looks at it."""
    with world.file.reading() as transaction:
        clock = transaction.clock()
        if not all(_EARLIEST < instant < _LATEST for instant in (clock.shown, clock.since)):
            raise ValueError("its clock shows no time of this age")
        people = transaction.all(Person).values()
        if foreign := [person.portal for person in people if person.portal not in BY_ID]:
            raise ValueError(f"there is no portal {foreign[0]!r}")
        next_event(transaction)
        for person in people:
            why(transaction, person.identifier)
        for address in _addresses(transaction):
            if not _ADDRESS.search(address):
                raise ValueError(f"{address!r} is no made-up mail address")


def _addresses(transaction: Transaction) -> list[str]:
    everybody: list[Person | Account] = [*transaction.all(Person).values(), *transaction.all(Account).values()]
    return [somebody.address for somebody in everybody if somebody.address is not None]
