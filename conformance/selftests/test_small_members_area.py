"""The small members' area itself, where no case of the harness reaches: what is sent at once, forged requests, its end.

It is what the harness is tried on. A mistake of its own would be taken for one of the harness.
"""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

HERE = Path(__file__).parent
MODULE = "conformance.selftests.foreign.small"
CODE = re.compile(r"^ +(\d{6})$", re.MULTILINE)
PLAIN = {"mail": "validated", "scheme": "general", "fund": "present", "attachment": "done"}
TOKEN = "X-Harbour-Token"
PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Area:
    """A running members' area, and members of it whom no test has used yet."""

    process: subprocess.Popen[str]
    portal: str
    mail: str
    members: Iterator[dict[str, str]]


@dataclass
class Visitor:
    """One browser, as far as the area's own script is one: it keeps cookies, and sends the token of the page shown."""

    portal: str
    client: httpx.Client = field(default_factory=httpx.Client)
    page: dict[str, Any] = field(default_factory=dict)

    def open(self, path: str) -> Visitor:
        """Show a page."""
        self.page = self.client.get(f"{self.portal}/api/page", params={"path": path}).json()
        return self

    def send(self, act: str, **sent: str) -> httpx.Response:
        """Send a form of the page shown, and show what comes."""
        answer = self.post(act, self.page["token"], **sent)
        self.page = answer.json()
        return answer

    def post(self, act: str, token: str, **sent: str) -> httpx.Response:
        """Send a form, and go on showing the page that is shown."""
        return self.client.post(f"{self.portal}/api/{act}", json=sent, headers={TOKEN: token})

    def sign_in(self, member: dict[str, str], password: str | None = None) -> Visitor:
        """Number and password."""
        self.open("/").send("number", number=member["identifier"])
        self.send("password", password=member["password"] if password is None else password)
        return self


