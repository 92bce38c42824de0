"""HRD-52: the links of mails are built from the configured address, whatever a request says of the host that it asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from conformance.driver import DriverBroke, Message, Page
from conformance.results import StepRecord
from conformance.suites.stage import Play, Stage, need_plain_forms
from conformance.suites.ways import mails
from conformance.turn import NoWay
from scenarios.corpora import HEADER, CorpusText, texts_for

_LEADING = ("href", "src", "action", "formaction", "content")
_LEADING_HEADERS = ("location", "refresh", "content-location", "link")
IN_A_MAIL, IN_AN_ANSWER = "forged host in a mail", "forged host in an answer"


def forged_hosts(stage: Stage) -> Iterator[StepRecord]:
    """HRD-52: a forged host shows in no mail, and in no address that an answer leads to."""
    texts = texts_for(HEADER)
    if "reset-link" in stage.target.functions:
        with stage.scene() as play:
            need_plain_forms(play)
            yield _asked_with(play, "a link", _ask_for_link, [[text] for text in texts])
    if "one-time-code" in stage.target.functions:
        with stage.scene() as play:
            need_plain_forms(play)
            yield _asked_with(play, "a code", _ask_for_code, [*_together(texts)])


def _together(texts: Sequence[CorpusText]) -> Iterator[list[CorpusText]]:
    """Headers that can stand in one request together: codes are few. Each Host stands alone, for servers refuse some of them."""
    hosts = [text for text in texts if text.text.startswith("Host:")]
    yield from ([host] for host in hosts)
    yield [text for text in texts if text not in hosts]


def _asked_with(play: Play, what: str, ask: Callable[[Play, str], None], headers: Sequence[Sequence[CorpusText]]) -> StepRecord:
    """Ask once as usual, so that it is known to work, and once with each of these headers, each of which names a host of its own."""
    began = time.monotonic()
    own = urlsplit(play.scene.world.address).netloc
    ask(play, "asking")
    if not mails(play):
        raise NoWay(f"a mail, when {what} is asked for", "none")
    answers: list[Page] = []
    for number, group in enumerate(headers):
        forger = play.forger(f"asking-{number}")
        forger.say(_headers(group, {"own": own, "elsewhere": _host(number)}))
        _try(ask, play, f"asking-{number}", forger.answers)
        answers.extend(forger.answers)
    came = mails(play)
    found: dict[str, str] = {}
    for number, group in enumerate(headers):
        by = group[0].named if len(group) == 1 else f"one of {len(group)} headers sent together"
        _note(found, _host(number), by, came, answers)
    checks = [play.checked(fact, "nowhere", found.get(fact, "nowhere"), fact not in found) for fact in (IN_A_MAIL, IN_AN_ANSWER)]
    exchanges = [one for page in answers for one in page.exchanges]
    sentence = f"Ask for {what} {len(headers)} times, with headers that say another host; {len(came) - 1} mails came"
    return play.record(sentence, checks, began, exchanges)


def _host(number: int) -> str:
    return f"forged-host-{number}.test"


def _try(ask: Callable[[Play, str], None], play: Play, browser: str, answers: Sequence[Page]) -> None:
    """A server may refuse what is forged: then nothing is built from it."""
    try:
        ask(play, browser)
    except NoWay:
        pass
    except DriverBroke:
        if not answers or answers[-1].status >= 500:
            raise


def _note(found: dict[str, str], host: str, by: str, messages: Sequence[Message], answers: Sequence[Page]) -> None:
    in_mails = next((place for message in messages if (place := _place_in(message, host))), "")
    if in_mails:
        found.setdefault(IN_A_MAIL, f"in the {in_mails} of a mail, by {by}")
    in_answers = next((place for page in answers for place in _places_in(page, host)), "")
    if in_answers:
        found.setdefault(IN_AN_ANSWER, f"in {in_answers}, by {by}")


def _ask_for_link(play: Play, browser: str) -> None:
    play.do("submit", "forgotten-password", browser)


def _ask_for_code(play: Play, browser: str) -> None:
    seen = play.page("sign-in", browser=browser)
    if seen.recognition.outcome == "code-announced":
        play.do("ask-for", "code", browser)


def _headers(group: Sequence[CorpusText], places: Mapping[str, str]) -> dict[str, str]:
    pairs = (text.filled(places).partition(": ") for text in group)
    return {name: value for name, _, value in pairs}


def _place_in(message: Message, host: str) -> str:
    """In which part of a mail the forged name stands, or nothing."""
    headers = "\n".join(value for values in message.headers.values() for value in values)
    parts = {"text": message.text, "HTML": message.html, "subject": message.subject, "headers": headers}
    return next((part for part, text in parts.items() if host in text.lower()), "")


def _places_in(page: Page, host: str) -> Iterator[str]:
    """Where an answer leads to the forged name."""
    for exchange in page.exchanges:
        yield from (f"the header {name}" for name in _LEADING_HEADERS if host in exchange.headers.get(name, "").lower())
        yield from ("the domain of a cookie" for cookie in exchange.set_cookies if host in cookie.lower())
    tree = LexborHTMLParser(page.html)
    for attribute in _LEADING:
        for node in tree.css(f"[{attribute}]"):
            if host in (node.attributes.get(attribute) or "").lower():
                yield f"{attribute} of a {node.tag}"
