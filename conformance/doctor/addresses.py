"""The chapter on addresses: who answers at each that the file names, and where what was meant is when it is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from conformance.doctor.finding import Findings
from conformance.doctor.patient import Patient
from conformance.doctor.reach import Answer, Kind, above, api_at, identify, look, other_scheme, takes_sms
from conformance.doctor.toml_text import at_top, value_line
from conformance.driver import CannotRun, DriverBroke, Page
from conformance.drivers.forms import FormsBrowser
from conformance.forms import Document

TITLE = "Addresses"
_MEANT = {"control": Kind.TESTABILITY, "mail": Kind.MAIL}
_USUAL_PORT = "Mailpit’s own is 8025"
_MOST_LINKS = 8


def check_addresses(patient: Patient, findings: Findings) -> bool:
    """Whether all that the file names answers as what it is named."""
    target = patient.running
    named = {"control": target.control, "mail": target.mail}
    apis = {key: identify(address) for key, address in named.items() if address}
    held = [_check_api(patient, findings, key, answer, apis) for key, answer in apis.items()]
    held.append(_check_sms(patient, findings))
    return _check_portal(patient, findings, _portals(apis)) and all(held)


def _portals(apis: Mapping[str, Answer]) -> Mapping[str, str]:
    """Where the testability API says that portals are, under whichever key it was named."""
    return next((answer.portals for answer in apis.values() if answer.portals), {})


# -- testability API and mail


def _check_api(patient: Patient, findings: Findings, key: str, answer: Answer, apis: Mapping[str, Answer]) -> bool:
    address = str(getattr(patient.running, key))
    meant = _MEANT[key]
    if answer.kind is meant:
        findings.good(f"{key}: {answer.said} answers at {address}", key)
        return True
    elsewhere = _elsewhere(patient, address, meant, apis)
    proposal = at_top(patient.file, key, patient.as_written(elsewhere)) if elsewhere else None
    mend = f"It is at {elsewhere}." if elsewhere else _way_to_api(key, answer)
    findings.mistake(key, f"{key}: {address} is not {meant}: {_is(answer)}", mend, proposal)
    return False


def _check_sms(patient: Patient, findings: Findings) -> bool:
    address = patient.running.sms
    if address is None:
        return True
    if takes_sms(address):
        findings.good(f"sms: an SMS sink answers at {address}", "sms")
        return True
    elsewhere = next((there for there in (*above(address), patient.running.mail) if there and takes_sms(there)), "")
    proposal = at_top(patient.file, "sms", patient.as_written(elsewhere)) if elsewhere else None
    mend = f"It is at {elsewhere}." if elsewhere else "Start it, or give its base address; or leave sms out: no SMS is then read."
    findings.mistake("sms", f"sms: {address} is no SMS sink: {_is(identify(address))}", mend, proposal)
    return False


def _elsewhere(patient: Patient, address: str, meant: Kind, apis: Mapping[str, Answer]) -> str:
    """Where the API that was meant is: above the address, with the other scheme, or under the other key."""
    swapped = next((str(getattr(patient.running, other)) for other, answer in apis.items() if answer.kind is meant), "")
    if swapped:
        return swapped
    for candidate in (*above(address), patient.running.address, *above(patient.running.address), other_scheme(address)):
        found = api_at(candidate) if candidate != address else None
        if found is not None and found.kind is meant:
            return candidate
    return ""


def _way_to_api(key: str, answer: Answer) -> str:
    if key == "mail":
        smtp = "That port takes mails: give" if answer.kind is Kind.SMTP else "Start Mailpit, or give"
        return f"{smtp} the address at which its pages open in a browser ({_USUAL_PORT}), or leave mail out: no mail is then read."
    return "Start it, or give its base address; or leave control out: people then come from [people], and waits are real (--max-wait)."


def _is(answer: Answer) -> str:
    """What is there, in words."""
    if answer.kind in {Kind.PAGES, Kind.OTHER}:
        return f"it answers {answer.said}"
    return f"it is {answer.kind}" if answer.kind in {Kind.TESTABILITY, Kind.MAIL} else str(answer.kind)


# -- the portal


def _check_portal(patient: Patient, findings: Findings, portals: Mapping[str, str]) -> bool:
    target = patient.running
    address = target.page_address("sign-in")
    answer = look(address)
    if answer.kind in {Kind.PAGES, Kind.OTHER}:
        return _check_pages(patient, findings, portals)
    told = portals.get(target.portal)
    other = other_scheme(target.address)
    mend, better = "Start the implementation, or write the host and the port at which its pages open in a browser.", ""
    if answer.kind in {Kind.HTTP, Kind.HTTPS}:
        mend, better = f"Write {other}.", other
    elif answer.kind is Kind.CERTIFICATE:
        mend = "Name the certificate of your own authority in the environment: SSL_CERT_FILE=/path/to/authority.pem."
    elif told:
        mend, better = f"The testability API says that it is at {told}.", told
    proposal = at_top(patient.file, "address", patient.as_written(better)) if better else None
    findings.mistake("address", f"address: {address}: {answer.kind}", mend, proposal)
    return False


def _check_pages(patient: Patient, findings: Findings, portals: Mapping[str, str]) -> bool:
    target = patient.running
    address = target.page_address("sign-in")
    page = _opened(address)
    if page is None or page.status >= 500:
        said = f"answers {page.status}" if page else "leads nowhere"
        findings.mistake("address", f"address: {address} {said}", "See what is wrong with the implementation: nothing can be tried.")
        return False
    api = api_at(target.address)
    if page.status < 400 and api is None:
        findings.good(f"address: {address} answers {page.status}", "address")
        return _same_place(patient, findings, portals)
    base = None if api else _opened(target.address)
    if base is not None and base.status < 400:
        return _wrong_page(patient, findings, base, page.status)
    said = f"is {api.said}, not the portal" if api else f"answers {page.status}: no such page"
    better = (api.portals if api and api.portals else portals).get(target.portal) or _found_by_looking(patient)
    proposal = at_top(patient.file, "address", patient.as_written(better)) if better else None
    mend = f"The portal is at {better}." if better else "Write the address at which the portal’s first page opens in a browser."
    findings.mistake("address", f"address: {target.address if api else address} {said}", mend, proposal)
    return False


def _same_place(patient: Patient, findings: Findings, portals: Mapping[str, str]) -> bool:
    """Worlds of the testability API are where it says that they are, whatever `address` is."""
    target = patient.running
    if not portals:
        return True
    told = portals.get(target.portal)
    if told is None:
        there = ", ".join(portals)
        findings.mistake("portal", f"portal: the testability API has no portal {target.portal}; it has: {there}", f"Name one of: {there}.")
    elif urlsplit(told).netloc != urlsplit(target.address).netloc:
        text = f"address: cases are tried where the testability API says, at {told}, and not at {target.address}"
        findings.warn("address", text, "Write the same in both.", at_top(patient.file, "address", patient.as_written(told)))
    return told is not None


def _wrong_page(patient: Patient, findings: Findings, base: Page, status: int) -> bool:
    """The base answers and the sign-in page does not: its path is wrong."""
    target = patient.running
    path = _below(target.address, base.address) if _asks_for_sign_in(patient, base) else None
    proposal = value_line(patient.file, "pages", "sign-in", path) if path is not None else None
    mend = f"The sign-in form is at {base.address}." if proposal else "Write the path of the page with the sign-in form, below address."
    findings.mistake("pages.sign-in", f"pages.sign-in: {target.page_address('sign-in')} answers {status}: no such page", mend, proposal)
    return False


def _found_by_looking(patient: Patient) -> str:
    """The portal's base address, when the pages above it lead to one with the sign-in form."""
    target = patient.running
    sign_in = target.pages.get("sign-in", "").strip("/")
    for start in (target.address, *above(target.address)):
        for address in (start, *_links(start)):
            page = _opened(address)
            if page is None or page.status >= 400 or not _asks_for_sign_in(patient, page):
                continue
            found = page.address.partition("?")[0].rstrip("/")
            if sign_in and found.endswith(f"/{sign_in}"):
                return found.removesuffix(f"/{sign_in}")
            if not sign_in:
                return address.rstrip("/")
    return ""


def _links(address: str) -> Iterator[str]:
    """Where the links of a page lead, those that stay on its origin."""
    page = _opened(address)
    if page is None:
        return
    document = Document(page.html, page.address)
    targets = [document.target_of(element) for element in document.elements() if element.role == "link"]
    here = urlsplit(page.address)[:2]
    yield from list(dict.fromkeys(there for there in targets if urlsplit(there)[:2] == here))[:_MOST_LINKS]


def _asks_for_sign_in(patient: Patient, page: Page) -> bool:
    """Whether the page has a field of the sign-in form, by the target's name for it or by the documented one."""
    document = Document(page.html, page.address)
    names = patient.running.form_named("sign-in").controls
    known = [side.controls[name] for side in (patient.running, patient.documented) for name in names if name in side.controls]
    return any(document.find(control) for control in known if not control.pressed)


def _below(base: str, address: str) -> str | None:
    """The path of an address below a base, or None."""
    path = address.partition("?")[0]
    return path.removeprefix(f"{base}/") if path.startswith(f"{base}/") else None


def _opened(address: str) -> Page | None:
    """A page as a browser without scripts gets it, redirects followed; None when nothing comes."""
    try:
        return FormsBrowser().open(address)
    except (DriverBroke, CannotRun):
        return None
