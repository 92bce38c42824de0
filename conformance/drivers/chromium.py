"""Which Chromium is started, and with which arguments."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from conformance.driver import CannotRun
from conformance.origins import Origin

_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # What would reach other machines past the rules below: a proxy of the environment, and connections between browsers.
    "--no-proxy-server",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
# This machine, under the names that need no asking.
_HERE = ("127.0.0.1", "localhost", "*.localhost", "::1")
_INSTALLED = (
    "google-chrome-stable",
    "google-chrome",
    "chromium",
    "chromium-browser",
    "microsoft-edge-stable",
    "microsoft-edge",
    "chrome",
    "msedge",
)
_INSTALLED_ON_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_WITHOUT_SCREEN = ("chromium-headless-shell", "chrome-headless-shell")


def arguments(permitted: Iterable[Origin] = ()) -> list[str]:
    """With what every Chromium is started, wherever it comes from.

    It holds the gate for everything that a page may load, redirects included: beside this machine no host is found, a bare address of
    one neither, but those of the `permitted` origins, each at its own port.
    """
    doors = [f"{origin.host}:{origin.port}" for origin in permitted if not origin.is_loopback]
    rules = [*(f"MAP {door} {door}" for door in doors), "MAP * ~NOTFOUND", *(f"EXCLUDE {name}" for name in _HERE)]
    return [*_ARGUMENTS, f"--host-resolver-rules={' , '.join(rules)}", *(["--no-sandbox"] if _as_root() else [])]


def launch_options(own: str, headed: bool = False, permitted: Iterable[Origin] = ()) -> dict[str, Any]:
    """What Playwright's `launch` is given: `args`, and `executable_path` unless it is Playwright's own browser.

    `own` is where Playwright expects its browser (`browser_type.executable_path`); `permitted` as for `arguments`.

    Raises:
        CannotRun: when there is no browser; the text says how to get one.
    """
    args = arguments(permitted)
    if _playwright_has_its_own(Path(own), headed):
        return {"args": args}
    if found := next(_elsewhere(headed), None):
        return {"args": args, "executable_path": found}
    seen = "with a screen " if headed else ""
    raise CannotRun(
        f"No browser {seen}was found. Install one with `playwright install chromium`, or install Chrome, Chromium or Edge"
        f"{'' if headed else ', or Debian’s package chromium-headless-shell'}; or run without a browser: --driver forms."
    )


def _as_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _playwright_has_its_own(own: Path, headed: bool) -> bool:
    """Without a screen Playwright starts a smaller browser that is installed beside the whole one."""
    if headed:
        return own.is_file()
    revision = own.parent.parent.name.rpartition("-")[2]
    shells = own.parent.parent.parent.glob(f"chromium_headless_shell-{revision}/*/*headless[-_]shell*")
    return any(shell.is_file() and os.access(shell, os.X_OK) for shell in shells)


def _elsewhere(headed: bool) -> Iterator[str]:
    for name in _INSTALLED if headed else (*_INSTALLED, *_WITHOUT_SCREEN):
        if path := shutil.which(name):
            yield path
    yield from (path for path in _INSTALLED_ON_MAC if Path(path).is_file())
