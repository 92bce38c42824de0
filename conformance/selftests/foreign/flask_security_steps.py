"""Where Flask-Security-Too's steps are not the documented ones."""

from __future__ import annotations

from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from conformance.driver import Browser, Page
from conformance.observation import Observation, PageSeen
from conformance.turn import NoWay, Turn


class FlaskSecurity:
    """It sends a code with the right password, asks for trust on the sign-in form, and for the mail address to set a new password."""

    def __init__(self) -> None:
        self._handed_on: WeakKeyDictionary[Browser, Page] = WeakKeyDictionary()

    def ask_for(self, turn: Turn) -> Observation | None:
        """The page that signing in led to has sent a code; a further one is asked for below “Trouble Accessing Your Account?”."""
        seen = self._asked_for(turn) if turn.offers("by-mail") else None
        if seen is None or seen.recognition.outcome == "sign-in-asked":
            turn.do("sign-in")
            seen = self._asked_for(turn) if turn.offers("by-mail") else turn.see()
        return seen

    def _asked_for(self, turn: Turn) -> PageSeen:
        page = turn.browser.page()
        arrived = urlsplit(page.exchanges[0].address).path == "/login" and self._handed_on.get(turn.browser) is not page
        self._handed_on[turn.browser] = page
        if not arrived:
            turn.tick("by-mail")
            turn.press("ask-for-code")
        return turn.see()

    def enter(self, turn: Turn) -> Observation | None:
        """“Remember Me” stands on the sign-in form: whoever wants to be trusted goes back there, and gets another code."""
        if not turn.step.trust:
            return turn.usual()
        form = turn.scene.target.form_named("sign-in")
        turn.open("sign-in")
        turn.fill_in(form, {})
        turn.tick("trust")
        turn.press(form.button)
        turn.do("ask-for", "code")
        turn.fill("code", turn.code())
        turn.press("enter-code")
        return turn.see()

    def submit(self, turn: Turn) -> Observation | None:
        """Whoever knows the mail address can have the link sent: nothing else is asked for."""
        person = turn.person.credentials
        if person.kind == "insured" and {"wrong", "next-day"} & set(turn.step.values.values()):
            raise NoWay("fields for the number and the birth date", "a form that asks for the mail address alone")
        turn.scene.secrets.learn(person.address or "")
        turn.open("recovery")
        turn.fill("address", person.address or "")
        turn.scene.letters.link_due()
        turn.press("ask-for-link")
        return turn.see()
