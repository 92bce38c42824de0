from __future__ import annotations

import pytest

from scenarios.loader import CaseFileError, load_cases
from scenarios.tests.conftest import WriteFile

FILE = "scenarios/cases/ameli-connect/some.yaml"

# Line 1 is the id, 2 the title, 3 verifies, 4 impact, 5 given, 6 steps, 7 expect.
GOOD = {
    "id": "ameli-connect.some.case",
    "title": "Some case",
    "verifies": "[AMC-30]",
    "impact": "account",
    "given": "{insured: {}}",
    "steps": "[sign-in, {ask-for: code}, {enter: received}]",
    "expect": "{outcome: signed-in}",
}


def entry(**changes: str | None) -> str:
    """The good case with some lines changed, or left out where the change is None."""
    kept = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    return "\n".join(f"{'- ' if number == 0 else '  '}{key}: {value}" for number, (key, value) in enumerate(kept.items())) + "\n"


def told(write: WriteFile, text: str, name: str = "cases/ameli-connect/some.yaml") -> list[str]:
    """The mistakes told for one file."""
    with pytest.raises(CaseFileError) as raised:
        load_cases(write(name, text))
    return str(raised.value).splitlines()


def test_the_good_case_is_good(write: WriteFile) -> None:
    """What the other tests change is without a mistake itself."""
    assert load_cases(write("cases/ameli-connect/some.yaml", entry()))[0].id == "ameli-connect.some.case"


