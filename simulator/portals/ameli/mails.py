"""The mails of the ameli portal."""

from __future__ import annotations

from pathlib import Path

from simulator.outbox import Mail
from simulator.portals.ameli.settings import AmeliRules
from simulator.portals.letters import Letters

# The subject stands in the source, so that people can search for it (AME-51, AME-57).
VALIDATION_SUBJECT = "Votre compte ameli - Confirmation de votre adresse mail"
_LETTERS = Letters(Path(__file__).parent / "templates" / "ameli" / "mails")


def code_mail(rules: AmeliRules, to: str, code: str) -> Mail:
    """The mail with the security code (AMC-06)."""
    return _LETTERS.mail(rules.sender, to, "Votre code de sécurité", "code", code=code, lifetime=rules.code.lifetime)


def reset_mail(rules: AmeliRules, to: str, link: str) -> Mail:
    """The mail with the link to set a new password (AMC-110)."""
    return _LETTERS.mail(rules.sender, to, "Choisir un nouveau mot de passe", "reset", link=link, lifetime=rules.reset_link.lifetime)


def provisional_mail(rules: AmeliRules, to: str, code: str) -> Mail:
    """The mail with the provisional code (AME-20)."""
    return _LETTERS.mail(rules.sender, to, "Votre code provisoire", "provisional", code=code, lifetime=rules.provisional.lifetime)


def validation_mail(rules: AmeliRules, to: str, link: str) -> Mail:
    """The mail with the link that validates the address (AME-51)."""
    return _LETTERS.mail(rules.sender, to, VALIDATION_SUBJECT, "validation", link=link, active=rules.validation.link.lifetime)


def notice_mail(rules: AmeliRules, to: str) -> Mail:
    """The mail that says that a message waits in the account, and nothing of what it says (AME-44)."""
    return _LETTERS.mail(rules.sender, to, "Un message vous attend dans votre compte", "notice")
