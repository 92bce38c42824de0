"""Sees to a browser that really starts: one that is there, else Playwright's own, else Debian's.

Its place goes into the file named as argument. Run from the repository's top with PYTHONPATH=. (the Makefile does).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from commands import SetUpFailed, install_from_debian, run
from playwright.sync_api import Error, sync_playwright

from conformance.driver import CannotRun
from conformance.drivers.chromium import launch_options

DOWNLOAD_SECONDS = 180
# Where Playwright's servers cannot be reached, that must show at once: milliseconds until a connection is given up.
NO_CONNECTION = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "5000"}
DEBIAN_PACKAGE = "chromium-headless-shell"


def start() -> Path:
    """Start the browser that the suite would take, have it show a page, and tell where it lies.

    Raises:
        CannotRun: when there is none.
        Error: Playwright's, when it does not start.
    """
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        options = launch_options(own)
        browser = playwright.chromium.launch(**options, timeout=30_000)
        page = browser.new_page()
        page.set_content("<h1>Bonjour</h1>")
        if page.locator("h1").inner_text() != "Bonjour":
            raise Error("it starts, and shows no page")
        print(f"   found version {browser.version}: {options.get('executable_path', 'Playwright’s own')}")
        browser.close()
        # Of Playwright's own the folder with all its browsers: which of them it starts is its own affair.
        return Path(options["executable_path"]) if "executable_path" in options else Path(own).parents[2]


def download() -> None:
    """Playwright's own, without a screen. Raises SetUpFailed."""
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    run("downloading Playwright's browser", command, DOWNLOAD_SECONDS, NO_CONNECTION)


def obtain() -> Path:
    """Try what is there, then one source after the other. Raises SetUpFailed, with what became of each."""
    sources: list[tuple[str, Callable[[], None] | None]] = [
        ("an installed browser", None),
        ("Playwright's own", download),
        (f"Debian's {DEBIAN_PACKAGE}", lambda: install_from_debian(DEBIAN_PACKAGE)),
    ]
    tried = []
    for what, get in sources:
        try:
            if get is not None:
                get()
            return start()
        except (CannotRun, Error, SetUpFailed) as reason:
            tried.append(f"- {what}: {str(reason).strip()}")
            print(f"   {what}: not to be had here", flush=True)
    raise SetUpFailed("\n".join(tried))


def main() -> None:
    """See to a browser, or end with what was tried and what to do."""
    try:
        place = obtain()
    except SetUpFailed as reason:
        sys.exit(
            f"\nThere is no browser, and none could be installed:\n{reason}\n\n"
            "Install Google Chrome, Chromium or Edge, then run the same make command again. "
            "Without a browser: .venv/bin/pytest conformance --target simulator --driver forms"
        )
    Path(sys.argv[1]).write_text(f"{place}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
