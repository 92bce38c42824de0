"""What goes over the wire: one request, one whole answer. It asks nobody whether it may; conformance.connections and the gate use it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import httpx

from conformance.driver import DriverBroke

_TIMEOUTS = {"connect": 5.0, "read": 30.0, "write": 10.0, "pool": 30.0}
# Shorter than what servers grant an idle connection, so that a request never meets one that is being closed.
_MOST_BYTES = 64_000_000
# Once a host let somebody wait in vain nobody else waits long, until it answers again: what hangs shall not hang a whole run.
_AFTER_SILENCE_SECONDS = 2.0
_silent_hosts: set[str] = set()
_HURRIED_SECONDS = 0.5
_hurried: list[bool] = []
_LIMITS = httpx.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=4.0)


@cache
def _transport() -> httpx.HTTPTransport:
    # Certificates are verified. What it trusts of the environment is SSL_CERT_FILE and SSL_CERT_DIR: a team's own authority. No proxies.
    return httpx.HTTPTransport(limits=_LIMITS, trust_env=True)


def exchange(request: httpx.Request) -> httpx.Response:
    """Send one request over the shared connections and read the whole answer; redirects are not followed. Safe from several threads.

    Raises:
        DriverBroke: when nobody answers; the text says where.
    """
    patience = request.extensions["timeout"] = _patience(request)
    asked = time.monotonic()
    until = asked + patience["read"]
    try:
        response = _transport().handle_request(request)
        response.request = request
        response.stream = _Bounded(response.stream, until)
        response.read()
        response.elapsed = timedelta(seconds=time.monotonic() - asked)
    except httpx.HTTPError as error:
        if isinstance(error, httpx.TimeoutException):
            _silent_hosts.add(request.url.host)
        said = _said(error, patience)
        raise DriverBroke(f"{request.method} {request.url}: {said}. Is it running, and is the address in the target file right?") from error
    _silent_hosts.discard(request.url.host)
    return response


def hurry() -> None:
    """From now on nobody waits for anything: the process is about to end, and only cleans up."""
    _hurried.append(True)


def _patience(request: httpx.Request) -> dict[str, float]:
    """How long each part of an answer may take."""
    asked: dict[str, float] = request.extensions.get("timeout", _TIMEOUTS)
    silent = request.url.host in _silent_hosts
    if silent and _hurried:
        raise DriverBroke(f"{request.method} {request.url}: not asked any more: the run ends, and nobody answered there.")
    longest = _HURRIED_SECONDS if _hurried else _AFTER_SILENCE_SECONDS if silent else float("inf")
    return {key: min(limit, longest) for key, limit in asked.items()}


class _Bounded(httpx.SyncByteStream):
    """An answer that must end: one that drips, or never ends, would keep a run for ever."""

    def __init__(self, stream: httpx.SyncByteStream | httpx.AsyncByteStream, until: float) -> None:
        assert isinstance(stream, httpx.SyncByteStream)
        self._stream = stream
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._stream:
            size += len(part)
            if size > _MOST_BYTES:
                raise httpx.ReadError(f"the answer is longer than {_MOST_BYTES // 1_000_000} MB")
            yield part
            if time.monotonic() > self._until:
                raise httpx.ReadTimeout("the answer did not end")

    def close(self) -> None:
        self._stream.close()


def _said(error: httpx.HTTPError, patience: dict[str, float]) -> str:
    if isinstance(error, httpx.ConnectError) and "CERTIFICATE_VERIFY_FAILED" not in str(error):
        return "nobody listens there"
    if isinstance(error, httpx.ConnectTimeout):
        return f"no connection in {round(patience['connect'], 1):g} s"
    if isinstance(error, httpx.TimeoutException):
        return f"no whole answer in {round(patience['read'], 1):g} s"
    return str(error).rstrip(".") or type(error).__name__
