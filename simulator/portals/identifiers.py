"""The social-security number (NIR) as people type it into a form of a portal."""

from __future__ import annotations

from simulator import defects
from simulator.policy.nir import MalformedNir, normalised

_WITHOUT_KEY = 13
_ANOTHER_SPELLING = "Ce numéro n’a pas la forme attendue : recopiez-le de votre carte Vitale."


def typed_nir(typed: str) -> str:
    """The 13 characters under which somebody is known, whatever the spelling (AMC-01, HRD-22). Raises MalformedNir."""
    if "\0" in typed and defects.on("nul-not-expected"):
        raise ValueError("embedded null character")
    compact = "".join(typed.split())
    try:
        number = normalised(typed)
    except MalformedNir:
        if defects.on("rest-of-number-ignored"):
            return normalised(compact[:_WITHOUT_KEY])
        raise
    spaced, small, keyless = compact != typed.strip(), compact != compact.upper(), compact.upper() == number
    if (spaced and defects.on("spaces-refused")) or (keyless and defects.on("key-demanded")):
        raise MalformedNir(_ANOTHER_SPELLING)
    return number.lower() if small and defects.on("small-letter-another-number") else number
