"""What a report keeps of a step: the page's words and requests, the mail, a picture; secrets covered."""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import Any

from conformance.driver import DriverBroke, Page
from conformance.observation import MailSeen, PageSeen
from conformance.reading import read
from conformance.results import MailRecord
from conformance.scene import Scene
from scenarios.model import Step

_MOST_WORDS = 3_000
_PNG = b"\x89PNG"
_UNCHANGED = "nothing was asked of the portal: the page was shown already"


def page_shown(seen: PageSeen, scene: Scene, before: Page | None) -> dict[str, Any]:
    """What is seen of a page; `before` is what this browser showed at the step before."""
    requests = (f"{one.method} {scene.shortened(one.address)} → {one.status}" for one in seen.page.exchanges)
    words = "\n".join(seen.reading.lines)[:_MOST_WORDS]
    asked = (_UNCHANGED,) if seen.page is before else tuple(requests)
    said, words = scene.secrets.covered(seen.message_words), scene.secrets.covered(words)
    return {"outcome": str(seen.recognition), "requests": asked, "words": words, "said": said}


def page_left(scene: Scene, step: Step) -> dict[str, Any]:
    """What the browser shows when a step broke before anything could be seen."""
    browser = scene.browsers.get(step.browser)
    if browser is None:
        return {}
    with suppress(DriverBroke):
        page = browser.page()
        requests = (f"{one.method} {scene.shortened(one.address)} → {one.status}" for one in page.exchanges)
        words = "\n".join(read(page.html).lines)[:_MOST_WORDS]
        return {"requests": tuple(requests), "words": scene.secrets.covered(words)}
    return {}


def mail_record(seen: MailSeen, scene: Scene) -> MailRecord | None:
    """The mail that was asked for, or None when there is none."""
    mail = seen.message
    if mail is None:
        return None
    cover = scene.secrets.covered
    sender = f"{mail.sender_name} <{mail.sender_address}>" if mail.sender_name else mail.sender_address
    return MailRecord(sender, tuple(map(cover, mail.to)), cover(mail.subject), cover(mail.text)[:_MOST_WORDS])


def picture(scene: Scene, step: Step) -> str | None:
    """The page as a data address, or None without a screen or a page."""
    browser = scene.browsers.get(step.browser)
    with suppress(DriverBroke):
        if browser is not None and (image := browser.screenshot()):
            kind = "png" if image.startswith(_PNG) else "jpeg"
            return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"
    return None
