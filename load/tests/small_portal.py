"""A small portal of its own kind, with just enough of the testability API and of Mailpit's, and mistakes that can be switched on.

`python small_portal.py [MISTAKE]` announces its addresses as targets do. The mistakes are named where they are made.
"""

from __future__ import annotations

import itertools
import json
import secrets
import socket
import sys
import threading
from typing import Any

from flask import Flask, Response, jsonify, redirect, request
from waitress.server import create_server

MISTAKES = {
    "",
    "maintenance",
    "mixed-up",
    "no-mail",
    "two-codes",
    "server-error",
    "leads-away",
    "stays-signed-in",
    "no-button",
    "other-world",
}

FORMS = {
    "sign-in": """<h1>Connexion à mon compte</h1><form method=post action=/p/password>
        <label>Mon numéro de sécurité sociale <input name=who></label><label>Mon mot de passe <input name=word type=password></label>
        <button>Me connecter</button></form>""",
    "announced": """<h1>Un code va vous être envoyé par mail</h1><form method=post action=/p/ask>
        <button>Recevoir un code de sécurité</button></form>""",
    "nothing": "<h1>Un code va vous être envoyé par mail</h1>",
    "asked": """<h1>Un code vient de vous être envoyé</h1><form method=post action=/p/code>
        <label>Code de sécurité <input name=code></label><button>Me connecter</button></form>""",
    "wrong": "<p role=alert>Votre saisie est incorrecte.</p>",
    "maintenance": "<h1>Service en maintenance</h1><p>Revenez plus tard.</p>",
    "over": "<h1>Vous êtes déconnecté</h1>",
}


