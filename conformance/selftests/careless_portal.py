"""A small portal that does what suites on requests ask for, and that can be careless in named ways. Its own, not the simulator's.

with served(careless_portal, ["any-token"]) as ports:
    performed(SUITES[suite], suite, ports)
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections.abc import Callable, Iterator
from functools import wraps
from html import escape
from typing import Any

from flask import Flask, Response, abort, g, make_response, redirect, render_template_string, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from conformance.selftests.careless_state import ATTEMPTS, QUOTA, TRUST, Account, Session, State, Worlds

_END = "jusqu’au 10/03/2026 - 10h16 (heure de Paris)."
_BLOCKED = f"Pour des raisons de sécurité, l’accès à votre compte est bloqué {_END}"
_BLOCKED_CODES = f"Les informations saisies sont erronées. L’accès est bloqué {_END}"
_BLOCKED_QUOTA = f"Le nombre maximum de demandes de code a été atteint. L’accès est bloqué {_END}"
_WRONG = "Les informations saisies sont erronées."
_TYPED = {"n": "Mon numéro de sécurité sociale", "p": "Mon mot de passe", "c": "Code de sécurité", "b": "Date de naissance"}
_CHOSEN = {"p": "Nouveau mot de passe", "q": "Confirmez le mot de passe"}
View = Callable[..., AnyResponse]


def careless_portal(worlds: Worlds) -> Flask:
    """The application of these worlds."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 500_000

    @app.url_value_preprocessor
    def enter(_: str | None, values: dict[str, Any] | None) -> None:
        g.state = worlds.states.get((values or {}).pop("world", ""))
        if g.state is None:
            abort(404)
        g.session = g.state.sessions.get(request.cookies.get("s", "")) or Session()
        g.state.sessions[g.session.token] = g.session

    @app.after_request
    def keep(answer: Response) -> Response:
        if g.get("session") is not None and request.cookies.get("s") != g.session.token:
            answer.set_cookie("s", g.session.token, httponly=True, samesite="Lax")
        return answer

    @app.errorhandler(403)
    @app.errorhandler(413)
    def refused(error: Any) -> tuple[str, int]:
        page = "<!doctype html><html lang=fr><title>Refus</title><div role=alert>Cette demande est refusée.</div></html>"
        return page, 200 if _is("refusal-looks-fine") else error.code

    for view, ways in _WAYS.items():
        for way, methods in ways.items():
            app.add_url_rule(f"/<world>/{way}", f"{view.__name__} {way}", view, methods=methods)
    return app


# -- the sign-in


def sign_in() -> AnyResponse:
    """The form, or what comes of it."""
    if request.method == "GET":
        return _answer(_sign_in_form())
    return _token_checked(_password)()


def _password() -> AnyResponse:
    typed, password = request.form.get("n", ""), request.form.get("p", "")
    if _is("drops") and "\0" in typed:
        return Response(_broken(), headers={"Content-Length": "10"})
    if _is("nul-breaks") and "\0" in password:
        raise ValueError(password)
    if _is("blank") and "<" in typed:
        return make_response("<!doctype html><title>x</title>")
    account = _account(typed)
    if account is None:
        return _answer(_sign_in_form("Le numéro de sécurité sociale doit comporter 13 ou 15 chiffres.", typed), 422)
    caller = _caller()
    if account.failures[caller] >= ATTEMPTS:
        return _answer(_sign_in_form(_BLOCKED, typed), 403)
    if password != account.password and not (_is("sql") and "' OR '1'='1" in password):
        account.failures[caller] += 1
        blocked = account.failures[caller] >= ATTEMPTS
        return _answer(_sign_in_form(_BLOCKED if blocked else _WRONG, typed), 403)
    g.session = Session(identifier=account.person.identifier)
    g.state.sessions[g.session.token] = g.session
    return _opened(account) if _trusted(account) else redirect("annonce", 303)


