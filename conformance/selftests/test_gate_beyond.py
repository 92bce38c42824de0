"""Whole runs on a target beyond loopback, which is this machine's own address in the network: what is touched, and what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.report.document import read
from conformance.results import CaseResult
from conformance.selftests.beyond import Beyond, in_days
from conformance.selftests.fake_runs import Ended, run_pytest
from conformance.selftests.gateway import FILE

pytest_plugins = ["conformance.selftests.run_beyond"]

READ, ACCOUNT, LOCK = "ameli-connect.sign-in-form.shown", "ameli-connect.code.expired[1]", "ameli-connect.code.expired[2]"


def run(beyond: Beyond, folder: Path, *options: str, cases: tuple[str, ...] = (READ, ACCOUNT), driver: str = "forms") -> Ended:
    """A run of these cases in a process of its own."""
    chosen = [word for case in cases for word in ("--case", case)]
    words = ["conformance", "--target", beyond.target(folder), "--driver", driver, "--report", str(folder / "report"), *chosen, *options]
    ended = run_pytest(*words)
    return Ended(ended.status, ended.output, folder / "report")


def results(ended: Ended) -> dict[str, CaseResult]:
    """By the id of the case."""
    return {case.id: case for case in read(ended.report / "report.json").cases}


@pytest.mark.parametrize("driver", ["forms", "browser"])
def test_what_permits_is_tried_like_this_machine(driver: str, beyond: Beyond, tmp_path: Path) -> None:
    """With a permission that names the other two origins cases pass, a mail included; the file comes first, once for the process."""
    beyond.permit()
    ended = run(beyond, tmp_path, driver=driver)
    assert {case.result for case in results(ended).values()} == {"passed"}, ended.output
    assert ended.status == 0
    assert beyond.portal.paths[0] == FILE
    assert beyond.portal.paths.count(FILE) == 1
    assert FILE not in (*beyond.control.paths, *beyond.mail.paths)
    assert any("connexion" in path for path in beyond.portal.paths)


def test_each_worker_asks_once(beyond: Beyond, tmp_path: Path) -> None:
    """Three processes, three looks at the file."""
    beyond.permit()
    assert run(beyond, tmp_path, "-n", "2").status == 0
    assert beyond.portal.paths.count(FILE) == 3


def test_without_a_permission_nothing_is_touched(beyond: Beyond, tmp_path: Path) -> None:
    """Code 13; what was asked for is the file and nothing else; the message names it and what to serve."""
    ended = run(beyond, tmp_path)
    assert ended.status == 13
    assert beyond.asked == [FILE]
    assert f"{beyond.portal.origin} was not touched: {beyond.portal.origin}{FILE} gives no permission: it answers 404" in ended.output
    assert "impacts: read, account, lock\nuntil: 20" in ended.output
    assert "nothing was tried" in ended.output
    assert "Traceback" not in ended.output


def test_a_permission_that_has_ended_is_none(beyond: Beyond, tmp_path: Path) -> None:
    """Yesterday was its last day."""
    beyond.permit(until=in_days(-1))
    ended = run(beyond, tmp_path)
    assert ended.status == 13
    assert f"it ended on {in_days(-1)}" in ended.output
    assert beyond.asked == [FILE]


def test_today_is_still_permitted(beyond: Beyond, tmp_path: Path) -> None:
    """The day that is named is the last one, and it counts."""
    beyond.permit(until=in_days(0))
    assert run(beyond, tmp_path, cases=(READ,)).status == 0


def test_the_mail_server_is_somebody_elses_until_it_is_named(beyond: Beyond, tmp_path: Path) -> None:
    """A permission of the portal alone does not open the mails and the testability API."""
    beyond.permit(others=False)
    ended = run(beyond, tmp_path)
    assert ended.status == 13
    assert f"{beyond.control.origin} was not touched" in ended.output
    assert f"add to {beyond.portal.origin}{FILE}:\n\norigins: {beyond.control.origin}\n" in ended.output
    assert (beyond.portal.paths, beyond.control.paths, beyond.mail.paths) == ([FILE], [FILE], [])


def test_an_impact_that_is_not_permitted_could_not_run(beyond: Beyond, tmp_path: Path) -> None:
    """Cases that read are tried; one that changes an account could not run, and says which file would have to say what."""
    beyond.permit("read")
    ended = run(beyond, tmp_path)
    found = results(ended)
    assert found[READ].result == "passed"
    assert found[ACCOUNT].result == "could not run"
    assert found[ACCOUNT].reason == (
        f"its impact is account; {beyond.portal.origin}{FILE} says `impacts: read`. Add account there to allow it."
    )
    assert ended.status == 12


def test_a_race_needs_hammer(beyond: Beyond, tmp_path: Path) -> None:
    """A suite asks the gate as a case does: requests at once are not sent to whom permits no hammering."""
    beyond.permit("read, account, lock")
    ended = run(beyond, tmp_path, cases=("suite.races.code-entered-at-once",))
    (found,) = results(ended).values()
    assert found.result == "could not run"
    assert "its impact is hammer" in found.reason
    assert not any("worlds" in path for path in beyond.control.paths)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_no_more_is_sent_than_the_rate(workers: str, beyond: Beyond, tmp_path: Path) -> None:
    """Ten a second over all origins and workers, however fast the target is."""
    beyond.permit(rate="10")
    ended = run(beyond, tmp_path, *(("-n", workers) if workers != "0" else ()))
    assert ended.status == 0, ended.output
    sent = sorted(
        moment
        for served in (beyond.portal, beyond.control, beyond.mail)
        for path, moment in zip(served.paths, served.moments, strict=True)
        if path != FILE
    )
    assert len(sent) > 15
    assert len(sent) - 2 <= (sent[-1] - sent[0]) * 10 * 1.1
