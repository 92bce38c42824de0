"""An installation with its control port and its sink, for the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from simulator.control import create_control_app
from simulator.installation import Installation, open_installation
from simulator.passwords import PasswordCost
from simulator.settings import Settings
from simulator.tests.sink_parts import Sink, running_sink

PORTAL = "http://portal.test"
START = "2026-03-10T10:00:20+01:00"


@dataclass(frozen=True)
class Control:
    """The control application of an installation, and the sink to which that installation sends."""

    web: FlaskClient
    installation: Installation
    sink: Sink

    def ask(self, method: str, path: str, body: Any = None) -> TestResponse:
        """A call of the API; a body goes as JSON."""
        return self.web.open(f"/api{path}", method=method, json=body) if body is not None else self.web.open(f"/api{path}", method=method)

    def made(self, name: str, *people: dict[str, Any], running: bool = False) -> dict[str, Any]:
        """A world of that name that starts at START."""
        answer = self.ask("POST", "/worlds", {"id": name, "clock": {"now": START, "running": running}, "people": list(people)})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.get_json()
        return found


@contextmanager
def running_control(folder: Path) -> Iterator[Control]:
    """An installation in that folder, until the block ends."""
    with running_sink(folder / "mail.sqlite") as sink:
        web = str(sink.web.base_url).rstrip("/")
        installation = open_installation(Settings(folder / "data", PORTAL, "127.0.0.1", sink.smtp_port, web, PasswordCost.FAST))
        app = create_control_app(installation, web, web)
        app.testing = False  # an error is answered, as it would be outside of tests
        yield Control(app.test_client(), installation, sink)
        installation.sender.stop()
