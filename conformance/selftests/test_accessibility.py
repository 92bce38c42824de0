"""What watchers say of pages that do not tell of their errors, or break a rule: from what was seen, without a browser."""

from __future__ import annotations

import pytest

from conformance.accessibility import ANNOUNCED, TIED, errors_told, rules_broken
from conformance.driver import BrokenRule, Focused, Inspection, Page
from conformance.observation import Essence, PageSeen
from conformance.reading import read
from conformance.recognise import Recognition, recognise
from conformance.results import Check
from conformance.selftests.fakes import target
from conformance.selftests.test_runner import SIGNED_IN, tried
from conformance.watchers import KnownSecrets, Sight, watched

GOOD = """<!doctype html><html lang="fr"><head><title>Connexion</title></head><body><h1>J’accède à mon compte</h1>
<div role="alert"><p>Votre saisie est à compléter :</p><ul><li><a href="#n">Indiquez votre numéro.</a></li>
<li><a href="#p">Indiquez votre mot de passe.</a></li></ul></div>
<form><div><label for="n">Numéro de sécurité sociale</label><span id="nh">13 caractères</span>
<input id="n" aria-invalid="true" aria-describedby="nh ne"><span id="ne">Indiquez votre numéro.</span></div>
<div><label for="p">Mot de passe</label><input type="password" id="p" aria-invalid="true" aria-describedby="pe">
<span id="pe">Indiquez votre mot de passe.</span></div><button>Me connecter</button></form></body></html>"""
REFUSED = GOOD[: GOOD.index("<div role")] + "<p>Les informations saisies sont erronées.</p><form><input aria-label=N></form></body></html>"
ON_FIELD = Focused(9, "textbox", "Numéro", invalid=True)


def seen(html: str, outcome: str = "invalid", words: str | None = None) -> PageSeen:
    """A page as a step saw it, its words those of its alert, or of what is tied, or given."""
    reading = read(html)
    said = words if words is not None else " ".join(reading.alerts or reading.tied or reading.status)
    return PageSeen(Page("http://a.test/", 200, html), reading, Recognition(outcome, words=said), "", Essence(200, (), ()), lambda: 0)


def wrong(page: PageSeen, inspection: Inspection | None = None) -> dict[str, str]:
    """Fact -> what is wrong with it."""
    return {one.fact: one.wrong for one in errors_told(page, inspection) if one.wrong}


def test_errors_that_are_announced_and_tied_are_held() -> None:
    """An alert, fields that are marked, messages that are tied: both facts are judged, and hold, with a screen and without."""
    for inspection in (None, Inspection(1280)):
        judged = [*errors_told(seen(GOOD), inspection)]
        assert [(one.fact, one.wrong) for one in judged] == [(ANNOUNCED, ""), (TIED, "")]


@pytest.mark.parametrize("outcome", ["signed-in", "shown", "sent", "code-asked", "link-dead"])
def test_pages_without_an_error_are_not_judged(outcome: str) -> None:
    """There is nothing to announce."""
    assert not [*errors_told(seen(GOOD, outcome), None)]


@pytest.mark.parametrize("outcome", ["invalid", "refused", "blocked"])
def test_a_message_without_a_role_is_announced_to_nobody(outcome: str) -> None:
    """Words in a plain paragraph, the focus elsewhere or nowhere."""
    words = "Les informations saisies sont erronées."
    for inspection in (None, Inspection(1280), Inspection(1280, Focused(3, "link", "Accueil", "Accueil"))):
        found = wrong(seen(REFUSED, outcome, words), inspection)
        assert found[ANNOUNCED].startswith("“Les informations saisies sont erronées.” stands in no alert")


@pytest.mark.parametrize(
    "html",
    [
        REFUSED.replace("<p>Les", "<p role=alert>Les"),
        REFUSED.replace("<p>Les", "<p role=status>Les"),
        REFUSED.replace("<p>Les", "<p aria-live=polite>Les"),
        REFUSED.replace("<p>Les", "<output>Les"),
        REFUSED.replace("<p>Les informations saisies sont erronées.</p>", "")
        .replace("J’accède à mon compte", "Refusé")
        .replace("<title>Connexion", "<title>Refusé - Connexion"),
        REFUSED.replace("aria-label=N", "aria-label=N aria-invalid=true autofocus"),
    ],
)
def test_there_are_several_ways_to_announce(html: str) -> None:
    """Alert, status, live region, output; a page that is titled by it; or the focus on the field that is in error."""
    words = "Refusé" if "<h1>Refusé" in html else "Les informations saisies sont erronées."
    assert wrong(seen(html, "refused", words)) == {}


def test_the_focus_announces_too() -> None:
    """On the message itself, or on the field that is in error."""
    words = "Les informations saisies sont erronées."
    for focused in (ON_FIELD, Focused(4, "p", "", words)):
        assert wrong(seen(REFUSED, "refused", words), Inspection(1280, focused)) == {}


