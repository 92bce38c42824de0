"""What the second documented portal asked of the harness: its identifiers, its words, its pages without a code, and its people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conformance.commands.matrix import SHIPPED
from conformance.driver import Credentials, DriverBroke, Page
from conformance.facts import readers
from conformance.matrix.gallery import Elsewhere
from conformance.observation import Essence, PageSeen
from conformance.people.exchange import as_answered
from conformance.reading import read
from conformance.recognise import form_shown, recognise
from conformance.selftests.french_pages import page
from conformance.selftests.made_defects import EXPIRED, RACE, WATCH, made_defect, made_matrix, made_rules, told
from conformance.selftests.test_gallery_document import evidence
from conformance.suites.figures import figures_of
from conformance.target import documented_target, load_target
from conformance.user_agents import USER_AGENTS
from conformance.values import Knowledge
from scenarios.model import Person

TARGET = documented_target("france-mutuelle")
MEMBER = Credentials("insured", "insured", "aB3dO1fGhI", "Vert-Lilas-84", "anne@t1.heurtoir.test", {"membership": "20481632"})
SIGN_IN = """
<form method="post"><label for="i">Identifiant</label><input id="i" name="i" autocomplete="username">
<label for="m">Mot de passe</label><input id="m" type="password" name="m" autocomplete="off">
<a href="premiere">Première connexion / identifiant perdu</a> <a href="oubli">Mot de passe oublié</a><button>Se connecter</button></form>
"""


def seen(shown: Page) -> PageSeen:
    """A page of the member space as it is seen after a step."""
    reading = read(shown.html)
    return PageSeen(shown, reading, recognise(shown, TARGET), form_shown(reading, TARGET), Essence(200, (), ()), lambda: 0)


def fact(shown: Page, name: str) -> Any:
    """One fact of a page."""
    return readers(seen(shown), TARGET)[name]()


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        ("right", "aB3dO1fGhI"),
        ("spaced-around", "  aB3dO1fGhI "),
        ("inner-space", "aB3d O1fGhI"),
        ("look-alike", "aB3d01fGhI"),
        ("other-case", "Ab3Do1FgHi"),
        ("membership", "20481632"),
        ("mail-address", "anne@t1.heurtoir.test"),
    ],
)
def test_what_is_typed_for_a_generated_identifier(value: str, typed: str) -> None:
    """Each is what its name says, and differs from the right one in nothing else."""
    assert Knowledge.of(MEMBER).identifier(value) == typed


@pytest.mark.parametrize("value", ["membership", "mail-address", "look-alike"])
def test_what_a_person_does_not_have_is_no_value(value: str) -> None:
    """Without a number, an address or a look-alike there is nothing to type."""
    person = Knowledge.of(replace(MEMBER, identifier="abcdefghjk", address=None, details={}))
    with pytest.raises(DriverBroke, match=value):
        person.identifier(value)


def test_the_longest_password_is_that_of_the_portal() -> None:
    """64 characters are tried where the register has them accepted, and 50 where it allows no more."""
    assert len(Knowledge.of(MEMBER, "france-mutuelle").new_password("longest")) == 64
    assert len(Knowledge.of(MEMBER, "ameli-connect").new_password("longest")) == 50


def test_membership_numbers_are_right_wrong_or_malformed() -> None:
    """The wrong one is well-formed and another one; the malformed one is too short."""
    person = Knowledge.of(MEMBER)
    assert person.membership("right") == "20481632"
    assert (len(person.membership("wrong")), person.membership("wrong").isdigit()) == (8, True)
    assert person.membership("wrong") != person.membership("right")
    assert len(person.membership("malformed")) == 7


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        (
            "Identifiant ou mot de passe incorrect. Évitez le copier-coller : les lettres majuscules O et I ressemblent à 0 et 1.",
            "refused, wrong",
        ),
        ("Vos identifiants ne correspondent pas.", "refused, wrong"),
        ("Votre ancien identifiant n’est plus valable. Passez par « première connexion ».", "refused, old-credentials"),
        ("Depuis janvier, votre numéro d’adhérent ne permet plus de vous connecter.", "refused, old-credentials"),
        ("Votre adresse mail n’est pas valide. Merci de nous l’écrire à : membres@exemple.test", "refused, invalid-address"),
        ("Adresse mail invalide : envoyez la bonne à membres@exemple.test.", "refused, invalid-address"),
        ("Pour des raisons de sécurité, votre accès est bloqué jusqu’au 10/03/2026 - 10h16.", "blocked, passwords"),
        ("L’identifiant ne doit pas contenir d’espace.", "invalid"),
        ("Au moins un caractère spécial.", "invalid"),
    ],
)
def test_words_of_other_writers_are_known(words: str, outcome: str) -> None:
    """Ideas are recognised, not the sentences of the simulator; each as one outcome alone."""
    assert str(recognise(page(alert=words, h1="Espace adhérent", form=SIGN_IN), TARGET)) == outcome


@pytest.mark.parametrize(
    ("heading", "outcome"),
    [
        ("Connexion à votre espace", "sign-in-asked"),
        ("Première connexion ou identifiant perdu", "shown, first-connection"),
        ("Mot de passe oublié ?", "shown, forgotten-password"),
        ("Créez votre mot de passe personnel", "password-asked"),
    ],
)
def test_pages_are_known_by_their_headings(heading: str, outcome: str) -> None:
    """A first connection is no sign-in, and a lost identifier no lost password."""
    assert str(recognise(page(h1=heading), TARGET)) == outcome


def test_what_helps_typing_is_read_in_other_words_too() -> None:
    """The advice to type, and the characters that are alike; a plain refusal gives neither."""
    words = "Identifiant inconnu. Saisissez-le manuellement ; attention à la lettre O et au zéro, au I et au 1."
    assert {"type-it", "look-alikes"} <= fact(page(alert=words, form=SIGN_IN), "says")
    assert not {"type-it", "look-alikes"} & fact(page(alert="Identifiant ou mot de passe incorrect.", form=SIGN_IN), "says")


def test_a_field_may_be_saved_unless_the_page_says_that_it_may_not() -> None:
    """The first field names itself, the second one is kept from browsers."""
    assert fact(page(h1="Connexion", form=SIGN_IN), "saveable") == {"identifier"}


def test_a_portal_without_codes_shows_its_sign_in_form_alone() -> None:
    """Forms that the target does not name are not looked for."""
    assert fact(page(h1="Connexion", form=SIGN_IN), "stays-on") == "sign-in"
    assert "code" not in TARGET.forms


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        ("Au moins un chiffre.", {"digit"}),
        ("Il manque une minuscule et une majuscule.", {"lower-case", "upper-case"}),
        ("Au moins un caractère spécial.", {"special"}),
        ("Au moins 12 caractères.", {"length"}),
    ],
)
def test_each_class_of_characters_is_a_rule_of_its_own(words: str, rules: set[str]) -> None:
    """A special character is no length."""
    assert fact(page(alert=f"À corriger : {words}", h1="Mot de passe"), "rules") == rules


def test_somebody_may_have_no_password_yet() -> None:
    """A password of null is nobody's mistake; one that is left out is."""
    asked = [Person("insured", "insured", {"password": None})]
    answer = {"key": "insured", "kind": "insured", "identifier": "aB3dO1fGhI", "password": None, "membership": "20481632"}
    made = as_answered([answer], asked, "here")["insured"]
    assert (made.password, made.details["membership"]) == ("", "20481632")
    with pytest.raises(DriverBroke, match="password"):
        as_answered([{name: value for name, value in answer.items() if name != "password"}], asked, "here")


