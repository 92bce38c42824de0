"""What the ameli portal allows. Every figure of its rules stands here, and only here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from simulator.policy.code import CodeRules
from simulator.policy.link import LinkRules
from simulator.policy.lockout import LockoutRules
from simulator.policy.password import PasswordRules
from simulator.policy.quota import QuotaRules


@dataclass(frozen=True)
class AmeliRules:
    """The figures of AMC-06 to AMC-71, AMC-110, AME-30 and AME-34, and the names of AMC-06."""

    lockout: LockoutRules
    quota: QuotaRules
    code: CodeRules
    reset_link: LinkRules
    password: PasswordRules
    trust_months: int
    sender_name: str
    sender_address: str

    @property
    def sender_domain(self) -> str:
        """What stands behind the @ of the sender's address."""
        return self.sender_address.rpartition("@")[2]


RULES = AmeliRules(
    lockout=LockoutRules(attempts=3, duration=timedelta(minutes=15)),
    quota=QuotaRules(codes=5, window=timedelta(minutes=60), block=timedelta(minutes=60)),
    code=CodeRules(digits=6, lifetime=timedelta(minutes=15)),
    reset_link=LinkRules("set a new password", lifetime=timedelta(minutes=30)),
    password=PasswordRules(shortest=8, longest=50, telling_digits=4),
    trust_months=6,
    sender_name="Votre Assurance Maladie",
    sender_address="ne-pas-repondre@app.assurance-simulee.test",
)
