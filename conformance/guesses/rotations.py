"""What an attacker changes from one guess to the next, so that it be counted apart. Each is tried by itself, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PASSWORD, CODE = "password", "code"


@dataclass(frozen=True)
class Rotation:
    """What is changed before each guess; `verifies` says which requirements say that it must gain nothing.

    `waits` says whether the attacker goes on when the end of a block that was shown has come, or tries again every minute.
    `needs` is the function without which a portal does not have it.
    """

    name: str
    about: str
    verifies: tuple[str, ...]
    new_session: bool = False
    other_address: bool = False
    other_spelling: bool = False
    new_code: bool = False
    reset_form: bool = False
    waits: bool = True
    needs: str | None = None


_SAME = Rotation("same session", "One browser, one session, guess after guess.", ("HRD-20",))
_NEW_SESSION = Rotation("new session", "A new browser without cookies for each guess.", ("HRD-21",), new_session=True)
_ADDRESS = Rotation(
    "other addresses",
    "A new browser for each guess, and another address in X-Forwarded-For and its like.",
    ("HRD-21",),
    new_session=True,
    other_address=True,
)
_SPELLING = Rotation(
    "other spellings",
    "The identifier spelled differently for each guess: with spaces, without its key, in small letters.",
    ("HRD-22",),
    other_spelling=True,
)
_RESEND = Rotation("new code each time", "A new code asked for by mail before each guess.", ("HRD-21",), new_code=True)
_RESET = Rotation(
    "reset form in between",
    "The password declared forgotten before each guess; the page itself judges neither password nor code.",
    ("HRD-21",),
    reset_form=True,
    needs="reset-link",
)
_HASTE = Rotation("does not wait", "Tried again every minute, also while blocked.", ("HRD-20",), waits=False)
_MIXED = Rotation(
    "all at once",
    "All of these before each guess.",
    ("HRD-20", "HRD-21", "HRD-22"),
    new_session=True,
    other_address=True,
    other_spelling=True,
    new_code=True,
)

ROTATIONS: Mapping[str, tuple[Rotation, ...]] = {
    PASSWORD: (_SAME, _NEW_SESSION, _ADDRESS, _SPELLING, _RESET, _HASTE, _MIXED),
    CODE: (_SAME, _NEW_SESSION, _ADDRESS, _SPELLING, _RESEND, _RESET, _HASTE, _MIXED),
}
# Which function a portal must have for there to be something to guess.
GUESSED: Mapping[str, str] = {PASSWORD: "password", CODE: "one-time-code"}
