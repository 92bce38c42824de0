"""What the portal shows: each page as data, which the script in the browser makes a document of."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.selftests.foreign.small.door import CODES, FAILURES, Answer, Block
from conformance.selftests.foreign.small.limits import Limits, in_figures, in_words
from conformance.selftests.foreign.small.member_number import spaced
from conformance.selftests.foreign.small.passwords import LONGEST, SHORTEST

Part = Mapping[str, Any]
_ALL_REQUIRED = "All fields are required."
FORGOTTEN = "Forgotten your password?"
NOT_OURS = "This was not sent from a page of your visit, so nothing was done. Please start again."
_REFUSALS = {
    "no-address": "You now need a security code, sent by email, to sign in. We hold no email address for you. "
    "Confirm one in the Harbour Health app, or contact your health fund.",
    "not-attached": "According to our records you belong neither to the general scheme nor to one of its partner schemes. "
    "Please turn to your own scheme.",
    "attachment-pending": "You are being registered with your health fund at the moment. Your account will be ready for you soon.",
}


@dataclass(frozen=True)
class View:
    """One page: where it stands, its heading, its parts, and the HTTP status it is answered with."""

    path: str
    heading: str
    parts: Sequence[Part]
    status: int = 200
    mood: str = field(default="plain")


def number_page(alert: str = "", done: str = "", error: str = "", status: int = 200) -> View:
    """The first page: who are you?"""
    form = _form("number", "Continue", [_number(error)])
    ways = _links(
        ("Where is my member number?", "/member-number"), (FORGOTTEN, "/forgotten"), ("First visit? Open an account", "/open-account")
    )
    words = "You need your member number, then your password or the provisional code that you were given."
    return View("/", "Sign in", [*_told(alert, done), _say(words), _say(_ALL_REQUIRED), form, ways], status)


def password_page(number: str, alert: str = "", error: str = "", status: int = 200) -> View:
    """The second page: prove it."""
    form = _form("password", "Sign in", [_secret("password", "Password (or provisional code)", error, "current-password")])
    ways = _links((FORGOTTEN, "/forgotten"), ("Use another number", "/"))
    parts = [*_told(alert), _say(f"Signing in with the number {spaced(number)}."), _say(_ALL_REQUIRED), form, ways]
    return View("/password", "Your password", parts, status)


def announced_page(address: str) -> View:
    """A code is needed, and not sent yet."""
    parts = [
        _say("To keep your account safe, signing in takes a security code from now on."),
        _say(f"It goes by email to the address on file: {masked(address)}"),
        _form("ask", "Email me a code"),
        _say("You cannot open this mailbox any more? Contact your health fund."),
        _links(("Start again", "/")),
    ]
    return View("/code", "A security code is needed", parts)


def code_page(limits: Limits, alert: str = "", done: str = "", error: str = "", status: int = 200) -> View:
    """Which code did we send?"""
    effect = f"This is my own computer: do not ask me for a code on it for {limits.trust}"
    trust = {"kind": "box", "name": "trust", "label": effect}
    code = _text("code", "Security code", error, hint="6 digits", inputmode="numeric", autocomplete="one-time-code")
    form = _form("code", "Open my account", [code, trust])
    parts = [
        *_told(alert, done),
        _say(f"A code works for {limits.code}. No email? Look into the spam or junk folder of your mailbox."),
        form,
        _form("ask", "Email me a new code"),
        _links(("Start again", "/")),
    ]
    return View("/code", "Type your security code", parts, status)


def expired_page(limits: Limits) -> View:
    """The code was entered too late."""
    parts = [
        *_told(f"Your security code has expired: it was not entered within {limits.code}. Please ask for a new one."),
        _form("ask", "Email me a new code"),
        _links(("Start again", "/")),
    ]
    return View("/code", "Too late for this code", parts, 403)


def members_page(member: sqlite3.Row) -> View:
    """The account, open."""
    facts = {
        "kind": "facts",
        "rows": [
            ["Member", f"{member['first_name']} {member['last_name']}"],
            ["Scheme", {"general": "General scheme"}.get(member["scheme"], "Partner scheme")],
            ["Last refund", "21.40 euros, dentist"],
        ],
    }
    parts = [_say("Your account is open."), facts, _form("leave", "Sign out")]
    return View("/members", f"Welcome aboard, {member['first_name']}", parts, mood="open")


def refused_page(answer: Answer) -> View:
    """The first page again, with the reason why nothing opens: a block, or what is on record."""
    if answer.block is not None:
        return number_page(alert=_blocked(answer.block), status=423)
    return number_page(alert=_REFUSALS[answer.judgement], status=403)


def wrong(what: str) -> str:
    """What is said of a wrong password or code."""
    return f"That {what} is wrong. Please check what you typed. After {FAILURES} wrong tries access is locked for a while."


def forgotten_page(errors: Mapping[str, str] | None = None) -> View:
    """The first half of the way to a new password."""
    errors = errors or {}
    form = _form(
        "forgotten",
        "Email me a link",
        [
            _number(errors.get("number", "")),
            {"kind": "date", "name": "born", "label": "Date of birth", "error": errors.get("born", ""), "autocomplete": "bday"},
        ],
    )
    words = "Tell us who you are. A link to a page where you choose a new password goes to the email address on file."
    parts = [_say(words), _say(_ALL_REQUIRED), form, _links(("Back to sign in", "/"))]
    return View("/forgotten", FORGOTTEN, parts, 422 if errors else 200)


def link_sent_page(limits: Limits) -> View:
    """What is shown whoever asked."""
    words = f"If what you entered matches our records, an email with a link is on its way to you. The link works for {limits.link}."
    return View("/forgotten", "Look into your mailbox", [*_told(done=words), _links(("Back to sign in", "/"))])


def new_password_page(key: str, errors: Mapping[str, Sequence[str]] | None = None) -> View:
    """The second half of the way to a new password."""
    errors = errors or {}
    form = _form(
        "new-password",
        "Save my password",
        [
            _secret("password", "New password", " ".join(errors.get("password", ())), "new-password"),
            _secret("again", "Type it again", " ".join(errors.get("again", ())), "new-password"),
        ],
        key=key,
    )
    rules = (
        f"{SHORTEST} to {LONGEST} characters, small and capital letters, and a digit or special sign; "
        "neither your member number nor your date of birth. Best one that you use nowhere else."
    )
    return View(f"/new-password/{key}", "Choose a new password", [_say(rules), form], 422 if errors else 200)


def password_saved_page() -> View:
    """The new password is set."""
    words = "Your new password has been saved. You are signed out everywhere."
    return View("/saved", "All done", [*_told(done=words), _links(("Go to sign in", "/"))])


def dead_link_page() -> View:
    """The link of a mail that does not work, or not any more."""
    parts = [*_told("This link does not work any more. Ask for another one if you still need it."), _links((FORGOTTEN, "/forgotten"))]
    return View("/forgotten", "A link of the past", parts, 410)


def not_ours_page() -> View:
    """Something was sent that no page of this visit sent."""
    return View("/", "Not accepted", [*_told(NOT_OURS), _links(("Start again", "/"))], 403)


def lost_page() -> View:
    """There is no such page."""
    return View("/lost", "Page not found", [_say("There is nothing here."), _links(("Go to sign in", "/"))], 404)


def number_help_page() -> View:
    """Where the member number stands."""
    words = "It stands on your health card, below your name: 13 digits, followed by a key of 2. It is on every statement of refunds too."
    return View("/member-number", "Where to find your member number", [_say(words), _links(("Back to sign in", "/"))])


def open_account_page() -> View:
    """How one becomes a member; not on this portal."""
    words = "Accounts of this test portal are prepared before it starts. A real one would send you a provisional code by post."
    return View("/open-account", "Open an account", [_say(words), _links(("Back to sign in", "/"))])


def masked(address: str) -> str:
    """`t***@t***.com`"""
    local, _, domain = address.partition("@")
    return f"{local[0]}***@{domain[0]}***.{domain.rsplit('.', 1)[-1]}"


def _blocked(block: Block) -> str:
    if block.reason == "passwords":
        return (
            f"For reasons of security, your account is locked until {in_words(block.until)}. "
            f"Not sure of your password? Follow “{FORGOTTEN}” below."
        )
    if block.reason == "codes":
        return f"Too many wrong codes were entered. Access is locked until {in_figures(block.until)}."
    return (
        f"You have asked for {CODES} security codes without using one, and there are no more for now. Access is locked until "
        f"{in_figures(block.until)}. After that, look into the spam or junk folder of your mailbox."
    )


def _told(alert: str = "", done: str = "") -> list[Part]:
    return [{"kind": kind, "text": text} for kind, text in (("alert", alert), ("status", done)) if text]


def _say(text: str) -> Part:
    return {"kind": "say", "text": text}


def _links(*links: tuple[str, str]) -> Part:
    return {"kind": "links", "links": [{"text": text, "path": path} for text, path in links]}


def _form(act: str, button: str, fields: Sequence[Part] = (), key: str = "") -> Part:
    return {"kind": "form", "act": act, "button": button, "fields": list(fields), "slip": secrets.token_urlsafe(9), "key": key}


def _text(name: str, label: str, error: str, **settings: str) -> Part:
    """A field for text; `settings` are its hint, inputmode and autocomplete."""
    return {"kind": "text", "name": name, "label": label, "error": error, **settings}


def _number(error: str) -> Part:
    return _text("number", "Member number", error, hint="13 digits, or 15 with the key", inputmode="text", autocomplete="username")


def _secret(name: str, label: str, error: str, autocomplete: str) -> Part:
    return {"kind": "password", "name": name, "label": label, "error": error, "autocomplete": autocomplete}
