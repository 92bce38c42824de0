"""Names as people write them: accents, case, apostrophes and hyphens tell nobody apart."""

from __future__ import annotations

import unicodedata

_LIGATURES = str.maketrans({"Œ": "OE", "Æ": "AE", "ẞ": "SS"})


def same_name(one: str, other: str) -> bool:
    """Whether both are spellings of one name: Éloïse D’Âne and ELOISE D ANE are."""
    return _letters(one) == _letters(other) != ""


def _letters(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.upper().translate(_LIGATURES))
    return "".join(letter for letter in plain if letter.isalpha())
