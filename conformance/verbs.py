"""What the steps of a case do: one function a verb, on top of the browser and the target's names. Each returns what is then seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC

from conformance import user_agents
from conformance.driver import App, CannotRun, DriverBroke, Named
from conformance.letters import BY_SMS
from conformance.links import link_meant, looked_at
from conformance.observation import Observation, PageSeen
from conformance.scene import Scene
from conformance.turn import NoWay, Turn, Verb, perform
from conformance.verify import instant_meant
from scenarios.language import SMS
from scenarios.model import Step

# Forms after which no mail is waited for; after the others one with a link or a provisional code may come.
_BRING_NO_MAIL = frozenset({"another-text", "card-enrolment", "validate-address"})
# A personal code that is accepted leads on to the contact details.
_ACCEPTED = frozenset({"done", "signed-in", "sign-in-asked", "shown"})


def act(scene: Scene, step: Step) -> Observation | None:
    """Do a step once, as this target does it, and return what is then seen, or None for a step that shows nothing.

    Raises:
        NoWay: when the page shown offers no way to do it.
        CannotRun: when the target lacks what the step needs.
        DriverBroke: when target, driver or case is broken.
    """
    return perform(Turn(scene, step, VERBS))


# -- pages


def open_(turn: Turn) -> Observation:
    """Open a page of the target, follow a link of the page shown, or the link of a mail."""
    argument = turn.step.argument
    if isinstance(argument, str):
        turn.open(argument)
    elif "link" in argument:
        turn.press(argument["link"])
    else:
        turn.browser.open(link_meant(turn, argument))
    return turn.see()


def sign_in(turn: Turn) -> Observation:
    """Open the sign-in page, fill the form in, press. Whoever is signed in there signs out first, as a person would."""
    form = turn.scene.target.form_named("sign-in")
    turn.open("sign-in")
    if not turn.offers(form.controls[0]) and turn.offers("sign-out"):
        turn.press("sign-out")
        turn.open("sign-in")
    if turn.fill_in(form, turn.step.argument or {}):
        turn.press(form.button)
    return turn.see()


def sign_out(turn: Turn) -> Observation:
    """Press sign-out, on the account's page when the page shown has no such button."""
    if not turn.offers("sign-out"):
        turn.open("account")
    turn.press("sign-out")
    return turn.see()


def ask_for(turn: Turn) -> Observation:
    """Press the button that asks for a code; where there is none, or the visit has ended meanwhile, sign in anew first."""
    seen = _asked_for(turn) if turn.offers("ask-for-code") else None
    if seen is None or seen.recognition.outcome == "sign-in-asked":
        turn.do("sign-in")
        seen = turn.see()
        if turn.offers("ask-for-code") or seen.recognition.outcome == "code-announced":
            seen = _asked_for(turn)
    return seen


def _asked_for(turn: Turn) -> PageSeen:
    turn.press("ask-for-code")
    return turn.see()


def enter(turn: Turn) -> Observation:
    """Enter a code on the page that asks for one."""
    turn.needed("code")
    turn.fill("code", turn.code())
    if turn.step.trust:
        turn.tick("trust")
    turn.press("enter-code")
    return turn.see()


def submit(turn: Turn) -> Observation:
    """Fill a form of the target in and press its button; its page is opened first when it is not shown."""
    form = turn.scene.target.form_named(turn.step.argument)
    for name, value in turn.step.values.items():
        if name not in form.controls and value != "right":
            raise NoWay(f"a field for “{name}”, to fill in what is {value}", "a form without it")
    first = turn.scene.target.stages(form)[0]
    if form.page is not None and not all(turn.offers(control.name) for control in first):
        turn.open(form.page)
        if form.link is not None:
            turn.press(form.link)
    if turn.fill_in(form, turn.step.values):
        if form.name not in _BRING_NO_MAIL:
            turn.scene.letters.link_due()
        turn.press(form.button)
    return turn.see()


def set_password(turn: Turn) -> Observation:
    """Set a password on the page that asks for one; when it is accepted the person knows it from then on."""
    person, argument = turn.person, turn.step.argument
    wanted = argument if isinstance(argument, Mapping) and "password" in argument else {"password": argument}
    password = person.new_password(wanted["password"])
    repeated = password if wanted.get("confirmation", "right") == "right" else person.new_password(wanted["confirmation"])
    for name, text in (("new-password", password), ("confirmation", repeated)):
        turn.scene.learn_password(text)
        turn.fill(name, text)
    turn.press("set-password")
    seen = turn.see()
    if seen.recognition.outcome in _ACCEPTED:
        person.password = password
    return seen


