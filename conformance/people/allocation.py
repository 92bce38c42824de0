"""Which account is whose: decided before a run, from the plan alone, so that every worker comes to the same and none has to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from conformance.people.account_file import STRANGER
from conformance.people.accounts import Account, particulars, sort_of
from conformance.target import Target
from conformance.waiting import obstacle
from scenarios.language import PERSON_STATES
from scenarios.model import DeclaredCheck, Person, Trial

# What only reads leaves an account as it was: several may have the same.
_SHARING = "read"
Sort = tuple[str | tuple[str, str], ...]


@dataclass(frozen=True)
class Claim:
    """What a trial or a suite asks for; `shares`: it leaves accounts as they were."""

    id: str
    people: tuple[Person, ...]
    shares: bool = False


@dataclass(frozen=True)
class Asked:
    """One sort of person: how many accounts are asked for, how many there are, and how many of these go to other sorts."""

    sort: str
    asked: int
    there: int
    elsewhere: int

    def lack(self, file: str) -> str:
        """Why somebody goes without, and the way on."""
        asked = "1 is" if self.asked == 1 else f"{self.asked} are"
        beside = f", {self.elsewhere} of them for cases that ask for more than that" if self.elsewhere else ""
        there = f"{self.there}{beside}" if self.there else "none"
        return f"no account is left that is {self.sort}: {asked} asked for, {file} has {there}. Add such accounts, or choose fewer cases."


@dataclass(frozen=True)
class Allocation:
    """The reckoning: accounts by claim and by the key of the person, who goes without and why, and how many of each sort are asked for."""

    given: Mapping[str, Mapping[str, Account]]
    without: Mapping[str, str]
    sorts: tuple[Asked, ...]
    shared: frozenset[str]

    @property
    def burnt(self) -> int:
        """How many accounts a run uses up."""
        return sum(len(accounts) for claim, accounts in self.given.items() if claim not in self.shared)


def claims_of(trials: Iterable[Trial], suites: Iterable[DeclaredCheck], target: Target, longest_wait: timedelta) -> tuple[Claim, ...]:
    """What trials and suites ask for, in their order; what cannot be tried on this target whoever there is asks for nothing.

    `longest_wait` is how long a case may wait for real where a clock cannot be moved.
    """
    tried = (trial for trial in trials if _can_be_tried(trial, target, longest_wait))
    claims = [Claim(trial.id, _with_accounts(trial.people), trial.case.impact == _SHARING) for trial in tried]
    for suite in suites:
        if not target.not_applicable.keys() & set(suite.verifies):
            people = tuple(Person(f"account-{number}", "insured") for number in range(1, suite.people + 1))
            claims.append(Claim(suite.id, people, suite.impact == _SHARING))
    return tuple(claims)


def allocate(accounts: Sequence[Account], claims: Sequence[Claim], file: str) -> Allocation:
    """Give each claim accounts of its own, all or none; who asks for more particular people chooses first. `file` is named in reasons."""
    free = list(accounts)
    shared: list[Account] = []
    given: dict[str, Mapping[str, Account]] = {}
    lacking: dict[str, Person] = {}
    for claim in sorted(claims, key=_particular, reverse=True):
        taken, lacked = _taken(claim, [*shared, *free] if claim.shares else free)
        if lacked is not None:
            lacking[claim.id] = lacked
            continue
        given[claim.id] = taken
        lines = {account.line for account in taken.values()}
        if claim.shares:
            shared.extend(account for account in free if account.line in lines)
        free = [account for account in free if account.line not in lines]
    sorts = _reckoned(accounts, claims, given)
    without = {claim.id: sorts[_sort(lacking[claim.id])].lack(file) for claim in claims if claim.id in lacking}
    return Allocation(given, without, tuple(sorts.values()), frozenset(claim.id for claim in claims if claim.shares))


def _with_accounts(people: Iterable[Person]) -> tuple[Person, ...]:
    return tuple(person for person in people if person.kind != STRANGER)


def _can_be_tried(trial: Trial, target: Target, longest_wait: timedelta) -> bool:
    """A wait may do where a clock is missing; whoever has no screen chose cases without."""
    lacking = trial.needs - target.capabilities - {"screen", "clock"}
    there_is = not target.not_applicable.keys() & set(trial.case.verifies)
    return there_is and not lacking and obstacle(trial, target, longest_wait) is None


def _identity(person: Person) -> int:
    """How much is asked for that hardly any account has: a name, a number, an address, rather than a state."""
    return sum(name not in PERSON_STATES for name in particulars(person))


def _particular(claim: Claim) -> int:
    return max(map(_identity, claim.people), default=0)


def _taken(claim: Claim, pool: Sequence[Account]) -> tuple[dict[str, Account], Person | None]:
    """The accounts for everybody of a claim, or none and who is lacking."""
    taken: dict[str, Account] = {}
    for person in sorted(claim.people, key=_identity, reverse=True):
        lines = {account.line for account in taken.values()}
        account = next((one for one in pool if one.line not in lines and one.suits(person)), None)
        if account is None:
            return {}, person
        taken[person.key] = account
    return taken, None


def _sort(person: Person) -> Sort:
    """Alike for people whom the same accounts suit."""
    return (person.kind, *sorted((name, str(value)) for name, value in particulars(person).items()))


def _reckoned(accounts: Sequence[Account], claims: Sequence[Claim], given: Mapping[str, Mapping[str, Account]]) -> dict[Sort, Asked]:
    asked: Counter[Sort] = Counter()
    shared: Counter[Sort] = Counter()
    example: dict[Sort, Person] = {}
    holders: dict[int, set[Sort]] = {}
    for claim in claims:
        sorts = Counter(map(_sort, claim.people))
        for person in claim.people:
            example.setdefault(_sort(person), person)
            if claim.id in given:
                holders.setdefault(given[claim.id][person.key].line, set()).add(_sort(person))
        if claim.shares:
            shared |= sorts
        else:
            asked += sorts
    reckoned = {}
    for sort, person in example.items():
        there = [account for account in accounts if account.suits(person)]
        elsewhere = sum(account.line in holders and sort not in holders[account.line] for account in there)
        reckoned[sort] = Asked(sort_of(person), asked[sort] + shared[sort], len(there), elsewhere)
    return reckoned
