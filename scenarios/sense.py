"""What the schema of a case cannot say: names that must be known, things that must have happened before, and that something is verified."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from scenarios.fill import names_in
from scenarios.instants import parse_instant
from scenarios.language import CODES, EVENTS, FACTS, FUNCTIONS, KINDS, LINK, VERBS
from scenarios.mistakes import Mistake, suggestion
from scenarios.model import ANY_PORTAL, Place
from scenarios.register import Register

PlaceOf = Callable[[tuple[str | int, ...]], Place]
Entry = Mapping[str, Any]

_NEED_A_PERSON = frozenset({"sign-in", "ask-for", "submit", "set-password", "staff", "app"})


def verb_of(step: object) -> str | None:
    """The verb of a step as written, when it has exactly one."""
    if isinstance(step, str):
        return step if step in VERBS else None
    verbs = [key for key in step if key in VERBS] if isinstance(step, Mapping) else []
    return verbs[0] if len(verbs) == 1 else None


def with_final_expect(entry: Entry) -> Entry:
    """The entry with the case's `expect` written into its last step, where it belongs."""
    if "expect" not in entry:
        return entry
    *before, last = entry["steps"]
    step = {last: None} if isinstance(last, str) else dict(last)
    return {**{key: value for key, value in entry.items() if key != "expect"}, "steps": [*before, {**step, "expect": entry["expect"]}]}


def heading_mistakes(entry: Entry, portal: str, register: Register, place: PlaceOf) -> Iterator[Mistake]:
    """What is wrong with the id, with the functions it is about, and with what the case says it verifies."""
    id = entry.get("id")
    if isinstance(id, str) and not id.startswith(f"{portal}."):
        yield Mistake(place(("id",)), f"the id `{id}` must begin with the portal of its folder: `{portal}.…`")
    if portal == ANY_PORTAL and "functions" not in entry:
        told = f"`functions` is missing: a case of all portals names what it is about; there are: {', '.join(FUNCTIONS)}"
        yield Mistake(place(()), told)
    verifies = entry.get("verifies")
    for index, wanted in enumerate(verifies if isinstance(verifies, list) else ()):
        known = register.requirements.get(str(wanted))
        if known is None:
            yield Mistake(
                place(("verifies", index)), f"`{wanted}` is no requirement of the register{suggestion(str(wanted), register.requirements)}"
            )
        elif not known.testable:
            yield Mistake(place(("verifies", index)), f"`{wanted}` cannot be tested: {known.reason}")


def example_mistakes(entry: Entry, examples: Sequence[Entry], place: PlaceOf, example_place: PlaceOf) -> Iterator[Mistake]:
    """`$name` that no example gives, and values of examples that nothing uses."""
    used: dict[str, tuple[str | int, ...]] = {}
    for name, path in names_in({key: value for key, value in entry.items() if key != "examples"}):
        used.setdefault(name, path)
    given = {name for example in examples for name in example}
    for name, path in used.items():
        if name not in given:
            yield Mistake(place(path), f"no example gives `${name}`{suggestion(name, given)}")
    for index, example in enumerate(examples):
        for name in example:
            if name not in used:
                yield Mistake(example_place((index, name)), f"nothing uses `{name}` of this example{suggestion(name, used)}")


def expectation_mistakes(entry: Entry, place: PlaceOf) -> Iterator[Mistake]:
    """An expect that stands twice, and a case that expects nothing at all."""
    steps = entry["steps"]
    last = steps[-1]
    own = [step for step in steps if isinstance(step, Mapping) and "expect" in step]
    if "expect" in entry and isinstance(last, Mapping) and "expect" in last:
        yield Mistake(place(("expect",)), "the last step has an `expect` of its own: keep one of the two")
    if "expect" not in entry and not own:
        yield Mistake(place(()), f"`{entry.get('id')}` verifies nothing: give it an `expect`")


def step_mistakes(entry: Entry, place: PlaceOf) -> Iterator[Mistake]:
    """What is wrong with people and steps of a filled-in entry, the case's `expect` being in its last step."""
    people = {key: person for key, person in entry.get("given", {}).items() if key != "clock"}
    yield from _people_mistakes(people, place)
    past = _Past()
    for index, step in enumerate(entry["steps"]):
        yield from _one_step(step, ("steps", index), place, people, past)


class _Past:
    """What has been named by the steps so far."""

    def __init__(self) -> None:
        self.instants: dict[str, str] = {}
        self.codes: set[str] = set()
        self.links: set[str] = set()
        self.browsers: set[str] = set()
        self.asked = False


def _people_mistakes(people: Mapping[str, Any], place: PlaceOf) -> Iterator[Mistake]:
    for key, person in people.items():
        if key not in KINDS and "kind" not in person:
            yield Mistake(place(("given", key)), f"`{key}` is no kind of person: say which with `kind:`{suggestion(key, KINDS)}")
        if "local" in person and "address" in person:
            yield Mistake(place(("given", key, "address")), "`local` and `address` both say what the mail address is: keep one of the two")


