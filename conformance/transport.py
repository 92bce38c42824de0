"""What goes over the wire: one request, one whole answer. It asks nobody whether it may; conformance.connections and the gate use it."""

from __future__ import annotations

from functools import cache

import httpx

from conformance.driver import DriverBroke

_TIMEOUTS = {"connect": 5.0, "read": 30.0, "write": 10.0, "pool": 30.0}
# Shorter than what servers grant an idle connection, so that a request never meets one that is being closed.
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
    request.extensions.setdefault("timeout", _TIMEOUTS)
    try:
        response = _transport().handle_request(request)
        response.request = request
        response.read()
    except httpx.HTTPError as error:
        raise DriverBroke(
            f"{request.method} {request.url}: {_said(error)}. Is it running, and is the address in the target file right?"
        ) from error
    return response


def _said(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectError) and "CERTIFICATE_VERIFY_FAILED" not in str(error):
        return "nobody listens there"
    if isinstance(error, httpx.TimeoutException):
        return f"no answer in {_TIMEOUTS['read']:.0f} s"
    return str(error) or type(error).__name__
