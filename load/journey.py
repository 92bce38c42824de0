"""The hot path: sign-in form, password, ask for a code, the code by mail, the code, the account, sign-out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import ClassVar, Generic

from locust import FastHttpUser, constant, task
from locust.exception import CatchResponseError, StopUser

from conformance.driver import DriverBroke
from conformance.mail_facts import codes_in
from load.crowd import Mailbox, Member, Someone, Stage
from load.ground import Ground
from load.visit import Visit, WentWrong, becomes, opens_account

# The last sample of a journey: who gets here went right all the way.
LAST = "sign-out"
MAIL_TYPE, MAIL_NAME = "MAIL", "code by mail"


class Walker(FastHttpUser, Generic[Someone]):
    """A simulated user: takes someone, goes one way with them from end to end, gives them back."""

    abstract = True
    wait_time = constant(0)
    host = "http://127.0.0.1"
    insecure = False  # a certificate is verified, as conformance does: what is hammered is whom the gate asked
    ground: ClassVar[Ground]

    @task
    def journey(self) -> None:
        """One journey. What goes wrong is counted with its sample, and ends it."""
        one = self.taken()
        if one is None:
            raise StopUser
        went_right, target, people = False, self.ground.target, self.people
        mailbox = Mailbox(people.crowd.mail, one.address, target.mail_wait_seconds)
        try:
            self.walk(Visit(self.client, target, people.crowd.portal), one, mailbox)
            went_right = True
        except WentWrong:
            mailbox.empty()
        finally:
            people.give_back(one, went_right)

    def taken(self) -> Someone | None:
        """Somebody for this journey; None when there is nobody."""
        raise NotImplementedError

    @property
    def people(self) -> Stage[Someone]:
        """Those that this process may use."""
        raise NotImplementedError

    def walk(self, visit: Visit, one: Someone, mailbox: Mailbox) -> None:
        """The way. Raises WentWrong at the first sample that is not right."""
        raise NotImplementedError


class Insured(Walker[Member]):
    """Signs in from end to end."""

    def taken(self) -> Member | None:
        """Somebody with an account."""
        return self.ground.take()

    @property
    def people(self) -> Stage[Member]:
        """Those with an account."""
        return self.ground.stage

    def walk(self, visit: Visit, one: Member, mailbox: Mailbox) -> None:
        """Password, code, account, and out again."""
        target, member = self.ground.target, one
        account = opens_account(target, member)
        visit.open("sign-in", "sign-in form", becomes(target, "sign-in-asked"))
        visit.submit(
            "sign-in", {"identifier": member.identifier, "password": member.password}, "password", becomes(target, "code-announced")
        )
        asked = time.perf_counter()
        visit.press("ask-for-code", "ask for code", becomes(target, "code-asked"))
        visit.submit("code", {"code": one_code(self, mailbox, MAIL_NAME, codes_in, asked)}, "code", account)
        visit.open("account", "account page", account)
        visit.press("sign-out", LAST, becomes(target, "done", "sign-in-asked"))


def one_code(user: FastHttpUser, mailbox: Mailbox, name: str, codes_in: Callable[[str], Sequence[str]], asked: float) -> str:
    """The code of the mail. The sample's time runs from when it was asked for until the mail has been read."""
    try:
        text = mailbox.wait()
    except DriverBroke as broke:
        count_mail(user, name, asked, str(broke))
        raise WentWrong from broke
    codes = codes_in(text or "")
    if len(codes) != 1:
        count_mail(user, name, asked, f"the mail holds {len(codes)} codes, not one" if text else "no mail came in time")
        raise WentWrong
    count_mail(user, name, asked, "")
    mailbox.empty()
    return codes[0]


def count_mail(user: FastHttpUser, name: str, begun: float, wrong: str) -> None:
    """Count a sample of a mail, and what is wrong with it."""
    user.environment.events.request.fire(
        request_type=MAIL_TYPE,
        name=name,
        response_time=(time.perf_counter() - begun) * 1000,
        response_length=0,
        exception=CatchResponseError(wrong) if wrong else None,
        context={},
    )
