"""Verbs do what a person would do, and say what they could not do."""

# ruff: noqa: E501  (a sentence stands on one line)

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from conformance.driver import CannotRun, DriverBroke, Message, Page
from conformance.observation import MailSeen, PageSeen
from conformance.scene import Scene
from conformance.selftests.fakes import BASE, PERSON, START, FakeBrowser, FakeBrowsers, FakePortal, FakeProvisioner, target
from conformance.selftests.gateway import gateway
from conformance.sentences import sentence
from conformance.target import FormSpecification
from conformance.turn import NoWay
from conformance.usual import expectation_of
from conformance.verbs import act
from scenarios.model import Person, Place, Step

PLACE = Place("scenarios/cases/x.yaml", 7)


def step(verb: str, argument: Any = None, **options: Any) -> Step:
    """One step of a case."""
    return Step(verb, argument, PLACE, **options)


@pytest.fixture
def portal() -> FakePortal:
    """A sound portal."""
    return FakePortal()


@pytest.fixture
def scene(portal: FakePortal) -> Scene:
    """The scene of a trial with one person, and nothing done yet."""
    world = FakeProvisioner(portal).make([Person("insured", "insured")], None, "x")
    return Scene.begin(target(), world, FakeBrowsers(portal), "insured", 0.05)


def outcome(scene: Scene, wanted: Step) -> str:
    """What a step shows."""
    seen = act(scene, wanted)
    assert isinstance(seen, PageSeen)
    return str(seen.recognition)


def test_the_whole_way_in_and_out(scene: Scene, portal: FakePortal) -> None:
    """Sign in, ask for a code, enter it, sign out; what happened is remembered as instants."""
    assert outcome(scene, step("open", "account")) == "sign-in-asked"
    assert outcome(scene, step("sign-in")) == "code-announced"
    assert outcome(scene, step("ask-for", "code", label="first-code")) == "code-asked"
    assert scene.codes == {"first-code": portal.code}
    assert scene.events["code-sent"] == START
    assert outcome(scene, step("enter", "received", trust=True)) == "signed-in"
    assert outcome(scene, step("open", "account")) == "signed-in"
    assert outcome(scene, step("sign-out")) == "done"


def test_whoever_is_signed_in_signs_out_before_signing_in_again(scene: Scene, portal: FakePortal) -> None:
    """As a person would, who finds no form."""
    for wanted in (step("sign-in"), step("ask-for", "code"), step("enter", "received")):
        act(scene, wanted)
    assert portal.open
    assert outcome(scene, step("sign-in")) in {"code-announced", "signed-in"}


def test_asking_for_a_code_where_there_is_no_button_signs_in_anew_first(scene: Scene) -> None:
    """Even in a browser that has shown nothing yet."""
    assert outcome(scene, step("ask-for", "code")) == "code-asked"


def test_an_expired_or_blocked_way_is_told_as_a_missing_way(scene: Scene) -> None:
    """A recognised page without what the step needs is the target's doing."""
    act(scene, step("sign-in"))
    with pytest.raises(NoWay, match=r"a page without it \(code-announced\)"):
        act(scene, step("enter", "wrong"))


def test_a_page_whose_words_promise_the_control_means_a_mistake_in_the_target_file(portal: FakePortal) -> None:
    """Then the label of the target file is wrong, and the message names it."""
    controls = {**target().controls, "code": replace(target().controls["code"], label=re.compile("Clef"))}
    world = FakeProvisioner(portal).make([Person("insured", "insured")], None, "x")
    scene = Scene.begin(target(controls=controls), world, FakeBrowsers(portal), "insured", 0.05)
    act(scene, step("ask-for", "code"))
    with pytest.raises(DriverBroke, match=r"has no textbox labelled “Clef”; it has: .*Code de sécurité.* Mend controls\.code"):
        act(scene, step("enter", "wrong"))


def test_a_code_asked_for_under_a_label_can_be_entered_later(scene: Scene, portal: FakePortal) -> None:
    """The older code is another one than the newest."""
    act(scene, step("ask-for", "code", label="old"))
    act(scene, step("ask-for", "code"))
    assert scene.codes["old"] != portal.code
    assert outcome(scene, step("enter", "old")) == "refused, wrong"


def test_a_mail_of_someone_else_is_not_taken_for_ones_own(portal: FakePortal) -> None:
    """With two people in the case, a code is read from the mails to the one who acts."""
    world = FakeProvisioner(portal).make([Person("insured", "insured"), Person("neighbour", "insured")], None, "x")
    people = {"insured": PERSON, "neighbour": replace(PERSON, key="neighbour", address="bob@t1.heurtoir.test")}
    scene = Scene.begin(target(), replace(world, people=people), FakeBrowsers(portal), "insured", 0.05)
    act(scene, step("ask-for", "code"))
    assert scene.letters.newest_code(PERSON.address) == portal.code
    with pytest.raises(NoWay, match=r"none came in 0\.05 s"):
        act(scene, step("enter", "received", actor="neighbour"))


