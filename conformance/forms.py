"""Pages as forms: controls found by role and label as a person finds them, and what pressing a button sends. Pure, without network.

Used by the driver without a browser and by the load test; a page is parsed in well under a millisecond.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from conformance.driver import Control, ControlNotFound, DriverBroke
from conformance.naming import Names, role_of
from conformance.visible import hidden, normalise

_CANDIDATES = "input, button, a[href], select, textarea"
_LINE_END = re.compile(r"\r\n|\r|\n")
_BUTTON_ROLES = frozenset({"button", "link"})


@dataclass(frozen=True)
class Element:
    """A control of one document, as found. `key` tells it from the others."""

    key: int
    role: str
    label: str
    node: LexborNode = field(repr=False, compare=False)


@dataclass(frozen=True)
class Form:
    """A form of one document."""

    key: int
    node: LexborNode = field(repr=False, compare=False)


class Submission(NamedTuple):
    """What pressing a button sends. A GET form's data stands in its address already."""

    method: str
    address: str
    data: tuple[tuple[str, str], ...]


class Document:
    """One page: its controls and forms, found as a person finds them. Hidden, disabled and read-only controls cannot be used."""

    def __init__(self, html: str, address: str) -> None:
        self.address = address
        self._tree = LexborHTMLParser(html)
        self._names = Names(self._tree)
        self._concealed: dict[int, bool] = {}
        self._elements: tuple[tuple[LexborNode, str], ...] | None = None

    def find(self, control: Control, near: Form | None = None) -> Element | None:
        """The first usable control of that role and label, one in the form `near` before any other; None when there is none."""
        first = None
        for element in self._matching(control):
            if near is None or self.form_of(element) == near:
                return element
            first = first or element
        return first

    def need(self, control: Control, near: Form | None = None) -> Element:
        """The control, as `find`. Raises ControlNotFound, which names the labels that the page does have."""
        if element := self.find(control, near):
            return element
        raise ControlNotFound(not_found(control, self))

    def seen(self) -> tuple[tuple[str, str], ...]:
        """Role and label of each control that can be used, in the order of the page."""
        return tuple((element.role, element.label) for element in self.elements())

    def elements(self) -> tuple[Element, ...]:
        """Each control that can be used, in the order of the page."""
        return tuple(Element(node.mem_id, role, self._names.of(node), node) for node, role in self._usable())

    def form_of(self, element: Element) -> Form | None:
        """The form that holds a control, or that it names as its own."""
        return self._owner(element.node)

    def target_of(self, link: Element) -> str:
        """The address that a link leads to."""
        return whole_address(self._base(), (link.node.attributes.get("href") or "").strip())

    def sends(self, button: Element) -> bool:
        """Whether pressing the button sends its form; if not, only a script could make it do something."""
        kind = (button.node.attributes.get("type") or "submit").lower()
        return button.node.tag in {"button", "input"} and kind in {"submit", "image"} and self.form_of(button) is not None

    def option(self, element: Element, text: str) -> str:
        """The value of the option that reads `text`. Raises DriverBroke, which names the options there are."""
        options = {normalise(option.text()): option for option in element.node.css("option")}
        if text in options:
            return _option_value(options[text])
        raise DriverBroke(f"“{element.label}” has no option “{text}” on {self.address}; it has: {', '.join(options)}.")

    def submission(self, form: Form, values: Mapping[int, str | bool], button: Element | None = None) -> Submission:
        """What the browser sends when the button is pressed; `values` holds what was typed and ticked, by key of the element."""
        pressed = button.node.attributes if button else {}
        asked = form.node.attributes
        method = (pressed.get("formmethod") or asked.get("method") or "get").upper()
        action = (pressed.get("formaction") or asked.get("action") or "").strip()
        address = whole_address(self._base(), action) if action else urldefrag(self.address).url
        data = tuple(self._data(form, values, button))
        if method == "POST":
            return Submission("POST", address, data)
        scheme, host, path, _, _ = urlsplit(address)
        return Submission("GET", urlunsplit((scheme, host, path, urlencode(data), "")), ())

    def hidden_names(self, form: Form) -> frozenset[str]:
        """The names of the fields of a form that nobody sees."""
        fields = (node.attributes for node in self._tree.css("input[type=hidden i]") if self._owner(node) == form)
        return frozenset(name for field in fields if (name := field.get("name")))

    def text_names(self, form: Form) -> tuple[str, ...]:
        """The names of the fields of a form that a person types into."""
        typed = (element.node for element in self.elements() if element.role in {"textbox", "password"} and self.form_of(element) == form)
        return tuple(name for node in typed if (name := node.attributes.get("name")))

    def fill_in(self, values: Mapping[Control, str | bool], button: Control) -> Submission:
        """Type and tick, press, and tell what is sent: a whole form in one go. Raises ControlNotFound and DriverBroke."""
        form = None
        typed: dict[int, str | bool] = {}
        for control, value in values.items():
            element = self.need(control, form)
            form = form or self.form_of(element)
            typed[element.key] = self.option(element, value) if element.role == "combobox" and isinstance(value, str) else value
        pressed = self.need(button, form)
        owner = self.form_of(pressed)
        if owner is None or not self.sends(pressed):
            raise DriverBroke(f"“{pressed.label}” on {self.address} sends no form.")
        return self.submission(owner, typed, pressed)

    def _data(self, form: Form, values: Mapping[int, str | bool], button: Element | None) -> Iterator[tuple[str, str]]:
        radios = {node.attributes.get("name") for node, role in self._all() if role == "radio" and values.get(node.mem_id)}
        for node in self._tree.css("input, button, select, textarea"):
            name = node.attributes.get("name")
            if not name or self._owner(node) != form or _disabled(node):
                continue
            if _presses(node):
                if button is not None and node.mem_id == button.key:
                    yield name, node.attributes.get("value") or ""
            elif (value := _value(node, values.get(node.mem_id), name in radios)) is not None:
                yield name, value

    def _matching(self, control: Control) -> Iterator[Element]:
        for node, role in self._usable():
            if (role == control.role or (control.role == "action" and role in _BUTTON_ROLES)) and control.label.search(
                self._names.of(node)
            ):
                yield Element(node.mem_id, role, self._names.of(node), node)

    def _usable(self) -> Iterator[tuple[LexborNode, str]]:
        for node, role in self._all():
            attributes = node.attributes
            read_only = "readonly" in attributes and role in {"textbox", "password"}
            if not read_only and attributes.get("aria-disabled") != "true" and not _disabled(node) and not self._hidden(node):
                yield node, role

    def _all(self) -> tuple[tuple[LexborNode, str], ...]:
        if self._elements is None:
            self._elements = tuple((node, role) for node in self._tree.css(_CANDIDATES) if (role := role_of(node)))
        return self._elements

    def _hidden(self, node: LexborNode) -> bool:
        known = self._concealed.get(node.mem_id)
        if known is None:
            above = node.parent
            known = hidden(node) or _closed(node) or (above is not None and above.tag not in {"body", "html"} and self._hidden(above))
            self._concealed[node.mem_id] = known
        return known

    def _owner(self, node: LexborNode) -> Form | None:
        if identifier := node.attributes.get("form"):
            named = (form for form in self._tree.css("form[id]") if form.attributes.get("id") == identifier)
            return next((Form(form.mem_id, form) for form in named), None)
        above = node.parent
        while above is not None:
            if above.tag == "form":
                return Form(above.mem_id, above)
            above = above.parent
        return None

    def _base(self) -> str:
        base = self._tree.css_first("base[href]")
        return whole_address(self.address, base.attributes.get("href") or "") if base else self.address


