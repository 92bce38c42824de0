"""A tiny portal, quite unlike the simulator, that the drivers are tried on: labels of every kind, redirects, cookies, traps."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, jsonify, make_response, redirect, render_template_string, request
from waitress.server import create_server

SIGN_IN = """<!doctype html><html lang="fr"><head><title>Entrée</title></head><body>
<form action="search"><label>Chercher <input name="q"></label><button>Me connecter</button></form>
<form method="post" action="enter">
  <input type="hidden" name="token" value="t&quot;1">
  <div hidden><label for="trap">Numéro d’assuré</label><input id="trap" name="trap"></div>
  <label for="number">Numéro d’assuré&nbsp;:</label><input id="number" name="number" type="text" inputmode="numeric" required>
  <label>Mot de passe <em>(ou code)</em> <input type="password" name="secret"></label>
  <label><input type="checkbox" name="keep" value="yes"> C’est mon <b>ordinateur</b></label>
  <label>Ancien numéro <input name="old" value="jamais" disabled></label>
  <label>Numéro de dossier <input name="file" value="lu seulement" readonly></label>
  <button type="submit" name="way" value="normal">Me&nbsp;connecter</button>
  <button type="submit" name="way" value="help" formaction="enter?helped=1">Être aidé</button>
</form>
<p><a href="welcome">L’accueil</a> <a href="../1/loop">Boucle</a> <a href="welcome" target="_blank">Nouvel onglet</a></p>
<p style="display:none"><a href="error">Caché</a></p>
</body></html>"""

KINDS = """<!doctype html><html lang="fr"><title>Sortes</title><form method="post" action="enter">
<label for="l">Langue</label><select id="l" name="language"><option value="fr" selected>Français</option><option>Occitan</option></select>
<label for="y">Année</label><select id="y" name="year"><option value="" disabled>-</option><option value="1">Première</option></select>
<fieldset><legend>Civilité</legend>
<label><input type="radio" name="civility" value="m" checked> Monsieur</label>
<label><input type="radio" name="civility" value="f"> Madame</label></fieldset>
<input aria-label="Âge en années" type="number" name="age">
<span id="when">Date</span> <span id="of">de naissance</span><input aria-labelledby="when of" name="birth">
<input type="search" name="place" placeholder="Ville">
<input type="email" name="mail" title="Adresse">
<label>Message<textarea name="message">
deux
lignes</textarea></label>
<label><input type="checkbox" name="news" checked> Lettre</label>
<fieldset disabled><label>Éteint <input name="off" value="1"></label></fieldset>
<input type="submit" name="send" value="Envoyer">
</form><button form="other" name="b" value="1">Ailleurs</button>
<form id="other" action="search"><input type="hidden" name="h" value="é è"></form>
</html>"""

WIDE = """<!doctype html><title>Large</title><body style="margin:0"><div style="width:{}px;height:20px;background:#ccc">x</div>
<p style="position:absolute;left:-9999px">pour les lecteurs d’écran</p></body>"""

CUT = """<!doctype html><title>Coupé</title><body style="margin:0">
<div style="width:200px;overflow:hidden;white-space:nowrap">Un texte bien trop long pour la place que cette boîte lui laisse</div></body>"""


# A page that is nothing without scripts: what it shows comes later, and its form is sent by a script.
MADE_BY_SCRIPTS = """<!doctype html><html lang="fr"><title>Application</title><noscript>Sans script, rien.</noscript><main></main><script>
const show = async (way, options) => {
  const answer = await fetch(way, options);
  document.querySelector("main").innerHTML = (await answer.json()).html;
  const form = document.querySelector("form");
  if (form) form.onsubmit = event => {
    event.preventDefault();
    show("step", {method: "POST", body: new URLSearchParams(new FormData(form))});
  };
};
show("step");
</script></html>"""
FIRST_STEP = "<h1>Entrée</h1><form><label>Nom <input name=name></label><button>Continuer</button></form>"


class SmallPortal:
    """The portal while it runs: `address` is its base, below a path; `received` holds what forms sent, newest last."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.received: list[list[tuple[str, str]]] = []
        self.headers: list[dict[str, str]] = []


