"""The member space as a browser gets it, in process: French, protected, apart from the other portal, and clear whatever is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from simulator import households
from simulator.app import create_portal_app
from simulator.documents import Account, Claim, Deed, Person, Subject
from simulator.installation import Installation, open_installation
from simulator.outbox import Mail
from simulator.people import PersonRequest
from simulator.portals import FRANCE_MUTUELLE
from simulator.portals.france_mutuelle.desk import Desk
from simulator.settings import Settings
from simulator.worlds import World

BASE = "/w/one/france-mutuelle"
PAGES = (
    "/connexion",
    "/connexion?fin=",
    "/connexion?sorti=",
    "/identifiant",
    "/identifiant/envoi",
    "/mot-de-passe-oublie",
    "/mot-de-passe-oublie/envoi",
    "/mot-de-passe-oublie/x",
    "/creation/x",
    "/nowhere",
)
FORMS = (
    ("/connexion", ("identifiant", "motdepasse")),
    ("/identifiant", ("adherent", "naissance")),
    ("/mot-de-passe-oublie", ("identifiant",)),
    ("/mot-de-passe-oublie/x", ("motdepasse", "confirmation")),
    ("/creation/x", ("motdepasse", "confirmation")),
    ("/deconnexion", ("x",)),
    ("/espace/attestation", ("x",)),
)
MEMBER = PersonRequest(key="member", portal=FRANCE_MUTUELLE.id, address="foyer@exemple.test")
PARTNER = PersonRequest(key="partner", portal=FRANCE_MUTUELLE.id, address="Foyer@exemple.test", has_password=False)
INSURED = PersonRequest(key="insured")


class Browser:
    """One browser at the portals of one world."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = ""

    def open(self, path: str) -> TestResponse:
        """Show a page."""
        return self._shown(self.client.get(path))

    def send(self, path: str, **fields: str) -> TestResponse:
        """Send a form of the page shown."""
        found = dict(re.findall(r'name="(jeton|feuille)" value="([^"]*)"', self.page))
        return self._shown(self.client.post(path, data={**found, **fields}, follow_redirects=True))

    def sign_in(self, person: Person, password: str | None = None) -> TestResponse:
        """Identifier and password."""
        self.open(f"{BASE}/connexion")
        return self.send(f"{BASE}/connexion", identifiant=person.identifier, motdepasse=password or person.password_shown or "")

    def _shown(self, answer: TestResponse) -> TestResponse:
        self.page = unescape(answer.text)
        return answer


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One installation for all tests here; its mails find no server and wait."""
    opened = open_installation(Settings(tmp_path_factory.mktemp("mutuelle"), "http://127.0.0.1:1", "127.0.0.1", 1, "http://127.0.0.1:1"))
    yield opened
    opened.sender.stop()


@pytest.fixture
def world(installation: Installation) -> Iterator[World]:
    """A world of its own for each test, its clock standing still."""
    made = installation.worlds.create("one", [MEMBER, PARTNER, INSURED], running=False)
    yield made
    installation.worlds.drop(made)


@pytest.fixture
def browser(installation: Installation, world: World) -> Browser:
    """A browser that was never anywhere."""
    del world
    return Browser(create_portal_app(installation).test_client())


def people(world: World) -> dict[str, Person]:
    """Who is there, by key."""
    with world.file.reading() as transaction:
        return transaction.all(Person)


class Kept:
    """An outbox that keeps what is posted to it."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def post(self, _: object, mail: Mail) -> None:
        """Keep it."""
        self.mails.append(mail)

    def weigh(self, *_: object) -> None:
        """Nothing is kept."""

    def text(self, *_: object) -> None:
        """No SMS leaves this portal."""


@pytest.fixture
def kept(browser: Browser) -> Kept:
    """The mails of the portal that the browser is at."""
    application = browser.client.application
    outbox = Kept()
    found: Desk = application.extensions[FRANCE_MUTUELLE.id]
    tools = (found.keyring, found.passwords, outbox, found.sender)
    application.extensions[FRANCE_MUTUELLE.id] = Desk(found.rules, found.sessions, *tools)
    return outbox


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_french_protected_and_not_kept(browser: Browser, path: str) -> None:
    """Headers and language are those of every portal."""
    answer = browser.open(f"{BASE}{path}")
    assert answer.status_code < 500
    assert '<html lang="fr">' in answer.text
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "'" not in re.sub(r"<[^>]*>", "", browser.page.partition("<main")[2])


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_no_form_is_taken_without_the_token_of_its_visit(browser: Browser, path: str, fields: tuple[str, ...]) -> None:
    """A form that another site sends is refused."""
    browser.open(f"{BASE}/connexion")
    assert browser.client.post(f"{BASE}{path}", data=dict.fromkeys(fields, "x")).status_code == 403


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60))
def test_whatever_is_typed_gets_a_page(browser: Browser, text: str) -> None:
    """No text in any field is a server error."""
    for path, fields in FORMS:
        browser.open(f"{BASE}/connexion")
        assert browser.send(f"{BASE}{path}", **dict.fromkeys(fields, text)).status_code < 500


def test_the_space_opens_and_notes_that_it_did(browser: Browser, world: World) -> None:
    """Who signs in sees who they are, and the act in the history."""
    person = people(world)["member"]
    browser.sign_in(person)
    assert f"Bonjour {person.first_name} {person.last_name}" in browser.page
    assert person.identifier in browser.page
    assert "connexion à l’espace" in browser.page


