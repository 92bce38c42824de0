"""Connections of this process, shared by all cases: opening one per case costs more than most requests."""

from __future__ import annotations

from functools import cache
from typing import Any

import httpx

from conformance.driver import DriverBroke
from conformance.gate import is_loopback

_TIMEOUTS = {"connect": 5.0, "read": 30.0, "write": 10.0, "pool": 30.0}
# Shorter than what servers grant an idle connection, so that a request never meets one that is being closed.
_LIMITS = httpx.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=4.0)


class BeyondLoopback(DriverBroke):
    """An address that leads away from this machine was not followed."""


@cache
def _transport() -> httpx.HTTPTransport:
    return httpx.HTTPTransport(limits=_LIMITS, trust_env=False)


def send(request: httpx.Request) -> httpx.Response:
    """Send one request over the shared connections and read the whole answer; redirects are not followed. Safe from several threads.

    Raises:
        BeyondLoopback: when the address leads away from this machine; nothing is sent then.
        DriverBroke: when nobody answers; the text says where.
    """
    address = str(request.url)
    if not is_loopback(address):
        raise BeyondLoopback(f"{address} leads away from this machine and was not followed: only loopback addresses are touched for now.")
    request.extensions.setdefault("timeout", _TIMEOUTS)
    try:
        response = _transport().handle_request(request)
        response.request = request
        response.read()
    except httpx.HTTPError as error:
        raise DriverBroke(
            f"{request.method} {address}: {_said(error)}. Is it running, and is the address in the target file right?"
        ) from error
    return response


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


def _said(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectError):
        return "nobody listens there"
    if isinstance(error, httpx.TimeoutException):
        return f"no answer in {_TIMEOUTS['read']:.0f} s"
    return str(error) or type(error).__name__