def announcement() -> AnyResponse:
    """A code is needed."""
    if not g.session.identifier:
        return redirect("connexion")
    form = _form("code/demande", {}, "Recevoir un code de sécurité")
    return _answer(_page("", f"<p>Un code de sécurité est nécessaire. Il vous sera envoyé par mail.</p>{form}"))


def ask_for_code() -> AnyResponse:
    """A code, as long as there are any left."""
    if _is("changes-then-refuses"):
        _send_code()
    return _token_checked(_asked_for_code)()


def _asked_for_code() -> AnyResponse:
    if not g.session.identifier:
        return redirect("../connexion", 303)
    account = g.state.accounts[g.session.identifier]
    if account.asked[_caller()] >= QUOTA:
        return _answer(_sign_in_form(_BLOCKED_QUOTA), 403)
    account.asked[_caller()] += 1
    if not _is("changes-then-refuses"):
        _send_code()
    where = f"http://{request.host}/{g.state.address.rpartition('/')[2]}/code" if _is("absolute-redirect") else "../code"
    return redirect(where, 303)


def _send_code() -> None:
    account = g.state.accounts.get(g.session.identifier)
    if account is not None:
        account.code = f"{secrets.randbelow(10**6):06d}"
        g.state.send([account.person.address or ""], "Votre code", f"Code : {account.code}")


def code() -> AnyResponse:
    """The form for the code, or what comes of it."""
    if request.method == "GET":
        return _answer(_code_form("")) if g.session.identifier else redirect("connexion")
    return _token_checked(_entered)()


def _entered() -> AnyResponse:
    if not g.session.identifier:
        return redirect("connexion", 303)
    account = g.state.accounts[g.session.identifier]
    typed = request.form.get("c", "")
    if not re.fullmatch(r"[0-9]{6}", typed):
        return _answer(_code_form("Le code comporte 6 chiffres."), 422)
    if typed != account.code:
        account.failures["codes"] += 1
        return _answer(_code_form(_BLOCKED_CODES if account.failures["codes"] >= ATTEMPTS else _WRONG), 403)
    account.code = ""
    account.asked.clear()
    answer = _opened(account)
    if "t" in request.form:
        answer.set_cookie("t", _new_trust(account), max_age=10**7, httponly=True, samesite="Lax")
    return answer


def _opened(account: Account) -> AnyResponse:
    account.failures.clear()
    identifier = g.session.identifier
    g.session = Session(identifier=identifier, open=True)
    g.state.sessions[g.session.token] = g.session
    return redirect(_next() or f"{g.state.address}/compte", 303)


def _next() -> str:
    wanted = request.values.get("next", "")
    if _is("goes-anywhere"):
        return wanted
    return wanted if _is("looks-at-the-beginning") and wanted.startswith("/") else ""


# -- trust


