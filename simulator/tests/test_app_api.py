"""The API of the mobile app: one form for every answer, tokens that are no cookies, and a document that is true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from simulator.app import create_portal_app
from simulator.documents import Account, Opening, Person, Session
from simulator.installation import open_installation
from simulator.people import PersonRequest, known_by
from simulator.portals.ameli.app_api import OPERATIONS, PREFIX, document
from simulator.settings import Settings

KEPT = Path(__file__).parents[2] / "docs" / "ameli-app.openapi.json"
SESSION, ACCOUNT, ADDRESS = "/v1/session", "/v1/account", "/v1/account/address"


class App:
    """The app on a phone: no cookies, and a token once it is signed in."""

    def __init__(self, folder: Path) -> None:
        installation = open_installation(Settings(folder, "http://127.0.0.1:1", "127.0.0.1", 1, "http://127.0.0.1:1"))
        self.stop = installation.sender.stop
        people = (PersonRequest(key="a"), PersonRequest(key="b", mail="none"), PersonRequest(key="s", kind="stranger"))
        self.world = installation.worlds.create("one", people)
        self.flask: Flask = create_portal_app(installation)
        self.token: str | None = None
        with self.world.file.reading() as transaction:
            self.people = transaction.all(Person)

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> TestResponse:
        """One request, with the token when there is one."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        client = self.flask.test_client(use_cookies=False)
        if body is not None:
            options["json"] = body
        return client.open(f"/w/one{PREFIX}{path}", method=method, headers=headers, **options)

    def sign_in(self, key: str, password: str | None = None) -> TestResponse:
        """Sign in as that person; the token is kept when there is one."""
        person = self.people[key]
        body = {"identifier": known_by(person), "password": password or person.password_shown}
        answer = self.ask("POST", SESSION, body)
        self.token = answer.get_json().get("token")
        return answer


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """The app, and a world of two people and a stranger."""
    opened = App(tmp_path)
    yield opened
    opened.stop()


def held(answer: TestResponse, method: str, path: str) -> None:
    """The answer is what the document says of it."""
    told = document()["paths"][f"{PREFIX}{path}"][method]["responses"]
    assert str(answer.status_code) in told, answer.text
    content = told[str(answer.status_code)].get("content")
    if content is None:
        assert answer.data == b""
        return
    schema = {**content["application/json"]["schema"], "components": document()["components"]}
    Draft202012Validator(schema).validate(answer.get_json())