def test_a_late_mail_is_waited_for_and_an_older_one_not_taken_for_it(scene: Scene, portal: FakePortal) -> None:
    """As many codes are waited for as were announced."""
    act(scene, step("ask-for", "code"))
    act(scene, step("ask-for", "code"))
    late = portal.mails.pop(0)
    waited: list[float] = []

    class SlowMailbox:
        """The second mail comes while it is waited for."""

        domain = "t1.heurtoir.test"

        def messages(self) -> list[Message]:
            """Newest first."""
            return list(portal.mails)

        def wait_beyond(self, count: int, seconds: float) -> list[Message]:
            """The late one comes now."""
            waited.append(seconds)
            portal.mails.insert(0, late)
            return list(portal.mails)

    object.__setattr__(scene.letters, "world", replace(scene.world, mailbox=SlowMailbox()))
    assert scene.letters.newest_code(PERSON.address) == portal.code
    assert len(waited) == 1


def test_messages_are_counted_once_none_is_on_its_way(portal: FakePortal) -> None:
    """`message: any` settles first, and needs no mail to come."""
    settled: list[bool] = []
    world = replace(FakeProvisioner(portal).make([Person("insured", "insured")], None, "x"), settle=lambda: settled.append(True))
    scene = Scene.begin(target(), world, FakeBrowsers(portal), "insured", 0.05)
    seen = act(scene, step("message", "any", expect={"count": 0}))
    assert isinstance(seen, MailSeen)
    assert (seen.count, seen.message, settled) == (0, None, [True])


def test_a_link_that_leads_off_the_target_is_not_followed(scene: Scene, portal: FakePortal) -> None:
    """Neither to another machine nor to another port of this one."""
    for link in ("http://www.ameli.fr/nouveau/Zk39aLq81mmPq20x", "http://127.0.0.1:9999/w/fake/ameli/nouveau/Zk39aLq81mmPq20x"):
        portal.mails.insert(0, Message(link, "x", "x@a.test", (PERSON.address or "",), "Lien", f"Voici : {link}", ""))
        with pytest.raises(DriverBroke, match="off the target"):
            act(scene, step("open", {"message": "link"}))


def _mailed(portal: FakePortal, link: str) -> None:
    portal.mails.insert(0, Message(link, "x", "x@a.test", (PERSON.address or "",), "Lien", f"Voici : {link}", ""))


def test_a_link_read_under_a_label_can_be_followed_later(scene: Scene, portal: FakePortal) -> None:
    """Though another came since; one that was never read is no way."""
    for number in "12":
        scene.letters.link_due()
        _mailed(portal, f"{BASE}/nouveau/Zk39aLq81mmPq20{number}")
        act(scene, step("message", "link", label=f"link-{number}"))
    act(scene, step("open", {"message": "link-1"}))
    assert scene.browser("first").page().address.endswith("mPq201")
    act(scene, step("open", {"message": "link"}))
    assert scene.browser("first").page().address.endswith("mPq202")
    with pytest.raises(NoWay, match="none was read as “link-3”"):
        act(scene, step("open", {"message": "link-3"}))


@pytest.mark.parametrize(
    ("link", "missing", "wrong"),
    [
        (f"{BASE}/nouveau/Zk39aLq81mmPq20x", f"{BASE}/nouveau/", f"{BASE}/nouveau/Zk40bLq92mmPq31x"),
        (f"{BASE}/n?k=0f0f0f0f0f0f0f0f&l=fr", f"{BASE}/n?k=&l=fr", f"{BASE}/n?k=1a1a1a1a1a1a1a1a&l=fr"),
    ],
)
def test_a_link_is_followed_without_its_secret_or_with_another(
    scene: Scene, portal: FakePortal, link: str, missing: str, wrong: str
) -> None:
    """The rest of it stays as it is, and another secret is of the same make."""
    _mailed(portal, link)
    act(scene, step("open", {"message": "link", "secret": "missing"}))
    assert scene.browser("first").page().address == missing
    act(scene, step("open", {"message": "link", "secret": "wrong"}))
    assert scene.browser("first").page().address == wrong


def test_a_link_without_a_secret_that_can_be_told_is_not_guessed_at(scene: Scene, portal: FakePortal) -> None:
    """Unchanged it would open, and the portal look wrong."""
    _mailed(portal, f"{BASE}/n?k=1f")
    with pytest.raises(CannotRun, match="no long part that would be its secret"):
        act(scene, step("open", {"message": "link", "secret": "wrong"}))