class SmallPortal:
    """People, mails and sessions, in memory."""

    def __init__(self, mistake: str) -> None:
        self.mistake = mistake
        self.people: dict[str, dict[str, str]] = {}
        self.mails: list[dict[str, Any]] = []
        self.sessions: dict[str, dict[str, str]] = {}
        self.numbers = itertools.count(1)

    def make(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """A person, as the testability API answers."""
        number = next(self.numbers)
        made = {
            "identifier": f"1840175{number:06}", "password": secrets.token_urlsafe(9), "address": f"p{number}@{wanted['mail_domain']}",
            "first_name": f"Camille{number}", "last_name": f"Durand{number}", "key": wanted["key"], "kind": wanted["kind"],
        }  # fmt: skip
        self.people[made["identifier"]] = made
        return made

    def send(self, person: dict[str, str]) -> str:
        """Send a code, unless that is the mistake."""
        code = f"{secrets.randbelow(1_000_000):06}"
        text = f"Votre code de sécurité : {code}."
        if self.mistake == "two-codes":
            text += " Ou bien : 123456."
        if self.mistake != "no-mail":
            to = [{"Name": "", "Address": person["address"]}]
            self.mails.insert(
                0, {"ID": secrets.token_hex(8), "From": {"Address": "code@heurtoir.test"}, "To": to, "Subject": "Code", "Text": text}
            )
        return code


def _page(body: str, **cookies: str) -> Response:
    answer = Response(f"<!doctype html><html lang=fr><title>Mon compte</title><main>{body}</main></html>")
    for name, value in cookies.items():
        answer.set_cookie(name, value)
    return answer


def _state(small: SmallPortal) -> dict[str, str]:
    return small.sessions.get(request.cookies.get("visit", ""), {})


def pages(small: SmallPortal) -> Flask:
    """The portal."""
    app = Flask("small")
    _sign_in_pages(app, small)
    _account_pages(app, small)
    return app


def _sign_in_pages(app: Flask, small: SmallPortal) -> None:
    @app.get("/p/")
    def form() -> Response:
        return _page(FORMS["sign-in"])

    @app.post("/p/password")
    def password() -> Any:
        if small.mistake == "maintenance":
            return _page(FORMS["maintenance"])
        if small.mistake == "server-error":
            return Response("<h1>Erreur</h1>", status=500)
        if small.mistake == "leads-away":
            return redirect("http://example.com/")
        person = small.people.get(request.form["who"])
        if person is None or person["password"] != request.form["word"]:
            return _page(FORMS["wrong"] + FORMS["sign-in"])
        visit = secrets.token_hex(8)
        small.sessions[visit] = {"who": person["identifier"]}
        return _page(FORMS["nothing" if small.mistake == "no-button" else "announced"], visit=visit)

    @app.post("/p/ask")
    def ask() -> Response:
        _state(small)["code"] = small.send(small.people[_state(small)["who"]])
        return _page(FORMS["asked"])

    @app.post("/p/code")
    def code() -> Any:
        if request.form["code"] != _state(small).get("code"):
            return _page(FORMS["wrong"] + FORMS["asked"])
        _state(small)["in"] = "yes"
        return redirect("/p/account", 303)


def _account_pages(app: Flask, small: SmallPortal) -> None:
    @app.get("/p/account")
    def account() -> Any:
        if not _state(small).get("in"):
            return redirect("/p/")
        person = next(iter(small.people.values())) if small.mistake == "mixed-up" else small.people[_state(small)["who"]]
        name = f"{person['first_name']} {person['last_name']}"
        return _page(f"<h1>Mon compte</h1><p>Bonjour {name}</p><form method=post action=/p/out><button>Me déconnecter</button></form>")

    @app.post("/p/out")
    def out() -> Any:
        if small.mistake == "stays-signed-in":
            return redirect("/p/account", 303)
        small.sessions.pop(request.cookies.get("visit", ""), None)
        return _page(FORMS["over"])


def interfaces(small: SmallPortal, portal: str) -> Flask:
    """The testability API and Mailpit's, as far as a load run asks them."""
    app = Flask("interfaces")
    _testability(app, small, portal)
    _mailpit(app, small)
    return app


def _testability(app: Flask, small: SmallPortal, portal: str) -> None:
    @app.post("/api/worlds")
    def world() -> Any:
        asked = request.get_json()
        made = [small.make(person) for person in asked["people"]]
        there = "http://portal.elsewhere.test" if small.mistake == "other-world" else portal
        return jsonify(id=asked["id"], portals={"ameli-connect": f"{there}/p"}, people=made), 201

    @app.patch("/api/worlds/<_name>/clock")
    def clock(_name: str) -> Any:
        return jsonify(running=request.get_json()["running"])

    @app.delete("/api/worlds/<_name>")
    def drop(_name: str) -> Any:
        return "", 204


def _mailpit(app: Flask, small: SmallPortal) -> None:
    def addressed() -> list[dict[str, Any]]:
        wanted = request.args["query"].removeprefix("addressed:").strip('"')
        return [mail for mail in small.mails if mail["To"][0]["Address"] == wanted]

    @app.get("/api/v1/search")
    def search() -> Any:
        return jsonify(messages=[{"ID": mail["ID"]} for mail in addressed()])

    @app.delete("/api/v1/search")
    def empty() -> Any:
        gone = addressed()
        small.mails[:] = [mail for mail in small.mails if mail not in gone]
        return "ok"

    @app.get("/api/v1/message/<identifier>")
    def message(identifier: str) -> Any:
        return jsonify(next(mail for mail in small.mails if mail["ID"] == identifier))

    @app.get("/api/v1/message/<_identifier>/headers")
    def headers(_identifier: str) -> Any:
        return jsonify({})


def main() -> None:
    """Serve until ended."""
    mistake = sys.argv[1] if len(sys.argv) > 1 else ""
    if mistake not in MISTAKES:
        sys.exit(f"{mistake}: no such mistake; there are: {', '.join(sorted(MISTAKES))}")
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    portal, api = (f"http://127.0.0.1:{bound.getsockname()[1]}" for bound in sockets)
    small = SmallPortal(mistake)
    for bound, app in zip(sockets, (pages(small), interfaces(small, portal)), strict=True):
        threading.Thread(target=create_server(app, sockets=[bound], threads=8).run, daemon=True).start()
    print(json.dumps({"portal": portal, "control": api, "mail": api}), flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
