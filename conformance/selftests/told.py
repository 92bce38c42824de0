"""What a result tells in words, for tests that look for secrets in it."""

from __future__ import annotations

import re
from typing import Any

_DURATION = re.compile(r"\d+\.\d+(?:e-?\d+)?")


def told(result: Any) -> str:
    """All of a result as text, without durations: six of their many digits are now and then a code by accident."""
    return _DURATION.sub("", repr(result))
