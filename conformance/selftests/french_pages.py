"""Pages as several implementations might write them: regions and forms of the documented sign-in, in words that differ."""

from __future__ import annotations

from conformance.driver import Page

SIGN_IN_FORM = """
<p>Tous les champs sont obligatoires.</p>
<form method="post"><label for="nir">Mon numéro de sécurité sociale</label><input id="nir" name="n">
<a href="aide">Où trouver mon numéro de sécurité sociale&nbsp;?</a>
<label for="mdp">Mon mot de passe (ou code provisoire)</label><input id="mdp" type="password" name="p">
<a href="oubli">Mot de passe oublié&nbsp;?</a><button>Me connecter</button></form>
<p>Première visite&nbsp;? <a href="creer">Créer un compte</a></p>
"""
ANNOUNCEMENT = """
<p>Il vous sera envoyé par mail à l’adresse associée à votre compte&nbsp;: <strong>t***@t***.com</strong></p>
<p>Si vous n’avez plus accès à cette adresse mail, merci de contacter votre caisse d’assurance maladie.</p>
<form method="post"><button>Recevoir un code de sécurité</button></form>
"""
CODE_FORM = """
<p>Vérifiez votre dossier Spam ou Indésirable.</p>
<form method="post"><label for="c">Code de sécurité à 6 chiffres</label><input id="c" name="c">
<input type="checkbox" id="t" name="t"><label for="t">Je me connecte avec mon ordinateur personnel.
En cochant cette case, je n’aurai plus à saisir de code de sécurité pendant 6 mois.</label><button>Me connecter</button></form>
<form method="post"><button>Recevoir un nouveau code de sécurité</button></form>
"""
NEW_CODE = '<form method="post"><button>Recevoir un nouveau code de sécurité</button></form>'
FORMS = {"": "", "sign-in": SIGN_IN_FORM, "announcement": ANNOUNCEMENT, "code": CODE_FORM, "new-code": NEW_CODE}


def page(  # noqa: PLR0917
    alert: str = "", status: str = "", h1: str = "J’accède à mon compte ameli", h2: str = "", form: str = "", answered: int = 200
) -> Page:
    """A whole page: an alert, a status, headings, and one of FORMS or other markup."""
    parts = [
        "<!doctype html><html lang=fr><head><title>Compte ameli</title><style>h1{color:#123456}</style></head><body>",
        '<header><p class="bandeau">Simulateur — ne saisissez aucune donnée réelle</p></header><main>',
        f"<h1>{h1}</h1>" if h1 else "",
        f'<div role="alert"><p>{alert}</p></div>' if alert else "",
        f'<p role="status">{status}</p>' if status else "",
        f"<h2>{h2}</h2>" if h2 else "",
        FORMS.get(form, form),
        '</main><footer><a href="/mentions">Mentions légales</a></footer></body></html>',
    ]
    return Page("http://127.0.0.1:8000/w/x/ameli/connexion", answered, "".join(parts))
