"""Whether an answer, or a mail, obeyed what was typed instead of showing it: markup that runs, templates reckoned out, headers split."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from selectolax.lexbor import LexborHTMLParser

from conformance.driver import Message, Page
from scenarios.corpora import MARK, RECKONED

MARKUP, TEMPLATE, SPLIT, MAIL_HEADER, RECIPIENT = "markup obeyed", "template obeyed", "header split", "mail header", "mail recipient"
# As the corpora write what is to run.
_SCRIPT = "heurtoir_mark"
_RUNS = ("href", "src", "action", "formaction", "srcdoc", "data", "xlink:href")
_HANDLER = re.compile(r"on[a-z]+")
# What no portal writes into its mails by itself; and a second subject.
_FOREIGN_HEADERS = {MARK, "bcc", "set-cookie"}


def obeyed_by(page: Page) -> Iterator[tuple[str, str]]:
    """What an answer obeyed, by kind, and how it is to be seen."""
    for exchange in page.exchanges:
        if MARK in exchange.headers or any(cookie.lower().startswith(MARK) for cookie in exchange.set_cookies):
            yield SPLIT, f"{exchange.method} answered with a header of its own"
    if page.html:
        yield from _obeyed_in(page.html)


def obeyed_by_mail(message: Message, own: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What a mail obeyed; `own` are the addresses that it may go to."""
    if strangers := {address.casefold() for address in message.to} - {address.casefold() for address in own}:
        yield RECIPIENT, f"{len(strangers)} that nobody meant"
    foreign = sorted(name for name in message.headers if name.lower() in _FOREIGN_HEADERS)
    if foreign or MARK in message.subject or sum(len(values) for name, values in message.headers.items() if name.lower() == "subject") > 1:
        yield MAIL_HEADER, ", ".join(foreign) or "another subject"
    if message.html:
        yield from _obeyed_in(message.html)


def _obeyed_in(html: str) -> Iterator[tuple[str, str]]:
    if RECKONED in html:
        yield TEMPLATE, "a template was reckoned out"
    # Most pages hold nothing of it: they are not read for it.
    if MARK not in html and _SCRIPT not in html and "elsewhere.test" not in html:
        return
    tree = LexborHTMLParser(html)
    if tree.css_first(MARK) is not None:
        yield MARKUP, "what was typed became an element"
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            if value and _SCRIPT in value and (_HANDLER.fullmatch(name) or (name in _RUNS and "script:" in value.lower())):
                yield MARKUP, f"what was typed became {name} of a {node.tag}"
            elif value and name in {"action", "href"} and node.tag in {"form", "base"} and "elsewhere.test" in value:
                yield MARKUP, f"what was typed became a {node.tag}"
