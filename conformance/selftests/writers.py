"""Who writes dates and durations in tests of reading them: regions as Unicode's locale data knows them, and sentences around."""

from __future__ import annotations

from datetime import datetime

from hypothesis import strategies as st

from conformance import languages
from conformance.durations import durations
from conformance.language import Language
from scenarios.instants import period_text

ENGLISH = languages.named("en")
FRENCH = languages.named("fr")
AMERICAN = languages.named("en-US")
# How the people of a region write, and the language whose reading must understand it.
WRITERS = [
    ("fr", "fr"),
    ("fr_BE", "fr"),
    ("fr_CA", "fr"),
    ("fr_CH", "fr"),
    ("en_GB", "en"),
    ("en_IE", "en"),
    ("en_US", "en-US"),
    ("en_GB", "en-GB"),
]
# What stands around a date or a duration in a sentence.
AROUND = st.sampled_from(["{}", "Blocked until {}. 3 tries.", "Accès bloqué jusqu'au {} !", "({})", "« {} », 3646", "until {}, then retry"])
MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2068, 12, 31))  # noqa: DTZ001  (hypothesis adds no zone itself)


def said(text: str, language: Language) -> list[str]:
    """The durations of a text, as cases write them."""
    return [period_text(period) for period in durations(text, language)]