def test_a_machine_that_looks_at_a_link_is_nobody(scene: Scene, portal: FakePortal) -> None:
    """It brings no cookies, follows redirects, and shows nothing in anybody's browser."""
    with gateway("127.0.0.1") as server:
        secret = "/neu/Zk39aLq81mmPq20x"
        server.redirects[secret] = "/neu"
        scene.world = replace(scene.world, address=f"{server.origin}/ameli")
        _mailed(portal, f"{server.origin}{secret}")
        for method in ("head", "get"):
            assert act(scene, step("request", {method: {"message": "link"}})) is None
    assert server.paths == [secret, "/neu"] * 2
    assert not scene.browsers


def test_a_browser_can_be_given_the_cookies_of_another(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those and no others, as if somebody had planted them."""
    planted: list[tuple[str, ...]] = []
    monkeypatch.setattr(FakeBrowser, "restore", lambda _, cookies: planted.append(tuple(cookie.name for cookie in cookies)))
    act(scene, step("open", "sign-in", browser="attacker"))
    act(scene, step("open", "sign-in"))
    assert act(scene, step("browser", {"cookies-of": "attacker"})) is None
    assert planted == [("session",)]


def test_the_clock_is_moved_to_instants_counted_from_events(scene: Scene, portal: FakePortal) -> None:
    """From the start, from a label, from now."""
    act(scene, step("clock", "+10m"))
    act(scene, step("ask-for", "code"))
    act(scene, step("clock", "code-sent + 14m59s"))
    assert (portal.now - START).total_seconds() == 600 + 899
    with pytest.raises(DriverBroke, match="never goes back"):
        act(scene, step("clock", "started"))


def test_cookies_are_kept_and_brought_back(scene: Scene, portal: FakePortal) -> None:
    """Bringing back what was never kept is a mistake of the case."""
    for wanted in (step("ask-for", "code"), step("enter", "received"), step("browser", "keep-cookies"), step("browser", "forget-cookies")):
        act(scene, wanted)
    assert not portal.open
    act(scene, step("browser", "bring-back-cookies"))
    assert portal.open
    with pytest.raises(DriverBroke, match="No cookies of the browser “second” were kept"):
        act(scene, step("browser", "bring-back-cookies", browser="second"))


def test_a_browser_that_is_opened_again_has_forgotten_the_cookies_of_the_session(scene: Scene, portal: FakePortal) -> None:
    """The portal that is played here has no others: one is signed in no longer."""
    for wanted in (step("ask-for", "code"), step("enter", "received")):
        act(scene, wanted)
    assert portal.open
    act(scene, step("browser", "reopen"))
    assert not portal.open


def test_what_the_target_lacks_is_told_as_a_capability(portal: FakePortal) -> None:
    """Clock, mail, staff and screen."""
    world = replace(FakeProvisioner(portal).make([Person("insured", "insured")], None, "x"), clock=None, mailbox=None)
    scene = Scene.begin(target(), world, FakeBrowsers(portal), "insured", 0.05)
    for wanted, lacking in (
        (step("clock", "+1m"), "clock"),
        (step("message", "any"), "mail"),
        (step("staff", "attach"), "staff"),
        (step("fault", "smtp-refuses"), "faults"),
        (step("browser", {"width": 320}), "screen"),
    ):
        with pytest.raises(CannotRun, match=lacking):
            act(scene, wanted)


def test_a_step_of_nobody_is_a_mistake(scene: Scene) -> None:
    """The message names the step's place."""
    with pytest.raises(DriverBroke, match=r"Nobody acts in “sign-in” \(scenarios/cases/x.yaml:7\)"):
        act(scene, step("sign-in", actor="ghost"))


def test_addresses_are_shortened_and_covered(scene: Scene) -> None:
    """The report shows the way below the portal's base, without tokens."""
    assert scene.shortened(f"{BASE}/connexion?suite=compte") == "…/connexion?suite=compte"
    assert scene.shortened(f"{BASE}/nouveau/Zk39aLq81mmPq20x") == "…/nouveau/•••"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (step("sign-in", {"password": "wrong"}), "Sign in with the right NIR and a wrong password"),
        (step("sign-in", {"identifier": "bad-key"}, actor="neighbour", browser="second"),
         "Sign in with the NIR with a key that does not match and the right password, as neighbour, in the browser “second”"),
        (step("enter", "received", trust=True), "Enter the code received, the box “my personal computer” ticked"),
        (step("enter", "first-code"), "Enter the code of “first-code”"),
        (step("open", {"link": "enrolment"}), "Follow the link “enrolment”"),
        (step("submit", "forgotten-password", values={"birth-date": "wrong"}), "Send the form “forgotten-password” with a wrong birth date"),
        (step("set-password", {"length": 51}), "Set as the new password a password of 51 characters"),
        (step("set-password", {"password": "right", "confirmation": "wrong"}), "Set a new password with the right password and a wrong confirmation"),
        (step("staff", {"set-record": {"fund": "none"}}), "Staff change the record: fund none"),
        (step("clock", "code-sent + 15m"), "Move the clock to code-sent + 15m"),
        (step("message", "any"), "Count the mails once none is on its way"),
        (step("browser", {"width": 320}), "Make the screen 320 pixels wide"),
        (step("browser", {"cookies-of": "attacker"}, browser="second"), "Give the browser the cookies of the browser “attacker”, in the browser “second”"),
        (step("open", {"message": "link"}), "Open the link of the newest mail"),
        (step("open", {"message": "older", "secret": "wrong"}), "Open the link of “older” with another secret part"),
        (step("request", {"head": {"message": "link", "secret": "missing"}}), "A machine asks for the link of the newest mail without its secret part (HEAD)"),
        (step("fault", "smtp-refuses"), "Let the mail server refuse every mail"),
        (step("fault", "none"), "Let nothing go wrong any more"),
        (step("sign-in", {"password": "last-missing"}), "Sign in with the right NIR and the password without its last character"),
    ],
)  # fmt: skip
def test_steps_are_told_in_plain_english(wanted: Step, words: str) -> None:
    """One sentence a step."""
    assert sentence(wanted) == words


