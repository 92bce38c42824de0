"""The mobile app as cases use it: on an API with names of its own, read as what a person gets to know."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from waitress.server import create_server

from conformance.app_answers import told
from conformance.app_specification import MEMBERS, WORDS, AppSpecification
from conformance.driver import CannotRun, DriverBroke, Exchange, Page
from conformance.drivers.app import PhoneApp, app_maker
from conformance.drivers.forms import FormsBrowsers
from conformance.obstacles import obstacle_to
from conformance.results import Result
from conformance.scene import Scene
from conformance.selftests.fakes import target
from conformance.target import Target
from conformance.testability import TestabilityProvisioner
from conformance.verbs import act
from conformance.watchers import KnownSecrets, Sight, watched
from scenarios.loader import load_cases, trials
from scenarios.model import Person, Place, Step

PLACE = Place("scenarios/cases/x.yaml", 7)
OWN = AppSpecification(
    {"sign-in": ("POST", "api/login"), "account": ("GET", "api/me")},
    {**MEMBERS, "identifier": "login", "token": "session.jwt", "outcome": "status", "reason": "error.code", "until": "error.locked_until"},
    {**WORDS, "OK": "signed-in", "KO.BAD_CREDENTIALS": "refused.wrong", "KO.LOCKED": "blocked.passwords", "418": "forbidden"},
)
PERSON = (Person("insured", "insured"),)


def page(body: object, status: int = 200, **headers: str) -> Page:
    """An answer of an app's API."""
    text = body if isinstance(body, str) else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page("http://a.test/api/login", status, text, (Exchange("POST", "http://a.test/api/login", status, named),))


def step(argument: Any, **options: Any) -> Step:
    """One `app` step of a case."""
    return Step("app", argument, PLACE, **options)


@pytest.fixture
def scene(simulator_process: Target) -> Iterator[Scene]:
    """A world of one person, and nothing done yet."""
    provisioner = TestabilityProvisioner(simulator_process)
    world = provisioner.make(PERSON, None, "x")
    yield Scene.begin(simulator_process, world, FormsBrowsers(), "insured", 3.0)
    provisioner.drop(world)


# -- reading answers


@pytest.mark.parametrize(
    ("body", "status", "outcome", "words"),
    [
        ({"status": "OK"}, 200, "signed-in", ""),
        ({"status": "KO", "error": {"code": "BAD_CREDENTIALS"}, "message": "Raté <b>"}, 401, "refused, wrong", "Raté <b>"),
        (
            {"status": "KO", "error": {"code": "LOCKED", "locked_until": "2026-07-10T08:16:00Z"}, "message": "Bloqué"},
            403,
            "blocked, passwords",
            "Bloqué 10/07/2026 - 10h16 (heure de Paris)",
        ),
        ({"status": "KO", "error": {"code": "LOCKED", "locked_until": "2026-03-10T10:16:30+01:00"}}, 403, "blocked, passwords", None),
        ("", 204, "done", ""),
        ({}, 418, "forbidden", ""),
        ("<html>broken</html>", 502, "server-error, 502", ""),
    ],
)
def test_an_answer_is_read_as_the_target_file_says(body: object, status: int, outcome: str, words: str | None) -> None:
    """Members of other names, nested ones, other words, a status alone, and no full minute made of an end that is none."""
    recognition, reading = told(page(body, status), OWN, "mine.toml")
    assert str(recognition) == outcome
    if words is None:
        assert "10h16 (" not in recognition.words
    else:
        assert recognition.words == words
        assert reading.alerts == ((words,) if words else ())


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"status": "MAYBE"}, 200, r"says “MAYBE” \(200\), which is no outcome. .*\[app.words\] of mine.toml"),
        ({}, 200, "says “200”"),
        ([1], 200, "says “200”"),
        ("nothing", 200, "answers no JSON but 'nothing'"),
        ({"status": "KO", "error": {"code": "LOCKED", "locked_until": "soon"}}, 403, "“soon” is no instant with an offset"),
        ({"status": "KO", "error": {"code": "LOCKED", "locked_until": "2026-03-10T10:16:00"}}, 403, "no instant with an offset"),
    ],
)
def test_an_answer_that_cannot_be_read_is_an_error_and_no_result(body: object, status: int, said: str) -> None:
    """What says no outcome that we know, no JSON, an instant without its offset: the target file is named, with what to mend."""
    with pytest.raises(DriverBroke, match=said):
        told(page(body, status), OWN, "mine.toml")


# -- asking


