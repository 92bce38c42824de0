"""Facts are read from pages and mails as people read them, in several ways of writing each."""

# ruff: noqa: E501  (a sentence stands on one line)

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conformance import languages
from conformance.dates import dates
from conformance.driver import Message, Page
from conformance.durations import durations, failures
from conformance.facts import readers
from conformance.mail_facts import codes_in, link_to_follow, links_of, newest
from conformance.observation import Essence, MailSeen, PageSeen
from conformance.reading import read
from conformance.recognise import form_shown, recognise
from conformance.selftests.fakes import target
from conformance.selftests.french_pages import page
from conformance.verify import rounded_up
from scenarios.instants import PARIS, period_text

TARGET = target()
FRENCH = languages.named("fr")


def seen(shown: Page, overflow: int = 0, opened: bool = False) -> PageSeen:
    """A page as it is seen after a step."""
    reading = read(shown.html)
    return PageSeen(shown, reading, recognise(shown, TARGET, opened), form_shown(reading, TARGET), Essence(200, (), ()), lambda: overflow)


def fact(shown: Page, name: str, **options: Any) -> Any:
    """One fact of a page."""
    return readers(seen(shown, **options), TARGET)[name]()


def mail(text: str, html: str = "", **changed: Any) -> MailSeen:
    """A mail as it is seen: to one person, with these parts."""
    fields: dict[str, Any] = {"sender_name": "Votre Assurance Maladie", "sender_address": "ne-pas-repondre@app.test", "to": ("a@x.test",)}
    message = Message("1", subject="Votre code de sécurité", text=text, html=html, **{**fields, **changed})
    return MailSeen(message, 1, "a@x.test", 0.25)


CODE_MAIL = """Bonjour,

Nous vous adressons votre code de sécurité pour vous connecter à votre compte ameli :

1 2 3 4 5 6

Attention ! Ce code est valable seulement 15 minutes. Au-delà de ce délai, vous devrez demander un nouveau code.
Ce code est strictement personnel et ne doit jamais être communiqué.
Nous ne demandons jamais de code par téléphone.
Si vous n’êtes pas à l’origine de cette demande, contactez votre caisse d’assurance maladie. Sachez néanmoins que votre compte reste sécurisé.
Ce message est généré par un automate. Ne pas utiliser la fonctionnalité « répondre à ».
"""


@pytest.mark.parametrize(
    ("text", "form", "instants"),
    [
        ("bloqué jusqu'au 05/01/2023 - 14h45 (heure de Paris).", "numeric", ["2023-01-05T13:45"]),
        ("bloqué jusqu'au mercredi 4 janvier 2023 15:47 (heure de Paris). Si", "long", ["2023-01-04T14:47"]),
        ("dimanche 1er mars 2026 09:05 (heure de Paris)", "long", ["2026-03-01T08:05"]),
        ("le samedi 15 août 2026 09:05 (heure de Paris)", "long", ["2026-08-15T07:05"]),
        ("jeudi 4 janvier 2023 15:47 (heure de Paris)", "long, but that day is no jeudi", ["2023-01-04T14:47"]),
        ("5/1/2023 à 14:45", "written “5/1/2023 à 14:45”", ["2023-01-05T13:45"]),
        ("05/01/2023 - 14h45 (heure locale)", "written “05/01/2023 - 14h45 (heure locale)”", ["2023-01-05T13:45"]),
        ("25/10/2026 - 02h30 (heure de Paris)", "numeric", ["2026-10-25T00:30", "2026-10-25T01:30"]),
        ("25/10/2026 - 02h30 (heure d'hiver)", "written “25/10/2026 - 02h30 (heure d'hiver)”", ["2026-10-25T01:30"]),
        ("25/10/2026 - 03h00 (heure de Paris)", "numeric", ["2026-10-25T02:00"]),
        ("29/03/2026 - 02h30 (heure de Paris)", "numeric", []),
        ("31/02/2026 - 10h00 (heure de Paris)", "numeric", []),
    ],
)
def test_dates_are_read_in_both_forms(text: str, form: str, instants: list[str]) -> None:
    """A date is an instant of Paris: two in the hour that comes twice, none for a time that there is not."""
    (shown,) = dates(text, FRENCH)
    assert shown.form == form
    assert [instant.strftime("%Y-%m-%dT%H:%M") for instant in shown.instants] == instants


@pytest.mark.parametrize("text", ["dans les 15 minutes", "à 15 h", "05/01/2023", "la version 3.11:20 du site"])
def test_what_is_no_date_is_not_read_as_one(text: str) -> None:
    """Durations, times without a day and days without a time are no end of a block."""
    assert dates(text, FRENCH) == ()


