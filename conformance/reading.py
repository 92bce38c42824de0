"""A page as a person reads it: its regions, its controls, its ways on. What is hidden is not read.

Nothing here knows a portal. The words are normalised once, so that patterns need not care for typography.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from conformance.naming import Names, role_of
from conformance.visible import hidden, normalise

_BLOCKS = (
    "address article aside blockquote br dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "legend li main nav ol option p pre section summary table td th tr ul"
)
_BLOCK_TAGS = frozenset(_BLOCKS.split())
_BOX_TAGS = frozenset({"button", "input", "textarea", "select", "label"})
_CONTROL_ROLES = frozenset({"textbox", "password", "checkbox", "radio", "combobox"})
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class ReadControl:
    """A control of the page: its role, its label, and the messages tied to it while it is marked as invalid."""

    role: str  # textbox, password, checkbox, radio, combobox
    label: str
    kind: str = "text"  # the type of an input: text, date, password …
    value: str = ""
    ticked: bool = False
    description: str = ""
    messages: tuple[str, ...] = ()
    autocomplete: str = ""  # what the page says of it to browsers that fill in and save


@dataclass(frozen=True)
class Reading:
    """The regions of a page, each text normalised and on one line; `lines` is the whole visible text, line by line."""

    title: str
    alerts: tuple[str, ...]
    status: tuple[str, ...]
    main_headings: tuple[str, ...]
    headings: tuple[str, ...]
    controls: tuple[ReadControl, ...]
    buttons: tuple[str, ...]
    links: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def body(self) -> str:
        """The whole visible text on one line."""
        return " ".join(self.lines)

    @property
    def actions(self) -> tuple[str, ...]:
        """What can be pressed: buttons, then links."""
        return self.buttons + self.links

    @property
    def tied(self) -> tuple[str, ...]:
        """The messages tied to controls that are marked as invalid."""
        return tuple(message for control in self.controls for message in control.messages)


def words_of(html: str) -> str:
    """The visible text of a page or of the HTML part of a mail, on one line."""
    return read(html).body


@lru_cache(maxsize=256)
def read(html: str) -> Reading:
    """Parse a document once and read its regions."""
    tree = LexborHTMLParser(html)
    root = tree.body or tree.root
    if root is None:
        return Reading("", (), (), (), (), (), (), (), ())
    return _Reader(tree, root).reading()


@lru_cache(maxsize=256)
def beside(html: str) -> tuple[tuple[str, ...], ...]:
    """For each control of the page, in its order: the lines of the largest part of its form that holds no other control."""
    tree = LexborHTMLParser(html)
    root = tree.body or tree.root
    return _Reader(tree, root).beside() if root is not None else ()


class _Reader:
    """Walks the visible elements of one document."""

    def __init__(self, tree: LexborHTMLParser, root: LexborNode) -> None:
        self.tree = tree
        self.root = root
        self.elements = tuple(_visible(root))
        self.by_id = {element.attributes["id"]: element for element in self.elements if element.attributes.get("id")}
        self.names = Names(tree)

    def reading(self) -> Reading:
        title = self.tree.css_first("title")
        tied = self._tied_ids()
        return Reading(
            title=normalise(title.text()) if title else "",
            alerts=self._region(tied, roles=("alert", "alertdialog"), live="assertive"),
            status=self._region(tied, roles=("status",), live="polite", tag="output"),
            main_headings=self._headings("h1", "1"),
            headings=self._headings("h2", "2"),
            controls=tuple(self._control(element) for element in self.elements if _is_control(element)),
            buttons=tuple(name for element in self.elements if role_of(element) == "button" and (name := self.names.of(element))),
            links=tuple(name for element in self.elements if _leads(element) and (name := self.names.of(element))),
            lines=_lines(self.root),
        )

    def beside(self) -> tuple[tuple[str, ...], ...]:
        controls = [element for element in self.elements if _is_control(element)]
        held = Counter(part.mem_id for control in controls for part in _parts_around(control))
        found = []
        for control in controls:
            alone = [part for part in _parts_around(control) if held[part.mem_id] == 1]
            found.append(_lines(alone[-1]) if alone else ())
        return tuple(found)

    def _region(self, tied: frozenset[str], roles: tuple[str, ...], live: str, tag: str = "") -> tuple[str, ...]:
        """The texts of a live region; a message tied to a field that is invalid belongs to the field, not to the page."""
        found: list[str] = []
        for element in self.elements:
            attributes = element.attributes
            of_region = attributes.get("role") in roles or attributes.get("aria-live") == live or (tag and element.tag == tag)
            if of_region and attributes.get("id") not in tied and (text := _text(element)) and not any(text in other for other in found):
                found.append(text)
        return tuple(found)

    def _headings(self, tag: str, level: str) -> tuple[str, ...]:
        return tuple(
            text
            for element in self.elements
            if (element.tag == tag or (element.attributes.get("role") == "heading" and element.attributes.get("aria-level") == level))
            and (text := _text(element))
        )

    def _tied_ids(self) -> frozenset[str]:
        return frozenset(identifier for element in self.elements if _is_control(element) for identifier in _message_ids(element))

    def _control(self, element: LexborNode) -> ReadControl:
        attributes = element.attributes
        messages = (_text(self.by_id[identifier]) for identifier in _message_ids(element) if identifier in self.by_id)
        return ReadControl(
            role=role_of(element) or "textbox",
            label=self.names.of(element),
            kind=(attributes.get("type") or "text").lower(),
            value=_value(element),
            ticked="checked" in attributes or attributes.get("aria-checked") == "true",
            description=self._texts(attributes.get("aria-describedby")),
            messages=tuple(message for message in messages if message),
            autocomplete=normalise(attributes.get("autocomplete") or "").lower(),
        )

    def _texts(self, identifiers: str | None) -> str:
        return " ".join(_text(self.by_id[name]) for name in (identifiers or "").split() if name in self.by_id)


def _visible(node: LexborNode) -> Iterator[LexborNode]:
    for child in node.iter():
        if not hidden(child):
            yield child
            yield from _visible(child)


def _is_control(element: LexborNode) -> bool:
    return role_of(element) in _CONTROL_ROLES


def _leads(element: LexborNode) -> bool:
    return role_of(element) == "link" and "href" in element.attributes


def _value(element: LexborNode) -> str:
    return (element.text() if element.tag == "textarea" else element.attributes.get("value")) or ""


def _message_ids(element: LexborNode) -> tuple[str, ...]:
    attributes = _marked(element).attributes
    if attributes.get("aria-invalid") not in {"true", "spelling", "grammar"}:
        return ()
    return tuple(f"{attributes.get('aria-errormessage') or ''} {attributes.get('aria-describedby') or ''}".split())


def _marked(element: LexborNode) -> LexborNode:
    """What can be marked as invalid: the control, or, of radio buttons, which cannot be by themselves, their group."""
    group = element.parent if role_of(element) == "radio" else None
    while group is not None and group.attributes.get("role") != "radiogroup":
        group = group.parent
    return group or element


def _parts_around(control: LexborNode) -> Iterator[LexborNode]:
    """The parts of its form that a control stands in, from the smallest to the form itself."""
    part = control.parent
    while part is not None and part.tag not in {"body", "html"}:
        yield part
        part = None if part.tag == "form" else part.parent


def _lines(node: LexborNode) -> tuple[str, ...]:
    return tuple(line for line in map(normalise, _flow(node).split("\n")) if line)


def _text(node: LexborNode) -> str:
    return normalise(_flow(node))


def _flow(node: LexborNode) -> str:
    """The visible text below an element, a line break around each block."""
    parts: list[str] = []
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            parts.append(_SPACES.sub(" ", child.text(deep=False)))
        elif child.tag == "img" and not hidden(child):
            parts.append(f" {child.attributes.get('alt') or ''} ")
        elif not hidden(child):
            around = "\n" if child.tag in _BLOCK_TAGS else " " if child.tag in _BOX_TAGS else ""
            parts.append(f"{around}{_flow(child)}{around}")
    return "".join(parts)
