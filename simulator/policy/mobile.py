"""Mobile numbers that belong to nobody: the range that French numbering keeps for fiction, 06 39 98 00 00 to 06 39 98 99 99."""

from __future__ import annotations

import re

FICTIONAL = r"^\+3363998[0-9]{4}$(?!\n)"
DESCRIPTION = "a made-up mobile number of the range +33639980000 to +33639989999"
NUMBERS = 10_000

_FICTIONAL = re.compile(FICTIONAL)
_FIRST = 33_639_980_000


def is_fictional(number: str) -> bool:
    """Whether a number in E.164 form is one that nobody has."""
    return _FICTIONAL.search(number) is not None


def numbered(index: int) -> str:
    """The fictional number of that place in the range, from 0 on, in E.164 form."""
    return f"+{_FIRST + index % NUMBERS}"
