"""What a browser asks for and sends, answered within one transaction: each act of the portal is one function here."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from conformance.selftests.foreign.small import outbox, pages, passwords, recovery, visits
from conformance.selftests.foreign.small.door import Answer, Door
from conformance.selftests.foreign.small.limits import Limits
from conformance.selftests.foreign.small.member_number import TypingError, member_number
from conformance.selftests.foreign.small.pages import View

_NEW_PASSWORD = "/new-password/"


@dataclass
class Desk:
    """One request: the transaction it is answered in, who asks, and what changes of that."""

    database: sqlite3.Connection
    limits: Limits
    address: str
    cost: int
    now: datetime
    visit: visits.Visit
    known: bool  # the visit was there before
    device: str | None
    device_ends: datetime | None = None  # set when the browser is given a new key for its device

    def page(self, path: str) -> View:
        """The page of an address, or the one that this visit has to go back to."""
        if path.startswith(_NEW_PASSWORD):
            key = path.removeprefix(_NEW_PASSWORD)
            return pages.new_password_page(key) if recovery.member_of(self.database, key, self.now) else pages.dead_link_page()
        if path in _OPEN_PAGES:
            return _OPEN_PAGES[path]()
        of_stage = _STAGE_PAGES.get(path)
        if of_stage is None:
            return pages.lost_page()
        return of_stage(self)

    def act(self, name: str, sent: Mapping[str, str]) -> View:
        """What comes of a form that was sent."""
        return _ACTS[name](self, sent)

    def door(self, number: str) -> Door:
        """The door for a number."""
        return Door(self.database, self.limits, number, self.now)

    def stage(self, stage: visits.Stage, number: str | None) -> None:
        """Bring the visit to another stage."""
        self.visit = visits.moved(self.database, self.visit, stage, number)

    def let_in(self, number: str) -> View:
        """The account is open in this visit from now on."""
        self.visit = visits.opened(self.database, self.visit, number, self.now)
        return pages.members_page(self.door(number).member())

    def turned_away(self, answer: Answer) -> View:
        """Back to the first page, with the reason."""
        self.stage("number", None)
        return pages.refused_page(answer)

    @property
    def number(self) -> str:
        """The number that this visit has reached its stage with."""
        assert self.visit.number is not None
        return self.visit.number


def is_page(path: str) -> bool:
    """Whether an address is one of the portal's."""
    return path in _OPEN_PAGES or path in _STAGE_PAGES or path.startswith(_NEW_PASSWORD)


def is_act(name: str) -> bool:
    """Whether there is such an act."""
    return name in _ACTS


# -- pages of the stages of a visit


def _first_page(desk: Desk) -> View:
    if desk.visit.stage == "open":
        return pages.members_page(desk.door(desk.number).member())
    return pages.number_page()


def _password_page(desk: Desk) -> View:
    return pages.password_page(desk.number) if desk.visit.stage == "password" else _first_page(desk)


def _code_page(desk: Desk) -> View:
    if desk.visit.stage == "announced":
        return pages.announced_page(desk.door(desk.number).member()["address"])
    return pages.code_page(desk.limits) if desk.visit.stage == "code" else _first_page(desk)


# -- acts


def _take_number(desk: Desk, sent: Mapping[str, str]) -> View:
    try:
        number = member_number(sent.get("number", ""))
    except TypingError as error:
        return pages.number_page(error=str(error), status=422)
    desk.stage("password", number)
    return pages.password_page(number)


def _take_password(desk: Desk, sent: Mapping[str, str]) -> View:
    if desk.visit.stage != "password":
        return _first_page(desk)
    number, typed = desk.number, sent.get("password", "")
    if not typed:
        return pages.password_page(number, error="Enter your password.", status=422)
    trusted = visits.is_trusted(desk.database, desk.device, number, desk.now)
    answer = desk.door(number).password(typed, sent.get("slip", ""), trusted)
    if answer.judgement == "wrong":
        return pages.password_page(number, alert=pages.wrong("number or password"), status=403)
    if answer.judgement == "open":
        return desk.let_in(number)
    if answer.judgement != "code-needed":
        return desk.turned_away(answer)
    desk.stage("announced", number)
    return pages.announced_page(desk.door(number).member()["address"])


