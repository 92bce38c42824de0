"""A page is read as a person reads it: what is hidden is not read, typography does not matter."""

import pytest

from conformance.reading import beside, read
from conformance.visible import normalise


def test_typography_is_evened_out() -> None:
    """Apostrophes, non-breaking spaces, dashes and decomposed accents compare alike."""
    assert normalise("L’accès\u00a0:\n e\u0301té – fin\u202f!") == "L'accès : été - fin !"


@pytest.mark.parametrize(
    "hidden",
    [
        "<div role=alert hidden>Non</div>",
        "<div role=alert aria-hidden=true>Non</div>",
        "<div hidden><div role=alert>Non</div></div>",
        "<template><div role=alert>Non</div></template>",
        '<div role=alert style="display: none">Non</div>',
        "<script>'<div role=alert>Non</div>'</script>",
        "<div role=alert><span hidden>Non</span></div>",
    ],
)
def test_what_is_hidden_is_not_read(hidden: str) -> None:
    """No region, no line comes from hidden markup."""
    reading = read(f"<body><h1>Titre</h1>{hidden}<p>Oui</p></body>")
    assert reading.alerts == ()
    assert reading.lines == ("Titre", "Oui")


def test_regions_are_found_by_role_or_by_what_equals_it() -> None:
    """role=alert and aria-live=assertive, role=status, aria-live=polite and output."""
    reading = read('<p role=alert>A</p><p aria-live="assertive">B</p><p role=status>C</p><output>D</output><h1>E</h1><h2>F</h2>')
    assert (reading.alerts, reading.status) == (("A", "B"), ("C", "D"))
    assert (reading.main_headings, reading.headings) == (("E",), ("F",))


def test_an_alert_inside_an_alert_is_read_once() -> None:
    """Nested live regions do not repeat their words."""
    assert read("<div role=alert>Erreur : <p role=alert>code faux</p></div>").alerts == ("Erreur : code faux",)


def test_beside_a_control_stands_what_is_nearer_to_it_than_to_any_other() -> None:
    """The largest part of its form without another control; the words of the page around the form are nobody's."""
    two = "<form><p>Au-dessus</p><div><label for=a>A</label><input id=a><p>de A</p></div><div><input id=b></div></form>"
    assert beside(f"<h1>Titre</h1>{two}<form><input id=c><p>de C</p></form>") == (("A", "de A"), (), ("de C",))


def test_controls_have_labels_values_and_messages() -> None:
    """Labels by for, around, aria-label; messages only while the control is marked as invalid."""
    html = (
        '<label for=a>Numéro</label><input id=a value="12" aria-describedby=h><p id=h>Aide</p>'
        "<label><input type=checkbox checked> Mon ordinateur</label>"
        '<input aria-label="Code" aria-invalid=true aria-describedby="h e" type=text><p id=e>Faux</p>'
        '<input type=hidden name=jeton value="x"><input type=submit value="Envoyer"><button>Aller <span aria-hidden=true>→</span></button>'
        "<a href=/x>Lien</a><a>Ancre</a>"
    )
    reading = read(html)
    assert [(control.role, control.label, control.value, control.ticked) for control in reading.controls] == [
        ("textbox", "Numéro", "12", False),
        ("checkbox", "Mon ordinateur", "", True),
        ("textbox", "Code", "", False),
    ]
    assert [control.messages for control in reading.controls] == [(), (), ("Aide", "Faux")]
    assert (reading.buttons, reading.links) == (("Envoyer", "Aller"), ("Lien",))


def test_words_of_one_line_stay_together_and_blocks_apart() -> None:
    """Inline markup does not cut words, blocks and buttons do."""
    assert read("<p>Un <b>co</b>de<br>ici</p><div>là<button>Va</button><button>Viens</button></div>").lines == (
        "Un code",
        "ici",
        "là Va Viens",
    )


@pytest.mark.parametrize("html", ["", "   ", "<", "\x00", "plain text", "<html></html>"])
def test_any_text_can_be_read(html: str) -> None:
    """What is no page has no regions, and breaks nothing."""
    assert read(html).alerts == ()
