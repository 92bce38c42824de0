"""The picture of a text to copy, as the page has it."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from conformance.driver import Page
from conformance.forms import whole_address

_IN_FORMS = "form img, form [role=img], form svg"


def picture_of(page: Page) -> LexborNode | None:
    """The picture in a form: the last one, where there are several, for it stands right before its field."""
    found = LexborHTMLParser(page.html).css(_IN_FORMS) if "<img" in page.html or "<svg" in page.html or "role" in page.html else []
    return found[-1] if found else None


def picture_address(page: Page) -> str | None:
    """Where that picture is to be had, by which whoever drew it knows which it is; None for one that is in the page itself."""
    picture = picture_of(page)
    source = picture.attributes.get("src") if picture is not None else None
    return whole_address(page.address, source) if source and not source.startswith("data:") else None