def _ask(desk: Desk, _: Mapping[str, str]) -> View:
    if desk.visit.stage not in {"announced", "code"}:
        return _first_page(desk)
    door = desk.door(desk.number)
    answer = door.ask_for_code()
    if answer.judgement != "code-sent":
        return desk.turned_away(answer)
    address = door.member()["address"]
    outbox.write_code(desk.database, address, answer.code, desk.limits)
    desk.stage("code", desk.number)
    return pages.code_page(desk.limits, done=f"We have just sent a security code to {pages.masked(address)}.")


def _take_code(desk: Desk, sent: Mapping[str, str]) -> View:
    if desk.visit.stage != "code":
        return _first_page(desk)
    door, typed = desk.door(desk.number), "".join(sent.get("code", "").split())
    if not (len(typed) == 6 and typed.isascii() and typed.isdigit()):
        if door.code_is_old():
            return pages.expired_page(desk.limits)
        return pages.code_page(desk.limits, error="A security code has 6 digits.", status=422)
    answer = door.code(typed, sent.get("slip", ""))
    if answer.judgement == "wrong":
        return pages.code_page(desk.limits, alert=pages.wrong("code"), status=403)
    if answer.judgement == "code-expired":
        return pages.expired_page(desk.limits)
    if answer.judgement != "open":
        return desk.turned_away(answer)
    if sent.get("trust") == "yes":
        desk.device, desk.device_ends = visits.trusted(desk.database, desk.device, desk.number, desk.now, desk.limits)
    return desk.let_in(desk.number)


def _leave(desk: Desk, _: Mapping[str, str]) -> View:
    visits.ended(desk.database, desk.visit.key)
    desk.visit = visits.begun(desk.database, desk.now)
    return pages.number_page(done="You have signed out.")


def _send_link(desk: Desk, sent: Mapping[str, str]) -> View:
    errors: dict[str, str] = {}
    number, born = "", None
    try:
        number = member_number(sent.get("number", ""))
    except TypingError as error:
        errors["number"] = str(error)
    try:
        born = date.fromisoformat(sent.get("born", ""))
    except ValueError:
        errors["born"] = "Enter your date of birth: day, month and year."
    if errors:
        return pages.forgotten_page(errors)
    if found := recovery.link_for(desk.database, number, born, desk.now, desk.limits):
        recipient, key = found
        outbox.write_link(desk.database, recipient, f"{desk.address}{_NEW_PASSWORD}{key}", desk.limits)
    return pages.link_sent_page(desk.limits)


def _save_password(desk: Desk, sent: Mapping[str, str]) -> View:
    key, password, again = sent.get("key", ""), sent.get("password", ""), sent.get("again", "")
    member = recovery.member_of(desk.database, key, desk.now)
    if member is None:
        return pages.dead_link_page()
    errors = {
        "password": passwords.unmet(password, member["number"], date.fromisoformat(member["born"])),
        "again": [] if password == again else ["The two do not match: type the same password twice."],
    }
    if any(errors.values()):
        return pages.new_password_page(key, errors)
    recovery.set_password(desk.database, member["number"], password, desk.cost)
    if visits.found(desk.database, desk.visit.key, desk.now) is None:
        desk.visit = visits.begun(desk.database, desk.now)
    return pages.password_saved_page()


_OPEN_PAGES: Mapping[str, Callable[[], View]] = {
    "/forgotten": pages.forgotten_page,
    "/member-number": pages.number_help_page,
    "/open-account": pages.open_account_page,
    "/saved": pages.password_saved_page,
}
_STAGE_PAGES: Mapping[str, Callable[[Desk], View]] = {
    "/": _first_page,
    "/password": _password_page,
    "/code": _code_page,
    "/members": _first_page,
}
_ACTS: Mapping[str, Callable[[Desk, Mapping[str, str]], View]] = {
    "number": _take_number,
    "password": _take_password,
    "ask": _ask,
    "code": _take_code,
    "leave": _leave,
    "forgotten": _send_link,
    "new-password": _save_password,
}
