"""The text to copy of a form: drawn with the page, shown as picture and sound, worth one answer (AME-10 to AME-12, HRD-80)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from simulator import defects
from simulator.documents import LastText, TextToCopy
from simulator.keyring import new_code, new_token
from simulator.policy import copied_text
from simulator.policy.copied_text import Copy
from simulator.portals.ameli.desk import Desk, Papers
from simulator.worlds import World

# As long as somebody may be told that it was too late; now and then those that are older are forgotten.
_KEPT = timedelta(minutes=30)
_ONE_IN = 20


def draw(desk: Desk, world: World) -> str:
    """A new text; what comes back is the token under which its picture and sound are asked for, and it is answered."""
    token = new_token()
    with desk.act(world) as papers:
        if secrets.randbelow(_ONE_IN) == 0:
            _forget_old_ones(papers)
        key = desk.key("text to copy", token)
        sealed = desk.keyring.sealed(new_code(desk.rules.copied_text.digits).encode())
        papers.transaction.put(key, TextToCopy(sealed, papers.now))
        papers.transaction.put("last-text", LastText(key))
    return token


def text_of(desk: Desk, world: World, token: str) -> str | None:
    """The text, to be drawn or spoken; None where there is none of that token, or its time is over."""
    with desk.act(world) as papers:
        kept = papers.transaction.get(TextToCopy, desk.key("text to copy", token))
        if kept is None or papers.now >= kept.drawn + desk.rules.copied_text.lifetime:
            return None
        return desk.keyring.unsealed(kept.sealed).decode()


def answer(papers: Papers, token: str, entered: str) -> Copy:
    """Judge the one answer that a text is worth; it is used up, right or wrong."""
    key = papers.desk.key("text to copy", token)
    kept = papers.transaction.get(TextToCopy, key)
    if kept is None:
        return Copy.WRONG
    is_same = papers.desk.keyring.unsealed(kept.sealed).decode() == "".join(entered.split())
    rules = papers.desk.rules.copied_text
    answered = kept.answered and not (is_same and defects.on("text-to-copy-works-again"))
    copy = copied_text.judged(kept.drawn, answered, is_same, rules, papers.now)
    late = copy is Copy.EXPIRED and is_same and not answered and papers.now < kept.drawn + 2 * rules.lifetime
    if late and defects.on("ten-minutes-to-copy"):
        copy = Copy.RIGHT
    if not (copy is Copy.WRONG and defects.on("wrong-copy-can-be-tried-on-the-same-text")):
        papers.transaction.put(key, replace(kept, answered=True))
    return Copy.RIGHT if copy is Copy.WRONG and not is_same and defects.on("any-copy-will-do") else copy


def still_worth_something(desk: Desk, world: World, token: str) -> bool:
    """Whether the text can still be answered: a page shown again for another reason keeps it."""
    with desk.act(world) as papers:
        kept = papers.transaction.get(TextToCopy, desk.key("text to copy", token))
        return kept is not None and not kept.answered and papers.now < kept.drawn + desk.rules.copied_text.lifetime


def _forget_old_ones(papers: Papers) -> None:
    for key, kept in papers.transaction.all(TextToCopy).items():
        if papers.now >= kept.drawn + _KEPT:
            papers.transaction.delete(TextToCopy, key)
