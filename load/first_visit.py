"""A first visit under load, as far as it can be repeated: identity and text to copy, the mail, the provisional code. No account opens."""

from __future__ import annotations

import time
from urllib.parse import urlencode

from conformance.connections import ask
from conformance.driver import DriverBroke
from conformance.mail_facts import provisional_codes_in
from conformance.pictures import picture_address
from load.crowd import Mailbox, Newcomer, Stage
from load.journey import Walker, count_mail, one_code
from load.visit import Visit, WentWrong, becomes

# The last sample of a journey.
LAST = "provisional code"
MAIL_NAME = "provisional code by mail"


class FirstVisit(Walker[Newcomer]):
    """Without an account: identifies, reads the mail, and comes to the choice of a personal code."""

    def taken(self) -> Newcomer | None:
        """Somebody without an account."""
        return self.ground.take_newcomer()

    @property
    def people(self) -> Stage[Newcomer]:
        """Those without an account."""
        return self.ground.newcomers

    def walk(self, visit: Visit, one: Newcomer, mailbox: Mailbox) -> None:
        """Identity and text to copy, the mail, the provisional code."""
        target, newcomer = self.ground.target, one
        visit.open("sign-in", "sign-in form", becomes(target, "sign-in-asked"))
        visit.press("enrolment", "first visit form", becomes(target, "shown"))
        picture = picture_address(visit.page)
        if picture is not None:
            visit.fetch(picture, "text to copy", "image/")
        typed = {"identifier": newcomer.identifier, **newcomer.details, "copied-text": self._text(picture)}
        asked = time.perf_counter()
        visit.submit("enrolment", typed, "first visit", becomes(target, "sent"))
        code = one_code(self, mailbox, MAIL_NAME, provisional_codes_in, asked)
        visit.open("sign-in", "sign-in form", becomes(target, "sign-in-asked"))
        typed = {"identifier": newcomer.identifier, "password": code}
        visit.submit("sign-in", typed, LAST, becomes(target, "password-asked"))

    def _text(self, picture: str | None) -> str:
        """What the picture says. Asking for it is no sample: a person reads it."""
        began = time.perf_counter()
        address = self.ground.newcomers.crowd.texts
        try:
            return str(ask("GET", f"{address}?{urlencode({'picture': picture})}" if picture else address)["text"])
        except DriverBroke as broke:
            count_mail(self, "text to copy", began, str(broke))
            raise WentWrong from broke
