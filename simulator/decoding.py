"""JSON and MessagePack into frozen dataclasses, safely from several threads.

msgspec 0.22 works out a type when it is first decoded, and crashes the interpreter (SIGSEGV) when two threads do so at the same
moment. So decoders are made one at a time, and kept.
"""

from __future__ import annotations

import threading
from typing import Any, TypeVar

import msgspec

Value = TypeVar("Value")

_json: dict[type, msgspec.json.Decoder[Any]] = {}
_msgpack: dict[type, msgspec.msgpack.Decoder[Any]] = {}
_one_at_a_time = threading.Lock()


def from_json(content: bytes, kind: type[Value]) -> Value:
    """The value that the JSON describes. Raises msgspec.ValidationError, msgspec.DecodeError."""
    decoder = _json.get(kind)
    if decoder is None:
        with _one_at_a_time:
            decoder = _json.setdefault(kind, msgspec.json.Decoder(kind))
    value: Value = decoder.decode(content)
    return value


def from_msgpack(content: bytes, kind: type[Value]) -> Value:
    """The value that the MessagePack describes. Raises msgspec.ValidationError, msgspec.DecodeError."""
    decoder = _msgpack.get(kind)
    if decoder is None:
        with _one_at_a_time:
            decoder = _msgpack.setdefault(kind, msgspec.msgpack.Decoder(kind))
    value: Value = decoder.decode(content)
    return value
