from __future__ import annotations

import pickle
from pathlib import Path

from scenarios.loader import load_cases, trials
from scenarios.model import Person, Place
from scenarios.tests.conftest import WriteFile

CASE = """
    - id: ameli-connect.code.expired
      title: A code lives 15 minutes
      verifies: [AMC-30]
      impact: account
      given: {insured: {mail: validated, nir: $nir}}
      examples:
        - {at: code-sent + 14m59s, outcome: signed-in}
        - {at: code-sent + 15m00s, outcome: refused, reason: expired, offers: [new-code], nir: corsica-2A}
      steps: [sign-in, {ask-for: code}, {clock: $at}, {enter: received}]
      expect: {outcome: $outcome, reason: $reason, offers: $offers}
"""


def test_each_example_is_a_trial_with_its_values_filled_in(write: WriteFile) -> None:
    """`$name` becomes the example's value, and a key whose value the example does not give is left out."""
    (case,) = load_cases(write("cases/ameli-connect/code.yaml", CASE))
    first, second = trials(case)
    assert [first.id, second.id] == ["ameli-connect.code.expired[1]", "ameli-connect.code.expired[2]"]
    assert first.steps[2].argument == "code-sent + 14m59s"
    assert first.steps[-1].expect == {"outcome": "signed-in"}
    assert second.steps[-1].expect == {"outcome": "refused", "reason": "expired", "offers": ["new-code"]}
    assert first.people == (Person("insured", "insured", {"mail": "validated"}),)
    assert second.people[0].fields["nir"] == "corsica-2A"


def test_every_part_knows_its_line(write: WriteFile) -> None:
    """Cases and steps stand at the lines they were written on, in a file named from the repository's root."""
    (case,) = load_cases(write("cases/ameli-connect/code.yaml", CASE))
    assert case.place == Place("scenarios/cases/ameli-connect/code.yaml", 1)
    assert case.steps[0].place.line == 9


def test_a_case_without_examples_is_one_trial(write: WriteFile) -> None:
    """Its id is the case's own."""
    root = write(
        "cases/ameli-connect/one.yaml",
        """
        - id: ameli-connect.form.shown
          title: The form
          verifies: [AMC-01]
          impact: read
          steps: [{open: sign-in}]
          expect: {outcome: sign-in-asked}
        """,
    )
    (trial,) = trials(load_cases(root)[0])
    assert trial.id == "ameli-connect.form.shown"
    assert trial.needs == frozenset()


def test_examples_can_stand_in_a_file_beside_the_case(write: WriteFile) -> None:
    """`from` reads the list of another file, which is no file of cases itself."""
    write("cases/ameli-connect/spellings.examples.yaml", "- {identifier: spaced}\n- {identifier: without-key}\n")
    root = write(
        "cases/ameli-connect/form.yaml",
        """
        - id: ameli-connect.form.spellings
          title: The spellings
          verifies: [AMC-01]
          impact: account
          given: {insured: {}}
          examples: {from: spellings.examples.yaml}
          steps: [{sign-in: {identifier: $identifier}}]
          expect: {outcome: code-announced}
        """,
    )
    (case,) = load_cases(root)
    assert [trial.steps[0].argument for trial in trials(case)] == [{"identifier": "spaced"}, {"identifier": "without-key"}]


def test_options_of_a_step_are_read(write: WriteFile) -> None:
    """Who acts, in which browser, how often, under which name, with what."""
    root = write(
        "cases/ameli-connect/options.yaml",
        """
        - id: ameli-connect.options
          title: Options
          verifies: [AMC-110]
          impact: account
          given: {insured: {}, neighbour: {kind: insured}}
          steps:
            - {sign-in, as: neighbour, in: second, times: 2, label: tried}
            - {submit: forgotten-password, with: {identifier: spaced, birth-date: wrong}, expect: {outcome: sent}}
        """,
    )
    sign_in, submit = load_cases(root)[0].steps
    assert (sign_in.verb, sign_in.argument, sign_in.actor, sign_in.browser, sign_in.times, sign_in.label) == (
        "sign-in",
        None,
        "neighbour",
        "second",
        2,
        "tried",
    )
    assert submit.values == {"identifier": "spaced", "birth-date": "wrong"}
    assert (submit.actor, submit.browser, submit.times) == (None, "first", 1)


