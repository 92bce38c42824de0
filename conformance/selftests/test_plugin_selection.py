"""Which cases are tried."""

import pytest

from conformance.selection import NO_FUNCTION, NO_SCREEN, Candidate, UnknownName, Wish, choose, listed

CANDIDATES = (
    Candidate("ameli-connect.code.expired[1]", "ameli-connect", ("AMC-30",), "account"),
    Candidate("ameli-connect.code.expired[2]", "ameli-connect", ("AMC-30",), "account"),
    Candidate("ameli-connect.code.wrong", "ameli-connect", ("AMC-50", "AMC-51"), "lock"),
    Candidate("ameli-connect.screens[1]", "ameli-connect", ("AMC-150",), "read", frozenset({"screen"})),
)
REQUIREMENTS = ("AMC-30", "AMC-50", "AMC-51", "AMC-100", "AMC-150")


EVERYTHING = Wish()


def chosen(wish: Wish = EVERYTHING, screen: bool = True) -> tuple[str, ...]:
    """The ids that a wish chooses."""
    return choose(CANDIDATES, wish, REQUIREMENTS, ("ameli-connect",), screen).chosen


def complaint(wish: Wish) -> str:
    """What is said of a wish that names something unknown."""
    with pytest.raises(UnknownName) as raised:
        chosen(wish)
    return str(raised.value)


def test_nothing_asked_for_is_everything_in_its_order() -> None:
    """Without options all cases are tried, in the order given."""
    assert chosen() == tuple(candidate.id for candidate in CANDIDATES)


def test_a_requirement_chooses_the_cases_that_verify_it() -> None:
    """Any of the requirements that a case verifies will do."""
    assert chosen(Wish(requirements=("AMC-51",))) == ("ameli-connect.code.wrong",)


def test_a_case_is_named_with_or_without_its_example_or_by_a_pattern() -> None:
    """The exact id, the id without the number, and a pattern whose brackets mean nothing but themselves."""
    assert chosen(Wish(cases=("ameli-connect.code.expired[2]",))) == ("ameli-connect.code.expired[2]",)
    assert chosen(Wish(cases=("ameli-connect.code.expired",))) == ("ameli-connect.code.expired[1]", "ameli-connect.code.expired[2]")
    assert chosen(Wish(cases=("*.expired[?]",))) == ("ameli-connect.code.expired[1]", "ameli-connect.code.expired[2]")
    assert chosen(Wish(cases=("*.code.wron?",))) == ("ameli-connect.code.wrong",)


def test_several_options_must_all_agree() -> None:
    """Options narrow each other."""
    assert chosen(Wish(requirements=("AMC-30",), impacts=("lock",))) == ()


def test_what_needs_a_screen_is_left_out_and_told_without_one() -> None:
    """The forms driver leaves such cases out with a reason, and only those that were asked for."""
    choice = choose(CANDIDATES, Wish(), REQUIREMENTS, ("ameli-connect",), screen=False)
    assert choice.left_out == {NO_SCREEN: ("ameli-connect.screens[1]",)}
    assert "ameli-connect.screens[1]" not in choice.chosen
    assert choose(CANDIDATES, Wish(requirements=("AMC-30",)), REQUIREMENTS, ("ameli-connect",), screen=False).left_out == {}


def test_what_is_about_functions_that_the_portal_lacks_is_left_out_and_told() -> None:
    """A case of all portals, or a suite, is tried where the portal has all that it is about, and nowhere else."""
    shared = Candidate("any.reset", "ameli-connect", ("HRD-60",), "account", functions=frozenset({"reset-link", "password"}))
    having = frozenset({"password", "reset-link", "account"})
    assert choose([shared], Wish(), REQUIREMENTS, ("ameli-connect",), True, having).chosen == ("any.reset",)
    lacking = choose([shared], Wish(cases=("any.*",)), REQUIREMENTS, ("ameli-connect",), True, having - {"reset-link"})
    assert (lacking.chosen, lacking.left_out) == ((), {f"{NO_FUNCTION} reset-link": ("any.reset",)})


def test_a_requirement_of_the_register_without_a_case_is_known() -> None:
    """Such a requirement chooses nothing, and is no mistake."""
    assert chosen(Wish(requirements=("AMC-100",))) == ()


def test_unknown_names_are_all_told_with_the_nearest() -> None:
    """Every wrong name gets its line, its option, and what was probably meant."""
    lines = complaint(
        Wish(requirements=("AMC-3O", "AMC-30"), cases=("ameli-connect.code.expird", "*.nowhere"), portals=("ameli",))
    ).splitlines()
    assert len(lines) == 4
    assert "--portal ameli:" in lines[0]
    assert "ameli-connect" in lines[0]
    assert "--requirement AMC-3O:" in lines[1]
    assert "did you mean `AMC-30`?" in lines[1]
    assert "did you mean `ameli-connect.code.expired`?" in lines[2]
    assert "--case *.nowhere: there is no such case" in lines[3]


def test_a_wrong_number_of_an_example_is_told_with_one_that_there_is() -> None:
    """With a bracket in the name, whole ids are proposed."""
    assert "did you mean `ameli-connect.code.expired[" in complaint(Wish(cases=("ameli-connect.code.expired[3]",)))


def test_options_may_be_repeated_and_hold_lists() -> None:
    """Commas and repetition say the same, and a name given twice counts once."""
    assert listed(["AMC-30, AMC-50", "AMC-30", ""]) == ("AMC-30", "AMC-50")
