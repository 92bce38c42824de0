"""The control room, used as a developer uses it: pages are opened, forms are filled in as they stand, buttons are pressed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from simulator.documents import Decision, Person, Subject
from simulator.outbox import Mail, SealedOutbox
from simulator.policy.lockout import Block, Lockout, Reason
from simulator.tests.control_parts import START, Control, running_control

TODAY = datetime.fromisoformat(START)


@dataclass
class Visit:
    """A page as it is shown, and what can be done on it."""

    control: Control
    address: str
    status: int
    tree: LexborHTMLParser

    def words(self, selector: str = "main") -> str:
        """The words of an element."""
        found = self.tree.css_first(selector)
        assert found is not None, f"{self.address} has no {selector}"
        return " ".join(found.text(separator=" ").split())

    def press(self, button: str, within: str = "main", **typed: str) -> Visit:
        """Press the button of these words in the first form that has it, with what was typed; redirects are followed."""
        for form in self.tree.css(f"{within} form"):
            pressed = next((one for one in form.css("button") if one.text().strip() == button), None)
            if pressed is not None:
                return self._send(form, pressed, typed)
        raise AssertionError(f"{self.address} has no button {button!r} within {within}")

    def _send(self, form: LexborNode, pressed: LexborNode, typed: dict[str, str]) -> Visit:
        fields = {name: _value(control) for control in form.css("input, select") if (name := control.attributes.get("name"))}
        missing = set(typed) - set(fields)
        assert not missing, f"the form has no field {missing}"
        fields = {name: value for name, value in {**fields, **typed}.items() if value is not None}
        if name := pressed.attributes.get("name"):
            fields[name] = pressed.attributes.get("value")
        action = str(form.attributes.get("action") or self.address)
        if form.attributes.get("method") == "post":
            answer = self.control.web.post(action, data=fields, headers={"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"})
            return visit(self.control, answer.headers["Location"]) if answer.status_code == 303 else shown(self.control, action, answer)
        return visit(self.control, f"{urlsplit(action).path}?{urlencode(fields)}")


def _value(control: LexborNode) -> str | None:
    if control.tag == "select":
        chosen = control.css_first("option[selected]") or control.css_first("option")
        return chosen.attributes.get("value") if chosen else None
    if control.attributes.get("type") == "checkbox":
        return control.attributes.get("value") if "checked" in control.attributes else None
    return control.attributes.get("value") or ""


def visit(control: Control, address: str) -> Visit:
    """Open an address."""
    return shown(control, address, control.web.get(address.partition("#")[0]))


def shown(control: Control, address: str, answer: object) -> Visit:
    """A visit from an answer."""
    return Visit(control, address, answer.status_code, LexborHTMLParser(answer.get_data(as_text=True)))  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    """One installation for all tests here."""
    with running_control(tmp_path_factory.mktemp("room")) as control:
        yield control


@pytest.fixture
def control(running: Control) -> Control:
    """The installation without worlds and mails."""
    for world in running.installation.worlds.all():
        running.installation.worlds.drop(world)
    running.sink.mailbox.delete_all()
    return running


def clock_of(control: Control, name: str = "one") -> datetime:
    """What a world's clock shows."""
    return datetime.fromisoformat(control.ask("GET", f"/worlds/{name}/clock").get_json()["now"])


def test_a_world_is_made_with_people(control: Control) -> None:
    """The form makes a world with name, start, standing clock, mail domain and so many people of each kind, and shows it."""
    page = visit(control, "/").press(
        "Make the world",
        id="release-42", now="2026-03-10T10:00:20", still="yes", mail_domain="r42.test", insured="2", pending="1", stranger="1",
        **{"without-address": "1", "other-scheme": "1"},
    )  # fmt: skip
    assert page.address.startswith("/worlds/release-42")
    assert "The world was made." in page.words(".done")
    world = control.ask("GET", "/worlds/release-42").get_json()
    assert world["clock"] == {"now": START, "running": False, "next": None}
    keys = [person["key"] for person in world["people"]]
    assert sorted(keys) == ["insured", "insured-2", "other-scheme", "pending", "stranger", "without-address"]
    addresses = {person["key"]: person["address"] for person in world["people"]}
    assert addresses["without-address"] is None
    assert addresses["insured"].endswith("@r42.test")
    with control.installation.worlds.get("release-42").file.reading() as transaction:
        records = {key: person.record for key, person in transaction.all(Person).items()}
    assert records["pending"].attachment == "pending"
    assert (records["other-scheme"].scheme, records["other-scheme"].fund) == ("none", "none")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("id", "Not A Name", "lower-case letters"),
        ("now", "soon", "no date and time"),
        ("mail_domain", "gmail.com", "ends in .test"),
        ("insured", "many", "no number of people"),
        ("stranger", "100000", "the API makes more"),
    ],
)
def test_a_wrong_form_says_so_and_keeps_what_was_typed(control: Control, field: str, value: str, words: str) -> None:
    """A world that cannot be made is told with the way on, and the form keeps what was typed."""
    page = visit(control, "/").press("Make the world", **{field: value})
    assert page.status == 400
    assert words in page.words(".alert")
    kept = page.tree.css_first(f"input[name={field}]")
    assert kept is not None
    assert kept.attributes["value"] == value
    assert control.ask("GET", "/worlds").get_json()["worlds"] == []