@contextmanager
def serving(asked: list[tuple[str, str, str, bytes]]) -> Iterator[str]:
    """An API that takes everything down and lets everybody in, and its address."""

    def answered(environ: Mapping[str, Any], start: Any) -> list[bytes]:
        body = environ["wsgi.input"].read()
        asked.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("HTTP_AUTHORIZATION", ""), body))
        start("200 OK", [("Content-Type", "application/json")])
        return [b'{"status": "OK", "session": {"jwt": "t0k3n"}}']

    server: Any = create_server(answered, host="127.0.0.1", port=0, threads=2)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def test_what_is_sent_has_the_names_of_the_target_file() -> None:
    """Members, method and path are its own; the token of the answer goes with the next call, and another phone has none."""
    asked: list[tuple[str, str, str, bytes]] = []
    with serving(asked) as address:
        phone = PhoneApp(OWN, f"{address}/", "mine.toml")
        phone.ask("sign-in", {"identifier": "184", "password": "x"})
        phone.ask("account", {})
        PhoneApp(OWN, address, "mine.toml").ask("account", {})
        with pytest.raises(CannotRun, match=r"mine\.toml names no call app\.sign-out"):
            phone.ask("sign-out", {})
    assert [(method, path, token) for method, path, token, _ in asked] == [
        ("POST", "/api/login", ""),
        ("GET", "/api/me", "Bearer t0k3n"),
        ("GET", "/api/me", ""),
    ]
    assert (json.loads(asked[0][3]), asked[1][3]) == ({"login": "184", "password": "x"}, b"")


def test_steps_of_the_app_are_seen_and_their_token_is_a_secret(scene: Scene) -> None:
    """Signed in, the account opens on this phone and on no other; no step of it opens a browser."""
    seen = act(scene, step("sign-in"))
    assert str(getattr(seen, "recognition", "")) == "signed-in"
    token = scene.app("first").token
    assert scene.secrets.covered(f"x{token}") == "x•••"
    assert str(getattr(act(scene, step("account")), "recognition", "")) == "signed-in"
    assert str(getattr(act(scene, step("account", browser="other")), "recognition", "")) == "sign-in-asked"
    assert scene.browsers == {}


def test_the_end_of_a_block_is_an_event(scene: Scene) -> None:
    """`until` is counted from what the app told."""
    for _ in range(3):
        act(scene, step({"sign-in": {"password": "wrong"}}))
    assert scene.events["until"] == datetime(2026, 3, 10, 9, 16, tzinfo=UTC)


def test_an_address_is_the_persons_once_it_was_taken(scene: Scene) -> None:
    """One that the app refuses is not; one that it takes is in the case's own domain."""
    before = scene.people["insured"].credentials.address
    act(scene, step({"give-address": "nouvelle"}))
    assert scene.people["insured"].credentials.address == before
    act(scene, step("sign-in"))
    act(scene, step({"give-address": "nouvelle"}))
    assert scene.people["insured"].credentials.address == f"nouvelle@{scene.letters.mailbox.domain}"


def test_a_target_without_an_app_could_not_run_its_cases(simulator_process: Target) -> None:
    """What needs the app is told before it is tried; a world without one says so, too."""
    trial = next(trial for case in load_cases() for trial in trials(case) if trial.id == "ameli-connect.app.no-code")
    assert trial.needs == {"app", "mail", "people"}
    without = replace(simulator_process, app=None, capabilities=simulator_process.capabilities - {"app"})
    found = obstacle_to(trial, without, timedelta(minutes=1), screen=False)
    assert found is not None
    assert (found.result, found.key) == (Result.COULD_NOT_RUN, "capabilities.app")
    assert app_maker(without, "http://a.test") is None
    world = TestabilityProvisioner(without).make(PERSON, None, "x")
    with pytest.raises(CannotRun, match=r"describe its API in \[app\]"):
        act(Scene.begin(without, world, FormsBrowsers(), "insured", 0.1), step("sign-in"))


# -- watching


@pytest.mark.parametrize(
    ("body", "status", "headers", "broken"),
    [
        ({"status": "OK"}, 200, {"cache_control": "no-store"}, set()),
        ({"status": "OK"}, 200, {}, {"watch.app-answers"}),
        ({"status": "OK"}, 200, {"cache_control": "private, max-age=300"}, {"watch.app-answers"}),
        ({"status": "OK"}, 200, {"cache_control": "no-store", "set_cookie": "sid=1"}, {"watch.app-answers"}),
        ({"status": "OK", "nir": "1 84 05 75 123 456 25"}, 200, {"cache_control": "no-store"}, {"watch.app-answers"}),
        ({"status": "OK", "p": "Vieux-Lilas-84"}, 200, {"cache_control": "no-store"}, {"watch.password-shown"}),
        ("", 500, {"cache_control": "no-store"}, {"watch.server-error"}),
    ],
)
def test_watchers_judge_the_apps_answers(scene: Scene, body: object, status: int, headers: dict[str, str], broken: set[str]) -> None:
    """No answer is kept in caches, sets a cookie, holds the number or the password, or is a server error."""
    cookies = tuple(value for name, value in headers.items() if name == "set_cookie")
    shown = page(body, status, **{name: value for name, value in headers.items() if name != "set_cookie"})
    answer = replace(shown, exchanges=(replace(shown.exchanges[0], set_cookies=cookies),))
    looking = replace(scene, target=target(app=OWN))
    known = KnownSecrets(frozenset(), frozenset({"Vieux-Lilas-84"}), numbers=frozenset({"184057512345625"}))
    found = watched(Sight(looking.see_in_app(answer)), known, {})
    assert {check.watcher for check in found if not check.held} == broken
