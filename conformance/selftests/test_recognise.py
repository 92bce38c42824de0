"""Outcomes are recognised by ideas, not by sentences: each is tried in the words of the source and in others'."""

# ruff: noqa: E501  (a sentence stands on one line)

import re
from dataclasses import replace

import pytest

from conformance.driver import DriverBroke, Page
from conformance.reading import read
from conformance.recognise import Unrecognised, form_shown, recognise
from conformance.selftests.french_pages import ANNOUNCEMENT, CODE_FORM, SIGN_IN_FORM, page
from conformance.target import Target, load_target

ALERTS = {
    "refused, wrong": [
        "Les informations saisies sont erronées. Merci de vérifier votre saisie. Attention&nbsp;: 3 essais infructueux bloquent l’accès au service.",
        "Le code saisi est incorrect. Vérifiez-le et recommencez. Au bout de trois échecs, l’accès au service est bloqué.",
        "Numéro de sécurité sociale ou mot de passe inexact. Attention, l’accès sera bloqué après 3 tentatives.",
        "Mauvais code. Il vous reste 2 essais.",
        "Ces informations ne correspondent à aucun compte. Merci de les vérifier&nbsp;; 3 erreurs bloquent le service.",
        "Identifiant ou mot de passe invalide.",
        "Ce code n’est pas le bon. Après 3 essais infructueux, votre compte est bloqué pendant un moment.",
        "Votre saisie est erronée. Vérifiez votre saisie&nbsp;: trois essais manqués bloquent votre accès.",
    ],
    "refused, expired": [
        "Le code de sécurité n’a pas été saisi dans les 15 minutes. Merci d’en demander un nouveau.",
        "Votre code a expiré&nbsp;: il n’était valable que 15 minutes. Demandez-en un nouveau.",
        "Ce code n’est plus valable. Demandez un nouveau code de sécurité.",
        "Le délai de 15 minutes pour saisir le code est dépassé.",
        "Code périmé.",
    ],
    "refused, no-address": [
        "Désormais, un code de sécurité envoyé par mail est nécessaire pour vous connecter. Or, vous n’avez pas d’adresse mail renseignée dans votre "
        "compte. Validez-la dans l’application Compte ameli ou contactez votre caisse d’assurance maladie.",
        "La connexion demande maintenant un code reçu par courriel, et aucune adresse électronique n’est enregistrée pour vous. Validez une adresse "
        "dans l’appli, ou contactez votre caisse.",
        "Votre adresse mail n’a pas encore été validée&nbsp;: nous ne pouvons pas vous envoyer de code.",
    ],
    "refused, not-attached": [
        "D’après nos informations vous ne dépendez pas du régime général ou de l’un des régimes partenaires de l’Assurance Maladie. Veuillez "
        "consulter les services de votre régime d’affiliation.",
        "Vous ne relevez ni du régime général ni d’un régime partenaire. Adressez-vous à votre propre régime.",
        "Nous ne trouvons pour vous aucune caisse du régime général ou d’un régime partenaire. Rapprochez-vous de votre régime.",
    ],
    "refused, attachment-pending": [
        "Votre rattachement à votre caisse d’assurance maladie est en cours, vous pourrez bientôt bénéficier de votre compte ameli.",
        "Le rattachement à votre caisse n’est pas encore terminé. Vous pourrez utiliser votre compte prochainement.",
        "Votre affiliation est en cours de traitement.",
    ],
    "blocked, quota": [
        "Le nombre maximum de demandes de code a été atteint. L’accès au service est bloqué jusqu’au 05/01/2023 - 15h05 (heure de Paris). À la fin du "
        "blocage, pensez à vérifier le dossier Spam ou Indésirable de votre boîte mail.",
        "Vous avez demandé trop de codes. Votre accès est suspendu jusqu’au 05/01/2023 - 15h05 (heure de Paris).",
        "La limite de codes de sécurité demandés est atteinte&nbsp;: accès bloqué jusqu’au 05/01/2023 - 15h05 (heure de Paris).",
        "Trop de demandes de code. Service bloqué jusqu’au 05/01/2023 - 15h05 (heure de Paris).",
    ],
    "blocked, codes": [
        "Les informations saisies sont erronées. L’accès au service est bloqué jusqu’au 05/01/2023 - 14h45 (heure de Paris).",
        "Code incorrect. Votre accès est bloqué jusqu’au 05/01/2023 - 14h45 (heure de Paris).",
        "Pour des raisons de sécurité, après 3 codes erronés, votre compte est verrouillé jusqu’au 05/01/2023 - 14h45 (heure de Paris).",
        "Trois codes inexacts ont été saisis&nbsp;: l’accès est suspendu jusqu’au 05/01/2023 - 14h45 (heure de Paris).",
    ],
    "blocked, passwords": [
        "Pour des raisons de sécurité, l’accès à votre compte ameli est bloqué jusqu’au mercredi 4 janvier 2023 15:47 (heure de Paris). Si vous n’êtes "
        "pas sûr de votre mot de passe, cliquez sur le lien «&nbsp;Mot de passe oublié&nbsp;?&nbsp;» ci-dessous.",
        "Par mesure de sécurité, votre accès est suspendu jusqu’au mercredi 4 janvier 2023 15:47 (heure de Paris).",
        "Par sécurité, nous avons bloqué votre compte jusqu’au mercredi 4 janvier 2023 15:47 (heure de Paris). Vous avez un doute sur votre mot de passe&nbsp;?",
        "Trop de mots de passe erronés&nbsp;: l’accès est bloqué jusqu’au mercredi 4 janvier 2023 15:47 (heure de Paris).",
    ],
    "invalid": [
        "Ce mot de passe ne convient pas. À corriger&nbsp;: de 8 à 50 caractères.",
        "Les deux mots de passe ne sont pas identiques.",
        "Le mot de passe doit contenir au moins 8 caractères.",
        "Votre saisie est à compléter&nbsp;: indiquez le code reçu par mail.",
        "Indiquez votre mot de passe, ou votre code provisoire.",
        "Indiquez le code reçu par mail.",
        "Le numéro de sécurité sociale est obligatoire.",
        "Saisissez votre mot de passe.",
        "La clé ne correspond pas au numéro de sécurité sociale. Vérifiez les deux derniers chiffres.",
        "Le code de sécurité comporte 6 chiffres.",
        "Deux champs sont à corriger.",
        "Votre saisie est incomplète.",
    ],
    "sign-in-asked, session-ended": [
        "Votre session a expiré. Merci de vous reconnecter.",
        "Vous avez été inactif&nbsp;: votre connexion est terminée. Identifiez-vous à nouveau.",
    ],
    "refused": ["Connexion impossible.", "Nous ne pouvons pas vous connecter pour le moment."],
    "blocked": ["Votre accès est bloqué jusqu’au 05/01/2023 - 15h05 (heure de Paris).", "Compte verrouillé."],
    "link-dead": [
        "Ce lien n’est plus valable. Demandez-en un nouveau.",
        "Le lien a déjà été utilisé ou a expiré.",
    ],
}


