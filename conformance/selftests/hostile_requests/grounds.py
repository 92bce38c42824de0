"""Grounds that places are gathered from: each page of a sign-in and of the account, the control room, its API, the mails and theirs.

The ways there are the harness's own: its worlds, its browsers, its verbs. Nothing here knows the simulator; what there is is found.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit

from conformance.connections import ask
from conformance.driver import Control, DriverBroke, World
from conformance.drivers.forms import FormsBrowser, FormsBrowsers
from conformance.forms import Element
from conformance.scene import Scene
from conformance.selftests.hostile_requests.apis import calls, drafted
from conformance.selftests.hostile_requests.draft import Body, Draft
from conformance.selftests.hostile_requests.places import Ground, Place, Typed, crawled, named
from conformance.selftests.hostile_requests.schemas import Sampler
from conformance.target import Target
from conformance.testability import TestabilityProvisioner
from conformance.verbs import act
from scenarios.model import Person, Step
from scenarios.model import Place as Line

_HERE = Line("conformance/selftests/hostile_requests", 1)
_PERSON = Person("insured", "insured", {"mail": "validated"})
_PATIENCE = 10.0
_NUMBER = "+33639981234"
# Waiting until mails have left is what this call is for: five seconds at most, says docs/testability.md.
_SLOW = {"settle": 7.0}

# What a person does until the state is reached: verb and argument, as in a case.
STATES: Mapping[str, Sequence[tuple[str, Any]]] = {
    "signed out": (("open", "sign-in"),),
    "password right": (("sign-in", None),),
    "code asked": (("sign-in", None), ("ask-for", "code")),
    "signed in": (("sign-in", None), ("ask-for", "code"), ("enter", "received")),
    "on a link": (("submit", "forgotten-password"), ("open", {"message": "link"})),
}

# Mailpit's API, as its own documentation has it; ID stands for a mail's.
_MAILPIT: Sequence[tuple[str, str, str, Any]] = (
    ("GET", "/livez", "", None),
    ("GET", "/readyz", "", None),
    ("GET", "/api/v1/info", "", None),
    ("GET", "/api/v1/messages", "start=0&limit=10", None),
    ("PUT", "/api/v1/messages", "", {"IDs": ["ID"], "Read": True}),
    ("DELETE", "/api/v1/messages", "", {"IDs": ["ID"]}),
    ("GET", "/api/v1/search", "query=to%3Aexemple.test&start=0&limit=10", None),
    ("DELETE", "/api/v1/search", "query=subject%3Anothing", None),
    ("GET", "/api/v1/message/ID", "", None),
    ("GET", "/api/v1/message/ID/headers", "", None),
    ("GET", "/api/v1/message/ID/raw", "dl=1", None),
    ("GET", "/api/v1/message/ID/part/1", "", None),
)

Gathered = Iterator[list[Place]]


@dataclass(frozen=True)
class Grounds:
    """All grounds of a running target. Gathered afresh each time, what was spoilt is as it should be again."""

    target: Target
    chance: random.Random

    def names(self) -> Mapping[str, Callable[[], Any]]:
        """By name, how the places of a ground are gathered: a context in which they are good."""
        portal = {f"portal, {state}": self._of_state(state) for state in STATES}
        return {**portal, "control room": self._control_room, "control API": self._control_api, "mails": self._mails, **self._apis()}

    def _of_state(self, state: str) -> Callable[[], Any]:
        return lambda: self._portal(state)

    @contextmanager
    def _portal(self, state: str) -> Gathered:
        with self.world() as (_, scene):
            self.go(scene, state)
            browser = scene.browser("first")
            assert isinstance(browser, FormsBrowser)
            pages = (self.target.page_address(page, scene.world.address) for page in self.target.pages)
            within = scene.world.address.partition(scene.world.id)[0] + scene.world.id
            # What belongs to no world is looked at once.
            first = (f"{_origin(scene.world.address)}/",) if state == next(iter(STATES)) else ()
            starts = tuple(dict.fromkeys((browser.page().address, *pages, *first)))
            yield crawled(Ground("portal", state, starts, first or (within,), scene.world.id), browser, _typed_in(scene))

    @contextmanager
    def _control_room(self) -> Gathered:
        with self.world() as (world, scene):
            start = f"{self._control}/worlds/{world.id}"
            others = tuple(f"/worlds/{name}" for name in self._worlds() if name != world.id)
            ground = Ground("control", "room", (start, f"{self._control}/"), (self._control,), world.id, others)
            yield crawled(ground, FormsBrowser(), _typed_in(scene))

    @contextmanager
    def _control_api(self) -> Gathered:
        with self.world() as (world, scene):
            self.go(scene, "code asked")
            document = ask("GET", f"{self._control}/api/openapi.json")
            identifier = scene.people[_PERSON.key].credentials.identifier
            known = {"world": world.id, "identifier": identifier, "person": _PERSON.key}
            sampler = Sampler(document, known)
            exported = ask("GET", f"{self._control}/api/worlds/{world.id}/export")
            yield [self._operation(call, sampler, exported) for call in calls(document)]

    def _operation(self, call: tuple[str, str, Mapping[str, Any]], sampler: Sampler, exported: Any) -> Place:
        method, path, _ = call
        draft = drafted(call, "", sampler, self.chance)
        if isinstance(draft.document, dict) and {"documents", "format"} <= draft.document.keys():
            # A world that was exported, under a new name.
            draft = replace(draft, document={"format": exported["format"], "documents": exported["documents"]})
        patience = _SLOW.get(path.rpartition("/")[2], Place.patience)
        return Place("control", "API", f"{method.upper()} {path}", self._control, draft, patience)

    def _apis(self) -> Mapping[str, Callable[[], Any]]:
        """The APIs that a target may have beside: its app's, and that of its SMS."""
        app = {"app API": self._app_api} if self.target.app is not None else {}
        return {**app, **({"SMS API": self._sms_api} if self.target.sms is not None else {})}

    @contextmanager
    def _app_api(self) -> Gathered:
        """With the token of somebody who is signed in; the portal says where its document is."""
        with self.world() as (world, scene):
            act(scene, Step("app", "sign-in", _HERE))
            headers = ((b"Authorization", f"Bearer {scene.app('first').token}".encode()),)
            document = ask("GET", f"{world.address}/app/openapi.json")
            origin = _origin(world.address)
            prefix = urlsplit(world.address).path.removesuffix("/ameli")
            person = scene.people[_PERSON.key]
            known = {"address": f"a@{world.id}.test", "identifier": person.credentials.identifier, "password": person.password}
            sampler = Sampler(document, known)
            drafts = ((call, drafted(call, prefix, sampler, self.chance, headers)) for call in calls(document))
            yield [Place("portal", "app API", f"{call[0].upper()} {call[1]}", origin, draft) for call, draft in drafts]

    @contextmanager
    def _sms_api(self) -> Gathered:
        assert self.target.sms is not None
        with self.world() as (world, _):
            sent = {"account": world.id, "to": _NUMBER, "sender": "Simulateur", "text": "Code : 123 456"}
            identifier = ask("POST", f"{self.target.sms}/api/v1/sms", sent)["id"]
            document = ask("GET", f"{self.target.sms}/api/v1/sms/openapi.json")
            sampler = Sampler(document, {"account": world.id, "to": _NUMBER, "identifier": str(identifier)})
            drafts = ((call, drafted(call, "", sampler, self.chance)) for call in calls(document))
            yield [Place("SMS", "API", f"{call[0].upper()} {call[1]}", self.target.sms, draft) for call, draft in drafts]

    @contextmanager
    def _mails(self) -> Gathered:
        assert self.target.mail is not None
        with self.world() as (_, scene):
            self.go(scene, "code asked")
            scene.letters.newest_code(scene.people[_PERSON.key].credentials.address)
            mails = ask("GET", f"{self.target.mail}/api/v1/messages")["messages"]
            mail = str(mails[0]["ID"]) if mails else "ID"
            ground = Ground("mail", "pages", (f"{self.target.mail}/",), (self.target.mail,), mail)
            places = crawled(ground, FormsBrowser(), _typed_in(scene))
            yield places + [self._mailpit(mail, *call) for call in _MAILPIT]

    def _mailpit(self, mail: str, method: str, path: str, query: str, document: Any) -> Place:
        assert self.target.mail is not None
        body = Body.NONE if document is None else Body.JSON
        filled = {key: [mail] if value == ["ID"] else value for key, value in (document or {}).items()}
        draft = Draft(method.encode(), path.replace("ID", mail).encode(), query.encode(), body=body, document=filled)
        return Place("mail", "API", named(method, path, ""), self.target.mail, draft)

    def made(self, place: Place, body: bytes) -> list[Place]:
        """Where a world is shown that a call of the API has made, or nothing when it has made something else."""
        try:
            answered = json.loads(body)
        except ValueError:
            return []
        name = answered.get("id") if isinstance(answered, dict) else None
        if place.state != "API" or not isinstance(name, str):
            return []
        portals = answered.get("portals", {}).values()
        paths = ("/", f"/worlds/{name}", *(f"/api/worlds/{name}{end}" for end in ("", "/clock", "/export", "/defects")))
        pages = [(portal, urlsplit(self.target.page_address(page, portal)).path) for portal in portals for page in self.target.pages]
        sites = [(self._control, path) for path in paths] + [(_origin(portal), path) for portal, path in pages]
        return [Place("made", "world", f"GET {path.replace(name, '{world}')}", site, Draft(b"GET", path.encode())) for site, path in sites]

    # -- the harness's own ways

    @contextmanager
    def world(self) -> Iterator[tuple[World, Scene]]:
        """A world with one person in it, and somebody who may go about in it."""
        provisioner = TestabilityProvisioner(self.target)
        world = provisioner.make([_PERSON], None, "hostile requests")
        try:
            yield world, Scene.begin(self.target, world, FormsBrowsers(), _PERSON.key, _PATIENCE)
        finally:
            self.drop(world.id)

    def go(self, scene: Scene, state: str) -> object:
        """Do what leads to that state; what is seen then."""
        seen: object = None
        for verb, argument in STATES[state]:
            seen = act(scene, Step(verb, argument, _HERE))
        return seen

    def drop(self, world: str) -> None:
        """Drop a world, when it is still there."""
        with suppress(DriverBroke):  # a request was in order after all, and dropped it
            ask("DELETE", f"{self._control}/api/worlds/{quote(world, safe='')}")

    def drop_all(self) -> None:
        """Drop all worlds that requests have made."""
        for name in self._worlds():
            if name != "default":
                self.drop(name)

    def _worlds(self) -> list[str]:
        return [world["id"] for world in ask("GET", f"{self._control}/api/worlds")["worlds"]]

    @property
    def _control(self) -> str:
        assert self.target.control is not None
        return self.target.control


def _typed_in(scene: Scene) -> Typed:
    """What belongs into a field that the target file names: what the person knows."""
    person = scene.people[_PERSON.key]
    born = person.birth_date("right")
    values: dict[str, str | bool] = {
        "identifier": person.identifier("right"),
        "password": person.password,
        "birth-date": born if isinstance(born, str) else born.strftime("%d/%m/%Y"),
        "code": "123456",
        "new-password": "Nouveau-Mot-2-Passe",
        "confirmation": "Nouveau-Mot-2-Passe",
        "trust": True,
    }
    controls: list[tuple[Control, str | bool]] = [
        (scene.target.controls[name], value) for name, value in values.items() if name in scene.target.controls
    ]

    def typed(element: Element) -> str | bool | None:
        return next((value for control, value in controls if control.role == element.role and control.label.search(element.label)), None)

    return typed


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
