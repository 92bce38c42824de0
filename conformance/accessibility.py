"""Whether a page can be used by those who do not see it: what the watchers judge by, and the suite of the keyboard. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from conformance.driver import BrokenRule, Focused, Inspection
from conformance.naming import Names, role_of, text_of
from conformance.observation import PageSeen
from conformance.reading import beside

GRAVITY = ("critical", "serious", "moderate", "minor")
# What came of it is an error, and somebody who does not see the page must hear of it.
ERRORS = frozenset({"invalid", "refused", "blocked"})
ANNOUNCED = "announced"
TIED = "tied to its field"
_TYPED = frozenset({"textbox", "password", "checkbox", "radio", "combobox"})
_SPOKEN_ROLES = frozenset({"alert", "alertdialog", "status", "log"})
_SPOKEN = frozenset({"assertive", "polite"})
_LONGEST_NAME = 60
_SHORTEST_MESSAGE = 8
# Elements that hold all that the page says: their words name nothing.
_WHOLE = frozenset({"html", "body", "main"})
_MOST_ELEMENTS = 3


@dataclass(frozen=True)
class Judgement:
    """One thing that was looked at: what it should be, and what it was when it was not."""

    fact: str
    expected: str
    wrong: str = ""


def rules_broken(seen: PageSeen, inspection: Inspection) -> Iterator[Judgement]:
    """HRD-90: each automatic rule that the page breaks, the gravest first; the fact is the rule's own name."""
    if not inspection.broken:
        yield Judgement("rules of WCAG 2.1 A and AA", "none is broken")
        return
    tree = LexborHTMLParser(seen.page.html)
    names = Names(tree)
    for rule in sorted(inspection.broken, key=lambda one: (_gravity(one), one.rule)):
        shown = dict.fromkeys(_element(selector, tree, names) for selector in rule.elements)
        more = f" and {len(shown) - _MOST_ELEMENTS} more" if len(shown) > _MOST_ELEMENTS else ""
        told = (
            f"{rule.rule} ({rule.impact}) on “{seen.recognition}”, {inspection.width} px wide: {', '.join([*shown][:_MOST_ELEMENTS])}{more}"
        )
        yield Judgement(rule.rule, rule.asks, told)


def errors_told(seen: PageSeen, inspection: Inspection | None) -> Iterator[Judgement]:
    """HRD-92: on a page that tells of an error, its message is announced, and tied to each field that is in error.

    Without a screen nobody knows where a script puts the focus: then a page with scripts is not judged by what it announces.
    """
    if seen.recognition.outcome not in ERRORS:
        return
    focused = inspection.focused if inspection else None
    knows_focus = inspection is not None or "<script" not in seen.page.html
    if (heard := is_heard(seen, focused)) or knows_focus:
        told = _shortened(seen.message_words or "what went wrong")
        wrong = "" if heard else f"“{told}” stands in no alert and no status, and the focus is neither on it nor on the field"
        yield Judgement(ANNOUNCED, "in an alert or a status, or where the focus is", wrong)
    if seen.recognition.outcome == "invalid" and seen.reading.controls:
        yield Judgement(TIED, "each field in error is marked as invalid, with its message", "; ".join(_untied(seen)))


def is_heard(seen: PageSeen, focused: Focused | None) -> bool:
    """Whether the message of the page is read out as it comes: as an alert or a status, as its title, or because the focus leads there."""
    words = _letters(seen.message_words)
    if words and any(words in spoken or spoken in words for spoken in map(_letters, _spoken(seen))):
        return True
    if focused is not None:
        has_it = _letters(focused.words)
        return focused.invalid or bool(words and has_it and (words in has_it or has_it in words))
    tree = LexborHTMLParser(seen.page.html)
    return bool(tree.css_first("[autofocus][aria-invalid=true]"))