# -- the mobile app


def app(turn: Turn) -> Observation:
    """One call of the portal's mobile app, on the phone that `in` names."""
    scene, argument = turn.scene, turn.step.argument
    call, given = (argument, {}) if isinstance(argument, str) else next(iter(argument.items()))
    phone = scene.app(turn.step.browser)
    scene.letters.asked()
    if call == "give-address":
        return _give_address(turn, phone, f"{given}@{scene.letters.mailbox.domain}")
    values = {"identifier": "right", "password": "right", **(given or {})} if call == "sign-in" else {}
    return scene.see_in_app(phone.ask(call, {name: turn.typed(name, value) for name, value in values.items()}))


def _give_address(turn: Turn, phone: App, address: str) -> Observation:
    """An address that was taken is the person's from then on: mails to it are theirs, with the link that validates it."""
    turn.scene.letters.link_due()
    seen = turn.scene.see_in_app(phone.ask("give-address", {"address": address}))
    if seen.recognition.outcome == "validation-asked":
        turn.person.known_as(replace(turn.person.credentials, address=address))
    return seen


# -- mails, machines, time, staff, browser


def message(turn: Turn) -> Observation:
    """Read the newest mail of a kind, or the newest SMS. `any`, `sms` and counts are judged when nothing is on its way any more."""
    scene, step = turn.scene, turn.step
    if step.argument == SMS:
        return scene.texts.newest(SMS, scene.address_of_actor(step, BY_SMS), settled=True)
    if step.argument == "identifier":
        return scene.letters.holding(turn.person.credentials.identifier, scene.address_of_actor(step))
    settled = step.argument == "any" or "count" in (step.expect or {})
    return scene.letters.newest(step.argument, scene.address_of_actor(step), settled)


def request(turn: Turn) -> None:
    """A machine asks for the link of a mail, as scanners of mails do: in nobody's browser, without cookies and scripts."""
    ((method, meant),) = turn.step.argument.items()
    looked_at(method.upper(), link_meant(turn, meant))


def fault(turn: Turn) -> None:
    """Something that the target depends on goes wrong from now on, or nothing does any more."""
    scene = turn.scene
    if scene.world.faults is None:
        raise CannotRun(f"{scene.target.file} offers no faults to be switched on (capabilities.faults).")
    scene.world.faults.switch(turn.step.argument)


def clock(turn: Turn) -> None:
    """Move the world's clock."""
    scene = turn.scene
    instant = instant_meant(str(turn.step.argument), scene.events) if "now" in scene.events else scene.clock.now()
    scene.move_clock(instant.astimezone(UTC))


def staff(turn: Turn) -> None:
    """An act of staff on the person."""
    scene, argument = turn.scene, turn.step.argument
    if scene.world.staff is None:
        raise CannotRun(f"{scene.target.file} offers no acts of staff (capabilities.staff).")
    act_name, values = (argument, {}) if isinstance(argument, str) else next(iter(argument.items()))
    scene.world.staff.act(act_name, turn.person.credentials.key, values)


def browser_(turn: Turn) -> None:
    """Something done to the browser itself."""
    scene, step, browser = turn.scene, turn.step, turn.browser
    if isinstance(step.argument, Mapping) and "cookies-of" in step.argument:
        browser.restore(scene.browser(step.argument["cookies-of"]).cookies())
    elif isinstance(step.argument, Mapping) and "named" in step.argument:
        if not isinstance(browser, Named):
            raise CannotRun("it needs a browser that can say that it is another one")
        browser.say_it_is(user_agents.USER_AGENTS[step.argument["named"]])
    elif isinstance(step.argument, Mapping):
        browser.resize(int(step.argument["width"]))
    elif step.argument == "keep-cookies":
        scene.kept_cookies[step.browser] = browser.cookies()
    elif step.argument == "bring-back-cookies":
        if step.browser not in scene.kept_cookies:
            raise DriverBroke(f"No cookies of the browser “{step.browser}” were kept ({step.place}): put `browser: keep-cookies` before.")
        browser.restore(scene.kept_cookies[step.browser])
    elif step.argument == "reopen":
        browser.restore([cookie for cookie in browser.cookies() if not cookie.session])
    else:
        browser.forget_cookies()


VERBS: Mapping[str, Verb] = {
    "open": open_,
    "sign-in": sign_in,
    "sign-out": sign_out,
    "ask-for": ask_for,
    "enter": enter,
    "submit": submit,
    "set-password": set_password,
    "message": message,
    "request": request,
    "fault": fault,
    "clock": clock,
    "staff": staff,
    "browser": browser_,
    "app": app,
}
