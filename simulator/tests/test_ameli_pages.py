"""The ameli pages as a browser gets them, in process: French, protected, and clear whatever is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from unittest.mock import patch

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.app import create_portal_app
from simulator.clock import machine_now
from simulator.documents import Person
from simulator.installation import Installation, open_installation
from simulator.people import PersonRequest
from simulator.settings import Settings
from simulator.worlds import World

BASE = "/w/one/ameli"
PAGES = (
    "/connexion",
    "/connexion?fin=",
    "/connexion?sorti=",
    "/aide/numero",
    "/premiere-visite",
    "/premiere-visite/envoi",
    "/premiere-visite/carte",
    "/premiere-visite/messagerie",
    "/premiere-visite/code-personnel",
    "/premiere-visite/coordonnees",
    "/validation",
    "/validation/x",
    "/mot-de-passe-oublie",
    "/mot-de-passe-oublie/envoi",
    "/mot-de-passe-oublie/x",
    "/nowhere",
)
FORMS = (
    ("/connexion", ("numero", "motdepasse")),
    ("/connexion/code", ("code", "ordinateur")),
    ("/connexion/code/demande", ("x",)),
    ("/mot-de-passe-oublie", ("numero", "naissance")),
    ("/mot-de-passe-oublie/x", ("motdepasse", "confirmation")),
    ("/premiere-visite", ("numero", "nom")),
    ("/premiere-visite", ("naissance", "codepostal")),
    ("/premiere-visite", ("texte", "copie")),
    ("/premiere-visite/carte", ("carte", "iban")),
    ("/premiere-visite/code-personnel", ("motdepasse", "confirmation")),
    ("/premiere-visite/coordonnees", ("adresse", "mobile")),
    ("/validation/adresse", ("adresse", "adresse2")),
    ("/validation/x", ("renvoyer",)),
    ("/deconnexion", ("x",)),
    ("/compte/ordinateurs", ("x",)),
)
HOSTILE = st.text(max_size=200) | st.sampled_from(
    ["\x00", "a" * 100_000, "<script>alert(1)</script>", "'; DROP TABLE document; --", "a\r\nBcc: x@y.test", "٣" * 13, "\ud800", "1" * 13]
)


class Portal:
    """The portals over a fresh installation whose mails find no server, and one person."""

    def __init__(self, folder: Path) -> None:
        self.installation: Installation = open_installation(Settings(folder, "http://127.0.0.1:1", "127.0.0.1", 1, "http://127.0.0.1:1"))
        self.world: World = self.installation.worlds.create("one", [PersonRequest()], running=False)
        with self.world.file.reading() as transaction:
            self.person = transaction.all(Person)["insured"]
        self.client: FlaskClient = create_portal_app(self.installation).test_client()
        self.page = ""

    def open(self, path: str) -> int:
        response = self.client.get(BASE + path, follow_redirects=True)
        self.page = response.text
        return response.status_code

    def send(self, path: str, **fields: str) -> int:
        data = {"jeton": _token(self.page), **fields}
        response = self.client.post(BASE + path, data=_as_bytes(data), follow_redirects=True)
        self.page = response.text
        return response.status_code

    def asked_for_a_code(self) -> None:
        self.open("/connexion")
        self.send("/connexion", numero=self.person.identifier, motdepasse=self.person.password_shown or "")
        self.send("/connexion/code/demande")

    def later(self, delay: timedelta) -> None:
        with self.world.file.transaction() as transaction:
            transaction.set_clock(transaction.clock().moved_to(transaction.now() + delay, machine_now()))


def _token(page: str) -> str:
    found = re.search(r'name="jeton" value="([^"]*)"', page)
    return found[1] if found else ""


def _as_bytes(data: dict[str, str]) -> dict[str, bytes]:
    return {name: value.encode("utf-8", "surrogatepass") for name, value in data.items()}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One portal for all tests here."""
    opened = Portal(tmp_path_factory.mktemp("installation"))
    yield opened
    opened.installation.sender.stop()


def _words(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html.partition("<body>")[2]))


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_french_down_to_their_spaces(portal: Portal, path: str) -> None:
    """No straight apostrophe between letters and no breaking space before a high sign; each page says it is a simulator, in French."""
    portal.open(path)
    words = _words(portal.page)
    assert 'lang="fr"' in portal.page
    assert "Simulateur : site fictif" in words.replace("\u00a0", " ")
    assert re.search(r"\w'\w| [;:!?»]|« ", words) is None


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_protected_and_kept_by_nobody(portal: Portal, path: str) -> None:
    """Every page carries the protective headers and is stored in no cache (HRD-46, HRD-54)."""
    headers = portal.client.get(BASE + path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


@given(form=st.sampled_from(FORMS), values=st.lists(HOSTILE, min_size=2, max_size=2))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hostile_input_gets_a_page_and_no_server_error(portal: Portal, form: tuple[str, tuple[str, ...]], values: list[str]) -> None:
    """Whatever is typed into whichever form: an answer below 500, and no markup of theirs on the page (HRD-53)."""
    path, fields = form
    portal.open("/connexion")
    assert portal.send(path, **dict(zip(fields, values, strict=False))) < 500
    assert "<script>" not in portal.page


def test_an_expired_code_is_told_of_its_expiry_each_time(portal: Portal) -> None:
    """After expiry any entry gets the expiry message, also one from a page that was open before (AMC-30)."""
    portal.asked_for_a_code()
    portal.later(timedelta(minutes=15))
    for entered in ("123456", "x", ""):
        portal.send("/connexion/code", code=entered)
        assert "Demandez-en un nouveau" in portal.page


def test_a_mail_leaves_after_the_answer_that_tells_of_it(portal: Portal) -> None:
    """While the answer goes out nothing else is done for an account than for a stranger (HRD-31)."""
    portal.open("/connexion")
    portal.send("/connexion", numero=portal.person.identifier, motdepasse=portal.person.password_shown or "")
    with patch.object(portal.installation.sender, "wake") as woken:
        answer = portal.client.post(BASE + "/connexion/code/demande", data={"jeton": _token(portal.page)}, buffered=False)
        assert not woken.called
        answer.close()
        assert woken.called


def test_a_form_without_its_token_changes_nothing(portal: Portal) -> None:
    """A form of another visit is refused with a page that says so (HRD-50)."""
    portal.open("/connexion")
    portal.page = ""
    assert portal.send("/connexion", numero=portal.person.identifier, motdepasse="x") == 403
    assert "n’est plus valable" in portal.page


def test_a_host_that_is_forged_shows_nowhere(portal: Portal) -> None:
    """A redirect leads to where the request names no host of its own (HRD-52)."""
    for path in ("/ameli", "/ameli/", "/w/one/ameli", "/ameli//connexion", "/w/one/ameli//", "/static//portal.css"):
        response = portal.client.get(path, headers={"Host": "evil.example"})
        assert "evil.example" not in response.headers.get("Location", "")


def test_a_wrong_method_is_told_the_right_ones(portal: Portal) -> None:
    """405 comes with the methods that are allowed, on a page in French."""
    response = portal.client.put(BASE + "/connexion")
    assert (response.status_code, {"GET", "POST"} <= set(response.headers["Allow"].split(", "))) == (405, True)
    assert "ne se demande pas ainsi" in response.text
