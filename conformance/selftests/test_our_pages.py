"""Our own pages pass the rules that others are held against, narrow, wide and dark: reports; control room and mails pass more of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from conformance.drivers.accessibility import STRICTEST, WCAG_21_AA, judged
from conformance.drivers.forms import FormsBrowsers
from conformance.guesses.document import BROKE, NOT_RUN, OVER, WITHIN, Allowed, Budget, Document, Row
from conformance.guesses.page import render as guesses_page
from conformance.matrix.page import render as matrix_page
from conformance.process import running
from conformance.provisioning import provisioner_of
from conformance.report.page import render as report_page
from conformance.scene import Scene
from conformance.selftests.mutation.fates import Fate, Kind
from conformance.selftests.mutation.mutants import Key
from conformance.selftests.mutation.page import render as mutants_page
from conformance.selftests.mutation.report import Report, Run, assembled
from conformance.selftests.mutation.session import Outcome
from conformance.selftests.test_gallery_page import mixed as mixed_matrix
from conformance.selftests.test_report_page import mixed as mixed_report
from conformance.target import Target, load_target
from conformance.verbs import act
from scenarios.model import Person, Place, Step

PLACE = Place("conformance/selftests/test_our_pages.py", 1)
# Enough to come to every kind of page, and not to every world and mail.
MOST_PAGES = 8


def guesses() -> Document:
    """A guess budget with a row of each verdict."""
    began = datetime(2026, 3, 10, 10, tzinfo=UTC)
    allowed = Allowed(12, 288, 5, 120, 3, 15, 5, 60, 6, ("AMC-40", "AMC-60"))
    rows = (
        Row("password", "session", "a new session for each guess", ("HRD-21",), WITHIN, hour=12, whole=24, blocks=4, judged_after=(1, 60)),
        Row("code", "resend", "a new code before each guess", ("HRD-21",), OVER, hour=25, whole=50, judged_after=(2, 90), stopped=True),
        Row("code", "address", "another address of the caller", ("HRD-21",), NOT_RUN, reason="the clock cannot be moved"),
        Row("code", "spelling", "another spelling", ("HRD-22",), BROKE, reason="Server disconnected."),
    )
    return Document((Budget("simulator", "simulator.toml", "ameli-connect", began, 2.0, allowed, rows),))


def mutants() -> Report:
    """Mutants that were killed, and one that nobody noticed."""
    fates = {"x > 1": Fate(Kind.KILLED, "ameli-connect.code.used", "outcome"), "x <= 0": Fate(Kind.SURVIVED), "x < 0": Fate(Kind.SURVIVED)}
    keys = {becomes: Key("simulator/policy/a.py", "f", "x < 1", becomes) for becomes in fates}
    found = [Outcome(keys[becomes], 3, "Operator", f"@@ -1 +1 @@\n-x < 1\n+{becomes}", fate) for becomes, fate in fates.items()]
    return assembled(Run(datetime(2026, 3, 10, 10, tzinfo=UTC), 61.0, 2, 3, 1, 185, {}), found, {keys["x < 0"]: "Whole numbers."}, [])


REPORTS: dict[str, Callable[[], str]] = {
    "report": lambda: report_page(mixed_report()),
    "matrix": lambda: matrix_page(mixed_matrix()),
    "guesses": lambda: guesses_page(guesses()),
    "mutants": lambda: mutants_page(mutants()),
}


@pytest.fixture(scope="module")
def tab(chromium: Chromium) -> Iterator[Page]:
    """One tab for all."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def simulator() -> Iterator[Target]:
    """The simulator, with a world in which somebody asked for a code and typed a wrong one."""
    with running(load_target("simulator")) as target:
        world = provisioner_of(target).make((Person("insured", "insured", {"mail": "validated"}),), None, "our-pages")
        scene = Scene.begin(target, world, FormsBrowsers(), "insured", target.mail_wait_seconds)
        for verb, argument in (("sign-in", None), ("ask-for", "code"), ("enter", "wrong"), ("message", "code")):
            act(scene, Step(verb, argument, PLACE))
        yield target


def broken(tab: Page, rules: tuple[str, ...]) -> list[str]:
    """Every rule that the page shown breaks, narrow in the light and wide in the dark, with the first element that does."""
    found = []
    for width, colours in ((320, "light"), (1280, "dark")):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        found += [f"{one.rule} at {width} px, {colours}: {one.elements[0]}" for one in judged(tab, rules)]
    return found


@pytest.mark.parametrize("name", REPORTS)
def test_reports_pass_the_rules(tab: Page, tmp_path: Path, name: str) -> None:
    """With something in every part, each part that can be opened is open."""
    file = tmp_path / f"{name}.html"
    file.write_text(REPORTS[name](), encoding="utf-8")
    tab.goto(file.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
    assert not broken(tab, WCAG_21_AA)


@pytest.mark.parametrize("part", ["control", "mail"])
def test_the_tools_of_the_simulator_pass_the_rules(tab: Page, simulator: Target, part: str) -> None:
    """The control room with worlds, people, why and gallery; the mails, in a list and one by one; every kind of page that links lead to."""
    start = {"control": str(simulator.control), "mail": str(simulator.mail)}[part]
    waiting, kinds, wrong = [f"{start}/"], set[str](), []
    while waiting and len(kinds) < MOST_PAGES:
        address = waiting.pop(0)
        if (kind := _kind(address)) in kinds:
            continue
        tab.goto(address)
        kinds.add(kind)
        wrong += [f"{kind}: {one}" for one in broken(tab, STRICTEST)]
        links: list[str] = tab.evaluate("[...document.querySelectorAll('a[href]')].map(link => link.href)")
        waiting += [link for link in links if link.startswith(start) and "/api/" not in link]
    assert len(kinds) >= {"control": 4, "mail": 2}[part], kinds
    assert not wrong


def _kind(address: str) -> str:
    """What pages that differ by world, person or mail alone have in common."""
    parts = urlsplit(address)
    path = "/".join("…" if any(sign.isdigit() for sign in part) or len(part) > 12 else part for part in parts.path.split("/"))
    return f"{path}{'?' if parts.query else ''}"
