"""The body of a request whose last byte waits: all else is with the server by then, and nothing but that byte is left to be sent.

Many requests that are written out whole reach a server one after the other, as fast as this process can write them. Of requests that lack
one byte each, all are there before any can be answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx


class WithheldStream(httpx.SyncByteStream):
    """The content, its last byte sent once `until` has returned."""

    def __init__(self, content: bytes, until: Callable[[], object]) -> None:
        self._content = content
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        if len(self._content) > 1:
            yield self._content[:-1]
        self._until()
        if self._content:
            yield self._content[-1:]