def test_of_two_meanings_the_one_after_now_and_nearest_is_meant() -> None:
    """A block that begins at the second 02:50 of the night ends after it."""
    (shown,) = dates("25/10/2026 - 02h05 (heure de Paris)", FRENCH)
    before = datetime(2026, 10, 25, 2, 50, tzinfo=PARIS, fold=0)
    assert shown.after(before) == datetime(2026, 10, 25, 1, 5, tzinfo=UTC)
    assert shown.after(before - timedelta(hours=2)) == datetime(2026, 10, 25, 0, 5, tzinfo=UTC)


def test_ends_are_rounded_up_to_the_minute() -> None:
    """A full minute stays as it is."""
    full = datetime(2026, 3, 10, 10, 15, tzinfo=PARIS)
    assert rounded_up(full) == full
    assert rounded_up(full + timedelta(seconds=1)) == full + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ce code est valable seulement 15 minutes.", ["15m"]),
        ("pendant un quart d'heure", ["15m"]),
        ("une demi-heure au plus", ["30m"]),
        ("quinze minutes", ["15m"]),
        ("15 (quinze) minutes ou 15 min", ["15m"]),
        ("une heure et demie", ["1h30m"]),
        ("1 heure et 30 minutes", ["1h30m"]),
        ("60 minutes, c'est une heure", ["1h"]),
        ("pendant 6 mois", ["6mo"]),
        ("un an", ["12mo"]),
        ("3 semaines puis 2 jours", ["21d", "2d"]),
        ("jusqu'au 05/01/2023 - 14h45, soit à 15 h, 24h/24", []),
        ("le 3646, 6 chiffres, 123456", []),
    ],
)
def test_durations_are_read_in_words_and_figures(text: str, found: list[str]) -> None:
    """Times of day and other numbers are no durations."""
    assert [period_text(period) for period in durations(text, FRENCH)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Attention : 3 essais infructueux bloquent l'accès au service.", (3,)),
        ("Au bout de trois échecs, l'accès est bloqué.", (3,)),
        ("Après 5 mauvaises tentatives le service est bloqué.", (5,)),
        ("Il vous reste 2 essais. Trois erreurs bloquent l'accès.", (3,)),
        ("Le code à 6 chiffres, valable 15 minutes.", ()),
    ],
)
def test_failures_are_counted_and_not_what_is_left(text: str, found: tuple[int, ...]) -> None:
    """The warning names how many failures block; how many are left is another number."""
    assert failures(text, FRENCH) == found


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("votre code :\n\n1 2 3 4 5 6\n\nAttention", ("123456",)),
        ("Code : 012345.", ("012345",)),
        ("Code : 123 456", ("123456",)),
        ("012345 ou 543210", ("012345", "543210")),
        ("http://127.0.0.1/lien/123456/suite 3646 et 0123456789 et 12345678", ()),
        ("1234567, 12-345678, 3.123456", ()),
        ("1 2 3 4 5 6 7", ()),
    ],
)
def test_codes_are_six_digits_that_stand_alone(text: str, codes: tuple[str, ...]) -> None:
    """Together, one by one or in two groups; never a part of a longer number or of an address."""
    assert codes_in(text) == codes


def test_the_mail_of_the_source_tells_all_its_facts() -> None:
    """Sender, one code, its life, what to do and not to do."""
    facts = readers(mail(CODE_MAIL), TARGET)
    assert facts["count"]() == 1
    assert (facts["to"](), facts["sender-name"](), facts["sender-local"]()) == ("own", "Votre Assurance Maladie", "ne-pas-repondre")
    assert (facts["codes"](), facts["links"](), facts["within"]()) == (1, 0, 0.25)
    assert [period_text(period) for period in facts["lifetime"]()] == ["15m"]
    assert facts["says"]() >= {"personal", "never-by-phone", "not-asked", "do-not-reply"}
    assert facts["subject"]() == "Votre code de sécurité"


def test_a_mail_in_other_words_says_the_same() -> None:
    """Statements are ideas, too."""
    text = (
        "Votre code : 654321. Il expire dans un quart d’heure. Il est personnel : ne le donnez à personne, et aucun conseiller ne vous le demandera "
        "au téléphone. Vous n’avez rien demandé ? Prévenez votre caisse. Merci de ne pas répondre à ce courriel."
    )
    facts = readers(mail(text), TARGET)
    assert facts["says"]() >= {"personal", "never-by-phone", "not-asked", "do-not-reply"}
    assert [period_text(period) for period in facts["lifetime"]()] == ["15m"]


