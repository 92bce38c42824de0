"""No secret comes into a report or onto a terminal: planted in every place where a target can put one, in every spelling."""

from __future__ import annotations

import base64
import html
import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, quote_plus

from conformance.selftests.front_door import Told, cases, in_order, run
from conformance.selftests.lies import LIES, data, told
from conformance.selftests.lying_doors import Answer, Asked, Doors, Lie, lying, truth
from conformance.target import Target

pytest_plugins = ["conformance.selftests.run_beyond"]

PASSWORD = 'Vert&"Pin"+7/é%<x>'
CODE = "482913"
NIR = "284057512345641"
TOKEN = "kQ3vX9bT7mN2pL5wR8sJ4hG6"
IBAN = "FR7630006000011234567890189"
BASIC = base64.b64encode(f"anne:{PASSWORD}".encode()).decode()
THIN, NARROW, HARD = "\u2009", "\u202f", "\u00a0"


def grouped(text: str, sizes: tuple[int, ...], between: str) -> str:
    """In groups, as people write long numbers."""
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    return between.join(filter(None, parts))


AS_A_NIR = (1, 2, 2, 2, 3, 3, 2)
SPELLINGS: dict[str, str] = {
    "password": PASSWORD,
    "password in an address": quote(PASSWORD, safe=""),
    "password in a form": quote_plus(PASSWORD),
    "password in HTML": html.escape(PASSWORD),
    "password in JSON": json.dumps(PASSWORD)[1:-1],
    "password in JSON as UTF-8": json.dumps(PASSWORD, ensure_ascii=False)[1:-1],
    "password of an authorization": BASIC,
    "code": CODE,
    "code in thin spaces": THIN.join(CODE),
    "code in two groups": grouped(CODE, (3, 3), NARROW),
    "code in hard spaces": HARD.join(CODE),
    "NIR": NIR,
    "NIR with spaces": grouped(NIR, AS_A_NIR, " "),
    "NIR with hard spaces": grouped(NIR, AS_A_NIR, HARD),
    "NIR with narrow spaces": grouped(NIR, AS_A_NIR, NARROW),
    "NIR with thin spaces": grouped(NIR, AS_A_NIR, THIN),
    "NIR with dots": grouped(NIR, AS_A_NIR, "."),
    "NIR in an address": quote(grouped(NIR, AS_A_NIR, " ")),
    "token": TOKEN,
    "IBAN": IBAN,
    "IBAN in groups": grouped(IBAN, (4,) * 7, HARD),
}
AUTHORIZATION = f"Authorization: Basic {BASIC}"
WAYS_TO_SAY_IT = (
    "Voici {}.",
    "code={}&password={}",
    '{{"value": "{}"}}',
    "http://127.0.0.1/lien/{}?suite",
)


def planted() -> str:
    """All of it, as a text says it."""
    lines = [way.replace("{}", spelling).replace("{{", "{").replace("}}", "}") for spelling in SPELLINGS.values() for way in WAYS_TO_SAY_IT]
    return "\n".join((*lines, AUTHORIZATION, json.dumps({"Authorization": f"Basic {BASIC}"})))


def in_page(answer: Answer) -> Answer:
    """In the title, a heading, the text, a comment, a hidden field, a header, a cookie and what the alert says."""
    said = "<br>".join(html.escape(line) for line in planted().splitlines())
    page = answer.text.replace("<title>", f"<title>{html.escape(SPELLINGS['NIR with hard spaces'])} {TOKEN} ")
    unseen = f'<input type=hidden name=x value="{html.escape(planted())}"><!-- {html.escape(PASSWORD)} -->'
    page = page.replace("<main", f"{unseen}<p>{said}</p><main")
    page = page.replace("J’accède à", f"{SPELLINGS['code in thin spaces']} {html.escape(PASSWORD)} J’accède à")
    page = page.replace("Les informations saisies sont erronées.", said)
    marked = replace(answer, body=page.encode()).with_header("X-Debug", f"{quote(PASSWORD)} {CODE} {TOKEN}")
    return replace(marked, headers=(*marked.headers, ("Set-Cookie", f"debug={quote(PASSWORD)}.{TOKEN}; Path=/")))


