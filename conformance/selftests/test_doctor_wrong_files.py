"""The doctor on target files that are wrong, each in one way: it names the mistake, and its line mends it."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from conformance.doctor.finding import Level
from conformance.process import running
from conformance.selftests.doctor_patients import RIGHT, examined, filled, mended, places_of, wrongs
from conformance.target import Target, load_target

NOBODY = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Wrong:
    """One way of being wrong: what is written instead of what, or after all else; the key that must be named; whether a line mends it."""

    name: str
    key: str
    instead_of: str = ""
    written: str = ""
    mends: bool = True
    level: Level = Level.MISTAKE
    says: str = ""

    def of(self, right: str) -> str:
        """The file that is wrong in this way."""
        assert self.instead_of in right
        return right.replace(self.instead_of, self.written, 1) if self.instead_of else f"{right}\n{self.written}\n"


def control(name: str, role: str, label: str) -> str:
    """A section with one control."""
    return f"[controls]\n{name} = {{ role = \"{role}\", label = '{label}' }}"


WRONG = [
    Wrong("a port where nobody listens", "address", "{portal}", NOBODY, says="nobody listens"),
    Wrong("a path that is not there", "address", "/ameli", "/amelie", says="404"),
    Wrong("https where http is spoken", "address", "{portal}", "{secure}", says="speaks http, not https"),
    Wrong("the address of the mails", "address", "{portal}/ameli", "{mail}", says="Mailpit"),
    Wrong("a label of the identifier", "controls.identifier", written=control("identifier", "textbox", "^matricule")),
    Wrong("a label of the password", "controls.password", written=control("password", "password", "code secret")),
    Wrong("a label of the sign-in button", "controls.sign-in", written=control("sign-in", "button", "^entrer$")),
    Wrong("a label of the button for a code", "controls.ask-for-code", written=control("ask-for-code", "action", "envoyer le sms")),
    Wrong("a label of the code", "controls.code", written=control("code", "textbox", "jeton")),
    Wrong("a label of the button below the code", "controls.enter-code", written=control("enter-code", "button", "confirmer")),
    Wrong("a label of the box for a trusted computer", "controls.trust", written=control("trust", "checkbox", "faire confiance")),
    Wrong("a label of the way out", "controls.sign-out", written=control("sign-out", "action", "^quitter$")),
    Wrong("a label of a link", "controls.forgotten-password", written=control("forgotten-password", "link", "mot de passe perdu")),
    Wrong("a label of the birth date", "controls.birth-date", written=control("birth-date", "textbox", "anniversaire")),
    Wrong("a label of the new password", "controls.new-password", written=control("new-password", "password", "^le nouveau$")),
    Wrong("a role of the identifier", "controls.identifier", written="[controls]\nidentifier.role = 'combobox'"),
    Wrong("a role of the password", "controls.password", written="[controls]\npassword.role = 'textbox'"),
    Wrong("a role of the way out", "controls.sign-out", written="[controls]\nsign-out.role = 'checkbox'"),
    Wrong("a mail API where nobody listens", "mail", 'mail = "{mail}"', f'mail = "{NOBODY}"', mends=False, says="nobody listens.*8025"),
    Wrong("the port that takes mails", "mail", 'mail = "{mail}"', 'mail = "{smtp}"', mends=False, says="SMTP"),
    Wrong("a mail API with its path", "mail", '"{mail}"', '"{mail}/api/v1"'),
    Wrong("a testability API where nobody listens", "control", '"{control}"', f'"{NOBODY}"', mends=False, says="nobody listens"),
    Wrong("a testability API with its path", "control", '"{control}"', '"{control}/api"'),
    Wrong("a page of the account", "pages.account", '"compte"', '"mon-compte"'),
    Wrong("a page of the sign-in", "pages.sign-in", '"connexion"', '"login"'),
    Wrong("words for the code page that fit nothing", "outcomes.code-asked", written="[outcomes]\ncode-asked = 'tapez le jeton'"),
    Wrong("words for a refusal that fit nothing", "outcomes.refused.wrong", written="[outcomes.refused]\nwrong = 'perdu'"),
    Wrong("words for the sign-in that fit nothing", "outcomes.sign-in-asked", written="[outcomes]\nsign-in-asked = 'bienvenue'"),
    Wrong("words for a help page that fit nothing", "shown.enrolment", written="[shown]\nenrolment = 'inscription'"),
    Wrong("words that fit another page too", "outcomes.done", written="[outcomes]\ndone = 'code|déconnecté'"),
    Wrong("words of one's own that fit another page", "outcomes.forbidden", written="[outcomes]\nforbidden = 'compte'"),
    Wrong(
        "a number in words", "outcomes.code-asked", written="[outcomes]\ncode-asked = 'code à 6 chiffres'", mends=False, says="number “6”"
    ),
    Wrong("a key misspelt", "adress", "address", "adress", mends=False, says="Was “address” meant"),
    Wrong("a control misspelt", "controls.sign-ot", written=control("sign-ot", "action", "x"), mends=False, says="“sign-out” meant"),
    Wrong("a portal that is not documented", "portal", "ameli-connect", "ameli", mends=False, says="“ameli-connect” meant"),
    Wrong("a label that is no pattern", "controls.code.label", written=control("code", "textbox", "(code"), mends=False, says="backslash"),
    Wrong(
        "a clock said to be coarse",
        "timing.clock-precision",
        written='[timing]\nclock-precision = "2m"',
        level=Level.WARNING,
        says="to the second",
    ),
    Wrong(
        "a requirement that there is not", "not-applicable.AMC-999", written='[not-applicable]\nAMC-999 = "x"', mends=False, says="no such"
    ),
    Wrong(
        "a capability without its address",
        "capabilities.mail",
        'mail = "{mail}"',
        "capabilities.mail = true",
        mends=False,
        says="Give mail",
    ),
    Wrong(
        "a case that there is not",
        "known-failures.ameli-connect.code.expird",
        written='[known-failures."ameli-connect.code.expird"]\nreason = "x"\nlink = "https://x.test/1"\nuntil = 2099-01-01',
        mends=False,
        says="did you mean",
    ),
    Wrong("a real portal’s domain", "address", "{portal}/ameli", "https://assure.ameli.fr", mends=False, says="refused whatever it serves"),
    Wrong(
        "what does not permit it",
        "address",
        "{portal}",
        "http://portal.heurtoir.test",
        mends=False,
        says="gives no permission.*impacts: read",
    ),
]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Target]:
    """The simulator, started once."""
    with running(load_target("simulator")) as target:
        yield target


class _Greeting(socketserver.BaseRequestHandler):
    """Speaks first, as mail servers do, and says nothing more."""

    def handle(self) -> None:
        self.request.sendall(b"220 mail.heurtoir.test ready\r\n")
        while self.request.recv(1000):
            pass


@pytest.fixture(scope="module")
def mail_port() -> Iterator[int]:
    """A port that takes mails."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Greeting) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def places(simulator: Target, mail_port: int) -> dict[str, str]:
    """Where it answers, and where somebody else does."""
    there = places_of(simulator)
    return {**there, "secure": there["portal"].replace("http:", "https:"), "smtp": f"http://127.0.0.1:{mail_port}"}


