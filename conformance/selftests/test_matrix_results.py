"""Each result brought out on purpose, through the front door: what a target tells wrongly, and what the run says of it.

One run tries many cases, each in a world that is told one lie (lies.py); other runs are told lies as a whole, and stand in
test_matrix_targets.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from conformance.results import CaseResult
from conformance.selftests.front_door import Told, cases, in_order, run
from conformance.selftests.lies import LIES
from conformance.selftests.lying_doors import lying, truth
from conformance.target import Target

pytest_plugins = ["conformance.selftests.run_beyond"]


@dataclass(frozen=True)
class Row:
    """A lie, the case that it is told to, what comes of it, and the words of the reason that decide."""

    lie: str
    case: str
    result: str
    words: tuple[str, ...] = ()


ROWS = (
    Row("nothing", "session.signed-out", "passed"),
    # The portal is wrong: it failed.
    Row("other figure", "code-mail.content", "failed", ("Read the newest mail with a code: lifetime: expected 15m, was 10m",)),
    Row("server errors", "announcement.mask[2]", "failed", ("a page without it (server-error, 503)",)),
    Row("swallows mails", "code.of-another-account", "failed", ("expected a message with the code of “theirs”, was no such message came",)),
    # The portal may be right, and nothing is said of it: the target file, or what helps to try it, is wrong.
    Row(
        "other words",
        "wrong-entry.password",
        "error",
        ("No wording of", "its alert “Les informations saisies sont pluvieuses", "[outcomes]"),
    ),
    Row("two wordings", "counts.apart", "error", ("Two wordings of", "(invalid, refused.wrong)", "Narrow one of them")),
    Row("other label", "announcement.mask[1]", "error", ("has no textbox labelled", "Mon matricule", "Mend controls.identifier")),
    Row("other button", "code-page.right-code", "error", ("has no action labelled", "it has: Go", "Mend controls.ask-for-code")),
    Row("redirects to itself", "announcement.mask[3]", "error", ("connexion redirects more than 20 times",)),
    Row("redirects nowhere", "announcement.mask[4]", "error", ("leads to “http://[”, which is no address",)),
    Row("redirects to a script", "announcement.mask[5]", "error", ("is no plain http address", "not followed")),
    Row("a PDF", "sign-in-form.spellings[1]", "error", ("is no page: it is application/pdf (status 200)",)),
    Row("an empty page", "sign-in-form.spellings[2]", "error", ("no alert, status or heading with words",)),
    Row("20 MB", "sign-in-form.spellings[3]", "passed"),
    Row("20,000 deep", "sign-in-form.spellings[4]", "error", ("nests its elements so deeply",)),
    Row("half a page", "sign-in-form.spellings[5]", "error", ("has no button labelled", "Mend controls.sign-in")),
    Row("other bytes than said", "sign-in-form.spellings[6]", "error", ("No wording of", "J'acc\ufffdde")),
    Row("an unheard-of encoding", "sign-in-form.spellings[7]", "passed"),
    Row("control characters", "sign-in-form.malformed-counts-not[1]", "error", ("Two wordings of",)),
    Row("dropped", "announcement.lost-mailbox", "error", ("Server disconnected without sending a response. Is it running",)),
    Row("cut", "sign-in-form.spellings[8]", "error", ("peer closed connection without sending complete message body",)),
    Row("no HTTP", "sign-in-form.shown", "error", ("GET http://127.0.0.1:", "Is it running, and is the address in the target file right?")),
    Row("mail API errors", "code.newest-works", "error", ("/api/v1/search", "answers 502: <h1>Bad Gateway</h1>")),
    Row("mail API without JSON", "code.malformed-counts-not[1]", "error", ("answers no JSON but '<h1>Bienvenue</h1>'",)),
    Row("mail API of something else", "code.malformed-counts-not[2]", "error", ("does not answer as Mailpit does: no “messages”",)),
    Row(
        "link elsewhere", "counts.reset-passwords", "error", ("The mail's link leads to elsewhere.test:", "off the target", "not followed")
    ),
    Row("refuses worlds", "sign-in-form.malformed[1]", "error", ("answers 400: people.0.nir: no more numbers. Restart.",)),
    Row("control without JSON", "sign-in-form.malformed[2]", "error", ("answers no JSON but '<h1>It works!</h1>'",)),
    Row("people without passwords", "sign-in-form.malformed[3]", "error", ("people.0.password is missing, or no text",)),
    Row("mails still waiting", "announcement.no-mail-before-the-button", "error", ("2 messages still wait to be sent",)),
    Row("staff that breaks", "reference.corrected[1]", "error", ("/acts answers 500", "KeyError")),
    Row("clock moved in words", "code.expired[2]", "error", ("was moved to", "it cannot be relied on", "clock = false")),
    Row("clock goes elsewhere", "code.new-one-after-expiry", "error", ("shows 2026-03-10T11:11:11+01:00: it cannot be relied on",)),
    Row("clock of no instant", "code.expiry-counts-not[1]", "error", ("tells an instant that cannot be read", "noon")),
)


def test_each_lie_comes_to_its_result_and_is_told_for_what_it_is(
    running_simulator: Target, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    """The result is the one that the lie deserves, its reason names what was met and where to mend it, and one lie is no dead target."""
    told_to = {row.case: LIES[row.lie] for row in ROWS}
    with lying(running_simulator, truth, *map(told_to.__getitem__, in_order(told_to))) as doors:
        lied_to = run(doors.target(tmp_path), tmp_path, *cases(*told_to))
    for row in ROWS:
        with subtests.test(row.lie):
            came_to(row, lied_to.cases[row.case])
    with subtests.test("the run"):
        went_on(lied_to)
    with subtests.test("control characters"):
        commanded_nothing(lied_to)


def came_to(row: Row, case: CaseResult) -> None:
    """What is said of one case."""
    assert case.kind == row.result, case.reason
    for words in row.words:
        assert words in case.reason
    assert "the harness broke" not in case.reason


def went_on(lied_to: Told) -> None:
    """Errors here and there are no dead target: nobody goes without a result."""
    assert lied_to.status == 13
    assert lied_to.document.selection.not_reached == ()
    assert "the target does not answer" not in lied_to.reasons
    assert len(lied_to.cases) == len(ROWS)


def commanded_nothing(lied_to: Told) -> None:
    """Control characters of a page reach neither the terminal nor any file of the report."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in lied_to.report.iterdir()}
    for name, text in {**texts, "the terminal": lied_to.output}.items():
        assert not {"\x1b", "\x08", "\x7f", "\x9b"} & set(text), name
