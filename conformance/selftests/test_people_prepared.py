"""Worlds of prepared accounts: who gets which, what is used up, and strangers whom nobody knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.driver import CannotRun, Provisioner
from conformance.people.account_file import read_accounts
from conformance.people.allocation import Claim
from conformance.people.prepared import PreparedPeople
from conformance.people.strangers import stranger
from conformance.provisioning import provisioner_of
from conformance.selftests.fakes import BASE, target
from conformance.target import PeopleSource
from conformance.testability import TestabilityProvisioner
from conformance.values import nir_key
from scenarios.model import Person

INSURED = Person("insured", "insured")
CLAIMS = [
    Claim("first", (INSURED,)),
    Claim("second", (INSURED, Person("neighbour", "insured", {"scheme": "none"}))),
    Claim("suite.x", (Person("account-1", "insured"), Person("account-2", "insured"))),
    Claim("reader", (INSURED,), True),
    Claim("late", (INSURED,)),
]
ROWS = ["1,a,", "2,b,", "3,c,none", "4,d,", "5,e,", "6,f,"]


@pytest.fixture
def prepared(tmp_path: Path) -> Provisioner:
    """Six accounts, one of them without a scheme, for five claims."""
    file = tmp_path / "people.csv"
    file.write_text("identifier,password,scheme,address\n" + "".join(f"{row},p{row[0]}@team.test\n" for row in ROWS))
    source = PeopleSource(str(file), (), str(tmp_path), accounts=read_accounts(file))
    return provisioner_of(target(people=source, mail=None), CLAIMS)


def identifiers(provisioner: Provisioner, claim: str, *people: Person) -> dict[str, str]:
    """The identifiers of the people of a world."""
    return {key: one.identifier for key, one in provisioner.make(people, None, claim).people.items()}


def test_everybody_has_their_own_whatever_is_tried_first(prepared: Provisioner) -> None:
    """A worker that tries the second case only gives it the same accounts as one that tries all of them."""
    assert identifiers(prepared, "second", *CLAIMS[1].people) == {"insured": "2", "neighbour": "3"}
    assert identifiers(prepared, "first", INSURED) == {"insured": "1"}


def test_an_account_is_used_once(prepared: Provisioner) -> None:
    """A case that is tried a second time in a run finds its account used up; one that only reads has it again."""
    assert isinstance(prepared, PreparedPeople)
    identifiers(prepared, "first", INSURED)
    with pytest.raises(CannotRun, match=r"first has used up its accounts in this run\. Restore them"):
        prepared.make([INSURED], None, "first")
    assert identifiers(prepared, "reader", INSURED) == identifiers(prepared, "reader", INSURED) == {"insured": "6"}
    assert [prepared.uses_up(claim) for claim in ("first", "reader", "late")] == [True, False, False]


def test_a_suite_takes_its_accounts_one_world_after_the_other(prepared: Provisioner) -> None:
    """Each of its worlds asks for whom it likes, as long as accounts are left that it declared."""
    assert identifiers(prepared, "suite.x", INSURED) == {"insured": "4"}
    assert identifiers(prepared, "suite.x", Person("someone", "insured", {"mail": "validated"})) == {"someone": "5"}
    with pytest.raises(CannotRun, match=r"suite\.x has used up its accounts"):
        prepared.make([INSURED], None, "suite.x")


def test_who_goes_without_could_not_run(prepared: Provisioner) -> None:
    """With the reckoning as the reason."""
    with pytest.raises(CannotRun, match=r"no account is left that is insured: 6 are asked for, people\.csv has 5\. Add such accounts"):
        prepared.make([INSURED], None, "late")
    with pytest.raises(CannotRun, match=r"no accounts were set aside for suite\.y: a suite declares in scenarios/checks\.yaml"):
        prepared.make([INSURED], None, "suite.y")


def test_the_world_is_the_targets_own(prepared: Provisioner) -> None:
    """Its address is the target's; it has no staff, no clock that could be set, and without Mailpit no mailbox."""
    world = prepared.make([INSURED], None, "first")
    assert (world.address, world.staff, world.mailbox, world.clock) == (BASE, None, None, None)
    assert prepared.make([], None, "nobody").id != world.id
    prepared.drop(world)
    with pytest.raises(CannotRun, match="no clock that can be set"):
        prepared.make([INSURED], "2026-10-25T02:50:00+02:00", "first")


def test_a_stranger_needs_no_account(prepared: Provisioner) -> None:
    """A stranger beside an insured is made up, and another one each time."""
    unknown = Person("stranger", "stranger")
    known = identifiers(prepared, "first", INSURED, unknown)
    assert known["insured"] == "1"
    assert known["stranger"] not in set("123456")
    assert prepared.make([unknown], None, "whatever").people["stranger"].password


@pytest.mark.parametrize("identifiers", [[], ["255081416802538"], ["184032A12345617", "255081416802538"]])
def test_a_stranger_among_people_with_a_nir_has_one(identifiers: list[str]) -> None:
    """It is well formed, its key is right, and nobody has it."""
    for _ in range(50):
        made = stranger("visitor", "stranger", identifiers)
        assert (made.key, made.kind, made.address) == ("visitor", "stranger", None)
        assert made.identifier[13:] == nir_key(made.identifier[:13])
        assert made.identifier not in identifiers


@pytest.mark.parametrize(
    ("identifier", "pattern"),
    [
        ("Anne@Team.test", r"nobody-[0-9a-f]{10}@Team\.test"),
        ("AB-1234z", r"[A-Z]{2}-[0-9]{4}[a-z]"),
        ("été", r"é[a-z]é"),
        ("éé", r"éé[0-9a-f]+"),
    ],
)
def test_a_stranger_signs_in_with_what_others_do(identifier: str, pattern: str) -> None:
    """A mail address in the same domain, or a number or a name of the same make."""
    made = {stranger("stranger", "stranger", [identifier]).identifier for _ in range(20)}
    assert all(re.fullmatch(pattern, one) for one in made), made
    assert identifier not in made
    assert len(made) > 5


def test_a_target_with_a_testability_api_asks_that() -> None:
    """Who makes people follows from the target file alone."""
    assert isinstance(provisioner_of(target()), TestabilityProvisioner)