def _trusted(account: Account) -> bool:
    held, identifier = request.cookies.get("t", ""), account.person.identifier
    if _is("trust-by-flag"):
        return held in {"1", "true"}
    if _is("trust-by-number"):
        return held == base64.b64encode(identifier.encode()).decode()
    token = held[: len(held) // 2] if _is("trust-by-half") else held
    known = {(one[: len(one) // 2] if _is("trust-by-half") else one): trust for one, trust in g.state.trusts.items()}
    if token not in known:
        return False
    whose, until = known[token]
    in_time = g.state.now < until or _is("trust-for-ever")
    return in_time and (whose == identifier or _is("trust-of-anybody"))


def _new_trust(account: Account) -> str:
    identifier = account.person.identifier
    if _is("trust-by-flag"):
        return "1"
    if _is("trust-by-number"):
        return base64.b64encode(identifier.encode()).decode()
    token = secrets.token_urlsafe(24)
    g.state.trusts[token] = (identifier, g.state.now + TRUST)
    return token


# -- the account


def account() -> AnyResponse:
    """The first page of the account."""
    if not g.session.open and not (_is("account-after-password") and g.session.identifier):
        return redirect("connexion")
    person = g.state.accounts[g.session.identifier].person
    words = f"<h1>Bonjour {person.details['first_name']}</h1><p>Votre compte est ouvert.</p><a href=compte/adresse>Mon adresse</a>"
    return _answer(_page("", words + _form("sortir", {}, "Me déconnecter", unless="token-on-sign-out"), h1=""))


def address() -> AnyResponse:
    """Another page of it, with a form."""
    if not g.session.open and not _is("details-open"):
        return redirect("../connexion")
    identifier = g.session.identifier if g.session.open else next(iter(g.state.accounts))
    person = g.state.accounts[identifier].person
    words = f"<h1>Mon adresse</h1><p>{person.details['last_name']}, {person.address}</p><p>{len(g.state.trusts)} navigateurs</p>"
    return _answer(_page("", words + _form("../oublier", {}, "Oublier les navigateurs") + _form("../sortir", {}, "Me déconnecter"), h1=""))


def forget() -> AnyResponse:
    """No browser is trusted any more."""

    def forgotten() -> AnyResponse:
        g.state.trusts.clear()
        return redirect("compte/adresse", 303)

    return _token_checked(forgotten)()


def leave() -> AnyResponse:
    """Sign out."""

    def left() -> AnyResponse:
        g.state.sessions.pop(g.session.token, None)
        g.session = Session()
        return redirect("connexion", 303)

    return left() if _is("token-on-sign-out") else _token_checked(left)()


# -- the forgotten password


def forgotten() -> AnyResponse:
    """Ask for a link."""
    if request.method == "GET":
        return _answer(_page("", _form("oubli", {"n": _TYPED["n"], "b": _TYPED["b"]}, "Valider"), h1="Mot de passe oublié"))
    return _token_checked(_link_asked_for)()


def _link_asked_for() -> AnyResponse:
    typed = request.form.get("n", "")
    account = _account(re.split(r"[^0-9]", typed)[0] if _is("reads-recipients") else typed)
    if account is not None:
        token = secrets.token_urlsafe(16)
        g.state.links[token] = account.person.identifier
        base = g.state.address
        if _is("host-in-mail"):
            base = base.replace(base.split("/")[2], request.host)
        if _is("forwarded-host-in-mail"):
            base = base.replace(base.split("/")[2], request.headers.get("X-Forwarded-Host", base.split("/")[2]))
        others = re.findall(r"[\w.]+@[\w.]+", typed) if _is("reads-recipients") else []
        subject = f"Un lien pour {typed}" if _is("typed-in-subject") else "Un lien"
        g.state.send([account.person.address or "", *others], subject, f"Suivez {base}/oubli/{token}")
    elif _is("typed-in-subject"):
        g.state.send([f"inconnu@{g.state.domain}"], f"Un lien pour {typed}", "Personne.")
    return _answer(_page("", "<p role=status>Un mail avec un lien a été envoyé.</p>", h1="Mot de passe oublié"))


def choose_password(token: str) -> AnyResponse:
    """Set a password."""
    if token not in g.state.links:
        return _answer(_page("Ce lien n’est plus valable.", ""), 410)
    if request.method == "GET":
        return _answer(_choice(token, ""))
    return _token_checked(_chosen)(token)


def _chosen(token: str) -> AnyResponse:
    first, second = request.form.get("p", ""), request.form.get("q", "")
    if first != second or len(first) < 8:
        return _answer(_choice(token, "Les deux mots de passe doivent être identiques."), 422)
    g.state.accounts[g.state.links.pop(token)].password = first
    return _answer(_page("", "<p role=status>Votre nouveau mot de passe est enregistré.</p>"))


def _choice(token: str, alert: str) -> str:
    return _page(alert, _form(f"../oubli/{token}", _CHOSEN, "Enregistrer"), h1="Choisissez un nouveau mot de passe")


# -- what they share


def _token_checked(act: View) -> View:
    @wraps(act)
    def checked(*args: Any) -> AnyResponse:
        token = request.form.get("token", "")
        right = hmac.compare_digest(token.encode("utf-8", "replace"), _token().encode())
        anything = _is("any-token") and bool(token)
        referer = request.headers.get("Referer", "")
        own = _is("referer-only") and (not referer or referer.startswith(g.state.address))
        if not (_is("no-token") or right or anything or own):
            abort(403)
        return act(*args)

    return checked


def _token() -> str:
    return hmac.new(b"key", g.session.token.encode(), "sha256").hexdigest()


def _is(careless: str) -> bool:
    state: State = g.state
    return careless in state.careless


def _caller() -> str:
    if _is("counts-nothing"):
        return secrets.token_hex(4)
    if _is("counts-by-address"):
        return str(request.headers.get("X-Forwarded-For", ""))
    return str(request.cookies.get("s", "")) if _is("counts-by-session") else ""


def _account(typed: str) -> Account | None:
    accounts: dict[str, Account] = g.state.accounts
    return next((account for identifier, account in accounts.items() if typed.strip() in {identifier, identifier[:13]}), None)


def _sign_in_form(alert: str = "", typed: str = "") -> str:
    action = request.args.get("next", "connexion") if _is("form-goes-anywhere") else "connexion"
    links = '<a href="oubli">Mot de passe oublié ?</a>'
    return _page(alert, _form(action, {"n": _TYPED["n"], "p": _TYPED["p"]}, "Me connecter", typed=typed) + links)


def _code_form(alert: str) -> str:
    box = "<label><input type=checkbox name=t> Je me connecte avec mon ordinateur personnel.</label>"
    form = _form("code", {"c": _TYPED["c"]}, "Me connecter", more=box) + _form("code/demande", {}, "Recevoir un nouveau code de sécurité")
    said = "" if alert else "<p role=status>Un code vient d’être envoyé.</p>"
    return _page(alert, said + form)


def _form(action: str, fields: dict[str, str], button: str, *, unless: str = "", typed: str = "", more: str = "") -> str:
    token = "" if unless and _is(unless) else f'<input type=hidden name=token value="{_token()}">'
    shown = escape(typed, quote=not _is("echoes-in-quotes"))
    inputs = (
        f'<label>{label} <input name={name} type={"password" if name in "pq" else "text"} value="{shown if name == "n" else ""}"></label>'
        for name, label in fields.items()
    )
    return f'<form method=post action="{action}">{token}{"".join(inputs)}{more}<button>{button}</button></form>'


def _page(alert: str, content: str, h1: str = "J’accède à mon compte") -> str:
    typed = request.form.get("n", "")
    echoed = f" Vous avez saisi {typed if _is('echoes') else escape(typed)}." if alert and typed and len(typed) < 1000 else ""
    if _is("template") and alert:
        echoed = str(render_template_string(typed if typed.count("{{") == 1 and "*" in typed else ""))
    heading = f"<h1>{h1}</h1>" if h1 else ""
    said = f"<div role=alert>{alert}{Markup(echoed)}</div>" if alert else ""
    return f"<!doctype html><html lang=fr><title>Compte</title><main>{heading}{said}{content}</main></html>"


def _answer(html: str, status: int = 200) -> AnyResponse:
    return make_response(html, status)


def _broken() -> Iterator[bytes]:
    yield b"<html>"
    raise ConnectionError


_WAYS: dict[View, dict[str, list[str]]] = {
    sign_in: {"connexion": ["GET", "POST"]},
    announcement: {"annonce": ["GET"]},
    ask_for_code: {"code/demande": ["POST"]},
    code: {"code": ["GET", "POST"]},
    account: {"compte": ["GET"]},
    address: {"compte/adresse": ["GET"]},
    forget: {"oublier": ["POST"]},
    leave: {"sortir": ["POST"]},
    forgotten: {"oubli": ["GET", "POST"]},
    choose_password: {"oubli/<token>": ["GET", "POST"]},
}