def whole_address(here: str, written: str) -> str:
    """The whole address for one written on the page `here`, or in a redirect from there. Raises DriverBroke when it is none."""
    try:
        return urljoin(here, written)
    except ValueError:
        raise DriverBroke(f"{here} leads to “{written}”, which is no address.") from None


def not_found(control: Control, document: Document) -> str:
    """What was sought, what the page has instead, and the way on."""
    seen = document.seen()
    alike = [label for role, label in seen if role == control.role or (control.role == "action" and role in _BUTTON_ROLES)]
    others = [f"{role} “{label}”" for role, label in seen if control.label.search(label) and label not in alike]
    there = ", ".join(f"“{label}”" for label in alike) or "none"
    elsewhere = f" Of another role: {', '.join(others)}." if others else ""
    return (
        f"No {control.role} whose label has /{control.label.pattern}/ can be used on {document.address}. "
        f"Of that role the page has: {there}.{elsewhere} "
        f"If it only reads differently, name it in the target file: [controls] {control.name} = {{ role = …, label = … }}."
    )


def _presses(node: LexborNode) -> bool:
    return role_of(node) == "button"


def _disabled(node: LexborNode) -> bool:
    if "disabled" in node.attributes:
        return True
    above = node.parent
    while above is not None and above.tag != "form":
        if above.tag == "fieldset" and "disabled" in above.attributes:
            return True
        above = above.parent
    return False


def _closed(node: LexborNode) -> bool:
    """Whether the element lies in what is shown only once it is opened."""
    if node.tag == "dialog":
        return "open" not in node.attributes
    above = node.parent
    return above is not None and above.tag == "details" and "open" not in above.attributes and node.tag != "summary"


def _value(node: LexborNode, typed: str | bool | None, radio_chosen: bool) -> str | None:
    """What a field sends: what was typed or ticked, else what the page had put there; None when it sends nothing."""
    attributes = node.attributes
    kind = (attributes.get("type") or "text").lower() if node.tag == "input" else node.tag
    if kind in {"checkbox", "radio"}:
        on = bool(typed) if typed is not None else "checked" in attributes and not (kind == "radio" and radio_chosen)
        return (attributes["value"] or "" if "value" in attributes else "on") if on else None
    if kind == "select":
        return str(typed) if typed is not None else _selected(node)
    shown = node.text() if kind == "textarea" else attributes.get("value") or ""
    text = shown if typed is None else str(typed)
    if kind == "textarea":
        return _LINE_END.sub("\r\n", text)
    if kind == "hidden":
        return text
    line = _LINE_END.sub("", text)
    return line.strip() if kind in {"email", "url"} else line


def _selected(node: LexborNode) -> str | None:
    options = node.css("option")
    chosen = [option for option in options if "selected" in option.attributes]
    if not chosen and "multiple" not in node.attributes:
        chosen = [option for option in options if "disabled" not in option.attributes][:1]
    return _option_value(chosen[-1]) if chosen else None


def _option_value(option: LexborNode) -> str:
    return option.attributes["value"] or "" if "value" in option.attributes else normalise(option.text())
