"""A first visit goes on where it was answered, whatever happens to the process between two answers."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from simulator.tests.running import Visitor, simulator

CODE = "Lilas-Blanc7"
WORLD = {"id": "visit", "people": [{"account": "none"}]}


@dataclass
class Newcomer:
    """Somebody who enrols, one step after the other, in one browser."""

    visitor: Visitor
    addresses: dict[str, str]
    person: dict[str, Any]
    token: str = ""
    mails: int = 0
    told: list[str] = field(default_factory=list)

    def first_page(self) -> None:
        """Open the form; its text to copy is to be answered later."""
        self.visitor.open("/premiere-visite")
        self.token = re.findall(r'name="texte" value="([^"]+)"', self.visitor.page)[0]
        self.told.append(self.visitor.heading())

    def identify(self) -> None:
        """Send it, with the text of the page that was opened before."""
        text = httpx.get(f"{self.addresses['control']}/api/worlds/visit/text-to-copy").json()["text"]
        born = "/".join(reversed(self.person["birth_date"].split("-")))
        who = {
            "numero": self.person["identifier"],
            "nom": self.person["last_name"],
            "naissance": born,
            "codepostal": self.person["postcode"],
        }
        self.visitor.send("/premiere-visite", texte=self.token, copie=text, **who)
        self._mail_leaves()
        self.told.append(self.visitor.heading())

    def provisional_code(self) -> None:
        """Sign in with the code of the mail."""
        code = re.findall(r"\b\d{8}\b", self._mail())[0]
        self.visitor.sign_in(self.person["identifier"], code)
        self.told.append(self.visitor.heading())

    def personal_code(self) -> None:
        """Send the page that the provisional code opened."""
        self.visitor.send("/premiere-visite/code-personnel", motdepasse=CODE, confirmation=CODE)
        self.told.append(self.visitor.heading())

    def contact_details(self) -> None:
        """Send the page that the personal code opened."""
        address = self.person["address"]
        self.visitor.send("/premiere-visite/coordonnees", adresse=address, adresse2=address, parmail="non")
        self._mail_leaves()
        self.told.append(self.visitor.heading())

    def validate(self) -> None:
        """Follow the link of the mail, and press."""
        link = re.findall(r"http://\S+", self._mail())[0].removeprefix(self.visitor.portal)
        self.visitor.open(link)
        self.visitor.send(link)
        self.told.append(self.visitor.heading())

    def sign_in(self) -> None:
        """As anybody who has an account."""
        self.visitor.sign_in(self.person["identifier"], CODE)
        self.told.append(self.visitor.heading())

    def _mail_leaves(self) -> None:
        """A mail that was being sent when its process died is sent again half a minute later (test_outbox.py): here it is out before."""
        assert httpx.post(f"{self.addresses['control']}/api/worlds/visit/settle").json() == {"waiting": 0}

    def _mail(self) -> str:
        """The text of the mail that comes next, in however many processes' time."""
        self.mails += 1
        for _ in range(400):
            found = httpx.get(f"{self.addresses['mail']}/api/v1/messages").json()["messages"]
            if len(found) >= self.mails:
                return str(httpx.get(f"{self.addresses['mail']}/api/v1/message/{found[0]['ID']}").json()["Text"])
            time.sleep(0.025)
        raise AssertionError(f"mail {self.mails} did not come")


def test_an_enrolment_goes_on_where_it_was_answered_after_kill_nine_at_each_step(tmp_path: Path) -> None:
    """Between any two steps the process is killed and started again: the browser goes on from the page that it shows."""
    with simulator(tmp_path) as running:
        made = httpx.post(f"{running.addresses['control']}/api/worlds", json=WORLD).json()
        visitor = Visitor(made["portals"]["ameli-connect"], running.addresses["mail"])
        newcomer = Newcomer(visitor, running.addresses, made["people"][0])
        ports = running.ports()
        running.kill()
    for step in _steps(newcomer):
        with simulator(tmp_path, ports=ports) as running:
            step()
            running.kill()
    assert newcomer.told == [
        "Première visite\u00a0: créer un compte",
        "Consultez votre messagerie",
        "Choisissez votre code personnel",
        "Indiquez vos coordonnées",
        "Confirmez votre adresse mail",
        "Votre compte est ouvert",
        "Un code de sécurité est nécessaire",
    ]


def _steps(newcomer: Newcomer) -> tuple[Callable[[], None], ...]:
    return (
        newcomer.first_page,
        newcomer.identify,
        newcomer.provisional_code,
        newcomer.personal_code,
        newcomer.contact_details,
        newcomer.validate,
        newcomer.sign_in,
    )