@pytest.fixture(scope="module")
def target() -> Target:
    """The documented wording."""
    return load_target("simulator")


@pytest.mark.parametrize(("expected", "words"), [(outcome, words) for outcome, all_words in ALERTS.items() for words in all_words])
@pytest.mark.parametrize("form", ["sign-in", "code", "new-code"])
def test_an_alert_decides_in_many_words(target: Target, expected: str, words: str, form: str) -> None:
    """Whatever form stands below it, an alert is recognised by what it says."""
    assert str(recognise(page(alert=words, form=form), target)) == expected


PAGES = {
    "sign-in-asked": [
        page(form="sign-in"),
        page(h1="Connexion à votre espace", form="sign-in"),
        page(h1="Se connecter", form="sign-in"),
        page(status="Vous devez vous connecter pour ouvrir cette page.", form="sign-in"),
    ],
    "code-announced": [
        page(form="announcement"),
        page(form=SIGN_IN_FORM + ANNOUNCEMENT),
        page(status="Désormais, pour accéder à votre compte, un code de sécurité est nécessaire.", form="announcement"),
        page(h1="Un code va vous être envoyé", form="announcement"),
        page(h1="Recevoir un code de sécurité", form="announcement"),
        page(h2="Un code de sécurité est nécessaire", form="announcement"),
    ],
    "code-asked": [
        page(form="code"),
        page(form=SIGN_IN_FORM + CODE_FORM),
        page(h1="Saisissez le code de sécurité reçu par mail", form="code"),
        page(status="Un code vient d’être envoyé à t***@t***.com.", form="code"),
        page(status="Un nouveau code de sécurité vous a été envoyé.", form="code"),
        page(h2="Entrez votre code", form="code"),
    ],
    "shown, number-help": [
        page(h1="Où trouver mon numéro de sécurité sociale&nbsp;?"),
        page(h1="Numéro de sécurité sociale&nbsp;: où le trouver"),
    ],
    "shown, enrolment": [
        page(h1="Créer un compte"),
        page(h1="Création de votre compte"),
        page(h1="Première visite&nbsp;: je crée mon compte"),
    ],
    "shown, forgotten-password": [
        page(h1="Mot de passe oublié"),
        page(h1="J’ai perdu mon mot de passe"),
        page(h1="Réinitialiser mon mot de passe"),
    ],
    "sent": [
        page(h1="Mot de passe oublié", status="Si ces informations sont connues, un message vient de vous être envoyé."),
        page(h1="Message envoyé"),
        page(h1="Consultez votre messagerie", status="Un mail vient de partir avec un lien pour choisir un nouveau mot de passe."),
        page(
            h1="Consultez votre messagerie",
            status="Si les informations correspondent à un compte, vous recevrez un mail dans quelques instants.",
        ),
    ],
    "password-asked": [
        page(h1="Choisissez un nouveau mot de passe"),
        page(h1="Créer mon mot de passe"),
        page(h1="Définir un nouveau mot de passe"),
    ],
    "done": [
        page(status="Votre mot de passe a bien été modifié.", form="sign-in"),
        page(status="Votre nouveau mot de passe est enregistré.", form="sign-in"),
        page(status="Vous êtes déconnecté.", form="sign-in"),
        page(status="Votre nouveau mot de passe est enregistré. Vous pouvez vous connecter.", form="sign-in"),
        page(h1="C’est fait"),
    ],
    "link-dead": [page(h1="Ce lien n’est plus valable"), page(h1="Lien expiré")],
    "forbidden": [page(h1="Demande refusée", answered=403), page(h1="Oups", answered=400), page(h1="Page introuvable", answered=404)],
}


