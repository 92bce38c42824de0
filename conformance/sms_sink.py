"""SMS as they are read from a sink (docs/testability.md): those of one world, newest first."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from conformance.connections import ask
from conformance.driver import DriverBroke, Message

_LONGEST_WAIT = 5
_PAGE = 200


class SmsSink:
    """The SMS that one world has sent; `base` is the address of the sink, such as http://127.0.0.1:8025."""

    def __init__(self, base: str, world: str) -> None:
        self.domain = world
        self._place = f"{base.rstrip('/')}/api/v1/sms"

    def messages(self) -> Sequence[Message]:
        """Newest first, without waiting. Raises DriverBroke when the sink does not answer as docs/sms.openapi.json says."""
        found: dict[str, Message] = {}
        while True:
            page, total = self._asked(start=len(found), limit=_PAGE)
            # What comes meanwhile pushes the others on: the next answer begins with what ended this one.
            found.update((message.id, message) for message in page)
            if not page or len(found) >= total:
                return list(found.values())

    def wait_beyond(self, count: int, seconds: float) -> Sequence[Message]:
        """Newest first, as soon as there are more than `count`, or what there is after `seconds`."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            # The sink waits in whole seconds; what is left over is waited for here.
            whole = min(int(left), _LONGEST_WAIT)
            _, total = self._asked(limit=1, **({"wait": whole, "beyond": count} if whole else {}))
            if total > count:
                break
            time.sleep(0 if whole else min(left, 0.05))
        return self.messages()

    def _asked(self, **asked: int) -> tuple[list[Message], int]:
        address = f"{self._place}?{urlencode({'account': self.domain, **asked})}"
        answer = ask("GET", address)
        if not isinstance(answer, dict) or not isinstance(answer.get("messages"), list) or not isinstance(answer.get("total"), int):
            raise DriverBroke(f"{self._place} is no SMS sink: no “messages” and “total”. Give the sink's base address as sms.")
        return [_as_message(one, self._place) for one in answer["messages"]], answer["total"]


def _as_message(sms: Any, place: str) -> Message:
    try:
        to = (str(sms["to"]),)
        return Message(str(sms["id"]), str(sms["sender"]), "", to, "", str(sms["text"]), "")
    except (TypeError, KeyError) as lacking:
        raise DriverBroke(f"{place} tells an SMS without {lacking}; docs/sms.openapi.json says what there must be.") from None
