"""The browser that a request came from, as the acts of a portal know it."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.worlds import World


@dataclass(frozen=True)
class Visit:
    """The world it is in, the cookie of its visit, its cookies of trust, and the number of the page whose form it sent.

    `forwarded_for` is what the request says of where it came from, `typed` the identifier as it was entered; neither decides anything.
    `in_app`: it is no browser but the mobile app, which needs no code (AMC-120).
    """

    world: World
    token: str | None
    trust: tuple[str, ...]
    page: str = ""
    forwarded_for: str = ""
    typed: str = ""
    in_app: bool = False
