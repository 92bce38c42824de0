"""A step in plain English, as the report tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scenarios.language import LINK
from scenarios.model import Step

_WORDS = {
    "right": "the right {what}",
    "wrong": "a wrong {what}",
    "empty": "no {what}",
    "malformed": "a malformed {what}",
    "without-key": "the {what} without its key",
    "spaced": "the {what} with spaces",
    "lower-case": "the {what} in lower case",
    "bad-key": "the {what} with a key that does not match",
    "too-short": "a {what} that is too short",
    "too-long": "a {what} that is too long",
    "longest": "the longest {what} that is allowed",
    "next-day": "the day after the {what}",
    "last-missing": "the {what} without its last character",
    "last-changed": "the {what} with another last character",
    "spaced-around": "the {what} with spaces before and after it",
    "inner-space": "the {what} with a space inside",
    "look-alike": "the {what} with a character that looks like the right one",
    "other-case": "the {what} with capitals and small letters exchanged",
    "membership": "the membership number as the {what}",
    "mail-address": "the mail address as the {what}",
}
_NAMES = {"identifier": "NIR", "birth-date": "birth date", "membership": "membership number"}
_PAGES = {"sign-in": "the sign-in page", "account": "the account"}
_MAILS = {
    "code": "Read the newest mail with a code",
    "link": "Read the newest mail with a link",
    "identifier": "Read the newest mail with the identifier",
    "any": "Count the mails once none is on its way",
    "sms": "Read the newest SMS",
}
_IN_APP = {"sign-in": "Sign in with the app", "sign-out": "Sign out of the app", "account": "Look at the account in the app"}
_ACTS = {
    "attach": "Staff end the pending attachment",
    "correct-record": "Staff correct the record in the reference of individuals",
    "reset": "Staff reset the account",
    "provisional-code": "Staff send a provisional code by SMS",
    "write-message": "Staff write a message into the account",
    "invalidate-address": "Staff note that the mail address is not valid",
    "correct-address": "Staff correct the mail address",
}
_FAULTS = {
    "smtp-refuses": "Let the mail server refuse every mail",
    "sms-refuses": "Let the SMS gateway refuse every SMS",
    "none": "Let nothing go wrong any more",
}
_BROWSER = {
    "forget-cookies": "Forget the browser's cookies",
    "keep-cookies": "Keep the browser's cookies aside",
    "bring-back-cookies": "Bring back the cookies kept aside",
    "reopen": "Close the browser and open it again",
}


def sentence(step: Step, turn: int = 1) -> str:
    """The step as a sentence; `turn` is which repetition it is."""
    words = _SENTENCES[step.verb](step)
    if step.actor:
        words += f", as {step.actor}"
    if step.browser != "first":
        words += f", in the browser “{step.browser}”"
    return f"{words} ({turn} of {step.times})" if step.times > 1 else words


def _value(name: str, value: Any) -> str:
    what = _NAMES.get(name, name)
    if isinstance(value, Mapping) and "code" in value:
        return f"the code of “{value['code']}” as the {what}"
    if isinstance(value, Mapping):
        return f"a {what} of {value['length']} characters" if "length" in value else f"the {what} “{value.get('text')}”"
    return _WORDS.get(str(value), f"{{what}} {value}").format(what=what)


def _values(values: Mapping[str, Any]) -> str:
    return " and ".join(_value(name, value) for name, value in values.items())


def _open(step: Step) -> str:
    if isinstance(step.argument, str):
        return f"Open {_PAGES.get(step.argument, f'the page “{step.argument}”')}"
    if "message" in step.argument:
        return f"Open {_link(step.argument)}"
    return f"Follow the link “{step.argument['link']}”"


def _link(meant: Mapping[str, Any]) -> str:
    words = "the link of the newest mail" if meant["message"] == LINK else f"the link of “{meant['message']}”"
    return words + {"missing": " without its secret part", "wrong": " with another secret part"}.get(meant.get("secret", ""), "")


def _request(step: Step) -> str:
    ((method, meant),) = step.argument.items()
    return f"A machine asks for {_link(meant)} ({method.upper()})"


def _sign_in(step: Step) -> str:
    return f"Sign in with {_values({'identifier': 'right', 'password': 'right'} | dict(step.argument or {}))}"


def _enter(step: Step) -> str:
    known = {
        "received": "the code received",
        "wrong": "a wrong code",
        "malformed": "a code that is not six digits",
        "empty": "no code",
    }
    if isinstance(step.argument, Mapping):
        words = f"“{step.argument.get('text')}” as the code"
    else:
        words = known.get(step.argument, f"the code of “{step.argument}”")
    return f"Enter {words}" + (", the box “my personal computer” ticked" if step.trust else "")


def _submit(step: Step) -> str:
    return f"Send the form “{step.argument}”" + (f" with {_values(step.values)}" if step.values else "")


def _set_password(step: Step) -> str:
    if isinstance(step.argument, Mapping) and "password" in step.argument:
        return f"Set a new password with {_values(step.argument)}"
    if step.argument in ("right", "wrong"):
        return "Set a new password"
    return f"Set as the new password {_value('password', step.argument)}"


def _staff(step: Step) -> str:
    if isinstance(step.argument, str):
        return _ACTS.get(step.argument, f"Staff: {step.argument}")
    ((_, values),) = step.argument.items()
    return "Staff change the record: " + ", ".join(f"{name} {value}" for name, value in values.items())


def _browser(step: Step) -> str:
    if isinstance(step.argument, Mapping) and "cookies-of" in step.argument:
        return f"Give the browser the cookies of the browser “{step.argument['cookies-of']}”"
    if isinstance(step.argument, Mapping) and "named" in step.argument:
        return f"Take a browser that says it is {step.argument['named'].capitalize()}"
    if isinstance(step.argument, Mapping):
        return f"Make the screen {step.argument['width']} pixels wide"
    return _BROWSER.get(step.argument, f"Browser: {step.argument}")


def _app(step: Step) -> str:
    if isinstance(step.argument, str):
        return _IN_APP[step.argument]
    ((call, given),) = step.argument.items()
    if call == "give-address":
        return f"Give the mail address “{given}@…” in the app"
    return f"Sign in with the app, with {_values({'identifier': 'right', 'password': 'right'} | dict(given))}"


_SENTENCES: Mapping[str, Callable[[Step], str]] = {
    "open": _open,
    "sign-in": _sign_in,
    "sign-out": lambda _: "Sign out",
    "ask-for": lambda _: "Ask for a security code",
    "enter": _enter,
    "submit": _submit,
    "set-password": _set_password,
    "message": lambda step: _MAILS.get(step.argument, f"Read the mail {step.argument}"),
    "request": _request,
    "fault": lambda step: _FAULTS.get(step.argument, f"Fault: {step.argument}"),
    "clock": lambda step: f"Move the clock to {step.argument}",
    "staff": _staff,
    "browser": _browser,
    "app": _app,
}
