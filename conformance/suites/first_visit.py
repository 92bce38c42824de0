"""A first visit with the keyboard alone (HRD-91): identity and text to copy, personal code, contact details, the link of the mail."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.results import StepRecord
from conformance.suites.hands import Hands
from conformance.suites.keyboard import BEHIND_THE_PASSWORD, Act, done_by_keyboard
from conformance.suites.stage import Stage
from conformance.turn import NoWay
from scenarios.model import Person


def first_visit(stage: Stage) -> Iterator[StepRecord]:
    """From the sign-in page to the first sign-in; each page on the way is gone through with Tab and Shift+Tab."""
    acts: tuple[Act, ...] = (
        ("Follow the link to the first visit, with Enter", _first_page),
        ("Say who one is and copy the text, with Enter in the last field", _identify),
        ("Sign in with the provisional code, with Enter in the last field", _provisional),
        ("Choose a personal code, with Enter in the last field", _personal_code),
        ("Give contact details, the answer on information by mail with Space", _contact_details),
        ("Open the link of the mail, and confirm with the key of its button", _validate),
        ("Sign in with the personal code", _sign_in),
    )
    yield from done_by_keyboard(stage, "submit", acts, Person("insured", "insured", {"account": "none"}))


def _first_page(hands: Hands) -> None:
    form = hands.play.target.form_named("enrolment")
    hands.open(form.page or "sign-in")
    if form.link is not None:
        hands.press(hands.play.target.control_named(form.link))
    hands.go_through("the page of the first visit", [*form.controls, form.button])


def _identify(hands: Hands) -> None:
    hands.play.scene.letters.link_due()
    hands.came_to(hands.fill_in(hands.play.target.form_named("enrolment")), "sent")
    hands.go_through("the page that says that a mail was sent", [])


def _provisional(hands: Hands) -> None:
    hands.open("sign-in")
    code = hands.turn().typed("password", "provisional")
    hands.came_to(hands.fill_in(hands.play.target.form_named("sign-in"), {"password": code}), "password-asked")


def _personal_code(hands: Hands) -> None:
    form = hands.play.target.form_named("set-password")
    hands.go_through("the page of the personal code", [*form.controls, form.button])
    person = hands.turn().person
    password = person.new_password("right")
    hands.play.scene.learn_password(password)
    if hands.came_to(hands.fill_in(form, dict.fromkeys(form.controls, password)), "shown"):
        person.password = password


def _contact_details(hands: Hands) -> None:
    form = hands.play.target.form_named("contact-details")
    hands.go_through("the page of the contact details", [*form.controls, form.button])
    hands.play.scene.letters.link_due()
    hands.came_to(hands.fill_in(form), "validation-asked")
    hands.go_through("the page that says where the link is", [])


def _validate(hands: Hands) -> None:
    seen = hands.play.page("open", {"message": "link"})
    if seen.recognition.outcome != "validation-asked":
        raise NoWay("validation-asked", str(seen.recognition))
    hands.go_through("the page that the link leads to", ["validate-address"])
    hands.came_to(hands.press(hands.play.target.control_named("validate-address"), "Space"), "done")


def _sign_in(hands: Hands) -> None:
    hands.open("sign-in")
    hands.came_to(hands.fill_in(hands.play.target.form_named("sign-in")), *BEHIND_THE_PASSWORD)
