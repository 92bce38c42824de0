"""The mails of the ameli portal, in text and HTML, each from one pair of templates."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from simulator import defects
from simulator.outbox import Mail
from simulator.policy.dates import in_words
from simulator.portals.ameli.settings import AmeliRules
from simulator.portals.typography import french

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates" / "ameli" / "mails"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["in_words"] = in_words
_TEMPLATES.filters["french"] = french
_TEMPLATES.globals["defect"] = defects.on


def code_mail(rules: AmeliRules, to: str, code: str) -> Mail:
    """The mail with the security code (AMC-06)."""
    return _mail(rules, to, "Votre code de sécurité", "code", code=code, lifetime=rules.code.lifetime)


def reset_mail(rules: AmeliRules, to: str, link: str) -> Mail:
    """The mail with the link to set a new password (AMC-110)."""
    return _mail(rules, to, "Choisir un nouveau mot de passe", "reset", link=link, lifetime=rules.reset_link.lifetime)


def _mail(rules: AmeliRules, to: str, subject: str, name: str, **values: object) -> Mail:
    text, html = (_TEMPLATES.get_template(f"{name}.{form}").render(subject=subject, **values) for form in ("txt", "html"))
    sender_name = "" if defects.on("sender-without-a-name") else rules.sender_name
    sender_address = f"contact@{rules.sender_domain}" if defects.on("sender-takes-replies") else rules.sender_address
    return Mail(sender_name, sender_address, to, french(subject), french(text), html)
