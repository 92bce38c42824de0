"""Target files: what they may say, and how a mistake in one is told."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from conformance.driver import DriverBroke
from conformance.origins import is_loopback
from conformance.target import Addresses, Target, load_target
from conformance.target_file import TargetError

MINE = """
portal = "ameli-connect"
address = "http://127.0.0.1:9000/portail/"
[pages]
account = "espace"
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A path for a target file."""
    return tmp_path / "mine.toml"


def loaded(path: Path, text: str) -> Target:
    """The target of that text."""
    path.write_text(text, encoding="utf-8")
    return load_target(str(path))


def test_only_what_differs_is_said(mine: Path) -> None:
    """A short file is enough: the rest is what is documented of the portal."""
    target = loaded(mine, f'{MINE}[controls]\nsign-out = {{ label = "quitter l’espace" }}\n[outcomes]\n"refused.wrong" = "raté"\n')
    assert (target.name, target.address, target.control, target.mail) == ("mine", "http://127.0.0.1:9000/portail", None, None)
    assert target.page_address("account") == "http://127.0.0.1:9000/portail/espace"
    assert target.page_address("account", "http://localhost:1/w/2/x/") == "http://localhost:1/w/2/x/espace"
    assert target.controls["sign-out"].role == "action"
    assert target.controls["sign-out"].label.search("Quitter l'espace")
    assert target.controls["identifier"].role == "textbox"
    assert target.forms["sign-in"].controls == ("identifier", "password")
    assert target.wording.outcomes["refused.wrong"].pattern == "raté"
    assert "code-asked" in target.wording.outcomes
    assert target.functions >= {"one-time-code", "reset-link"}
    assert target.capabilities == frozenset()
    assert target.clock_precision == timedelta(seconds=1)
    assert target.browser.timeout_seconds == 10


def test_everything_may_be_said(mine: Path) -> None:
    """Times, screen, capabilities, functions the target does not have, and outcomes in groups."""
    target = loaded(
        mine,
        f"""
