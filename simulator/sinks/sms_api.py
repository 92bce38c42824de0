"""The SMS gateway, and how what came through it is read: docs/sms.openapi.json says what each call takes.

`python -m simulator.documented sms > docs/sms.openapi.json` brings the kept copy up to date; a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any, cast

import msgspec
from flask import Blueprint, Response, abort, current_app, request
from msgspec import Meta
from werkzeug.exceptions import HTTPException

from simulator.mistakes import Mistake, json_content, mistake_answer, read_body
from simulator.openapi import Operation, Parameter, document_of
from simulator.policy import mobile
from simulator.sinks.sms import Kept, SmsBox, Texted, Wanted

PREFIX = "/api/v1/sms"
_MANUAL = "See GET /api/v1/sms/openapi.json."
_LONGEST_WAIT = 10
_MOST_LISTED = 1000

blueprint = Blueprint("sms_api", __name__, url_prefix=PREFIX)

Account = Annotated[str, Meta(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$(?!\n)", description="the id of a world")]
Mobile = Annotated[str, Meta(pattern=mobile.FICTIONAL, description=mobile.DESCRIPTION)]
Sender = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9 .+-]{1,16}$(?!\n)", description="a name of 1 to 16 letters, digits, spaces, dots, + and -")
]
Text = Annotated[str, Meta(min_length=1, max_length=1600, description="a text of 1 to 1600 characters")]
Reference = Annotated[str, Meta(min_length=1, max_length=200, description="a word of the sender’s own, 1 to 200 characters")]
Written = Annotated[datetime, Meta(tz=True, description="an instant with its offset, such as 2026-03-10T10:00:20+01:00")]


class NewSms(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An SMS to be sent. With a `reference` it is sent once, however often it is asked for."""

    account: Account
    to: Mobile
    sender: Sender
    text: Text
    written: Written | None = None
    reference: Reference | None = None


@dataclass(frozen=True)
class SmsAnswer:
    """An SMS as it came: `received` on the machine’s clock, `written` on that of its world."""

    id: str
    account: str
    to: str
    sender: str
    text: str
    received: datetime
    written: datetime | None


@dataclass(frozen=True)
class SmsListAnswer:
    """Those of a page, newest first, and how many there are on all pages."""

    total: int
    messages: tuple[SmsAnswer, ...]


_COUNT = {"type": "integer", "minimum": 0}
_MEANT = (
    Parameter("account", "only those of this world", {"type": "string"}),
    Parameter("to", "only those to this number", {"type": "string"}),
)
_PAGE = (
    Parameter("start", "leave out so many of the newest", _COUNT),
    Parameter("limit", f"so many at most (default 50, {_MOST_LISTED} at most)", {**_COUNT, "maximum": _MOST_LISTED}),
    Parameter("wait", f"wait for more than `beyond`, so many seconds at most ({_LONGEST_WAIT})", {"type": "integer", "minimum": 0}),
    Parameter("beyond", "with wait: how many are known already (default 0)", _COUNT),
)
OPERATIONS = (
    Operation("post", PREFIX, "Send an SMS", (NewSms,), 201, SmsAnswer, (400,)),
    Operation("get", PREFIX, "The SMS that came, newest first", answer=SmsListAnswer, errors=(400,), parameters=(*_MEANT, *_PAGE)),
    Operation("delete", PREFIX, "Delete those that are meant, or all", status=204, errors=(400,), parameters=_MEANT),
    Operation("get", f"{PREFIX}/{{identifier}}", "One SMS", answer=SmsAnswer, errors=(404,)),
    Operation("delete", f"{PREFIX}/{{identifier}}", "Delete one SMS", status=204, errors=(404,)),
)


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    told = "A gateway that takes SMS to made-up numbers and sends none on, and the SMS that came through it."
    return document_of("The SMS sink", "1", told, OPERATIONS)


def box() -> SmsBox:
    """The SMS of the application that answers."""
    return cast(SmsBox, current_app.extensions["sms"])


def kept(identifier: str) -> Kept:
    """The SMS of that id; 404 when there is none."""
    return box().get(identifier) or abort(404, "There is no such SMS; it may have been deleted.")


def error_answer(error: HTTPException) -> Response:
    """An error of the web itself, such as an unknown path or method, in the form of all others."""
    field = {404: "path", 405: "method", 413: "body", 403: "Origin"}.get(error.code or 500, "request")
    told = mistake_answer(Mistake(error.code or 500, field, str(error.description), _MANUAL))
    told.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return told


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """This API, for machines."""
    return _json(document())


@blueprint.post("")
def send() -> Response:
    """Take an SMS, which goes nowhere."""
    new = read_body(json_content(request.mimetype, request.get_data()), NewSms, _MANUAL)
    return _json(_answer(box().store(Texted(new.account, new.to, new.sender, new.text, new.written, new.reference))), 201)


@blueprint.get("")
def listed() -> Response:
    """Those that are meant, newest first; with `wait` as soon as there are more than `beyond`."""
    meant = _meant()
    start, limit, beyond = _number("start", 0), _number("limit", 50, _MOST_LISTED), _number("beyond", 0)
    if seconds := _number("wait", 0, _LONGEST_WAIT):
        box().wait_beyond(meant, beyond, seconds)
    found = box().newest(meant, start, limit or _MOST_LISTED)
    return _json(SmsListAnswer(found.total, tuple(map(_answer, found.messages))))


@blueprint.delete("")
def delete_all() -> Response:
    """Delete those that are meant, or all."""
    box().delete_all(_meant())
    return Response(status=204)


@blueprint.get("/<identifier>")
def one(identifier: str) -> Response:
    """One SMS."""
    return _json(_answer(kept(identifier)))


@blueprint.delete("/<identifier>")
def delete(identifier: str) -> Response:
    """Delete one SMS."""
    box().delete(kept(identifier).id)
    return Response(status=204)


def _meant() -> Wanted:
    to = request.args.get("to")
    # In an address a bare + is a space; a number that lost it so is still the number that was meant.
    return Wanted(request.args.get("account"), f"+{to.strip()}" if to and to[:1] in {" ", "3"} else to)


def _number(name: str, default: int, most: int = 10**9) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= most):
        raise Mistake(400, name, f"“{text[:40]}” is not a whole number of 0 to {most}.", _MANUAL)
    return int(text)


def _answer(found: Kept) -> SmsAnswer:
    sms = found.sms
    return SmsAnswer(found.id, sms.account, sms.to, sms.sender, sms.text, found.received, sms.written)


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, mimetype="application/json")
