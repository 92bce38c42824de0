"""What the steps of a case do: one function a verb, on top of the browser and the target's names. Each returns what is then seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date
from typing import Any
from urllib.parse import urlsplit

from conformance.driver import Browser, CannotRun, Control, DriverBroke
from conformance.gate import is_loopback
from conformance.mail_facts import link_to_follow
from conformance.observation import Observation, PageSeen
from conformance.reading import read
from conformance.recognise import control_read
from conformance.scene import Scene
from conformance.values import Knowledge, code_as_typed
from conformance.verify import instant_meant
from scenarios.model import Step

_KNOWN_CODES = frozenset({"received", "wrong", "malformed", "empty"})
# The page that is not itself without this control: if its words say what it is, the target file must be wrong.
_STANDS_ON = {
    "identifier": "sign-in-asked",
    "password": "sign-in-asked",
    "sign-in": "sign-in-asked",
    "ask-for-code": "code-announced",
    "code": "code-asked",
    "enter-code": "code-asked",
    "new-password": "password-asked",
    "set-password": "password-asked",
}
_ACCEPTED = frozenset({"done", "signed-in", "sign-in-asked"})


class NoWay(Exception):
    """The page shown has not what the step needs: the target's fault when the page itself was recognised for what it is."""

    def __init__(self, expected: str, actual: str) -> None:
        super().__init__(f"expected {expected}, found {actual}")
        self.expected = expected
        self.actual = actual


def act(scene: Scene, step: Step) -> Observation | None:
    """Do a step once and return what is then seen, or None for a step that shows nothing.

    Raises:
        NoWay: when the page shown offers no way to do it.
        CannotRun: when the target lacks what the step needs.
        DriverBroke: when target, driver or case is broken.
    """
    return _VERBS[step.verb](scene, step)


# -- pages


def open_(scene: Scene, step: Step) -> Observation:
    """Open a page of the target, follow a link of the page shown, or the link of the newest mail."""
    browser = scene.browser(step.browser)
    if isinstance(step.argument, str):
        browser.open(scene.target.page_address(step.argument, scene.world.address))
    elif "link" in step.argument:
        browser.press(_needed(scene, browser, step, step.argument["link"]))
    else:
        browser.open(_address_in_mail(scene, step))
    return scene.see(browser, step)


def sign_in(scene: Scene, step: Step) -> Observation:
    """Open the sign-in page, fill the form in, press. Whoever is signed in there signs out first, as a person would."""
    browser, person = scene.browser(step.browser), scene.actor(step)
    _sign_in(scene, browser, step, person, step.argument or {})
    return scene.see(browser, step)


def sign_out(scene: Scene, step: Step) -> Observation:
    """Press sign-out, on the account's page when the page shown has no such button."""
    browser = scene.browser(step.browser)
    if not _offered(browser, scene.target.control_named("sign-out")):
        browser.open(scene.target.page_address("account", scene.world.address))
    browser.press(_needed(scene, browser, step, "sign-out"))
    return scene.see(browser, step)


def ask_for(scene: Scene, step: Step) -> Observation:
    """Press the button that asks for a code; where there is none, or the visit has ended meanwhile, sign in anew first."""
    browser, person = scene.browser(step.browser), scene.actor(step)
    button = scene.target.control_named("ask-for-code")
    seen = _pressed(scene, browser, step, button) if _offered(browser, button) else None
    if seen is None or seen.recognition.outcome == "sign-in-asked":
        _sign_in(scene, browser, step, person, {})
        seen = _pressed(scene, browser, step, button) if _offered(browser, button) else scene.see(browser, step)
    if seen.recognition.outcome == "code-asked":
        scene.happened("code-sent")
        scene.letters.code_due(person.credentials.address)
        if step.label and (code := scene.letters.newest_code(person.credentials.address)):
            scene.codes[step.label] = code
    return seen