def test_a_bare_mail_says_nothing() -> None:
    """A mail that holds no more than the code makes none of the statements."""
    facts = readers(mail("Votre code : 654321."), TARGET)
    assert not facts["says"]() & {"personal", "never-by-phone", "not-asked", "do-not-reply"}
    assert facts["lifetime"]() == ()


def test_text_and_html_of_a_mail_must_tell_the_same() -> None:
    """Another code, another life or a missing statement in the HTML part shows."""
    html = "<p>Votre code : <b>6 5 4 3 2 1</b>, valable 10 minutes.</p>"
    facts = readers(mail(CODE_MAIL, html), TARGET)
    assert facts["codes"]() == "1 in the text, 1 in the HTML, not the same in both"
    assert [period_text(period) for period in facts["lifetime"]()] == ["15m", "10m"]
    assert "never-by-phone" not in facts["says"]()


def test_a_mail_to_others_as_well_is_not_ones_own() -> None:
    """Copies to others show in the fact."""
    assert readers(mail("x", to=("a@x.test", "b@x.test")), TARGET)["to"]() == "a@x.test, b@x.test"


def test_facts_of_a_mail_that_did_not_come_are_nothing() -> None:
    """No mail has no facts, but can be counted."""
    facts = readers(MailSeen(None, 0, "a@x.test", 5.0), TARGET)
    assert [facts[name]() for name in ("to", "codes", "links", "sender-name", "within")] == [None] * 5
    assert (facts["count"](), facts["says"](), facts["lifetime"]()) == (0, frozenset(), ())


def test_the_link_of_a_mail_is_the_one_with_something_secret_in_it() -> None:
    """A home page beside it does not mislead."""
    text = "Lien : http://127.0.0.1:8000/w/x/ameli/nouveau/Zk3_9aLq81mmPq20x. Notre site : http://127.0.0.1:8000/"
    html = '<a href="http://127.0.0.1:8000/">Site</a> <a href="http://127.0.0.1:8000/w/x/ameli/nouveau/Zk3_9aLq81mmPq20x">Lien</a>'
    message = mail(text, html).message
    assert message is not None
    assert len(links_of(message)) == 2
    assert link_to_follow(message) == "http://127.0.0.1:8000/w/x/ameli/nouveau/Zk3_9aLq81mmPq20x"
    code = mail(CODE_MAIL).message
    assert code is not None
    assert newest([code, message], "link") is message
    assert newest([message, code], "code") is code


BLOCKED = page(
    alert="Le nombre maximum de demandes de code a été atteint. L’accès au service est bloqué jusqu’au 05/01/2023 - 15h05 (heure de Paris). À la fin "
    "du blocage, pensez à vérifier le dossier Spam ou Indésirable.",
    form="sign-in",
)


def test_facts_of_a_blocked_page() -> None:
    """End, form of the end, ways on, form that stays."""
    until = fact(BLOCKED, "until")
    assert [instant.isoformat() for instant in until.instants] == ["2023-01-05T14:05:00+00:00"]
    assert fact(BLOCKED, "until-form") == "numeric"
    assert fact(BLOCKED, "offers") >= {"spam-advice", "forgotten-password", "enrolment", "number-help"}
    assert fact(BLOCKED, "stays-on") == "sign-in"
    assert fact(page(form="sign-in"), "until") is None


def test_a_way_on_that_is_pressed_must_be_a_button_or_a_link_or_a_choice() -> None:
    """A sentence that speaks of a new code offers none; a radio button that is chosen before a button is pressed does."""
    words = page(alert="Le code de sécurité n’a pas été saisi dans les 15 minutes. Merci de demander un nouveau code.")
    assert "new-code" not in fact(words, "offers")
    with_button = page(alert="Le code de sécurité n’a pas été saisi dans les 15 minutes.", form="new-code")
    assert "new-code" in fact(with_button, "offers")
    choice = "<form><label><input type=radio name=way> Recevoir un nouveau code par mail</label><button>Continuer</button></form>"
    assert "new-code" in fact(page(alert="Code erroné.", form=choice), "offers")
    assert [period_text(period) for period in fact(with_button, "lifetime")] == ["15m"]


def test_facts_of_the_announcement() -> None:
    """The mask as written, and what to do without the mailbox."""
    shown = page(form="announcement")
    assert fact(shown, "mask") == "t***@t***.com"
    assert "contact-fund" in fact(shown, "offers")
    assert fact(shown, "stays-on") == "announcement"