def test_a_form_without_the_field_that_is_filled_in_wrongly_is_no_way(scene: Scene) -> None:
    """What a case gets wrong must be typed somewhere; what it gets right a form may do without."""
    recovery = FormSpecification("forgotten-password", "sign-in", None, ("identifier",), "sign-in")
    scene.target = replace(scene.target, forms={**scene.target.forms, "forgotten-password": recovery})
    with pytest.raises(NoWay, match=r"birth-date.*wrong.*a form without it"):
        act(scene, step("submit", "forgotten-password", values={"identifier": "right", "birth-date": "wrong"}))
    assert act(scene, step("submit", "forgotten-password", values={"identifier": "right", "birth-date": "right"})) is not None


@pytest.mark.parametrize(
    ("goes_on", "expected", "asked"),
    [(True, "code-announced", False), (True, ["code-announced", "signed-in"], True), (False, "code-announced", True)],
)
def test_the_account_is_not_tried_where_words_are_clear_and_the_case_goes_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, goes_on: bool, expected: object, asked: bool
) -> None:
    """Asking for the account may end a sign-in that is half done; at the end of a case, or where it may be open, it is asked for."""
    tried: list[str] = []
    fetch = FakeBrowser.fetch

    def noted(browser: FakeBrowser, address: str) -> Page:
        tried.append(address)
        return fetch(browser, address)

    monkeypatch.setattr(FakeBrowser, "fetch", noted)
    scene.goes_on = goes_on
    assert outcome(scene, step("sign-in", expect={"outcome": expected})) == "code-announced"
    assert bool(tried) is asked


@pytest.mark.parametrize(
    ("wanted", "expectation"),
    [
        (step("sign-in"), {"outcome": ["code-announced", "code-asked", "signed-in"]}),
        (step("sign-in", {"identifier": "spaced"}), {"outcome": ["code-announced", "code-asked", "signed-in"]}),
        (step("sign-in", {"password": "wrong"}), {"outcome": "refused", "reason": "wrong"}),
        (step("sign-in", {"identifier": "bad-key", "password": "wrong"}), {"outcome": "invalid"}),
        (step("sign-in", {"identifier": {"text": "x"}}), {}),
        (step("enter", "wrong"), {"outcome": "refused", "reason": "wrong"}),
        (step("enter", "empty"), {"outcome": "invalid"}),
        (step("enter", "some-label"), {"outcome": "signed-in"}),
        (step("open", {"link": "enrolment"}), {"outcome": "shown", "page": "enrolment"}),
        (step("enter", "received", expect={"stays-on": "code"}), {"outcome": "signed-in", "stays-on": "code"}),
        (step("enter", "received", expect={"outcome": "refused"}), {"outcome": "refused"}),
        (step("message", "code", expect={"codes": 1}), {"codes": 1}),
        (step("clock", "+1m"), {}),
        (step("open", {"message": "older"}), {"outcome": ["password-asked", "validation-asked"]}),
        (step("open", {"message": "older", "secret": "wrong"}), {}),
        (step("sign-in", {"password": "last-changed"}), {"outcome": "refused", "reason": "wrong"}),
    ],
)
def test_what_is_usual_of_a_step(wanted: Step, expectation: dict[str, Any]) -> None:
    """What a step must show when the case says nothing, or no outcome, of it."""
    assert expectation_of(wanted) == expectation
