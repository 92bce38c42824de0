"""What the browsers that sources name say they are: the strings of releases of 2025, which portals may read and must not refuse."""

from __future__ import annotations

from collections.abc import Mapping

_CHROMIUM = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36"

USER_AGENTS: Mapping[str, str] = {
    "firefox": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:138.0) Gecko/20100101 Firefox/138.0",
    "chrome": _CHROMIUM,
    "edge": f"{_CHROMIUM} Edg/136.0.0.0",
}