@contextmanager
def small_portal() -> Iterator[SmallPortal]:
    """Serve the portal on a free loopback port until the block ends."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    portal = SmallPortal("")
    server: Any = create_server(_application(portal), host="127.0.0.1", port=0, threads=4, clear_untrusted_proxy_headers=True)
    portal.address = f"http://127.0.0.1:{server.effective_port}/w/1"
    threading.Thread(target=server.run, daemon=True).start()
    yield portal
    server.close()


def _application(portal: SmallPortal) -> Flask:
    app = Flask(__name__)
    pages = {
        "": SIGN_IN,
        "kinds": KINDS,
        "wide": WIDE.format(2000),
        "narrow": WIDE.format(100),
        "cut": CUT,
        "app": MADE_BY_SCRIPTS,
        "scripted": "<!doctype html><title>Scripts</title><script>setTimeout(() => document.body.innerHTML = "
        "\"<label>Tardif <input></label><button type=button onclick='this.textContent=1'>Agir</button>\", 150)</script>",
    }
    for path, page in pages.items():
        app.add_url_rule(f"/w/1/{path}", path or "sign-in", lambda page=page: page)
    app.add_url_rule("/w/1/away", "away", lambda: redirect("http://elsewhere.example.test/"))
    app.add_url_rule("/w/1/away-bare", "away-bare", lambda: redirect("http://192.0.2.7/"))
    app.add_url_rule("/w/1/loop", "loop", lambda: redirect("loop"))
    app.add_url_rule("/w/1/error", "error", lambda: ("<h1>Panne</h1>", 503))
    app.add_url_rule("/w/1/paper", "paper", lambda: Response(b"%PDF-1.4 \xff", content_type="application/pdf"))
    app.add_url_rule("/w/1/secure", "secure", lambda: _setting("s=1; Secure; HttpOnly; SameSite=Strict; Path=/w/1; Max-Age=600"))
    app.add_url_rule("/w/1/welcome", "welcome", _welcome)
    app.add_url_rule("/w/1/account", "account", lambda: _welcome() if "session" in request.cookies else redirect("./", 303))

    @app.route("/w/1/enter", methods=["POST"])
    def enter() -> Response:
        portal.received.append(list(request.form.items(multi=True)))
        portal.headers.append(dict(request.headers))
        answer = make_response(redirect("welcome", 303))
        answer.headers.add("Set-Cookie", "session=abc; HttpOnly; SameSite=Lax; Path=/w/1")
        answer.headers.add("Set-Cookie", "seen=1; Path=/w/1; Max-Age=3600")
        return answer

    @app.get("/w/1/search")
    def search() -> str:
        portal.received.append(list(request.args.items(multi=True)))
        return "<h1>Trouvé</h1>"

    _add_steps(app)
    return app


def _add_steps(app: Flask) -> None:
    """What the page that scripts make asks for."""

    @app.route("/w/1/step", methods=["GET", "POST"])
    def step() -> Response:
        time.sleep(0.15)  # as a busy server does
        if request.method == "GET":
            return jsonify(html=FIRST_STEP)
        answer = jsonify(html=f"<h1>Bonjour</h1><p>{request.form['name']}</p>")
        answer.status_code = 500 if request.form["name"] == "panne" else 200
        answer.headers.add("Set-Cookie", "session=abc; HttpOnly; SameSite=Lax; Path=/w/1")
        return answer


def _setting(cookie: str) -> Response:
    answer = make_response("<h1>Biscuit</h1>")
    answer.headers.add("Set-Cookie", cookie)
    return answer


def _welcome() -> str:
    held = ", ".join(f"{name}={value}" for name, value in sorted(request.cookies.items()))
    return render_template_string("<!doctype html><title>Accueil</title><h1>Bienvenue</h1><p>{{ held }}</p>", held=held)
