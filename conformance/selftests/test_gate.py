"""The gate, with a fake wire: whom it asks, what it lets through, and how fast."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest

from conformance.driver import DriverBroke
from conformance.gate import Answer, Gate, NotPermitted

PORTAL, MAIL = "https://portal.team.test", "https://mail.team.test"
FILE, MAILS_FILE = (f"{origin}/.well-known/heurtoir.txt" for origin in (PORTAL, MAIL))
LEAST = "heurtoir: 1\nimpacts: read, account\nuntil: 2026-07-01\n"


@dataclass
class Wire:
    """What is served by address, everything that was asked for, and a clock that only sleeping moves."""

    served: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def fetch(self, address: str) -> Answer:
        """What is served there, 404, or nobody."""
        self.asked.append(address)
        if "nobody" in address:
            raise DriverBroke("nobody listens there")
        return self.served.get(address, Answer(404, "", "not here"))

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(round(seconds, 6))
        self.now += seconds

    def gate(self, **served: str) -> Gate:
        """A gate on this wire; `portal` and `mail` serve these texts."""
        for name, text in served.items():
            self.served[{"portal": FILE, "mail": MAILS_FILE}[name]] = Answer(200, "", text)
        return Gate(self.fetch, lambda: date(2026, 7, 1), lambda: self.now, self.sleep)


@pytest.fixture
def wire() -> Wire:
    """Nothing is served."""
    return Wire()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker among others."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER_COUNT", raising=False)


def test_this_machine_is_free(wire: Wire) -> None:
    """Loopback needs no permission, forbids nothing, waits for nothing, and nobody is asked."""
    gate = wire.gate()
    gate.admit(["http://127.0.0.1:8000/ameli", "http://localhost:1", "http://[::1]:2"])
    for _ in range(100):
        gate.let_through("http://127.0.0.1:8000/ameli/connexion")
    assert gate.forbids("hammer") is None
    assert (wire.asked, wire.slept, gate.permitted) == ([], [], ())


def test_a_permission_opens_its_origin_and_no_other(wire: Wire) -> None:
    """The same host at another port, by another scheme or below is somebody else, and is not asked."""
    gate = wire.gate(portal=LEAST)
    gate.admit([f"{PORTAL}/espace"])
    gate.let_through(f"{PORTAL}/any/page?x")
    for elsewhere in (f"{PORTAL}:8443/", "http://portal.team.test/", "https://a.portal.team.test/", "https://192.0.2.7/"):
        with pytest.raises(NotPermitted, match=rf"leads away from the target and was not followed.*`origins:` in {FILE}"):
            gate.let_through(elsewhere)
    assert wire.asked == [FILE]


def test_nothing_beyond_this_machine_is_open_before_a_target_was_admitted(wire: Wire) -> None:
    """Who forgot to ask touches nothing, not even the file that would permit it."""
    with pytest.raises(NotPermitted, match=rf"name it in the target file.*let it serve {FILE}"):
        wire.gate(portal=LEAST).let_through(PORTAL)
    assert wire.asked == []


def test_a_refusal_tells_what_is_missing_and_the_file_to_serve(wire: Wire) -> None:
    """The address, what came instead, and a file that would do."""
    with pytest.raises(NotPermitted) as refused:
        wire.gate().admit([f"{PORTAL}/espace"])
    said = str(refused.value)
    assert said.startswith(f"{PORTAL} was not touched: {FILE} gives no permission: it answers 404")
    assert "serve this there" in said
    assert "heurtoir: 1\nimpacts: read, account, lock\nuntil: 2026-07-31\n" in said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(302, "https://elsewhere.test/heurtoir.txt", LEAST), "answers 302 and redirects to https://elsewhere.test.*not followed"),
        (Answer(301, "/heurtoir.txt", ""), "answers 301 and redirects to /heurtoir.txt, which is not followed"),
        (Answer(204, "", LEAST), "it answers 204"),
        (Answer(500, "", LEAST), "it answers 500"),
        (Answer(200, "", "<html>"), "is no line"),
        (Answer(200, "", LEAST.replace("2026-07-01", "2026-06-30")), "ended on 2026-06-30"),
    ],
)
def test_what_is_no_permission_opens_nothing(wire: Wire, answer: Answer, said: str) -> None:
    """A redirect, an error, another page, a file that has ended: told, and the portal stays closed."""
    wire.served[FILE] = answer
    gate = wire.gate()
    with pytest.raises(NotPermitted, match=said):
        gate.admit([PORTAL])
    assert gate.refusal(PORTAL)
    assert wire.asked == [FILE]


def test_one_that_is_closed_closes_all(wire: Wire) -> None:
    """Nobody listens at the second of three: that is told, nothing is open, not even what is permitted, and the third is not asked."""
    gate = wire.gate(portal=LEAST, mail=LEAST)
    with pytest.raises(NotPermitted, match="nobody listens there"):
        gate.admit([PORTAL, "https://nobody.test", MAIL])
    assert gate.permitted == ()
    assert gate.refusal(PORTAL)
    assert wire.asked == [FILE, "https://nobody.test/.well-known/heurtoir.txt"]


def test_origins_of_one_owner_need_one_file(wire: Wire) -> None:
    """What the portal's file names is not asked for a file of its own."""
    gate = wire.gate(portal=f"{LEAST}origins: {MAIL}, http://192.0.2.7:8001\n")
    gate.admit([PORTAL, MAIL, "http://192.0.2.7:8001/api"])
    gate.let_through(f"{MAIL}/api/v1/search")
    assert wire.asked == [FILE]
    assert len(gate.permitted) == 3