@pytest.mark.parametrize(("expected", "shown"), [(outcome, shown) for outcome, pages in PAGES.items() for shown in pages])
def test_a_page_without_alert_is_known_by_status_heading_and_form(target: Target, expected: str, shown: Page) -> None:
    """Status, then heading decide; pages that share one heading are told apart by the form they show."""
    assert str(recognise(shown, target)) == expected


def test_a_message_tied_to_a_field_makes_the_page_invalid(target: Target) -> None:
    """A control marked as invalid with a message is how a page says that the input is not valid, whatever the words."""
    form = '<form><label for=n>Mon numéro de sécurité sociale</label><input id=n aria-invalid="true" aria-describedby=e><p id=e>Treize chiffres.</p></form>'
    assert recognise(page(form=form), target).outcome == "invalid"


def test_a_field_message_with_the_role_of_an_alert_belongs_to_its_field(target: Target) -> None:
    """An alert that is tied to an invalid control speaks of the control."""
    form = '<form><label for=c>Code de sécurité</label><input id=c aria-invalid="true" aria-describedby=e><p id=e role=alert>Six chiffres, svp.</p></form>'
    assert recognise(page(form=form), target).outcome == "invalid"


UNANNOUNCED = """<h1>J’accède à mon compte</h1><ul><li>Identifiant ou mot de passe invalide.</li></ul>
<form><label for="c">Code de sécurité</label><input id="c"><label for="p">Saisissez votre mot de passe</label><input id="p"></form>"""


