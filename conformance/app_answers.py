"""What the API of a mobile app answered, read as what its user gets to know: the outcome, the message, the end of a block.

The end is told as the app would show it, in Paris time, so that it is read and judged as that of a page.
"""

from __future__ import annotations

import html
import json
from datetime import datetime
from typing import Any

from conformance.app_specification import AppSpecification
from conformance.driver import DriverBroke, Page
from conformance.reading import Reading, read
from conformance.recognise import SERVER_ERROR, Recognition
from scenarios.instants import PARIS
from scenarios.model import OUTCOMES

_SERVER_BROKE = 500
_SHOWN = 200


def told(page: Page, app: AppSpecification, file: str) -> tuple[Recognition, Reading]:
    """What the answer is, and what a person gets to read. Raises DriverBroke for one that cannot be read, or says no outcome we know."""
    if page.status >= _SERVER_BROKE:
        return Recognition(SERVER_ERROR, reason=str(page.status)), read("")
    answer = _members(page)
    said = ".".join(part for part in (_text(answer, app.members["outcome"]), _text(answer, app.members["reason"])) if part)
    said = said or str(page.status)
    outcome, _, reason = app.words.get(said, said).partition(".")
    if outcome not in OUTCOMES:
        raise DriverBroke(
            f"{page.address} says “{said[:_SHOWN]}” ({page.status}), which is no outcome. Say what it means in [app.words] of {file}, "
            f"or name the members of its answers in [app.members]; it answers {page.html[:_SHOWN]!r}."
        )
    words = " ".join(part for part in (_text(answer, app.members["message"]), _end(answer, app, file)) if part)
    return Recognition(outcome, reason, words=words), read(f'<main><p role="alert">{html.escape(words)}</p></main>')


def token_in(page: Page, app: AppSpecification) -> str:
    """The token of a session that has begun; empty when there is none."""
    return _text(_members(page), app.members["token"])


def _members(page: Page) -> Any:
    if not page.html.strip():
        return {}
    try:
        return json.loads(page.html)
    except ValueError:
        raise DriverBroke(f"{page.address} answers no JSON but {page.html[:80]!r} ({page.status}). Is it the app's API?") from None


def _text(answer: Any, path: str) -> str:
    for name in path.split("."):
        answer = answer.get(name) if isinstance(answer, dict) else None
    return "" if answer is None else str(answer)


def _end(answer: Any, app: AppSpecification, file: str) -> str:
    said = _text(answer, app.members["until"])
    if not said:
        return ""
    try:
        end = datetime.fromisoformat(said)
    except ValueError:
        end = None
    if end is None or end.tzinfo is None:
        raise DriverBroke(f"“{said}” is no instant with an offset (app.members.until of {file}): such as 2026-03-10T10:16:00+01:00.")
    local = end.astimezone(PARIS)
    # Seconds are shown where there are any: an end that is no full minute is not what it should be, and must not look like it.
    seconds = f"{local:%S}" if local.second or local.microsecond else ""
    return f"{local:%d/%m/%Y - %Hh%M}{seconds} (heure de Paris)"
