"""How suites get to where they try something: signed in, or before a form whose press is held back. All by the target's own verbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from conformance.driver import DriverBroke, Message
from conformance.forging import Pairs
from conformance.forms import Submission
from conformance.observation import PageSeen
from conformance.suites.stage import Play
from conformance.turn import NoWay

ASK_FOR_CODE = "ask-for-code"
SIGN_OUT = "sign-out"
# Where whoever knows a password comes to.
BEHIND_THE_PASSWORD = frozenset({"code-announced", "code-asked", "signed-in"})


@dataclass(frozen=True)
class Draft:
    """What pressing the button of a form would send. `hidden` names the fields that nobody sees, `texts` those that are typed into."""

    form: str
    sent: Submission
    hidden: frozenset[str]
    texts: tuple[str, ...] = ()

    @property
    def query(self) -> Pairs:
        """What the address says behind its question mark."""
        return parse_qsl(urlsplit(self.sent.address).query, keep_blank_values=True)

    def with_data(self, data: Pairs) -> Draft:
        """The same with other fields."""
        return replace(self, sent=self.sent._replace(data=tuple(data)))

    def with_value(self, name: str, value: str) -> Draft:
        """The same with another text in one field."""
        return self.with_data([(field, value if field == name else text) for field, text in self.sent.data])


WITHOUT_ACCOUNT: Mapping[str, str] = {"account": "none"}


def signed_in(play: Play, browser: str = "first", actor: str | None = None, trust: bool = False) -> PageSeen:
    """Sign in, with a code where one is needed. Raises NoWay when the account does not open."""
    seen = play.page("sign-in", browser=browser, actor=actor)
    coded = "one-time-code" in play.target.functions
    if coded and seen.recognition.outcome != "signed-in":
        seen = play.page("ask-for", "code", browser, actor=actor)
    if coded and seen.recognition.outcome != "signed-in":
        seen = play.page("enter", "received", browser, actor=actor, trust=trust)
    if seen.recognition.outcome != "signed-in":
        raise NoWay(f"signed in, with the right password{' and code' if coded else ''}", str(seen.recognition))
    return seen


def mails(play: Play) -> Sequence[Message]:
    """All mails of this world, newest first, once none is on its way."""
    return play.scene.letters.settled()


def password_opens(play: Play, browser: str, actor: str | None = None) -> bool:
    """Whether the password that the person knows is taken, in a browser that was never anywhere."""
    return play.page("sign-in", browser=browser, actor=actor).recognition.outcome in BEHIND_THE_PASSWORD


# -- forms, whose press is held back


def drafted(play: Play, form: str, browser: str, actor: str | None = None) -> Draft | None:
    """Come to a form by the target's own steps, fill it in, and hold back what its button sends; None where it is no form of its own.

    `form` is one of `FORMS_REACHED` or `FIRST_VISIT`. Raises NoWay when the way there is closed, CannotRun when scripts do what it does.
    """
    forger = play.forger(browser)
    reached = FORMS_REACHED.get(form) or FIRST_VISIT[form]
    reached(play, browser, actor)
    draft = None if forger.held is None else Draft(form, forger.held, forger.hidden, forger.texts)
    forger.hold()
    return draft


def _sign_in(play: Play, browser: str, actor: str | None) -> None:
    _hold(play, browser, play.target.form_named("sign-in").button)
    play.do("sign-in", browser=browser, actor=actor)


def _ask_for_code(play: Play, browser: str, actor: str | None) -> None:
    if not _offers(play, browser, ASK_FOR_CODE):
        play.do("sign-in", browser=browser, actor=actor)
    for _ in range(2):  # whoever sends a code with the password has the button for another one only
        _hold(play, browser, ASK_FOR_CODE)
        play.do("ask-for", "code", browser, actor=actor)
        if play.forger(browser).held is not None:
            return


def _code(play: Play, browser: str, actor: str | None) -> None:
    if not _offers(play, browser, "code"):
        play.do("sign-in", browser=browser, actor=actor)
        play.do("ask-for", "code", browser, actor=actor)
    _hold(play, browser, play.target.form_named("code").button)
    play.do("enter", "received", browser, actor=actor, trust="trusted-browser" in play.target.functions)


def _forgotten_password(play: Play, browser: str, actor: str | None) -> None:
    _hold(play, browser, play.target.form_named("forgotten-password").button)
    play.do("submit", "forgotten-password", browser, actor=actor)


def _set_password(play: Play, browser: str, actor: str | None) -> None:
    if not _offers(play, browser, "new-password"):
        play.do("submit", "forgotten-password", browser, actor=actor)
        play.do("open", {"message": "link"}, browser, actor=actor)
    _hold(play, browser, play.target.form_named("set-password").button)
    play.do("set-password", "right", browser, actor=actor)


def _sign_out(play: Play, browser: str, actor: str | None) -> None:
    if not _offers(play, browser, SIGN_OUT):
        signed_in(play, browser, actor)
    _hold(play, browser, SIGN_OUT)
    play.do("sign-out", browser=browser, actor=actor)


def _enrolment(play: Play, browser: str, actor: str | None) -> None:
    _hold(play, browser, play.target.form_named("enrolment").button)
    play.do("submit", "enrolment", browser, actor=actor)


def _card_enrolment(play: Play, browser: str, actor: str | None) -> None:
    _hold(play, browser, play.target.form_named("card-enrolment").button)
    play.do("submit", "card-enrolment", browser, actor=actor)


def _contact_details(play: Play, browser: str, actor: str | None) -> None:
    play.do("submit", "enrolment", browser, actor=actor)
    play.do("sign-in", {"password": "provisional"}, browser, actor=actor)
    play.do("set-password", "right", browser, actor=actor)
    _hold(play, browser, play.target.form_named("contact-details").button)
    play.do("submit", "contact-details", browser, actor=actor)


def _hold(play: Play, browser: str, control: str) -> None:
    play.forger(browser).hold(control)


def _offers(play: Play, browser: str, control: str) -> bool:
    forger = play.forger(browser)
    try:
        return forger.has(play.target.control_named(control))
    except DriverBroke:  # no page was opened in this browser yet
        return False


FORMS_REACHED: Mapping[str, Callable[[Play, str, str | None], None]] = {
    "sign-in": _sign_in,
    ASK_FOR_CODE: _ask_for_code,
    "code": _code,
    SIGN_OUT: _sign_out,
    "forgotten-password": _forgotten_password,
    "set-password": _set_password,
}
# Those of a first visit, which only people without an account come to.
FIRST_VISIT: Mapping[str, Callable[[Play, str, str | None], None]] = {
    "enrolment": _enrolment,
    "card-enrolment": _card_enrolment,
    "contact-details": _contact_details,
}
# What a portal must have for each of these forms, besides a password.
FUNCTION_OF: Mapping[str, str] = {
    "sign-in": "password",
    ASK_FOR_CODE: "one-time-code",
    "code": "one-time-code",
    SIGN_OUT: "account",
    "forgotten-password": "reset-link",
    "set-password": "reset-link",
    **dict.fromkeys(FIRST_VISIT, "enrolment"),
}


def forms_of(play: Play) -> list[str]:
    """The forms of `FORMS_REACHED` that this portal has, in the order in which one comes to them."""
    return [form for form in FORMS_REACHED if FUNCTION_OF[form] in play.target.functions]