def test_the_kept_document_is_the_served_one(app: App) -> None:
    """docs/ameli-app.openapi.json is what the portal serves, and names every call that there is."""
    assert app.ask("GET", "/openapi.json").get_json() == document() == json.loads(KEPT.read_text(encoding="utf-8"))
    served = {
        (method.lower(), rule.rule)
        for rule in app.flask.url_map.iter_rules()
        if rule.endpoint.startswith("ameli_app.") and rule.endpoint != "ameli_app.openapi"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert served == {(operation.method, operation.path) for operation in OPERATIONS}


def test_the_whole_way_is_as_documented(app: App) -> None:
    """Sign in, look at the account, give an address, sign out: each answer has its documented form, no cookie, and is stored nowhere."""
    calls = [("post", SESSION, app.sign_in("b")), ("get", ACCOUNT, app.ask("GET", ACCOUNT))]
    assert calls[1][2].get_json()["address_state"] == "none"
    calls.append(("put", ADDRESS, app.ask("PUT", ADDRESS, {"address": "new@exemple.test"})))
    calls.append(("get", ACCOUNT, app.ask("GET", ACCOUNT)))
    assert calls[2][2].status_code == 202, calls[2][2].text
    assert (calls[3][2].get_json()["address"], calls[3][2].get_json()["address_to_validate"]) == (None, "new@exemple.test")
    calls.append(("delete", SESSION, app.ask("DELETE", SESSION)))
    assert [answer.status_code for _, _, answer in calls] == [201, 200, 202, 200, 204]
    for method, path, answer in calls:
        held(answer, method, path)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert app.people["b"].identifier not in answer.text
    for method, path in (("get", ACCOUNT), ("delete", SESSION)):
        over = app.ask(method.upper(), path)
        held(over, method, path)
        assert (over.status_code, over.get_json()["outcome"], over.headers["WWW-Authenticate"]) == (401, "sign-in-asked", "Bearer")


def test_a_stranger_gets_the_answer_of_a_wrong_password(app: App) -> None:
    """Status, headers and every byte are the same."""
    wrong, stranger = app.sign_in("a", "Wrong-Password-1"), app.sign_in("s")
    held(wrong, "post", SESSION)
    assert (wrong.status_code, wrong.data) == (stranger.status_code, stranger.data)
    assert dict(wrong.headers) == dict(stranger.headers)


def test_a_block_says_its_end_and_no_secret(app: App) -> None:
    """The third wrong password blocks; the end is a full minute with an offset, and the right password gets the same answer."""
    for _ in range(2):
        assert app.sign_in("a", "Wrong-Password-1").get_json()["reason"] == "wrong"
    blocked = app.sign_in("a", "Wrong-Password-1")
    held(blocked, "post", SESSION)
    told = blocked.get_json()
    assert (blocked.status_code, told["outcome"], told["reason"]) == (403, "blocked", "passwords")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:00\+0[12]:00", told["until"])
    assert app.sign_in("a").get_json() == told


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "identifier"),
        ({"identifier": "1"}, 400, "password"),
        ({"identifier": 1, "password": "x"}, 400, "identifier"),
        ({"identifier": "1", "password": None}, 400, "password"),
        ({"identifier": "1", "password": ""}, 400, "password"),
        ({"identifier": "1", "password": "x" * 1001}, 400, "password"),
        ({"identifier": "1", "password": "x", "code": "1"}, 400, "code"),
        ([], 400, "body"),
        ({"identifier": "1 84 05", "password": "x"}, 422, "identifier"),
        ({"identifier": "\ud800", "password": "x"}, 400, "body"),
        ({"identifier": "\0", "password": "\0"}, 422, "identifier"),
    ],
)
def test_a_malformed_body_is_told_by_its_field(app: App, body: Any, status: int, field: str) -> None:
    """What cannot be read is 400, a number that is none 422, the field named, and nothing of the program shown."""
    answer = app.ask("POST", SESSION, data=json.dumps(body), content_type="application/json")
    told = answer.get_json()
    assert (answer.status_code, told["outcome"], told["field"]) == (status, "invalid", field)
    assert told["message"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_told(app: App, content: bytes) -> None:
    """A body that is no JSON, or does not say that it is, is 400 in the same form."""
    for kind, field in (("application/json", "body"), ("text/plain", "Content-Type")):
        answer = app.ask("POST", SESSION, data=content, content_type=kind)
        assert (answer.status_code, answer.get_json()["field"]) == (400, field)


def test_errors_of_the_web_have_the_same_form(app: App) -> None:
    """An unknown path, method or world is JSON too."""
    assert app.ask("GET", "/nothing").get_json()["field"] == "path"
    refused = app.ask("PATCH", SESSION)
    assert (refused.status_code, refused.get_json()["field"]) == (405, "method")
    assert "POST" in refused.headers["Allow"]
    gone = app.flask.test_client().get(f"/w/none{PREFIX}{ACCOUNT}")
    assert (gone.status_code, gone.get_json()["outcome"]) == (404, "invalid")


def test_a_token_of_the_app_opens_nothing_on_the_web(app: App) -> None:
    """The web asks for a code: neither does a token do as a cookie there, nor a cookie as a token here; and no token is kept as it is."""
    app.sign_in("a")
    browser = app.flask.test_client()
    browser.set_cookie("visite", str(app.token), path="/w/one/ameli")
    assert browser.get("/w/one/ameli/compte").status_code == 303
    with app.world.file.reading() as transaction:
        assert not any(str(app.token) in key for key in transaction.all(Session))
    for token in ("", "x", "é", f"{app.token}x"):
        app.token = token
        assert app.ask("GET", ACCOUNT).status_code == 401


@pytest.mark.parametrize("address", ["", "no", "a@b", "a b@exemple.test", "a@exemple.test\n@x", "é@exemple.test", "a@" + "x" * 250])
def test_an_address_that_is_none_is_not_taken(app: App, address: str) -> None:
    """It is told by its field, no mail is queued, and the address on file stays."""
    app.sign_in("a")
    answer = app.ask("PUT", ADDRESS, {"address": address})
    assert (answer.status_code in {400, 422}, answer.get_json()["field"]) == (True, "address")
    with app.world.file.reading() as transaction:
        account = transaction.get(Account, app.people["a"].identifier)
        assert (transaction.waiting(), account is not None and account.address) == (0, app.people["a"].address)


def test_before_the_address_is_validated_the_app_opens_nothing(app: App) -> None:
    """Whose enrolment is not finished gets the reminder, and no token (AME-52); a wrong password is told before (HRD-30)."""
    identifier = app.people["a"].identifier
    with app.world.file.transaction() as transaction:
        account = transaction.get(Account, identifier)
        assert account is not None
        transaction.put(identifier, replace(account, opening=Opening.VALIDATION))
    assert app.sign_in("a", "Wrong-Password-1").get_json()["reason"] == "wrong"
    answer = app.sign_in("a")
    held(answer, "post", SESSION)
    assert (answer.status_code, answer.get_json()["outcome"], app.token) == (403, "validation-asked", None)
