"""Mailpit's API, version 1: its paths, parameters, field names and errors (plain text, 400 and 404).

What is not here answers 404: tags, sending, releasing, checks, thumbnails. `Version` says that this is no Mailpit.
"""

from __future__ import annotations

import time
from typing import Any, TypeVar

import msgspec
from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException

from simulator.decoding import from_json
from simulator.sinks.mailbox import Found
from simulator.sinks.mailpit_json import headers_json, message_json, summary_json
from simulator.sinks.reading import Part, read_letter
from simulator.sinks.requested import NOT_FOUND, mailbox, stored, terms, whole_number

VERSION = "heurtoir-sink (Mailpit API v1)"
_STARTED = time.monotonic()

# Shown in a browser they could run or look like a page of this tool; so they are handed out as files, as Mailpit does.
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "application/pdf")

blueprint = Blueprint("mailpit", __name__)

Body = TypeVar("Body")


class Chosen(msgspec.Struct, rename={"identifiers": "IDs"}):
    """The messages meant; none means all."""

    identifiers: list[str] = []


class ReadStatus(msgspec.Struct, rename={"identifiers": "IDs", "read": "Read", "search": "Search"}):
    """The messages meant, by id or by a search, and whether they count as read; neither means all."""

    read: bool = False
    identifiers: list[str] = []
    search: str = ""


def error_answer(error: HTTPException) -> Response:
    """An error as Mailpit says it: one line of plain text."""
    text = NOT_FOUND if error.code == 404 else str(error.description)
    return Response(text, error.code, error.get_headers(), mimetype="text/plain")


@blueprint.get("/livez")
@blueprint.get("/readyz")
def alive() -> Response:
    """Whether the sink answers."""
    mailbox().totals()
    return _ok()


@blueprint.get("/api/v1/info")
def info() -> Response:
    """The sink and its totals."""
    totals = mailbox().totals()
    file = mailbox().path
    return _json(
        {
            "Version": VERSION,
            "LatestVersion": VERSION,
            "Database": file.name,
            "DatabaseSize": file.stat().st_size,
            "Messages": totals.total,
            "Unread": totals.unread,
            "Tags": {},
            "RuntimeStats": {"Uptime": int(time.monotonic() - _STARTED)},
        }
    )


@blueprint.get("/api/v1/messages")
def list_messages() -> Response:
    """All messages, newest first."""
    start, limit = whole_number("start", 0), whole_number("limit", 50)
    return _listing(mailbox().newest(start, limit or -1), start)  # Mailpit: a limit of 0 is none


@blueprint.get("/api/v1/search")
def search() -> Response:
    """The messages that a search finds, newest first."""
    found = terms(request.args.get("query", ""))
    start, limit = whole_number("start", 0), whole_number("limit", 50)
    return _listing(mailbox().search(found, start, limit), start)


@blueprint.delete("/api/v1/search")
def delete_search() -> Response:
    """Delete what a search finds."""
    mailbox().delete_found(terms(request.args.get("query", "")))
    return _ok()


@blueprint.delete("/api/v1/messages")
def delete_messages() -> Response:
    """Delete some messages, or all."""
    chosen = _body(Chosen).identifiers
    if chosen:
        mailbox().delete(chosen)
    else:
        mailbox().delete_all()
    return _ok()


@blueprint.put("/api/v1/messages")
def set_read_status() -> Response:
    """Mark some messages, what a search finds, or all, as read or unread."""
    status = _body(ReadStatus)
    if status.identifiers and status.search:
        abort(400, "You may specify either IDs or a search query, not both")
    if status.search:
        mailbox().mark_found(status.read, terms(status.search))
    else:
        mailbox().mark(status.read, status.identifiers or None)
    return _ok()


@blueprint.get("/api/v1/message/<identifier>")
def message(identifier: str) -> Response:
    """One message, read out, and marked as read."""
    found = stored(identifier)
    if request.method == "GET":
        mailbox().mark(True, [found.id])
    return _json(message_json(found))


@blueprint.get("/api/v1/message/<identifier>/headers")
def headers(identifier: str) -> Response:
    """The header fields, by name."""
    return _json(headers_json(read_letter(stored(identifier).content).headers))


@blueprint.get("/api/v1/message/<identifier>/raw")
def raw(identifier: str) -> Response:
    """The bytes as they came; with `dl=1` as a file."""
    found = stored(identifier)
    answer = Response(found.content, mimetype="text/plain")
    if request.args.get("dl") == "1":
        answer.headers["Content-Disposition"] = f'attachment; filename="{found.id}.eml"'
    return answer


@blueprint.get("/api/v1/message/<identifier>/part/<part>")
def part(identifier: str, part: str) -> Response:
    """One file of a message."""
    found = next((candidate for candidate in read_letter(stored(identifier).content).parts if candidate.id == part), None)
    return _file(found) if found else abort(404)


def _file(found: Part) -> Response:
    shown = found.content_type in _SHOWN
    name = found.name or found.content_id or f"part-{found.id}"
    answer = Response(found.content, content_type=found.content_type if shown else "application/octet-stream")
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers.set("Content-Disposition", "inline" if shown else "attachment", filename=name)
    return answer


def _listing(found: Found, start: int) -> Response:
    everything = mailbox().totals()
    return _json(
        {
            "total": everything.total,
            "unread": everything.unread,
            "count": len(found.summaries),
            "messages_count": found.totals.total,
            "messages_unread": found.totals.unread,
            "start": start,
            "tags": [],
            "messages": [summary_json(summary) for summary in found.summaries],
        }
    )


def _body(kind: type[Body]) -> Body:
    content = request.get_data()
    try:
        return from_json(content, kind) if content.strip() else kind()
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        abort(400, f"Error: the body cannot be read: {problem}")


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), mimetype="application/json")


def _ok() -> Response:
    return Response("ok", mimetype="text/plain")
