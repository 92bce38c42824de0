"""The mails of the ameli portal."""

from __future__ import annotations

from pathlib import Path

from simulator.outbox import Mail
from simulator.portals.ameli.settings import AmeliRules
from simulator.portals.letters import Letters

_LETTERS = Letters(Path(__file__).parent / "templates" / "ameli" / "mails")


def code_mail(rules: AmeliRules, to: str, code: str) -> Mail:
    """The mail with the security code (AMC-06)."""
    return _LETTERS.mail(rules.sender, to, "Votre code de sécurité", "code", code=code, lifetime=rules.code.lifetime)


def reset_mail(rules: AmeliRules, to: str, link: str) -> Mail:
    """The mail with the link to set a new password (AMC-110)."""
    return _LETTERS.mail(rules.sender, to, "Choisir un nouveau mot de passe", "reset", link=link, lifetime=rules.reset_link.lifetime)