name = "Mon portail"
functions = ["password", "account"]
control = "http://localhost:1"
mail = "http://[::1]:2/"
{MINE}
help = "http://127.0.0.1:9100/aide"
[outcomes.refused]
wrong = "raté"
[browser]
timeout = "1500ms"
width = 400
[timing]
clock-precision = "1m"
mail-wait = "30s"
[capabilities]
clock = false
[not-applicable]
AMC-21 = "No app."
""",
    )
    assert target.name == "Mon portail"
    assert target.functions == {"password", "account"}
    assert target.capabilities == {"people", "staff", "faults", "lift", "mail", "captcha"}
    assert (target.browser.timeout_seconds, target.browser.width) == (1.5, 400)
    assert target.clock_precision == timedelta(minutes=1)
    assert target.mail_wait_seconds == 30
    assert target.not_applicable == {"AMC-21": "No app."}
    assert target.wording.outcomes["refused.wrong"].pattern == "raté"
    assert target.page_address("help") == "http://127.0.0.1:9100/aide"


def test_the_shipped_target_is_found_by_its_name() -> None:
    """`simulator` is a target; the addresses of its process are filled in where it has places for them."""
    target = load_target("simulator")
    assert target.start is not None
    filled = target.at(Addresses("http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3", "http://127.0.0.1:4"))
    assert filled.sms == "http://127.0.0.1:4"
    assert (filled.address, filled.control, filled.mail) == ("http://127.0.0.1:1/ameli", "http://127.0.0.1:2", "http://127.0.0.1:3")
    assert filled.capabilities == {"people", "clock", "staff", "faults", "lift", "mail", "sms", "app", "captcha"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("portal = ameli", r"mine\.toml: not valid TOML: .*line 1"),
        ('address = "http://127.0.0.1:1"', "portal is missing"),
        (f'adress = "http://127.0.0.1:1"\n{MINE}', r"adress is no key.*Was “address” meant\?"),
        (MINE.replace("ameli-connect", "ameli-conect"), r"portal: “ameli-conect” is not documented.*Was “ameli-connect” meant\?"),
        (MINE.replace("127.0.0.1", "assure.ameli.fr"), r"address: .*belongs to ameli\.fr, a real portal.*refused.*environment of your own"),
        (f'control = "http://127.0.0.1@AMELI.FR./"\n{MINE}', "control: .*belongs to ameli.fr"),
        (f'mail = "ftp://127.0.0.1"\n{MINE}', "mail: .*no plain http address: wanted is http://"),
        (MINE.replace("espace", "https://franceconnect.gouv.fr/"), r"pages\.account: .*belongs to gouv\.fr"),
        (f'{MINE}[controls]\nsign-out = {{ lable = "x" }}', r"controls\.sign-out\.lable is no key.*Was “label” meant\?"),
        (f'{MINE}[controls]\nsign-out = {{ role = "buton" }}', r"controls\.sign-out\.role: 'buton' is not one of"),
        (f'functions = ["one-time-coed"]\n{MINE}', r"functions: “one-time-coed” is no function of a portal; .*Was “one-time-code” meant\?"),
        (f'{MINE}[controls]\nleave = {{ label = "x" }}', r"controls\.leave has no role"),
        (f'{MINE}[controls]\nsign-out = {{ label = "(quitter" }}', r"controls\.sign-out\.label: .*no regular expression.*backslash"),
        (f'{MINE}[controls]\nsign-out = {{ label = "(?i)quitter" }}', r"controls\.sign-out\.label: .*browsers do not know"),
        (f'{MINE}[forms.sign-in]\nbutton = "sing-in"', r"forms\.sign-in speaks of “sing-in”.*Was “sign-in” meant\?"),
        (f'{MINE}[forms.sign-in]\npage = "sign"', r"forms\.sign-in speaks of “sign”.*\[pages\]"),
        (f'{MINE}[forms.other]\ncontrols = ["code"]', r"forms\.other has no button"),
        (f'{MINE}[outcomes]\nrefusd = "x"', r"outcomes\.refusd: “refusd” is no outcome.*Was “refused” meant\?"),
        (f'{MINE}[outcomes]\nrefused = "15 minutes"', r"outcomes\.refused: .*holds the number “15”.*leave the number out"),
        (f'{MINE}[offers]\nnew-code = "dans [0-9]+ minutes"', r"offers\.new-code: .*holds the number"),
        (f'{MINE}[says]\nx = "les trois essais"', r"says\.x: .*holds the number “trois”"),
        (f'{MINE}[controls]\nsingin = {{ role = "button", label = "x" }}', r"controls\.singin is no documented name.*“sign-in” meant"),
        (f'{MINE}[forms.sing-in]\nbutton = "sign-in"', r"forms\.sing-in is no documented name.*“sign-in” meant"),
        (f'{MINE}[says]\nx = "<<wrongg>>"', r"says\.x: there is no idea “wrongg” in \[ideas\]; “wrong” is meant"),
        (f'{MINE}[shown]\nx = "page \\\\d{{1,2}} (sur"', r"shown\.x: .*no regular expression"),
        (f'{MINE}[browser]\ntimeout = "5"', r"browser\.timeout: .*Such as 500ms"),
        (f'{MINE}[browser]\nwidth = "wide"', r"browser\.width: 'wide' is not of type 'integer'"),
        (f"{MINE}[capabilities]\nclok = true", r"capabilities\.clok is no key.*Was “clock” meant\?"),
        (f"{MINE}[start]\ndirectory = '.'", r"start\.command is missing\. Program and arguments"),
    ],
)
def test_a_mistake_is_told_with_file_key_and_way_on(mine: Path, text: str, said: str) -> None:
    """Each mistake names the file and the key, and says what to write instead."""
    with pytest.raises(TargetError) as caught:
        loaded(mine, text)
    assert "mine.toml" in str(caught.value)
    assert re.search(said, str(caught.value), re.DOTALL), str(caught.value)


def test_all_mistakes_are_told_at_once_each_with_its_line(mine: Path, tmp_path: Path) -> None:
    """Nobody mends a file ten times: what can be read of it is, and every mistake is told in the order of the lines."""
    (tmp_path / "people.csv").write_text("identifier,password,mail\nanne,,validated\n", encoding="utf-8")
    with pytest.raises(TargetError) as caught:
        loaded(
            mine,
            """# a portal of ours
adress = "x"
portal = "ameli-connect"
address = "http://assure.ameli.fr"
people.file = "people.csv"

