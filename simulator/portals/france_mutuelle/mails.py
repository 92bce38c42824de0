"""The mails of the member space."""

from __future__ import annotations

from pathlib import Path

from simulator import defects
from simulator.outbox import Mail
from simulator.portals.france_mutuelle.settings import MutuelleRules
from simulator.portals.letters import Letters

_LETTERS = Letters(Path(__file__).parent / "templates" / "france-mutuelle" / "mails")


def identifier_mail(rules: MutuelleRules, to: str, identifier: str) -> Mail:
    """The mail with the identifier (FMU-02)."""
    return _LETTERS.mail(rules.sender, to, "Votre identifiant", "identifier", identifier=identifier)


def creation_mail(rules: MutuelleRules, to: str, link: str) -> Mail:
    """The mail with the link to create the password (FMU-03)."""
    return _LETTERS.mail(rules.sender, to, "Créer votre mot de passe", "create", link=link, lifetime=rules.creation_link.lifetime)


def reset_mail(rules: MutuelleRules, to: str, link: str) -> Mail:
    """The mail with the link to reset the password (FMU-06)."""
    lifetime = rules.creation_link.lifetime if defects.on("reset-mail-tells-the-life-of-the-other") else rules.reset_link.lifetime
    return _LETTERS.mail(rules.sender, to, "Réinitialiser votre mot de passe", "reset", link=link, lifetime=lifetime)
