"""The links of mails: which one a step means, whether it leads to the target, and how a machine looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from conformance.connections import send
from conformance.driver import CannotRun, DriverBroke
from conformance.forms import whole_address
from conformance.gate import GATE
from conformance.mail_facts import link_to_follow, with_secret
from conformance.origins import is_loopback
from conformance.turn import NoWay, Turn
from scenarios.language import LINK

_MOST_REDIRECTS = 20
# A browser's name: some portals answer others than browsers with something else.
_SCANNER = {"User-Agent": "Mozilla/5.0 (compatible; Heurtoir mail scanner)", "Accept": "*/*"}


def link_meant(turn: Turn, meant: Mapping[str, Any]) -> str:
    """The link of the newest mail that has one, or of the mail read under a label, its secret changed where the step says so.

    One that leads off the target is not followed: neither where the gate lets nobody through, nor to another port of this machine.
    NoWay when no such mail came, CannotRun when the secret that is to be changed cannot be told from the rest.
    """
    named = meant["message"]
    link = _newest(turn) if named == LINK else turn.scene.links.get(named)
    if link is None:
        patience = turn.scene.letters.patience
        raise NoWay("a mail with a link", f"none came in {patience:g} s" if named == LINK else f"none was read as “{named}”")
    _check_leads_to_target(link, turn.scene.world.address)
    return _changed(link, meant["secret"]) if "secret" in meant else link


def looked_at(method: str, address: str) -> None:
    """Ask for an address as a machine does that looks at mails: nothing is kept and nothing is run; redirects are followed.

    Raises:
        DriverBroke: when nobody answers, or a redirect leads where nothing may be touched.
    """
    for _ in range(_MOST_REDIRECTS + 1):
        response = send(httpx.Request(method, address, headers=_SCANNER))
        if not response.has_redirect_location:
            return
        address = whole_address(address, response.headers["Location"])
    raise DriverBroke(f"{method}: the link of the mail redirects more than {_MOST_REDIRECTS} times.")


def _newest(turn: Turn) -> str | None:
    seen = turn.scene.letters.newest("link", turn.scene.address_of_actor(turn.step))
    return link_to_follow(seen.message) if seen.message else None


def _changed(link: str, secret: str) -> str:
    if (changed := with_secret(link, secret)) is None:
        raise CannotRun("The mail's link has no long part that would be its secret, to be left out or replaced.")
    return changed


def _check_leads_to_target(link: str, here: str) -> None:
    beside = is_loopback(link) and not (is_loopback(here) and urlsplit(link).port == urlsplit(here).port)
    if (refusal := GATE.refusal(link)) or beside:
        told = f"The mail's link leads to {urlsplit(link).netloc}, off the target ({here}); it was not followed."
        raise DriverBroke(f"{told} {refusal or ''}".strip())
