"""What the member space of France Mutuelle allows. Every figure of its rules stands here, and only here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from simulator.policy.link import LinkRules
from simulator.policy.lockout import LockoutRules
from simulator.policy.password import PasswordRules, Unmet
from simulator.portals.letters import Sender


@dataclass(frozen=True)
class MutuelleRules:
    """The figures of FMU-03, FMU-05, FMU-06 and HRD-20, and the mailbox of FMU-13.

    `acts_kept` is how many acts the history of a member remembers.
    """

    lockout: LockoutRules
    creation_link: LinkRules
    reset_link: LinkRules
    password: PasswordRules
    acts_kept: int
    sender: Sender
    mailbox: str


RULES = MutuelleRules(
    # The source says nothing of it (FMU-30); guessing is limited all the same.
    lockout=LockoutRules(attempts=5, duration=timedelta(minutes=15)),
    creation_link=LinkRules("create the password of the member space", lifetime=timedelta(hours=24)),
    reset_link=LinkRules("reset the password of the member space", lifetime=timedelta(minutes=30)),
    password=PasswordRules(
        shortest=12,
        longest=128,
        demanded=(Unmet.LENGTH, Unmet.DIGIT, Unmet.LOWER_CASE, Unmet.UPPER_CASE, Unmet.SPECIAL, Unmet.CONFIRMATION),
    ),
    acts_kept=50,
    sender=Sender("France Mutuelle", "ne-pas-repondre@mutuelle-simulee.test"),
    mailbox="adherents@mutuelle-simulee.test",
)
