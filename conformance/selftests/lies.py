"""What lying doors tell: one table, a name for each lie. Each is one wrong thing, told to one world or to everybody."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from conformance.selftests.lying_doors import Answer, Asked, Doors, Dropped, Lie, truth

Change = Callable[[Answer], Answer]
_HTML = ("Content-Type", "text/html; charset=utf-8")
_ALERT = '<p role="alert">{}</p>'


def told(body: str | bytes, status: int = 200, content_type: str = "text/html; charset=utf-8", **headers: str) -> Answer:
    """An answer made up whole."""
    content = body.encode() if isinstance(body, str) else body
    return Answer(status, (("Content-Type", content_type), *((name.replace("_", "-"), value) for name, value in headers.items())), content)


def changed(change: Change, part: str = "portal", page: str | None = None) -> Lie:
    """The truth, changed: what one part answers, or one page of it."""

    def lie(asked: Asked, doors: Doors) -> Answer:
        answer = doors.truth(asked)
        return change(answer) if asked.part == part and page in {None, asked.page} else answer

    return lie


def instead(answer: Answer, part: str = "portal", page: str | None = None, method: str | None = None) -> Lie:
    """This answer, and the truth is not even asked for."""

    def lie(asked: Asked, doors: Doors) -> Answer:
        meant = asked.part == part and page in {None, asked.page} and method in {None, asked.method}
        return answer if meant else doors.truth(asked)

    return lie


def worded(words: Mapping[str, str]) -> Change:
    """Words in the place of others."""
    return lambda answer: answer.saying(_replaced(answer.text, words))


def data(change: Callable[[Any], Any]) -> Change:
    """What JSON holds, changed."""
    return lambda answer: answer.saying(json.dumps(change(json.loads(answer.text)))) if answer.body else answer


def dropped(part: str = "portal", page: str | None = None) -> Lie:
    """The connection ends, and nothing is answered."""

    def lie(asked: Asked, doors: Doors) -> Answer:
        if asked.part == part and page in {None, asked.page}:
            raise Dropped
        return doors.truth(asked)

    return lie


def after(number: int, lie: Lie) -> Lie:
    """The truth for so many requests; then, beginning with the next for a page, the lie."""
    begun: list[int] = []

    def told(asked: Asked, doors: Doors) -> Answer:
        if asked.number >= number and asked.part == "portal":
            begun.append(asked.number)
        return (lie if begun else truth)(asked, doors)

    return told


def cut(answer: Answer) -> Answer:
    """Half of an answer that says how long it is; then the connection ends."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(answer.body)}\r\n\r\n"
    return replace(answer, raw=head.encode() + answer.body[: len(answer.body) // 2])


def late(asked: Asked, doors: Doors) -> Answer:
    """Mails that come some seconds after their code was asked for."""
    began = doors.began.setdefault(asked.world, time.monotonic())
    answer = doors.truth(asked)
    there = asked.part != "mail" or "search" not in asked.path or time.monotonic() > began + 5.3
    return answer if there else data(_emptied)(answer)


def hurrying(asked: Asked, doors: Doors) -> Answer:
    """A portal whose quarters of an hour last three seconds: whoever does nothing for that long comes back fifteen minutes later."""
    now = time.monotonic()
    if asked.part == "portal" and asked.world:
        if now - doors.began.get(asked.world, now) > 3:
            doors.forward(asked.world, "15m")
        doors.began[asked.world] = now
    return doors.truth(asked)


def moved_in_words(asked: Asked, doors: Doors) -> Answer:
    """A clock that answers that it was moved, and stays where it is."""
    if asked.part == "control" and asked.page == "clock" and asked.method == "PATCH":
        return told(json.dumps({"now": json.loads(asked.body)["to"], "running": False, "next": None}), content_type="application/json")
    return doors.truth(asked)


def _replaced(text: str, words: Mapping[str, str]) -> str:
    for old, new in words.items():
        text = text.replace(old, new)
    return text


def _emptied(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "messages": [], "messages_count": 0, "total": 0} if "messages" in found else found


def _with_headers(answer: Answer, words: Mapping[str, str]) -> Answer:
    return replace(answer, headers=tuple((name, _replaced(value, words)) for name, value in answer.headers))


def _refused(field: str, message: str, way_on: str) -> Answer:
    error = {"field": field, "message": message, "way_on": way_on}
    return told(json.dumps({"error": error}), 400, "application/json")


def _padded(answer: Answer) -> Answer:
    return answer.saying(answer.text.replace("</main>", f"<!-- {'x' * 20_000_000} --></main>"))


def _nested(answer: Answer) -> Answer:
    return answer.saying(answer.text.replace("<main", f"{'<div>' * 20_000}<main"))


def _as_latin_1(answer: Answer) -> Answer:
    return replace(answer, body=answer.text.replace("’", "'").encode("latin-1", "replace"))


LIES: Mapping[str, Lie] = {
    "nothing": truth,
    # what is said
    "other words": changed(worded({"erronées": "pluvieuses", "infructueux": "malheureux", "Vérifiez votre saisie.": "Il pleut."})),
    "two wordings": changed(worded({"erronées": "pluvieuses"})),  # it warns of wrong entries, and asks to look at what was entered
    "other figure": changed(
        worded({"15 minutes": "10 minutes", "15\u00a0minutes": "10 minutes", "15\\u00a0minutes": "10 minutes"}), "mail"
    ),
    "other label": changed(worded({"numéro de sécurité sociale</label>": "matricule</label>"})),
    "other button": changed(worded({"<button": "<button title='x'", "Recevoir un code de sécurité": "Go"})),
    "cookies for scripts": changed(lambda answer: _with_headers(answer, {"HttpOnly; ": ""})),
    # what is no page
    "server errors": instead(told("<h1>Service Unavailable</h1>", 503)),
    "redirects to itself": instead(Answer(302, (_HTML, ("Location", "connexion")), b""), page="connexion"),
    "redirects nowhere": instead(Answer(302, (_HTML, ("Location", "http://[")), b""), page="connexion"),
    "redirects to a script": instead(Answer(302, (_HTML, ("Location", "javascript:alert(1)")), b""), page="connexion"),
    "a PDF": instead(told(b"%PDF-1.7 \xe2\xe3 \x00\x01", content_type="application/pdf"), page="connexion"),
    "an empty page": instead(told(""), page="connexion"),
    "20 MB": changed(_padded, page="connexion"),
    "20,000 deep": changed(_nested, page="connexion"),
    "half a page": changed(lambda answer: answer.saying(answer.text[: answer.text.index("<button")]), page="connexion"),
    "other bytes than said": changed(_as_latin_1, page="connexion"),
    "an unheard-of encoding": changed(lambda answer: answer.with_header("Content-Type", "text/html; charset=klingon"), page="connexion"),
    "control characters": changed(worded({"erronées": "\x1b[31mpluvieuses\x08\x7f\ufffe\x9b"})),
    # what breaks on the way
    "dropped": dropped(page="connexion"),
    "cut": changed(cut, page="connexion"),
    "no HTTP": instead(Answer(200, (), b"", raw=b"SSH-2.0-OpenSSH_9.6\r\n"), page="connexion"),
    # mail
    "swallows mails": changed(data(_emptied), "mail"),
    "late mails": late,
    "limits are short": hurrying,
    "mail API errors": instead(told("<h1>Bad Gateway</h1>", 502), "mail"),
    "mail API without JSON": instead(told("<h1>Bienvenue</h1>"), "mail"),
    "mail API of something else": instead(told('{"results": []}', content_type="application/json"), "mail"),
    "link elsewhere": changed(worded({"http://127.0.0.1": "http://elsewhere.test"}), "mail"),
    # the testability API
    "refuses worlds": instead(_refused("people.0.nir", "no more numbers.", "Restart."), "control", "worlds"),
    "control without JSON": instead(told("<h1>It works!</h1>"), "control", "worlds", "POST"),
    "staff that breaks": instead(told("Traceback (most recent call last): KeyError", 500, "text/plain"), "control", "acts"),
    "mails still waiting": instead(told('{"waiting": 2}', content_type="application/json"), "control", "settle"),
    "clock moved in words": moved_in_words,
    "clock goes elsewhere": changed(data(lambda clock: {**clock, "now": "2026-03-10T11:11:11+01:00"}), "control", "clock"),
    "clock of no instant": changed(data(lambda clock: {**clock, "now": "noon"}), "control", "clock"),
    "people without passwords": changed(
        data(lambda made: {**made, "people": [{**person, "password": None} for person in made.get("people", ())]}), "control", "worlds"
    ),
}
