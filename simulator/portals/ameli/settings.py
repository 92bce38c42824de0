"""What the ameli portal allows. Every figure of its rules stands here, and only here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from simulator.policy.code import CodeRules
from simulator.policy.copied_text import CopiedTextRules
from simulator.policy.link import LinkRules
from simulator.policy.lockout import LockoutRules
from simulator.policy.password import PasswordRules, Unmet
from simulator.policy.quota import QuotaRules
from simulator.policy.validation import ValidationRules
from simulator.portals.letters import Sender


@dataclass(frozen=True)
class AmeliRules:
    """The figures of AMC-06 to AMC-71, AMC-110 and AMC-102 and AME-11 to AME-55, and the names of AMC-06 and AME-51."""

    lockout: LockoutRules
    quota: QuotaRules
    code: CodeRules
    reset_link: LinkRules
    password: PasswordRules
    copied_text: CopiedTextRules
    provisional: LinkRules
    card_way: LockoutRules
    validation: ValidationRules
    trust_months: int
    sender: Sender


RULES = AmeliRules(
    lockout=LockoutRules(attempts=3, duration=timedelta(minutes=15)),
    quota=QuotaRules(codes=5, window=timedelta(minutes=60), block=timedelta(minutes=60)),
    code=CodeRules(digits=6, lifetime=timedelta(minutes=15)),
    reset_link=LinkRules("set a new password", lifetime=timedelta(minutes=30)),
    password=PasswordRules(
        shortest=8,
        longest=50,
        demanded=(
            Unmet.LENGTH,
            Unmet.LOWER_CASE,
            Unmet.UPPER_CASE,
            Unmet.DIGIT_OR_SPECIAL,
            Unmet.ALLOWED_CHARACTERS,
            Unmet.PERSONAL_DETAILS,
            Unmet.CONFIRMATION,
        ),
        telling_digits=4,
    ),
    copied_text=CopiedTextRules(digits=6, lifetime=timedelta(minutes=5)),
    provisional=LinkRules("choose a personal code", lifetime=timedelta(minutes=30)),
    card_way=LockoutRules(attempts=5, duration=timedelta(hours=1)),
    validation=ValidationRules(LinkRules("validate a mail address", lifetime=timedelta(days=7)), remembered=timedelta(days=21)),
    trust_months=6,
    sender=Sender("Votre Assurance Maladie", "ne-pas-repondre@app.assurance-simulee.test"),
)
