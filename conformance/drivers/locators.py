"""Controls as Playwright finds them: the same role and label that the driver without a browser looks for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from playwright.sync_api import Locator
from playwright.sync_api import Page as Tab

from conformance.driver import Control

_ROLES: dict[str, tuple[Literal["button", "checkbox", "combobox", "link", "radio", "searchbox", "spinbutton", "textbox"], ...]] = {
    "textbox": ("textbox", "searchbox", "spinbutton"),
    "password": ("textbox",),
    "action": ("button", "link"),
    "button": ("button",),
    "link": ("link",),
    "checkbox": ("checkbox",),
    "radio": ("radio",),
    "combobox": ("combobox",),
}
_KINDS = {"textbox": ":not([type=password]):not([readonly])", "password": "input[type=password]:not([readonly])"}


def locate(tab: Tab, control: Control, near: Locator | None = None) -> Locator:
    """All such controls that can be used, in the order of the page; only those in the form that holds `near`, when that is given."""
    scope = tab if near is None else tab.locator("form").filter(has=near)
    name = as_shown(control.label)
    first, *others = (scope.get_by_role(role, name=name, disabled=None if role == "link" else False) for role in _ROLES[control.role])
    for other in others:
        first = first.or_(other)
    return first.and_(tab.locator(_KINDS[control.role])) if control.role in _KINDS else first


@lru_cache(maxsize=256)
def as_shown(label: re.Pattern[str]) -> re.Pattern[str]:
    """The same pattern for text as it stands on the page: other spaces and the typographic apostrophe are found too."""
    shown: list[str] = []
    in_class = escaped = False
    for sign in label.pattern:
        if sign == " ":
            shown.append("s" if escaped else r"\s")
        elif sign == "'" and not escaped:
            shown.append("'’" if in_class else "['’]")
        else:
            shown.append(sign)
        if not escaped and sign in "[]":
            in_class = sign == "["
        escaped = sign == "\\" and not escaped
    return re.compile("".join(shown), label.flags)