def with_known_password(asked: Asked, doors: Doors) -> Answer:
    """People are made with that password."""
    body = json.loads(asked.body)
    people = [{**person, "password": PASSWORD} for person in body["people"]]
    return doors.truth(replace(asked, body=json.dumps({**body, "people": people}).encode()))


def telling(lie: Lie) -> Lie:
    """Who makes a world gets people with that password; all else is as the lie says."""
    return lambda asked, doors: (with_known_password if asked.part == "control" and asked.page == "worlds" else lie)(asked, doors)


def on_pages(asked: Asked, doors: Doors) -> Answer:
    """Every page says it."""
    answer = doors.truth(asked)
    return in_page(answer) if asked.part == "portal" and answer.status != 302 else answer


def in_mails(asked: Asked, doors: Doors) -> Answer:
    """Sender, subject, text and HTML of every mail say it."""
    answer = doors.truth(asked)
    if asked.part != "mail" or "/message/" not in asked.path or asked.page == "headers":
        return answer
    sender = {"Name": f"{CODE} {TOKEN}", "Address": f"{TOKEN}@x.test"}
    said = {"Subject": planted(), "HTML": f"<p>{html.escape(planted())}</p>", "From": sender}
    return data(lambda mail: {**mail, **said, "Text": f"{mail['Text']}\nVoir http://127.0.0.1:9/lien/{TOKEN}\n{planted()}"})(answer)


def in_redirects(asked: Asked, doors: Doors) -> Answer:
    """The sign-in form leads on, with all of it in the address, to a page that is no page of ours."""
    if asked.part != "portal" or asked.page != "connexion":
        return doors.truth(asked)
    if "?" in asked.path:
        return told(json.dumps({"error": planted()}), 500, "application/json")
    everything = "&".join(f"x{number}={quote(spelling, safe='')}" for number, spelling in enumerate(SPELLINGS.values()))
    return Answer(302, (("Location", f"connexion?{everything}&password={quote(PASSWORD)}#{TOKEN}"),), b"")


def in_words_of_staff(asked: Asked, doors: Doors) -> Answer:
    """The testability API refuses, and says it."""
    refused = {"error": {"field": f"person.{TOKEN}", "message": planted(), "way_on": PASSWORD}}
    return told(json.dumps(refused), 400, "application/json") if asked.page == "acts" else doors.truth(asked)


def in_words_of_a_proxy(asked: Asked, doors: Doors) -> Answer:
    """The mail API is somebody's error page, which says it."""
    return told(f"<h1>{html.escape(PASSWORD)} {CODE} {TOKEN} {AUTHORIZATION}</h1>", 502) if asked.part == "mail" else doors.truth(asked)


PLACES: dict[str, Lie] = {
    "announcement.lost-mailbox": in_redirects,
    "code.newest-works": in_words_of_a_proxy,
    "wrong-entry.password": on_pages,
    "wrong-entry.code": in_mails,
    "reference.corrected[1]": in_words_of_staff,
    "code-mail.content": in_mails,
    "code-page.right-code": on_pages,
}


def texts(ended: Told) -> dict[str, str]:
    """Every file of the report, pictures apart, and the terminal."""
    files = {str(file.relative_to(ended.report)): file.read_text("utf-8") for file in ended.report.rglob("*") if file.is_file()}
    return {**{name: re.sub(r"data:image/[a-z]+;base64,[\w+/=]+", "", text) for name, text in files.items()}, "the terminal": ended.output}


def leaks(ended: Told, spellings: dict[str, str]) -> set[tuple[str, str]]:
    """What is to be read where; as it is, and as a file of that kind writes it."""
    found = set()
    for place, text in texts(ended).items():
        read = {text, html.unescape(text), text.replace("\\\\", "\\").replace('\\"', '"'), re.sub(r"[\s\u00a0\u202f\u2009]+", " ", text)}
        for name, spelling in spellings.items():
            if any(spelling in version or re.sub(r"[\s\u00a0\u202f\u2009]+", " ", spelling) in version for version in read):
                found.add((name, place))
    return found


