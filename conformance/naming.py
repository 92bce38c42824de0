"""By what role and name a person, or a screen reader, knows an element of a page. Pure; what is hidden has no name."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from conformance.visible import hidden, normalise

_BUTTON_TYPES = frozenset({"submit", "image", "button", "reset"})
_UNNAMED_TYPES = frozenset({"hidden", "file"})
_OPAQUE_TAGS = frozenset({"select", "textarea", "svg"})


def role_of(node: LexborNode) -> str | None:
    """The role of an element that can be used, or None: textbox, password, checkbox, radio, combobox, button or link."""
    tag = node.tag
    if tag == "input":
        kind = (node.attributes.get("type") or "text").lower()
        if kind in _UNNAMED_TYPES:
            return None
        if kind in _BUTTON_TYPES:
            return "button"
        return kind if kind in {"password", "checkbox", "radio"} else "textbox"
    if tag == "a":
        return "button" if node.attributes.get("role") == "button" else "link"
    return {"button": "button", "select": "combobox", "textarea": "textbox"}.get(tag or "")


class Names:
    """The names of the elements of one document."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._tree = tree
        self._labels: dict[str, list[LexborNode]] | None = None
        self._known: dict[int, str] = {}

    def of(self, node: LexborNode) -> str:
        """The name of an element: aria-labelledby, aria-label, its label or its own text, and last its title or placeholder."""
        known = self._known.get(node.mem_id)
        if known is None:
            known = self._known[node.mem_id] = self._named(node)
        return known

    def _named(self, node: LexborNode) -> str:
        attributes = node.attributes
        if (named := attributes.get("aria-labelledby")) and (texts := self._texts(named)):
            return texts
        if (named := attributes.get("aria-label")) and (name := normalise(named)):
            return name
        own = self._own(node) if role_of(node) in {"button", "link"} else self._label(node)
        return own or normalise(attributes.get("title") or attributes.get("placeholder") or "")

    def _own(self, node: LexborNode) -> str:
        if node.tag == "input":
            return normalise(node.attributes.get("value") or node.attributes.get("alt") or "")
        return text_of(node)

    def _label(self, node: LexborNode) -> str:
        labels = self._labels_for(node.attributes.get("id"))
        above = node.parent
        while above is not None:
            if above.tag == "label" and not above.attributes.get("for"):
                labels = [*labels, above]
            above = above.parent
        return " ".join(filter(None, map(text_of, labels)))

    def _labels_for(self, identifier: str | None) -> list[LexborNode]:
        if self._labels is None:
            self._labels = {}
            for label in self._tree.css("label[for]"):
                self._labels.setdefault(label.attributes.get("for") or "", []).append(label)
        return self._labels.get(identifier or "", []) if identifier else []

    def _texts(self, identifiers: str) -> str:
        named = [node for identifier in identifiers.split() for node in self._tree.css("[id]") if node.attributes.get("id") == identifier]
        return " ".join(filter(None, map(text_of, named)))


def text_of(node: LexborNode) -> str:
    """The visible text of an element, normalised; values of controls inside it are not part of it."""
    return normalise("".join(_parts(node)))


def _parts(node: LexborNode) -> list[str]:
    parts: list[str] = []
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            parts.append(child.text(deep=False))
        elif child.tag == "br":
            parts.append(" ")
        elif child.tag == "img":
            parts.append(child.attributes.get("alt") or "")
        elif child.tag not in _OPAQUE_TAGS and not hidden(child):
            parts.extend(_parts(child))
    return parts