def test_without_a_screen_nobody_knows_where_a_script_puts_the_focus() -> None:
    """Then a page with scripts is not said to announce nothing; with a screen it is."""
    page = seen(REFUSED.replace("</body>", "<script>1</script></body>"), "refused", "Les informations saisies sont erronées.")
    assert not [*errors_told(page, None)]
    assert ANNOUNCED in wrong(page, Inspection(1280))


@pytest.mark.parametrize(
    ("html", "told"),
    [
        (GOOD.replace('aria-invalid="true" ', ""), "no field is marked as invalid"),
        (GOOD.replace(' aria-describedby="pe"', ""), "password “Mot de passe” is marked as invalid, and no message is tied to it"),
        (GOOD.replace('aria-describedby="pe"', 'aria-describedby="gone"'), "password “Mot de passe” is marked as invalid, and no message"),
        (GOOD.replace('id="p" aria-invalid="true"', 'id="p"'), "password “Mot de passe” is named by the alert, and not marked as invalid"),
        (GOOD.replace('aria-describedby="nh ne"', 'aria-describedby="nh"'), "“Indiquez votre numéro.” stands beside textbox “Numéro de"),
        (GOOD.replace('href="#p"', 'href="#q"'), "the alert leads from “Indiquez votre mot de passe.” to nothing"),
    ],
)
def test_what_is_not_tied_to_its_field_is_named(html: str, told: str) -> None:
    """Not marked, not tied, tied to nothing, a hint in the place of the message, a link of the alert that leads nowhere."""
    assert told in wrong(seen(html))[TIED]


def test_the_fakes_announce_and_tie() -> None:
    """An alert of the documented target's own words is heard as the recogniser reads it, line breaks and all."""
    page = Page("http://a.test/", 422, GOOD)
    recognised = recognise(page, target())
    assert recognised.outcome == "invalid"
    assert wrong(seen(GOOD, words=recognised.words)) == {}


BROKEN = (
    BrokenRule("label", "Form elements must have labels", "critical", ("#x", "#gone", "html")),
    BrokenRule("color-contrast", "Colours must have enough contrast", "serious", ("p", "p ~ p", "b[", "b", "i")),
)
PAGE = "<h1>Ici</h1><p>Un texte bien trop long pour tenir en entier dans un rapport et qui est donc coupé</p><p>2</p><b>3</b>"
FIELD = '<input id="x" value="Correct-Horse-7">'


def test_rules_are_told_the_gravest_first_with_the_elements_as_people_name_them() -> None:
    """The fact is the rule; a few elements are named by role and words, shortened; what stands in a field is never told."""
    first, second = rules_broken(seen(PAGE + FIELD, "shown", ""), Inspection(320, None, BROKEN[::-1]))
    assert (first.fact, first.expected) == ("label", "Form elements must have labels")
    assert first.wrong == "label (critical) on “shown”, 320 px wide: textbox without words, the element #gone, the html element"
    assert second.fact == "color-contrast"
    assert "p “Un texte bien trop long pour tenir en entier dans un rapport…”, p “2”, the element b[ and 2 more" in second.wrong
    assert "Horse" not in first.wrong + second.wrong


def test_without_a_screen_the_rules_are_not_judged() -> None:
    """And with one, a page that breaks none holds."""
    page = seen(PAGE, "shown", "")
    assert not [
        check for check in watched(Sight(page), KnownSecrets(frozenset(), frozenset()), {}) if check.watcher == "watch.accessibility"
    ]
    held = watched(Sight(page, (), Inspection(1280)), KnownSecrets(frozenset(), frozenset()), {})
    assert [(check.watcher, check.held) for check in held if check.watcher == "watch.accessibility"] == [("watch.accessibility", True)]


def judged(broken: str = "", screen: bool = True) -> list[Check]:
    """What the watcher said of the pages of a sign-in."""
    steps = tried(*SIGNED_IN, broken=broken, screen=screen).steps
    return [check for one in steps for check in one.checks if check.watcher == "watch.accessibility"]


def test_each_page_that_a_case_sees_is_judged() -> None:
    """Every step with a page on a screen; the check verifies HRD-90, and does not hold where a rule is broken."""
    assert [check.held for check in judged()] == [True] * 3
    broken = judged("breaks-rules")
    assert [check.held for check in broken] == [False] * 3
    assert broken[0].requirements == ("HRD-90",)
    assert (broken[0].fact, broken[0].expected) == ("label", "Form elements must have labels")
    assert not judged(screen=False)


def test_pages_of_somebody_else_are_not_judged() -> None:
    """What a target leads away to is not its own, such as another port of this machine."""
    assert not judged("breaks-rules elsewhere")