def test_a_message_that_nothing_announces_is_found_where_the_target_file_says_so(target: Target) -> None:
    """Words without a role are help to most portals, and the message of one that says so; a question of the form is none."""
    patterns = {**target.wording.outcomes, "invalid": re.compile("obligatoire")}
    looking = replace(target, unannounced=True, wording=replace(target.wording, outcomes=patterns))
    shown = Page("http://127.0.0.1:8000/connexion", 200, UNANNOUNCED)
    assert recognise(shown, target).outcome == "sign-in-asked"
    assert str(recognise(shown, looking)) == "refused, wrong"
    without = replace(shown, html=UNANNOUNCED.replace("de passe invalide", "de passe oublié ?"))
    assert recognise(without, looking).outcome == "sign-in-asked"


def test_an_announced_message_goes_before_one_that_nothing_announces(target: Target) -> None:
    """Where a portal announces some of its messages, those decide."""
    shown = page(alert="Code périmé.", form=UNANNOUNCED)
    assert str(recognise(shown, replace(target, unannounced=True))) == "refused, expired"


def test_the_open_account_beats_all_words(target: Target) -> None:
    """When the account opens in this browser, the page shown may say what it likes."""
    assert recognise(page(alert="Ce code est incorrect.", form="code"), target, account_open=True).outcome == "signed-in"


def test_a_server_error_is_seen_and_satisfies_nothing(target: Target) -> None:
    """A server error is told as such; no case can ask for it."""
    assert recognise(page(h1="Saisissez votre code", form="code", answered=500), target).outcome == "server-error"


def test_a_page_of_an_account_that_opens_no_more_is_seen_and_satisfies_nothing(target: Target) -> None:
    """Its words are not what is wrong; where nobody looked whether the account opens, they may be."""
    shown = page(h1="Bonjour Anne Martin", form="<button>Me déconnecter</button>")
    assert recognise(shown, target, account_open=False).outcome == "account-closed"
    with pytest.raises(Unrecognised):
        recognise(shown, target)


@pytest.mark.parametrize(
    "shown",
    [
        page(h1="Erreur technique", form="sign-in"),
        page(alert="Il fait beau aujourd’hui.", form="code"),
        page(h1="", form="<p>Le code saisi est erroné.</p>"),
        page(alert="<span hidden>Le code saisi est erroné.</span>Bonjour.", form="code"),
    ],
)
def test_an_unknown_page_is_an_error_that_shows_its_words(target: Target, shown: Page) -> None:
    """Words outside the urgent regions, or hidden ones, never satisfy anything."""
    with pytest.raises(DriverBroke, match=r"No wording of .* fits") as broke:
        recognise(shown, target)
    assert read(shown.html).lines[-2] in str(broke.value) or "Bonjour" in str(broke.value)


def test_two_meanings_at_once_are_an_error(target: Target) -> None:
    """A message that says two things at once is not guessed at."""
    both = "Votre session a expiré. Le rattachement à votre caisse est en cours."
    with pytest.raises(DriverBroke, match=r"Two wordings .*refused\.attachment-pending, sign-in-asked\.session-ended"):
        recognise(page(alert=both, form="sign-in"), target)


@pytest.mark.parametrize("form", ["sign-in", "announcement", "code"])
def test_the_form_shown_is_the_farthest_of_the_sign_in(target: Target, form: str) -> None:
    """A code page that also offers a new code is the code page."""
    assert form_shown(read(page(form=form).html), target) == form
