"""From a page to its outcome: first by behaviour (is the account open?), then by the words of its most urgent region.

A page that no wording fits, or that two fit, raises `DriverBroke`: it never satisfies anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conformance.driver import Browser, Control, DriverBroke, Page
from conformance.reading import ReadControl, Reading, read
from conformance.target import Target

# The forms of a sign-in, the farthest first: a page that shows several is on the farthest.
FORM_OUTCOMES: Mapping[str, str] = {"code": "code-asked", "announcement": "code-announced", "sign-in": "sign-in-asked"}
_ASKING = frozenset({*FORM_OUTCOMES.values(), "password-asked"})
# Not outcomes that a case can ask for. They can be seen for what they are, and satisfy nothing: a server error, and a page of an account
# that opens no more.
SERVER_ERROR, ACCOUNT_CLOSED = "server-error", "account-closed"
_WORDS_SHOWN = 400


class Unrecognised(DriverBroke):
    """No wording fits a page, or several do. `region` and `words` are those looked at, `fitting` the keys of the wordings that fit."""

    def __init__(self, text: str, region: str, words: str, fitting: tuple[str, ...]) -> None:
        super().__init__(text)
        self.region = region
        self.words = words
        self.fitting = fitting


@dataclass(frozen=True)
class Recognition:
    """What a page is. `words` are those of the region that decided, empty when behaviour did."""

    outcome: str
    reason: str = ""
    page: str = ""
    words: str = ""

    def __str__(self) -> str:
        return ", ".join(part for part in (self.outcome, self.reason, self.page) if part)


def recognise(page: Page, target: Target, account_open: bool | None = None) -> Recognition:
    """What the page is; `account_open` tells whether a page of the account opens in this browser now, if anybody looked.

    Raises:
        Unrecognised: when no wording fits, or more than one.
    """
    reading = read(page.html)
    if account_open:
        return Recognition("signed-in", words=" ".join(reading.alerts))
    if page.status >= 500:
        return Recognition(SERVER_ERROR, reason=str(page.status))
    region, words = _most_urgent(reading, target)
    found = _fitting(words, region, target)
    if region == "headings":
        found = _by_form(found, reading, target)
    if not found and region == "fields":
        return Recognition("invalid", words=words)
    # A message of its own that no wording fits: the wording lacks, whatever the status says.
    if not found and 400 <= page.status < 500 and region == "headings":
        return Recognition("forbidden", words=words)
    if not found and account_open is False and is_account(reading, target):
        return Recognition(ACCOUNT_CLOSED, words=words)
    if len(found) != 1:
        text = _confusion(page, target, f"{region} “{words}”" if words else "", found)
        raise Unrecognised(text, region, words, tuple(sorted(_key(*match) for match in found)))
    outcome, reason, name = found.pop()
    return Recognition(outcome, reason, name, words)


def by_words(page: Page, target: Target) -> Recognition | None:
    """What the page is when its words are clear, else None."""
    try:
        return recognise(page, target)
    except DriverBroke:
        return None


def account_page(browser: Browser, target: Target, address: str) -> Page | None:
    """The account's page when it opens in this browser now: it can be signed out of, and asks for no password. Else None.

    Where the target names no page of its account, the base address is tried, and the page shown when it looks like one.
    """
    for candidate in _account_addresses(browser, target, address):
        answer = browser.fetch(candidate)
        if answer.status == 200 and is_account(read(answer.html), target):
            return answer
    return None


def _account_addresses(browser: Browser, target: Target, address: str) -> Iterator[str]:
    yield target.page_address("account", address)
    if not target.pages["account"]:
        shown = browser.page()
        if is_account(read(shown.html), target):
            yield shown.address


def is_account(reading: Reading, target: Target) -> bool:
    """Whether a page is one of the account: it can be signed out of, and asks for no password."""
    asks = any(control.role == "password" for control in reading.controls)
    return shows(reading, target.control_named("sign-out")) and not asks


def form_shown(reading: Reading, target: Target) -> str:
    """Which form of the sign-in the page shows, or nothing."""
    return next((name for name in FORM_OUTCOMES if _shows_form(reading, target, name)), "")


def _shows_form(reading: Reading, target: Target, name: str) -> bool:
    if name == "announcement":
        return "ask-for-code" in target.controls and shows(reading, target.control_named("ask-for-code"))
    if name not in target.forms:
        return False
    stages = target.stages(target.form_named(name))
    return any(all(shows(reading, control) for control in stage if control.role != "checkbox") for stage in stages)


def shows(reading: Reading, control: Control) -> bool:
    """Whether a control of that role and label is to be seen."""
    pressed = {"button": reading.buttons, "link": reading.links, "action": reading.actions}
    if control.role in pressed:
        return any(control.label.search(name) for name in pressed[control.role])
    return control_read(reading, control) is not None


def control_read(reading: Reading, control: Control) -> ReadControl | None:
    """The control as the page has it. A password field may be shown as text."""
    roles = {"password", "textbox"} if control.role in {"password", "textbox"} else {control.role}
    return next((found for found in reading.controls if found.role in roles and control.label.search(found.label)), None)


def _most_urgent(reading: Reading, target: Target) -> tuple[str, str]:
    """The region that has words and decides, and those words."""
    if reading.alerts:
        return "alert", " ".join(reading.alerts)
    if reading.tied:
        return "fields", " ".join(reading.tied)
    if reading.status:
        return "status", " ".join(reading.status)
    if target.unannounced and (said := _unannounced(reading, target)):
        return "lines", said
    main = " ".join(reading.main_headings)
    if main and _fitting(main, "headings", target):
        return "headings", main
    return "headings", " ".join((*reading.main_headings, *reading.headings))


def _unannounced(reading: Reading, target: Target) -> str:
    """The lines that say what came of it: what a page asks for is left to its headings."""
    return " ".join(line for line in reading.lines if tells(line, target))


def tells(line: str, target: Target) -> bool:
    """Whether a line says what came of what was done, rather than what is asked for."""
    return any(outcome not in _ASKING for outcome, _, _ in _fitting(line, "lines", target))


def _fitting(words: str, region: str, target: Target) -> set[tuple[str, str, str]]:
    """Every outcome, with reason and page, whose wording fits. Headings name pages, and call no input invalid."""
    found = set()
    for key, pattern in target.wording.outcomes.items():
        outcome, _, reason = key.partition(".")
        if (outcome != "invalid" or region in {"alert", "fields", "lines"}) and pattern.search(words):
            found.add((outcome, reason, ""))
    if region == "headings":
        found |= {("shown", "", page) for page, pattern in target.wording.shown.items() if pattern.search(words)}
    # An alert that asks for something and calls the input invalid: it is because of the input that it asks again.
    invalid = ("invalid", "", "") in found
    # An outcome that is known with its reason is not known without one as well.
    reasoned = {outcome for outcome, reason, _ in found if reason}
    return {match for match in found if not (invalid and match[0] in _ASKING) and (match[1] or match[0] not in reasoned)}


def _by_form(found: set[tuple[str, str, str]], reading: Reading, target: Target) -> set[tuple[str, str, str]]:
    """Pages of a sign-in often share one heading: where the heading says no more than that, the form that is shown decides."""
    of_forms = {(outcome, "", "") for outcome in FORM_OUTCOMES.values()}
    form = form_shown(reading, target)
    if form and found and found <= of_forms:
        return {(FORM_OUTCOMES[form], "", "")}
    return found


def _confusion(page: Page, target: Target, region: str, found: set[tuple[str, str, str]]) -> str:
    says = f"The page says: {' / '.join(read(page.html).lines)[:_WORDS_SHOWN]}"
    keys = ", ".join(sorted(_key(*match) for match in found))
    if found:
        return f"Two wordings of {target.file} fit {page.address} ({keys}): its {region}. Narrow one of them. {says}"
    kind = page.exchanges[-1].headers.get("content-type", "") if page.exchanges and not page.html else ""
    if kind and not kind.startswith("text/html"):
        return f"{page.address} is no page: it is {kind} (status {page.status})."
    where = f"its {region}" if region else "it has no alert, status or heading with words"
    return f"No wording of {target.file} fits {page.address} (status {page.status}): {where}. Add one to [outcomes]. {says}"


def _key(outcome: str, reason: str, page: str) -> str:
    return f"shown.{page}" if page else f"{outcome}.{reason}" if reason else outcome
