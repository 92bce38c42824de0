"""Requests of this process: each passes the gate, and all share connections."""

from __future__ import annotations

from typing import Any

import httpx

from conformance.driver import DriverBroke
from conformance.gate import GATE
from conformance.transport import exchange


def send(request: httpx.Request) -> httpx.Response:
    """Send one request, when the gate lets it through, and read the whole answer; redirects are not followed. Safe from several threads.

    Raises:
        NotPermitted: when the address may not be touched; nothing is sent then.
        DriverBroke: when nobody answers; the text says where.
    """
    GATE.let_through(str(request.url))
    return exchange(request)


def ask(method: str, address: str, body: object = None) -> Any:
    """Ask a JSON API and return what it answers; None when it answers nothing.

    Raises:
        DriverBroke: when nobody answers, when the answer is no JSON, or when it is an error; the text carries what the API says of it.
    """
    request = httpx.Request(method, address, json=body) if body is not None else httpx.Request(method, address)
    response = send(request)
    if not response.content:
        answer = None
    else:
        try:
            answer = response.json()
        except ValueError:
            answer = None
            if response.is_success:
                raise DriverBroke(f"{method} {address} answers no JSON but {response.text[:80]!r}. Is it the right address?") from None
    if response.is_success:
        return answer
    raise DriverBroke(f"{method} {address} answers {response.status_code}: {_error(answer) or response.text[:200]}")


def _error(answer: object) -> str:
    """What an API says of a refusal: ours as field, message and way on, others as they put it."""
    error = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(error, dict):
        return str(error or "")
    field = f"{error['field']}: " if error.get("field") else ""
    return f"{field}{error.get('message', '')} {error.get('way_on', '')}".strip()