def test_worlds_are_listed_with_their_portals(control: Control) -> None:
    """Every world stands in the list with its time, whether its clock runs, and a link to its portal."""
    control.made("one")
    control.made("two", running=True)
    page = visit(control, "/")
    items = [" ".join(item.text(separator=" ").split()) for item in page.tree.css(".mails li")]
    assert "Tue 10 Mar 2026, 10:00:20" in items[0]
    assert "standing still" in items[0]
    assert "running" in items[1]
    assert "http://portal.test/w/one/ameli/" in [link.attributes.get("href") for link in page.tree.css("a")]


def test_credentials_can_be_copied(control: Control) -> None:
    """Number, password, address and what else a person is asked for stand whole and alone in elements of their own."""
    person = control.made("one", {"mail_domain": "copy.test"})["people"][0]
    copied = [element.text() for element in visit(control, "/worlds/one").tree.css("code.copy")]
    assert copied == [person[name] for name in ("identifier", "password", "address", "postcode", "card", "iban")]


@pytest.mark.parametrize(
    ("button", "step"),
    [("+1 min", timedelta(minutes=1)), ("+15 min", timedelta(minutes=15)), ("+1 h", timedelta(hours=1)), ("+1 day", timedelta(days=1))],
)
def test_the_clock_is_moved_by_steps(control: Control, button: str, step: timedelta) -> None:
    """Each step's button moves the clock by as much, and the page shows the new time in Paris."""
    control.made("one")
    page = visit(control, "/worlds/one").press(button, "#clock")
    assert clock_of(control) == TODAY + step
    assert f"{TODAY + step:%H:%M:%S}" in page.words(".now")


def test_the_clock_is_stopped_and_let_run(control: Control) -> None:
    """One button stops a running clock and lets a stopped one run."""
    control.made("one")
    assert "running" in visit(control, "/worlds/one").press("Let it run", "#clock").words(".now")
    assert "standing still" in visit(control, "/worlds/one").press("Stop it", "#clock").words(".now")


def test_the_clock_is_moved_to_a_date_in_paris(control: Control) -> None:
    """A date and time typed in is Paris time, in summer too; one that is past is told."""
    control.made("one")
    page = visit(control, "/worlds/one").press("Move it there", "#clock", to="2026-07-14T09:30")
    assert clock_of(control) == datetime.fromisoformat("2026-07-14T09:30:00+02:00")
    back = page.press("Move it there", "#clock", to="2026-03-10T09:00:00")
    assert back.status == 400
    assert "never goes back" in back.words(".alert")


def test_the_clock_goes_to_the_next_event(control: Control) -> None:
    """The page says what happens next and when, and a button goes there."""
    person = control.made("one", {"first_name": "Zoé", "last_name": "Arc"})["people"][0]
    block(control, person["identifier"])
    page = visit(control, "/worlds/one")
    assert "the block of Zoé Arc ends" in page.words(".next")
    page = page.press("Go there", "#clock")
    assert clock_of(control) == TODAY + timedelta(minutes=15)
    assert "a request for a code of Zoé Arc no longer counts" in page.words(".next")
    assert "Nothing is due" in page.press("Go there", "#clock").words("#clock")


def block(control: Control, identifier: str) -> None:
    """Block an identifier for 15 minutes because of wrong passwords."""
    subject = Subject(
        identifier[:13],
        lockout=Lockout(password_failures=3, block=Block(Reason.PASSWORDS, TODAY + timedelta(minutes=15))),
        code_requests=(TODAY,),
        decision=Decision(TODAY, "AMC-70", "third wrong password: blocked"),
    )
    with control.installation.worlds.get("one").file.transaction() as transaction:
        transaction.put(identifier[:13], subject)