def test_no_secret_of_a_target_is_told(running_simulator: Target, tmp_path: Path) -> None:
    """Pages, headers, cookies, addresses, mails and errors say every secret in every spelling; no file and no line of the run does."""
    with lying(running_simulator, truth, *(telling(PLACES[name]) for name in in_order(PLACES))) as doors:
        ended = run(doors.target(tmp_path), tmp_path, *cases(*PLACES))
    assert {ended.results[name] for name in PLACES} == {"error", "failed", "passed"}
    assert len(texts(ended)) == 7
    assert leaks(ended, SPELLINGS) == set()


def test_no_secret_of_prepared_people_is_told(running_simulator: Target, tmp_path: Path) -> None:
    """The password of people.csv on every page, and a case that could not run for want of people."""
    with lying(running_simulator, on_pages) as doors:
        doors.prepare(tmp_path, "told", password=PASSWORD)
        ended = run(doors.target(tmp_path, world="told"), tmp_path, *cases("wrong-entry.password", "announcement.mask[1]"))
    assert ended.results == {"wrong-entry.password": "error", "announcement.mask[1]": "could not run"}
    assert leaks(ended, SPELLINGS) == set()


# Nobody but the command knows these people, so what it says of them goes by its looks.
BY_ITS_LOOKS = {name: spelling for name, spelling in SPELLINGS.items() if not name.startswith("password") or name.endswith("authorization")}
COMPLAINS = """
import json, pathlib, sys
calls = pathlib.Path("calls")
calls.write_text(calls.read_text() + "x" if calls.exists() else "x")
print({planted!r}, file=sys.stderr)
print(json.dumps({{"password": {password!r}}}) + " " + {one_line!r}, file=sys.stderr)
print({planted!r})
sys.exit(3 if calls.read_text() == "x" else 1)
"""


def test_no_secret_of_a_people_command_is_told(running_simulator: Target, tmp_path: Path) -> None:
    """Its last words, for a case that could not run and for an error; what it printed as an answer is never shown."""
    said = {"planted": planted_without_password(), "one_line": planted_without_password().replace("\n", " "), "password": PASSWORD}
    (tmp_path / "make_people.py").write_text(COMPLAINS.format(**said), encoding="utf-8")
    with lying(running_simulator) as doors:
        target = doors.target(tmp_path, '[people]\ncommand = ["{python}", "make_people.py"]\n', without="control")
        ended = run(target, tmp_path, *cases("announcement.lost-mailbox", "code-page.right-code"))
    assert sorted(ended.results.values()) == ["could not run", "error"]
    assert "Its last words" in ended.reasons
    assert leaks(ended, {**BY_ITS_LOOKS, "password in JSON": json.dumps(PASSWORD)[1:-1], "password": PASSWORD}) == set()


def test_no_secret_of_a_command_line_or_a_target_file_is_told(running_simulator: Target, tmp_path: Path) -> None:
    """A NIR and a token as names of a folder and of a file; who and what in the address that is tried, and an error on every page."""
    folder = tmp_path / TOKEN
    folder.mkdir()
    with lying(running_simulator, LIES["a PDF"]) as doors:
        doors.prepare(folder, "named")
        file = Path(doors.target(folder, world="named")).rename(folder / f"{NIR}.toml")
        address = doors.origins["portal"]
        file.write_text(file.read_text().replace(address, address.replace("//", f"//anne:{quote(PASSWORD, safe='')}@")))
        ended = run(str(file), folder, *cases("session.before-the-password", "announcement.lost-mailbox"))
    assert set(ended.results.values()) == {"error"}
    assert leaks(ended, SPELLINGS) == set()


def planted_without_password() -> str:
    """What a command says of people whom nobody else knows."""
    return "\n".join(f"Voici {spelling}. http://127.0.0.1/lien/{spelling}?suite" for spelling in BY_ITS_LOOKS.values() if spelling != BASIC)
