"""What a step shows when nothing is wrong: what it is held against where the case itself expects nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from scenarios.model import Step

Expectation = Mapping[str, Any]

_SPELLINGS = frozenset({"right", "without-key", "spaced", "lower-case", "spaced-around"})
_TYPING_ERRORS = frozenset({"empty", "malformed", "bad-key", "too-short", "too-long", "inner-space"})
_WRONG: Expectation = {"outcome": "refused", "reason": "wrong"}
# A portal that sends its code at once fails AMC-03, where that is verified, and nothing else on the way.
_OPEN: Expectation = {"outcome": ["code-announced", "code-asked", "signed-in"]}


_IN_APP = {"sign-in": "signed-in", "account": "signed-in", "sign-out": "done", "give-address": "validation-asked"}


def usual(step: Step) -> Expectation:
    """The expectation that a step without one of its own is held against; empty when anything goes."""
    judge = _OF_VERB.get(step.verb)
    return judge(step) if judge else {}


def expectation_of(step: Step) -> Expectation:
    """What a step is held against: its own expectation, with the usual outcome where it names none."""
    if step.expect is None:
        return usual(step)
    if "outcome" in step.expect or step.verb == "message":
        return step.expect
    return {**usual(step), **step.expect}


def _open(step: Step) -> Expectation:
    if isinstance(step.argument, Mapping):
        if "secret" in step.argument:
            return {}
        if "message" in step.argument:
            return {"outcome": ["password-asked", "validation-asked"]}
        return {"outcome": "shown", "page": step.argument["link"]}
    if step.argument in {"sign-in", "account"}:
        return {"outcome": ["sign-in-asked", "signed-in"]}
    return {"outcome": "shown", "page": step.argument}


def _sign_in(step: Step) -> Expectation:
    values = set()
    for value in (step.argument or {}).values():
        if isinstance(value, Mapping):
            return {}
        values.add(value)
    if values & _TYPING_ERRORS:
        return {"outcome": "invalid"}
    if "provisional" in values:
        return {"outcome": "password-asked"}
    return _OPEN if values <= _SPELLINGS else _WRONG


def _enter(step: Step) -> Expectation:
    if isinstance(step.argument, Mapping):
        return {}
    if step.argument in _TYPING_ERRORS:
        return {"outcome": "invalid"}
    return _WRONG if step.argument == "wrong" else {"outcome": "signed-in"}


def _set_password(step: Step) -> Expectation:
    value = step.argument
    if value in ("right", "longest") or (isinstance(value, Mapping) and set(value.values()) == {"right"}):
        return {"outcome": ["done", "signed-in", "sign-in-asked", "shown"]}
    if isinstance(value, str) and value in _TYPING_ERRORS:
        return {"outcome": "invalid"}
    return {}


def _submit(step: Step) -> Expectation:
    return _OF_FORM.get(step.argument, {"outcome": "sent"})


_OF_FORM: Mapping[Any, Expectation] = {
    "another-text": {"outcome": "shown", "page": "enrolment"},
    "card-enrolment": {"outcome": "password-asked"},
    "certificate": {"outcome": ["done", "signed-in"]},
    "contact-details": {"outcome": "validation-asked"},
    "validate-address": {"outcome": ["done", "signed-in", "sign-in-asked"]},
    "send-link-again": {"outcome": "validation-asked"},
    "other-address": {"outcome": "validation-asked"},
}


def _app(step: Step) -> Expectation:
    if isinstance(step.argument, Mapping) and "sign-in" in step.argument:
        usual = _sign_in(replace(step, argument=step.argument["sign-in"]))
        return {"outcome": "signed-in"} if usual == _OPEN else usual
    call = step.argument if isinstance(step.argument, str) else next(iter(step.argument))
    return {"outcome": _IN_APP[call]}


_OF_VERB: Mapping[str, Callable[[Step], Expectation]] = {
    "open": _open,
    "sign-in": _sign_in,
    "sign-out": lambda _: {"outcome": ["sign-in-asked", "done"]},
    "ask-for": lambda _: {"outcome": "code-asked"},
    "enter": _enter,
    "submit": _submit,
    "set-password": _set_password,
    "app": _app,
}
