"""Coming by one's identifier and password: what is mailed to whom, and the pages that its links open (FMU-02 to FMU-06).

Every answer is the same for a stranger, and takes as long: what is not sent is written and weighed all the same (HRD-30, HRD-31).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from simulator import defects
from simulator.documents import Account, Deed, Person
from simulator.keyring import new_token
from simulator.outbox import Mail
from simulator.policy.link import LinkRules
from simulator.policy.password import Unmet, unmet_rules
from simulator.portals import new_passwords, secret_links
from simulator.portals.desk import Papers as AnyPapers
from simulator.portals.france_mutuelle.desk import Desk, Papers
from simulator.portals.france_mutuelle.mails import creation_mail, identifier_mail, reset_mail
from simulator.portals.new_passwords import Choice, LinkDead, NotSet, PasswordSet, Way
from simulator.worlds import World

_NOBODY = "personne@mutuelle-simulee.test"
_IDENTIFIER_OF_NOBODY = "xxxxxxxxxx"


@dataclass(frozen=True)
class Addresses:
    """The pages below which links open the choice of a password."""

    creation: str
    reset: str


def ask_for_identifier(desk: Desk, world: World, number: str, birth_date: date, pages: Addresses) -> bool:
    """Mail the identifier, and the link to create a password where there is none yet (FMU-02, FMU-03); whether anybody was found."""
    with desk.act(world) as papers:
        account = papers.account_of_membership(number)
        person = papers.member(account) if account is not None else None
        known = person is not None and (person.birth_date == birth_date or defects.on("birth-date-of-a-member-not-compared"))
        address = papers.may_be_written_to(account) if account is not None and known else None
        identifier = person.identifier if person is not None else _IDENTIFIER_OF_NOBODY
        _send(papers, identifier_mail(desk.rules, address or _NOBODY, identifier), address)
        creating = account if account is not None and address and not account.password_hash else None
        if creating is not None and defects.on("second-mail-not-sent"):
            return True
        _send_link(papers, creating, number, pages.creation, desk.rules.creation_link)
        if account is not None and address:
            papers.keep(papers.subject(account.identifier), "FMU-02", "the identifier was sent")
        return address is not None


def declare_forgotten(desk: Desk, world: World, identifier: str, pages: Addresses) -> bool:
    """Mail the link to reset the password, or that to create one where there is none yet (FMU-04, FMU-06); whether anybody was found."""
    with desk.act(world) as papers:
        key = f"{desk.realm}{identifier}"
        account = papers.account(key)
        address = papers.may_be_written_to(account) if account is not None else None
        found = account if address else None
        creates = found is not None and not found.password_hash
        if creates and defects.on("forgotten-sends-nothing-without-a-password"):
            return True
        page, rules = (pages.creation, desk.rules.creation_link) if creates else (pages.reset, desk.rules.reset_link)
        _send_link(papers, found, key, page, rules)
        if found is not None:
            requirement = "FMU-04" if creates else "FMU-06"
            papers.keep(papers.subject(key), requirement, f"a link to {rules.purpose} was sent")
        return found is not None


def _send_link(papers: Papers, account: Account | None, identifier: str, page: str, rules: LinkRules) -> None:
    """A new link of that account, mailed to its address; the same work for nobody."""
    token = new_token()
    mail = creation_mail if rules == papers.desk.rules.creation_link else reset_mail
    address = account.address if account is not None else None
    written = mail(papers.desk.rules, address or _NOBODY, f"{page}/{token}")
    if account is None or address is None:
        secret_links.issue_to_nobody(papers, identifier, rules, token)
    else:
        secret_links.issue(papers, account, rules, token)
    _send(papers, written, address)


def _send(papers: Papers, mail: Mail, address: str | None) -> None:
    if address is None:
        papers.desk.outbox.weigh(mail, papers.now)
    else:
        papers.desk.outbox.post(papers.transaction, mail)


def _in_force(desk: Desk, rules: LinkRules) -> LinkRules:
    """Each kind of link lives its own time (FMU-03, FMU-06)."""
    creates = rules == desk.rules.creation_link
    if creates and defects.on("creation-link-lives-two-days"):
        return replace(rules, lifetime=2 * rules.lifetime)
    if not creates and defects.on("members-reset-link-lives-an-hour"):
        return replace(rules, lifetime=2 * rules.lifetime)
    return rules


def why_dead(desk: Desk, world: World, token: str, rules: LinkRules, uses_it_up: bool) -> LinkDead | None:
    """Why the link does not work now, or None where it does; looking uses nothing up (HRD-61), unless the caller says so."""
    return new_passwords.why_dead(desk, world, token, _in_force(desk, rules), uses_it_up)


def set_password(desk: Desk, world: World, token: str, rules: LinkRules, choice: Choice) -> PasswordSet | NotSet | LinkDead:
    """Set the password if the link lives and the choice meets the rules (FMU-05); ends other sessions (HRD-42)."""

    def unmet(typed: Choice, account: Account, person: Person) -> tuple[Unmet, ...]:
        del account
        return unmet_rules(typed.password, typed.confirmation, (), person.birth_date, desk.rules.password)

    def noted(papers: AnyPapers, account: Account) -> None:
        assert isinstance(papers, Papers)
        if not defects.on("new-password-not-in-the-history"):
            papers.note(account, Deed.PASSWORD_SET)

    requirement = "FMU-03" if rules == desk.rules.creation_link else "FMU-06"
    return new_passwords.set_password(desk, world, token, choice, Way(_in_force(desk, rules), unmet, requirement, noted))
