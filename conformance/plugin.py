"""The pytest plugin: `pytest conformance --target my-portal.toml` tries the cases on an implementation. Without --target it is inert."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from conformance import hooks
from conformance.conclusion import carried, conclude, cover, suite_of
from conformance.controller import BROWSER_TOLD, Controller
from conformance.covering import covered_name
from conformance.plan import Material, Options, load_material, make_plan
from conformance.progress import COLOURS, LETTERS
from conformance.results import worst_kind
from conformance.selection import UnknownName, Wish, listed
from conformance.stash import BROWSER, PLAN
from conformance.target_file import TargetError
from scenarios.instants import parse_duration
from scenarios.mistakes import MistakesFound
from scenarios.model import IMPACTS

pytest_plugins = ["conformance.trying", "conformance.suite_run", "conformance.waiting_room"]

HERE = Path(__file__).parent
CASES = HERE / "test_cases.py"
SUITES = HERE / "suites"
DRIVERS = ("browser", "forms")


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Our own hooks."""
    pluginmanager.add_hookspecs(hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, in a group of their own."""
    about = "tries the documented cases on an implementation (pytest's own --strict then counts warnings as failures)"
    add = parser.getgroup("heurtoir", f"heurtoir: {about}").addoption
    add("--target", dest="heurtoir_target", metavar="NAME_OR_FILE", help="the implementation: a shipped target or a file")
    add(
        "--driver",
        dest="heurtoir_driver",
        choices=DRIVERS,
        default="browser",
        help="a real browser (default), or HTTP and forms alone",
    )
    several = "may be repeated, and hold several with commas between"
    for name, meant in {
        "portal": "only cases of this portal",
        "requirement": "only cases that verify this requirement",
        "case": "only this case: its id, with or without the number of an example, or a pattern with * and ?",
        "impact": f"only cases that do this to the target ({', '.join(IMPACTS)})",
    }.items():
        add(f"--{name}", dest=f"heurtoir_{name}", metavar=name.upper(), action="append", default=[], help=f"{meant}; {several}")
    add(
        "--max-wait",
        dest="heurtoir_max_wait",
        metavar="DURATION",
        default="1m",
        help="how long a case may wait where a target’s clock cannot be moved, such as 90s or 20m; all wait side by side (default: 1m)",
    )
    add("--report", dest="heurtoir_report", default="report", metavar="DIR", help="where the report is written (default: report)")


def pytest_configure(config: pytest.Config) -> None:
    """With --target: load what there is to try, and choose. Mistakes in it are errors of usage, all told at once."""
    config.addinivalue_line("markers", "check(id): which suite of scenarios/checks.yaml this test is (conformance/suites)")
    if config.option.heurtoir_target is None or config.option.help:
        return
    options = _options(config)
    try:
        plan = make_plan(options, config.hook.pytest_heurtoir_material(name=options.target))
    except (TargetError, MistakesFound, UnknownName) as error:
        raise pytest.UsageError(covered_name(str(error))) from None
    config.stash[PLAN] = plan
    # pytest-playwright's own base_url, which none of its users can mend.
    config.addinivalue_line("filterwarnings", "ignore:Session-scoped fixtures defined as instance methods:pytest.PytestRemovedIn10Warning")
    _quieten(config)
    if not hasattr(config, "workerinput"):  # which is what xdist gives its workers
        config.pluginmanager.register(Controller(config, plan), "heurtoir-controller")


@pytest.hookimpl(trylast=True)
def pytest_heurtoir_material(name: str) -> Material:
    """This repository's own."""
    return load_material(name)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With --target nothing of this repository but cases and suites is collected; without it, everything but them."""
    plan = config.stash.get(PLAN, None)
    if collection_path == CASES:
        return True if plan is None or not plan.trials else None
    if collection_path.is_relative_to(SUITES):
        return True if plan is None or not plan.suites else None
    if plan is None or HERE.is_relative_to(collection_path) or not collection_path.is_relative_to(HERE.parent):
        return None
    return True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of the suites only those that were chosen stay; without any trial pytest's stand-in for none goes."""
    plan = config.stash.get(PLAN, None)
    if plan is None:
        return
    suites = {item: suite_of(item, plan) for item in items}
    unwanted = [item for item, suite in suites.items() if suite is not None and suite.id not in plan.suites]
    if not plan.trials:
        unwanted += [item for item in items if item.path == CASES]
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in items if item not in unwanted]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test's outcome follows from the results that it recorded; they go along with the report."""
    report = yield
    plan = item.config.stash.get(PLAN, None)
    if plan is not None and (call.when == "call" or (call.when == "setup" and call.excinfo is not None)):
        conclude(item, call, report, plan)
    if plan is not None:
        cover(report, plan)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells the controller which browser it used."""
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput[BROWSER_TOLD] = config.stash.get(BROWSER, "")


def pytest_report_teststatus(report: Any) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
    """A word and a letter for each of the seven results, and for a failure that is known."""
    results = carried(report)
    if not results:
        return None
    kind = worst_kind(results)
    return kind, LETTERS[kind], (kind.upper(), {COLOURS[kind]: True})


def _options(config: pytest.Config) -> Options:
    option = config.option
    if len(getattr(option, "browser", ())) > 1:  # pytest-playwright can be switched off: the forms driver does without
        raise pytest.UsageError("--browser: a conformance run uses one browser; run it once for each, with a --report of its own")
    if option.heurtoir_driver == "browser" and (others := [name for name in getattr(option, "browser", ()) if name != "chromium"]):
        # Only Chromium can be told which hosts there are: in another one a page of the target could load from anywhere (conformance.gate).
        raise pytest.UsageError(f"--browser {others[0]}: the gate holds in Chromium only; leave the option out, or use --browser-channel")
    impacts = listed(option.heurtoir_impact)
    if unknown := [name for name in impacts if name not in IMPACTS]:
        raise pytest.UsageError(f"--impact {', '.join(unknown)}: an impact is one of {', '.join(IMPACTS)}")
    try:
        longest_wait = parse_duration(option.heurtoir_max_wait)
    except ValueError as error:
        raise pytest.UsageError(f"--max-wait: {error}") from None
    return Options(
        target=option.heurtoir_target,
        driver=option.heurtoir_driver,
        wish=Wish(listed(option.heurtoir_portal), listed(option.heurtoir_requirement), listed(option.heurtoir_case), impacts),
        strict="strict=true" in (option.override_ini or []),
        report=config.invocation_params.dir / option.heurtoir_report,
        longest_wait=longest_wait,
    )


def _quieten(config: pytest.Config) -> None:
    """Our summary stands in the place of pytest's list of what did not pass, unless -r asks for it."""
    if not any(str(argument).startswith("-r") for argument in config.invocation_params.args):
        config.option.reportchars = ""