def test_needs_are_read_off_the_steps(write: WriteFile) -> None:
    """People, clock, mail, staff, screen and faults are needed by the trials whose steps use them, and by no others."""
    head = "title: T\n  verifies: [AMC-01]\n  impact: account\n"
    cases = {
        "people": "  given: {insured: {}}\n  steps: [sign-in]\n  expect: {outcome: code-announced}",
        "people clock": "  given: {insured: {}}\n  steps: [sign-in]\n  expect: {outcome: blocked, until: now + 15m}",
        "clock": "  given: {clock: 2026-03-10T10:00:00+01:00}\n  steps: [{open: sign-in}]\n  expect: {outcome: sign-in-asked}",
        "people mail": "  given: {insured: {}}\n  steps: [sign-in, {ask-for: code}, {enter: received}]\n  expect: {outcome: signed-in}",
        "people staff": "  given: {insured: {}}\n  steps: [{staff: attach}, sign-in]\n  expect: {outcome: code-announced}",
        "screen": "  steps: [{browser: {width: 320}}, {open: sign-in}]\n  expect: {outcome: sign-in-asked, fits: true}",
        "mail": "  steps: [{request: {get: {message: link}}}, {open: sign-in}]\n  expect: {outcome: sign-in-asked}",
        "faults": "  steps: [{fault: smtp-refuses}, {open: sign-in}]\n  expect: {outcome: sign-in-asked}",
        "": "  steps: [{browser: forget-cookies}, {open: sign-in, in: second}, {browser: {cookies-of: second}}, {open: sign-in}]\n"
        "  expect: {outcome: sign-in-asked}",
        " ": "  steps: [{browser: forget-cookies}, {open: sign-in}]\n  expect: {outcome: sign-in-asked}",
    }
    text = "\n".join(f"- id: ameli-connect.case-{number}\n  {head}{body}" for number, body in enumerate(cases.values()))
    loaded = load_cases(write("cases/ameli-connect/needs.yaml", text))
    assert [" ".join(sorted(trials(case)[0].needs)) for case in loaded] == [" ".join(sorted(words.split())) for words in cases]


def test_wrong_codes_need_no_mail(write: WriteFile) -> None:
    """Only a code that was received is read in its mail."""
    root = write(
        "cases/ameli-connect/wrong.yaml",
        """
        - id: ameli-connect.wrong
          title: Wrong
          verifies: [AMC-50]
          impact: account
          given: {insured: {}}
          steps: [sign-in, {ask-for: code}, {enter: wrong}]
          expect: {outcome: refused}
        """,
    )
    assert trials(load_cases(root)[0])[0].needs == {"people"}


def test_texts_that_yaml_takes_for_something_else_stay_texts(write: WriteFile) -> None:
    """`yes`, `on`, `012`, `1:30`, dates and durations are text, as people mean them."""
    root = write(
        "cases/ameli-connect/traps.yaml",
        """
        - id: ameli-connect.traps
          title: yes
          verifies: [AMC-01]
          impact: account
          given: {insured: {last_name: no, first_name: on, password: 012, birth_date: 1984-12-07}}
          steps: [sign-in]
          expect: {outcome: refused, lifetime: 15m}
        """,
    )
    (case,) = load_cases(root)
    assert case.title == "yes"
    assert dict(case.people[0].fields) == {"last_name": "no", "first_name": "on", "password": "012", "birth_date": "1984-12-07"}


def test_cases_and_trials_travel_between_processes(write: WriteFile) -> None:
    """They can be pickled, as parallel runs need."""
    (case,) = load_cases(write("cases/ameli-connect/code.yaml", CASE))
    assert pickle.loads(pickle.dumps(trials(case))) == trials(case)


def test_a_folder_without_cases_has_none(root: Path) -> None:
    """Nothing written is no mistake."""
    assert load_cases(root) == ()


def test_a_case_of_all_portals_knows_the_functions_that_it_is_about(write: WriteFile) -> None:
    """Who tries it leaves it out on a portal that has not all of them."""
    text = CASE.replace("id: ameli-connect.", "id: any.").replace("impact:", "functions: [one-time-code, quota]\n      impact:")
    (case,) = load_cases(write("cases/any/code.yaml", text))
    assert (case.portal, case.functions) == ("any", frozenset({"one-time-code", "quota"}))