def test_each_origin_is_asked_once(wire: Wire) -> None:
    """Admitted again, for the same run, nobody is asked again; a refusal stands too."""
    gate = wire.gate(portal=LEAST)
    for _ in range(2):
        gate.admit([PORTAL, f"{PORTAL}/other"])
        with pytest.raises(NotPermitted):
            gate.admit([MAIL])
    assert wire.asked == [FILE, MAILS_FILE]


def test_another_target_closes_what_was_open(wire: Wire) -> None:
    """Only the target of the run is open."""
    gate = wire.gate(portal=LEAST)
    gate.admit([PORTAL])
    gate.admit(["http://127.0.0.1:1"])
    assert gate.refusal(PORTAL)
    assert gate.forbids("lock") is None


def test_an_impact_that_a_file_does_not_name_is_forbidden_with_file_and_key(wire: Wire) -> None:
    """Every permission in force must name it: the mail server's owner counts too."""
    gate = wire.gate(portal=LEAST, mail=LEAST.replace("read, account", "read"))
    gate.admit([PORTAL])
    assert gate.forbids("account") is None
    assert gate.forbids("lock") == f"its impact is lock; {FILE} says `impacts: account, read`. Add lock there to allow it."
    gate.admit([PORTAL, MAIL])
    assert MAILS_FILE in str(gate.forbids("account"))


@pytest.mark.parametrize(
    "address",
    ["https://assure.ameli.fr/", "http://127.0.0.1@AMELI.FR./", "https://app.franceconnect.gouv.fr", "https://francemutuelle.fr:81/"],
)
def test_real_portals_are_refused_before_anybody_is_asked(wire: Wire, address: str) -> None:
    """As a target, and on the way; whatever they serve."""
    gate = wire.gate()
    with pytest.raises(NotPermitted, match="real portal's domain, refused whatever it serves"):
        gate.admit([address])
    with pytest.raises(NotPermitted, match="real portal's domain"):
        gate.let_through(address)
    assert wire.asked == []


@pytest.mark.parametrize("address", ["about:blank", "file:///etc/passwd", "http://127.0.0.1\\@x.test/", "http://2130706433/"])
def test_what_is_no_origin_is_not_followed(wire: Wire, address: str) -> None:
    """No address that can be read in two ways, and none without a host."""
    assert "not followed" in str(wire.gate().refusal(address))


def test_no_more_than_the_rate_is_sent(wire: Wire) -> None:
    """Evenly, from the first on, however long the requests themselves take; five a second when nothing is said."""
    gate = wire.gate(portal=LEAST)
    gate.admit([PORTAL])
    for _ in range(4):
        gate.let_through(PORTAL)
    assert wire.slept == [0.2, 0.2, 0.2]
    wire.now += 10
    gate.let_through(PORTAL)
    assert wire.slept == [0.2, 0.2, 0.2]


def test_workers_share_the_rate_and_the_slowest_file_counts(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """With four workers each takes a quarter of the smallest of all rates; this machine is not slowed beside it."""
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "4")
    gate = wire.gate(portal=f"{LEAST}rate: 8", mail=f"{LEAST}rate: 2")
    gate.admit([PORTAL, MAIL])
    gate.let_through(PORTAL)
    gate.let_through(PORTAL)
    for _ in range(9):
        gate.let_through("http://127.0.0.1:1/")
    gate.let_through(MAIL)
    assert wire.slept == [2.0, 2.0]


def test_what_may_hammer_is_not_slowed(wire: Wire) -> None:
    """Requests at once would be none if they went one by one; afterwards the rate is back."""
    gate = wire.gate(portal=LEAST)
    gate.admit([PORTAL])
    with gate.paced_for("hammer"):
        for _ in range(9):
            gate.let_through(PORTAL)
    assert wire.slept == []
    with gate.paced_for("lock"):
        gate.let_through(PORTAL)
        gate.let_through(PORTAL)
    assert wire.slept == [0.2]
