"""Pages as forms, without any network: what is found, what is sent, and how fast."""

from __future__ import annotations

import re
import time

import pytest

from conformance.driver import Control, ControlNotFound, DriverBroke
from conformance.forms import Document
from conformance.selftests.small_portal import KINDS, SIGN_IN

HERE = "http://127.0.0.1:8000/w/1/page?old=1#part"


def control(role: str, label: str, name: str = "it") -> Control:
    """A control of that role whose label has the pattern."""
    return Control(name, role, re.compile(label, re.IGNORECASE))


def submitted(html: str, values: dict[Control, str | bool], button: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """What the page sends when it is filled in and the button is pressed."""
    return Document(html, HERE).fill_in(values, control("button", button))


def test_a_whole_form_is_filled_in_at_once() -> None:
    """Hidden fields and the pressed button go along; boxes only when ticked; what is disabled never."""
    method, address, data = submitted(
        SIGN_IN, {control("password", "mot de passe"): "p", control("checkbox", "ordinateur"): True}, "^me connecter"
    )
    assert (method, address) == ("POST", "http://127.0.0.1:8000/w/1/enter")
    assert data == (
        ("token", 't"1'),
        ("trap", ""),
        ("number", ""),
        ("secret", "p"),
        ("keep", "yes"),
        ("file", "lu seulement"),
        ("way", "normal"),
    )


def test_a_box_that_was_ticked_can_be_unticked() -> None:
    """A box that the page has ticked sends nothing once it is unticked."""
    assert ("news", "on") in submitted(KINDS, {}, "envoyer")[2]
    assert ("news", "on") not in submitted(KINDS, {control("checkbox", "lettre"): False}, "envoyer")[2]


def test_a_get_form_puts_its_data_in_the_address() -> None:
    """The query of the page and of the action is replaced, as browsers do."""
    html = '<form action="find?x=1"><input name="q" aria-label="q"><button>Go</button></form>'
    assert submitted(html, {control("textbox", "q"): "a b&é"}, "go") == ("GET", "http://127.0.0.1:8000/w/1/find?q=a+b%26%C3%A9", ())


def test_a_form_without_an_address_goes_to_its_page() -> None:
    """The address of the page, its query kept, without the part after the hash."""
    html = '<form method="POST"><input name="q" aria-label="q" value="v"><button>Go</button></form>'
    assert submitted(html, {}, "go") == ("POST", "http://127.0.0.1:8000/w/1/page?old=1", (("q", "v"),))


def test_the_base_of_a_page_counts() -> None:
    """Addresses are seen from the base that the page names."""
    html = '<base href="/other/"><form method="post" action="go"><button>Go</button></form><a href="away">Away</a>'
    document = Document(html, HERE)
    assert document.fill_in({}, control("button", "go")).address == "http://127.0.0.1:8000/other/go"
    assert document.target_of(document.need(control("link", "away"))) == "http://127.0.0.1:8000/other/away"


@pytest.mark.parametrize(
    "html",
    [
        '<label for="a">Nom</label><input id="a">',
        "<label>Nom <input></label>",
        '<input aria-label="Nom">',
        '<b id="x">Nom</b><input aria-labelledby="x">',
        '<input title="Nom">',
        '<input placeholder="Nom">',
        "<label>Nom<textarea></textarea></label>",
        '<label for="a"><span aria-hidden="true">*</span>N<i>o</i>m</label><input id="a" type="tel">',
    ],
)
def test_a_field_is_found_by_every_kind_of_name(html: str) -> None:
    """Label around or beside, aria, title, placeholder; what is hidden in a label is no part of it."""
    found = Document(html, HERE).find(control("textbox", "^nom$"))
    assert found is not None


@pytest.mark.parametrize(
    "html",
    [
        '<label for="a">Nom</label><input id="a" hidden>',
        '<div hidden><label for="a">Nom</label><input id="a"></div>',
        '<div aria-hidden="true"><label>Nom <input></label></div>',
        '<div style="display: none"><label>Nom <input></label></div>',
        "<template><label>Nom <input></label></template>",
        "<details><summary>Plus</summary><label>Nom <input></label></details>",
        "<dialog><label>Nom <input></label></dialog>",
        "<label>Nom <input disabled></label>",
        '<label>Nom <input aria-disabled="true"></label>',
        "<label>Nom <input readonly></label>",
        "<fieldset disabled><label>Nom <input></label></fieldset>",
        '<label>Nom <input type="password"></label>',
        '<label for="b">Nom</label><input id="a">',
        "<!-- <label>Nom <input></label> -->",
        '<input data-label="Nom" name="Nom" id="Nom">',
    ],
)
def test_a_field_that_a_person_cannot_use_is_not_found(html: str) -> None:
    """Hidden, closed, disabled, read-only, another role, or named for machines only."""
    assert Document(html, HERE).find(control("textbox", "nom")) is None


def test_what_is_missing_names_what_is_there() -> None:
    """The error tells the labels of the same role, and those of another role that would have matched."""
    with pytest.raises(ControlNotFound) as caught:
        Document(SIGN_IN, HERE).need(control("textbox", "mot de passe", "secret"))
    text = str(caught.value)
    assert "“Numéro d'assuré :”" in text
    assert "password “Mot de passe (ou code)”" in text
    assert "[controls] secret" in text


def test_an_option_that_is_missing_names_those_there_are() -> None:
    """A list without the option sought says which ones it has."""
    document = Document(KINDS, HERE)
    with pytest.raises(DriverBroke, match="Français, Occitan"):
        document.option(document.need(control("combobox", "langue")), "Breton")


def test_a_button_that_sends_nothing_is_said() -> None:
    """A button outside any form is no way to send one."""
    with pytest.raises(DriverBroke, match="sends no form"):
        submitted("<button>Go</button>", {}, "go")


def test_line_ends_are_sent_as_browsers_send_them() -> None:
    """In longer texts each line ends with CR LF, in a field of one line no line end is sent."""
    html = '<form method="post"><label>T<textarea name="t"></textarea></label><label>F<input name="f"></label><button>Go</button></form>'
    data = submitted(html, {control("textbox", "t"): "a\nb\r\nc\n", control("textbox", "f"): "a\nb"}, "go")[2]
    assert data == (("t", "a\r\nb\r\nc\r\n"), ("f", "ab"))


@pytest.mark.parametrize("html", ["", "<", "<form><form>", "<input", "<button form=x>", "\x00<label for><input id>", "<a href>x</a>" * 50])
def test_broken_pages_are_read_all_the_same(html: str) -> None:
    """No page, however broken, makes more than a control that is not found."""
    document = Document(html, HERE)
    assert document.find(control("textbox", "nothing here")) is None
    assert isinstance(document.seen(), tuple)


def test_a_page_is_parsed_and_filled_in_within_a_millisecond() -> None:
    """The load test reads each page it gets: the best of many rounds, as the machine may be busy."""
    values: dict[Control, str | bool] = {control("textbox", "numéro d'assuré"): "1", control("password", "mot de passe"): "p"}
    rounds = []
    for _ in range(50):
        began = time.perf_counter()
        Document(SIGN_IN, HERE).fill_in(values, control("button", "^me connecter"))
        rounds.append(time.perf_counter() - began)
    assert min(rounds) < 0.001
