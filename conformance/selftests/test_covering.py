"""No secret in any file: planted in every text that a run can hold, none is found in any form of the report."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from conformance.covering import covered, covered_name, covered_throughout
from conformance.known import KnownFailures
from conformance.report.assembling import Run, assemble
from conformance.report.comparison import compare
from conformance.report.comparison_text import as_markdown, as_text
from conformance.report.document import LeftOut, SelectionPart, TargetPart
from conformance.report.writing import MADE, write
from conformance.results import CaseResult, KnownFailure, MailRecord, Result, StepRecord
from conformance.secrets import Secrets
from conformance.selftests.made_results import PORTAL, made_check, made_result, made_run
from scenarios.checks import load_checks
from scenarios.later import load_later
from scenarios.register import load_register

PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

# What must be found nowhere, and how it stands in the texts of a run.
SECRETS: Mapping[str, str] = {
    "a password that is known": "Correct-Horse-7",
    "a password in a form": "Vb7-Kr9+Tq3",
    "a password in an address": "S3same-Ouvre",
    "a password in JSON": "Zut-Alors-5",
    "a code": "482913",
    "a code with spaces": "7 1 4 0 8 2",
    "a code in an address": "593827",
    "a token in an address": "kQ3vX9bT7mN2pL5wR8sJ4hG6",
    "a token by its name": "abcdefgh",
    "a cookie": "c00kie-value",
    "a cookie beside others": "s3ssion-value",
    "a NIR": "284057512345641",
    "a NIR with spaces": "1 85 05 78 006 084 36",
    "a NIR with spaces that do not break": "2\u00a055\u00a008\u00a014\u00a0168\u00a0025\u00a038",
    "a NIR of Corsica in an address": "2%2084%2005%202A%20123%20456%2041",
    "an IBAN": "FR7630006000011234567890189",
    "an IBAN with spaces": "FR14 2004 1010 0505 0001 3M02 606",
}
PLANTED = (
    "{a password that is known} password={a password in a form}&x=1 http://anne:{a password in an address}@portal.test/ "
    '{{"password": "{a password in JSON}"}} code {a code} ou {a code with spaces} GET /lien/{a code in an address} '
    "https://portal.test/lien/{a token in an address} /lien?token={a token by its name} "
    "{a NIR}, {a NIR with spaces}, {a NIR with spaces that do not break}, /n/{a NIR of Corsica in an address} "
    "{an IBAN} et {an IBAN with spaces}\nSet-Cookie: id={a cookie}; Path=/\nCookie: a=1; session={a cookie beside others}"
).format_map(SECRETS)

# Without them nothing would belong to anything.
OURS = {PORTAL, *load_register().requirements, *(check.id for check in load_checks())}


def planted(value: Any) -> Any:
    """The same value with all secrets in each of its texts, keys included."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return value if value in OURS or value.startswith("data:image/") else f"{value} {PLANTED}"
    if isinstance(value, tuple | frozenset):
        return type(value)(map(planted, value))
    if isinstance(value, Mapping):
        return {planted(key): planted(one) for key, one in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(value, **{one.name: planted(getattr(value, one.name)) for one in dataclasses.fields(value)})
    return value


def whole_case(result: Result, id: str) -> CaseResult:
    """A case in which every field holds something."""
    mail = MailRecord("A <a@b.test>", ("c@d.test",), "Votre code", "Bonjour")
    watched = made_check("HRD-43", held=False, watcher="watch.cookie-flags")
    checks = (made_check(held=result is not Result.FAILED), watched)
    steps = (StepRecord("Look", "a.yaml:1", "code-asked", checks, ("GET / → 200",), "words", mail, PICTURE, 0.2, "said"),)
    more: dict[str, Any] = {"not_tried": ("Enter a wrong code",)}
    more |= {"reason": "why", "rerun": "pytest", "place": "a.yaml:1", "attachments": ("traces/a.zip",), "example": {"at": "15m"}}
    return made_result(result, id=id, steps=steps, **more)


def whole_run() -> Run:
    """A run in which every field holds something, a case of each result among them."""
    known = KnownFailures("my.toml", {"a.known": KnownFailure("It is mended.", "https://tracker.test/1", date(2999, 1, 1))})
    excused = dataclasses.replace(whole_case(Result.FAILED, "a.known"), known=known.by_id["a.known"])
    target = TargetPart("my", "my.toml", {PORTAL: "http://127.0.0.1:1"}, ("mail",), {"Mailpit": "http://127.0.0.1:2"}, {"15m": "4s"}, "en")
    return made_run(
        *(whole_case(result, f"a.{result.name}") for result in Result),
        excused,
        target=target,
        known=known,
        selection=SelectionPart({"case": ("a.*",)}, 12, (LeftOut("they need a screen", ("a.screen",)),), ("a.later",)),
        problems=("a worker died",),
        chance=("Nothing is drawn by lot.",),
        seed="12",
    )


def test_nothing_of_a_run_is_left_empty() -> None:
    """Or a text of it would not be tried below."""
    empty = [one.name for one in dataclasses.fields(Run) if getattr(whole_run(), one.name) in ((), {}, "", None)]
    assert empty == []
    case = whole_run().results[-1]
    assert [one.name for one in dataclasses.fields(case) if getattr(case, one.name) in ((), {}, "", None)] == []


def test_no_secret_is_in_any_file(tmp_path: Path) -> None:
    """Document, page, JUnit, summary, badge and traceability; nor in a comparison, whichever way it is told."""
    run = planted(whole_run())
    for secret in SECRETS.values():
        assert secret in run.reproduce
    document = assemble(run, load_register(), load_later(), load_checks(), Secrets([SECRETS["a password that is known"]]))
    write(document, tmp_path)
    clean = assemble(whole_run(), load_register(), load_later(), load_checks())
    texts = {name: (tmp_path / name).read_text(encoding="utf-8") for name in ("report.json", *MADE)}
    for name, told in (("text", as_text), ("markdown", as_markdown)):
        texts[name] = told(compare(clean, document)) + told(compare(document, clean))
    for file, text in texts.items():
        for name, secret in SECRETS.items():
            for spelt in {secret, secret.replace("\u00a0", "\\u00a0"), secret.replace("+", "&#43;")}:
                assert spelt not in text, f"{name} in {file}"
    for name, text in texts.items():
        if name != "badge.svg":
            assert "•••" in text, name


def test_what_is_no_secret_stays() -> None:
    """Pictures, instants, results, and all that the run says of itself without secrets."""
    run = whole_run()
    assert covered_throughout(run) == run


@pytest.mark.parametrize(
    "text",
    [
        "targets/flask-security-too-5-with-mail-2026.toml: [controls] sign-in",
        "http://portal-staging-2.example-team.test:8000/ameli",
        "10/03/2026 - 14h05 (heure de Paris)",
        "2026-03-10T10:00:20+01:00",
        "Mot de passe : obligatoire",
        "the cookie session has no HttpOnly and no SameSite",
        "pytest conformance --target my-portal-2026-with-limits.toml --case 'ameli-connect.code.expired[2]'",
        "Il reste 12 345 tentatives",
    ],
)
def test_words_of_people_are_no_secrets(text: str) -> None:
    """A report that covers everything says nothing."""
    assert covered(text) == text
    assert covered_name(text) == text


def test_a_long_word_is_a_token_in_a_text_and_a_name_in_a_path() -> None:
    """Where the harness itself gives the name, only what no person would write is covered."""
    address = "/browse/PORTAL-12345-abcdefgh"
    assert covered(address) == "/browse/•••"
    assert covered_name(address) == address
    assert covered_name("targets/a1b2c3d4e5f6a7b8.toml") == "targets/•••.toml"
