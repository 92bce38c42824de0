"""A sign-in page without any field is another page: where its links lead to one that has a field for a password, that is told."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from conformance.doctor.eyes import Eyes
from conformance.doctor.toml_text import value_line
from conformance.driver import DriverBroke, Page
from conformance.reading import read
from conformance.visible import normalise

_MOST_FOLLOWED = 8


def told_as_wrong(eyes: Eyes) -> bool:
    """Whether the page shown has no field at all; then one finding says so, with the page that was probably meant."""
    page = eyes.browser.page()
    if any(control.role in {"textbox", "password"} for control in read(page.html).controls):
        return False
    heading = " ".join(read(page.html).main_headings)
    text = f"the sign-in page ({eyes.short(page)}) has no field to fill in{f': its heading is “{heading}”' if heading else ''}"
    for label, address in _leading_on(page):
        if not _asks_for_password(eyes, address):
            continue
        base = eyes.scene.world.address.rstrip("/") + "/"
        path = address.removeprefix(base) if address.startswith(base) else address
        mend = f"Its link “{label}” leads to one that has."
        eyes.findings.mistake("pages.sign-in", text, mend, value_line(eyes.patient.file, "pages", "sign-in", path))
        return True
    mend = "Is the address right, with its path? Else name the page below it that asks for the password: [pages] sign-in."
    eyes.findings.mistake("pages.sign-in", text, mend)
    return True


def _leading_on(page: Page) -> Iterator[tuple[str, str]]:
    """Label and address of the first links that stay on the same host."""
    followed = 0
    for link in LexborHTMLParser(page.html).css("a[href]"):
        address = urljoin(page.address, link.attributes.get("href") or "").partition("#")[0]
        if followed < _MOST_FOLLOWED and address != page.address and urlsplit(address).netloc == urlsplit(page.address).netloc:
            followed += 1
            yield normalise(link.text()), address


def _asks_for_password(eyes: Eyes, address: str) -> bool:
    try:
        page = eyes.browser.fetch(address)
    except DriverBroke:
        return False
    return any(control.role == "password" for control in read(page.html).controls)
