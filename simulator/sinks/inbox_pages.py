"""Pages to read mail in. They need no scripts, and what a mail says never becomes part of them unescaped."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from simulator.sinks.headers import decode_words, to_text
from simulator.sinks.mailbox import Found, Totals
from simulator.sinks.reading import Letter, read_letter
from simulator.sinks.requested import mailbox, stored, terms, whole_number
from simulator.sinks.search_query import FILTERS
from simulator.sinks.summary import head_of

PAGE = 50
_SHOWN_CHARACTERS = 200_000

blueprint = Blueprint("inbox", __name__)


@dataclass(frozen=True)
class Excerpt:
    """As much of a text as a page bears, and how many characters there are altogether."""

    text: str
    whole: int

    @property
    def cut(self) -> bool:
        """Whether something is missing."""
        return self.whole > len(self.text)


@blueprint.get("/")
@blueprint.get("/search", endpoint="search")
def inbox() -> tuple[str, int]:
    """The newest messages, or those that `q` finds; a search has this address in Mailpit too, so that a link to it works on both."""
    query = request.args.get("q", "").strip()
    start = whole_number("start", 0)
    problem, status, found = "", 200, Found((), Totals(0, 0))
    try:
        found = mailbox().search(terms(query), start, PAGE) if query else mailbox().newest(start, PAGE)
    except BadRequest as error:
        problem, status = str(error.description).removeprefix("Error: "), 400
    page = render_template(
        "inbox/list.html",
        query=query,
        problem=problem,
        found=found,
        everything=mailbox().totals(),
        first=start + 1,
        last=start + len(found.summaries),
        newer=None if start == 0 else max(start - PAGE, 0),
        older=start + PAGE if start + PAGE < found.totals.total else None,
        filters=FILTERS,
    )
    return page, status


@blueprint.get("/view/<identifier>")
def message(identifier: str) -> str:
    """One message; `as` is text, html, headers, raw or files."""
    found = stored(identifier)
    if request.method == "GET":
        mailbox().mark(True, [found.id])
    letter = read_letter(found.content)
    view = request.args.get("as") or ("text" if letter.text or not letter.html else "html")
    if view not in ("text", "html", "headers", "raw", "files"):
        abort(404, "A message is shown as text, html, headers, raw or files.")
    return render_template(
        "inbox/message.html",
        message=found,
        letter=letter,
        head=head_of(letter.headers, found.sender, found.recipients),
        date=letter.headers.date(),
        view=view,
        excerpt=_excerpt(view, letter, found.content),
        fields=[(name, value, decode_words(value)) for name, value in letter.headers.fields] if view == "headers" else [],
    )


@blueprint.post("/view/<identifier>/delete")
def delete(identifier: str) -> Response:
    """Delete one message."""
    mailbox().delete([identifier])
    return redirect(url_for("inbox.inbox"), 303)


@blueprint.post("/delete")
def delete_many() -> Response:
    """Delete what the form's `q` finds, or all."""
    query = request.form.get("q", "").strip()
    if query:
        mailbox().delete_found(terms(query))
    else:
        mailbox().delete_all()
    return redirect(url_for("inbox.inbox"), 303)


def _excerpt(view: str, letter: Letter, content: bytes) -> Excerpt:
    if view == "raw":
        return Excerpt(to_text(content[:_SHOWN_CHARACTERS]), len(content))
    text = letter.readable if view == "text" else ""
    return Excerpt(text[:_SHOWN_CHARACTERS], len(text))
