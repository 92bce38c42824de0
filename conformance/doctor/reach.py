"""Which of the addresses of a target answer, and what it is that answers: a portal, a testability API, a mail API, or something else."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

import httpx

from conformance.connections import send
from conformance.driver import DriverBroke
from conformance.gate import NotPermitted
from conformance.origins import origin_of

_TIMEOUTS = {"connect": 2.0, "read": 3.0, "write": 2.0, "pool": 2.0}


class Kind(StrEnum):
    """What answers at an address, in words."""

    NOBODY = "nobody listens there"
    SILENT = "somebody listens there and does not answer"
    HTTP = "it speaks http, not https"
    HTTPS = "it speaks https, not http"
    SMTP = "it speaks SMTP: mails are sent there, and cannot be read"
    CERTIFICATE = "its certificate is not trusted"
    TESTABILITY = "a testability API"
    MAIL = "Mailpit's API"
    PAGES = "pages"
    OTHER = "something else"
    REFUSED = "it may not be touched"


@dataclass(frozen=True)
class Answer:
    """What came of asking: `said` in words, with the status and the server, and for a testability API the portals of its worlds."""

    kind: Kind
    said: str
    status: int = 0
    portals: Mapping[str, str] | None = None


def look(address: str) -> Answer:
    """Ask the address itself what it is. Any page is `PAGES`, whatever its status."""
    try:
        response = _get(address)
    except NotPermitted as refusal:
        return Answer(Kind.REFUSED, str(refusal))
    except DriverBroke as broke:
        return _silence(address, broke)
    server = response.headers.get("Server", "")
    said = f"{response.status_code}{f', {server}' if server else ''}"
    page = "html" in response.headers.get("Content-Type", "")
    return Answer(Kind.PAGES if page or response.has_redirect_location else Kind.OTHER, said, response.status_code)


def api_at(base: str) -> Answer | None:
    """The API whose base address this is: a testability API, or Mailpit's; None when it is neither."""
    worlds = _json(f"{base}/api/worlds")
    if isinstance(worlds, dict) and isinstance(worlds.get("worlds"), list):
        of_worlds = [world.get("portals") for world in worlds["worlds"] if isinstance(world, dict)]
        return Answer(Kind.TESTABILITY, "testability API", 200, next((one for one in of_worlds if isinstance(one, dict)), {}))
    info = _json(f"{base}/api/v1/info")
    if isinstance(info, dict) and isinstance(info.get("Version"), str):
        return Answer(Kind.MAIL, f"Mailpit's API, version {info['Version']}", 200)
    return None


def takes_sms(base: str) -> bool:
    """Whether that is the base address of an SMS sink; one of mails may answer there as well."""
    found = _json(f"{base}/api/v1/sms?limit=1")
    return isinstance(found, dict) and isinstance(found.get("messages"), list) and isinstance(found.get("total"), int)


def identify(address: str) -> Answer:
    """What answers at a base address: the API that it is, or whatever else."""
    answer = look(f"{address}/")
    return (api_at(address) or answer) if answer.kind in {Kind.PAGES, Kind.OTHER} else answer


def above(address: str) -> Iterator[str]:
    """The addresses above it, the nearest first, the bare origin last."""
    scheme, host, path, _, _ = urlsplit(address)
    while path.strip("/"):
        path = path.rstrip("/").rpartition("/")[0]
        yield urlunsplit((scheme, host, path.rstrip("/"), "", ""))


def other_scheme(address: str) -> str:
    """The same with http in the place of https, or the other way round."""
    return address.replace("https://", "http://", 1) if address.startswith("https://") else address.replace("http://", "https://", 1)


def _get(address: str) -> httpx.Response:
    return send(httpx.Request("GET", address, headers={"User-Agent": "Heurtoir", "Accept": "*/*"}, extensions={"timeout": dict(_TIMEOUTS)}))


def _json(address: str) -> object:
    try:
        response = _get(address)
        return response.json() if response.is_success else None
    except (DriverBroke, ValueError):
        return None


def _silence(address: str, broke: DriverBroke) -> Answer:
    """Why nothing came that is an answer of the web's."""
    cause = broke.__cause__
    said = str(cause) if cause else str(broke)
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return Answer(Kind.CERTIFICATE, said)
    if "refused" in said or "Name or service" in said or "not known" in said:
        return Answer(Kind.NOBODY, said)
    if _greets_as_smtp(address):
        return Answer(Kind.SMTP, said)
    if _answers(other_scheme(address)):
        return Answer(Kind.HTTP if address.startswith("https:") else Kind.HTTPS, said)
    return Answer(Kind.NOBODY if isinstance(cause, httpx.ConnectTimeout) else Kind.SILENT, said)


def _answers(address: str) -> bool:
    """Whether this scheme is spoken there, whoever vouches for it."""
    try:
        _get(address)
    except DriverBroke as broke:
        return "CERTIFICATE_VERIFY_FAILED" in str(broke.__cause__)
    return True


def _greets_as_smtp(address: str) -> bool:
    """A mail server speaks first."""
    origin = origin_of(address)
    try:
        with socket.create_connection((origin.host.strip("[]"), origin.port), timeout=1.0) as connection:
            return connection.recv(4) in {b"220 ", b"220-"}
    except OSError:
        return False
