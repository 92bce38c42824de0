"""What a cause is called: a sentence that says what the portal does, made from what was expected and what was seen."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.progress import clipped
from conformance.report.glossary import STATEMENTS, WAYS_ON

_LONGEST = 200
_NO_BLOCK = {"passwords": "after wrong passwords", "codes": "after wrong codes", "quota": "after too many codes were asked for"}
_NO_BLOCK_BY_VERB = {"Sign in": "passwords", "Enter": "codes", "Ask for": "quota"}
_ENTERED = {"Enter": "code", "Set": "password"}
_STAYS_OPEN = {"Sign out": " after signing out", "Set": " after a new password was set"}
_MISSING = {"says": "Not said", "offers": "Not offered", "rules": "Password rules not named", "fields": "No message beside"}
_AS_WORDS = {**STATEMENTS, **WAYS_ON}
_NAMES = {
    "until": "The end of the block",
    "until-form": "How the end of the block is written",
    "lifetime": "How long it is good",
    "attempts": "The number of failures that are allowed",
    "mask": "The masked address",
    "trust-box": "The box that trusts this computer",
    "trust-effect": "How long this computer is trusted",
    "stays-on": "The form that stays shown",
    "same-as": "The answer beside the earlier one",
    "fits": "What is wider than the screen",
    "count": "The number of mails",
    "within": "How fast the mail came",
}


@dataclass(frozen=True)
class Broke:
    """What broke: the `step` (in common to all cases) that begins with `verb`, the fact (empty: no check, and `actual` is the reason), what
    was expected of it, of an outcome with its `reason`, and what was seen; `after` is what was done before."""

    verb: str
    step: str
    fact: str
    expected: str
    reason: str
    actual: str
    after: str = ""


def title(broke: Broke) -> str:
    """The sentence."""
    if not broke.fact:
        return clipped(broke.actual, _LONGEST) or "Broke off"
    if broke.fact == "outcome":
        return clipped(_of_outcome(broke), _LONGEST)
    if broke.fact == "way":
        return clipped(f"Not there: {broke.expected}", _LONGEST)
    return clipped(_of_set(broke) if broke.fact in _MISSING else _of_fact(broke), _LONGEST)


def of_watcher(rule: str) -> str:
    """The sentence for a rule that holds for every page, and does not."""
    return f"Does not hold: {rule}"


def _of_fact(broke: Broke) -> str:
    name = _NAMES.get(broke.fact)
    seen = broke.actual.partition(";")[0]
    if name is None:
        return f"{broke.step.partition(', ')[0]}: {broke.fact} {seen}, expected {broke.expected}"
    return f"{name} is not told" if seen in {"nothing", "no date"} else f"{name}: {seen} instead of {broke.expected}"


def _of_outcome(broke: Broke) -> str:
    seen, _, why = broke.actual.partition(", ")
    wanted = {*broke.expected.split(" or ")}
    entered = _ENTERED.get(broke.verb, "entry")
    if seen == "server-error":
        return "The portal breaks with a server error"
    if seen == "account-closed":
        return "A page of the account is shown, and the account does not open any more"
    if seen in wanted:
        told = f"told as {why or 'nothing in particular'}"
        return f"After expiry an entry is {told}" if broke.reason == "expired" else f"{told.capitalize()} instead of {broke.reason}"
    if wanted == {"blocked"}:
        return f"No block {_NO_BLOCK.get(broke.reason or _NO_BLOCK_BY_VERB.get(broke.verb, ''), 'follows')}"
    if seen == "signed-in":
        return _of_opening(broke, entered)
    if wanted == {"invalid"} and seen in {"done", "sent"}:
        return f"A {entered} that breaks the rules is accepted"
    if wanted == {"invalid"} and seen == "refused":
        return f"A malformed {entered} is judged as a wrong one, not sent back for correction"
    if wanted == {"code-announced"} and seen == "code-asked":
        return "The code is sent at once, instead of being announced first"
    if seen in {"refused", "blocked"} and "refused" not in wanted:
        return f"A right {entered} is {seen}"
    return f"{broke.step}: {seen} instead of {broke.expected}"


def _of_opening(broke: Broke, entered: str) -> str:
    if broke.expected == "refused":
        kind = "expired" if broke.reason == "expired" else "used or replaced" if broke.step.startswith("Enter the code of") else "wrong"
        return f"{'An' if kind == 'expired' else 'A'} {kind} {entered} opens the account"
    if broke.after == "Bring" and "sign-in-asked" in broke.expected:
        return "Cookies kept from before open the account again"
    where = _STAYS_OPEN.get(broke.after, "") if "sign-in-asked" in broke.expected else None
    return "The account opens where it must not" if where is None else f"The account stays open{where}"


def _of_set(broke: Broke) -> str:
    there = {*broke.actual.split(", ")}
    missing = [name for name in broke.expected.split(", ") if name not in there]
    if missing:
        return f"{_MISSING[broke.fact]}: {'; '.join(_AS_WORDS.get(name, name) for name in missing)}"
    return f"{broke.step}: {broke.fact}: {broke.actual} instead of {broke.expected}"
