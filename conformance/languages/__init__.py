"""The languages that facts are read in: one module each, and nothing to do beside writing it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from babel import Locale, UnknownLocaleError

from conformance.language import Language


@cache
def named(tag: str) -> Language:
    """The language of a tag such as `en`, or `en-US`: the region tells whether the day or the month comes first in 03/04/2026.

    Without a region the language's own module tells.

    Raises:
        LookupError: when no such language can be read; its text tells those that can be.
    """
    code, _, region = tag.partition("-")
    if code not in _known():
        raise LookupError(f"“{tag}” is no language that facts can be read in; there are: {', '.join(sorted(_known()))}")
    language = _known()[code]
    return replace(language, month_first=_month_first(tag), order_varies=False) if region else language


def _month_first(tag: str) -> bool:
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        raise LookupError(f"“{tag}” is no language with a region; such are en-GB or en-US") from None
    return str(locale.date_formats["short"].pattern).startswith("M")


@cache
def _known() -> Mapping[str, Language]:
    modules = (importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    return {module.LANGUAGE.code: module.LANGUAGE for module in modules}