def enter(scene: Scene, step: Step) -> Observation:
    """Enter a code on the page that asks for one."""
    browser, person = scene.browser(step.browser), scene.actor(step)
    field = _needed(scene, browser, step, "code")
    browser.fill(field, _code(scene, step, person))
    if step.trust:
        browser.tick(_needed(scene, browser, step, "trust"))
    browser.press(_needed(scene, browser, step, "enter-code"))
    return scene.see(browser, step)


def submit(scene: Scene, step: Step) -> Observation:
    """Fill a form of the target in and press its button; its page is opened first when it is not shown."""
    browser, person = scene.browser(step.browser), scene.actor(step)
    form = scene.target.form_named(step.argument)
    controls = [scene.target.control_named(name) for name in form.controls]
    if form.page is not None and not all(_offered(browser, control) for control in controls):
        browser.open(scene.target.page_address(form.page, scene.world.address))
        if form.link is not None:
            browser.press(_needed(scene, browser, step, form.link))
    for control in controls:
        _needed(scene, browser, step, control.name)
        browser.fill(control, _typed(scene, browser, control, person, step.values.get(control.name, "right")))
    scene.letters.link_due()
    scene.letters.asked()
    browser.press(_needed(scene, browser, step, form.button))
    return scene.see(browser, step)


def set_password(scene: Scene, step: Step) -> Observation:
    """Set a password on the page that asks for one; when it is accepted the person knows it from then on."""
    browser, person = scene.browser(step.browser), scene.actor(step)
    wanted = step.argument if isinstance(step.argument, Mapping) and "password" in step.argument else {"password": step.argument}
    password = person.new_password(wanted["password"])
    repeated = password if wanted.get("confirmation", "right") == "right" else person.new_password(wanted["confirmation"])
    for name, text in (("new-password", password), ("confirmation", repeated)):
        scene.learn_password(text)
        browser.fill(_needed(scene, browser, step, name), text)
    browser.press(_needed(scene, browser, step, "set-password"))
    seen = scene.see(browser, step)
    if seen.recognition.outcome in _ACCEPTED:
        person.password = password
    return seen


# -- mails, time, staff, browser


def message(scene: Scene, step: Step) -> Observation:
    """Read the newest mail of a kind. `any`, and counts, are judged when nothing is on its way any more."""
    settled = step.argument == "any" or "count" in (step.expect or {})
    return scene.letters.newest(step.argument, scene.address_of_actor(step), settled)


def clock(scene: Scene, step: Step) -> None:
    """Move the world's clock."""
    instant = instant_meant(str(step.argument), scene.events) if "now" in scene.events else scene.clock.now()
    scene.move_clock(instant.astimezone(UTC))


def staff(scene: Scene, step: Step) -> None:
    """An act of staff on the person."""
    if scene.world.staff is None:
        raise CannotRun(f"{scene.target.file} offers no acts of staff (capabilities.staff).")
    act_name, values = (step.argument, {}) if isinstance(step.argument, str) else next(iter(step.argument.items()))
    scene.world.staff.act(act_name, scene.actor(step).credentials.key, values)


def browser_(scene: Scene, step: Step) -> None:
    """Something done to the browser itself."""
    browser = scene.browser(step.browser)
    if isinstance(step.argument, Mapping):
        browser.resize(int(step.argument["width"]))
    elif step.argument == "keep-cookies":
        scene.kept_cookies[step.browser] = browser.cookies()
    elif step.argument == "bring-back-cookies":
        if step.browser not in scene.kept_cookies:
            raise DriverBroke(f"No cookies of the browser “{step.browser}” were kept ({step.place}): put `browser: keep-cookies` before.")
        browser.restore(scene.kept_cookies[step.browser])
    else:
        browser.forget_cookies()


_VERBS: Mapping[str, Callable[[Scene, Step], Observation | None]] = {
    "open": open_,
    "sign-in": sign_in,
    "sign-out": sign_out,
    "ask-for": ask_for,
    "enter": enter,
    "submit": submit,
    "set-password": set_password,
    "message": message,
    "clock": clock,
    "staff": staff,
    "browser": browser_,
}


# -- what several verbs do


