"""Our own pages on screens of different widths."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page


def opened(chromium: Browser, address: str, width: int = 1280, **settings: Any) -> Page:
    """A page in a browser that is offline, on a screen of that width in pixels; `settings` are those of a browser context."""
    context = chromium.new_context(viewport={"width": width, "height": 900}, offline=True, **settings)
    page = context.new_page()
    page.goto(address)
    return page