def test_why_is_told_per_person(control: Control) -> None:
    """A blocked person is marked in the list; their page tells the block with its requirement and end, the counts and the last decision."""
    person = control.made("one", {"first_name": "Zoé", "last_name": "Arc"})["people"][0]
    block(control, person["identifier"])
    page = visit(control, "/worlds/one")
    assert "blocked until Tue 10 Mar 2026, 10:15:20 (AMC-70)" in page.words("#insured .state")
    link = page.tree.css_first("#insured .state a")
    assert link is not None
    told = visit(control, str(link.attributes["href"])).words()
    for part in (
        "Why: Zoé Arc",
        "third wrong password: blocked AMC-70",
        "because of passwords, until Tue 10 Mar 2026, 10:15:20",
        "3 of 3",
        "1 of 5 count",
    ):
        assert part in told


def test_why_is_asked_for_any_number(control: Control) -> None:
    """A number typed in any spelling is explained, of strangers too; nonsense is told what a number is."""
    control.made("one")
    page = visit(control, "/worlds/one").press("Ask why", "#people", identifier="1 84 05 75 123 456")
    assert "1840575123456 , has no account" in page.words() or "1840575123456, has no account" in page.words()
    wrong = page.press("Ask why", identifier="Jeanne")
    assert wrong.status == 400
    assert "13 characters" in wrong.words(".alert")


def test_acts_of_staff(control: Control) -> None:
    """Staff's buttons end a pending attachment, set the record in part and correct it."""
    control.made("one", {"attachment": "pending"})
    page = visit(control, "/worlds/one").press("End the pending attachment")
    assert "attachment done" in page.words("#insured dl")
    page = page.press("Set the record", scheme="none", fund="none")
    assert "scheme none, fund none, attachment done" in page.words("#insured dl")
    assert "scheme general, fund present" in page.press("Correct the record").words("#insured dl")
    nothing = visit(control, "/worlds/one").press("Set the record")
    assert nothing.status == 400
    assert "Give at least one" in nothing.words(".alert")


def test_a_person_is_made(control: Control) -> None:
    """A person is made as typed, the rest is made up; a wrong one is told and what was typed is kept."""
    control.made("one")
    page = visit(control, "/worlds/one").press("Make the person", key="zoe", first_name="Zoé", nir="corsica-2B", mail="none")
    assert "Zoé" in page.words("#zoe h3")
    assert "Mail none" in page.words("#zoe dl")
    wrong = page.press("Make the person", key="zoe", first_name="Encore", scheme="partner")
    assert wrong.status == 409
    kept = wrong.tree.css_first("#new-first_name")
    assert kept is not None
    assert kept.attributes["value"] == "Encore"
    assert wrong.tree.css_first("#new-scheme option[selected][value=partner]") is not None


def test_people_are_found(control: Control) -> None:
    """Among many, people are paged, and found by part of their name, key or address, or by their number in any spelling."""
    people = control.made("one", *({"key": f"p{number:02d}", "last_name": f"Nom{number:02d}"} for number in range(25)))["people"]
    page = visit(control, "/worlds/one")
    assert len(page.tree.css(".person")) == 20
    following = page.tree.css_first(".pages a")
    assert following is not None
    assert [card.attributes["id"] for card in visit(control, str(following.attributes["href"])).tree.css(".person")] == [
        "p20", "p21", "p22", "p23", "p24",
    ]  # fmt: skip
    for who in ("nom07", "p07", people[7]["address"], people[7]["identifier"], " ".join(people[7]["identifier"])):
        assert [card.attributes["id"] for card in page.press("Find", "#people", who=who).tree.css(".person")] == ["p07"]
    assert "Nobody was found." in page.press("Find", "#people", who="zzz").words("#people")


def test_latest_mails_are_shown(control: Control) -> None:
    """The newest mails to people of this world stand on its page with their text and links; those of other worlds do not."""
    person = control.made("one", {"address": "zoe@mails.test"})["people"][0]
    control.made("two", {"address": "luc@mails.test"})
    for name, to in (("one", person["address"]), ("two", "luc@mails.test")):
        world = control.installation.worlds.get(name)
        mail = Mail("Portail", "portail@portail.test", to, f"Code pour {name}", "Voir http://portal.test/lien <b>", "<p>x</p>")
        with world.file.transaction() as transaction:
            SealedOutbox(control.installation.keyring).post(transaction, mail)
        control.installation.sender.wake(world)
        control.ask("POST", f"/worlds/{name}/settle")
    page = visit(control, "/worlds/one")
    assert "Code pour one" in page.words("#mail")
    assert "Code pour two" not in page.words("#mail")
    assert "written Tue 10 Mar 2026, 10:00:20" in page.words("#mail")
    links = [link.attributes.get("href") for link in page.tree.css("#mail a")]
    assert "http://portal.test/lien" in links
    shown_mail = control.sink.web.get(str(links[0]))
    assert shown_mail.status_code == 200
    assert "Code pour one" in shown_mail.text
    theirs = next(link.attributes["href"] for link in page.tree.css("a") if link.text() == "Their mail")
    query = dict(parse_qsl(urlsplit(str(theirs)).query))
    assert query == {"q": 'addressed:"zoe@mails.test"'}
    assert "Code pour one" in control.sink.web.get(str(theirs)).text