def started() -> Area:
    """The area as a process, on free ports; its codes live long enough for slow machines."""
    command = [sys.executable, "-m", MODULE, "--announce", "--code", "5m", "--quota-window", "5m"]
    process = subprocess.Popen(command, cwd=HERE.parents[1], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = json.loads(process.stdout.readline())
    with (HERE / "foreign/small/people.csv").open(encoding="utf-8", newline="") as file:
        plain = [row for row in csv.DictReader(file) if PLAIN.items() <= row.items()]
    return Area(process, told["portal"], told["mail"], iter(plain))


@pytest.fixture(scope="module")
def area() -> Iterator[Area]:
    """One area for all tests of this file."""
    found = started()
    yield found
    found.process.terminate()
    found.process.wait(PATIENCE_SECONDS)


def mails_to(area: Area, member: dict[str, str], least: int) -> list[str]:
    """The texts of the mails to a member, the newest first, once there are so many."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        listed = httpx.get(f"{area.mail}/api/v1/messages", params={"limit": 200}).json()["messages"]
        own = [one["ID"] for one in listed if one["To"][0]["Address"] == member["address"]]
        if len(own) >= least or time.monotonic() > until:
            return [httpx.get(f"{area.mail}/api/v1/message/{one}").json()["Text"] for one in own]
        time.sleep(0.05)


def on_the_code_page(area: Area, member: dict[str, str]) -> tuple[Visitor, str]:
    """A visitor who was sent a code, and that code."""
    visitor = Visitor(area.portal).sign_in(member)
    visitor.send("ask")
    code = CODE.search(mails_to(area, member, 1)[0])
    assert code is not None
    return visitor, code[1]


def at_once(count: int, act: Any) -> Counter[int]:
    """How often each status answered when something was done so many times at once."""
    with ThreadPoolExecutor(count) as pool:
        return Counter(answer.status_code for answer in pool.map(act, range(count)))


def test_wrong_codes_at_once_are_judged_three_times(area: Area) -> None:
    """Two are told wrong, the third blocks, and so do all others; the right code opens nothing any more (HRD-03)."""
    member = next(area.members)
    visitor, code = on_the_code_page(area, member)
    wrong = [f"{(int(code) + step) % 10**6:06d}" for step in range(1, 25)]
    told = at_once(len(wrong), lambda turn: visitor.post("code", visitor.page["token"], code=wrong[turn], slip=f"slip-{turn}"))
    assert told[403] == 2
    assert told[423] >= 1
    assert Visitor(area.portal).sign_in(member).page["path"] == "/"
    assert visitor.open("/code").page["path"] == "/"


def test_a_code_entered_at_once_opens_one_session(area: Area) -> None:
    """Eight right ones: one visit is let in, under a new key (HRD-02)."""
    visitor, code = on_the_code_page(area, next(area.members))
    token, before = visitor.page["token"], visitor.client.cookies["harbour-visit"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda turn: visitor.post("code", token, code=code, slip=f"slip-{turn}"), range(8)))
    opened = [answer for answer in answers if answer.json()["path"] == "/members"]
    assert len(opened) == 1
    assert opened[0].cookies["harbour-visit"] != before
    assert httpx.get(f"{area.portal}/api/page?path=/members", cookies={"harbour-visit": before}).json()["path"] == "/"


def test_codes_asked_for_at_once_respect_the_quota(area: Area) -> None:
    """Twenty requests bring five mails, and block (HRD-08)."""
    member = next(area.members)
    visitor = Visitor(area.portal).sign_in(member)
    told = at_once(20, lambda _: visitor.post("ask", visitor.page["token"]))
    assert told[423] >= 1
    assert told[200] + told[423] + told[403] == 20
    mails_to(area, member, 5)
    time.sleep(0.5)
    assert len(mails_to(area, member, 5)) == 5


def test_a_double_click_counts_once(area: Area) -> None:
    """The same value sent twice from one page shown is one failure; two different ones are two (HRD-27)."""
    member = next(area.members)
    visitor = Visitor(area.portal).open("/")
    visitor.send("number", number=member["identifier"])
    token = visitor.page["token"]
    tries = [("wrong", "one"), ("wrong", "one"), ("other", "one"), ("wrong", "two")]
    assert [visitor.post("password", token, password=typed, slip=slip).status_code for typed, slip in tries] == [403, 403, 403, 423]


def test_what_no_page_of_the_visit_sent_changes_nothing(area: Area) -> None:
    """Without the token, with another visit's, or as a plain form: a 4xx, and the account stays as it was (HRD-50)."""
    visitor, code = on_the_code_page(area, next(area.members))
    stranger = Visitor(area.portal).open("/")
    address, headers = f"{area.portal}/api/code", {TOKEN: visitor.page["token"]}
    forged = [
        visitor.post("code", "", code=code),
        visitor.post("code", stranger.page["token"], code=code),
        visitor.client.post(address, data={"code": code}, headers=headers),
        visitor.client.post(address, content=b'{"code": "\\ud800"}', headers={**headers, "Content-Type": "application/json"}),
    ]
    assert [answer.status_code for answer in forged] == [403] * len(forged)
    assert visitor.open("/members").page["path"] == "/"
    assert visitor.send("code", code=code).json()["path"] == "/members"


def test_a_number_that_nobody_has_is_answered_and_blocked_alike(area: Area) -> None:
    """Status, words and block: a stranger's number is no other than a member's with a wrong password (HRD-30)."""
    until = re.compile(r"until .*? \(Paris time\)")

    def told(person: dict[str, str]) -> list[str]:
        pages = [Visitor(area.portal).sign_in(person, f"wrong-{turn}").page for turn in range(3)]
        return [until.sub("", part["text"]) for page in pages for part in page["parts"] if part["kind"] == "alert"]

    answers = told(next(area.members))
    assert len(answers) == 3
    assert told({"identifier": "1841275001234"}) == answers


def test_without_scripts_there_is_a_notice_and_no_form(area: Area) -> None:
    """A browser is needed: nothing can be filled in in what the server sends."""
    shell = httpx.get(f"{area.portal}/")
    assert "<noscript>" in shell.text
    assert "<input" not in shell.text
    assert "noindex" in shell.headers["x-robots-tag"]
    assert shell.headers["cache-control"] == "no-store"


def test_it_ends_with_its_mail_server_when_it_is_asked_to() -> None:
    """SIGTERM: status 0, and no child is left."""
    area = started()
    children = Path(f"/proc/{area.process.pid}/task/{area.process.pid}/children")
    if not children.exists():
        pytest.skip("this system does not tell a process's children")
    born = [int(pid) for pid in children.read_text().split()]
    area.process.send_signal(signal.SIGTERM)
    assert area.process.wait(PATIENCE_SECONDS) == 0
    assert born
    for pid in born:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["--block", "soon"], "no length of time"), (["--people", "/nowhere.csv"], "cannot be read")],
)
def test_what_cannot_be_used_is_told_in_a_line(arguments: list[str], told: str) -> None:
    """A wrong setting or file: status 2, and what to mend."""
    ended = subprocess.run([sys.executable, "-m", MODULE, *arguments], cwd=HERE.parents[1], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
