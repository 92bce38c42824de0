"""All parts of the simulator started together: portals, control, mail, SMTP; and the people of the default world."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from simulator.app import create_portal_app
from simulator.clock import machine_now
from simulator.control import create_control_app
from simulator.documents import Person
from simulator.installation import Installation, open_installation
from simulator.passwords import PasswordCost
from simulator.people import PersonRequest
from simulator.policy.attachment import Attachment
from simulator.portals import FRANCE_MUTUELLE
from simulator.servers import ThreadServer, WorkerServer, bound
from simulator.settings import Settings
from simulator.sinks import Mailbox, SmsBox, SmtpSink, create_inbox_app
from simulator.store import WorldGone
from simulator.worlds import DEFAULT_WORLD, World, WorldExists, Worlds

READY_PEOPLE = (
    PersonRequest(key="camille", first_name="Camille", last_name="Aubépin"),
    PersonRequest(key="sacha", first_name="Sacha", last_name="d'Orval", mail="none"),
    PersonRequest(key="noor", first_name="Noor", last_name="Lefèvre-Tahir", nir="corsica-2A", attachment=Attachment.PENDING),
    PersonRequest(key="mae", first_name="Maé", last_name="Delaunay-Roux", account="none", mobile="on-file"),
    PersonRequest(key="lou", portal=FRANCE_MUTUELLE.id, first_name="Lou", last_name="Marchand", address="foyer@heurtoir.test"),
    PersonRequest(
        key="eden", portal=FRANCE_MUTUELLE.id, first_name="Eden", last_name="Marchand", address="foyer@heurtoir.test", has_password=False
    ),
)
READY_NOTES = {
    "camille": "has a validated mail address: a code goes to it",
    "sacha": "has no mail address on file: is refused (AMC-20)",
    "mae": "has no account yet: first visit, family name Delaunay-Roux, born {birth_date:%d/%m/%Y}, postcode {postcode}",
    "lou": "member of France Mutuelle; shares an address, and so a history, with Eden",
    "eden": "member of France Mutuelle, has no password yet: first connection, number {membership}, born {birth_date:%d/%m/%Y}",
    "noor": "was born in Corsica, attachment under way: is refused until staff attach (AMC-90)",
}


@dataclass(frozen=True)
class Ports:
    """Where to listen; 0 is any free port."""

    host: str
    portal: int
    control: int
    mail: int
    smtp: int


@dataclass(frozen=True)
class Addresses:
    """Where it listens."""

    portal: str
    control: str
    mail: str
    smtp: str
    sms: str


class Sandbox:
    """The simulator, running."""

    def __init__(self, data: Path, ports: Ports, workers: int, password_cost: PasswordCost) -> None:
        self._closing = contextlib.ExitStack()
        try:
            self._open(data, ports, workers, password_cost)
        except BaseException:
            self._closing.close()
            raise

    def _open(self, data: Path, ports: Ports, workers: int, password_cost: PasswordCost) -> None:
        data.mkdir(parents=True, exist_ok=True)
        names = {"portal": ports.portal, "control": ports.control, "mail": ports.mail}
        sockets = {name: bound(ports.host, port, name) for name, port in names.items()}
        mailbox, texts = Mailbox(data / "mail.sqlite", machine_now), SmsBox(data / "sms.sqlite", machine_now)
        smtp = SmtpSink(mailbox, ports.host, ports.smtp)
        smtp.start()
        self._closing.callback(smtp.stop)
        shown = f"[{ports.host}]" if ":" in ports.host else ports.host
        base = {name: f"http://{shown}:{opened.getsockname()[1]}" for name, opened in sockets.items()}
        self.addresses = Addresses(**base, smtp=f"{shown}:{smtp.port}", sms=base["mail"])
        settings = Settings(data, base["portal"], ports.host, smtp.port, self.addresses.sms, password_cost)
        self.installation = open_installation(settings)
        self._closing.callback(self.installation.sender.stop)
        self._serve(ThreadServer(create_inbox_app(mailbox, texts), sockets["mail"]))
        self._serve(ThreadServer(create_control_app(self.installation, base["mail"], self.addresses.sms), sockets["control"]))
        if workers == 1:
            self._serve(ThreadServer(create_portal_app(self.installation), sockets["portal"]))
        else:
            port = sockets["portal"].getsockname()[1]
            sockets["portal"].close()
            self._serve(WorkerServer(settings, ports.host, port, workers))

    def _serve(self, server: ThreadServer | WorkerServer) -> None:
        server.start()
        self._closing.callback(server.stop)

    def stop(self) -> None:
        """End all parts, the last started first."""
        self._closing.close()


def ready_people(installation: Installation) -> tuple[Person, ...]:
    """The people of the default world, which is made when it is not there."""
    world = default_world(installation.worlds)
    with world.file.reading() as transaction:
        return tuple(transaction.all(Person).values())


def default_world(worlds: Worlds) -> World:
    """The world a person with a browser is in."""
    try:
        return worlds.get(DEFAULT_WORLD)
    except WorldGone:
        with contextlib.suppress(WorldExists):
            worlds.create(DEFAULT_WORLD, READY_PEOPLE)
        return worlds.get(DEFAULT_WORLD)
