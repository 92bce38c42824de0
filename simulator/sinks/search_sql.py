"""A query as SQL. Everything that came from outside is a parameter."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.sinks.search_query import Term

ROLES = ("from", "to", "cc", "bcc", "reply-to")

# The trigram index finds any stretch of three characters or more; shorter ones are looked for in each correspondent.
_TRIGRAM = 3

_STATES = {
    "is:read": "m.read = 1",
    "is:unread": "m.read = 0",
    "has:attachment": "m.seq IN (SELECT seq FROM letter WHERE attachments > 0)",
    "has:inline": "m.seq IN (SELECT seq FROM letter WHERE inline > 0)",
}
_COMPARISONS = {
    "subject": "instr(m.subject, ?)",
    "message-id": "instr(m.message_id, ?)",
    "text": "m.seq IN (SELECT seq FROM letter WHERE instr(words, ?))",
}
# Mailpit's bounds: an instant itself is found from both sides, whichever way the filter is turned.
_BOUNDS = {
    ("before", False): "m.created <= ?",
    ("before", True): "m.created >= ?",
    ("after", False): "m.created >= ?",
    ("after", True): "m.created <= ?",
    ("larger", False): "m.size > ?",
    ("larger", True): "m.size < ?",
    ("smaller", False): "m.size < ?",
    ("smaller", True): "m.size > ?",
}


def needs_letters(terms: Iterable[Term]) -> bool:
    """Whether the bodies must have been read to answer."""
    return any(term.filter in ("text", "has") for term in terms)


def where(terms: Iterable[Term]) -> tuple[str, list[str | int]]:
    """The condition on `message m` that all terms make together, and its parameters."""
    conditions: list[str] = []
    parameters: list[str | int] = []
    for term in terms:
        condition, given = _condition(term)
        conditions.append(condition)
        parameters.extend(given)
    return " AND ".join(conditions), parameters


def _condition(term: Term) -> tuple[str, list[str | int]]:
    if (term.filter, term.negated) in _BOUNDS:
        return _BOUNDS[term.filter, term.negated], [term.value]
    if term.filter in ("is", "has"):
        condition, given = _STATES[str(term.value)], []
    elif term.filter in _COMPARISONS:
        condition, given = _COMPARISONS[term.filter], [term.value]
    else:
        condition, given = _party(ROLES if term.filter == "addressed" else (term.filter,), str(term.value))
    return (f"NOT coalesce({condition}, 0)" if term.negated else condition), given


def _party(roles: tuple[str, ...], words: str) -> tuple[str, list[str | int]]:
    if len(words) < _TRIGRAM:
        found, given = "SELECT id FROM correspondent WHERE instr(words, ?)", words
    else:
        found, given = "SELECT rowid FROM correspondent_index WHERE words MATCH ?", f'"{words}"'
    listed = ", ".join("?" for _ in roles)
    return (f"m.seq IN (SELECT seq FROM party WHERE correspondent IN ({found}) AND role IN ({listed}))", [given, *roles])  # noqa: S608
