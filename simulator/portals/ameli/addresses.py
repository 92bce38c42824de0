"""To which account a mail address belongs: to one only, a family's too (AME-43). Read, judged and written in one transaction."""

from __future__ import annotations

from datetime import datetime

from simulator import defects
from simulator.documents import Held
from simulator.policy.contact import same_address
from simulator.portals.ameli.desk import Papers


def is_free(papers: Papers, address: str, identifier: str) -> bool:
    """Whether the address can become, or is, that of this account: nobody else's, or forgotten since (AME-55)."""
    held = papers.transaction.get(Held, _key(address))
    if held is None or held.identifier == identifier:
        return True
    return held.until is not None and papers.now >= held.until and not defects.on("forgotten-address-never-free")


def hold(papers: Papers, address: str, identifier: str, until: datetime | None = None) -> None:
    """From now on the address belongs to that account; where it is not validated, until an instant."""
    papers.transaction.put(_key(address), Held(identifier, until))


def let_go(papers: Papers, address: str | None, identifier: str) -> None:
    """The account gives the address up."""
    if address is None:
        return
    held = papers.transaction.get(Held, _key(address))
    if held is not None and held.identifier == identifier:
        papers.transaction.delete(Held, _key(address))


def _key(address: str) -> str:
    if address != same_address(address) and defects.on("addresses-compared-with-their-case"):
        return address
    return same_address(address)