@pytest.mark.parametrize(
    ("changes", "line", "message"),
    [
        # -- words
        ({"steps": "[sing-in]"}, 6, "`sing-in` is no verb that stands alone; did you mean `sign-in`?"),
        ({"steps": "[{ask-fro: code}]"}, 6, "`ask-fro` is no verb or option of a step; did you mean `ask-for`?"),
        ({"steps": "[{sign-in, inn: second}]"}, 6, "`inn` is no verb or option of a step; did you mean `in`?"),
        ({"expect": "{outcome: signd-in}"}, 7, "`signd-in` is no outcome; did you mean `signed-in`?"),
        ({"expect": "{outcome: [signd-in, refused]}"}, 7, "`signd-in` is no outcome; did you mean `signed-in`?"),
        ({"expect": "{outcome: refused, raeson: wrong}"}, 7, "`raeson` is no fact; did you mean `reason`?"),
        ({"expect": "{outcome: refused, reason: wrnog}"}, 7, "`wrnog` is no reason; did you mean `wrong`?"),
        ({"expect": "{outcome: refused, offers: [new-cod]}"}, 7, "`new-cod` is no way on; did you mean `new-code`?"),
        ({"expect": "{outcome: refused, offers: new-code}"}, 7, "`new-code` is no list of this kind: [way on, …]"),
        ({"impact": "acount"}, 4, "`acount` is no impact; did you mean `account`?"),
        ({"given": "{insured: {mial: none}}"}, 5, "`mial` is no field of a person; did you mean `mail`?"),
        ({"given": "{insured: {mail: non}}"}, 5, "`non` is no state of the mail address; did you mean `none`?"),
        ({"steps": "[{sign-in: {pasword: wrong}}]"}, 6, "`pasword` is no control of the sign-in form; did you mean `password`?"),
        ({"steps": "[{sign-in: {password: worng}}]"}, 6, "`worng` is no value; did you mean `wrong`?"),
        ({"steps": "[{sign-in: {password: {lenght: 7}}}]"}, 6, "`lenght` is no key here; did you mean `length`?"),
        ({"steps": "[{staff: atach}, sign-in]"}, 6, "`atach` is no act; did you mean `attach`?"),
        ({"steps": "[{open: sign-inn}]"}, 6, "`sign-inn` is no page; did you mean `sign-in`?"),
        ({"steps": "[{request: {haed: {message: link}}}, sign-in]"}, 6, "`haed` is no way of asking; did you mean `head`?"),
        ({"steps": "[{fault: smtp-refuse}, sign-in]"}, 6, "`smtp-refuse` is no fault; did you mean `smtp-refuses`?"),
        ({"steps": "[{open: {message: link, secret: wong}}]"}, 6, "`wong` is no thing to do to a secret; did you mean `wrong`?"),
        # -- requirements and ids
        ({"verifies": "[AMC-15]"}, 3, "`AMC-15` is no requirement of the register; did you mean `AMC-150`?"),
        ({"verifies": "[AMC-130]"}, 3, "`AMC-130` cannot be tested: The source states no decision."),
        (
            {"id": "ameli-conect.some.case"},
            1,
            "the id `ameli-conect.some.case` must begin with the portal of its folder: `ameli-connect.…`",
        ),
        ({"id": "ameli-connect.Some_Case"}, 1, "`ameli-connect.Some_Case` is no id of a case"),
        # -- what is missing or too much
        ({"title": None}, 1, "`title` is missing"),
        ({"expect": None}, 1, "`ameli-connect.some.case` verifies nothing: give it an `expect`"),
        ({"expect": "{}"}, 7, "`expect` must not be empty"),
        ({"steps": "[]"}, 6, "`steps` must not be empty"),
        ({"verifies": "[]"}, 3, "`verifies` must not be empty"),
        ({"steps": "[{sign-in, sign-out}]"}, 6, "a step has one verb, and this one has 2: sign-in, sign-out"),
        ({"steps": "[{sign-in, expect: {outcome: code-announced}}]"}, 7, "the last step has an `expect` of its own: keep one of the two"),
        ({"steps": "[sign-in, {ask-for: code, trust: true}]"}, 6, "`trust` goes with `enter`, which is missing"),
        ({"steps": "[sign-in, {ask-for: code, times: yes}]"}, 6, "`times` must be a whole number, and is `yes`"),
        ({"steps": "[sign-in, {ask-for: code}, {enter: received, trust: yes}]"}, 6, "`trust` must be true or false, and is `yes`"),
        ({"steps": "[{open: {link: enrolment, message: link}}]"}, 6, "`open` must have one of these, and only one: `link`, `message`"),
        ({"steps": "[{open: {link: enrolment, secret: wrong}}]"}, 6, "`secret` goes with `message`, which is missing"),
        (
            {"steps": "[{browser: {width: 320, cookies-of: first}}, sign-in]"},
            6,
            "have one of these, and only one: `width`, `cookies-of`",
        ),
        # -- people
        ({"given": None, "steps": "[sign-in]"}, 5, "`sign-in` needs a person: name one in `given`"),
        ({"given": "{neighbour: {}}"}, 5, "`neighbour` is no kind of person: say which with `kind:`; there are: insured, stranger"),
        ({"steps": "[{sign-in, as: insurd}]"}, 6, "`insurd` is nobody in `given`; did you mean `insured`?"),
        (
            {"given": "{insured: {local: a, address: a@b.test}}"},
            5,
            "`local` and `address` both say what the mail address is: keep one of the two",
        ),
        # -- labels, instants and facts
        (
            {"steps": "[sign-in, {ask-for: code, label: old}, {enter: odl}]"},
            6,
            "no `ask-for` or `message` step before has this label; did you mean `old`?",
        ),
        ({"steps": "[{sign-in, label: old}, {enter: old}]"}, 6, "`old` is no code: no `ask-for` or `message` step before has this label"),
        (
            {"steps": "[{message: sms, label: texted}, {sign-in: {password: {code: txted}}}]"},
            6,
            "no `ask-for` or `message` step before has this label; did you mean `texted`?",
        ),
        (
            {"steps": "[sign-in, {clock: blocked + 1m}, {sign-in, label: blocked}]"},
            6,
            "`blocked` is no event: no step before has this label",
        ),
        ({"steps": "[sign-in, {clock: code-sent + 1m}, sign-in]"}, 6, "`code-sent`: no step before asks for a code"),
        ({"steps": "[sign-in, {clock: 15 minutes}, sign-in]"}, 6, "`15 minutes` is no instant"),
        ({"steps": "[{message: link, label: old}, {open: {message: odl}}]"}, 6, "has this label; did you mean `old`?"),
        (
            {"steps": "[{message: code, label: old}, {open: {message: old}}]"},
            6,
            "`old` is no link: no `message: link` before has this label",
        ),
        ({"steps": "[{request: {get: {message: old}}}, sign-in]"}, 6, "`old` is no link: no `message: link` before has this label"),
        (
            {"steps": "[sign-in, {browser: {cookies-of: frist}}, sign-in]"},
            6,
            "`frist` is no browser that did anything before; did you mean",
        ),
        ({"steps": "[sign-in, {message: link, label: link}, sign-in]"}, 6, "the label `link` is taken: choose another"),
        ({"steps": "[{sign-in, label: now}]"}, 6, "the label `now` is taken: choose another"),
        ({"expect": "{outcome: blocked, until: until + 5}"}, 7, "`until + 5` is no instant"),
        ({"expect": "{outcome: refused, lifetime: 15}"}, 7, "`lifetime` must be text, and is `15`"),
        ({"expect": "{outcome: refused, same-as: before}"}, 7, "`before` is no label of a page seen before"),
        ({"steps": "[{sign-in, label: own}]", "expect": "{outcome: refused, same-as: own}"}, 7, "`own` is no label of a page seen before"),
        ({"steps": "[{sign-in, label: own}]", "expect": "{outcome: blocked, until: own + 1h}"}, 7, "`own` is no event"),
        ({"expect": "{outcome: refused, count: 1}"}, 7, "`count` is a fact of a message, and `enter` shows a page"),
        ({"steps": "[sign-in, {message: any}]"}, 7, "`outcome` is a fact of a page, and `message` shows a message"),
        ({"steps": "[sign-in, {clock: +1m}]"}, 7, "`clock` shows nothing that could be expected: put the `expect` on a step that does"),
        # -- examples
        ({"steps": "[{sign-in: {password: $pasword}}]"}, 6, "no example gives `$pasword`"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_meant(
    write: WriteFile, changes: dict[str, str | None], line: int, message: str
) -> None:
    """Each kind of mistake names file, line and the way on, once."""
    (only,) = told(write, entry(**changes))
    assert only.startswith(f"{FILE}:{line}: ")
    assert message in only


def test_a_name_that_no_example_gives_is_told_with_the_nearest(write: WriteFile) -> None:
    """`$name` without a value, and a value without a `$name`, are both mistakes."""
    changed = entry(steps="[sign-in, {ask-for: code}, {enter: $cod}]") + "  examples:\n    - {code: received}\n"
    assert told(write, changed) == [
        f"{FILE}:6: no example gives `$cod`; did you mean `code`?",
        f"{FILE}:9: nothing uses `code` of this example; did you mean `cod`?",
        f"{FILE}:9: this example gives no `$cod`, which `enter` needs (line 6)",
    ]


def test_a_step_that_one_example_leaves_without_argument_is_told(write: WriteFile) -> None:
    """No step is done for some examples only."""
    changed = entry(steps="[sign-in, {clock: $at}, sign-in]", expect="{outcome: code-announced}") + "  examples: [{at: +1m},\n    {}]\n"
    assert told(write, changed) == [f"{FILE}:9: this example gives no `$at`, which `clock` needs (line 6)"]


def test_a_wrong_value_of_an_example_is_told_at_the_example(write: WriteFile) -> None:
    """The line is that of the value, not of the `$name` it took the place of."""
    changed = entry(expect="{outcome: $outcome}") + "  examples:\n    - {outcome: signed-in}\n    - {outcome: refusd}\n"
    assert told(write, changed) == [f"{FILE}:10: `refusd` is no outcome; did you mean `refused`?"]


def test_an_example_that_verifies_nothing_is_a_mistake(write: WriteFile) -> None:
    """Leaving out what an example does not give must leave something to verify."""
    changed = entry(expect="{outcome: $outcome}") + "  examples:\n    - {outcome: signed-in}\n    - {}\n"
    assert told(write, changed) == [f"{FILE}:7: `expect` must not be empty"]


def test_examples_of_a_file_are_told_with_that_file(write: WriteFile) -> None:
    """A mistake in a file of examples stands where it was made."""
    write("cases/ameli-connect/some.examples.yaml", "- {outcome: signed-in}\n- {outcome: signedin}\n")
    changed = entry(expect="{outcome: $outcome}", examples="{from: some.examples.yaml}")
    beside = "scenarios/cases/ameli-connect/some.examples.yaml"
    assert told(write, changed) == [f"{beside}:2: `signedin` is no outcome; did you mean `signed-in`?"]


def test_a_missing_file_of_examples_is_told(write: WriteFile) -> None:
    """The file that was named is named again."""
    (only,) = told(write, entry(examples="{from: gone.examples.yaml}"))
    assert only == "scenarios/cases/ameli-connect/gone.examples.yaml:1: cannot be read: No such file or directory"


def test_a_repeated_id_is_told_with_both_places(write: WriteFile) -> None:
    """Ids are used once in all files of all portals."""
    write("cases/ameli-connect/first.yaml", entry())
    assert told(write, entry()) == [
        f"{FILE}:1: the id `ameli-connect.some.case` is taken: "
        "it stands at scenarios/cases/ameli-connect/first.yaml:1; ids are never used twice"
    ]


@pytest.mark.parametrize(
    ("changes", "line", "message"),
    [
        ({"functions": None}, 1, "`functions` is missing: a case of all portals names what it is about; there are: "),
        ({"functions": "[one-time-coed]"}, 8, "`one-time-coed` is no function of a portal; did you mean `one-time-code`?"),
        ({"functions": "[]"}, 8, "`functions` must not be empty"),
        ({"functions": "password"}, 8, "`functions` must be a list, and is `password`"),
        ({"id": "ameli-connect.some.case"}, 1, "the id `ameli-connect.some.case` must begin with the portal of its folder: `any.…`"),
    ],
)
def test_a_case_of_all_portals_says_what_it_is_about(write: WriteFile, changes: dict[str, str | None], line: int, message: str) -> None:
    """It names functions that there are: a portal without one of them is spared."""
    text = entry(**{"id": "any.some.case", "functions": "[one-time-code]", **changes})
    (only,) = told(write, text, "cases/any/some.yaml")
    assert only.startswith(f"scenarios/cases/any/some.yaml:{line}: {message}")


def test_a_repeated_key_is_told(write: WriteFile) -> None:
    """YAML would silently take the last of two."""
    assert told(write, entry() + "  title: Another\n") == [f"{FILE}:8: `title` stands twice here"]


def test_anchors_are_refused(write: WriteFile) -> None:
    """A case is read from top to bottom, with nothing that jumps."""
    (only,) = told(write, entry(verifies="&rule [AMC-30]") + entry(id="ameli-connect.other", verifies="*rule"))[:1]
    assert only.startswith(f"{FILE}:3: anchors and aliases")


def test_a_file_that_is_no_yaml_is_told_with_its_line(write: WriteFile) -> None:
    """A bracket left open is a mistake like any other."""
    (only,) = told(write, "- id: ameli-connect.x\n  steps: [sign-in\n  expect: {}\n")
    assert only.startswith(f"{FILE}:3: not readable as YAML")


@pytest.mark.parametrize("text", ["", "id: ameli-connect.x\n", "# nothing yet\n"])
def test_a_file_that_is_no_list_is_told(write: WriteFile, text: str) -> None:
    """A file of cases is a list."""
    assert told(write, text) == [f"{FILE}:1: a file of cases is a list: each case begins with `- id: …`"]


def test_an_entry_that_is_no_case_is_told(write: WriteFile) -> None:
    """A bare word in the list is no case."""
    assert f"{FILE}:1: `id` is missing" in told(write, "- sign-in\n")


def test_all_mistakes_of_all_files_are_told_together(write: WriteFile) -> None:
    """One run is enough to know everything that is to be mended, in the order of the files."""
    write("cases/ameli-connect/a.yaml", entry(impact="acount", verifies="[AMC-31]"))
    lines = told(write, entry(id="ameli-connect.other", expect="{outcome: signd-in}"), "cases/ameli-connect/b.yaml")
    assert [line.split(": ")[0] for line in lines] == [
        "scenarios/cases/ameli-connect/a.yaml:3",
        "scenarios/cases/ameli-connect/a.yaml:4",
        "scenarios/cases/ameli-connect/b.yaml:7",
    ]
