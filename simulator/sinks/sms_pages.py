"""Pages to read SMS in, beside those of the mails. They need no scripts, and what an SMS says never becomes part of them unescaped."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.sinks.requested import whole_number
from simulator.sinks.sms import Wanted
from simulator.sinks.sms_api import box, kept

PAGE = 50

blueprint = Blueprint("sms", __name__, url_prefix="/sms")


@blueprint.get("")
def listed() -> str:
    """The newest SMS: all, or those of a world, or to a number."""
    meant, start = _meant(), whole_number("start", 0)
    found = box().newest(meant, start, PAGE)
    return render_template(
        "inbox/sms_list.html",
        meant=meant,
        found=found,
        accounts=box().accounts(),
        first=start + 1,
        last=start + len(found.messages),
        newer=None if start == 0 else max(start - PAGE, 0),
        older=start + PAGE if start + PAGE < found.total else None,
    )


@blueprint.get("/<identifier>")
def message(identifier: str) -> str:
    """One SMS."""
    return render_template("inbox/sms.html", message=kept(identifier))


@blueprint.post("/<identifier>/delete")
def delete(identifier: str) -> Response:
    """Delete one SMS."""
    box().delete(kept(identifier).id)
    return redirect(url_for("sms.listed"), 303)


@blueprint.post("/delete")
def delete_all() -> Response:
    """Delete those that the page showed, or all."""
    box().delete_all(Wanted(request.form.get("account") or None, request.form.get("to") or None))
    return redirect(url_for("sms.listed"), 303)


def _meant() -> Wanted:
    return Wanted(request.args.get("account") or None, request.args.get("to") or None)