def test_a_check_that_a_defect_of_another_portal_kills_needs_none_here() -> None:
    """What all portals share is proven once; what nothing kills anywhere is still told."""
    rules = replace(made_rules(), elsewhere=Elsewhere(frozenset({EXPIRED, WATCH}), frozenset()))
    found = told(made_matrix([made_defect()], evidence(), rules))
    assert [about for kind, about in found if kind == "kills nothing"] == [RACE]


def test_both_portals_of_the_simulator_are_shipped_and_put_to_the_matrix() -> None:
    """Each shipped target is of a portal of its own."""
    assert [load_target(name).portal for name in SHIPPED] == ["ameli-connect", "france-mutuelle"]


def test_a_portal_without_codes_allows_none() -> None:
    """Passwords may be guessed as often as its own figures allow; there is no code to be sent."""
    figures = figures_of("france-mutuelle")
    assert figures.guesses(timedelta(hours=1)) == 20
    assert figures.codes(timedelta(hours=1)) == 0


def test_browsers_say_what_they_are() -> None:
    """Portals tell them apart by these words."""
    assert "Firefox/" in USER_AGENTS["firefox"]
    assert "Edg/" in USER_AGENTS["edge"]
    assert "Chrome/" in USER_AGENTS["chrome"]
    assert "Edg/" not in USER_AGENTS["chrome"]