def _spoken(seen: PageSeen) -> Iterator[str]:
    """What is read out when the page comes: its live regions, those that hold a field's message too, and its title."""
    heading = " ".join(seen.reading.main_headings)
    if heading and heading in seen.reading.title:
        yield heading
    for element in LexborHTMLParser(seen.page.html).css("[role], [aria-live], output"):
        attributes = element.attributes
        live = attributes.get("role") in _SPOKEN_ROLES or attributes.get("aria-live") in _SPOKEN or element.tag == "output"
        if live and (text := text_of(element)):
            yield text


def _untied(seen: PageSeen) -> Iterator[str]:
    """What is wrong with how messages and fields belong together."""
    tree = LexborHTMLParser(seen.page.html)
    names = Names(tree)
    fields = [element for element in tree.css("input, select, textarea") if role_of(element) in _TYPED]
    fields += tree.css("[role=radiogroup]")
    marked = [field for field in fields if field.attributes.get("aria-invalid") in {"true", "spelling", "grammar"}]
    if not marked:
        yield "no field is marked as invalid"
        return
    for field in marked:
        if not _messages(field, tree):
            yield f"{_named(field, names)} is marked as invalid, and no message is tied to it"
    yield from _beside(seen, tree)
    for link in tree.css('[role=alert] a[href^="#"]'):
        meant = _by_id(tree, (link.attributes.get("href") or "")[1:])
        if meant is None:
            yield f"the alert leads from “{_shortened(text_of(link))}” to nothing"
        elif role_of(meant) in _TYPED and meant.mem_id not in {field.mem_id for field in marked}:
            yield f"{_named(meant, names)} is named by the alert, and not marked as invalid"


def _beside(seen: PageSeen, tree: LexborHTMLParser) -> Iterator[str]:
    """What the alert says and stands beside a field as well, and is not tied to it: a hint may be tied in its place."""
    told = {text for part in tree.css("[role=alert] :is(li, p, a)") if len(text := text_of(part)) >= _SHORTEST_MESSAGE}
    for control, lines in zip(seen.reading.controls, beside(seen.page.html), strict=True):
        tied = (control.label, *control.messages)
        for text in sorted(told) if control.messages else ():
            if any(text in line for line in lines) and not any(text in one for one in tied):
                yield f"“{_shortened(text)}” stands beside {control.role} “{_shortened(control.label)}”, and is not tied to it"


def _messages(field: LexborNode, tree: LexborHTMLParser) -> list[str]:
    """The texts tied to a field; a hint that stands there in any case cannot be told from a message here."""
    identifiers = f"{field.attributes.get('aria-errormessage') or ''} {field.attributes.get('aria-describedby') or ''}".split()
    tied = [_by_id(tree, identifier) for identifier in identifiers]
    return [text for element in tied if element is not None and (text := text_of(element))]


def _by_id(tree: LexborHTMLParser, identifier: str) -> LexborNode | None:
    return next((element for element in tree.css("[id]") if element.attributes.get("id") == identifier), None)


def _element(selector: str, tree: LexborHTMLParser, names: Names) -> str:
    """An element as a person would name it; where the selector is that of a page like this one, as the selector does."""
    try:
        found = tree.css_first(selector)
    except SelectolaxError:
        found = None
    if found is None:
        return f"the element {_shortened(selector)}"
    return _named(found, names)


def _named(element: LexborNode, names: Names) -> str:
    role = element.attributes.get("role") or role_of(element) or element.tag or "element"
    if element.tag in _WHOLE:
        return f"the {element.tag} element"
    text = names.of(element) if role_of(element) else text_of(element)
    return f"{role} “{_shortened(text)}”" if text else f"{role} without words"


def _letters(text: str) -> str:
    """A text without its spaces: where lines break is no part of what is said."""
    return "".join(text.split())


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME].rstrip()}…"


def _gravity(rule: BrokenRule) -> int:
    return GRAVITY.index(rule.impact) if rule.impact in GRAVITY else len(GRAVITY)
