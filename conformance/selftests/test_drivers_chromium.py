"""Which browser is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.driver import CannotRun
from conformance.drivers.chromium import arguments, launch_options
from conformance.origins import origin_of


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without any browser."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("conformance.drivers.chromium._INSTALLED_ON_MAC", ())


def installed(path: Path) -> Path:
    """A program of that path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def own(tmp_path: Path) -> Path:
    """Where Playwright expects the whole browser."""
    return tmp_path / "cache" / "chromium-1234" / "chrome-linux" / "chrome"


def test_playwrights_own_browser_comes_first(tmp_path: Path) -> None:
    """Without a screen it is the smaller one beside the whole, with a screen the whole one."""
    installed(tmp_path / "bin" / "google-chrome")
    installed(tmp_path / "cache" / "chromium_headless_shell-1234" / "chrome-linux" / "headless_shell")
    assert "executable_path" not in launch_options(str(own(tmp_path)))
    assert launch_options(str(own(tmp_path)), headed=True)["executable_path"] == str(tmp_path / "bin" / "google-chrome")
    installed(own(tmp_path))
    assert "executable_path" not in launch_options(str(own(tmp_path)), headed=True)


def test_one_of_another_version_is_not_its_own(tmp_path: Path) -> None:
    """A browser that another version of Playwright left behind is not taken for this one's."""
    installed(tmp_path / "cache" / "chromium_headless_shell-1200" / "chrome-linux" / "headless_shell")
    shell = installed(tmp_path / "bin" / "chromium-headless-shell")
    assert launch_options(str(own(tmp_path)))["executable_path"] == str(shell)


def test_an_installed_browser_comes_before_the_one_without_a_screen(tmp_path: Path) -> None:
    """Chrome, Chromium or Edge first, then Debian's, and that one never where a screen is asked for."""
    shell = installed(tmp_path / "bin" / "chromium-headless-shell")
    assert launch_options(str(own(tmp_path)))["executable_path"] == str(shell)
    with pytest.raises(CannotRun, match="No browser with a screen was found"):
        launch_options(str(own(tmp_path)), headed=True)
    edge = installed(tmp_path / "bin" / "microsoft-edge")
    assert launch_options(str(own(tmp_path)))["executable_path"] == str(edge)


def test_no_browser_at_all_is_told_with_the_way_on(tmp_path: Path) -> None:
    """What to install, and how to run without one."""
    with pytest.raises(CannotRun, match=r"playwright install chromium.*chromium-headless-shell.*--driver forms"):
        launch_options(str(own(tmp_path)))


def test_the_browser_finds_no_host_but_this_machine(tmp_path: Path) -> None:
    """Whatever a page asks for, only loopback addresses are found."""
    installed(tmp_path / "bin" / "chromium")
    args = launch_options(str(own(tmp_path)))["args"]
    assert any(arg.startswith("--host-resolver-rules=MAP * ~NOTFOUND") for arg in args)
    assert "--no-proxy-server" in args


def test_what_is_permitted_is_found_at_its_own_port() -> None:
    """A rule for each origin before the one that finds nobody; loopback needs none."""
    permitted = [origin_of(address) for address in ("https://portal.team.test", "http://[2001:db8::1]:81", "http://127.0.0.1:1")]
    (rules,) = (arg for arg in arguments(permitted) if arg.startswith("--host-resolver-rules="))
    said = "MAP portal.team.test:443 portal.team.test:443 , MAP [2001:db8::1]:81 [2001:db8::1]:81 , MAP * ~NOTFOUND , EXCLUDE "
    assert rules.removeprefix("--host-resolver-rules=").startswith(said)