def test_facts_of_the_code_page() -> None:
    """The box, whether it is ticked, and what it brings."""
    shown = page(form="code")
    assert (fact(shown, "trust-box"), fact(shown, "stays-on")) == ("unticked", "code")
    assert [period_text(period) for period in fact(shown, "trust-effect")] == ["6mo"]
    assert "spam-advice" in fact(shown, "offers")
    ticked = page(
        form="<label for=c>Code de sécurité</label><input id=c><label><input type=checkbox checked>Mon ordinateur personnel</label>",
        h1="Saisissez votre code",
    )
    assert (fact(ticked, "trust-box"), fact(ticked, "trust-effect")) == ("ticked", ())
    assert fact(page(form="announcement"), "trust-box") is None


def test_facts_of_the_sign_in_form() -> None:
    """What the page states of its fields."""
    assert fact(page(form="sign-in"), "says") >= {"mandatory", "provisional-code"}
    assert fact(page(form="sign-in"), "offers") >= {"number-help", "forgotten-password", "enrolment"}


def test_an_unannounced_message_belongs_to_the_control_that_it_stands_beside() -> None:
    """Nearer to it than any other control; what stands above the whole form belongs to none of its fields."""
    form = (
        "<form><ul><li>Identifiants invalides.</li></ul><div><label for=n>Mon numéro de sécurité sociale</label><input id=n></div>"
        "<div><label for=p>Mon mot de passe</label><input id=p type=password><ul><li>Mot de passe obligatoire.</li></ul></div></form>"
    )
    shown = page(form=form)
    looking = target(unannounced=True, wording=replace(TARGET.wording, outcomes={"invalid": re.compile("invalides|obligatoire")}))
    told = PageSeen(shown, read(shown.html), recognise(shown, looking), "sign-in", Essence(200, (), ()), lambda: 0)
    assert readers(told, looking)["fields"]() == {"password"}
    assert readers(told, TARGET)["fields"]() == frozenset()


def test_fields_are_those_with_a_message_tied_to_them() -> None:
    """Named as cases name them; a field that the target does not know is given by its label."""
    form = (
        "<form><label for=n>Mon numéro de sécurité sociale</label><input id=n aria-invalid=true aria-describedby=e><p id=e>Obligatoire</p>"
        "<label for=m>Nouveau mot de passe</label><input type=password id=m aria-invalid=true aria-errormessage=f><p id=f>Trop court</p>"
        "<label for=q>Couleur</label><input id=q aria-invalid=true aria-describedby=g><p id=g>Vide</p>"
        "<label for=o>Date de naissance</label><input id=o aria-describedby=h><p id=h>Une aide</p></form>"
    )
    assert fact(page(form=form), "fields") == {"identifier", "password", "“Couleur”"}
    hidden = "<form><label for=n>Mon numéro de sécurité sociale</label><input id=n aria-invalid=true aria-describedby=e><p id=e hidden>Obligatoire</p></form>"
    assert fact(page(alert="Un champ est obligatoire.", form=hidden), "fields") == frozenset()


def test_rules_of_passwords_are_those_named_in_messages() -> None:
    """Help that lists all rules names none as unmet."""
    form = (
        "<p>De 8 à 50 caractères, avec des lettres et un chiffre ou un caractère spécial.</p>"
        "<label for=m>Nouveau mot de passe</label><input type=password id=m aria-invalid=true aria-describedby=f><ul id=f>{}</ul>"
    )
    unmet = "<li>Il est trop court.</li><li>Il manque une lettre majuscule.</li>"
    assert fact(page(form=form.format(unmet)), "rules") == {"length", "letters"}
    assert fact(page(form=form.format("<li>Il faut un chiffre.</li><li>Les deux ne sont pas identiques.</li>")), "rules") == {
        "digit-or-special",
        "same",
    }


def test_fits_is_asked_of_the_browser_only_when_wanted() -> None:
    """The overflow in pixels; nothing is measured for other facts."""
    assert fact(page(form="sign-in"), "fits", overflow=0) == 0
    assert fact(page(form="sign-in"), "fits", overflow=14) == 14


@pytest.mark.parametrize(("name", "said"), [("lifetime", "Le code est valable 15 minutes."), ("attempts", "Après 3 essais, blocage.")])
def test_what_the_page_says_in_any_case_is_no_fact_of_the_message(name: str, said: str) -> None:
    """A message that leaves the figure out has not said it, whatever stands below it."""
    shown = page(alert="Les informations saisies sont erronées.", form=f"<p>{said}</p>")
    assert fact(shown, name) == ()
