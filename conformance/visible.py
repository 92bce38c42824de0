"""What of a document can be seen, and how its words are compared: hidden elements, white space, typography."""

from __future__ import annotations

import re
import unicodedata

from selectolax.lexbor import LexborNode

_HIDDEN_TAGS = frozenset({"head", "script", "style", "template", "noscript", "datalist", "title"})
_INVISIBLE_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "\u00ad": "", "\u200b": "", "\ufeff": "", "–": "-", "—": "-", "‑": "-"})


def normalise(text: str) -> str:
    """One line, single ordinary spaces, straight apostrophes and hyphens, accents composed."""
    composed = unicodedata.normalize("NFC", text).translate(_TYPOGRAPHY)
    return " ".join(composed.split())


def hidden(node: LexborNode) -> bool:
    """Whether this element itself keeps its content from being read."""
    if node.tag in _HIDDEN_TAGS:
        return True
    attributes = node.attributes
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    if node.tag == "input" and (attributes.get("type") or "").lower() == "hidden":
        return True
    return bool(_INVISIBLE_STYLE.search(attributes.get("style") or ""))