[controls]
sign-out = { lable = "x", role = "buton" }
code.label = '(x'
[outcomes.refused]
wrong = '''quinze
minutes'''
[not-applicable]
AMC21 = "x"
""",
        )
    told = [(mistake.line, mistake.key) for mistake in caught.value.mistakes if mistake.key != "people.file"]
    assert told == [
        (2, "adress"),
        (4, "address"),
        (8, "controls.sign-out.lable"),
        (8, "controls.sign-out.role"),
        (9, "controls.code.label"),
        (11, "outcomes.refused.wrong"),
        (14, "not-applicable.AMC21"),
    ]
    assert re.search(r"^.*mine\.toml:9: controls\.code\.label: .*no regular expression", str(caught.value), re.MULTILINE)
    assert re.search(r"^.*people\.csv:2: password: is empty", str(caught.value), re.MULTILINE)


@pytest.mark.parametrize("name", ["simulater", "nowhere/portal.toml"])
def test_a_target_that_is_not_there_is_told(name: str) -> None:
    """Neither a shipped name nor a path: the shipped ones are listed."""
    with pytest.raises(TargetError, match=rf"no target “{name}”.*simulator"):
        load_target(name)


def test_a_file_that_is_no_text_is_told(mine: Path) -> None:
    """A file in another encoding is an error with its name."""
    mine.write_bytes(b"name = \xff")
    with pytest.raises(TargetError, match=r"mine\.toml: cannot be read"):
        load_target(str(mine))


@pytest.mark.parametrize("pattern", ["essais? infructueux", "au bout de .{0,40} minutes", r"\d+ minutes", "un seul essai"])
def test_words_without_numbers_are_taken(mine: Path, pattern: str) -> None:
    """Any number may be meant, and how much text lies between is no number of the portal's."""
    assert loaded(mine, f"{MINE}[outcomes]\nrefused = '{pattern}'").wording.outcomes["refused"].pattern == pattern


def test_addresses_that_were_not_announced_are_told(mine: Path) -> None:
    """A place for an address that nobody gave is an error, and so is one that leads away."""
    target = loaded(mine, MINE.replace("http://127.0.0.1:9000", "{portal}") + "[start]\ncommand = ['x']")
    with pytest.raises(TargetError, match=r"address: .*announced none"):
        target.at(Addresses(""))
    with pytest.raises(TargetError, match=r"address: .*belongs to ameli\.fr"):
        target.at(Addresses("http://assure.ameli.fr"))


def test_what_the_target_does_not_name_is_told() -> None:
    """A case that asks for a page, control or form without a name gets an error with those there are."""
    target = load_target("simulator")
    for ask in (target.page_address, target.control_named, target.form_named):
        with pytest.raises(DriverBroke, match=r"it has: .*sign-in"):
            ask("nothing")


@pytest.mark.parametrize(
    ("address", "is_here"),
    [
        ("http://127.0.0.1:8000/x", True),
        ("http://127.9.9.9", True),
        ("https://localhost:1", True),
        ("http://portal.localhost", True),
        ("http://[::1]:2/", True),
        ("http://127.0.0.1.example.test", False),
        ("http://localhost.example.test", False),
        ("http://127.0.0.1@192.0.2.1/", False),
        ("http://user@127.0.0.1/", True),
        ("http://0.0.0.0/", False),
        ("http://2130706433/", False),
        ("http://[::ffff:192.0.2.1]/", False),
        ("ftp://127.0.0.1/", False),
        ("javascript:alert(1)", False),
        ("http://[bad", False),
        ("http://127.0.0.1:99999/", False),
        ("", False),
    ],
)
def test_the_gate_lets_only_this_machine_through(address: str, is_here: bool) -> None:
    """Loopback addresses and localhost pass, whatever looks like them does not."""
    assert is_loopback(address) is is_here


def test_every_key_is_explained() -> None:
    """What a target file may say and what its page in the documentation explains are the same."""
    root = Path(__file__).parents[2]
    schema = json.loads((root / "conformance/targets/schema.json").read_text(encoding="utf-8"))
    explained = (root / "docs/targets.md").read_text(encoding="utf-8")
    for key, section in schema["properties"].items():
        assert re.search(rf"`\[?{key}\]?`", explained), key
        for inner in section.get("properties", {}):
            assert re.search(rf"`[^`\n]*\b{inner}\b[^`\n]*`", explained), f"{key}.{inner}"


def test_a_target_in_another_language_has_wordings_of_its_own_only(mine: Path) -> None:
    """Words of two languages look alike and mean different things; labels stay the documented ones until they are named."""
    target = loaded(mine, f'language = "en-GB"\n{MINE}[outcomes]\n"refused.wrong" = "is wrong"\n')
    assert set(target.wording.outcomes) == {"refused.wrong"}
    assert (target.wording.says, target.wording.offers, target.wording.shown) == ({}, {}, {})
    assert "identifier" in target.controls
    assert "code-asked" in loaded(mine, f'language = "fr-BE"\n{MINE}').wording.outcomes
