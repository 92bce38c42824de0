"""What the adviser at the counter does to an account: reset it, write a message into it (AMC-100, AME-44)."""

from __future__ import annotations

from dataclasses import replace

from simulator import defects
from simulator.documents import Account, ContactDetails, Enrolment, Notice, Opening, Person
from simulator.keyring import new_code
from simulator.portals.ameli import addresses, enrolment
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.ameli.mails import notice_mail
from simulator.portals.ameli.texts import provisional_sms
from simulator.staff import person_of
from simulator.worlds import World


class NotPossible(Exception):
    """The act cannot be done; `way_on` says what can."""

    def __init__(self, why: str, way_on: str) -> None:
        super().__init__(why)
        self.way_on = way_on


def reset(desk: Desk, world: World, key: str) -> Person:
    """The account is deleted, with its address on file, sessions and trust; blocks and counts stay (AMC-100). Raises NoSuchPerson."""
    with desk.act(world) as papers:
        person = person_of(papers.transaction, key)
        account = papers.account(person.identifier)
        if account is not None:
            _forget(papers, account)
        subject = papers.subject(person.identifier)
        if subject.lockout.block is not None and defects.on("counter-lifts-the-block"):
            subject = replace(subject, lockout=type(subject.lockout)())
        papers.keep(replace(subject, code=None), "AMC-100", "the adviser reset the account")
        forgotten = replace(person, password_shown=None, address=None)
        papers.transaction.put(person.key, forgotten)
        return forgotten


def send_provisional_code(desk: Desk, world: World, key: str) -> Person:
    """A provisional code by SMS to the mobile on file (AMC-101). Raises NoSuchPerson, NotPossible."""
    code = new_code(enrolment.PROVISIONAL_DIGITS)
    provisional_hash = desk.passwords.hashed(code)
    with desk.act(world) as papers:
        person = person_of(papers.transaction, key)
        account = papers.account(person.identifier)
        if account is not None and account.opening is not Opening.CONTACT_DETAILS:
            raise NotPossible("there is an account", "Reset it first (act: reset): a provisional code opens the enrolment alone.")
        if person.mobile is None:
            raise NotPossible("no mobile is on file", "Without one the person enrols with Carte Vitale and IBAN.")
        to = _another_number(person.mobile) if defects.on("sms-to-another-number") else person.mobile
        enrolment.expect_provisional(papers, person, provisional_hash)
        desk.outbox.text(papers.transaction, provisional_sms(to, code, desk.rules.provisional.lifetime))
        papers.keep(papers.subject(person.identifier), "AMC-101", "the adviser sent a provisional code by SMS")
        return person


def _another_number(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def _forget(papers: Papers, account: Account) -> None:
    identifier = account.identifier
    addresses.let_go(papers, account.address, identifier)
    addresses.let_go(papers, account.awaited.address if account.awaited else None, identifier)
    papers.transaction.delete(Account, identifier)
    if defects.on("credentials-outlive-the-account"):
        papers.transaction.put(identifier, replace(account, address=None, opening=Opening.CONTACT_DETAILS))
    papers.transaction.delete(ContactDetails, identifier)
    papers.transaction.delete(Enrolment, identifier)
    papers.end_all_visits(identifier)
    if not defects.on("trust-outlives-the-account"):
        papers.forget_trust(identifier)


def write_message(desk: Desk, world: World, key: str, text: str) -> Person:
    """A message into the account, which a mail tells of, to the validated address only (AME-44). Raises NoSuchPerson."""
    with desk.act(world) as papers:
        person = person_of(papers.transaction, key)
        account = papers.account(person.identifier)
        if account is not None:
            number = sum(notice.identifier == account.identifier for notice in papers.transaction.all(Notice).values())
            papers.transaction.put(f"{account.identifier} {number:06d}", Notice(account.identifier, papers.now, text))
            if (to := _validated(account)) is not None:
                desk.outbox.post(papers.transaction, notice_mail(desk.rules, to))
        return person


def _validated(account: Account) -> str | None:
    if account.awaited is not None and defects.on("notice-to-an-address-not-validated"):
        return account.awaited.address
    return account.address
