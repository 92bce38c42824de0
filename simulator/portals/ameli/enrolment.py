"""The first visit: who somebody is, a provisional code, a personal code, and how to be reached (AME-02 to AME-50).

No account is there until the personal code is chosen, so until then everything can begin anew. From then on what was answered is kept, and
signing in with NIR and personal code goes on where it was left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from simulator import defects
from simulator.documents import Account, Awaited, Consents, ContactDetails, Draft, Enrolment, OnFile, Opening, Person, Session, Stage
from simulator.keyring import new_code, new_token
from simulator.policy import link as links
from simulator.policy.copied_text import Copy
from simulator.policy.link import LinkState
from simulator.policy.names import same_name
from simulator.policy.password import Unmet
from simulator.portals import new_passwords, secret_links
from simulator.portals.ameli import addresses, copied_texts, forgotten
from simulator.portals.ameli.desk import Desk, Papers
from simulator.portals.ameli.mails import provisional_mail, validation_mail
from simulator.portals.new_passwords import Choice
from simulator.portals.visit import Visit
from simulator.worlds import World

PROVISIONAL_DIGITS = 8
_NOBODY = "personne@app.assurance-simulee.test"


@dataclass(frozen=True)
class Identity:
    """Who somebody says they are (AME-02)."""

    identifier: str
    family_name: str
    birth_date: date
    postcode: str


@dataclass(frozen=True)
class NotCopied:
    """The text was not copied as it is, or too late: nothing else was looked at."""

    copy: Copy


@dataclass(frozen=True)
class Asked:
    """It was taken note of; whether a mail left is nobody's business but the addressee's. `found` is for defects alone."""

    found: bool


@dataclass(frozen=True)
class NotChosen:
    """The choice does not meet these rules."""

    unmet: tuple[Unmet, ...]


@dataclass(frozen=True)
class Contact:
    """How somebody wants to be reached."""

    address: str
    mobile: str | None
    landline: str | None
    consents: Consents


@dataclass(frozen=True)
class AddressTaken:
    """The address belongs to another account (AME-43)."""


@dataclass(frozen=True)
class Given:
    """It is kept, a link is on its way, and nobody is signed in any more (AME-50). `session` is for defects alone."""

    session: str | None = None


@dataclass(frozen=True)
class Over:
    """There is no such visit any more."""


def identify(desk: Desk, world: World, identity: Identity, token: str, copied: str) -> Asked | NotCopied:
    """Send a provisional code when everything is as on file and there is no account; the answer is the same for all (AME-02, AME-20)."""
    code = new_code(PROVISIONAL_DIGITS)
    provisional_hash = desk.passwords.hashed(code)
    with desk.act(world) as papers:
        copy = copied_texts.answer(papers, token, copied)
        if copy is not Copy.RIGHT:
            return NotCopied(copy)
        person = _matching(papers, identity)
        mail = provisional_mail(desk.rules, (person.address if person else None) or _NOBODY, code)
        if person is None or person.address is None:
            # As much work as for somebody, so that time tells nothing either (HRD-31).
            desk.outbox.weigh(mail, papers.now)
            return Asked(found=False)
        expect_provisional(papers, person, provisional_hash)
        desk.outbox.post(papers.transaction, mail)
        papers.keep(papers.subject(identity.identifier), "AME-20", "a provisional code was sent to the address on file")
    return Asked(found=True)


def expect_provisional(papers: Papers, person: Person, provisional_hash: str, used: bool = False) -> None:
    """From now on this is the one provisional code of that person; an older one works no more (AME-21)."""
    papers.transaction.put(person.identifier, Enrolment(person.identifier, person.key, provisional_hash, papers.now, used))


def _matching(papers: Papers, identity: Identity) -> Person | None:
    """The insured on file who is all that, and has no account yet."""
    account = papers.account(identity.identifier)
    if account is not None and account.opening is not Opening.CONTACT_DETAILS and not defects.on("provisional-code-beside-an-account"):
        return None
    person = on_file(papers, identity.identifier)
    return person if person is not None and _is(person, identity) else None


def on_file(papers: Papers, identifier: str) -> Person | None:
    """The insured of that number, with an account or without."""
    found = papers.transaction.get(OnFile, identifier)
    return papers.transaction.get(Person, found.person) if found is not None else None


def _is(person: Person, identity: Identity) -> bool:
    named = same_name(person.last_name, identity.family_name) or defects.on("family-name-not-compared")
    born = person.birth_date == identity.birth_date or defects.on("birth-date-not-compared-on-enrolling")
    lives = person.postcode == identity.postcode or defects.on("postcode-not-compared")
    return named and born and lives


def provisional_state(papers: Papers, enrolment: Enrolment) -> LinkState:
    """What the newest provisional code is worth now (AME-21)."""
    rules = papers.desk.rules.provisional
    used = enrolment.used and not defects.on("provisional-code-works-again")
    state = links.judged(enrolment.sent, used, True, rules, papers.now)
    late = papers.now < enrolment.sent + 2 * rules.lifetime
    return LinkState.LIVE if state is LinkState.EXPIRED and late and defects.on("provisional-code-lives-an-hour") else state


def choose_personal_code(desk: Desk, visit: Visit, choice: Choice) -> str | NotChosen | Over:
    """Keep the personal code if it meets the rules (AME-30 to AME-36); the new cookie of the visit, which contact details are next in."""
    with desk.act(visit.world) as papers:
        person = _choosing(papers, visit)
    if person is None:
        return Over()
    unmet = new_passwords.held_to(forgotten.unmet_by(desk, choice, person))
    if unmet:
        return NotChosen(unmet)
    password_hash = desk.passwords.hashed(choice.password)
    with desk.act(visit.world) as papers:
        person = _choosing(papers, visit)
        if person is None:
            return Over()
        account = Account(person.identifier, person.key, password_hash, None, papers.now, opening=Opening.CONTACT_DETAILS)
        papers.transaction.put(person.identifier, account)
        papers.transaction.put(person.key, replace(person, password_shown=None))
        papers.keep(papers.subject(person.identifier), "AME-22", "a personal code was chosen: contact details are next")
        return papers.begin_visit(person.identifier, Stage.CONTACT_DETAILS, visit.token)


def _choosing(papers: Papers, visit: Visit) -> Person | None:
    """Who may choose a personal code in this visit; also once more, until contact details are given: people go back."""
    session = papers.visit(visit.token)
    if session is None or session.stage not in (Stage.CHOOSING, Stage.CONTACT_DETAILS):
        return None
    account, enrolment = papers.account(session.identifier), papers.transaction.get(Enrolment, session.identifier)
    if account is not None and account.opening is not Opening.CONTACT_DETAILS:
        return None
    return papers.transaction.get(Person, enrolment.person) if enrolment is not None else None


def give_contact_details(desk: Desk, visit: Visit, contact: Contact, page: str) -> Given | AddressTaken | Over:
    """Keep how somebody is reached, send the link, and sign out (AME-40 to AME-51). `page` is the address below which links lie."""
    with desk.act(visit.world) as papers:
        session = papers.visit(visit.token)
        account = papers.account(session.identifier) if session is not None and session.stage is Stage.CONTACT_DETAILS else None
        if account is None or account.opening is not Opening.CONTACT_DETAILS:
            return Over()
        if not addresses.is_free(papers, contact.address, account.identifier) and not defects.on("address-of-another-taken"):
            return AddressTaken()
        papers.transaction.put(account.identifier, ContactDetails(contact.mobile, contact.landline, contact.consents))
        papers.transaction.delete(Enrolment, account.identifier)
        papers.transaction.delete(Draft, account.identifier)
        await_validation(papers, replace(account, opening=Opening.VALIDATION), contact.address, page)
        papers.end_visit(visit.token)
        if defects.on("contact-details-leave-one-signed-in"):
            return Given(papers.begin_visit(account.identifier, Stage.OPEN, None))
        return Given()


def keep_draft(desk: Desk, visit: Visit, fields: dict[str, str]) -> None:
    """What was entered is kept for whom the visit was, if it ended meanwhile; they see it again once they have signed in."""
    with desk.act(visit.world) as papers:
        ended = papers.transaction.get(Session, desk.key("session", visit.token)) if visit.token is not None else None
        if ended is not None and ended.stage is Stage.CONTACT_DETAILS and papers.visit(visit.token) is None:
            papers.transaction.put(ended.identifier, Draft(fields))


def draft(desk: Desk, visit: Visit) -> dict[str, str]:
    """What this person had entered when an earlier visit was over, by field."""
    with desk.act(visit.world) as papers:
        session = papers.visit(visit.token)
        kept = papers.transaction.get(Draft, session.identifier) if session is not None else None
        return kept.fields if kept is not None and not defects.on("entries-lost-with-the-visit") else {}


def await_validation(papers: Papers, account: Account, address: str, page: str) -> None:
    """Send the link that validates the address, the only one that works from now on; the 7 and 21 days begin (AME-51, AME-53, AME-56)."""
    desk, token = papers.desk, new_token()
    if account.awaited is not None and account.awaited.address != address:
        addresses.let_go(papers, account.awaited.address, account.identifier)
    addresses.hold(papers, address, account.identifier, papers.now + desk.rules.validation.remembered)
    sent = account.awaited.sent if account.awaited is not None and defects.on("sending-again-restarts-nothing") else papers.now
    secret_links.issue(papers, replace(account, awaited=Awaited(address, sent)), desk.rules.validation.link, token)
    desk.outbox.post(papers.transaction, validation_mail(desk.rules, address, f"{page}/{token}"))
    papers.keep(papers.subject(account.identifier), "AME-51", "a link to validate the mail address was sent")
