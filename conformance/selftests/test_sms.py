"""SMS as cases read them: from the simulator's sink over its port, whoever sent them there."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from conformance.doctor.reach import takes_sms
from conformance.driver import CannotRun, DriverBroke, World
from conformance.drivers.forms import FormsBrowsers
from conformance.observation import MailSeen
from conformance.obstacles import obstacle_to
from conformance.results import CaseResult, Result
from conformance.runner import RunOptions, run_trial
from conformance.scene import Scene
from conformance.sms_sink import SmsSink
from conformance.target import Target
from conformance.testability import TestabilityProvisioner
from conformance.turn import NoWay
from conformance.verbs import act
from scenarios.loader import load_cases, trials
from scenarios.model import Person, Place, Step, Trial

PLACE = Place("scenarios/cases/x.yaml", 7)
NUMBER, OTHER = "+33639981234", "+33639980000"
PEOPLE = (Person("insured", "insured", {"mobile": NUMBER}), Person("neighbour", "insured", {"mobile": OTHER}))


def step(verb: str, argument: Any = None, **options: Any) -> Step:
    """One step of a case."""
    return Step(verb, argument, PLACE, **options)


@pytest.fixture
def scene(simulator_process: Target) -> Iterator[Scene]:
    """A world of two people with mobiles, and nothing done yet."""
    provisioner = TestabilityProvisioner(simulator_process)
    world = provisioner.make(PEOPLE, None, "x")
    yield Scene.begin(simulator_process, world, FormsBrowsers(), "insured", 3.0)
    provisioner.drop(world)


def sent(scene: Scene, text: str, to: str = NUMBER) -> None:
    """A portal sends an SMS from this world."""
    asked = {"account": scene.world.id, "to": to, "sender": "Simulateur", "text": text}
    assert httpx.post(f"{scene.target.sms}/api/v1/sms", json=asked).status_code == 201


def read(scene: Scene, **options: Any) -> MailSeen:
    """What `message: sms` shows."""
    seen = act(scene, step("message", "sms", **options))
    assert isinstance(seen, MailSeen)
    return seen


def test_the_newest_sms_to_the_person_is_read(scene: Scene) -> None:
    """Each person reads the newest SMS to their own mobile; all of the world are counted, and none of another world."""
    for text, to in (("old 111 222", NUMBER), ("new 333444", NUMBER), ("theirs", OTHER)):
        sent(scene, text, to)
    httpx.post(f"{scene.target.sms}/api/v1/sms", json={"account": "elsewhere", "to": NUMBER, "sender": "x", "text": "of another world"})
    seen = read(scene)
    assert seen.message is not None
    assert (seen.message.text, seen.message.to, seen.own_address, seen.count) == ("new 333444", (NUMBER,), NUMBER, 3)
    theirs = read(scene, actor="neighbour").message
    assert theirs is not None
    assert theirs.text == "theirs"


def test_an_sms_on_its_way_is_waited_for(scene: Scene) -> None:
    """One that comes half a second later is read as soon as it is there; without one it is said that none came."""
    threading.Timer(0.5, sent, (scene, "late")).start()
    began = time.monotonic()
    assert read(scene).message is not None
    assert 0.4 < time.monotonic() - began < 2.5
    scene.texts.patience = 0.3
    assert read(scene, actor="neighbour").message is None


def test_the_code_of_an_sms_can_be_typed(scene: Scene) -> None:
    """By the label of the step that read it: entered, or as the VALUE of a field; it is a secret from then on, and so is the number."""
    sent(scene, "Votre code est 314159.")
    read(scene, label="texted")
    assert scene.codes == {"texted": "314159"}
    act(scene, step("open", "sign-in"))
    act(scene, step("sign-in", {"password": {"code": "texted"}}))
    with pytest.raises(NoWay, match="a message with the code of “other”"):
        act(scene, step("sign-in", {"password": {"code": "other"}}))
    assert scene.secrets.covered(f"to {NUMBER}: code 314159 for {OTHER}") == "to •••: code ••• for •••"


CASE = """
- id: ameli-connect.sms.read
  title: An SMS is read
  verifies: [AMC-101]
  impact: account
  given: {insured: {mobile: "+33639981234"}}
  steps: [{message: sms, label: texted}]
  expect: {to: own, count: 1, codes: 1, links: 0, lifetime: 30m, says: [never-by-phone]}
