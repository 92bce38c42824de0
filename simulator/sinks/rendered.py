"""A message's HTML and text on their own, at Mailpit's addresses. Neither can run a script or fetch anything from elsewhere."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, request

from simulator.sinks.reading import Letter, read_letter
from simulator.sinks.requested import mailbox, stored

# Links may be followed, in a window of their own: a mail with a link is there to be clicked.
_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src 'self' data:; "
    "style-src 'unsafe-inline'; font-src data:; form-action 'none'; frame-ancestors 'self'"
)
_HEAD = re.compile(r"<head(?:\s[^<>]*)?>", re.IGNORECASE)
_NEW_WINDOW = '<base target="_blank">'

blueprint = Blueprint("rendered", __name__)


@blueprint.get("/view/<identifier>.html")
def html(identifier: str) -> Response:
    """The HTML alone; 404 when there is none. With `embed=1` its links open windows of their own."""
    message = stored(identifier)
    letter = read_letter(message.content)
    if not letter.html:
        abort(404, "This message does not contain a HTML part")
    if request.method == "GET":
        mailbox().mark(True, [message.id])
    answer = Response(_shown(letter, message.id, embedded=request.args.get("embed") == "1"), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


@blueprint.get("/view/<identifier>.txt")
def text(identifier: str) -> Response:
    """The text alone."""
    message = stored(identifier)
    if request.method == "GET":
        mailbox().mark(True, [message.id])
    return Response(read_letter(message.content).readable, mimetype="text/plain")


def _shown(letter: Letter, identifier: str, embedded: bool) -> str:
    page = letter.html
    for part in letter.parts:
        if part.content_id:
            address = f"/api/v1/message/{identifier}/part/{part.id}"
            page = re.sub(rf"cid:{re.escape(part.content_id)}(?=[\"'\s/>;)])", address, page, flags=re.IGNORECASE)
    if not embedded:
        return page
    head = _HEAD.search(page)
    return f"{page[: head.end()]}{_NEW_WINDOW}{page[head.end() :]}" if head else f"{_NEW_WINDOW}{page}"
