"""Prepared accounts are shared out beforehand: to each its own, the same everywhere, and who goes without is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from conformance.people.accounts import Account
from conformance.people.allocation import Allocation, Asked, Claim, allocate, claims_of
from conformance.selftests.fakes import target
from conformance.waiting import waiting_time
from scenarios.checks import load_checks
from scenarios.language import PERSON_STATES
from scenarios.loader import load_cases, trials
from scenarios.model import Person

_FIELDS: dict[str, st.SearchStrategy[str]] = {name: st.sampled_from(words) for name, words in PERSON_STATES.items()}
_NIRS = st.sampled_from(["any", "corsica-2A", "corsica-2B"])
_DEPARTMENTS = st.sampled_from(["75", "2A", "2B"])


def account(line: int, department: str = "75", **states: str) -> Account:
    """One of a line, in the documented default state but for what is named."""
    defaults = {name: words[0] for name, words in PERSON_STATES.items()}
    identifier = f"18412{department}{line:08d}"
    return Account(line, "insured", identifier, f"Secret-{line}", f"a{line}@team.test", defaults | states, {})


def person(key: str = "insured", kind: str = "insured", **fields: str) -> Person:
    """One that a case asks for."""
    return Person(key, kind, fields)


_ACCOUNTS = st.lists(st.tuples(_DEPARTMENTS, st.fixed_dictionaries({}, optional=_FIELDS)), max_size=12).map(
    lambda rows: [account(line, department, **states) for line, (department, states) in enumerate(rows, 2)]
)
_PEOPLE = st.lists(st.fixed_dictionaries({}, optional={**_FIELDS, "nir": _NIRS}), max_size=2)
_CLAIMS = st.lists(st.tuples(_PEOPLE, st.booleans()), max_size=12).map(
    lambda claims: [
        Claim(f"case.{number}", tuple(person(f"person-{index}", **fields) for index, fields in enumerate(people)), shares)
        for number, (people, shares) in enumerate(claims)
    ]
)


def lines(allocation: Allocation, claim: Claim) -> list[int]:
    """The lines of the accounts that a claim was given."""
    return [account.line for account in allocation.given.get(claim.id, {}).values()]


@given(_ACCOUNTS, _CLAIMS)
def test_what_is_used_up_is_nobody_elses(accounts: list[Account], claims: list[Claim]) -> None:
    """An account of a claim that uses it up is in no other claim; within a claim each person has one of their own."""
    allocation = allocate(accounts, claims, "people.csv")
    burnt = [line for claim in claims if not claim.shares for line in lines(allocation, claim)]
    shared = {line for claim in claims if claim.shares for line in lines(allocation, claim)}
    assert len(burnt) == len(set(burnt)) == allocation.burnt
    assert not shared & set(burnt)
    assert all(len(lines(allocation, claim)) == len(set(lines(allocation, claim))) for claim in claims)


@given(_ACCOUNTS, _CLAIMS)
def test_each_has_what_it_asks_for_or_a_reason(accounts: list[Account], claims: list[Claim]) -> None:
    """Everybody of a claim gets an account that suits, or nobody of it gets one and the reason is told."""
    allocation = allocate(accounts, claims, "people.csv")
    assert allocation.given.keys() | allocation.without.keys() == {claim.id for claim in claims}
    assert not allocation.given.keys() & allocation.without.keys()
    for claim in claims:
        if held := allocation.given.get(claim.id):
            assert all(held[one.key].suits(one) for one in claim.people)
        elif claim.id in allocation.without:
            assert allocation.without[claim.id].startswith("no account is left that is insured")


@given(_ACCOUNTS, _CLAIMS)
def test_every_process_comes_to_the_same(accounts: list[Account], claims: list[Claim]) -> None:
    """Nothing but the file and the plan decides."""
    assert allocate(accounts, claims, "people.csv") == allocate(list(accounts), list(claims), "people.csv")


@given(_ACCOUNTS, _CLAIMS)
def test_nobody_goes_without_while_an_account_that_suits_is_left(accounts: list[Account], claims: list[Claim]) -> None:
    """A claim of one person that goes without finds no account unused that would have done."""
    allocation = allocate(accounts, claims, "people.csv")
    used = {line for claim in claims for line in lines(allocation, claim)}
    left = [one for one in accounts if one.line not in used]
    lonely = [claim for claim in claims if claim.id in allocation.without and len(claim.people) == 1]
    assert not [claim for claim in lonely for one in left if one.suits(claim.people[0])]


def test_who_asks_for_more_particular_people_chooses_first() -> None:
    """A case that takes anybody does not take the only Corsican from one that needs a Corsican."""
    claims = [Claim("anybody", (person(),)), Claim("corsican", (person(nir="corsica-2A"),))]
    allocation = allocate([account(2, "2A"), account(3)], claims, "people.csv")
    assert [lines(allocation, claim) for claim in claims] == [[3], [2]]


def test_who_only_reads_shares() -> None:
    """Two cases that leave an account as it was have the same one, a third that uses one up another; two people of one case are two."""
    readers = [Claim("one", (person(),), True), Claim("two", (person(), person("neighbour")), True)]
    burner = Claim("three", (person(),))
    allocation = allocate([account(2), account(3), account(4)], [*readers, burner], "people.csv")
    assert lines(allocation, readers[0]) == [2]
    assert lines(allocation, readers[1]) == [2, 3]
    assert lines(allocation, burner) == [4]
    assert (allocation.burnt, allocation.sorts) == (1, (Asked("insured", 3, 3, 0),))


def test_who_goes_without_is_told_how_many_are_asked_for_and_there() -> None:
    """A case of two people that can have one only leaves it to others."""
    claims = [Claim("pair", (person(), person("neighbour", scheme="none"))), Claim("one", (person(),)), Claim("two", (person(),))]
    allocation = allocate([account(2)], claims, "people.csv")
    assert lines(allocation, claims[1]) == [2]
    assert allocation.without == {
        "pair": "no account is left that is insured, with scheme none: 1 is asked for, people.csv has none. "
        "Add such accounts, or choose fewer cases.",
        "two": "no account is left that is insured: 3 are asked for, people.csv has 1. Add such accounts, or choose fewer cases.",
    }


def test_accounts_that_others_took_are_told() -> None:
    """A reason says why the number of accounts that there are does not do."""
    claims = [Claim("anybody", (person(),)), Claim("corsican", (person(nir="corsica-2B"),))]
    allocation = allocate([account(2, "2B")], claims, "people.csv")
    told = "no account is left that is insured: 1 is asked for, people.csv has 1, 1 of them for cases that ask for more than that. "
    assert allocation.without["anybody"].startswith(told)


def test_only_what_can_be_tried_claims_accounts() -> None:
    """Strangers need none; a case that lacks staff or a date to begin at, or whose function there is not, uses none up; a suite does."""
    offered = replace(target(not_applicable={"AMC-30": "Codes do not expire."}), capabilities=frozenset({"people", "mail"}))
    all_trials = [trial for case in load_cases() if case.portal == "ameli-connect" for trial in trials(case)]
    claims = {
        claim.id: claim
        for claim in claims_of(all_trials, [one for one in load_checks() if one.kind == "suite"], offered, timedelta(minutes=20))
    }
    assert all(one.kind != "stranger" for claim in claims.values() for one in claim.people)
    tried = [trial for trial in all_trials if trial.id in claims]
    assert tried
    assert not [trial.id for trial in tried if "staff" in trial.needs or trial.clock is not None or "AMC-30" in trial.case.verifies]
    assert any("clock" in trial.needs for trial in tried), "a short wait is waited for"
    assert all(waiting_time(trial, offered) <= timedelta(minutes=20) for trial in tried)
    assert all(claims[trial.id].shares == (trial.case.impact == "read") for trial in tried)
    races = [claim for claim in claims.values() if claim.id.startswith("suite.races.")]
    assert sorted(len(race.people) for race in races) == [1, 1, 1, 1, 1, 2, 4]