def _sign_in(scene: Scene, browser: Browser, step: Step, person: Knowledge, values: Mapping[str, Any]) -> None:
    address = scene.target.page_address("sign-in", scene.world.address)
    browser.open(address)
    sign_out_button = scene.target.control_named("sign-out")
    if not browser.has(scene.target.control_named("password")) and browser.has(sign_out_button):
        browser.press(sign_out_button)
        browser.open(address)
    for name in ("identifier", "password"):
        control = _needed(scene, browser, step, name)
        browser.fill(control, _typed(scene, browser, control, person, values.get(name, "right")))
    browser.press(_needed(scene, browser, step, "sign-in"))


def _typed(scene: Scene, browser: Browser, control: Control, person: Knowledge, value: Any) -> str:
    """What is typed into a control for a VALUE; what was typed is secret from then on."""
    if control.name == "birth-date":
        return _birth_date(person.birth_date(value), browser, control)
    if control.name == "identifier":
        text = person.identifier(value)
        scene.secrets.learn(text)
        return text
    if control.name in {"password", "new-password", "confirmation"}:
        text = person.typed_password(value)
        scene.learn_password(text)
        return text
    raise DriverBroke(f"Nothing is known to type into “{control.name}”; known are identifier, password and birth-date.")


def _birth_date(born: date | str, browser: Browser, control: Control) -> str:
    """A date as the field takes it: a date field takes ISO 8601, a text field the French way."""
    if isinstance(born, str):
        return born
    shown = control_read(read(browser.page().html), control)
    return born.isoformat() if shown and shown.kind == "date" else born.strftime("%d/%m/%Y")


def _code(scene: Scene, step: Step, person: Knowledge) -> str:
    typed = code_as_typed(step.argument)
    if typed is not None:
        return typed
    if step.argument == "wrong":
        return person.wrong_code(scene.letters.all_codes())
    if step.argument not in _KNOWN_CODES:
        if step.argument not in scene.codes:
            raise NoWay(f"a mail with the code of “{step.argument}”", "no such mail came")
        return scene.codes[step.argument]
    code = scene.letters.newest_code(person.credentials.address)
    if code is None:
        raise NoWay("a mail with a code", f"none came in {scene.letters.patience:g} s")
    return code


def _pressed(scene: Scene, browser: Browser, step: Step, button: Control) -> PageSeen:
    scene.letters.asked()
    browser.press(button)
    return scene.see(browser, step)


def _needed(scene: Scene, browser: Browser, step: Step, name: str) -> Control:
    """The control, when the page has it.

    Raises:
        DriverBroke: when the page is the one that must have it by its words: then the target file names it wrongly.
        NoWay: when the page is another one, or need not have it.
    """
    control = scene.target.control_named(name)
    if _offered(browser, control):
        return control
    seen = scene.see(browser, step)
    if seen.recognition.outcome == _STANDS_ON.get(name):
        there = ", ".join((*seen.reading.actions, *(one.label for one in seen.reading.controls)))
        wanted = f"{control.role} labelled “{control.label.pattern}”"
        raise DriverBroke(f"{seen.page.address} has no {wanted}; it has: {there}. Mend controls.{name} in the target file.")
    raise NoWay(f"{control.role} “{name}”", f"a page without it ({seen.recognition})")


def _offered(browser: Browser, control: Control) -> bool:
    try:
        return browser.has(control)
    except DriverBroke:  # no page was opened in this browser yet
        return False


def _address_in_mail(scene: Scene, step: Step) -> str:
    """The link of the newest mail that has one. One that leads off this machine is not followed."""
    seen = scene.letters.newest("link", scene.address_of_actor(step))
    link = link_to_follow(seen.message) if seen.message else None
    if link is None:
        raise NoWay("a mail with a link", f"none came in {scene.letters.patience:g} s")
    if not is_loopback(link) or urlsplit(link).port != urlsplit(scene.world.address).port:
        raise DriverBroke(f"The mail's link leads to {urlsplit(link).netloc}, off the target ({scene.world.address}); it was not followed.")
    return link