def test_a_sink_that_does_not_answer_spoils_nothing(control: Control) -> None:
    """Without mail server the page still shows everything else, and says what is missing."""
    control.made("one", {})
    globals_of_pages = control.web.application.jinja_env.globals
    address = globals_of_pages["mail_address"]
    globals_of_pages["mail_address"] = "http://127.0.0.1:9"
    page = visit(control, "/worlds/one")
    globals_of_pages["mail_address"] = address
    assert page.status == 200
    assert "does not answer" in page.words("#mail .notice")


def test_the_mail_fault_is_switched(control: Control) -> None:
    """A button lets the mail server refuse this world's mails, and another lets it accept them again."""
    control.made("one")
    page = visit(control, "/worlds/one").press("Let it refuse them")
    assert "refuses" in page.words("#faults")
    assert "takes this world’s mails" in page.press("Let it accept them").words("#faults")


def test_a_world_is_reset(control: Control) -> None:
    """Reset keeps the people with their credentials and records, and forgets counts, blocks and the clock's position."""
    before = control.made("one", {"attachment": "pending", "address": "zoe@reset.test"}, {"kind": "stranger"})
    block(control, before["people"][0]["identifier"])
    page = visit(control, "/worlds/one").press("Reset world one")
    assert "forgotten" in page.words(".done")
    after = control.ask("GET", "/worlds/one").get_json()
    assert after["people"] == before["people"]
    assert "attachment pending" in page.words("#insured dl")
    assert control.ask("GET", f"/worlds/one/why/{before['people'][0]['identifier']}").get_json()["block"] is None
    assert after["clock"]["running"] is True


def test_a_world_is_dropped(control: Control) -> None:
    """Drop removes the world; the default world can only be reset."""
    control.made("one")
    control.made("default")
    page = visit(control, "/worlds/one").press("Drop world one")
    assert "The world is gone." in page.words(".done")
    assert visit(control, "/worlds/one").status == 404
    assert "Drop" not in visit(control, "/worlds/default").words()


def test_other_sites_press_nothing(control: Control) -> None:
    """A form of another site that points here is refused, and nothing changes."""
    control.made("one")
    for path in (
        "/worlds",
        "/worlds/one/clock",
        "/worlds/one/drop",
        "/worlds/one/reset",
        "/worlds/one/people",
        "/worlds/one/acts",
        "/worlds/one/faults",
    ):
        assert control.web.post(path, data={"step": "1h"}, headers={"Origin": "https://evil.test"}).status_code == 403
    assert clock_of(control) == TODAY


@pytest.mark.parametrize(
    "path", ["/", "/worlds/one", "/worlds/one/why?identifier=1840575123456", "/worlds/none", "/worlds/one/why?identifier=x"]
)
def test_every_page_says_what_it_is(control: Control, path: str) -> None:
    """Every page has the banner, a title, one first heading, a policy without scripts, and a name for each field."""
    control.made("one", {})
    answer = control.web.get(path)
    page = shown(control, path, answer)
    assert "simulator" in page.words(".banner")
    assert page.words("title")
    assert len(page.tree.css("h1")) == 1
    assert page.tree.css("script") == []
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    identifiers = [element.attributes["id"] for element in page.tree.css("[id]")]
    assert len(identifiers) == len(set(identifiers))
    for field in page.tree.css("input:not([type=hidden]), select"):
        assert page.tree.css_first(f'label[for="{field.attributes["id"]}"]') is not None, field.html


def test_what_people_are_called_is_no_markup(control: Control) -> None:
    """Names are shown as they are written, never as markup."""
    control.made("one", {"first_name": "<b>Zoé</b>", "last_name": "\"'><script>", "password": "<i>&"})
    page = visit(control, "/worlds/one")
    assert "<b>Zoé</b> \"'><script>" in page.words("#insured h3")
    assert page.tree.css("script, b, i") == []
