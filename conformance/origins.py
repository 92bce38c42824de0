"""Origins: whom an address leads to, as every browser and every library reads it. What can be read in two ways is none. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

# Stricter than what browsers take: with a backslash, a second @, a blank or an escape before the path, two readers see two hosts.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?:[^\s/?#\\@]*@)?(?P<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?(?:[/?#].*)?",
    re.IGNORECASE | re.ASCII | re.DOTALL,
)
# A browser takes such a last part for a number, and the whole for an IPv4 address: 127.1, 0x7f.1, 2130706433.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_USUAL_PORTS = {"http": 80, "https": 443}
_LONGEST = 100


class NoOrigin(ValueError):
    """The text is no http address, or one that not everybody reads alike; as text, what is wrong with it."""


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port. The host is in lower case and without a dot at its end; an IPv6 address stands in brackets."""

    scheme: str
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether it is this very machine. A host name that merely resolves to it does not count."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        literal = _literal(self.host)
        return literal is not None and literal.is_loopback

    def __str__(self) -> str:
        port = "" if self.port == _USUAL_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


def origin_of(address: str) -> Origin:
    """Whom an http or https address leads to. Raises NoOrigin."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise NoOrigin(
            f"{address[:_LONGEST]!r} is no plain http address: wanted is http:// or https://, then a host in plain letters "
            "(an international name as xn--…), and nothing before the path that could be read in two ways."
        )
    scheme = found["scheme"].lower()
    port = int(found["port"] or _USUAL_PORTS[scheme])
    if not 0 < port < 65_536:
        raise NoOrigin(f"{address[:_LONGEST]!r} has no possible port: {port}.")
    return Origin(scheme, _host(found["host"].lower(), address), port)


def is_loopback(address: str) -> bool:
    """Whether an http address leads to this very machine."""
    try:
        return origin_of(address).is_loopback
    except NoOrigin:
        return False


def refused_domain(origin: Origin) -> str | None:
    """The domain in refused_domains.txt that the origin belongs to, or None."""
    labels = origin.host.split(".")
    return next((domain for domain in (".".join(labels[index:]) for index in range(len(labels))) if domain in _refused_domains()), None)


def _host(host: str, address: str) -> str:
    if host.startswith("["):
        literal = _literal(host)
        if literal is None:
            raise NoOrigin(f"{address[:_LONGEST]!r} has no possible IPv6 address.")
        return str(literal) if isinstance(literal, IPv4Address) else f"[{literal}]"
    host = host.removesuffix(".")
    labels = host.split(".")
    if not all(labels) or (_NUMBER.fullmatch(labels[-1]) and _literal(host) is None):
        raise NoOrigin(f"{address[:_LONGEST]!r} has no possible host: give a name, or an IPv4 address as four numbers.")
    return host


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host is when it is no name; one of IPv4 dressed as IPv6 is the former."""
    try:
        literal = ip_address(host.strip("[]"))
    except ValueError:
        return None
    return (literal.ipv4_mapped or literal) if isinstance(literal, IPv6Address) else literal


@cache
def _refused_domains() -> frozenset[str]:
    """Those of the file. Raises ValueError for a line that is no domain: a slip there would open what it was to close."""
    lines = Path(__file__).with_name("refused_domains.txt").read_text(encoding="utf-8").splitlines()
    domains = frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    if wrong := [domain for domain in domains if not _DOMAIN.fullmatch(domain)]:
        raise ValueError(f"refused_domains.txt: no domain: {', '.join(sorted(wrong))}")
    return domains
