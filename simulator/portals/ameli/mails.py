"""The mails of the ameli portal, in text and HTML, each from one pair of templates."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from simulator import defects
from simulator.outbox import Mail
from simulator.policy.dates import in_days, in_words
from simulator.portals.ameli.settings import AmeliRules
from simulator.portals.typography import french

# The subject stands in the source, so that people can search for it (AME-51, AME-57).
VALIDATION_SUBJECT = "Votre compte ameli - Confirmation de votre adresse mail"
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates" / "ameli" / "mails"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["in_words"] = in_words
_TEMPLATES.filters["in_days"] = in_days
_TEMPLATES.filters["french"] = french
_TEMPLATES.globals["defect"] = defects.on


def code_mail(rules: AmeliRules, to: str, code: str) -> Mail:
    """The mail with the security code (AMC-06)."""
    return _mail(rules, to, "Votre code de sécurité", "code", code=code, lifetime=rules.code.lifetime)


def reset_mail(rules: AmeliRules, to: str, link: str) -> Mail:
    """The mail with the link to set a new password (AMC-110)."""
    return _mail(rules, to, "Choisir un nouveau mot de passe", "reset", link=link, lifetime=rules.reset_link.lifetime)


def provisional_mail(rules: AmeliRules, to: str, code: str) -> Mail:
    """The mail with the provisional code (AME-20)."""
    return _mail(rules, to, "Votre code provisoire", "provisional", code=code, lifetime=rules.provisional.lifetime)


def validation_mail(rules: AmeliRules, to: str, link: str) -> Mail:
    """The mail with the link that validates the address (AME-51)."""
    return _mail(rules, to, VALIDATION_SUBJECT, "validation", link=link, active=rules.validation.active)


def notice_mail(rules: AmeliRules, to: str) -> Mail:
    """The mail that says that a message waits in the account, and nothing of what it says (AME-44)."""
    return _mail(rules, to, "Un message vous attend dans votre compte", "notice")


def _mail(rules: AmeliRules, to: str, subject: str, name: str, **values: object) -> Mail:
    text, html = (_TEMPLATES.get_template(f"{name}.{form}").render(subject=subject, **values) for form in ("txt", "html"))
    sender_name = "" if defects.on("sender-without-a-name") else rules.sender_name
    sender_address = f"contact@{rules.sender_domain}" if defects.on("sender-takes-replies") else rules.sender_address
    return Mail(sender_name, sender_address, to, french(subject), french(text), html)
