"""The whole simulator as a process: what was answered survives `kill -9`, and several workers are as right as one."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulator.tests.running import PORTS, ROOT, Running, Visitor, newest_code, simulator


def _world(running: Running, **clock: Any) -> dict[str, Any]:
    body = {"people": [{"kind": "insured"}], "clock": {"running": False, **clock}}
    answer = httpx.post(f"{running.addresses['control']}/api/worlds", json=body)
    assert answer.status_code == 201, answer.text
    world: dict[str, Any] = answer.json()
    return world


def _visitor(running: Running, world: dict[str, Any]) -> Visitor:
    return Visitor(world["portals"]["ameli-connect"], running.addresses["mail"])


def test_blocks_people_and_mails_survive_kill_9(tmp_path: Path) -> None:
    """Six codes asked for, the process killed, started again: the block, its end, the people and five mails are there."""
    with simulator(tmp_path) as running:
        world = _world(running)
        person = world["people"][0]
        visitor = _visitor(running, world)
        visitor.sign_in(person["identifier"], person["password"])
        for _ in range(5):
            visitor.ask_for_code()
        newest_code(running.addresses["mail"], person["address"], 5)
        visitor.ask_for_code()
        before = visitor.alert()
        assert "nombre maximum" in before
        ports = running.ports()
        running.kill()
    with simulator(tmp_path, ports=ports) as again:
        visitor.sign_in(person["identifier"], person["password"])
        assert visitor.alert() == before
        why = httpx.get(f"{again.addresses['control']}/api/worlds/{world['id']}/why/{person['identifier']}").json()
        assert why["block"]["requirement"] == "AMC-40"
        found = httpx.get(f"{again.addresses['mail']}/api/v1/search", params={"query": f'to:"{person["address"]}"'}).json()
        assert found["messages_count"] == 5


def test_a_visit_goes_on_where_it_was_answered(tmp_path: Path) -> None:
    """Killed between code and entry, the visit, the code and the account are there after the restart."""
    with simulator(tmp_path) as running:
        world = _world(running)
        person = world["people"][0]
        visitor = _visitor(running, world)
        visitor.sign_in(person["identifier"], person["password"])
        visitor.ask_for_code()
        code = newest_code(running.addresses["mail"], person["address"])
        ports = running.ports()
        running.kill()
    with simulator(tmp_path, ports=ports):
        visitor.send("/connexion/code", code=code)
        assert visitor.heading().startswith("Bonjour")


@pytest.mark.parametrize("workers", [1, 4])
def test_fifty_wrong_codes_at_once_are_three(tmp_path: Path, workers: int) -> None:
    """Of fifty wrong codes released together three are judged, and the account is blocked (HRD-03)."""
    with simulator(tmp_path, workers) as running:
        world = _world(running)
        person = world["people"][0]
        visitor = _visitor(running, world)
        visitor.sign_in(person["identifier"], person["password"])
        visitor.ask_for_code()
        code = newest_code(running.addresses["mail"], person["address"])
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        alerts = _together(50, visitor, lambda twin: (twin.send("/connexion/code", code=wrong), twin.alert())[1])
        judged = [alert for alert in alerts if "erronées" in alert and "essais" in alert]
        assert len(judged) == 2
        assert sum("bloqué" in alert for alert in alerts) >= 1
        why = httpx.get(f"{running.addresses['control']}/api/worlds/{world['id']}/why/{person['identifier']}").json()
        assert (why["counts"]["code"], why["block"]["reason"]) == (3, "codes")


@pytest.mark.parametrize("workers", [1, 4])
def test_twenty_requests_for_codes_at_once_are_five_mails(tmp_path: Path, workers: int) -> None:
    """Of twenty requests for a code released together five send one, and the next blocks (HRD-08)."""
    with simulator(tmp_path, workers) as running:
        world = _world(running)
        person = world["people"][0]
        visitor = _visitor(running, world)
        visitor.sign_in(person["identifier"], person["password"])
        _together(20, visitor, lambda twin: twin.ask_for_code())
        settled = httpx.post(f"{running.addresses['control']}/api/worlds/{world['id']}/settle", timeout=20).json()
        found = httpx.get(f"{running.addresses['mail']}/api/v1/search", params={"query": f'to:"{person["address"]}"'}).json()
        assert (settled["waiting"], found["messages_count"]) == (0, 5)


def test_fifty_wrong_passwords_at_once_are_three(tmp_path: Path) -> None:
    """Of fifty wrong passwords released together at most three are judged, and a right one after them is refused (HRD-03)."""
    with simulator(tmp_path, 4) as running:
        world = _world(running)
        person = world["people"][0]
        visitor = _visitor(running, world)
        visitor.open("/connexion")
        alerts = _together(
            50, visitor, lambda twin: (twin.send("/connexion", numero=person["identifier"], motdepasse="x"), twin.alert())[1]
        )
        assert sum("essais" in alert for alert in alerts) == 2
        visitor.sign_in(person["identifier"], person["password"])
        assert "bloqué" in visitor.alert()


def _together(count: int, visitor: Visitor, act: Any) -> list[Any]:
    barrier = threading.Barrier(count)
    answers: list[Any] = []

    def one() -> None:
        twin = Visitor(visitor.portal, visitor.mail)
        twin.client.cookies, twin.page = httpx.Cookies(visitor.client.cookies), visitor.page
        barrier.wait()
        answers.append(act(twin))

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == count
    return answers


def test_a_world_that_is_no_database_is_told_without_a_traceback(tmp_path: Path) -> None:
    """Whoever put something else there reads which folder it is in and what to do."""
    tmp_path.joinpath("worlds").mkdir()
    tmp_path.joinpath("worlds", "default.sqlite").write_bytes(b"no database " * 100)
    command = [sys.executable, "-m", "simulator", "--data", str(tmp_path), *(part for port in PORTS for part in (port, "0"))]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1
    assert "cannot be read" in ended.stderr
    assert "Traceback" not in ended.stderr