def test_a_session_of_one_portal_opens_nothing_on_the_other(browser: Browser, world: World) -> None:
    """The cookie of a member is worth nothing to the ameli portal, though both keep their sessions in one world."""
    browser.sign_in(people(world)["member"])
    cookie = browser.client.get_cookie("visite", path=BASE)
    assert cookie is not None
    browser.client.set_cookie("visite", cookie.value, path="/w/one/ameli")
    assert browser.open("/w/one/ameli/compte").headers["Location"].endswith("/connexion?fin=")
    assert browser.open(f"{BASE}/espace").status_code == 200


def test_a_number_of_the_other_portal_is_nobodys_here_and_is_not_counted_there(browser: Browser, world: World) -> None:
    """The NIR and password of an insured open nothing here, and failures here leave their account alone."""
    insured = people(world)["insured"]
    for _ in range(6):
        browser.sign_in(insured)
    assert "bloquée" in browser.page
    with world.file.reading() as transaction:
        assert transaction.get(Subject, insured.identifier) is None


def test_five_wrong_passwords_block_until_the_end_shown(browser: Browser, world: World) -> None:
    """The fifth blocks, the right password does not pass then, and does once the block has ended."""
    person = people(world)["member"]
    for number in range(5):
        browser.sign_in(person, f"Faux-Lilas-{number}")
    assert "bloquée" in browser.page
    assert "bloquée" in browser.sign_in(person).text
    with world.file.transaction() as transaction:
        transaction.set_clock(transaction.clock().moved_to(transaction.now() + timedelta(minutes=16), transaction.now()))
    assert "Bonjour" in browser.sign_in(person).text


def test_a_first_connection_sends_the_identifier_and_one_living_link(browser: Browser, world: World, kept: Kept) -> None:
    """Two mails for who has no password yet, the newest link alone lives, and it sets the password once."""
    person = people(world)["partner"]
    known = {"adherent": person.membership or "", "naissance": person.birth_date.strftime("%d/%m/%Y")}
    for _ in range(2):
        browser.open(f"{BASE}/identifiant")
        browser.send(f"{BASE}/identifiant", **known)
    assert [mail.to for mail in kept.mails] == ["Foyer@exemple.test"] * 4
    assert person.identifier in kept.mails[0].text
    older, newer = (urlsplit(re.findall(r"http\S+", kept.mails[place].text)[0]).path for place in (1, 3))
    assert browser.open(older).status_code == 410
    assert browser.open(newer).headers["Referrer-Policy"] == "no-referrer"
    browser.send(newer, motdepasse="Lilas-Blanc7", confirmation="Lilas-Blanc7")
    assert "mot de passe est enregistré" in browser.page
    assert browser.open(newer).status_code == 410
    assert "Bonjour" in browser.sign_in(person, "Lilas-Blanc7").text


def test_nobody_gets_no_mail_and_the_same_page(browser: Browser, world: World, kept: Kept) -> None:
    """An unknown number is answered as a known one, and nothing is kept of it."""
    del world
    browser.open(f"{BASE}/identifiant")
    assert "un mail vient de partir" in browser.send(f"{BASE}/identifiant", adherent="00000000", naissance="05/09/1980").text
    browser.open(f"{BASE}/mot-de-passe-oublie")
    assert "un mail vient de partir" in browser.send(f"{BASE}/mot-de-passe-oublie", identifiant="aB0Il1OxYz").text
    assert kept.mails == []


def test_links_of_nobody_are_not_kept(browser: Browser, world: World) -> None:
    """What was written for the sake of time is gone with the transaction."""
    browser.open(f"{BASE}/mot-de-passe-oublie")
    browser.send(f"{BASE}/mot-de-passe-oublie", identifiant="aB0Il1OxYz")
    with world.file.reading() as transaction:
        assert transaction.all(Claim) == {}


def test_members_of_one_address_share_a_history_and_are_told(browser: Browser, world: World, installation: Installation) -> None:
    """An address is the same in any case of letters; once staff give one of them another, nothing is shared any more."""
    member, partner = people(world)["member"], people(world)["partner"]
    found: Desk = create_portal_app(installation).extensions[FRANCE_MUTUELLE.id]
    with found.act(world) as papers:
        account = papers.account(partner.account)
        assert account is not None
        papers.note(account, Deed.CERTIFICATE)
    browser.sign_in(member)
    assert f"partagée avec {partner.first_name} {partner.last_name}" in browser.page
    assert "demande d’attestation d’adhésion, par" in browser.page
    with world.file.transaction() as transaction:
        households.leave(transaction, partner.account, partner.address)
    browser.open(f"{BASE}/espace")
    assert "partagée avec" not in browser.page
    assert "demande d’attestation d’adhésion, par" not in browser.page


def test_the_history_remembers_so_many_acts(world: World, installation: Installation) -> None:
    """The oldest are forgotten beyond what the settings say."""
    found: Desk = create_portal_app(installation).extensions[FRANCE_MUTUELLE.id]
    with found.act(world) as papers:
        account = papers.account(people(world)["member"].account)
        assert isinstance(account, Account)
        for _ in range(found.rules.acts_kept + 3):
            papers.note(account, Deed.SIGNED_IN)
        assert len(papers.history(account)) == found.rules.acts_kept
