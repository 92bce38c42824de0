"""What a request of the inbox asks for: which message, which search, which page. Mistakes are 400 with words, never a traceback."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from flask import abort, current_app, request

from simulator.sinks.mailbox import Mailbox, Stored
from simulator.sinks.search_query import SearchError, Term, parse_query

NOT_FOUND = "404 page not found"


def mailbox() -> Mailbox:
    """The mailbox of the application that answers."""
    return cast(Mailbox, current_app.extensions["mailbox"])


def stored(identifier: str) -> Stored:
    """The message of that id; `latest` is the newest, or the newest that the parameter `query` finds. 404 when there is none."""
    if identifier == "latest":
        query = request.args.get("query", "")
        identifier = mailbox().latest(terms(query) if query.strip() else ()) or ""
    message = mailbox().get(identifier) if identifier else None
    if message is None:
        abort(404, NOT_FOUND)
    return message


def terms(query: str) -> Sequence[Term]:
    """The terms of a search query, with the parameter `tz`; 400 with the reason when it cannot be searched for."""
    try:
        return parse_query(query, request.args.get("tz"))
    except SearchError as problem:
        abort(400, f"Error: {problem}")


def whole_number(name: str, default: int) -> int:
    """A parameter that counts; 400 when it is not a whole number of 0 or more."""
    text = request.args.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        abort(400, f"Error: {name}: “{text[:40]}” is not a whole number of 0 or more")
    return int(text)