def _one_step(step: Any, path: tuple[str | int, ...], place: PlaceOf, people: Mapping[str, Any], past: _Past) -> Iterator[Mistake]:
    verb = verb_of(step)
    if verb is None:
        yield Mistake(place(path), _without_verb(step))
        return
    options: Mapping[str, Any] = {} if isinstance(step, str) else step
    yield from _actor_mistakes(verb, options, path, place, people)
    if verb == "clock":
        yield from _instant_mistakes(options["clock"], (*path, "clock"), place, past)
    if verb == "enter" and isinstance(options["enter"], str) and options["enter"] not in CODES and options["enter"] not in past.codes:
        text = _no_code(options["enter"], [*CODES, *past.codes])
        yield Mistake(place((*path, "enter")), text)
    yield from _link_mistakes(options.get(verb), (*path, verb), place, past)
    for key in (verb, "with"):
        yield from _code_mistakes(options.get(key), (*path, key), place, past)
    yield from _browser_mistakes(options.get(verb), (*path, verb, "cookies-of"), place, past)
    past.asked |= verb == "ask-for"
    past.browsers.add(options.get("in", "first"))
    # The label is given once the step is done: its own expectation cannot count from it.
    if "expect" in options:
        yield from _expect_mistakes(verb, options["expect"], (*path, "expect"), place, past)
    label = options.get("label")
    if label is not None:
        if label in past.instants or label in {*EVENTS, *CODES, LINK}:
            yield Mistake(place((*path, "label")), f"the label `{label}` is taken: choose another")
        past.instants[label] = VERBS[verb].shows
        if verb in {"ask-for", "message"}:
            past.codes.add(label)
        if options.get("message") == LINK:
            past.links.add(label)


def _without_verb(step: Any) -> str:
    verbs = [key for key in step if key in VERBS] if isinstance(step, Mapping) else []
    if verbs:
        return f"a step has one verb, and this one has {len(verbs)}: {', '.join(verbs)}"
    return f"a step needs a verb; there are: {', '.join(VERBS)}"


def _actor_mistakes(
    verb: str, options: Mapping[str, Any], path: tuple[str | int, ...], place: PlaceOf, people: Mapping[str, Any]
) -> Iterator[Mistake]:
    actor = options.get("as")
    if actor is not None and actor not in people:
        yield Mistake(place((*path, "as")), f"`{actor}` is nobody in `given`{suggestion(actor, people)}")
    if verb in _NEED_A_PERSON and not people:
        yield Mistake(place(path), f"`{verb}` needs a person: name one in `given`")


def _link_mistakes(argument: Any, path: tuple[str | int, ...], place: PlaceOf, past: _Past) -> Iterator[Mistake]:
    """A link that is meant by a label must be that of a mail which was read under it."""
    for key, value in argument.items() if isinstance(argument, Mapping) else ():
        if key == "message" and value not in {LINK, *past.links}:
            known = suggestion(value, [LINK, *past.links])
            yield Mistake(place((*path, key)), f"`{value}` is no link: no `message: {LINK}` before has this label{known}")
        yield from _link_mistakes(value, (*path, key), place, past)


def _code_mistakes(argument: Any, path: tuple[str | int, ...], place: PlaceOf, past: _Past) -> Iterator[Mistake]:
    """A VALUE that is the code of a label must be that of a step which asked for it or read it."""
    for key, value in argument.items() if isinstance(argument, Mapping) else ():
        meant = value.get("code") if isinstance(value, Mapping) else None
        if isinstance(meant, str) and meant not in past.codes:
            yield Mistake(place((*path, key, "code")), _no_code(meant, past.codes))
        yield from _code_mistakes(value, (*path, key), place, past)


def _no_code(label: str, known: Collection[str]) -> str:
    return f"`{label}` is no code: no `ask-for` or `message` step before has this label{suggestion(label, known)}"


def _browser_mistakes(argument: Any, path: tuple[str | int, ...], place: PlaceOf, past: _Past) -> Iterator[Mistake]:
    other = argument.get("cookies-of") if isinstance(argument, Mapping) else None
    if other is not None and other not in past.browsers:
        yield Mistake(place(path), f"`{other}` is no browser that did anything before{suggestion(other, past.browsers)}")


def _instant_mistakes(text: str, path: tuple[str | int, ...], place: PlaceOf, past: _Past) -> Iterator[Mistake]:
    base = parse_instant(text).base
    if base is None or base in past.instants:
        return
    if base == "code-sent" and not past.asked:
        yield Mistake(place(path), "`code-sent`: no step before asks for a code")
    elif base not in EVENTS:
        yield Mistake(place(path), f"`{base}` is no event: no step before has this label{suggestion(base, [*EVENTS, *past.instants])}")


def _expect_mistakes(verb: str, expect: Mapping[str, Any], path: tuple[str | int, ...], place: PlaceOf, past: _Past) -> Iterator[Mistake]:
    shows = VERBS[verb].shows
    if shows == "nothing":
        yield Mistake(place(path), f"`{verb}` shows nothing that could be expected: put the `expect` on a step that does")
        return
    for fact in expect:
        if shows not in FACTS[fact].of:
            kinds = " or a ".join(sorted(FACTS[fact].of))
            yield Mistake(place((*path, fact)), f"`{fact}` is a fact of a {kinds}, and `{verb}` shows a {shows}")
    if "until" in expect:
        yield from _instant_mistakes(expect["until"], (*path, "until"), place, past)
    other = expect.get("same-as")
    if other is not None and past.instants.get(other) != "page":
        known = [label for label, seen in past.instants.items() if seen == "page"]
        yield Mistake(place((*path, "same-as")), f"`{other}` is no label of a page seen before{suggestion(other, known)}")