def test_a_right_file_is_ready(places: dict[str, str], tmp_path: Path) -> None:
    """Nothing is to be mended in the simulator's own target."""
    assert wrongs(examined(tmp_path / "mine.toml", filled(RIGHT, places))) == []


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_a_wrong_file_is_told_and_mended(wrong: Wrong, places: dict[str, str], tmp_path: Path) -> None:
    """The first thing that is told is the mistake, by its key and place; with the proposed line the target is ready."""
    file, text = tmp_path / "mine.toml", filled(wrong.of(RIGHT), places)
    found = wrongs(examined(file, text))
    first = next((finding for finding in found if finding.key == wrong.key), None)
    assert first is not None, found
    assert {finding.key for finding in found if finding.level is Level.MISTAKE} <= {wrong.key}
    assert first.level is wrong.level
    assert first.mend or not wrong.mends
    assert re.search(wrong.says, f"{first.text} {first.mend}", re.DOTALL), first
    assert (first.proposal is not None) is wrong.mends, first
    if first.proposal:
        again = wrongs(examined(file, mended(text, first.proposal)))
        assert again == [], (first.proposal, again)


def test_an_address_without_its_path_is_told_with_the_page_that_was_meant(places: dict[str, str], tmp_path: Path) -> None:
    """One finding, not one for each control that the wrong page lacks; where the page's links lead to the right one, the line is there."""
    file, text = tmp_path / "mine.toml", filled('portal = "ameli-connect"\naddress = "{portal}"\n', places)
    [first] = [finding for finding in examined(file, text) if finding.level is Level.MISTAKE and finding.key]
    assert (first.key, first.proposal is not None) == ("pages.sign-in", True)
    assert "has no field to fill in" in first.text
    again = examined(file, mended(text, first.proposal)) if first.proposal else []
    assert not [finding for finding in again if finding.level is Level.MISTAKE and finding.key]
