"""The forgotten password: a link by mail, and a page that sets a new one (AMC-110, AMC-73). It neither sends nor counts security codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from simulator import defects
from simulator.documents import Account, Claim, Person, Subject
from simulator.keyring import new_token
from simulator.policy import quota as quotas
from simulator.policy.nir import key_of
from simulator.policy.password import Unmet, unmet_rules
from simulator.portals import new_passwords, secret_links
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.ameli.mails import reset_mail
from simulator.portals.new_passwords import Choice, LinkDead, NotSet, PasswordSet, Way
from simulator.worlds import World

_NOBODY = "personne@app.assurance-simulee.test"


def declare_forgotten(desk: Desk, world: World, identifier: str, birth_date: date, address_of_page: str) -> bool:
    """Send a link when NIR and birth date are those of an account with an address; whether they are, which nobody must learn (HRD-30)."""
    with desk.act(world) as papers:
        account = _declared(papers, identifier, birth_date)
        token = new_token()
        mail = reset_mail(desk.rules, (account.address if account else None) or _NOBODY, f"{address_of_page}/{token}")
        if account is None:
            secret_links.issue_to_nobody(papers, identifier, desk.rules.reset_link, token)
            desk.outbox.weigh(mail, papers.now)
            return False
        if _has_a_living_link(papers, account) and defects.on("second-link-not-sent"):
            return True
        secret_links.issue(papers, account, desk.rules.reset_link, token)
        papers.keep(_apart_from_codes(papers, papers.subject(identifier)), "AMC-110", "a link to set a new password was sent")
        desk.outbox.post(papers.transaction, mail)
    return True


def _declared(papers: Papers, identifier: str, birth_date: date) -> Account | None:
    """The account of that identifier and birth date, when it has an address."""
    account = papers.account(identifier)
    person = papers.transaction.get(Person, account.person) if account is not None else None
    if account is None or person is None or account.address is None:
        return None
    matches = person.birth_date == birth_date or defects.on("birth-date-not-compared")
    return account if matches else None


def _has_a_living_link(papers: Papers, account: Account) -> bool:
    rules = papers.desk.rules.reset_link
    newest = account.links.get(rules.purpose)
    claim = papers.transaction.get(Claim, newest) if newest is not None else None
    return claim is not None and not claim.used and papers.now < claim.sent + rules.lifetime


def _apart_from_codes(papers: Papers, subject: Subject) -> Subject:
    """The same subject: a link neither uses a code nor counts as one."""
    if subject.code is not None and defects.on("reset-kills-the-code"):
        return replace(subject, code=None)
    if subject.code_requests and defects.on("reset-takes-a-place-in-the-quota"):
        return replace(subject, code_requests=quotas.with_request(subject.code_requests, papers.desk.rules.quota, papers.now))
    return subject


def why_dead(desk: Desk, world: World, token: str, uses_it_up: bool) -> LinkDead | None:
    """Why the link does not work now, or None where it does; looking uses nothing up (HRD-61), unless the caller says so."""
    return new_passwords.why_dead(desk, world, token, desk.rules.reset_link, uses_it_up)


def set_password(desk: Desk, world: World, token: str, choice: Choice) -> PasswordSet | NotSet | LinkDead:
    """Set the password if the link lives and the choice meets the rules (AME-30 to AME-36); ends other sessions and trust (HRD-42)."""

    def unmet(typed: Choice, _: Account, person: Person) -> tuple[Unmet, ...]:
        return unmet_by(desk, typed, person)

    return new_passwords.set_password(desk, world, token, choice, Way(desk.rules.reset_link, unmet, "AMC-110"))


def unmet_by(desk: Desk, typed: Choice, person: Person) -> tuple[Unmet, ...]:
    """The rules that a choice does not meet, whichever way leads to it (AME-30 to AME-36)."""
    nirs = (person.identifier, person.identifier + key_of(person.identifier))
    return unmet_rules(typed.password, typed.confirmation, nirs, person.birth_date, desk.rules.password)