"""


TEXT = "Votre code est 314 159. Il sert pendant 30 minutes. Nous ne le demandons jamais par téléphone."


def run(simulator: Target, folder: Path, text: str = TEXT, to: str = NUMBER) -> CaseResult:
    """What comes of CASE when an SMS of that text is sent once its world is there; none when it is empty."""

    class Texting(TestabilityProvisioner):
        def make(self, people: Sequence[Person], clock: str | None, claim: str) -> World:
            world = super().make(people, clock, claim)
            body = {"account": world.id, "to": to, "sender": "Simulateur", "text": text}
            if text:
                threading.Timer(0.2, httpx.post, (f"{simulator.sms}/api/v1/sms",), {"json": body}).start()
            return world

    options = RunOptions("forms", mail_patience_seconds=1.0)
    return run_trial(loaded(folder), {}, simulator, Texting(simulator), FormsBrowsers(), options)


def loaded(folder: Path) -> Trial:
    """The trial of CASE, loaded as those of the register are."""
    cases = folder / "cases" / "ameli-connect"
    cases.mkdir(parents=True)
    (folder / "requirements").symlink_to(Path(__file__).parents[2] / "scenarios" / "requirements")
    (cases / "sms.yaml").write_text(CASE, encoding="utf-8")
    ((trial,),) = (trials(case) for case in load_cases(folder))
    return trial


def test_a_case_reads_an_sms_and_judges_it(simulator_process: Target, tmp_path: Path) -> None:
    """Recipient, count, code, life and statements of an SMS are facts, and the report shows it with its secrets covered."""
    result = run(simulator_process, tmp_path)
    assert result.result is Result.PASSED, result.reason
    (record,) = result.steps
    assert record.mail is not None
    assert (record.outcome, record.mail.to, "314" in record.mail.text) == ("1 SMS", ("•••",), False)


@pytest.mark.parametrize(
    ("text", "to", "facts"),
    [
        ("", NUMBER, {"sms", "to", "codes", "count", "lifetime", "links", "says"}),
        (TEXT, OTHER, {"to"}),
        (TEXT.replace("30", "15"), NUMBER, {"lifetime"}),
        (TEXT.replace("314 159", "314"), NUMBER, {"codes"}),
        (f"{TEXT} https://clic.test/abc", NUMBER, {"links"}),
        (TEXT.replace("Nous ne le demandons jamais par téléphone.", ""), NUMBER, {"says"}),
    ],
)
def test_what_does_not_hold_of_an_sms_is_noticed(simulator_process: Target, tmp_path: Path, text: str, to: str, facts: set[str]) -> None:
    """None that came, one to somebody else, another life, no code, a link, no warning: each breaks the fact that it is about."""
    result = run(simulator_process, tmp_path, text, to)
    assert result.result is Result.FAILED, result.reason
    assert {check.fact for record in result.steps for check in record.checks if not check.held} == facts


def test_a_target_without_sms_could_not_run_it(simulator_process: Target, tmp_path: Path) -> None:
    """What needs SMS is told before it is tried, in the words of the target file; a world without a phone says so, too."""
    trial = loaded(tmp_path)
    assert trial.needs == {"people", "sms"}
    without = replace(simulator_process, capabilities=simulator_process.capabilities - {"sms"})
    found = obstacle_to(trial, without, timedelta(minutes=1), screen=False)
    assert found is not None
    assert (found.result, found.key) == (Result.COULD_NOT_RUN, "capabilities.sms")
    world = replace(TestabilityProvisioner(without).make(PEOPLE, None, "x"))
    assert world.phone is None
    with pytest.raises(CannotRun, match="offers no SMS to be read"):
        act(Scene.begin(without, world, FormsBrowsers(), "insured", 0.1), step("message", "sms"))


def test_what_is_no_sms_sink_is_told(simulator_process: Target) -> None:
    """An address at which something else answers is named with what is lacking; the doctor tells a sink from anything else."""
    assert takes_sms(str(simulator_process.sms))
    assert not takes_sms(str(simulator_process.control))
    with pytest.raises(DriverBroke, match="sms"):
        SmsSink(str(simulator_process.control), "x").messages()


def test_more_than_one_page_is_read(scene: Scene) -> None:
    """However many came, all are listed, the newest first."""
    for number in range(205):
        sent(scene, f"text {number}")
    texts = [message.text for message in scene.texts.mailbox.messages()]
    assert texts == [f"text {number}" for number in reversed(range(205))]
