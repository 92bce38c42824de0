"""What comes of reading, judging and writing without a lock: two who do so at the same moment know nothing of each other.

For defects only. Every rule of the simulator itself is judged in a transaction of simulator/store.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from simulator.clock import pause
from simulator.store import Transaction, WorldFile

Document = TypeVar("Document")

# A database across the network, a slow disk, a call to another service: what lies between look and act where nobody thought of a lock.
_HESITATION_SECONDS = 0.05


class _Unlocked(Transaction):
    """Reads what is there before, and writes down what is to be written."""

    def __init__(self, before: Transaction) -> None:
        super().__init__(before._connection)
        self.writes: list[Callable[[Transaction], None]] = []

    def put(self, key: str, document: object) -> None:
        self.writes.append(lambda after: after.put(key, document))

    def delete(self, kind: type[Document], key: str) -> None:
        self.writes.append(lambda after: after.delete(kind, key))

    def queue(self, message_id: str, sealed: bytes) -> None:
        self.writes.append(lambda after: after.queue(message_id, sealed))
        self.queued += 1


@contextmanager
def without_a_lock(file: WorldFile) -> Iterator[Transaction]:
    """What is read is what was there at the beginning, and of those who write at the same moment the last one's documents remain."""
    with file.reading() as before:
        unlocked = _Unlocked(before)
        yield unlocked
    pause(_HESITATION_SECONDS)
    with file.transaction() as after:
        for write in unlocked.writes:
            write(after)
